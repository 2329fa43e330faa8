"""What all that ask one application in this process share: its connections, what it said, and that it does not answer.

The plugin serves four resources at a time, and most of them ask the same few applications for the same things. So a manifest, a list of
links and an answer about rights are read once, by whoever asks first; the others wait for that answer, or that failure.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pulumi_applinks.rest.addresses import normalised_url
from pulumi_applinks.rest.auth import Login
from pulumi_applinks.rest.bounded_http import Session
from pulumi_applinks.rest.cookies import BalancerCookies
from pulumi_applinks.rest.deadline import SETTLE_SECONDS, Deadline
from pulumi_applinks.rest.errors import (
    ApplinksError,
    ConnectionLost,
    ConnectionRefused,
    NoWay,
    ProxyFailure,
    TimedOut,
    TlsFailure,
    UnknownHost,
)
from pulumi_applinks.rest.known_links import Changes, KnownLinks
from pulumi_applinks.rest.models import Manifest
from pulumi_applinks.rest.redaction import Secrets
from pulumi_applinks.rest.single_flight import LONGEST_WAIT, Reading, tick
from pulumi_applinks.rest.waiting import Waiting

if TYPE_CHECKING:
    from pulumi_applinks.rest.users import User

MOST_CONNECTIONS = 4
"""To one application, at the same time."""


class Seen:
    """What one login has seen of an application.

    Args:
        changes: of its links, by whatever login.
    """

    def __init__(self, changes: Changes | None = None) -> None:
        self.links = KnownLinks(changes)
        self.system_administrator: Reading[bool] = Reading()
        self._users: dict[str, Reading[User | None]] = {}
        self.basic_off: Reading[bool] = Reading()
        self.let_in = False
        """Whether a request with this login succeeded."""

    def user(self, name: str) -> Reading[User | None]:
        """What it was told of a user."""
        return self._users.setdefault(name, Reading())


class Shared:
    """What all that ask one application share.

    Args:
        secrets: of all logins.
        waiting: says for whom it is waited.
    """

    def __init__(self, secrets: Secrets | None = None, waiting: Waiting | None = None) -> None:
        self.manifest: Reading[Manifest] = Reading(lambda _: True)
        self.has_v3: bool | None = None
        """Whether it has the 3.0 interface, as far as that is known."""
        self.failure: ApplinksError | None = None
        """Why it can't be reached, if that was tried."""
        self.clock_ahead: float | None = None
        """How far its clock is ahead of this machine's, in seconds, as far as it told."""
        self.secrets = secrets or Secrets()
        self.waiting = waiting or Waiting(None)
        self.follows = Deadline(SETTLE_SECONDS)
        """Until when its nodes may not have followed what was changed before this operation."""
        self._followed = 0
        self._slots = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._seen: dict[tuple[Login | None, str | None], Seen] = {}
        self._changes = Changes()
        self._lock = threading.Lock()
        self.session = Session()
        self.session.cookies.set_policy(BalancerCookies())

    def remember(self, error: ApplinksError, *, by_itself: bool) -> None:
        """Let nobody else wait for an application that can't be reached.

        That an operation's own time was up (`DeadlineExceeded`) says nothing to others, who may have more of it.

        Args:
            error: what became of a request.
            by_itself: whether the application answers such a request without asking somebody else, and changes nothing.
        """
        if isinstance(error, TimedOut):
            unreachable = error.connecting or by_itself
        elif isinstance(error, ConnectionLost):
            unreachable = error.tries > 1  # the first may be one that was idle for too long
        else:
            unreachable = isinstance(error, (UnknownHost, ConnectionRefused, NoWay, TlsFailure, ProxyFailure))
        if unreachable:
            self.failure = error.told_for(error.application)

    def followed(self) -> int:
        """The tick since which its nodes have had the time to follow; 0 while they have not."""
        with self._lock:
            if not self._followed and self.follows.expired:
                self._followed = tick()
            return self._followed

    def forget_failure(self) -> None:
        """Ask again although it could not be reached, or did not tell who it is."""
        self.failure = None
        self.manifest.forget_failure()

    def seen_by(self, login: Login | None) -> Seen:
        """What a login has seen."""
        with self._lock:
            # Of the same login under two names each tells for itself where it comes from.
            return self._seen.setdefault((login, login.origin if login else None), Seen(self._changes))

    @contextmanager
    def slot(self, deadline: Deadline) -> Iterator[bool]:
        """One of the connections, for one request.

        Returns:
            Whether one was free in time.
        """
        free = self._slots.acquire(timeout=min(deadline.remaining(), LONGEST_WAIT))
        try:
            yield free
        finally:
            if free:
                self._slots.release()


class Applications:
    """The applications that this process has asked, by address. Safe between threads.

    Args:
        waiting: takes a sentence for a status line, every few seconds while an application is waited for; from a thread of its own.
    """

    def __init__(self, waiting: Callable[[str], None] | None = None) -> None:
        self._lock = threading.Lock()
        self._at: dict[str, Shared] = {}
        self._secrets = Secrets()
        self._waiting = Waiting(waiting)

    def at(self, url: str) -> Shared:
        """What is shared of the application at an address."""
        with self._lock:
            key = normalised_url(url)
            if key not in self._at:
                self._at[key] = Shared(secrets=self._secrets, waiting=self._waiting)
            return self._at[key]

    def close(self) -> None:
        """Close all connections."""
        self._waiting.close()
        with self._lock:
            for shared in self._at.values():
                shared.session.close()
