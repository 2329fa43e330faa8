"""Faults that hit one request of an operation."""

from __future__ import annotations

import fnmatch
import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from pulumi_applinks.lab.applications import Application, Fault
from tests.reliability.scene import Scene

FAULTS: dict[str, Fault] = {
    "refused": Fault("*", "*", "status", status=0),
    "reset before": Fault("*", "*", "drop"),
    "reset after": Fault("*", "*", "drop", after=True),
    "time-out before": Fault("*", "*", "hang"),
    "time-out after": Fault("*", "*", "hang", after=True),
    **{str(status): Fault("*", "*", status=status) for status in (401, 403, 404, 405, 409, 429, 500)},
    "500 after": Fault("*", "*", status=500, after=True),
    "502 with HTML": Fault("*", "*", "bad_gateway"),
    "login page": Fault("*", "*", "html"),
    "truncated JSON": Fault("*", "*", "garbage"),
    "truncated JSON after": Fault("*", "*", "garbage", after=True),
    "endless answer": Fault("*", "*", "endless"),
    "dies before": Fault("*", "*", "die"),
    "dies after": Fault("*", "*", "die", after=True),
}
SHORT = ("refused", "reset after", "404", "500", "truncated JSON after", "dies before", "dies after")
"""The faults of the short form: one for each kind that a client can distinguish."""

IMPATIENCE = 0.15
"""The time that the client waits for an answer that does not come, in seconds."""

REPEATED = 3
"""The number of hits with which a fault also hits the retries."""

FOR_GOOD = 10**6
"""The number of hits with which a fault also hits the undoing."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Step:
    """One request of an operation, in a form that identifies it in another run.

    It is not identified by its position, because both ends receive requests at the same time and the order differs between runs.

    Args:
        application: the type of the application that receives it.
        method: the HTTP method.
        path: the path below the context path, with `*` for random ids.
        occurrence: its number among the requests of its kind, from 1.
    """

    application: str
    method: str
    path: str
    occurrence: int

    def __str__(self) -> str:
        again = f", time {self.occurrence}" if self.occurrence > 1 else ""
        return f"{self.method} {self.path} on {self.application}{again}"


def requests_of(scene: Scene) -> list[Step]:
    """The requests that this program has sent since the applications' logs were cleared."""
    known = {application.server_id for application in scene.applications}
    found: list[Step] = []
    for application in scene.applications:
        counts: Counter[tuple[str, str]] = Counter()
        for one in application.requests.all("client"):
            path = _UUID.sub(lambda match: match.group() if match.group() in known else "*", one.path)
            counts[one.method, path] += 1
            found.append(Step(application.type_id, one.method, path, counts[one.method, path]))
    return found


@dataclass
class AtStep(Fault):
    """A fault that hits one request of this program and its retries."""

    occurrence: int = 1
    seen: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _count: int = 0

    def hits(self, method: str, path: str, origin: str) -> bool:
        """Whether the fault hits a request."""
        if origin != "client" or self.times <= 0 or method != self.method:
            return False
        if not fnmatch.fnmatchcase(path, self.path):
            return False
        with self._lock:
            self._count += 1
            if self._count < self.occurrence:
                return False
        self.seen.set()
        return True


def at(step: Step, name: str, times: int = REPEATED) -> AtStep:
    """The fault of that name, which hits that request and the following ones of its kind, `times` in total."""
    kind = FAULTS[name]
    return AtStep(
        step.method,
        step.path,
        kind.kind,
        kind.status,
        kind.after,
        times=times,
        occurrence=step.occurrence,
    )


class Wire:
    """A layer between this program and the network.

    It simulates what an application can't do to single requests: refuse the connection, or answer after the client's timeout.

    Args:
        send: the function that sends a request.
    """

    def __init__(self, send: Callable[..., requests.Response]) -> None:
        self._send = send
        self._refusing: list[tuple[str, AtStep]] = []
        self._impatient: list[tuple[str, AtStep]] = []

    def arm(self, application: Application, name: str, fault: AtStep) -> None:
        """Simulate a fault on the requests to an application that the fault hits."""
        if name == "refused":
            self._refusing.append((application.url, fault))
            return
        if fault.kind == "hang":
            self._impatient.append((application.url, fault))
        application.faults.add(fault)

    def clear(self) -> None:
        """Remove all faults."""
        self._refusing.clear()
        self._impatient.clear()

    def send(self, adapter: HTTPAdapter, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        """Send a request, or fail; this replaces the adapter's method."""
        method, url = str(request.method), str(request.url).partition("?")[0]
        if "X-Lab-Origin" not in request.headers:
            for base, fault in self._refusing:
                if url.startswith(base) and fault.hits(method, url.removeprefix(base), "client"):
                    fault.times -= 1
                    raise requests.exceptions.ConnectionError(
                        ConnectionRefusedError(111, "Connection refused")
                    )
            for base, fault in self._impatient:
                if method == fault.method and fnmatch.fnmatchcase(url, base + fault.path):
                    more["timeout"] = IMPATIENCE
        return self._send(adapter, request, **more)
