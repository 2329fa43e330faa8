"""Faults on demand."""

from __future__ import annotations

import fnmatch
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from pulumi_applinks.lab.troubles import FaultKind


@dataclass
class Fault:
    """What goes wrong with which request.

    Args:
        method: of HTTP, or `*`.
        path: below the application's context path, with `*` for anything.
        kind: what happens: an answer with `status`, an HTML page with 200 or 502, a dropped connection, no answer until released, a
            redirect, an answer that breaks off or never ends, or that the application stops for good.
        status: of the answer.
        after: whether the request is carried out first.
        times: how often it happens.
        retry_after: in seconds, reported in the answer.
        location: where a redirect leads.
        origin: whose requests are hit: those of `client`s, of the other `application`s, or of anyone.
        then: what else happens at that moment.
    """

    method: str
    path: str
    kind: FaultKind = "status"
    status: int = 500
    after: bool = False
    times: int = 1
    retry_after: int | None = None
    location: str = ""
    origin: str | None = None
    then: Callable[[], object] | None = field(default=None, repr=False)
    released: threading.Event = field(default_factory=threading.Event, repr=False)

    def hits(self, method: str, path: str, origin: str) -> bool:
        """Whether a request is one of those."""
        return (
            self.times > 0
            and self.method in ("*", method)
            and fnmatch.fnmatchcase(path, self.path)
            and self.origin in (None, origin)
        )


class Faults:
    """The faults of one application."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Let something go wrong."""
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Let nothing go wrong any more, and release what hangs."""
        with self._lock:
            for fault in self._faults:
                fault.released.set()
            self._faults.clear()

    def take(self, method: str, path: str, origin: str) -> Fault | None:
        """The fault that hits a request, if any; it is used up once more."""
        with self._lock:
            for fault in self._faults:
                if fault.hits(method, path, origin):
                    fault.times -= 1
                    return fault
        return None
