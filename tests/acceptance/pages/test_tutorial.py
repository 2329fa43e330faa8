"""The tutorial, unchanged: each command is run in a shell, and prints what the page shows."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pulumi_applinks.lab.engine import find_engine
from tests.docs.blocks import ROOT, blocks
from tests.docs.terminal import DONE_ALREADY, Terminal, environment
from tests.engines import Which

PAGE = ROOT / "docs" / "tutorial.md"
LAB = "python -m pulumi_applinks.lab.applications"


class Shell(Terminal):
    """The first terminal, of a person who looks at the second one."""

    def learn(self, facts: dict[str, Any], move: bool = False) -> None:
        """What the second terminal shows."""
        jira, wiki = facts["applications"]
        self.known["http://127.0.0.1:4444/confluence"] = wiki["url"]
        if not move:
            self.known["http://127.0.0.1:1111/jira"] = jira["url"]
            self.known["http://127.0.0.1:2222/confluence"] = wiki["url"]
            self.known["http://127.0.0.1:3333"] = facts["control"]["url"]
            self.known["CONTROL-KEY"] = facts["control"]["key"]
        for name, application in (("JIRA", jira), ("WIKI", wiki)):
            (password,) = (one["password"] for one in application["users"] if one["name"] == "sysadmin")
            self.known[f"{name}-PASSWORD"] = password


@contextmanager
def second_terminal(command: str, shell: Shell) -> Iterator[None]:
    """The lab's applications, while the tutorial lasts."""
    words = [sys.executable, *command.split()[1:]]
    with subprocess.Popen(words, cwd=shell.folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("Running"):
                break
        shell.learn(json.loads((shell.folder / "lab.json").read_text("utf-8")))
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)


@pytest.mark.both_engines
def test_the_tutorial(tmp_path: Path, engine: Which):
    """From the first command to the last."""
    folder = tmp_path / "linked"
    variables = find_engine(engine).variables(tmp_path)
    shell = Shell(tmp_path, environment(tmp_path, variables, embedded=engine == "embedded"))
    found = blocks(PAGE)
    (lab,) = (one for one in found if one.text.startswith(LAB))
    printed, shown = "", 0
    with second_terminal(lab.text, shell):
        for block in found:
            if block.language in ("yaml", "python"):
                assert block.file is not None
                (folder / block.file).write_text(block.text, encoding="utf-8")
            elif block.language == "text":
                shown_there = shell.replaced(block.text).splitlines()
                missing = [line for line in shown_there if line not in " ".join(printed.split())]
                assert missing == [], f"line {block.line}: {printed}"
                shown += 1
            elif block is not lab:
                lines = [line for line in block.text.splitlines() if not DONE_ALREADY.match(line)]
                printed = shell.run("\n".join(lines))
                if "/move" in block.text:
                    shell.learn(json.loads(printed), move=True)
    assert shown == len([one for one in found if one.language == "text"]) > 4
