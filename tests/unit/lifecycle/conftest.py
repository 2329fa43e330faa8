"""The provider's hooks, called in this process as the engine calls them, on applications of the lab."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import pulumi
import pytest

from pulumi_applinks.lab.applications import Application, Lab
from pulumi_applinks.provider import ApplicationLinkProvider


class Driver:
    """A stack with one link: what the engine keeps of it, and the calls that it makes.

    Args:
        warnings: what the provider warned of.
    """

    def __init__(self, warnings: list[str]) -> None:
        self.state: dict[str, Any] | None = None
        self.id = ""
        self.warnings = warnings

    @contextmanager
    def _operation(self) -> Iterator[ApplicationLinkProvider]:
        """One operation of the engine, which has a process of the plugin to itself."""
        provider = ApplicationLinkProvider()
        try:
            yield provider
        finally:
            provider.close()

    def up(self, inputs: dict[str, Any]) -> Literal["created", "updated", "replaced", "same"]:
        """Check, diff, and create or update."""
        with self._operation() as provider:
            return self._up(provider, inputs)

    def _up(
        self, provider: ApplicationLinkProvider, inputs: dict[str, Any]
    ) -> Literal["created", "updated", "replaced", "same"]:
        wanted = copy.deepcopy(inputs)
        checked = provider.check({}, wanted)
        assert [(failure.property, failure.reason) for failure in checked.failures] == []
        if self.state is None:
            created = provider.create(wanted)
            self.id, self.state = created.id, created.outs
            return "created"
        diff = provider.diff(self.id, self.state, wanted)
        if diff.replaces:
            provider.delete(self.id, self.state)
            self.state = None
            self._up(provider, inputs)
            return "replaced"
        if diff.changes is False:
            return "same"
        self.state = provider.update(self.id, self.state, wanted).outs
        return "updated"

    def refresh(self) -> dict[str, Any] | None:
        """Read: the drift, or nothing when the link is gone."""
        assert self.state is not None
        with self._operation() as provider:
            read = provider.read(self.id, copy.deepcopy(self.state))
        self.state = read.outs if read.id else None
        found: dict[str, Any] | None = self.state["drift"] if self.state is not None else None
        return found

    def delete(self) -> None:
        """Delete."""
        assert self.state is not None
        with self._operation() as provider:
            provider.delete(self.id, self.state)
        self.state = None


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost requests are sent again at once, and the nodes of a cluster have followed one another before an operation begins."""
    monkeypatch.setattr("pulumi_applinks.rest.transport.FIRST_PAUSE", 0.0)
    monkeypatch.setattr("pulumi_applinks.rest.cache.SETTLE_SECONDS", 0.0)


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the provider warns of."""
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", told.append)
    return told


@pytest.fixture
def driver(warnings: list[str]) -> Driver:
    """An empty stack."""
    return Driver(warnings)


def log_in(
    monkeypatch: pytest.MonkeyPatch, name: str, application: Application, user: str = "sysadmin"
) -> None:
    """Put an application's credentials into the environment."""
    found = application.users[user]
    monkeypatch.setenv(f"APPLINKS_{name.upper()}_USERNAME", found.name)
    monkeypatch.setenv(f"APPLINKS_{name.upper()}_PASSWORD", found.password)


@pytest.fixture
def pair(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> tuple[Application, Application]:
    """A Jira and a Confluence, with the credentials of both."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    log_in(monkeypatch, "jira", jira)
    log_in(monkeypatch, "wiki", wiki)
    return jira, wiki


def inputs_for(jira: Application, wiki: Application, **changes: Any) -> dict[str, Any]:
    """What a program declares."""
    return {
        "source": {"url": jira.url, "credentials": "jira"},
        "target": {"url": wiki.url, "credentials": "wiki"},
        "authentication": {"outgoing": {"level": "oauth"}, "incoming": {"level": "oauth"}},
        "two_way": True,
        **changes,
    }
