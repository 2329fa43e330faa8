"""What does not depend on each other runs at the same time."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def side_by_side(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Call functions at the same time, each in a thread of its own but for the first.

    Args:
        calls: the functions.

    Returns:
        Their values, in order.

    Raises:
        Exception: the first one's in order, when all have ended.
    """
    values: dict[int, T] = {}
    errors: dict[int, BaseException] = {}

    def run(number: int) -> None:
        try:
            values[number] = calls[number]()
        except BaseException as error:
            errors[number] = error

    # The engine's settings, which a warning needs, are kept in the context.
    threads = [
        threading.Thread(target=contextvars.copy_context().run, args=(run, number), daemon=True)
        for number in range(1, len(calls))
    ]
    for thread in threads:
        thread.start()
    if calls:
        run(0)
    for thread in threads:
        thread.join()
    if errors:
        raise errors[min(errors)]
    return [values[number] for number in range(len(calls))]
