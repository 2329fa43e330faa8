"""Applications for each test, and a way to ask them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from pulumi_applinks.lab.applications import Application, Flags, Lab
from pulumi_applinks.lab.applications.dispatch import Dispatcher
from pulumi_applinks.lab.applications.fields import differences

Ask = Callable[..., requests.Response]


@pytest.fixture
def lab() -> Iterator[Lab]:
    """A network of its own."""
    with Lab() as network:
        yield network


def has_exactly_its_fields(
    application: Application, method: str, path: str, answer: requests.Response
) -> None:
    """A successful answer in JSON has the fields of its entity, and no others."""
    if not answer.ok or "json" not in answer.headers.get("Content-Type", ""):
        return
    assert isinstance(application.serves, Dispatcher)
    resource, _ = application.serves.resource(method, path.partition("?")[0].removesuffix(".json"))
    wrong = [differences(entity, application.generation, answer.json()) for entity in resource.answers]
    assert [] in wrong, wrong


@pytest.fixture
def ask() -> Ask:
    """Ask an application as one of its users; whatever it answers well has the fields that the table says."""

    def asked(
        application: Application,
        method: str,
        path: str,
        user: str | None = "sysadmin",
        *,
        accept: str | None = "application/json",
        **more: Any,
    ) -> requests.Response:
        found = application.users[user] if user else None
        headers = {"X-Atlassian-Token": "no-check", **more.pop("headers", {})}
        if accept:
            headers["Accept"] = accept
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(
                method,
                application.url + path,
                auth=(found.name, found.password) if found else None,
                headers=headers,
                timeout=10,
                allow_redirects=False,
                **more,
            )
        if not (application.variants.null_fields or application.variants.provider_list_key == ""):
            has_exactly_its_fields(application, method, path, answer)
        return answer

    return asked


def link_both_ways(
    one: Application, two: Application, outgoing: str = "oauth", incoming: str = "oauth"
) -> None:
    """Link two applications by hand, as seen from the first."""
    for here, there in ((one, two), (two, one)):
        here.link_by_hand(there)
        here.accept(there)
    one.links[two.server_id].outgoing = Flags.of(outgoing)  # type: ignore[arg-type]
    two.links[one.server_id].outgoing = Flags.of(incoming)  # type: ignore[arg-type]
    for here, there, level in ((one, two, incoming), (two, one, outgoing)):
        flags = Flags.of(level)  # type: ignore[arg-type]
        consumer = here.links[there.server_id].consumer
        assert consumer is not None
        if not flags.enabled:
            here.links[there.server_id].consumer = None
        else:
            consumer.two_lo, consumer.impersonation = flags.two_lo, flags.impersonation
