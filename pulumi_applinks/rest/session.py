"""A session with an application, which all its clients in this process share: connections, answers, and whether it can be reached.

The plugin serves four resources at a time, and most of them ask the same few applications for the same things. So the first client that
needs a manifest, a list of links or an answer about rights reads it. The others wait for that answer or failure.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from pulumi_applinks.rest.addresses import normalised_url
from pulumi_applinks.rest.auth import Login
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
from pulumi_applinks.rest.models import Manifest, UserDetails
from pulumi_applinks.rest.redaction import Secrets
from pulumi_applinks.rest.single_flight import Reading, tick
from pulumi_applinks.rest.transport import Transport
from pulumi_applinks.rest.version import Version
from pulumi_applinks.rest.waiting import Waiting


class LoginCache:
    """What one login has read from an application.

    Args:
        changes: the changes to its links, with any login.
    """

    def __init__(self, changes: Changes | None = None) -> None:
        self.links = KnownLinks(changes)
        self.system_administrator: Reading[bool] = Reading()
        self._users: dict[str, Reading[UserDetails | None]] = {}
        self.basic_off: Reading[bool] = Reading()
        self.let_in = False
        """Whether a request with this login succeeded."""

    def user(self, name: str) -> Reading[UserDetails | None]:
        """What is known about a user."""
        return self._users.setdefault(name, Reading())


class Session:
    """What all clients of one application share.

    Args:
        secrets: the secrets of all logins.
        waiting: reports which applications the provider is waiting for.
    """

    def __init__(self, secrets: Secrets | None = None, waiting: Waiting | None = None) -> None:
        self.manifest: Reading[Manifest] = Reading(lambda _: True)
        self.version = Version()
        self.failure: ApplinksError | None = None
        """Why it can't be reached, if a request failed."""
        self.clock_ahead: float | None = None
        """How far its clock is ahead of this machine's, in seconds, if it reports the time."""
        self.secrets = secrets or Secrets()
        self.waiting = waiting or Waiting(None)
        self.follows = Deadline(SETTLE_SECONDS)
        """How long its nodes might still lack changes from before this operation."""
        self._followed = 0
        self.transport = Transport()
        self._caches: dict[tuple[Login | None, str | None], LoginCache] = {}
        self._changes = Changes()
        self._lock = threading.Lock()

    def remember(self, error: ApplinksError, *, by_itself: bool) -> None:
        """Record that an application can't be reached, so that no other client waits for it.

        `DeadlineExceeded` is not recorded: it is one operation's own limit, and others may have more time.

        Args:
            error: the error of a request.
            by_itself: whether the application answers such a request without asking another server, and without changing anything.
        """
        if isinstance(error, TimedOut):
            unreachable = error.connecting or by_itself
        elif isinstance(error, ConnectionLost):
            unreachable = error.tries > 1  # the first connection may just have been idle for too long
        else:
            unreachable = isinstance(error, (UnknownHost, ConnectionRefused, NoWay, TlsFailure, ProxyFailure))
        if unreachable:
            self.failure = error.told_for(error.application)

    def followed(self) -> int:
        """The tick since which its nodes have had enough time to update; 0 until then."""
        with self._lock:
            if not self._followed and self.follows.expired:
                self._followed = tick()
            return self._followed

    def forget_failure(self) -> None:
        """Try again although it could not be reached, or did not identify itself."""
        self.failure = None
        self.manifest.forget_failure()

    def cache(self, login: Login | None) -> LoginCache:
        """What a login has read from it."""
        with self._lock:
            # The same login under two names has two origins, which messages show.
            return self._caches.setdefault(
                (login, login.origin if login else None), LoginCache(self._changes)
            )


class Sessions:
    """The sessions of this process, by the application's address. Thread-safe.

    Args:
        waiting: takes a sentence for a status line, every few seconds during a wait for an application; called from its own thread.
    """

    def __init__(self, waiting: Callable[[str], None] | None = None) -> None:
        self._lock = threading.Lock()
        self._at: dict[str, Session] = {}
        self._secrets = Secrets()
        self._waiting = Waiting(waiting)

    def at(self, url: str) -> Session:
        """The session with the application at an address."""
        with self._lock:
            key = normalised_url(url)
            if key not in self._at:
                self._at[key] = Session(secrets=self._secrets, waiting=self._waiting)
            return self._at[key]

    def close(self) -> None:
        """Close all connections."""
        self._waiting.close()
        with self._lock:
            for session in self._at.values():
                session.transport.close()
