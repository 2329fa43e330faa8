"""Count the instructions for reading one link: a number that is the same on another machine.

`python -m benchmarks.instructions FILE COUNT` reads links in its own process, one after the other.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.memory import resources_of
from benchmarks.stacks import ROOT, MeasuredStack
from pulumi_applinks.provider import ApplicationLinkProvider

FEW, MORE = 2, 12


def _tool() -> list[str] | None:
    """The command that counts: `perf` if the machine allows it, else `valgrind`, which is slow."""
    perf = shutil.which("perf")
    if perf is not None:
        command = [perf, "stat", "-x,", "-e", "instructions:u"]
        tried = subprocess.run([*command, "true"], capture_output=True, text=True, check=False)
        if re.search(r"^\d+,", tried.stderr, re.MULTILINE):
            return command
    valgrind = shutil.which("valgrind")
    return [valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null"] if valgrind is not None else None


def for_each(folder: Path, stack: MeasuredStack) -> int | None:
    """The instructions for reading one more link; None if the machine can't count them.

    Args:
        folder: a folder for a file.
        stack: a stack with at least twelve existing links.
    """
    tool = _tool()
    if tool is None:
        return None
    file = folder / "links.json"
    file.write_text(json.dumps([[one.id, one.outputs] for one in resources_of(stack)]), encoding="utf-8")
    counts = []
    for count in (FEW, MORE):
        command = [*tool, sys.executable, "-m", "benchmarks.instructions", str(file), str(count)]
        environment = {**stack.environment, "PYTHONHASHSEED": "0"}
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
        found = re.search(r"^(\d+),", done.stderr, re.MULTILINE) or re.search(
            r"Collected : (\d+)", done.stderr
        )
        if found is None:
            return None
        counts.append(int(found[1]))
    return (counts[1] - counts[0]) // (MORE - FEW)


def main() -> None:
    """Read the given number of links from a file."""
    links = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    provider = ApplicationLinkProvider()
    for id_, outputs in links[: int(sys.argv[2])]:
        provider.read(id_, outputs)


if __name__ == "__main__":
    main()
