"""How long an operation may take."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

CONNECT_SECONDS = 5.0
"""How long a connection to an application may take, in seconds: to look its host up, to try all its addresses, and for TLS."""

ANSWER_SECONDS = 30.0
"""How long an application may take to answer one request, from the first byte to the last, in seconds."""

OPERATION_SECONDS = 120.0
"""How long one operation of one resource may take unless it says otherwise with `timeout_seconds`, in seconds."""

SETTLE_SECONDS = 5.0
"""How long an answer is doubted that contradicts what is known: the nodes of a cluster follow one another. In seconds."""


class Deadline:
    """A point in time that bounds every request, wait and retry of an operation.

    Args:
        seconds: from now on; None for no limit.
        clock: monotonic time in seconds.
        sleep: waits for that many seconds.
        interrupted: whether nobody wants to wait any longer.
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
        """What is left, in seconds: never negative, infinite without a bound."""
        return max(0.0, self._end - self._clock())

    @property
    def expired(self) -> bool:
        """Whether the time is up."""
        return self.remaining() <= 0

    def within(self, seconds: float) -> Deadline:
        """A deadline that is up after that many seconds, and never later than this one."""
        return Deadline(
            min(seconds, self.remaining()),
            clock=self._clock,
            sleep=self._sleep,
            interrupted=self._interrupted,
        )

    @property
    def interrupted(self) -> bool:
        """Whether nobody wants to wait any longer, as after Ctrl-C: what is under way continues."""
        return self._interrupted()

    @contextmanager
    def waiting(self, seconds: float) -> Iterator[None]:
        """While something is waited for that is not the operation's doing: its own time stands still, for so many seconds at most."""
        began = self._clock()
        self._end += seconds
        try:
            yield
        finally:
            self._end -= max(0.0, seconds - (self._clock() - began))

    def now(self) -> float:
        """The time by its clock, in seconds."""
        return self._clock()

    def sleep(self, seconds: float) -> None:
        """Wait, but not beyond the deadline."""
        pause = min(seconds, self.remaining())
        if pause > 0:
            self._sleep(pause)
