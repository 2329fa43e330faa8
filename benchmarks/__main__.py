"""`python -m benchmarks`: measure, and print tables of ratios."""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import imports, instructions, memory
from benchmarks.cells import EXISTING, LATENCIES, Cell
from benchmarks.measure import Bench
from benchmarks.stacks import MeasuredStack, Way
from benchmarks.tables import Results
from benchmarks.world import World

_LARGEST = EXISTING[-1]
_Plan = list[tuple[Cell, int, tuple[Way, ...]]]


def _default(engines: tuple[Way, ...]) -> _Plan:
    """A quarter of an hour: all numbers of links, all latencies and all engines, but not every combination."""
    small: _Plan = [
        (Cell(links, many), far, ("embedded",)) for links, many in ((1, 2), (10, 10)) for far in LATENCIES
    ]
    return [
        *small,
        (Cell(10, 10), 20, ("pulumi", "plugin")),
        (Cell(10, 40), 20, ("embedded",)),
        (Cell(100, 40), 20, ("embedded",)),
        (Cell(100, 40), 100, ("embedded",)),
        (_LARGEST, 20, engines),
    ]


def _quick(_engines: tuple[Way, ...]) -> _Plan:
    """Two minutes: a check that it works at all, with a few sizes on the embedded engine."""
    return [
        (Cell(1, 2), 20, ("embedded",)),
        (Cell(10, 10), 20, ("embedded",)),
        (Cell(100, 40), 20, ("embedded",)),
    ]


def _full(engines: tuple[Way, ...]) -> _Plan:
    """Every combination: more than an hour."""
    return [(cell, latency, engines) for cell in EXISTING for latency in LATENCIES]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="about two minutes")
    size.add_argument("--full", action="store_true", help="every size at every latency on every engine")
    size.add_argument(
        "--cells", metavar="500x40@20,...", help="just these: links x applications @ milliseconds"
    )
    size.add_argument(
        "--engines-only", action="store_true", help="no links: compare the engines with resources of nothing"
    )
    parser.add_argument(
        "--engine", choices=["embedded", "pulumi", "plugin", "all"], default="all",
        help="the dynamic provider on the embedded engine or the CLI, or the plugin on the CLI",
    )  # fmt: skip
    parser.add_argument("--markdown", metavar="FILE", help="write the tables there too")
    parser.add_argument(
        "--instructions", action="store_true", help="count instructions, which takes a few minutes"
    )
    parser.add_argument(
        "--refreshes", type=int, default=20, metavar="COUNT", help="in one provider process (default: 20)"
    )
    parser.add_argument(
        "--sample-seconds", type=float, default=10.0, metavar="SECONDS",
        help="a script that would take longer is measured on a sample of links (default: 10)",
    )  # fmt: skip
    parser.add_argument(
        "--repeat", type=int, default=3, metavar="COUNT", help="runs of what is short (default: 3)"
    )
    return parser


def _chosen(text: str, engines: tuple[Way, ...]) -> _Plan:
    plan: _Plan = []
    for one in text.split(","):
        try:
            size, _, far = one.partition("@")
            links, many = (int(number) for number in size.split("x"))
            latency = int(far or 20)
        except ValueError:
            raise SystemExit(
                f"{one!r} is no size; write links x applications @ milliseconds: 100x40@20"
            ) from None
        if links < 1 or latency < 0 or not Cell(links, many).exists:
            raise SystemExit(
                f"{links} links among {many} applications do not exist: two have at most one link"
            )
        plan.append((Cell(links, many), latency, engines))
    return plan


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the command line asks for, and return the exit code."""
    options = _parser().parse_args(arguments)
    real = shutil.which("pulumi") is not None
    wanted: tuple[Way, ...] = (
        ("embedded", "pulumi", "plugin") if options.engine == "all" else (options.engine,)
    )
    engines = tuple(one for one in wanted if one == "embedded" or real)
    if not engines:
        raise SystemExit("`pulumi` is not on PATH")
    named = _quick if options.quick else _full if options.full else _default
    plan = _chosen(options.cells, engines) if options.cells else named(engines)
    started = time.monotonic()

    def say(line: str) -> None:
        print(f"[{time.monotonic() - started:5.0f} s] {line}", file=sys.stderr, flush=True)

    words = ["python", "-m", "benchmarks", *(sys.argv[1:] if arguments is None else arguments)]
    if options.markdown:
        words = [word for word in words if word not in ("--markdown", options.markdown)]
    with tempfile.TemporaryDirectory(prefix="applinks-benchmarks-") as folder:
        results = _measured(plan, engines, options, Bench(
            Path(folder), say, options.sample_seconds, options.repeat
        ))  # fmt: skip
    results.command = shlex.join(words)
    text = results.markdown()
    print(text)
    if options.markdown:
        Path(options.markdown).write_text(text, encoding="utf-8")
    return 0


def _measured(plan: _Plan, engines: tuple[Way, ...], options: argparse.Namespace, bench: Bench) -> Results:
    results = Results("", instructions_asked=options.instructions)
    results.imports = imports.measured(5 if options.quick else 11)
    bench.say(f"import: {results.imports.ratio:.2f} times its libraries")
    if options.engines_only:
        for engine in engines:
            facts = [{"url": f"https://app{number}.example.com"} for number in range(_LARGEST.applications)]
            bench.floor(engine, _LARGEST, facts)
        results.engines = bench.floors
        return results
    largest = max(plan, key=lambda one: (one[0].links, -one[1]))

    def at_the_largest(stack: MeasuredStack) -> None:
        if not results.memory_links:
            world.far(0)
            results.memory = memory.refreshes(stack, options.refreshes)
            results.memory_links = largest[0].links
            bench.say(f"memory, MiB: {', '.join(f'{one:.1f}' for one in results.memory)}")
            if options.instructions:
                results.instructions = instructions.for_each(bench.folder, stack)
                bench.say(f"instructions for reading one link: {results.instructions or 'not available'}")
            world.far(largest[1])

    many = dict.fromkeys(cell.applications for cell, _, _ in plan)
    for count in many:
        with World(count) as world:
            for step in plan:
                cell, latency, on = step
                on = tuple(one for one in on if one in engines)
                if cell.applications == count and on:
                    bench.cell(world, cell, latency, on, at_the_largest if step == largest else None)
    results.rows, results.engines = bench.rows, bench.floors
    return results


if __name__ == "__main__":
    sys.exit(main())
