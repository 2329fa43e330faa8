"""A user's program, run through a real engine process against the lab's applications."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path
from typing import Any

from pulumi_applinks.lab.applications import Application
from pulumi_applinks.lab.engine import Project, RunResult

PRELUDE = """\
import pulumi
from pulumi import ResourceOptions
from pulumi_applinks import (
    Application, ApplicationLink, Credentials, Impersonating, NoAuthentication, NonImpersonating, PerDirection,
)
"""


class Stack:
    """One stack of a program that a test writes as a user would.

    Args:
        project: where the engine runs it.
        environment: the user's environment, credentials included.
    """

    def __init__(self, project: Project, environment: dict[str, str]) -> None:
        self.project = project
        self.environment = environment
        self.runs: list[RunResult] = []

    def program(self, text: str) -> None:
        """Write the program; imports come by themselves."""
        source = PRELUDE + textwrap.dedent(text)
        Path(self.project.directory, "__main__.py").write_text(source, encoding="utf-8")

    def credentials(self, name: str, application: Application, user: str = "sysadmin") -> None:
        """Give the program's user the credentials of one of an application's users, in the environment."""
        found = application.users[user]
        self.environment[f"APPLINKS_{name.upper()}_USERNAME"] = found.name
        self.environment[f"APPLINKS_{name.upper()}_PASSWORD"] = found.password

    def up(self, *flags: str, check: bool = True) -> RunResult:
        """`up`."""
        return self._kept(self.project.up(*flags, check=check, env=self.environment))

    def preview(self, *flags: str, check: bool = True) -> RunResult:
        """`preview`."""
        return self._kept(self.project.preview(*flags, check=check, env=self.environment))

    def refresh(self, *flags: str, check: bool = True) -> RunResult:
        """`refresh`."""
        return self._kept(self.project.refresh(*flags, check=check, env=self.environment))

    def destroy(self, *flags: str, check: bool = True) -> RunResult:
        """`destroy`."""
        return self._kept(self.project.destroy(*flags, check=check, env=self.environment))

    def _kept(self, result: RunResult) -> RunResult:
        self.runs.append(result)
        return result

    def settles(self) -> None:
        """After an `up`, nothing has drifted and nothing is left to change."""
        self.refresh("--expect-no-changes")
        self.preview("--expect-no-changes")

    def resources(self) -> list[dict[str, Any]]:
        """The links in the stack's state."""
        deployment = self.project.export()["deployment"]
        return [
            resource
            for resource in deployment.get("resources") or []
            if resource["type"].endswith("applinks:ApplicationLink")
        ]

    def outputs(self, name: str = "jira-wiki") -> dict[str, Any]:
        """What the state has of one link."""
        return next(resource["outputs"] for resource in self.resources() if resource["urn"].endswith(f"::{name}"))

    def id(self, name: str = "jira-wiki") -> str:
        """A link's resource id."""
        return next(resource["id"] for resource in self.resources() if resource["urn"].endswith(f"::{name}"))


def says(result: RunResult, *parts: str) -> None:
    """What a run printed has these parts, however its lines were wrapped."""
    flat = re.sub(r"\s+", " ", result.output)
    missing = [part for part in parts if part not in flat]
    assert not missing, f"missing {missing!r} in:\n{result.output}"


def plans(result: RunResult, **counts: int) -> None:
    """The summary of a preview or an update counts these actions: `create=1`, `update=1`, `replace=1`, `delete=1`."""
    words = {"create": "creat", "update": "updat", "replace": "replac", "delete": "delet"}
    for action, count in counts.items():
        pattern = rf"{count} (to {action}|{words[action]}ed)"
        found = re.search(pattern, result.output)
        assert (found is not None) == (count > 0), f"expected {count} to {action} in:\n{result.output}"


def status_of(application: Application, link_id: str) -> dict[str, Any]:
    """What an application says of one of its links, asked by its administrator over REST."""
    import requests

    admin = application.users["admin"]
    answer = requests.get(
        f"{application.url}/rest/applinks/3.0/status/{link_id}",
        auth=(admin.name, admin.password),
        headers={"Accept": "application/json"},
        timeout=10,
    )
    return json.loads(answer.text)
