"""The tutorial, as it stands: each command is run in a shell, and prints what the page shows."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pulumi_applinks.lab.engine import find_engine
from pulumi_applinks.lab.engine.project import base_environment
from tests.acceptance.conftest import Which
from tests.docs.blocks import ROOT, blocks

PAGE = ROOT / "docs" / "tutorial.md"
LAB = "python -m pulumi_applinks.lab.applications"
NOT_RUN = re.compile(r"mkdir linked|cd linked|python3 -m venv|\. \.venv|pip install|alias pulumi=")
"""What the test's own environment has done already."""
CURL = """#!{python}
import sys, requests
method, url, headers, login = "GET", None, {{}}, None
words = iter(sys.argv[1:])
for word in words:
    if word == "-X": method = next(words)
    elif word == "-u": login = tuple(next(words).split(":", 1))
    elif word == "-H": headers.update([next(words).split(": ", 1)])
    else: url = word
answer = requests.request(method, url, headers=headers, auth=login, timeout=10)
print(answer.text)
sys.exit(not answer.ok)
"""


class Shell:
    """A person at a terminal, who replaces what the page says to replace."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        self.known: dict[str, str] = {}

    def run(self, text: str) -> str:
        """Run commands, and remember what they export."""
        for shown, real in self.known.items():
            text = text.replace(shown, real)
        script = f"set -eu\n{text}\nenv -0 > .environment\n"
        done = subprocess.run(
            ["bash", "-c", script], cwd=self.folder, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
        exported = (self.folder / ".environment").read_text("utf-8").split("\0")
        self.environment = dict(one.split("=", 1) for one in exported if one)
        return done.stdout + done.stderr

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


def an_environment(tmp_path: Path, engine: Which) -> dict[str, str]:
    """A terminal in which `python`, `curl` and `pulumi` are found."""
    programs = tmp_path / "bin"
    programs.mkdir()
    scripts = {"curl": CURL.format(python=sys.executable)}
    found = find_engine(engine)
    if engine == "embedded":
        scripts["pulumi"] = f'#!/bin/sh\nexec {sys.executable} -m pulumi_applinks.lab.engine "$@"\n'
    for name, text in scripts.items():
        (programs / name).write_text(text, encoding="utf-8")
        (programs / name).chmod(0o755)
    environment = {**base_environment(), **found.variables(tmp_path)}
    path = [str(programs), str(Path(sys.executable).parent), environment["PATH"]]
    return {**environment, "PATH": os.pathsep.join(path)}


def test_the_tutorial(tmp_path: Path, engine: Which):
    """From the first command to the last."""
    folder = tmp_path / "linked"
    folder.mkdir()
    shell = Shell(folder, an_environment(tmp_path, engine))
    found = blocks(PAGE)
    (lab,) = (one for one in found if one.text.startswith(LAB))
    printed, shown = "", 0
    with second_terminal(lab.text, shell):
        for block in found:
            if block.language in ("yaml", "python"):
                assert block.file is not None
                (folder / block.file).write_text(block.text, encoding="utf-8")
            elif block.language == "text":
                missing = [line for line in block.text.splitlines() if line not in " ".join(printed.split())]
                assert missing == [], f"line {block.line}: {printed}"
                shown += 1
            elif block is not lab:
                lines = [line for line in block.text.splitlines() if not NOT_RUN.match(line)]
                printed = shell.run("\n".join(lines))
                if "/move" in block.text:
                    shell.learn(json.loads(printed), move=True)
    assert shown == len([one for one in found if one.language == "text"]) > 4
