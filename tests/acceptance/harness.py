"""A user's program, run through a real engine process against the lab's applications."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
import textwrap
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import yaml

from pulumi_applinks.lab.applications import Application, Lab, StoredLink
from pulumi_applinks.lab.engine import RunResult
from pulumi_applinks.names import DYNAMIC_TYPE, PLUGIN_TYPE
from tests.engines import SparingProject
from tests.words import flat

PRELUDE = """\
import pulumi
from pulumi import ResourceOptions
from pulumi_applinks import (
    Application, ApplicationLink, Credentials, Impersonating, NoAuthentication, NonImpersonating, PerDirection,
)
"""


PLUGIN = Path(__file__).parents[2] / "plugin"
"""The folder from which the engine starts the plugin."""


def with_plugin(project: Path) -> None:
    """Let a project's links be managed by the plugin, in the environment of the tests.

    Args:
        project: its folder, with its Pulumi.yaml.
    """
    folder = project.parent / f"{project.name}-plugin"
    shutil.copytree(PLUGIN, folder)
    # An environment of its own would be installed from the index of packages. This one has the interpreter of the tests, warm or not.
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "python3"):
        (programs / name).write_text(
            f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8"
        )
        (programs / name).chmod(0o755)
    file = project / "Pulumi.yaml"
    plugins = {"plugins": {"providers": [{"name": "applinks", "path": str(folder)}]}}
    file.write_text(file.read_text(encoding="utf-8") + yaml.safe_dump(plugins), encoding="utf-8")


ADDED: dict[str, tuple[str, ...]] = {}
"""Flags that each run of a verb has besides its own: `--with-refresh` and `--with-run-program` fill it in."""


def link(
    source: Application | str,
    target: Application | str,
    *more: str,
    name: str = "jira-wiki",
    credentials: tuple[str, str | None] = ("jira", "wiki"),
    source_more: str = "",
    target_more: str = "",
) -> str:
    """A link as a program declares it.

    Args:
        source: the application that it starts from, or only its URL.
        target: the one that it points at, likewise.
        more: other arguments of the link.
        name: the resource's.
        credentials: of the source and of the target, by their names.
        source_more: other arguments of the source.
        target_more: of the target.
    """
    here, there = (one if isinstance(one, str) else one.url for one in (source, target))
    arguments = (
        repr(name),
        f"source=Application({here!r}, credentials={credentials[0]!r}, {source_more})",
        f"target=Application({there!r}, credentials={credentials[1]!r}, {target_more})",
        *more,
    )
    return "ApplicationLink(\n" + "".join(f"    {one},\n" for one in arguments) + ")\n"


@dataclass
class _Watched:
    application: Application
    before: list[dict[str, Any]]
    foreign: dict[str, dict[str, Any]]


class Story:
    """One stack of a program that a test writes as a user would.

    After each run, the links that the program did not declare are compared with what they were: nothing that it does may change
    them.

    Args:
        project: where the engine runs it.
        environment: the user's environment, credentials included.
    """

    def __init__(self, project: SparingProject, environment: dict[str, str]) -> None:
        self.project = project
        self.environment = environment
        self.prelude = PRELUDE
        self.sparing = True
        """Whether a story on the CLI ends without looking once more whether anything is left to do."""
        self.runs: list[RunResult] = []
        self.finished = False
        self._up_to_date = False
        self._watched: list[_Watched] = []

    def program(self, text: str) -> None:
        """Write the program; imports come by themselves."""
        source = self.prelude + textwrap.dedent(text)
        Path(self.project.directory, "__main__.py").write_text(source, encoding="utf-8")

    def declare(
        self, source: Application | str, target: Application | str, *more: str, **others: Any
    ) -> None:
        """Write a program of one link, which is as `link` takes it."""
        self.program(link(source, target, *more, **others))

    def credentials(self, name: str, application: Application, user: str = "sysadmin") -> None:
        """Give the program's user the credentials of one of an application's users, in the environment."""
        found = application.users[user]
        self.environment[f"APPLINKS_{name.upper()}_USERNAME"] = found.name
        self.environment[f"APPLINKS_{name.upper()}_PASSWORD"] = found.password

    def watch(self, *applications: Application) -> None:
        """Remember what these applications have now: at the end they must have the same again."""
        for application in applications:
            self._watched = [known for known in self._watched if known.application is not application]
            before = application.links.snapshot()
            foreign = {link["id"]: link for link in before}
            self._watched.append(_Watched(application, before, foreign))

    def gives_up(self, application: Application, link_id: str) -> None:
        """A link that was there before is the program's from now on, or changed by hand: it is not compared any more."""
        for watched in self._watched:
            if watched.application is application:
                watched.foreign.pop(link_id, None)

    def up(self, *flags: str, check: bool = True) -> RunResult:
        """`up`."""
        return self._run("up", flags, check)

    def preview(self, *flags: str, check: bool = True) -> RunResult:
        """`preview`."""
        return self._run("preview", flags, check)

    def refresh(self, *flags: str, check: bool = True) -> RunResult:
        """`refresh`."""
        return self._run("refresh", flags, check)

    def destroy(self, *flags: str, check: bool = True) -> RunResult:
        """`destroy`."""
        return self._run("destroy", flags, check)

    def _run(self, verb: str, flags: tuple[str, ...], check: bool) -> RunResult:
        added = [flag for flag in ADDED.get(verb, ()) if not any(own.startswith(flag) for own in flags)]
        result: RunResult = getattr(self.project, verb)(*flags, *added, check=check, env=self.environment)
        self.runs.append(result)
        self._up_to_date = verb == "up" and result.returncode == 0
        for watched in self._watched:
            now = {link["id"]: link for link in watched.application.links.snapshot()}
            for link_id, link in watched.foreign.items():
                assert now.get(link_id) == link, (
                    f"a link of somebody else was changed on {watched.application}"
                )
        return result

    def settles(self) -> None:
        """After an `up`, nothing has drifted and nothing is left to change; checked with one run, since each takes its time."""
        self.preview("--refresh", "--expect-no-changes")

    def finish(self) -> None:
        """The end of every story: up, nothing left to do, destroy, and all applications as they were."""
        if not self._up_to_date:
            self.up()
        if not (self.sparing and self.project.engine.name == "pulumi"):
            self.settles()
        self.destroy()
        self.is_gone()

    def is_gone(self) -> None:
        """The stack has no links, and the applications are as they were."""
        assert self.resources() == []
        for watched in self._watched:
            now = watched.application.links.snapshot()
            kept = [link for link in watched.before if link["id"] in watched.foreign]
            assert now == kept, f"{watched.application} is not as it was"
        self.finished = True

    def resources(self) -> list[dict[str, Any]]:
        """The links in the stack's state."""
        deployment = self.project.export()["deployment"]
        return [
            resource
            for resource in deployment.get("resources") or []
            if resource["type"].endswith(("applinks:ApplicationLink", PLUGIN_TYPE))
        ]

    def forget_links(self) -> None:
        """Take the links out of the state, which leaves them where they are."""
        state = self.project.export()
        links = [one["urn"] for one in self.resources()]
        kept = [one for one in state["deployment"]["resources"] if one["urn"] not in links]
        state["deployment"]["resources"] = kept
        self.project.import_(state)

    def outputs(self, name: str = "jira-wiki") -> dict[str, Any]:
        """What the state has of one link."""
        found: dict[str, Any] = self._resource(name)["outputs"]
        return found

    @property
    def type(self) -> str:
        """The type of the links, which depends on what manages them."""
        return PLUGIN_TYPE if "packaged" in self.prelude else DYNAMIC_TYPE

    def urn(self, name: str = "jira-wiki") -> str:
        """A link's URN, also of one that is not in the state."""
        return f"urn:pulumi:dev::story::{self.type}::{name}"

    def id(self, name: str = "jira-wiki") -> str:
        """A link's resource id."""
        return str(self._resource(name)["id"])

    def _resource(self, name: str) -> dict[str, Any]:
        return next(one for one in self.resources() if one["urn"].endswith(f"::{name}"))


