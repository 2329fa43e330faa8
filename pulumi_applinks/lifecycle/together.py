"""What does not depend on each other runs at the same time."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from typing import Any, TypeVar

T = TypeVar("T")


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
    others: list[Future[T]] = []
    for call in calls[1:]:
        others.append(Future())
        # The engine's settings, which a warning needs, are kept in the context. A daemon, so that an interrupted program ends.
        arguments = (_settle, others[-1], call)
        run = contextvars.copy_context().run
        threading.Thread(target=run, args=arguments, name="applinks", daemon=True).start()
    try:
        first = [call() for call in calls[:1]]
    except Exception:
        wait(others)
        raise
    wait(others)
    return [*first, *(other.result() for other in others)]


def _settle(future: Future[Any], call: Callable[[], Any]) -> None:
    try:
        future.set_result(call())
    except BaseException as error:  # raised by whoever waits for it
        future.set_exception(error)
