"""A fault at one request of an operation."""

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
"""One of each kind that differs in what a client can know: for the short form."""

IMPATIENCE = 0.15
"""How long an answer is waited for that does not come, in seconds."""

REPEATED = 3
"""What is tried again meets the fault again."""

FOR_GOOD = 10**6
"""And so does what takes it back."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Step:
    """One request of an operation, recognised when the operation is run again.

    By what it is, not by its number: both ends are asked at the same time, so their order differs from run to run.

    Args:
        application: the type of the application that is asked.
        method: of HTTP.
        path: below its context path; random ids as `*`.
        occurrence: the how many-th of its kind it is, from 1.
    """

    application: str
    method: str
    path: str
    occurrence: int

    def __str__(self) -> str:
        again = f", time {self.occurrence}" if self.occurrence > 1 else ""
        return f"{self.method} {self.path} on {self.application}{again}"


def requests_of(scene: Scene) -> list[Step]:
    """The requests that this program has made since the applications' logs were cleared."""
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
    """Hits one request of this program, and what is sent again because of that."""

    occurrence: int = 1
    seen: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _count: int = 0

    def hits(self, method: str, path: str, origin: str) -> bool:
        """Whether it is that request."""
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
    """A fault of that name at that request, and at as many of its kind after it."""
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
    """Stands between this program and the network.

    For what an application can't do to single requests: refuse the connection, or take longer than anybody waits.

    Args:
        send: what sends a request.
    """

    def __init__(self, send: Callable[..., requests.Response]) -> None:
        self._send = send
        self._refusing: list[tuple[str, AtStep]] = []
        self._impatient: list[tuple[str, AtStep]] = []

    def arm(self, application: Application, name: str, fault: AtStep) -> None:
        """Let something go wrong with an application's answer to what the fault hits."""
        if name == "refused":
            self._refusing.append((application.url, fault))
            return
        if fault.kind == "hang":
            self._impatient.append((application.url, fault))
        application.faults.add(fault)

    def clear(self) -> None:
        """Let everything through."""
        self._refusing.clear()
        self._impatient.clear()

    def send(self, adapter: HTTPAdapter, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        """What is in for the adapter's method."""
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
