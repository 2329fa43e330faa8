"""The provider's hooks, called in this process as the engine calls them, on applications of the lab."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pulumi
import pytest

from pulumi_applinks.hooks import Hooks
from pulumi_applinks.lab.applications import Application, Lab
from pulumi_applinks.provider import ApplicationLinkError
from pulumi_applinks.rest import SETTLE_SECONDS, Deadline
from tests.driver import DrivenStack, Ended, Goal, Resource
from tests.unit.rest.conftest import Clock

LINK = "jira-wiki"
DOUBTING = (
    "pulumi_applinks.rest.session",
    "pulumi_applinks.rest.known_links",
    "pulumi_applinks.lifecycle.ends",
    "pulumi_applinks.lifecycle.survey",
)
"""Where it is decided how long an answer is doubted."""


class Driver:
    """A stack with one link, of which each operation has one process of the plugin; what fails is raised.

    Args:
        warnings: what the provider warned of.
    """

    def __init__(self, warnings: list[str]) -> None:
        self.stack = DrivenStack()
        self.warnings = warnings

    @property
    def state(self) -> dict[str, Any] | None:
        """The outputs of the last operation; setting them is what an editor does to a state."""
        known = self.stack.resources.get(LINK)
        return known.outputs if known else None

    @state.setter
    def state(self, outputs: dict[str, Any] | None) -> None:
        known = self.stack.resources.pop(LINK, None)
        if outputs is not None:
            self.stack.resources[LINK] = replace(known or Resource("", {}), outputs=outputs)

    @property
    def inputs(self) -> dict[str, Any]:
        """The inputs in the state."""
        return self.stack.resources[LINK].inputs

    @property
    def id(self) -> str:
        """The resource's id."""
        return self.stack.resources[LINK].id if LINK in self.stack.resources else ""

    def up(
        self,
        inputs: dict[str, Any],
        *,
        refresh: bool = False,
        replace: bool = False,
        ignore_changes: Iterable[str] = (),
    ) -> Ended:
        """Check, diff, and create or update.

        Args:
            inputs: of the program.
            refresh: whether to read first, as `--refresh` does.
            replace: whether to replace the link without asking for a difference, as `--replace` and a taint do.
            ignore_changes: the resource's option.
        """
        self.stack.program = {LINK: Goal(inputs, ignore=tuple(ignore_changes))}
        return self._run(f"up{' --refresh' * refresh}{f' --replace {LINK}' * replace}")[LINK]

    def refresh(self) -> dict[str, Any] | None:
        """Read: the drift, or nothing when the link is gone."""
        self._run("refresh")
        return self.state["drift"] if self.state is not None else None

    def delete(self, *, refresh: bool = False) -> None:
        """Delete.

        Args:
            refresh: whether to read first, as `destroy --refresh` does.
        """
        self._run(f"destroy{' --refresh' * refresh}")

    def _run(self, line: str) -> dict[str, Ended]:
        run = self.stack.run(line)
        assert run.invalid == {}
        for error in run.errors.values():
            raise ApplicationLinkError(error)
        return run.ended


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost requests are sent again at once, and the nodes of a cluster have followed one another before an operation begins."""
    monkeypatch.setattr("pulumi_applinks.rest.client.FIRST_PAUSE", 0.0)
    monkeypatch.setattr("pulumi_applinks.rest.session.SETTLE_SECONDS", 0.0)
    monkeypatch.setattr("pulumi_applinks.rest.known_links.SETTLE_SECONDS", 0.0)


@pytest.fixture(autouse=True)
def no_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read of an application of one node is not read again, unless time is `passing`."""
    for module in DOUBTING:
        monkeypatch.setattr(f"{module}.SETTLE_SECONDS", 0.0)


@pytest.fixture
def passing(no_pause: None, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time that passes where the program sleeps: what is doubted is doubted for as long as it is for a user."""
    found = Clock()
    defaults = {**(Deadline.__init__.__kwdefaults__ or {}), "clock": found, "sleep": found.sleep}
    monkeypatch.setattr(Deadline.__init__, "__kwdefaults__", defaults)
    monkeypatch.setattr(Hooks, "_pause", lambda _, seconds: found.sleep(seconds))
    for module in DOUBTING:
        monkeypatch.setattr(f"{module}.SETTLE_SECONDS", SETTLE_SECONDS)
    return found


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
