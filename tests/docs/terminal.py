"""A person at a terminal, who follows a page of the documents: types its commands, writes its files, replaces what it says to replace."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from pulumi_applinks.lab.applications import Application
from tests.docs import programs
from tests.docs.blocks import Block, blocks

DONE_ALREADY = re.compile(
    r"(\.venv/bin/)?pip install|python3 -m venv|\. \.venv/bin/activate|alias pulumi=|pulumi login"
    r"|make (demo|test)|\$EDITOR|applinks --install-completion"
)
"""What the tests' own environment is, the backend that a test has chosen, and what other tests and a person do."""
CURL = """\
import sys, requests
method, url, headers, login = "GET", "", {}, None
words = iter(sys.argv[1:])
for word in words:
    if word == "-X": method = next(words)
    elif word == "-u": login = tuple(next(words).split(":", 1))
    elif word == "-H": headers.update([next(words).split(": ", 1)])
    elif word != "-s": url = word
answer = requests.request(method, url, headers=headers, auth=login, timeout=10)
print(answer.text)
sys.exit(not answer.ok)
"""
SAYS_YES = """\
import os, sys
words = sys.argv[1:]
if words[0] in ("up", "refresh", "destroy") and not {"--yes", "--preview-only"} & {*words}:
    words += ["--yes", "--skip-preview"]
"""
"""A person has looked at the preview, and says yes."""
EMBEDDED = """\
from pulumi_applinks.lab.engine.cli import main
sys.exit(main(words))
"""
"""The embedded engine under the CLI's name."""
CLI = """\
os.environ["PATH"] = os.environ["PATH"].partition(os.pathsep)[2]
os.execvp("pulumi", ["pulumi", *words, "--non-interactive", "--color", "never"])
"""
"""The Pulumi CLI, behind this very script on the path."""


class Terminal:
    """One terminal.

    Args:
        folder: where the person is.
        environment: what is set there.

    Attributes:
        known: what a page shows, and what is in its place here.
        typed: what the person types when a command asks for a secret.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = dict(environment)
        self.known: dict[str, str] = {}
        self.typed = ""

    def log_in(self, applications: Mapping[str, Application]) -> None:
        """Set the tokens of system administrators, by the applications' names."""
        for name, application in applications.items():
            self.environment[f"APPLINKS_{name.upper()}_TOKEN"] = application.users["sysadmin"].tokens[0]

    def replaced(self, text: str) -> str:
        """A text of a page, as the person writes it here."""
        for shown in sorted(self.known, key=len, reverse=True):
            text = text.replace(shown, self.known[shown])
        return text

    def run(self, text: str, code: int = 0) -> str:
        """Run commands; what they export, and where they lead, stays.

        Args:
            text: of a block.
            code: with which the last of them ends.

        Returns:
            Everything that they print.
        """
        text = self.replaced(text)
        kept = self.folder / ".environment"
        script = f"set -euo pipefail\ntrap 'env -0 > {kept}' EXIT\n{text}\n"
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self.environment,
            input=self.typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, f"{text}\n{done.stdout}{done.stderr}"
        self.environment = dict(one.split("=", 1) for one in kept.read_text("utf-8").split("\0") if one)
        self.folder = Path(self.environment["PWD"])
        return done.stdout + done.stderr


def script(folder: Path, name: str, text: str) -> None:
    """Let a program of Python be found under a name."""
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{text}", encoding="utf-8")
    path.chmod(0o755)


def environment(home: Path, more: Mapping[str, str], *, embedded: bool = True) -> dict[str, str]:
    """A terminal in which `python`, `curl`, `applinks` and `pulumi` are found, and a home that is the test's.

    Args:
        home: a folder.
        more: what is set besides.
        embedded: whether `pulumi` is the embedded engine.
    """
    tools = home / "tools"
    tools.mkdir()
    script(tools, "curl", CURL)
    script(tools, "applinks", "from pulumi_applinks.command import main\nmain()\n")
    script(tools, "pulumi", SAYS_YES + (EMBEDDED if embedded else CLI))
    path = [str(tools), str(Path(sys.executable).parent), os.environ["PATH"]]
    kept = {
        key: os.environ[key] for key in ("LANG", "TMPDIR", "PYTHONDONTWRITEBYTECODE") if key in os.environ
    }
    return {**kept, "HOME": str(home), "PYTHONUTF8": "1", **more, "PATH": os.pathsep.join(path)}


class Guide:
    """A page that a person follows from block to block, in a project's folder.

    A program is written as the page shows it; one that imports nothing continues from what the pages have declared, and one that declares
    no link has the link that they all are about.

    Args:
        page: of the documents.
        terminal: the person's.
        applications: by what their credentials are called.
    """

    def __init__(self, page: Path, terminal: Terminal, applications: Mapping[str, Application]) -> None:
        self.text = page.read_text(encoding="utf-8")
        self.left = blocks(page)
        self.terminal = terminal
        self.applications = applications
        self.printed: list[str] = []

    @property
    def said(self) -> str:
        """What was printed last."""
        return " ".join(self.printed[-1].split())

    def follow(self, until: str | None = None, code: int = 0) -> None:
        """Do what the next blocks say.

        Args:
            until: words of the page before which to stop; to its end without them.
            code: with which the last command ends.
        """
        end = None
        if until is not None:
            assert self.text.count(until) == 1, until
            end = self.text[: self.text.index(until)].count("\n") + 1
        now = [block for block in self.left if end is None or block.line <= end]
        assert now, f"nothing to do before {until!r}"
        self.left = self.left[len(now) :]
        commands = [block for block in now if block.language == "sh"]
        for block in now:
            if block.language == "sh":
                self._run(block, code if block is commands[-1] else 0)
            elif block.file is not None:
                self._write(block.file, block.text)
            elif block.language == "python":
                self._write("__main__.py", program(block))

    def _write(self, name: str, text: str) -> None:
        (self.terminal.folder / name).write_text(self.terminal.replaced(text), encoding="utf-8")

    def _run(self, block: Block, code: int) -> None:
        lines = [line for line in block.text.splitlines() if not DONE_ALREADY.match(line)]
        self.printed.append(self.terminal.run("\n".join(map(self._filled_in, lines)), code))

    def _filled_in(self, line: str) -> str:
        """With what stands for `...`: a system administrator's token, or the password of `admin`."""

        def value(found: re.Match[str]) -> str:
            users = self.applications[found[2].lower()].users
            token = found[3].lower() == "token"
            return found[1] + (users["sysadmin"].tokens[0] if token else users["admin"].password)

        line = re.sub(r"(APPLINKS_([A-Z]+)_(TOKEN|PASSWORD)=)\.\.\.", value, line)
        return re.sub(r"(applinks:credentials\.(\w+)\.(token|password) )\.\.\.", value, line)


def program(block: Block) -> str:
    """A block of Python as a whole program."""
    if re.search(r"^(import|from) ", block.text, re.M):
        return block.text
    link = "" if "ApplicationLink(" in block.text else programs.LINK
    return programs.PRELUDE + block.text + link
