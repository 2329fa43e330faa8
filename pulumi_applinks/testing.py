"""Fixtures for pytest: test your own program with the lab's applications, without licences, network or the Pulumi CLI.

Install the extra `testing`, and name this module in `conftest.py`: `pytest_plugins = ["pulumi_applinks.testing"]`.
`docs/howto/test-your-program.md` shows a test to copy.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_applinks.lab.applications import Application, Lab
from pulumi_applinks.lab.engine import Engine, Project, RunResult, find_engine
from pulumi_applinks.lab.engine.project import base_environment
from pulumi_applinks.names import variable_prefix

__all__ = ["Application", "Lab", "RunResult", "Stack", "applinks_engine", "applinks_lab", "applinks_stack"]

_LEFT_BEHIND = shutil.ignore_patterns("Pulumi.*.yaml", ".pulumi-lab", ".venv", "venv", ".git", "__pycache__")


@dataclass
class Stack:
    """One stack of a program, in a copy of its project's folder.

    Each of `preview`, `up`, `refresh` and `destroy` runs the engine once. If the run fails, the method raises an `AssertionError` with
    everything that the engine printed, unless it is called with `check=False`.

    Attributes:
        project: runs the engine.
        environment: the program's environment: the path, the home and the locale of this process, and the credentials that
            `credentials` has set.
    """

    project: Project
    environment: dict[str, str] = field(repr=False)

    def configure(self, config: Mapping[str, Any]) -> None:
        """Set values of the stack's configuration, as `pulumi config set` does. Lists and objects are supported, too.

        Args:
            config: the values by key. A key without a namespace gets the project's.
        """
        folder = self.project.directory
        name = yaml.safe_load((folder / "Pulumi.yaml").read_text(encoding="utf-8"))["name"]
        file = folder / f"Pulumi.{self.project.stack}.yaml"
        settings = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
        named = {key if ":" in key else f"{name}:{key}": value for key, value in config.items()}
        settings["config"] = {**(settings.get("config") or {}), **named}
        file.write_text(yaml.safe_dump(settings), encoding="utf-8")

    def credentials(self, name: str, application: Application, user: str = "sysadmin") -> None:
        """Give the program credentials under a name.

        Args:
            name: the name of the credentials in the program.
            application: an application of the lab.
            user: `sysadmin`, `admin` or `user`; or the name of a user that the test has added.
        """
        found = application.users[user]
        prefix = variable_prefix(name)
        self.environment[f"{prefix}_USERNAME"] = found.name
        self.environment[f"{prefix}_PASSWORD"] = found.password
        if application.url.startswith("https:"):
            self.environment["REQUESTS_CA_BUNDLE"] = str(application.authorities)

    def preview(self, *flags: str, check: bool = True) -> RunResult:
        """Run `pulumi preview`."""
        return self.project.preview(*flags, check=check, env=self.environment)

    def up(self, *flags: str, check: bool = True) -> RunResult:
        """Run `pulumi up --yes --skip-preview`."""
        return self.project.up(*flags, check=check, env=self.environment)

    def refresh(self, *flags: str, check: bool = True) -> RunResult:
        """Run `pulumi refresh --yes --skip-preview`."""
        return self.project.refresh(*flags, check=check, env=self.environment)

    def destroy(self, *flags: str, check: bool = True) -> RunResult:
        """Run `pulumi destroy --yes --skip-preview`."""
        return self.project.destroy(*flags, check=check, env=self.environment)

    def settles(self) -> None:
        """Fail unless the applications match the state, and the state matches the program."""
        self.refresh("--expect-no-changes")
        self.preview("--expect-no-changes")

    def outputs(self) -> dict[str, Any]:
        """Return the program's exports."""
        return self.project.outputs()


@pytest.fixture
def applinks_lab() -> Iterator[Lab]:
    """Provide a separate network for applications of the lab: `applinks_lab.start("jira")`."""
    with Lab() as lab:
        yield lab


@pytest.fixture
def applinks_engine() -> Engine:
    """Provide the engine that runs programs: the embedded one. Override this fixture to use another, such as `find_engine("pulumi")`."""
    return find_engine("embedded")


@pytest.fixture
def applinks_stack(tmp_path: Path, applinks_engine: Engine) -> Callable[..., Stack]:
    """Provide a function that makes stacks: `applinks_stack(folder, config={...}, credentials={"jira": jira})`.

    It copies the folder with the program and its Pulumi.yaml, without any stack's settings and without state.
    """
    made: list[Stack] = []

    def make(
        folder: str | Path,
        *,
        config: Mapping[str, Any] | None = None,
        credentials: Mapping[str, Application] | None = None,
        name: str = "test",
    ) -> Stack:
        place = tmp_path / f"stack-{len(made)}"
        shutil.copytree(folder, place / "project", ignore=_LEFT_BEHIND)
        project = Project(
            applinks_engine,
            place / "project",
            stack=name,
            home=place / "home",
            passphrase=secrets.token_hex(),
        )
        stack = Stack(project, base_environment())
        stack.configure(config or {})
        for known, application in (credentials or {}).items():
            stack.credentials(known, application)
        project.init(env=stack.environment)
        made.append(stack)
        return stack

    return make
