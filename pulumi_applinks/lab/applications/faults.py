"""Faults on demand."""

from __future__ import annotations

import fnmatch
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from pulumi_applinks.lab.troubles import FaultKind


@dataclass
class Fault:
    """A fault, and the requests that it hits.

    Args:
        method: the HTTP method, or `*`.
        path: the path below the application's context path, where `*` matches anything.
        kind: what happens: an answer with `status`, an HTML page with 200 or 502, a dropped connection, no answer until released, a
            redirect, an answer that breaks off or never ends, or the application stops for good.
        status: the status of the answer.
        after: whether the application carries out the request first.
        times: how often the fault happens.
        retry_after: the seconds to report in the answer's Retry-After header.
        location: the target of a redirect.
        origin: whose requests the fault hits: those of a `client`, of another `application`, or, if None, all.
        then: a function to call at that moment.
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
        """Whether the fault hits a request."""
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
        """Add a fault."""
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Remove all faults, and release the requests that hang."""
        with self._lock:
            for fault in self._faults:
                fault.released.set()
            self._faults.clear()

    def take(self, method: str, path: str, origin: str) -> Fault | None:
        """The fault that hits a request, if any; counts as one of its times."""
        with self._lock:
            for fault in self._faults:
                if fault.hits(method, path, origin):
                    fault.times -= 1
                    return fault
        return None
