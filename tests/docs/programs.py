"""Runs programs of the documents: the provider makes each link that they declare, between applications of the lab, and deletes it.

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
from pulumi_applinks.lab.applications import Directory, Lab, User
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
"""What a block that imports nothing continues from."""
LINK = 'link = ApplicationLink("jira-wiki", source=jira, target=wiki)\n'
"""The link that the pages are about."""
MAIN = PRELUDE + LINK
"""A whole program with it."""
ADDRESSES = {
    "jira": ("https://jira.example.com",),
    "confluence": (
        "https://wiki.example.com",
        "https://wiki-admin.example.com",
        "http://wiki.internal:8090",
        "https://docs.example.com",
    ),
    "stash": ("https://bitbucket.example.com", "https://code.example.com"),
    "bamboo": ("https://bamboo.example.com", "https://ci.example.com"),
}
"""What the documents call the applications, by type."""
NAMES = {"jira": ("jira",), "confluence": ("wiki",), "stash": ("code",), "bamboo": ("builds", "ci")}
"""What the documents call their credentials."""


class _Engine(Mocks):
    """An engine that lets the provider check and make what is declared."""

    def __init__(self) -> None:
        self.hooks = Hooks(None)
        self.made: list[tuple[str, dict[str, Any]]] = []
        self.status: dict[str, str] = {}

    def call(self, _args: MockCallArgs) -> Any:
        return {}

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        if not args.typ.endswith("applinks:ApplicationLink"):
            return f"{args.name}-id", {**args.inputs, "outputs": {"jira_url": "reported by another stack"}}
        inputs = {key: value for key, value in args.inputs.items() if key != "__provider"}
        checked = self.hooks.check({}, inputs)
        if checked.failures:
            self.status[args.name] = "; ".join(f"{one.property} {one.reason}" for one in checked.failures)
            return args.name, args.inputs
        made = self.hooks.create(checked.inputs)
        outputs = dict(made.outs or {})
        self.made.append((made.id, outputs))
        self.status[args.name] = outputs["status"]
        return made.id, outputs

    def end(self) -> None:
        """Delete what was made, in an operation of its own."""
        self.hooks.close()
        deleting = Hooks(None)
        for link_id, outputs in reversed(self.made):
            deleting.delete(link_id, outputs)
        deleting.close()


def run(text: str, configured: dict[str, str]) -> dict[str, str]:
    """Run a program.

    Returns:
        the status of each link that it declares, or what the provider says against it.
    """
    engine = _Engine()
    set_mocks(engine, project="documents", stack="dev")
    pulumi.runtime.set_all_config({f"documents:{key}": value for key, value in configured.items()})
    pulumi.runtime.test(lambda: exec(compile(text, "block", "exec"), {"__name__": "__main__"}))()
    engine.end()
    return engine.status


def main() -> None:
    """Start the applications, and run the programs that standard input has."""
    people = Directory()
    for name in ("applink-bot", "user"):
        people.add(User(name, "unused"))
    administrator = people["sysadmin"]
    with Lab() as lab:
        started = {type_id: lab.start(type_id, directory=people) for type_id in ADDRESSES}
        real = {told: started[type_id].url for type_id, all_told in ADDRESSES.items() for told in all_told}
        for name in (name for names in NAMES.values() for name in names):
            os.environ[f"APPLINKS_{name.upper()}_USERNAME"] = administrator.name
            os.environ[f"APPLINKS_{name.upper()}_PASSWORD"] = administrator.password
        configured = {
            "jira_url": started["jira"].url,
            "wiki_url": started["confluence"].url,
            "jira_token": "a token",
        }
        came_to = []
        for text in json.load(sys.stdin):
            for told, address in real.items():
                text = text.replace(told, address)
            came_to.append(run(text, configured))
            left = [application for application in started.values() if len(application.links)]
            assert left == [], f"{text}\nleft links on {left}"
    print(json.dumps(came_to))


def run_all(texts: Iterable[str]) -> list[dict[str, str]]:
    """Run programs in a process of their own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.docs.programs"],
        input=json.dumps(list(texts)),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, str]] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    main()
