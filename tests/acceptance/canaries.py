"""Planted secrets, and where they are looked for."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from pulumi_applinks.lab.applications import Application
from pulumi_applinks.lab.engine import RunResult
from tests.acceptance.harness import Story

USER = "sysadmin"
PLANTED = {
    "environment": "planted-Pa55/word+environment",
    "configuration": "planted-Pa55-configuration",
    "program": "planted-t0ken-program",
    "program's password": "planted-Pa55-program",
}


def program(jira: Application, wiki: Application, stash: Application, more: str = "") -> str:
    """A program of two links, with secrets of each kind.

    Args:
        jira: its secret is in the environment, and for the second link in the program.
        wiki: its secret is in the configuration.
        stash: its secret is in the program.
        more: other arguments of each application.
    """
    return f"""
import os

ApplicationLink(
    "jira-wiki",
    source=Application("{jira.url}", credentials="jira"{more}),
    target=Application("{wiki.url}", credentials="wiki"{more}),
    timeout_seconds=float(os.environ["SECONDS"]),
)
ApplicationLink(
    "jira-stash",
    source=Application("{jira.url}", credentials=Credentials(username="sysadmin", password=os.environ["JIRA_PASSWORD"]){more}),
    target=Application("{stash.url}", credentials=Credentials(token=os.environ["STASH_TOKEN"]){more}),
    timeout_seconds=float(os.environ["SECONDS"]),
)
"""


def spellings(secret: str) -> set[bytes]:
    """A secret as it could stand somewhere: plain, in JSON, in a login's header, in a URL."""
    pair = f"{USER}:{secret}".encode()
    return {
        secret.encode(),
        json.dumps(secret)[1:-1].encode(),
        base64.b64encode(pair).rstrip(b"="),
        base64.b64encode(secret.encode()).rstrip(b"="),
        secret.replace("/", "%2F").replace("+", "%2B").encode(),
    }


def leaks(stack: Story, folder: Path, *more: tuple[str, bytes]) -> list[tuple[str, str]]:
    """Which secret stands where, of everything that the runs printed and wrote.

    Args:
        stack: whose runs.
        folder: everything that a run could have written is below it.
        more: other places, by name.
    """
    places = [
        *((f"output of run {number}", run.output.encode()) for number, run in enumerate(stack.runs)),
        ("exported state", json.dumps(stack.project.export()).encode()),
        *everything(folder),
        *more,
    ]
    return [
        (name, where)
        for name, secret in PLANTED.items()
        for where, content in places
        if any(spelling in content for spelling in spellings(secret))
    ]


def everything(folder: Path) -> list[tuple[str, bytes]]:
    """Every file that a run could have written: state, history, backups, logs, temporary files."""
    return [
        (str(path), path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    ]


def is_told(run: RunResult) -> bool:
    """Whether a run that failed said it in words: no traceback of a library among them."""
    return run.returncode != 0 and "site-packages/requests" not in run.output and "urllib3" not in run.output
