"""What does not depend on each other runs at the same time."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")


class _Helpers:
    """Threads that are kept, since most calls only look up what is known already. As daemons, so that an interrupted program ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._free = 0

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """Call a function in a thread that is free, or in another one."""
        future: Future[T] = Future()
        with self._lock:
            if self._free:
                self._free -= 1
            else:
                threading.Thread(target=self._work, name="applinks", daemon=True).start()
        self._calls.put(partial(_settle, future, call))
        return future

    def _work(self) -> None:
        while True:
            self._calls.get()()
            with self._lock:
                self._free += 1


def _settle(future: Future[Any], call: Callable[[], Any]) -> None:
    try:
        future.set_result(call())
    except BaseException as error:  # raised by whoever waits for it
        future.set_exception(error)


_helpers = _Helpers()


def side_by_side(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Call functions at the same time, each in a thread of its own but for the first.

    Args:
        calls: the functions.

    Returns:
        Their values, in order.

    Raises:
        Exception: the first one's in order, when all have ended.
        KeyboardInterrupt: at once.
    """
    if not calls:
        return []
    # The engine's settings, which a warning needs, are kept in the context.
    others = [_helpers.submit(partial(contextvars.copy_context().run, call)) for call in calls[1:]]
    try:
        first = calls[0]()
    except Exception:
        wait(others)
        raise
    wait(others)
    return [first, *(other.result() for other in others)]
