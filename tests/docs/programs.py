"""Runs programs of the documents: what they declare goes through the provider's own check.

`python -m tests.docs.programs`, in a process of its own: takes a list of programs as JSON, and answers what each came to.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

import pulumi
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, set_mocks

from pulumi_applinks.hooks import Hooks
from tests.docs.blocks import ROOT

PRELUDE = """\
import pulumi
from pulumi_applinks import (
    Application, ApplicationLink, Credentials, Impersonating, NoAuthentication, NonImpersonating, PerDirection,
)

config = pulumi.Config()
jira = Application("https://jira.example.com", credentials="jira")
wiki = Application("https://wiki.example.com", credentials="wiki")
"""
"""What a block that imports nothing goes on from."""
NAMES = ("jira", "wiki", "code", "builds", "site")
CONFIGURED = {
    "jira_url": "https://jira.example.com",
    "wiki_url": "https://wiki.example.com",
    "jira_token": "a token",
}


class _Checked(Mocks):
    """An engine that checks what is declared, and makes nothing."""

    def __init__(self) -> None:
        self.links: list[str] = []
        self.failures: list[str] = []

    def call(self, _args: MockCallArgs) -> Any:
        return {}

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        if args.typ.endswith("applinks:ApplicationLink"):
            self.links.append(args.name)
            inputs = {key: value for key, value in args.inputs.items() if key != "__provider"}
            found = Hooks(None).check({}, inputs).failures
            self.failures += [f"{one.property}: {one.reason}" for one in found]
        outputs = {"jira_url": CONFIGURED["jira_url"]} if "StackReference" in args.typ else {}
        return f"{args.name}-id", {**args.inputs, "outputs": outputs, "status": "working"}


def run(text: str) -> dict[str, list[str]]:
    """Run a program.

    Returns:
        the links that it declares, and what the provider says against them.
    """
    engine = _Checked()
    set_mocks(engine, project="documents", stack="dev")
    pulumi.runtime.set_all_config({f"documents:{key}": value for key, value in CONFIGURED.items()})
    pulumi.runtime.test(lambda: exec(compile(text, "block", "exec"), {"__name__": "__main__"}))()
    return {"links": engine.links, "failures": engine.failures}


def run_all(texts: Iterable[str]) -> list[dict[str, list[str]]]:
    """Run programs in a process of their own."""
    command = [sys.executable, "-m", "tests.docs.programs"]
    tokens = {f"APPLINKS_{name.upper()}_TOKEN": "a token" for name in NAMES}
    done = subprocess.run(
        command,
        input=json.dumps(list(texts)),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **tokens},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, list[str]]] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    print(json.dumps([run(text) for text in json.load(sys.stdin)]))
