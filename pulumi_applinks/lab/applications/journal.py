"""The log of the requests that an application received."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from typing import Literal

Sent = Literal["none", "basic", "token", "signed", "session", "parameters", "trusted"]
"""The credentials of a request: none, a name and password, a personal access token, the signature of another application, a session cookie,
query parameters, or those of trusted applications."""


@dataclass(frozen=True)
class Received:
    """A request that an application received. It contains no credentials.

    Args:
        method: the HTTP method.
        path: the path below the application's context path.
        query: the query string, unchanged.
        user: the user of the request; None for the public.
        status: the status of the answer; 0 if there was no answer.
        origin: `application` if another application sent it, otherwise `client`.
        login: the kind of credentials, whether they were accepted or not.
        carried_out: whether it changed something, or would have if the state had not been the same already. This is according to the
            resource itself: the answer of a fault in its place does not count.
        node: the number of the cluster node that answered.
    """

    method: str
    path: str
    query: str
    user: str | None
    status: int
    origin: str
    login: Sent = "none"
    carried_out: bool = False
    node: int = 0


class Journal:
    """The requests that an application received, in order."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._received: list[Received] = []

    def add(self, received: Received) -> None:
        """Add a request."""
        with self._lock:
            self._received.append(received)
            self._lock.notify_all()

    def wait_for(self, count: int, timeout: float = 60, *, written: bool = False) -> bool:
        """Wait until a number of requests were received.

        Args:
            count: the number.
            timeout: the limit, in seconds.
            written: whether to count only writes that were carried out.

        Returns:
            Whether they were received in time.
        """
        with self._lock:
            return self._lock.wait_for(
                lambda: sum(one.carried_out or not written for one in self._received) >= count, timeout
            )

    def clear(self) -> None:
        """Remove all requests."""
        with self._lock:
            self._received.clear()

    def all(self, origin: str | None = None) -> list[Received]:
        """The requests that were received, from anyone or from one kind of origin."""
        with self._lock:
            return [one for one in self._received if origin in (None, one.origin)]

    def written(self, origin: str | None = "client") -> list[Received]:
        """The writes that the application carried out, from one kind of origin or from anyone."""
        return [one for one in self.all(origin) if one.carried_out]

    def counts(self) -> dict[str, int]:
        """The number of requests from clients and from other applications, by origin."""
        came = Counter(one.origin for one in self.all())
        return {origin: came[origin] for origin in ("client", "application")}
