"""The applications of the reliability suites, started once and used again: starting them takes long."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from urllib.parse import urlsplit

from pulumi_applinks.lab.applications import Application, Lab, StoredLink
from pulumi_applinks.lab.applications.calls import Caller

KINDS = {"jira": "jira", "issues": "jira", "wiki": "confluence", "code": "stash", "build": "bamboo"}
"""The applications, and their types: two are of one type, and so compete for being the primary one."""


class Network:
    """The applications, and a clone of each that is not up.

    Args:
        lab: that starts them.
        kinds: their names, and their types.
        clones: whether there are clones.
        timeout: of what the applications ask of each other, in seconds; the lab's own if not given.
    """

    def __init__(
        self,
        lab: Lab,
        kinds: Mapping[str, str] | None = None,
        *,
        clones: bool = True,
        timeout: float | None = None,
    ) -> None:
        self.kinds = dict(KINDS if kinds is None else kinds)
        self.applications = {name: lab.start(kind, name=name.title()) for name, kind in self.kinds.items()}
        if timeout is not None:
            for application in self.applications.values():
                application.caller = Caller(application, timeout=timeout, authorities=application.authorities)
        self.clones = {
            name: lab.start(self.kinds[name], server_id=app.server_id, name=app.name, running=False)
            for name, app in self.applications.items()
            if clones
        }
        self._server_ids = {name: one.server_id for name, one in self.applications.items()}
        self.closed = lab.closed_address()
        """An address at which nothing answers."""

    def __getitem__(self, name: str) -> Application:
        return self.applications[name]

    def of(self, server_id: str) -> str | None:
        """Whose server id that is."""
        return next((name for name, app in self.applications.items() if app.server_id == server_id), None)

    def fresh(self) -> None:
        """Everything as at the beginning: a link of a stranger's for each type, and nothing else."""
        for clone in self.clones.values():
            clone.stop()
            clone._keys = None  # its original has them
        for name, application in self.applications.items():
            application.server_id = self._server_ids[name]
            application.faults.clear()
            application.cluster = None
            bring_up(application)
            believes(application, None)
            application.requests.clear()
            for link in application.links:
                application.links.remove(link.id)
            for kind in sorted(set(self.kinds.values())):
                address = f"{self.closed}/{kind}"
                application.links.add(
                    StoredLink(str(uuid.uuid4()), kind, f"A stranger's {kind}", address, address)
                )


def bring_up(application: Application) -> None:
    """Start an application again; where somebody else has its port by now, it comes up at another address."""
    try:
        application.start()
    except (OSError, SystemExit):
        application.move()


def take_over_address(application: Application, other: Application) -> None:
    """Let another application move away, and this one come up at the address that it had."""
    port, path = urlsplit(other.url).port or 0, other.context_path
    mistaken = application.base_url != application.url
    other.move()
    application.stop()
    application.move(context_path=path, port=port, keep_base_url=mistaken)


def believes(application: Application, url: str | None) -> None:
    """Let an application believe that it is at an address; at its own when none is given."""
    application.base_url = url
