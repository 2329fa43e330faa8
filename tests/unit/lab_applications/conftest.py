"""Applications for each test, and a way to ask them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from pulumi_applinks.lab.applications import Application, Flags, Lab

Ask = Callable[..., requests.Response]


@pytest.fixture
def lab() -> Iterator[Lab]:
    """A network of its own."""
    with Lab() as network:
        yield network


@pytest.fixture
def ask() -> Ask:
    """Ask an application as one of its users."""

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
            return session.request(
                method,
                application.url + path,
                auth=(found.name, found.password) if found else None,
                headers=headers,
                timeout=10,
                allow_redirects=False,
                **more,
            )

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
