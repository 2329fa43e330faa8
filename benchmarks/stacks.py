"""Stacks of links and stacks of null resources on an engine. Each operation is one run of the engine."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeAlias

from benchmarks.cells import Cell
from benchmarks.watch import Watch
from pulumi_applinks.lab.engine import Project, RunResult, find_engine
from pulumi_applinks.lab.engine.project import base_environment

ROOT = Path(__file__).parents[1]
_PLUGIN = ROOT / "plugin" / "__main__.py"
_NULL_PLUGIN = ROOT / "benchmarks" / "null_plugin.py"
PASSPHRASE = "only for benchmarks"

_LINKS = """\
import json, pathlib
from pulumi_applinks import Application, ApplicationLink

given = json.loads(pathlib.Path("given.json").read_text(encoding="utf-8"))
ends = [Application(one["url"], credentials=f"app{number}") for number, one in enumerate(given["applications"])]
for one, two in given["pairs"]:
    ApplicationLink(f"link-{one}-{two}", source=ends[one], target=ends[two], on_existing=given["on_existing"])
"""
_PLUGIN_LINKS = _LINKS.replace(
    "import Application, ApplicationLink\n",
    "import Application\nfrom pulumi_applinks.packaged import ApplicationLink\n",
)
_NULLS = """\
import json, pathlib
from benchmarks.null import Null

given = json.loads(pathlib.Path("given.json").read_text(encoding="utf-8"))
ends = [{"url": one["url"], "credentials": f"app{number}"} for number, one in enumerate(given["applications"])]
for one, two in given["pairs"]:
    Null(f"link-{one}-{two}", {"source": ends[one], "target": ends[two]})
"""


Way: TypeAlias = Literal["embedded", "pulumi", "plugin"]
"""What runs the links: the dynamic provider on either engine, or the plugin, which needs the CLI."""
AT_ONCE: Mapping[Way, int] = {"embedded": 4, "pulumi": 4, "plugin": 32}
"""How many of the engine's calls the provider answers at the same time."""


@dataclass(frozen=True)
class Ran:
    """One run.

    Attributes:
        seconds: the wall-clock time.
        peak: the peak memory of the provider's process, in MiB.
        output: what was printed.
    """

    seconds: float
    peak: float | None
    output: str


class MeasuredStack:
    """A stack, its program and its files.

    Args:
        folder: where the files are; emptied first.
        way: what runs the stack.
        program: the program's text.
        plugin: the program of the plugin's process, if the plugin runs the stack.
    """

    def __init__(self, folder: Path, way: Way, program: str, plugin: str = "") -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self.folder = folder / "program"
        self.folder.mkdir(parents=True)
        self._way = way
        declared = "name: benchmark\nruntime: python\n"
        if way == "plugin":
            script = folder / "plugin" / "pulumi-resource-applinks"
            script.parent.mkdir()
            # With `exec`, the watched process is the one that serves.
            script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{plugin}" "$@"\n', encoding="utf-8")
            script.chmod(0o755)
            declared += f"plugins:\n  providers:\n    - name: applinks\n      path: {script.parent}\n"
        (self.folder / "Pulumi.yaml").write_text(declared, encoding="utf-8")
        (self.folder / "__main__.py").write_text(program, encoding="utf-8")
        self.environment = {**base_environment(), "PYTHONPATH": str(ROOT)}
        self.project = Project(
            find_engine("embedded" if way == "embedded" else "pulumi"),
            self.folder,
            home=folder / "state",
            passphrase=PASSPHRASE,
            env=self.environment,
        )
        self.project.init()

    @classmethod
    def of_links(cls, folder: Path, way: Way) -> MeasuredStack:
        """A stack of application links."""
        return cls(folder, way, _PLUGIN_LINKS if way == "plugin" else _LINKS, str(_PLUGIN))

    @classmethod
    def of_nulls(cls, folder: Path, way: Way) -> MeasuredStack:
        """A stack of as many resources with the same inputs, whose provider does nothing."""
        return cls(folder, way, _PLUGIN_LINKS if way == "plugin" else _NULLS, str(_NULL_PLUGIN))

    def give(self, applications: list[dict[str, Any]], cell: Cell, *, adopt: bool = False) -> None:
        """Give the program the links to declare.

        Args:
            applications: what is known about each.
            cell: the size, which decides which applications to link.
            adopt: whether to adopt existing links.
        """
        given = {
            "applications": [{"url": one["url"]} for one in applications],
            "pairs": cell.pairs,
            "on_existing": "adopt" if adopt else "fail",
        }
        (self.folder / "given.json").write_text(json.dumps(given), encoding="utf-8")
        for number, one in enumerate(applications):
            self.environment[f"APPLINKS_APP{number}_USERNAME"] = one.get("username", "")
            self.environment[f"APPLINKS_APP{number}_PASSWORD"] = one.get("password", "")

    def run(self, operation: str) -> Ran:
        """Run the engine once: create, adopt, refresh, preview, relocate or delete."""
        many = ("--parallel", str(AT_ONCE["plugin"])) if self._way == "plugin" else ()
        verbs: dict[str, Callable[[], RunResult]] = {
            "create": partial(self.project.up, *many),
            "adopt": partial(self.project.up, *many),
            "relocate": partial(self.project.up, *many),
            "refresh": partial(self.project.refresh, "--expect-no-changes", *many),
            "preview": partial(self.project.preview, "--expect-no-changes", *many),
            "delete": partial(self.project.destroy, *many),
        }
        with Watch() as watch:
            started = time.monotonic()
            result = verbs[operation]()
            seconds = time.monotonic() - started
        return Ran(seconds, watch.peak, result.output)


def script(folder: Path, who: str, operation: str, given: dict[str, Any]) -> float:
    """Run a script on some links, and return the seconds that it took.

    Args:
        folder: the folder for its file.
        who: `today` or `wizard`.
        operation: create, refresh, preview, relocate or delete.
        given: the applications and pairs.
    """
    file = folder / f"{who}.json"
    file.write_text(json.dumps(given), encoding="utf-8")
    started = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "benchmarks.scripts", who, operation, str(file)],
        check=True,
        cwd=ROOT,
        env={**base_environment(), "PYTHONPATH": str(ROOT)},
    )
    return time.monotonic() - started
