"""Measures one size at one latency: links on an engine, null resources on the same engine, and the two scripts."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.cells import Cell
from benchmarks.stacks import AT_ONCE, MeasuredStack, Ran, Way, script
from benchmarks.world import Counted, World

OPERATIONS = ("create", "adopt", "refresh", "preview", "relocate", "delete")
REPEATABLE = ("refresh", "preview")
CALLS = {
    "today": {"create": 10, "refresh": 6, "relocate": 3, "delete": 4},
    "wizard": {"create": 8, "refresh": 2, "relocate": 2, "delete": 4},
}
"""Requests for one link. A preview, and a check of what will be adopted, read as much as a refresh."""
_OWN_COST = 0.006
"""Roughly the seconds that a script's call takes in addition to the latency; only used to choose the size of a sample."""
_FEWEST = 5

Say = Callable[[str], None]


@dataclass(frozen=True)
class Scripted:
    """The time of a script.

    Attributes:
        seconds: the time for all links.
        sample: how many links were measured. The result was scaled up, because calls run one after the other. None if all were measured.
    """

    seconds: float
    sample: int | None = None


@dataclass
class Row:
    """One operation at one size and latency on one engine.

    Attributes:
        engine: the engine.
        cell: the size.
        latency: the latency in milliseconds.
        operation: the operation.
        seconds: how long it took.
        floor: how long the same engine took for as many null resources.
        today: how long the script of plain calls took.
        wizard: how long the wizard's calls took.
        counted: the requests.
        peak: the peak memory of the provider's process, in MiB.
        busy: the applications' own processor time, in seconds.
    """

    engine: Way
    cell: Cell
    latency: int
    operation: str
    seconds: float
    floor: float
    today: Scripted
    wizard: Scripted
    counted: Counted
    peak: float | None
    busy: float = 0.0

    @property
    def least_here(self) -> float:
        """`least` plus the applications' own work: here they are one process, which does one thing at a time."""
        return self.least + self.busy

    @property
    def least(self) -> float:
        """The fewest seconds possible: the floor plus the latency of all requests, with as many at a time as the provider has workers."""
        return self.floor + self.counted.client * self.latency / 1000 / AT_ONCE[self.engine]


