"""Write the results as Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.cells import MISSING, Cell
from benchmarks.imports import Imports
from benchmarks.measure import OPERATIONS, Row, Scripted
from benchmarks.stacks import AT_ONCE, Way

LARGEST_MEMORY = {"embedded": 120.0, "pulumi": 120.0, "plugin": 150.0}
"""The most MiB, by what runs the links."""
IMPORT_RATIO = 1.3
AGAINST_LEAST = {
    ("refresh", "embedded"): 1.3,
    ("refresh", "pulumi"): 1.3,
    ("adopt", "embedded"): 1.3,
    ("adopt", "pulumi"): 1.3,
    ("preview", "embedded"): 1.3,
    ("preview", "pulumi"): 1.3,
    ("create", "pulumi"): 1.5,
    ("refresh", "plugin"): 1.3,
    ("create", "plugin"): 1.3,
}
"""By operation and engine: the largest multiple of `Row.least`, which is the floor plus the latency of all requests."""
AGAINST_SCRIPT = {"create": 3, "refresh": 10}
"""By operation: how many times faster than a script it must at least be."""
FLAT = 1.1
"""A value counts as constant if it grows by at most a tenth."""


@dataclass
class Results:
    """Everything that was measured.

    Attributes:
        command: the command that measured it.
        rows: the operations.
        engines: the seconds for null resources, by engine, size and operation.
        imports: the cost of importing.
        memory: the MiB after each refresh in one process.
        memory_links: how many links each refresh read.
        instructions: the instructions for reading one link.
        instructions_asked: whether to count them.
    """

    command: str
    rows: list[Row] = field(default_factory=list)
    engines: dict[tuple[Way, Cell], dict[str, float]] = field(default_factory=dict)
    imports: Imports | None = None
    memory: list[float] = field(default_factory=list)
    memory_links: int = 0
    instructions: int | None = None
    instructions_asked: bool = False

    def markdown(self) -> str:
        """All tables."""
        return "\n\n".join(part for part in self._parts() if part) + "\n"

    def _parts(self) -> list[str]:
        return [
            f"Made by `{self.command}` on {platform.system()} {platform.machine()}, {os.cpu_count()} processors, "
            f"Python {platform.python_version()}. Only ratios are results: each compares with what ran beside it.",
            "### Wanted and measured",
            _table(["what", "wanted", "measured", ""], self._goals()),
            *self._operations(),
            "### How cost grows",
            self._growth(),
            "### The engines, with resources of nothing",
            self._engines(),
            "Sizes that do not exist, as two applications have at most one link: "
            f"{', '.join(str(cell) for cell in MISSING)}.",
        ]

    def _goals(self) -> list[list[str]]:
        found = [
            goal
            for row in self.rows
            if row.cell.links >= 100 and row.latency == 20
            for goal in self._goals_of(row)
        ]
        growth = self._growth_ratio()
        if growth is not None:
            found.append(
                _goal("requests for a link, at the largest size against 10 links", f"≤ {FLAT}", growth, FLAT)
            )
        for engine, bound in LARGEST_MEMORY.items():
            peaks = [row.peak for row in self.rows if row.engine == engine and row.peak is not None]
            if peaks:
                name = f"most memory of the provider's process ({engine})"
                found.append(_goal(name, f"≤ {bound:.0f} MiB", max(peaks), bound, " MiB"))
        if len(self.memory) > 2:
            name = f"memory after {len(self.memory)} refreshes of {self.memory_links} links against after 2"
            found.append(_goal(name, f"≤ {FLAT}", self.memory[-1] / self.memory[1], FLAT))
        if self.imports is not None:
            name = f"import against its libraries alone (processor time, medians of {self.imports.times})"
            found.append(_goal(name, f"≤ {IMPORT_RATIO}", self.imports.ratio, IMPORT_RATIO))
        found += [
            _goal(
                f"embedded engine against the real one: {operation}, {cell.links} of nothing",
                "≤ 1",
                ratio,
                1.0,
            )
            for cell, operation, ratio in self._engine_ratios()
            if cell.links >= 500
        ]
        told = "not asked for" if not self.instructions_asked else "not available"
        shown = told if self.instructions is None else f"{self.instructions / 1e6:.1f} million"
        found.append(["instructions for reading one link", "", shown, ""])
        return found

    @staticmethod
    def _goals_of(row: Row) -> list[list[str]]:
        where = f"{row.engine}, {row.cell}, {row.latency} ms"
        found = []
        if (row.operation, row.engine) in AGAINST_LEAST:
            most = AGAINST_LEAST[row.operation, row.engine]
            name = f"{row.operation}: ours / (floor + requests × latency ÷ {AT_ONCE[row.engine]}) ({where})"
            found.append(_goal(name, f"≤ {most}", row.seconds / row.least, most))
            name = f"{row.operation}: the same, with the applications' work ({where})"
            found.append(_goal(name, f"≤ {most}", row.seconds / row.least_here, most))
        if row.operation in AGAINST_SCRIPT:
            fewest = AGAINST_SCRIPT[row.operation]
            name = f"{row.operation}: script / ours ({where})"
            found.append(_goal(name, f"≥ {fewest}", row.today.seconds / row.seconds, fewest, least=True))
        return found

    def _operations(self) -> list[str]:
        parts = []
        for operation in OPERATIONS:
            rows = [row for row in self.rows if row.operation == operation]
            if rows:
                note = " (the links of one application, all others stay)" if operation == "relocate" else ""
                parts += [f"### {operation.capitalize()}{note}", _table(_HEAD, [_cells(row) for row in rows])]
        return parts

    def _growth(self) -> str:
        rows = [row for row in self.rows if row.latency == 20]
        sizes = list(dict.fromkeys((row.engine, row.cell) for row in rows))
        head = [
            "engine",
            "links",
            *[f"{one}: requests, ms a link" for one in OPERATIONS if one != "relocate"],
        ]
        lines = []
        for engine, cell in sizes:
            line = [engine, str(cell)]
            for operation in OPERATIONS:
                if operation != "relocate":
                    row = next(
                        r for r in rows if (r.engine, r.cell, r.operation) == (engine, cell, operation)
                    )
                    each = max(0.0, row.seconds - row.floor) / cell.links * 1000
                    line.append(f"{row.counted.client / cell.links:.1f}, {each:.0f}")
            lines.append(line)
        return (
            "At 20 ms; the milliseconds are those above the floor.\n\n" + _table(head, lines) if lines else ""
        )

    def _growth_ratio(self) -> float | None:
        """The requests per link of a create and a refresh at the largest size, divided by those at the smallest size from 10 links."""
        rows = [row for row in self.rows if row.operation in ("create", "refresh") and row.cell.links >= 10]
        if not rows:
            return None
        by_size: dict[Cell, dict[str, float]] = {}
        for row in rows:
            by_size.setdefault(row.cell, {})[row.operation] = row.counted.client / row.cell.links
        sizes = sorted(by_size, key=lambda cell: cell.links)
        if sizes[0].links == sizes[-1].links:
            return None
        return sum(by_size[sizes[-1]].values()) / sum(by_size[sizes[0]].values())

    def _engine_ratios(self) -> list[tuple[Cell, str, float]]:
        return [
            (cell, operation, seconds / self.engines["pulumi", cell][operation])
            for (engine, cell), floors in self.engines.items()
            if engine == "embedded" and ("pulumi", cell) in self.engines
            for operation, seconds in floors.items()
        ]

    def _engines(self) -> str:
        ratios = self._engine_ratios()
        if not ratios:
            return "`pulumi` was not on PATH, or not asked for: there is nothing to compare the embedded engine with."
        lines = [
            [
                str(cell),
                operation,
                f"{self.engines['embedded', cell][operation]:.1f}",
                f"{self.engines['pulumi', cell][operation]:.1f}",
                f"{ratio:.2f}",
            ]
            for cell, operation, ratio in ratios
        ]
        return _table(["resources", "operation", "embedded, s", "pulumi, s", "embedded / pulumi"], lines)


_HEAD = [
    "engine", "links", "latency", "ours, s", "floor (a), s", "ours / (a)", "ours / (a + requests × latency ÷ workers)",
    "with the applications' work",
    "script (b) / ours", "wizard (c) / ours",
    "requests", "of these a link", "among applications", "provider, MiB",
]  # fmt: skip


def _cells(row: Row) -> list[str]:
    return [
        row.engine,
        str(row.cell),
        f"{row.latency} ms",
        f"{row.seconds:.1f}",
        f"{row.floor:.1f}",
        f"{row.seconds / row.floor:.2f}",
        f"{row.seconds / row.least:.2f}",
        f"{row.seconds / row.least_here:.2f}",
        _against(row.today, row.seconds),
        _against(row.wizard, row.seconds),
        str(row.counted.client),
        f"{row.counted.client / (len(row.cell.moved) if row.operation == 'relocate' else row.cell.links):.1f}",
        str(row.counted.application),
        "not reported" if row.peak is None else f"{row.peak:.0f}",
    ]


def _against(script: Scripted, seconds: float) -> str:
    sample = "" if script.sample is None else f" (sample of {script.sample})"
    return f"{script.seconds / seconds:.1f}{sample}"


def _goal(
    name: str, wanted: str, value: float, bound: float, unit: str = "", *, least: bool = False
) -> list[str]:
    met = value >= bound if least else value <= bound
    return [
        name,
        wanted,
        f"{value:.2f}{unit}" if value < 10 else f"{value:.1f}{unit}",
        "yes" if met else "**no**",
    ]


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
