"""Time limits of operations."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

CONNECT_SECONDS = 5.0
"""How long a connection to an application may take, in seconds: to look up the host, to try all its addresses, and for TLS."""

ANSWER_SECONDS = 30.0
"""How long an application may take to answer one request, from the first byte to the last, in seconds."""

OPERATION_SECONDS = 120.0
"""How long one operation of one resource may take, in seconds, unless the resource sets `timeout_seconds`."""

SETTLE_SECONDS = 5.0
"""How long the provider doubts an answer that contradicts what it knows, in seconds: the nodes of a cluster update one after another."""


class Deadline:
    """A point in time that bounds every request, wait and retry of an operation.

    Args:
        seconds: from now on; None for no limit.
        clock: returns the monotonic time in seconds.
        sleep: waits for that many seconds.
        interrupted: returns whether the user has interrupted the run.
    """

    def __init__(
        self,
        seconds: float | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        interrupted: Callable[[], bool] = lambda: False,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._interrupted = interrupted
        self._end = math.inf if seconds is None else clock() + seconds

    def remaining(self) -> float:
        """The time that is left, in seconds: never negative, and infinite without a limit."""
        return max(0.0, self._end - self._clock())

    @property
    def expired(self) -> bool:
        """Whether the time is up."""
        return self.remaining() <= 0

    def within(self, seconds: float) -> Deadline:
        """A deadline that ends after that many seconds, but not later than this one."""
        return Deadline(
            min(seconds, self.remaining()),
            clock=self._clock,
            sleep=self._sleep,
            interrupted=self._interrupted,
        )

    @property
    def interrupted(self) -> bool:
        """Whether the user has interrupted the run, as with Ctrl-C. Requests that have started continue."""
        return self._interrupted()

    @contextmanager
    def waiting(self, seconds: float) -> Iterator[None]:
        """Stop the deadline's clock for at most that many seconds, during a wait that the operation did not cause."""
        began = self._clock()
        self._end += seconds
        try:
            yield
        finally:
            self._end -= max(0.0, seconds - (self._clock() - began))

    def now(self) -> float:
        """The time on its clock, in seconds."""
        return self._clock()

    def sleep(self, seconds: float) -> None:
        """Wait, but not beyond the deadline."""
        pause = min(seconds, self.remaining())
        if pause > 0:
            self._sleep(pause)
