"""A fault at one request of an operation, counted over all applications."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field

from pulumi_applinks.lab.applications import Application, Fault

FAULTS: dict[str, Fault] = {
    "reset before": Fault("*", "*", "drop"),
    "reset after": Fault("*", "*", "drop", after=True),
    "time-out before": Fault("*", "*", "hang"),
    "time-out after": Fault("*", "*", "hang", after=True),
    **{str(status): Fault("*", "*", status=status) for status in (401, 403, 404, 409, 429, 500)},
    "502 with HTML": Fault("*", "*", "bad_gateway"),
    "login page": Fault("*", "*", "html"),
    "truncated JSON": Fault("*", "*", "garbage"),
    "endless answer": Fault("*", "*", "endless"),
    "dies before": Fault("*", "*", "die"),
    "dies after": Fault("*", "*", "die", after=True),
}
REPEATED = 3
"""What is tried again meets the fault again."""


@dataclass
class NthRequest(Fault):
    """Hits the request of a number among those of this program, and its repetitions.

    Args:
        number: of the request, from 1.
    """

    number: int = 1
    _count: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _chosen: tuple[str, str] | None = None
    seen: list[str] = field(default_factory=list)

    def hits(self, method: str, path: str, origin: str) -> bool:
        """Whether it is that request."""
        if origin != "client" or self.times <= 0:
            return False
        with self._lock:
            if self._chosen is None and next(self._count) == self.number:
                self._chosen = method, path
                self.seen.append(f"{method} {path}")
            return self._chosen == (method, path)


def arm(name: str, number: int, *applications: Application) -> NthRequest:
    """Let the request of that number fail, whichever application it goes to."""
    kind = FAULTS[name]
    fault = NthRequest(
        kind.method,
        kind.path,
        kind.kind,
        kind.status,
        kind.after,
        times=REPEATED,
        origin="client",
        number=number,
    )
    for application in applications:
        application.faults.add(fault)
    return fault
