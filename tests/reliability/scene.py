"""Two applications with foreign links, and a stack with one link between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from pulumi_applinks.lab.applications import Application, Lab, StoredLink
from tests.unit.lifecycle.conftest import Driver, inputs_for, log_in

OAUTH = {"outgoing": {"level": "oauth", "execute_as": "user"}, "incoming": {"level": "oauth"}}
IMPERSONATING = {
    "outgoing": {"level": "oauth-impersonation"},
    "incoming": {"level": "oauth-impersonation"},
}
NONE = {"outgoing": {"level": "none"}, "incoming": {"level": "none"}}
ONE_DIRECTION = {"outgoing": {"level": "oauth", "execute_as": "user"}, "incoming": {"level": "none"}}
ONE_WAY = {"two_way": False, "authentication": NONE}
SOMEBODY_ELSES = "Somebody else's"


@dataclass
class Scene:
    """Two applications with foreign links, and a stack with one link."""

    jira: Application
    wiki: Application
    driver: Driver
    foreign: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.foreign = self._foreign_now()

    @property
    def applications(self) -> tuple[Application, Application]:
        """Both applications."""
        return self.jira, self.wiki

    def wanted(self, **changes: Any) -> dict[str, Any]:
        """The inputs that the program declares."""
        return inputs_for(self.jira, self.wiki, **changes)

    def mend(self) -> None:
        """Start both applications, and remove all faults."""
        for application in self.applications:
            application.faults.clear()
            application.start()

    def clear(self) -> None:
        """Start both applications in their first state, and empty the stack."""
        self.mend()
        for application in self.applications:
            for link in application.links:
                if link.name != SOMEBODY_ELSES:
                    application.links.remove(link.id)
            for link in application.links:
                application.links.make_primary(link.id)
            application.requests.clear()
        self.driver.state = None

    def _foreign_now(self) -> dict[str, list[dict[str, Any]]]:
        return {
            application.type_id: [
                link for link in application.links.snapshot() if link["name"] == SOMEBODY_ELSES
            ]
            for application in self.applications
        }

    @property
    def others_are_untouched(self) -> bool:
        """Whether the foreign links are unchanged."""
        return self._foreign_now() == self.foreign

    @property
    def is_empty(self) -> bool:
        """Whether there are only foreign links."""
        return all(len(application.links) == 1 for application in self.applications)

    def stands(self, wanted: dict[str, Any]) -> bool:
        """Whether both ends are exactly as the program says."""
        levels = wanted["authentication"]
        ends = [(self.jira, self.wiki, levels["outgoing"], levels["incoming"])]
        if wanted["two_way"]:
            ends.append((self.wiki, self.jira, levels["incoming"], levels["outgoing"]))
        for here, there, outgoing, incoming in ends:
            link = here.links.get(there.server_id)
            if link is None or (link.rpc_url, link.display_url) != (there.url, there.url):
                return False
            if link.name != there.name:
                return False
            if (link.outgoing.level, link.incoming.level) != (outgoing["level"], incoming["level"]):
                return False
            user = link.consumer.execute_as if link.consumer else None
            if user != incoming.get("execute_as"):
                return False
        return len(self.jira.links) == 2 and len(self.wiki.links) == (2 if wanted["two_way"] else 1)

    def what_stands(self) -> str:
        """Both applications' links, for a message."""
        return "; ".join(f"{one.type_id}: {one.links.snapshot()}" for one in self.applications)


def scene_in(lab: Lab, monkeypatch: pytest.MonkeyPatch, driver: Driver) -> Scene:
    """A scene with its own network."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    for number, (here, type_id) in enumerate(((jira, "confluence"), (wiki, "jira"))):
        address = lab.closed_address()
        link_id = f"00000000-0000-3000-8000-{number:012}"
        here.links.add(StoredLink(link_id, type_id, SOMEBODY_ELSES, address, address))
    log_in(monkeypatch, "jira", jira)
    log_in(monkeypatch, "wiki", wiki)
    return Scene(jira, wiki, driver)
