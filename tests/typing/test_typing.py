"""What type checkers say of programs, line by line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from mypy import api

HERE = Path(__file__).parent
FILES = {name: HERE / f"{name}.py" for name in ("accepted", "rejected")}


def by_mypy(flags: list[str]) -> set[tuple[str, int]]:
    """The lines that mypy refuses, by file."""
    told, failed, _ = api.run([*flags, "--output", "json", *map(str, FILES.values())])
    assert failed == ""
    errors = [json.loads(line) for line in told.splitlines()]
    return {(Path(one["file"]).stem, one["line"]) for one in errors if one["severity"] == "error"}


def by_pyright(_flags: list[str]) -> set[tuple[str, int]]:
    """The lines that pyright refuses, by file."""
    done = subprocess.run(
        [
            sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable,
            *map(str, FILES.values()),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    errors = json.loads(done.stdout)["generalDiagnostics"]
    return {
        (Path(one["file"]).stem, one["range"]["start"]["line"] + 1)
        for one in errors
        if one["severity"] == "error"
    }


@pytest.mark.parametrize("checker", [by_mypy, by_pyright])
def test_each_line_is_accepted_or_refused(checker, strict_mypy):
    """Every right line passes, and every wrong one is found before the program runs."""
    wrong = {
        (name, number)
        for name, path in FILES.items()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if line.endswith("  # wrong")
    }

    assert checker(strict_mypy) == wrong
    assert len(wrong) > 20
