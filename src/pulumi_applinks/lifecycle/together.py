"""What does not depend on each other runs at the same time."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")

_helpers = ThreadPoolExecutor(16, thread_name_prefix="applinks")
"""Kept, since most calls only look up what is known already; enough for the plugin's four threads, each with another end to ask."""


def side_by_side(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Call functions at the same time, each in a thread of its own but for the first. None of them may do so again.

    Args:
        calls: the functions.

    Returns:
        Their values, in order.

    Raises:
        Exception: the first one's in order, when all have ended.
    """
    if not calls:
        return []
    # The engine's settings, which a warning needs, are kept in the context.
    others = [_helpers.submit(contextvars.copy_context().run, call) for call in calls[1:]]
    try:
        first = calls[0]()
    finally:
        wait(others)
    return [first, *(other.result() for other in others)]
