"""The applications that kept stacks speak of: started again, with the server ids and the links of then."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi_applinks.lab.applications import Application, Flags, Lab, StoredLink
from pulumi_applinks.lab.applications.stored import Consumer, id_of_url
from pulumi_applinks.lab.applications.users import Directory, User

FOLDER = Path(__file__).parent
KINDS = {
    "jira": "jira",
    "two-way": "confluence",
    "one-way": "stash",
    "impersonating": "confluence",
    "per-direction": "bamboo",
    "source-only": "stash",
    "drifted": "confluence",
    "adopted": "fecru",
    "for-now": "confluence",
    "secret": "crowd",
}
"""Each application, and its type. Every link starts from the Jira, and is named after its target."""
NOT_UP = "for-now"
"""The application that was not up yet when its link was made."""
PASSWORD = "a password for trying out"


@dataclass(frozen=True)
class Scene:
    """The applications, by name.

    Args:
        applications: started with the server ids that the stacks know.
    """

    applications: dict[str, Application]

    def __getitem__(self, name: str) -> Application:
        return self.applications[name]

    def environment(self) -> dict[str, str]:
        """What the program and the provider need: addresses and credentials."""
        found = {f"URL_{name.replace('-', '_').upper()}": app.url for name, app in self.applications.items()}
        for name in self.applications:
            prefix = f"APPLINKS_{name.replace('-', '_').upper()}"
            found |= {f"{prefix}_USERNAME": "sysadmin", f"{prefix}_PASSWORD": PASSWORD}
        return found

    def _marks(self) -> list[tuple[str, str]]:
        """What differs from run to run, and what stands for it in a file; the longest first."""
        marks: list[tuple[str, str]] = []
        for name, application in self.applications.items():
            host = application.url.split("/")[2]
            marks += [
                (application.url, f"<<{name}>>"),
                (host, f"<<{name} host>>"),
                (id_of_url(application.url), f"<<{name} id of url>>"),
            ]
        return sorted(marks, key=lambda mark: -len(mark[0]))

    def as_template(self, text: str) -> str:
        """A text, with marks in the places of addresses."""
        for value, mark in self._marks():
            text = text.replace(value, mark)
        return text

    def filled_in(self, text: str) -> str:
        """A template, with the addresses of today."""
        for value, mark in self._marks():
            text = text.replace(mark, value)
        return text

    def links(self) -> str:
        """All links, as a template; of a consumer, only what is not recreated each time."""
        found: dict[str, list[dict[str, Any]]] = {}
        for name, application in self.applications.items():
            found[name] = application.links.snapshot()
            for link in found[name]:
                if link["consumer"]:
                    link["consumer"] = {
                        key: link["consumer"][key] for key in ("two_lo", "execute_as", "impersonation")
                    }
        return self.as_template(json.dumps(found, indent=2)) + "\n"

    def put_links(self, template: str) -> None:
        """Give the applications the links of a template."""
        by_id = {application.server_id: application for application in self.applications.values()}
        for name, links in json.loads(self.filled_in(template)).items():
            for link in links:
                consumer = link.pop("consumer")
                for key in ("outgoing_providers", "incoming_legacy"):
                    link[key] = set(link[key])
                stored = self[name].links.add(StoredLink(**link))
                if consumer:
                    remote = by_id[stored.id]
                    stored.consumer = Consumer(
                        remote.consumer_key, remote.name, remote.keys.public, **consumer
                    )


def start(lab: Lab) -> Scene:
    """Start the applications; the one that was not up yet is not up."""
    applications = {}
    for name, kind in KINDS.items():
        users = [User("sysadmin", PASSWORD, "sysadmin"), User("user", PASSWORD), User("bot", PASSWORD)]
        applications[name] = lab.start(
            kind,
            name=name,
            server_id=str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.example.com")),
            directory=Directory(users),
            running=name != NOT_UP,
        )
    return Scene(applications)


def by_hand(scene: Scene) -> None:
    """What an administrator changed after the program had run."""
    link = scene["jira"].links[scene["drifted"].server_id]
    link.name = "Renamed by hand"
    link.outgoing = Flags()
