"""A simulated cluster: two nodes behind a load balancer. A node sees the other's changes late, after a number of requests, not a time."""

from __future__ import annotations

import copy
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from werkzeug import Request

from pulumi_applinks.lab.applications.stored import Links, StoredLink

BALANCER_COOKIE = "LBROUTE"
"""The cookie that the balancer uses to keep a client on one node."""

_serving: ContextVar[int] = ContextVar("serving", default=0)


Change = dict[str, Any] | None
"""The new values of a link's changed fields (all fields for a new link); None if the link was deleted."""


@dataclass
class _Node:
    """One node: the links that it knows, and the changes that it has not noticed yet.

    Args:
        links: the links as this node knows them.
        told: the links as this node last reported them to the other nodes.
        serving: the number of requests that it is answering.
        unnoticed: see below.
    """

    links: Links
    told: dict[str, StoredLink]
    serving: int = 0
    unnoticed: dict[str, tuple[Change, int | None, float]] = field(default_factory=dict)
    """For each link id: the change, the number of requests after which the node notices it, and the time by which it does at the latest."""

    def notice(self, link_id: str, change: Change) -> None:
        """Apply another node's change to a link; this node's changes to other fields stay.

        Args:
            link_id: the link's id.
            change: the change.
        """
        link = self.links.get(link_id)
        if change is None:
            self.links.replace(link_id, None)
        elif link is not None:
            for name, value in change.items():  # in place, because a request in progress may hold the link
                setattr(link, name, copy.deepcopy(value))
        elif "id" in change:
            self.links.replace(link_id, StoredLink(**change))
        self.told = self.links.by_id()


class Cluster:
    """The nodes of one application.

    Args:
        links: the current links of the application.
        affinity: whether the balancer sets a cookie; otherwise the nodes take turns.
        lag: the number of requests after which a node notices the other one's changes; if None, it waits for `catch_up`.
        within: the seconds after which a node notices a change in any case.
        clock: returns the time, in seconds.
    """

    def __init__(
        self,
        links: Links,
        *,
        affinity: bool,
        lag: int | None,
        within: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.affinity = affinity
        self.lag = lag
        self._within = within
        self._clock = clock
        self._lock = threading.RLock()
        self._turn = 0
        self._nodes = [_Node(one, links.by_id()) for one in (links, links.copy())]

    @property
    def links(self) -> Links:
        """The links of the node that serves the current request; outside of a request, those of the first node."""
        return self._nodes[_serving.get()].links

    @contextmanager
    def serving(self, request: Request) -> Iterator[int]:
        """Choose a node to answer a request; the other one notices its changes later.

        Args:
            request: the request that was received.

        Yields:
            The node's number.
        """
        with self._lock:
            self._notice_changes_by_hand()
            number = self._chosen(request)
            node = self._nodes[number]
            self._let_time_pass(number)
            node.serving += 1
        token = _serving.set(number)
        try:
            yield number
        finally:
            _serving.reset(token)
            with self._lock:
                node.serving -= 1
                self._tell(number)

    def catch_up(self) -> None:
        """Make every node notice all changes."""
        with self._lock:
            self._notice_changes_by_hand()
            for node in self._nodes:
                for link_id, (change, *_) in node.unnoticed.items():
                    node.notice(link_id, change)
                node.unnoticed.clear()

    def _chosen(self, request: Request) -> int:
        kept = request.cookies.get(BALANCER_COOKIE) if self.affinity else None
        if kept in ("0", "1"):
            return int(kept)
        self._turn += 1
        return (self._turn - 1) % len(self._nodes)

    def _let_time_pass(self, number: int) -> None:
        for one in range(len(self._nodes)):
            self._tell(one)  # first: otherwise a change that it notices now would count as its own
        for node in self._nodes:
            is_asked = node is self._nodes[number]
            for link_id, (change, left, latest) in list(node.unnoticed.items()):
                if (is_asked and left == 0) or self._clock() >= latest:
                    node.notice(link_id, change)
                    del node.unnoticed[link_id]
                elif is_asked and left is not None:
                    node.unnoticed[link_id] = (change, left - 1, latest)

    def _tell(self, number: int) -> None:
        """Report to the other nodes what a node changed since its last report: each change once, even if requests overlap."""
        before, now = self._nodes[number].told, self._nodes[number].links.by_id()
        self._nodes[number].told = now
        for link_id, change in _changes(before, now).items():
            unnoticed = self._nodes[number].unnoticed
            if change is None:
                unnoticed.pop(link_id, None)
            elif link_id in unnoticed:
                # The node must still notice the other node's changes to other fields, or its deletion of the link.
                own, left, latest = unnoticed[link_id]
                own = own and {name: value for name, value in own.items() if name not in change}
                unnoticed[link_id] = (own, left, latest)
            for other in self._nodes:
                if other is not self._nodes[number]:
                    known = other.unnoticed.get(link_id, ({}, None, 0.0))[0]
                    told = change if change is None else {**(known or {}), **change}
                    other.unnoticed[link_id] = (told, self.lag, self._clock() + self._within)

    def _notice_changes_by_hand(self) -> None:
        """Pass on the changes that were made between requests: they are on the first node, and the others learn of them at once."""
        first, *others = self._nodes
        if first.serving:
            return
        now = first.links.by_id()
        for link_id, change in _changes(first.told, now).items():
            for number, node in enumerate(others, 1):
                self._tell(number)
                node.notice(link_id, change)
        first.told = now


def _changes(before: dict[str, StoredLink], after: dict[str, StoredLink]) -> dict[str, Change]:
    """The change of each link that differs."""
    found: dict[str, Change] = {}
    for link_id in before.keys() | after.keys():
        was, now = before.get(link_id), after.get(link_id)
        if was == now:
            continue
        values = None if now is None else copy.deepcopy(vars(now))
        if was is not None and values is not None:
            values = {name: value for name, value in values.items() if value != getattr(was, name)}
        found[link_id] = values
    return found
