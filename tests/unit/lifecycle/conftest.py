"""The provider's hooks, called in this process as the engine calls them, on applications of the lab."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import pulumi
import pytest

from pulumi_applinks.lab.applications import Application, Lab
from pulumi_applinks.provider import ApplicationLinkProvider


def stored(value: Any) -> Any:
    """A value as an engine keeps it: without nulls."""
    if isinstance(value, dict):
        return {key: stored(item) for key, item in value.items() if item is not None}
    return [stored(item) for item in value] if isinstance(value, list) else value


def ignoring(news: dict[str, Any], olds: dict[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """What the engine makes of a program's inputs where changes of some paths are ignored: the values of the inputs in the state."""
    for path in paths:
        *parents, last = path.split(".")
        here, there = news, olds
        for part in parents:
            here, there = here.setdefault(part, {}), there.get(part) or {}
        if last in there:
            here[last] = copy.deepcopy(there[last])
        else:
            here.pop(last, None)
    return news


class Driver:
    """A stack with one link: what the engine keeps of it, and the calls that it makes. Each operation has one process of the plugin.

    Args:
        warnings: what the provider warned of.
    """

    def __init__(self, warnings: list[str]) -> None:
        self.state: dict[str, Any] | None = None
        self.inputs: dict[str, Any] = {}
        self.id = ""
        self.warnings = warnings

    @contextmanager
    def _operation(self) -> Iterator[ApplicationLinkProvider]:
        provider = ApplicationLinkProvider()
        try:
            yield provider
        finally:
            provider.close()

    def up(
        self,
        inputs: dict[str, Any],
        *,
        refresh: bool = False,
        replace: bool = False,
        ignore_changes: Iterable[str] = (),
    ) -> Literal["created", "updated", "replaced", "same"]:
        """Check, diff, and create or update.

        Args:
            inputs: of the program.
            refresh: whether to read first, as `--refresh` does.
            replace: whether to replace the link without asking for a difference, as `--replace` and a taint do.
            ignore_changes: the resource's option.
        """
        with self._operation() as provider:
            if refresh and self.state is not None:
                self._read(provider)
            return self._up(provider, inputs, replace, ignore_changes)

    def _up(
        self,
        provider: ApplicationLinkProvider,
        inputs: dict[str, Any],
        replace: bool = False,
        ignore_changes: Iterable[str] = (),
    ) -> Literal["created", "updated", "replaced", "same"]:
        wanted = copy.deepcopy(inputs)
        if self.state is not None:
            wanted = ignoring(wanted, self.inputs, ignore_changes)
        wanted["resource_name"] = "jira-wiki"
        checked = provider.check(copy.deepcopy(self.inputs), wanted)
        assert [(failure.property, failure.reason) for failure in checked.failures] == []
        wanted = checked.inputs
        if self.state is None:
            created = provider.create(copy.deepcopy(wanted))
            self.id, self.state, self.inputs = created.id, stored(created.outs), wanted
            return "created"
        diff = None if replace else provider.diff(self.id, self.state, wanted)
        if diff is None or diff.replaces:
            provider.delete(self.id, self.state)
            self.state, self.inputs = None, {}
            self._up(provider, inputs)
            return "replaced"
        if diff.changes is False:
            self.inputs = wanted
            return "same"
        self.state = stored(provider.update(self.id, self.state, copy.deepcopy(wanted)).outs)
        self.inputs = wanted
        return "updated"

    def refresh(self) -> dict[str, Any] | None:
        """Read: the drift, or nothing when the link is gone."""
        with self._operation() as provider:
            self._read(provider)
        found: dict[str, Any] | None = self.state["drift"] if self.state is not None else None
        return found

    def _read(self, provider: ApplicationLinkProvider) -> None:
        assert self.state is not None
        read = provider.read(self.id, copy.deepcopy(self.state))
        if not read.id:
            self.state, self.inputs = None, {}
            return
        provider.diff(
            self.id, stored(read.outs), copy.deepcopy(self.inputs)
        )  # the engine shows the difference
        self.state, self.inputs = stored(read.outs), stored(read.inputs)

    def delete(self, *, refresh: bool = False) -> None:
        """Delete.

        Args:
            refresh: whether to read first, as `destroy --refresh` does.
        """
        with self._operation() as provider:
            if refresh:
                self._read(provider)
            if self.state is not None:
                provider.delete(self.id, self.state)
        self.state, self.inputs = None, {}


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost requests are sent again at once."""
    monkeypatch.setattr("pulumi_applinks.rest.transport.FIRST_PAUSE", 0.0)


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
