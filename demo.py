"""`make demo`: a Pulumi program links a Jira and a Confluence, from the first preview to the last deletion.

Each step says what it does, and shows what a person would check. If anything unexpected happens, the demo ends with status 1.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import requests

from pulumi_applinks.lab.applications import Application, Lab
from pulumi_applinks.lab.engine import EngineError, Project, RunFailedError, RunResult, find_engine

EXAMPLE = Path(__file__).parent / "examples" / "two_way"
_WIDTH = 100
_NOISE = ("@ ", "This is the embedded engine")


class Unexpected(Exception):
    """Raised when something is not as the demo expects."""


@dataclass
class Demo:
    """The two applications, and the project that links them."""

    jira: Application
    wiki: Application
    project: Project
    environment: dict[str, str]
    step_number: int = 0

    def run(self) -> None:
        """Run all steps."""
        self.start()
        self.make()
        self.repeat()
        self.relocate()
        self.repair()
        self.end()

    def start(self) -> None:
        """Introduce the applications."""
        self.step("A Jira and a Confluence run on this machine, not linked.")
        for application in (self.jira, self.wiki):
            admin = application.users["admin"]
            print(f"  {application.name:12} {application.url}")
            print(f"  {'':12} links: {application.admin_page}")
            print(f"  {'':12} log in there as {admin.name} / {admin.password}")
        self.show_links()
        self.project.init(env=self.environment)
        self.configure()

    def configure(self) -> None:
        """Give the addresses to the program."""
        for key, application in (("jira_url", self.jira), ("wiki_url", self.wiki)):
            self.project.config_set(key, application.url, env=self.environment)
        self.project.config_set("execute_as", "user", env=self.environment)

    def make(self) -> None:
        """Preview the link, then create it."""
        self.step("`pulumi preview`: what examples/two_way would make.")
        self.shown(self.project.preview(env=self.environment), "2 to create")
        self.expect(not len(self.jira.links), "a preview changed nothing")
        self.step("`pulumi up`: the link is made on both ends, each by its own administrator.")
        self.shown(self.project.up(env=self.environment), "2 created")
        self.show_links()
        self.show_status()

    def repeat(self) -> None:
        """Run it again."""
        self.step("`pulumi up` again: nothing is left to do.")
        self.shown(self.project.up("--expect-no-changes", env=self.environment), "unchanged")

    def relocate(self) -> None:
        """Move the Confluence."""
        self.step("The Confluence moves to another address, and the program's configuration says so.")
        link_id = self.jira.links[self.wiki.server_id].id
        print(f"  from {self.wiki.url}")
        print(f"  to   {self.wiki.move()}")
        self.configure()
        self.step("`pulumi preview`: an update, not a replacement: the same application answers there.")
        self.shown(self.project.preview(env=self.environment), "1 to update")
        self.step("`pulumi up` relocates the link; its id stays.")
        self.shown(self.project.up(env=self.environment), "1 updated")
        self.expect(self.jira.links[link_id].rpc_url == self.wiki.url, "the link points at the new address")
        self.show_links()
        self.show_status()

    def repair(self) -> None:
        """Find and repair a manual change."""
        self.step(
            "Somebody changes the link by hand: another name on the Jira, no incoming requests on the Confluence."
        )
        self.jira.links[self.wiki.server_id].name = "Wiki (old)"
        self.wiki.links[self.jira.server_id].consumer = None
        self.show_links()
        self.step("`pulumi refresh` finds it, and `pulumi preview` shows what an update repairs.")
        self.shown(self.project.refresh("--diff", env=self.environment), "Wiki (old)", only="~+-")
        drift = ("-", "authentication.", "target.", "declared", "observed")
        self.shown(self.project.preview("--diff", env=self.environment), 'observed: "none"', only=drift)
        self.step("`pulumi up` repairs both ends.")
        self.shown(self.project.up(env=self.environment), "1 updated")
        self.show_links()
        self.show_status()

    def end(self) -> None:
        """Delete both ends."""
        self.step("`pulumi destroy`: both ends are deleted, each confirmed by reading it back.")
        self.shown(self.project.destroy(env=self.environment), "2 deleted")
        self.show_links()
        self.expect(not len(self.jira.links) and not len(self.wiki.links), "both ends are gone")

    def step(self, text: str) -> None:
        """Say what comes next."""
        self.step_number += 1
        print(f"\n{self.step_number}. {text}")
        sys.stdout.flush()

    def shown(self, result: RunResult, expected: str, *, only: Sequence[str] | None = None) -> None:
        """Show what the engine printed, and make sure that it contains the expected text.

        Args:
            result: of the run.
            expected: the text that the output must contain.
            only: the starts of the lines to show from a long list of properties; all lines if not given.
        """
        lines = [line for line in result.output.splitlines() if line.strip() and not line.startswith(_NOISE)]
        if only is not None:
            lines = [line for line in lines if line.lstrip().startswith(tuple(only))]
        print("\n".join(f"  | {line}"[:_WIDTH] for line in lines))
        self.expect(expected in " ".join(result.output.split()), f"the engine says “{expected}”")

    def show_links(self) -> None:
        """Show the links of both applications."""
        for application in (self.jira, self.wiki):
            links = list(application.links)
            for link in links:
                user = link.consumer.execute_as or "anonymous" if link.consumer else "nobody"
                print(
                    f"  {application.name} has the link {link.name!r} to {link.rpc_url}: outgoing {link.outgoing.level}, "
                    f"incoming {link.incoming.level} as {user}"
                )
            if not links:
                print(f"  {application.name} has no links")

    def show_status(self) -> None:
        """Ask both applications whether the link works. Each of them tries it with a signed request to the other."""
        for here, there in ((self.jira, self.wiki), (self.wiki, self.jira)):
            admin = here.users["admin"]
            url = f"{here.url}/rest/applinks/3.0/status/{there.server_id}"
            with requests.Session() as session:
                session.trust_env = False
                body = session.get(url, auth=(admin.name, admin.password), timeout=10).json()
            print(f"  GET {url}\n    working: {str(body['working']).lower()}")
            self.expect(body["working"] is True, f"{here.name} says that the link works")

    def expect(self, fact: bool, words: str) -> None:
        """Check that a fact is true.

        Raises:
            Unexpected: if it is not true.
        """
        if not fact:
            raise Unexpected(f"step {self.step_number}: expected that {words}")


def main() -> int:
    """Run the demo.

    Returns:
        The exit status.
    """
    engine = find_engine()
    print(engine.first_line)
    with tempfile.TemporaryDirectory(prefix="applinks-demo-") as folder, Lab() as lab:
        directory = Path(folder, "two_way")
        shutil.copytree(EXAMPLE, directory, ignore=shutil.ignore_patterns("Pulumi.*.yaml", ".pulumi-lab"))
        jira, wiki = lab.start("jira"), lab.start("confluence")
        kept = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
        environment = {key: value for key, value in os.environ.items() if key in kept}
        environment["APPLINKS_JIRA_TOKEN"] = jira.users["sysadmin"].tokens[0]
        environment["APPLINKS_WIKI_USERNAME"] = wiki.users["sysadmin"].name
        environment["APPLINKS_WIKI_PASSWORD"] = wiki.users["sysadmin"].password
        project = Project(
            engine, directory, stack="demo", home=Path(folder, "state"), passphrase="for the demo"
        )
        try:
            Demo(jira, wiki, project, environment).run()
        except (Unexpected, RunFailedError, EngineError) as error:
            _fail(str(error))
        except KeyboardInterrupt:
            _fail("it was interrupted.")
    print("\nDone: one program linked, relocated, repaired and deleted both ends.")
    return 0


def _fail(message: str) -> NoReturn:
    sys.stdout.flush()
    raise SystemExit(f"\nThe demo stops here: {message}")


if __name__ == "__main__":
    sys.exit(main())
