"""Stacks of links, and of nothing, on an engine; each operation is one run of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.cells import Cell
from benchmarks.watch import Watch
from pulumi_applinks.lab.engine import Project, RunResult, find_engine
from pulumi_applinks.lab.engine.project import Which, base_environment

ROOT = Path(__file__).parents[1]
PASSPHRASE = "only for benchmarks"

_LINKS = """\
import json, pathlib
from pulumi_applinks import Application, ApplicationLink

given = json.loads(pathlib.Path("given.json").read_text(encoding="utf-8"))
ends = [Application(one["url"], credentials=f"app{number}") for number, one in enumerate(given["applications"])]
for one, two in given["pairs"]:
    ApplicationLink(f"link-{one}-{two}", source=ends[one], target=ends[two], on_existing=given["on_existing"])
"""
_NULLS = """\
import json, pathlib
from benchmarks.null import Null

given = json.loads(pathlib.Path("given.json").read_text(encoding="utf-8"))
ends = [{"url": one["url"], "credentials": f"app{number}"} for number, one in enumerate(given["applications"])]
for one, two in given["pairs"]:
    Null(f"link-{one}-{two}", {"source": ends[one], "target": ends[two]})
"""


@dataclass(frozen=True)
class Ran:
    """One run.

    Attributes:
        seconds: of wall-clock time.
        peak: the provider's process's most memory, in MiB.
        output: what was printed.
    """

    seconds: float
    peak: float | None
    output: str


class MeasuredStack:
    """A stack, its program and its files.

    Args:
        folder: where they are; emptied before.
        engine: what runs it.
        program: its text.
    """

    def __init__(self, folder: Path, engine: Which, program: str) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self.folder = folder / "program"
        self.folder.mkdir(parents=True)
        (self.folder / "Pulumi.yaml").write_text("name: benchmark\nruntime: python\n", encoding="utf-8")
        (self.folder / "__main__.py").write_text(program, encoding="utf-8")
        self.environment = {**base_environment(), "PYTHONPATH": str(ROOT)}
        self.project = Project(
            find_engine(engine),
            self.folder,
            home=folder / "state",
            passphrase=PASSPHRASE,
            env=self.environment,
        )
        self.project.init()

    @classmethod
    def of_links(cls, folder: Path, engine: Which) -> MeasuredStack:
        """A stack of application links."""
        return cls(folder, engine, _LINKS)

    @classmethod
    def of_nulls(cls, folder: Path, engine: Which) -> MeasuredStack:
        """A stack of as many resources of the same inputs, whose provider does nothing."""
        return cls(folder, engine, _NULLS)

    def give(self, applications: list[dict[str, Any]], cell: Cell, *, adopt: bool = False) -> None:
        """Tell the program which links to declare.

        Args:
            applications: what is known of each.
            cell: how many of them to link.
            adopt: whether links that are there are taken over.
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
        verbs: dict[str, Callable[[], RunResult]] = {
            "create": self.project.up,
            "adopt": self.project.up,
            "relocate": self.project.up,
            "refresh": lambda: self.project.refresh("--expect-no-changes"),
            "preview": lambda: self.project.preview("--expect-no-changes"),
            "delete": self.project.destroy,
        }
        with Watch() as watch:
            started = time.monotonic()
            result = verbs[operation]()
            seconds = time.monotonic() - started
        return Ran(seconds, watch.peak, result.output)


def script(folder: Path, who: str, operation: str, given: dict[str, Any]) -> float:
    """Run a script on some links; the seconds that it took.

    Args:
        folder: for its file.
        who: `today` or `wizard`.
        operation: create, refresh, preview, relocate or delete.
        given: applications and pairs.
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
