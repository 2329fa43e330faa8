"""The command, called in the test's own process, on an estate of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from typer.testing import CliRunner

from pulumi_applinks.command.app import app
from pulumi_applinks.lab.applications import Lab
from tests.unit.estate.conftest import pair  # noqa: F401 - a Jira and a Confluence that are linked both ways
from tests.unit.estate.scene import Scene
from tests.unit.lifecycle.conftest import no_pause  # noqa: F401 - lost requests are sent again at once


@dataclass(frozen=True)
class Ran:
    """How a command ended.

    Args:
        code: its exit code.
        out: what it wrote to standard output.
        err: what it wrote to standard error.
    """

    code: int
    out: str
    err: str


class Commands(Scene):
    """An estate, and the command line of somebody who has its credentials."""

    def run(self, *words: str, apps: bool = True, answer: str = "", env: dict[str, str] | None = None) -> Ran:
        """Run a command.

        Args:
            words: of the command line.
            apps: whether to name all applications.
            answer: what is typed.
            env: more of the environment.
        """
        options = self.options() if apps else []
        result = CliRunner().invoke(
            app,
            [*words, *options],
            input=answer,
            env={**self.environment, **(env or {})},
            catch_exceptions=False,
        )
        return Ran(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def scene(lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Commands:
    """An estate without applications, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Commands(lab)


def flat(text: str) -> str:
    """What was written, however its lines were wrapped."""
    return re.sub(r"\s+", " ", text)
