"""What all that ask one application in this process share: its connections, and what it said.

The plugin serves four resources at a time, and most of them ask the same few applications for the same things. So a manifest, a list of
links and an answer about rights are read once, by whoever asks first; the others wait for that answer. A failure is not shared:
each tells it in its own words, with its own deadline.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from typing import Generic, TypeVar

import requests

from pulumi_applinks.rest.addresses import normalised_url
from pulumi_applinks.rest.bounded import bound
from pulumi_applinks.rest.deadline import Deadline
from pulumi_applinks.rest.logins import Login
from pulumi_applinks.rest.models import Link, Manifest

T = TypeVar("T")

MOST_CONNECTIONS = 4
"""To one application, at the same time."""

_LONGEST_WAIT = 3600.0

_ticks = itertools.count(1)
"""A clock that only tells which of two things was first."""


class _Flight(Generic[T]):
    def __init__(self) -> None:
        self.started = next(_ticks)
        self.landed = threading.Event()
        self.values: list[T] = []


class Reading(Generic[T]):
    """One thing that is read once for all who ask, also when several ask at the same moment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: _Flight[T] | None = None
        self._flight: _Flight[T] | None = None

    def get(self, ask: Callable[[], T], deadline: Deadline, *, since: int = 0) -> tuple[T, int]:
        """What was read, or is read now.

        Args:
            ask: reads it.
            deadline: how long to wait for somebody else's answer.
            since: a tick; what was asked for before it is too old.

        Returns:
            What was read, and the tick at which it was asked for.
        """
        with self._lock:
            if self._kept is not None and self._kept.started > since:
                return self._kept.values[0], self._kept.started
            flight, leading = self._flight, False
            if flight is None or flight.started <= since:
                flight = self._flight = _Flight()
                leading = True
        if not leading:
            flight.landed.wait(min(deadline.remaining(), _LONGEST_WAIT))
            if flight.values:
                return flight.values[0], flight.started
            # Whoever asked first got no answer; the next one tells for itself.
            started = next(_ticks)
            return ask(), started
        try:
            flight.values.append(ask())
            with self._lock:
                if self._kept is None or flight.started > self._kept.started:
                    self._kept = flight
        finally:
            with self._lock:
                if self._flight is flight:
                    self._flight = None
            flight.landed.set()
        return flight.values[0], flight.started


class KnownLinks:
    """The links of one application as one login sees them, with what this program has changed since they were read."""

    def __init__(self) -> None:
        self._reading: Reading[list[Link]] = Reading()
        self._lock = threading.Lock()
        self._touched: dict[str, int] = {}
        self._written: dict[str, Link | None] = {}

    def get(self, ask: Callable[[], list[Link]], deadline: Deadline, about: tuple[str, ...]) -> list[Link]:
        """The links.

        Args:
            ask: reads them.
            deadline: how long to wait for somebody else's answer.
            about: ids of links that have to be as they are now: the list is read anew when this program has changed one of them
                since. The others are as they were read, or as this program wrote them.
        """
        with self._lock:
            since = max(self._all, max((self._touched.get(one, 0) for one in about), default=0))
        found, asked = self._reading.get(ask, deadline, since=since)
        with self._lock:
            written = {one: link for one, link in self._written.items() if self._touched.get(one, 0) > asked}
        if not written:
            return list(found)
        by_id = {link.id: link for link in found} | written
        return [link for link in by_id.values() if link is not None]

    @contextmanager
    def changing(self, link_id: str, moves: bool = False) -> Iterator[Callable[[Link | None], None]]:
        """Around a request that changes a link: what was read before its end no longer tells what the link is.

        Args:
            link_id: of the link.

        Returns:
            A function that takes what the link is from now on; nothing when it is gone.
        """
        self._touch(link_id)
        try:
            yield lambda link: self._write(link_id, link)
        finally:
            self._touch(link_id)
            if moves:
                self._all = next(_ticks)

    _all = 0

    def _touch(self, link_id: str) -> None:
        with self._lock:
            self._touched[link_id] = next(_ticks)

    def _write(self, link_id: str, link: Link | None) -> None:
        with self._lock:
            self._written[link_id] = link


class Seen:
    """What one login has seen of an application."""

    def __init__(self) -> None:
        self.links = KnownLinks()
        self.system_administrator: Reading[bool] = Reading()


class Shared:
    """What all that ask one application share.

    Args:
        session: of requests, to send with; one of its own if not given.
    """

    def __init__(self, session: requests.Session | None = None) -> None:
        self.manifest: Reading[Manifest] = Reading()
        self.has_v3: bool | None = None
        """Whether it has the 3.0 interface, as far as that is known."""
        self._slots = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._seen: dict[Login | None, Seen] = {}
        self._lock = threading.Lock()
        self.session = bound(session or requests.Session())
        # A session of an application would outlive a rotated password, and could mix users up.
        self.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def seen_by(self, login: Login | None) -> Seen:
        """What a login has seen."""
        with self._lock:
            return self._seen.setdefault(login, Seen())

    @contextmanager
    def slot(self, deadline: Deadline) -> Iterator[bool]:
        """One of the connections, for one request.

        Args:
            deadline: how long to wait for one.

        Returns:
            Whether one was free in time.
        """
        free = self._slots.acquire(timeout=min(deadline.remaining(), _LONGEST_WAIT))
        try:
            yield free
        finally:
            if free:
                self._slots.release()


class Applications:
    """The applications that this process has asked, by address. Safe between threads."""

    def __init__(self, waiting=None) -> None:
        self._lock = threading.Lock()
        self._at: dict[str, Shared] = {}

    def at(self, url: str) -> Shared:
        """What is shared of the application at an address.

        Args:
            url: where it is reached.
        """
        with self._lock:
            return self._at.setdefault(normalised_url(url), Shared())

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for shared in self._at.values():
                shared.session.close()
