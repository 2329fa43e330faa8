"""An application that is played as two nodes behind a balancer; one lags behind the other's changes, by requests and not by time."""

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
"""The cookie with which the balancer keeps a client on one node."""

_serving: ContextVar[int] = ContextVar("serving", default=0)


Change = dict[str, Any] | None
"""The new values of a link's fields, all of them for a new one; None when it is gone."""


@dataclass
class _Node:
    """One node: what it knows, and what it has not noticed yet.

    Args:
        links: as it knows them.
        told: as the other nodes last saw them.
        serving: how many requests it answers right now.
        unnoticed: see below.
    """

    links: Links
    told: dict[str, StoredLink]
    serving: int = 0
    unnoticed: dict[str, tuple[Change, int | None, float]] = field(default_factory=dict)
    """By the link's id: what became of it, after how many more requests the node notices, and by what time."""

    def notice(self, link_id: str, change: Change) -> None:
        """Take over what another node did to a link; what this one did to other fields of it stays.

        Args:
            link_id: the link's id.
            change: what became of it.
        """
        link = self.links.get(link_id)
        if change is None:
            self.links.replace(link_id, None)
        elif link is not None:
            for name, value in change.items():  # in place: a request that is being answered may hold it
                setattr(link, name, copy.deepcopy(value))
        elif "id" in change:
            self.links.replace(link_id, StoredLink(**change))
        self.told = self.links.by_id()


class Cluster:
    """The nodes of one application.

    Args:
        links: of the application so far.
        affinity: whether the balancer sets a cookie; else the nodes take turns.
        lag: after how many requests of its own a node notices what the other one changed; not before `catch_up` when not given.
        within: the seconds after which it notices that in any case.
        clock: the time, in seconds.
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
        """The links as the node knows them that serves the request at hand; the first one's outside of a request."""
        return self._nodes[_serving.get()].links

    @contextmanager
    def serving(self, request: Request) -> Iterator[int]:
        """Let a node answer a request; the other one notices later what it changed.

        Args:
            request: as it came.

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
        """Let each node notice everything."""
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
            self._tell(one)  # else what it notices now would be taken for its own doing
        for node in self._nodes:
            is_asked = node is self._nodes[number]
            for link_id, (change, left, latest) in list(node.unnoticed.items()):
                if (is_asked and left == 0) or self._clock() >= latest:
                    node.notice(link_id, change)
                    del node.unnoticed[link_id]
                elif is_asked and left is not None:
                    node.unnoticed[link_id] = (change, left - 1, latest)

    def _tell(self, number: int) -> None:
        """Let the other nodes know what one changed since the last time: of each change once, however requests overlap."""
        before, now = self._nodes[number].told, self._nodes[number].links.by_id()
        self._nodes[number].told = now
        for link_id, change in _changes(before, now).items():
            unnoticed = self._nodes[number].unnoticed
            if change is None:
                unnoticed.pop(link_id, None)
            elif link_id in unnoticed:
                # What the other node did to other fields is still noticed, and that it has deleted the link.
                own, left, latest = unnoticed[link_id]
                own = own and {name: value for name, value in own.items() if name not in change}
                unnoticed[link_id] = (own, left, latest)
            for other in self._nodes:
                if other is not self._nodes[number]:
                    known = other.unnoticed.get(link_id, ({}, None, 0.0))[0]
                    told = change if change is None else {**(known or {}), **change}
                    other.unnoticed[link_id] = (told, self.lag, self._clock() + self._within)

    def _notice_changes_by_hand(self) -> None:
        """What was changed between requests was changed on the first node; the others know of it at once."""
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
    """What became of each link that is not as it was."""
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
