"""What does not depend on each other runs at the same time."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from functools import partial
from itertools import islice
from queue import SimpleQueue
from typing import Any, TypeVar

from pulumi_applinks.rest import ApplinksError

AT_ONCE = 16
"""Calls at the same time, of all applications together; to one application there are fewer requests (`MOST_CONNECTIONS`)."""

K = TypeVar("K")
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


def answers_of(
    calls: Mapping[K, Callable[[], T]], done: Callable[[int], None] = lambda _: None
) -> dict[K, T | ApplinksError]:
    """Ask many applications, some at the same time: what each answered, or why it could not be asked; in the order of the calls.

    Args:
        calls: the functions that ask.
        done: called from this thread with the number of calls that have ended, first with 0.

    Raises:
        Exception: anything but an `ApplinksError`, at once. So is an interruption; calls that have not begun are left out then.
    """
    waiting, running, found = iter(calls.items()), dict[Future[T], K](), dict[K, T | ApplinksError]()
    done(0)
    while len(found) < len(calls):
        for key, call in islice(waiting, AT_ONCE - len(running)):
            running[_helpers.submit(partial(contextvars.copy_context().run, call))] = key
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            try:
                answer: T | ApplinksError = future.result()
            except ApplinksError as error:
                answer = error
            found[running.pop(future)] = answer
            done(len(found))
    return {key: found[key] for key in calls}
