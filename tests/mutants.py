"""`make mutants`: a random sample of the mutants of `lifecycle/`, each run against the tests of `tests/unit/lifecycle`.

mutmut makes the mutants and runs the tests; this takes the sample, the same for the same seed, and shows which of them survived.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
MADE = ROOT / "mutants" / "pulumi_applinks" / "lifecycle"
FIRST = "pulumi_applinks.lifecycle.claims.*"
SURVIVED, NOT_TESTED = 0, 33
"""How mutmut notes a mutant that all tests passed, and one that no test reaches."""


def mutmut(*arguments: str) -> str:
    """Run mutmut.

    Args:
        arguments: of its command line.

    Raises:
        CalledProcessError: if it fails.
    """
    command = [sys.executable, "-m", "mutmut", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE).stdout


def results() -> dict[str, int | None]:
    """Each mutant that was made, and how its tests ended; None for one that was not run."""
    found: dict[str, int | None] = {}
    for file in sorted(MADE.glob("*.meta")):
        found.update(json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"])
    return found


def main() -> None:
    """Make all mutants, run a sample of them, and report how many were killed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sample", type=int, default=160, help="how many")
    options.add_argument("--seed", type=int, default=11, help="of the choice")
    given = options.parse_args()
    mutmut("run", "--max-children", "1", FIRST)
    names = sorted(results())
    sample = random.Random(given.seed).sample(names, given.sample)
    mutmut("run", "--max-children", "1", *sample)
    ended = results()
    survivors = [name for name in sample if ended[name] in (SURVIVED, NOT_TESTED)]
    for name in survivors:
        print(mutmut("show", name))
    print(
        f"{len(names)} mutants; of {len(sample)} (seed {given.seed}), {len(sample) - len(survivors)} were killed"
    )


if __name__ == "__main__":
    main()
