"""Measures one size at one latency: links on an engine, nothing on the same engine, and the two scripts."""

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
"""Requests for one link; a preview looks as a refresh does, and so does whoever wants to know what will be adopted."""
_OWN_COST = 0.006
"""Seconds that a call of a script takes beside the latency, roughly: only for choosing the size of a sample."""
_FEWEST = 5

Say = Callable[[str], None]


@dataclass(frozen=True)
class Scripted:
    """What a script took.

    Attributes:
        seconds: for all links.
        sample: measured on so many links and multiplied, as calls one after the other allow; None when all were measured.
    """

    seconds: float
    sample: int | None = None


@dataclass
class Row:
    """One operation at one size and latency on one engine.

    Attributes:
        engine: which.
        cell: the size.
        latency: in milliseconds.
        operation: which.
        seconds: that it took.
        floor: what the same engine took for as many resources of nothing.
        today: what the script of plain calls took.
        wizard: what the wizard's calls took.
        counted: the requests.
        peak: the provider's process's most memory, in MiB.
        busy: seconds of processor time that the applications themselves took.
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
        """The same with the applications' own work: they are one process here, which does one thing at a time."""
        return self.least + self.busy

    @property
    def least(self) -> float:
        """Seconds below which the provider can't get: the floor, and the latency of all requests, as many at a time as it has workers."""
        return self.floor + self.counted.client * self.latency / 1000 / AT_ONCE[self.engine]


@dataclass
class Bench:
    """Measures, and remembers what needs to be measured once only.

    Attributes:
        folder: for everything that is written.
        say: called with each line of progress.
        sample_seconds: how long a script may take before it is measured on a sample.
        repeat: how often what is short and changes nothing is measured; the median counts.
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
            world: as many applications, without links.
            cell: the size.
            latency: in milliseconds.
            engines: on which.
            before_delete: called with the last engine's stack of links while its links are there.
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
        """Another stack, which takes over what the first one made."""
        stack = MeasuredStack.of_links(self.folder / f"{engine}-adopting", engine)
        stack.give(world.facts, cell, adopt=True)
        return stack

    def _repeated(self, stack: MeasuredStack, operation: str) -> tuple[Ran, int]:
        """The median run, and how many there were."""
        runs = [stack.run(operation)]
        while operation in REPEATABLE and len(runs) < self.repeat and sum(one.seconds for one in runs) < 15:
            runs.append(stack.run(operation))
        middle = statistics.median_low([one.seconds for one in runs])
        return next(one for one in runs if one.seconds == middle), len(runs)

    def floor(self, engine: Way, cell: Cell, facts: list[dict[str, Any]]) -> dict[str, float]:
        """Seconds that an engine takes for as many resources of nothing, by operation; measured once.

        Args:
            engine: which.
            cell: the size.
            facts: of the applications: their URLs are inputs.
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
            # Taking over a resource of nothing is making it.
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
            pairs = [(0, one + two) for one, two in pairs]  # the application that moved, and the other one
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
