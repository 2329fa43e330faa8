"""Estates of links that somebody made by hand, and the command beside a project that has no program yet."""

from __future__ import annotations

import subprocess
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pulumi_applinks.lab.applications import (
    THREE_LEGGED,
    Application,
    Directory,
    Lab,
    OAuth2Entry,
    StoredLink,
    id_of_url,
)
from pulumi_applinks.names import PLUGIN_TYPE
from tests.acceptance.harness import Story
from tests.acceptance.test_command import applinks
from tests.unit.lab_applications.conftest import link_both_ways

PASSWORD = "planted-password-of-basic-access"


@dataclass
class Estate:
    """Applications by the names that a person gives them, and a project without a program.

    Args:
        lab: where they run.
        stack: the project.
    """

    lab: Lab
    stack: Story
    applications: dict[str, Application] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Application:
        return self.applications[name]

    @property
    def folder(self) -> Path:
        """The project's folder."""
        return self.stack.project.directory

    def start(self, name: str, type_id: str, /, **more: Any) -> Application:
        """Start an application, with its administrator's credentials in the environment."""
        application = self.applications[name] = self.lab.start(type_id, **more)
        self.stack.credentials(name.replace("-", "_"), application)
        return application

    def link(self, one: str, two: str, outgoing: str = "oauth", incoming: str = "oauth") -> None:
        """Link two of them by hand, as seen from the first."""
        link_both_ways(self[one], self[two], outgoing, incoming)

    def end(self, one: str, two: str) -> StoredLink:
        """What one of them has of the link to another one."""
        return self[one].links[self[two].server_id]

    def watch(self) -> None:
        """From now on nothing may be changed."""
        self.stack.watch(*self.applications.values())
        for application in self.applications.values():
            application.requests.clear()

    def applinks(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the command beside the project."""
        return applinks(*words, env=self.stack.environment, folder=self.folder)

    def scan(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Step one, of all applications."""
        named = [word for name, one in self.applications.items() for word in ("-a", f"{name}={one.url}")]
        return self.applinks("import", "scan", *words, *named)

    def write(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Step two, into the project, for the provider that it has."""
        form = ["--plugin"] if self.stack.type == PLUGIN_TYPE else []
        return self.applinks("import", "write", "--to", ".", *form, *words)

    def text(self, name: str) -> str:
        """A file of the project."""
        return (self.folder / name).read_text(encoding="utf-8")

    def inventory(self) -> dict[str, Any]:
        """What step one wrote."""
        found: dict[str, Any] = yaml.safe_load(self.text("inventory.yaml"))
        return found

    def import_(self) -> None:
        """As NEXT-STEPS.md says."""
        (line,) = [one.strip() for one in self.text("NEXT-STEPS.md").splitlines() if "pulumi import" in one]
        words = line.split()[1:]
        self.stack.project.run(*words, env=self.stack.environment)

    def untouched(self) -> None:
        """Nobody asked for anything but to read, and every link is as it was."""
        for application in self.applications.values():
            received = application.requests.all("client")
            assert {one.method for one in received} <= {"GET"}, application

    def forget(self) -> None:
        """Take the links out of the stack: nothing is deleted on the applications."""
        self.stack.forget_links()
        self.stack.is_gone()


def every_kind(scene: Estate) -> None:
    """Every kind of link that can be taken over, and every kind that can't."""
    lab, shared = scene.lab, Directory()
    jira = scene.start("jira", "jira", directory=shared)
    scene.start("wiki", "confluence", directory=shared)
    scene.start("code", "stash")
    scene.start("ci", "bamboo")
    scene.start("people", "crowd")
    scene.start("review", "fecru")
    scene.start("old-wiki", "confluence", name="Old Wiki")
    scene.start("jira-eu", "jira", name="Jira EU")
    scene.link("jira", "wiki", "oauth-impersonation", "oauth-impersonation")
    scene.link("jira", "code")
    for one, two in (("jira", "code"), ("code", "jira")):
        consumer = scene.end(one, two).consumer
        assert consumer is not None
        consumer.execute_as = "user"
    scene.link("jira", "ci", "oauth", "none")  # each direction otherwise
    scene.link("jira", "people", "none", "none")
    jira.link_by_hand(scene["review"])  # one-way
    scene.link("jira", "old-wiki")
    scene.end("jira", "old-wiki").name = 'The "old" wiki'  # renamed on one end
    scene.link("code", "old-wiki")
    scene.link("wiki", "code")
    scene.end("wiki", "code").rpc_url = lab.proxy(scene["code"])  # reached elsewhere by one
    scene.link("jira-eu", "wiki")
    scene["wiki"].links.make_primary(scene["jira-eu"].server_id)  # chosen among several
    scene.link("jira-eu", "ci", "none", "none")
    scene.end("jira-eu", "ci").give_trust(outgoing=False)  # legacy, and nothing else
    scene.link("jira-eu", "code")
    scene.end("jira-eu", "code").give_basic_access("somebody", PASSWORD)  # legacy beside OAuth
    # What is left out.
    jira.system_link(lab.start("confluence"))
    jira.generic_link("Script", "https://script.example.com")
    jira.oauth2.append(OAuth2Entry(str(uuid.uuid4()), "Client", "https://client.example.com"))
    gone = lab.closed_address()
    jira.links.add(StoredLink(str(uuid.uuid4()), "bamboo", "Corrupted", "", gone))
    jira.links.add(StoredLink(str(uuid.uuid4()), "bamboo", "Gone", gone, gone))
    scene["wiki"].link_by_hand(jira, link_id=str(uuid.uuid4()), name="Second Jira")
    stranger = lab.start("fecru", name="Not named")
    link_both_ways(scene["ci"], stranger)
    scene.link("people", "review", "oauth", "none")
    scene.end("people", "review").outgoing_providers.clear()  # the ends differ
    scene.link("jira-eu", "review")
    consumer = scene.end("jira-eu", "review").consumer
    assert consumer is not None
    consumer.two_lo = False
    scene.end("review", "jira-eu").outgoing_providers = {THREE_LEGGED}  # 3LO alone
    scene["old-wiki"].link_by_hand(scene["ci"], link_id=id_of_url(scene["ci"].base_url))
    scene["ci"].link_by_hand(scene["old-wiki"])
