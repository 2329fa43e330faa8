"""The applications of the reliability suites, which are started once and reused because starting them is slow."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from urllib.parse import urlsplit

from pulumi_applinks.lab.applications import Application, Lab, StoredLink
from pulumi_applinks.lab.applications.calls import Caller
from pulumi_applinks.lab.applications.cluster import Cluster
from pulumi_applinks.rest import SETTLE_SECONDS, Deadline

KINDS = {"jira": "jira", "issues": "jira", "wiki": "confluence", "code": "stash", "build": "bamboo"}
"""The applications and their types: two have the same type, so links to them compete to be the primary one."""


class Network:
    """The applications, and a stopped clone of each.

    Args:
        lab: the lab that starts them.
        kinds: their names and types.
        clones: whether there are clones.
        timeout: the limit for requests between the applications, in seconds; by default, that of the lab.
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
        """The name of the application with a server id; None if there is none."""
        return next((name for name, app in self.applications.items() if app.server_id == server_id), None)

    def fresh(self) -> None:
        """Restore the first state: each application has a foreign link for each type, and nothing else."""
        for clone in self.clones.values():
            clone.stop()
            clone._keys = None  # they belong to its original
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
    """Start an application again; if its port is now in use, it gets another address."""
    try:
        application.start()
    except (OSError, SystemExit):
        application.move()


def take_over_address(application: Application, other: Application) -> None:
    """Move another application away, and start this one at its old address."""
    port, path = urlsplit(other.url).port or 0, other.context_path
    mistaken = application.base_url != application.url
    other.move()
    application.stop()
    application.move(context_path=path, port=port, keep_base_url=mistaken)


def believes(application: Application, url: str | None) -> None:
    """Set an application's base URL; None sets its real address."""
    application.base_url = url


def play_cluster(application: Application, affinity: bool, lag: int | None) -> Cluster:
    """Let an application have two nodes, which notice each other's changes before the program stops doubting them.

    Args:
        application: the application.
        affinity: whether the balancer keeps a client on one node.
        lag: the number of requests after which a node notices a change; None if it never does.
    """
    within = math.inf if lag is None else SETTLE_SECONDS - 0.1
    # The clock is the program's, which the fixture `passing` replaces.
    return application.play_cluster(affinity=affinity, lag=lag, within=within, clock=Deadline(None).now)
