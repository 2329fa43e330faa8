"""The log of what an application was asked."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from typing import Literal

Sent = Literal["none", "basic", "token", "signed", "session", "parameters", "trusted"]
"""How a request says who asks: not at all, by name and password, by a personal access token, by the signature of another application, by
the cookie of a session, by parameters of the query, or as trusted applications do."""


@dataclass(frozen=True)
class Received:
    """A request as an application received it. Holds no credentials.

    Args:
        method: of HTTP.
        path: below the application's context path.
        query: as it came.
        user: whom it was taken for; None for the public.
        status: of the answer; 0 when there was none.
        origin: `application` when another application asked, else `client`.
        login: how it says who asks, whether that was accepted or not.
        carried_out: whether it changed something, or would have if that had not been so already. Message by the resource itself:
            an answer that a fault put in its place does not count.
        node: which node of a cluster answered.
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
        """Note a request."""
        with self._lock:
            self._received.append(received)
            self._lock.notify_all()

    def wait_for(self, count: int, timeout: float = 60, *, written: bool = False) -> bool:
        """Wait until that many requests were received.

        Args:
            count: how many.
            timeout: in seconds.
            written: whether only writes that were carried out count.

        Returns:
            Whether they came.
        """
        with self._lock:
            return self._lock.wait_for(
                lambda: sum(one.carried_out or not written for one in self._received) >= count, timeout
            )

    def clear(self) -> None:
        """Forget everything so far."""
        with self._lock:
            self._received.clear()

    def all(self, origin: str | None = None) -> list[Received]:
        """What was received, from anyone or from one kind of origin."""
        with self._lock:
            return [one for one in self._received if origin in (None, one.origin)]

    def written(self, origin: str | None = "client") -> list[Received]:
        """The writes that were carried out, from one kind of origin or from anyone."""
        return [one for one in self.all(origin) if one.carried_out]

    def counts(self) -> dict[str, int]:
        """How many requests came, by origin: from clients, and from other applications."""
        came = Counter(one.origin for one in self.all())
        return {origin: came[origin] for origin in ("client", "application")}
