"""The engines that stories run on: the embedded one, and `pulumi` when it is on PATH; and projects that spare runs of them."""

from __future__ import annotations

import atexit
import copy
import functools
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pulumi_applinks.lab.engine import Project, RunResult, find_engine
from pulumi_applinks.lab.engine.project import Which

ENGINES = [
    pytest.param("embedded"),
    pytest.param(
        "pulumi",
        marks=pytest.mark.skipif(
            shutil.which("pulumi") is None,
            reason="`pulumi` is not on PATH: this ran on the embedded engine only",
        ),
    ),
]
PASSPHRASE = "a passphrase for trying out"
QUICK = {"GOGC": "off"}
"""A run of the CLI ends before it would be short of memory: collecting garbage takes a tenth of its time."""


class SparingProject(Project):
    """A project of which a test may ask the state often: it is read without the CLI, or once after each run."""

    _exported: dict[str, Any] | None = None

    def run(
        self, *args: str, check: bool = True, env: Mapping[str, str] | None = None, stdin: str | None = None
    ) -> RunResult:
        """Run any command of the engine."""
        if args != ("stack", "export"):
            self._exported = None
        return super().run(*args, check=check, env=env, stdin=stdin)

    def export(self) -> dict[str, Any]:
        """The deployment, its secrets encrypted."""
        if self._exported is None:
            self._exported = self._export()
        return copy.deepcopy(self._exported)

    def _export(self) -> dict[str, Any]:
        if self.engine.name != "pulumi":
            return super().export()
        stacks = Path(self.home, "backend", ".pulumi", "stacks", self.directory.name)
        kept = json.loads((stacks / f"{self.stack}.json").read_text(encoding="utf-8"))
        return {"version": kept["version"], "deployment": kept["checkpoint"]["latest"] or {}}


def new_project(folder: Path, engine: Which, name: str) -> SparingProject:
    """A project with a stack, in a folder of its name."""
    shutil.copytree(_initialised(engine, name), folder, dirs_exist_ok=True)
    return _project(folder, engine, name)


def _project(folder: Path, engine: Which, name: str) -> SparingProject:
    return SparingProject(
        find_engine(engine), folder / name, stack="dev", home=folder / f"{name}-home", passphrase=PASSPHRASE
    )


@functools.cache
def _initialised(engine: Which, name: str) -> Path:
    """A folder with a project and its stack, as `stack init` leaves them. It gives the same each time, and is run once."""
    folder = Path(tempfile.mkdtemp(prefix="applinks-new-stack-"))
    atexit.register(shutil.rmtree, folder)
    project = _project(folder, engine, name)
    project.directory.mkdir()
    (project.directory / "Pulumi.yaml").write_text(
        f"name: {name}\nruntime:\n  name: python\n", encoding="utf-8"
    )
    project.init()
    return folder