@dataclass
class Bench:
    """Measures, and remembers what needs only one measurement.

    Attributes:
        folder: the folder for all files.
        say: called with each line of progress.
        sample_seconds: how long a script may take. If it would take longer, it is measured on a sample.
        repeat: how often a short operation that changes nothing is measured; the median counts.
    """

    folder: Path
    say: Say
    sample_seconds: float = 10.0
    repeat: int = 3
    rows: list[Row] = field(default_factory=list)
    floors: dict[tuple[Way, Cell], dict[str, float]] = field(default_factory=dict)
    _overhead: float | None = None

    def cell(
        self,
        world: World,
        cell: Cell,
        latency: int,
        engines: Iterable[Way],
        before_delete: Callable[[MeasuredStack], None] | None = None,
    ) -> None:
        """Measure one size at one latency.

        Args:
            world: the size's number of applications, without links.
            cell: the size.
            latency: the latency in milliseconds.
            engines: the engines to measure on.
            before_delete: called with each engine's stack of links before they are deleted.
        """
        world.far(latency)
        scripts = self._scripts(world, cell, latency)
        for engine in engines:
            floors = self.floor(engine, cell, world.facts)
            stack = MeasuredStack.of_links(self.folder / f"{engine}-links", engine)
            stack.give(world.facts, cell)
            for operation in OPERATIONS:
                if operation == "relocate":
                    world.move(0)
                    stack.give(world.facts, cell)
                if operation == "delete" and before_delete is not None:
                    before_delete(stack)
                world.counted()
                busy = world.cpu()
                ran = self._repeated(
                    self._adopting(engine, world, cell) if operation == "adopt" else stack, operation
                )
                counted = world.counted()
                times = 1 if operation not in REPEATABLE else ran[1]
                today, wizard = scripts[operation]
                row = Row(
                    engine,
                    cell,
                    latency,
                    operation,
                    ran[0].seconds,
                    floors[operation],
                    today,
                    wizard,
                    Counted(counted.client // times, counted.application // times),
                    ran[0].peak,
                    (world.cpu() - busy) / times,
                )
                self.rows.append(row)
                self.say(
                    f"{engine:8} {cell!s:>12} {latency:3} ms {operation:8} {row.seconds:7.2f} s, floor {row.floor:6.2f}, "
                    f"script {today.seconds:7.2f}, wizard {wizard.seconds:7.2f}, requests {row.counted.client}"
                )
            world.reset()

    def _adopting(self, engine: Way, world: World, cell: Cell) -> MeasuredStack:
        """A second stack that adopts the links of the first one."""
        stack = MeasuredStack.of_links(self.folder / f"{engine}-adopting", engine)
        stack.give(world.facts, cell, adopt=True)
        return stack

    def _repeated(self, stack: MeasuredStack, operation: str) -> tuple[Ran, int]:
        """The median run, and the number of runs."""
        runs = [stack.run(operation)]
        while operation in REPEATABLE and len(runs) < self.repeat and sum(one.seconds for one in runs) < 15:
            runs.append(stack.run(operation))
        middle = statistics.median_low([one.seconds for one in runs])
        return next(one for one in runs if one.seconds == middle), len(runs)

    def floor(self, engine: Way, cell: Cell, facts: list[dict[str, Any]]) -> dict[str, float]:
        """The seconds that an engine takes for as many null resources, by operation. Measured once.

        Args:
            engine: the engine.
            cell: the size.
            facts: what is known about the applications, whose URLs are inputs.
        """
        if (engine, cell) in self.floors:
            return self.floors[engine, cell]
        stack = MeasuredStack.of_nulls(self.folder / f"{engine}-nulls", engine)
        found: dict[str, float] = {}
        given = list(facts)
        for operation in OPERATIONS:
            if operation == "relocate":
                given[0] = {**given[0], "url": "http://127.0.0.1:1/moved"}
            stack.give(given, cell)
            # To adopt a null resource is to create it.
            found[operation] = (
                found["create"] if operation == "adopt" else self._repeated(stack, operation)[0].seconds
            )
        told = ", ".join(f"{operation} {seconds:.2f}" for operation, seconds in found.items())
        self.say(f"{engine:8} {cell!s:>12} nothing: {told}")
        self.floors[engine, cell] = found
        return found

    def _scripts(self, world: World, cell: Cell, latency: int) -> dict[str, tuple[Scripted, Scripted]]:
        found: dict[str, tuple[Scripted, Scripted]] = {}
        for operation in ("create", "refresh", "relocate", "delete"):
            both = []
            for who in ("today", "wizard"):
                world.reset()
                if operation != "create":
                    world.link(cell.pairs)
                if operation == "relocate":
                    world.move(0)
                both.append(self._script(world, cell, latency, who, operation))
            found[operation] = (both[0], both[1])
        found["preview"] = found["adopt"] = found["refresh"]
        world.reset()
        return found

    def _script(self, world: World, cell: Cell, latency: int, who: str, operation: str) -> Scripted:
        pairs = cell.moved if operation == "relocate" else cell.pairs
        if operation == "relocate":
            pairs = [(0, one + two) for one, two in pairs]  # the application that moved comes first
        each = CALLS[who][operation] * (latency / 1000 + _OWN_COST)
        count = min(len(pairs), max(_FEWEST, int(self.sample_seconds / each)))
        sample = pairs[:: len(pairs) // count][:count]
        share = len(sample) / len(pairs)
        given = {"applications": world.facts, "pairs": sample, "pages": round(cell.applications * share)}
        if self._overhead is None:
            self._overhead = script(self.folder, who, "delete", {**given, "pairs": []})
        seconds = script(self.folder, who, operation, given)
        if share == 1:
            return Scripted(seconds)
        return Scripted(self._overhead + (seconds - self._overhead) / share, len(sample))
