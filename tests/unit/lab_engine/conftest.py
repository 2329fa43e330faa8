"""A small dynamic provider of the tests' own, and projects that use it, on every engine there is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pulumi_applinks.lab.engine import RunResult
from pulumi_applinks.lab.engine.project import base_environment
from tests.engines import ENGINES, Which, new_project

THINGS = Path(__file__).with_name("things.py")
HEAD = """\
import pulumi
from pulumi import Alias, ResourceOptions
from things import Thing
"""


@pytest.fixture(autouse=True)
def _warm(warm_start: None) -> None:
    """The engines' processes start warm."""


class Trial:
    """A project with the small provider.

    Args:
        folder: where its own is.
        engine: what runs it.
        passphrase: whether that opens its secrets, whatever the engine.
    """

    def __init__(self, folder: Path, engine: Which, *, passphrase: bool = False) -> None:
        self.project = new_project(folder, engine, "trial", passphrase=passphrase)
        self.folder = self.project.directory
        shutil.copy(THINGS, self.folder)

    def program(self, text: str) -> None:
        """Write the program."""
        (self.folder / "__main__.py").write_text(HEAD + text, encoding="utf-8")

    def run(self, verb: str, *flags: str, check: bool = True, **env: str) -> RunResult:
        """Run a verb, with variables that control the provider."""
        (self.folder / "calls.log").unlink(missing_ok=True)
        found: RunResult = getattr(self.project, verb)(*flags, check=check, env=base_environment() | env)
        return found

    @property
    def calls(self) -> list[list[Any]]:
        """The calls that the last run made on the provider."""
        log = self.folder / "calls.log"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return [json.loads(line) for line in lines]

    @property
    def names(self) -> list[str]:
        """Each call of the last run, as `create a`."""
        return [f"{call[0]} {call[1]}".strip() for call in self.calls if call[0] != "configure"]

    @property
    def changes(self) -> list[str]:
        """The calls that changed something."""
        return [name for name in self.names if name.split()[0] in ("create", "update", "delete")]

    def state(self) -> dict[str, dict[str, Any]]:
        """The resources in the state, by name."""
        found = self.project.export()["deployment"].get("resources") or []
        return {one["urn"].split("::")[-1]: one for one in found}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Which:
    """The engine that runs the trial."""
    which: Which = request.param
    return which


@pytest.fixture
def trial(engine: Which, tmp_path: Path, passphrase: bool) -> Trial:
    """A project on each engine."""
    return Trial(tmp_path, engine, passphrase=passphrase)


@pytest.fixture
def embedded(tmp_path: Path) -> Trial:
    """A project on the embedded engine."""
    return Trial(tmp_path, "embedded")