@contextmanager
def starting_when(application: Application, asked: Application) -> Iterator[None]:
    """Start an application as soon as another one is asked something: the program is waiting for it by then."""
    asked.requests.clear()

    def come_up() -> None:
        asked.requests.wait_for(1)
        application.start()

    helper = threading.Thread(target=come_up)
    helper.start()
    yield
    helper.join()


def neighbours(lab: Lab, application: Application, *types: str) -> list[StoredLink]:
    """Links of somebody else on an application, to others that are not part of the story."""
    links = []
    for type_id in types:
        address = f"{lab.closed_address()}/other-{type_id}"
        other = StoredLink(str(uuid.uuid4()), type_id, f"Other {type_id}", address, address)
        links.append(application.links.add(other))
    return links


def says(result: RunResult, *parts: str) -> None:
    """What a run printed has these parts, however its lines were wrapped."""
    told = flat(result.output)
    missing = [part for part in parts if part not in told]
    assert not missing, f"missing {missing!r} in:\n{result.output}"


def says_not(result: RunResult, *parts: str) -> None:
    """What a run printed has none of these parts."""
    told = flat(result.output)
    found = [part for part in parts if part in told]
    assert not found, f"found {found!r} in:\n{result.output}"


def plans(result: RunResult, **counts: int) -> None:
    """The summary of a preview or an update counts these actions: `create=1`, `update=1`, `replace=1`, `delete=1`."""
    words = {"create": "creat", "update": "updat", "replace": "replac", "delete": "delet"}
    for action, count in counts.items():
        pattern = (
            rf"\b{count} (to {action}|{words[action]}ed)" if count else rf"\d (to {action}|{words[action]}ed)"
        )
        found = re.search(pattern, result.output)
        assert (found is not None) == (count > 0), f"expected {count} to {action} in:\n{result.output}"


def status_of(application: Application, link_id: str) -> dict[str, Any]:
    """What an application says of one of its links, asked by its administrator over REST."""
    admin = application.users["admin"]
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(
            f"{application.url}/rest/applinks/3.0/status/{link_id}",
            auth=(admin.name, admin.password),
            headers={"Accept": "application/json"},
            timeout=10,
            verify=application.authorities,
        )
    found: dict[str, Any] = answer.json()
    return found


def working(one: Application, two: Application) -> bool:
    """Whether both applications say that the link between them works."""
    return all(status_of(here, there.server_id)["working"] for here, there in ((one, two), (two, one)))
