"""What all that ask one application in this process share: its connections, and what it said.

The plugin serves four resources at a time, and most of them ask the same few applications for the same things. So a manifest, a list of
links and an answer about rights are read once, by whoever asks first; the others wait for that answer. A failure is not shared:
each tells it in its own words, with its own deadline.
"""

from __future__ import annotations

import itertools
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

import requests

from pulumi_applinks.rest.addresses import normalised_url
from pulumi_applinks.rest.bounded import bound
from pulumi_applinks.rest.deadline import Deadline
from pulumi_applinks.rest.logins import Login
from pulumi_applinks.rest.models import Link, Manifest

if TYPE_CHECKING:
    from pulumi_applinks.rest.users import User

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

    def kept(self) -> tuple[T, int] | None:
        """What was read last, and the tick at which it was asked for; None before anything was."""
        with self._lock:
            flight = self._kept
        return (flight.values[0], flight.started) if flight and flight.values else None

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


class Changes:
    """What this program has changed among the links of one application."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.touched: dict[str, int] = {}
        self.written: dict[str, Link | None] = {}
        self.unsettled = 0
        """The tick since which it is open which links are primary."""
        self.firsts: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


class KnownLinks:
    """The links of one application as one login sees them, with what this program has changed since they were read.

    Args:
        changes: by whatever login.
    """

    def __init__(self, changes: Changes | None = None) -> None:
        self._reading: Reading[list[Link]] = Reading()
        self._changes = changes or Changes()

    def get(
        self,
        ask: Callable[[], list[Link]],
        deadline: Deadline,
        about: tuple[str, ...],
        *,
        primary: bool = True,
    ) -> list[Link]:
        """The links.

        Args:
            ask: reads them.
            deadline: how long to wait for somebody else's answer.
            about: ids of links that have to be as they are now: the list is read anew when this program has changed one of them
                since. The others are as they were read, or as this program wrote them.
            primary: whether it matters which links are primary: the list is read anew when this program may have changed that.
        """
        with self._changes.lock:
            since = max((self._changes.touched.get(one, 0) for one in about), default=0)
            since = max(since, self._changes.unsettled) if primary else since
        return self._now(*self._reading.get(ask, deadline, since=since))

    def _now(self, found: list[Link], asked: int) -> list[Link]:
        with self._changes.lock:
            touched = self._changes.touched
            written = {
                one: link for one, link in self._changes.written.items() if touched.get(one, 0) > asked
            }
        by_id = {link.id: link for link in found} | written
        return [link for link in by_id.values() if link is not None]

    def _known(self) -> list[Link] | None:
        """The links as far as they are known without asking."""
        kept = self._reading.kept()
        return None if kept is None else self._now(*kept)

    @contextmanager
    def first_alone(self, link: Link, deadline: Deadline) -> Iterator[None]:
        """Around a request that may add a link: of two that may be the first of their type, one waits for the other.

        The first becomes primary [S9], so it has to be known which one was.

        Args:
            link: that may be added.
            deadline: how long to wait.
        """
        with self._changes.lock:
            first = self._changes.firsts[link.type_id]
        held = first.acquire(timeout=min(deadline.remaining(), _LONGEST_WAIT))
        try:
            if held and any(one.type_id == link.type_id for one in self._known() or ()):
                first.release()
                held = False
            yield
        finally:
            if held:
                first.release()

    @contextmanager
    def changing(
        self, link_id: str, *, primary: Literal["kept", "made"] | None = None
    ) -> Iterator[Callable[[Link | None], None]]:
        """Around a request that changes a link: what was read before its end no longer tells what the link is.

        It no longer tells either which links are primary, unless that follows from what is known.

        Args:
            link_id: of the link.
            primary: whether it is made the primary one of its type, or no link gains or loses that place. If not given, it keeps the
                place when it has not got it.

        Returns:
            A function that takes what the link is from now on; None when it is gone.
        """
        self._touch(link_id)
        told: list[Link | None] = []
        try:
            yield told.append
        finally:
            known = self._known()
            link, settled = _outcome(known, link_id, told[-1]) if told else (None, False)
            if not told:
                settled = any(one.id == link_id and not one.primary for one in known or ())
            self._touch(link_id, settled=primary == "kept" or (primary is None and settled))
            if told:
                with self._changes.lock:
                    self._changes.written[link_id] = link

    def _touch(self, link_id: str, *, settled: bool = True) -> None:
        with self._changes.lock:
            self._changes.touched[link_id] = next(_ticks)
            if not settled:
                self._changes.unsettled = self._changes.touched[link_id]


def _outcome(known: list[Link] | None, link_id: str, link: Link | None) -> tuple[Link | None, bool]:
    """A link that was written or deleted, as primary as it is now; and whether it is certain which links are primary.

    The first link of a type becomes primary, and another one when the primary one is deleted [S9].
    """
    before = next((one for one in known or () if one.id == link_id), None)
    type_id = link.type_id if link else before.type_id if before else ""
    others = [one for one in known or () if one.id != link_id and one.type_id == type_id]
    if link is None:
        return None, known is not None and (before is None or not before.primary or not others)
    if before is not None:
        return link.model_copy(update={"primary": before.primary}), not before.primary
    settled = known is not None and (not others or any(one.primary for one in others))
    return link.model_copy(update={"primary": not others}), settled


class Seen:
    """What one login has seen of an application.

    Args:
        changes: of its links, by whatever login.
    """

    def __init__(self, changes: Changes | None = None) -> None:
        self.links = KnownLinks(changes)
        self.system_administrator: Reading[bool] = Reading()
        self.users: dict[str, Reading[User | None]] = {}


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
        self._changes = Changes()
        self._lock = threading.Lock()
        self.session = bound(session or requests.Session())
        # A session of an application would outlive a rotated password, and could mix users up.
        self.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def seen_by(self, login: Login | None) -> Seen:
        """What a login has seen."""
        with self._lock:
            return self._seen.setdefault(login, Seen(self._changes))

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
