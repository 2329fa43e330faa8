"""Orders of events as data, which can be replayed and shortened."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from tests.reliability.settling import settle
from tests.reliability.world import World

Event = tuple[Any, ...]
"""The name of a method of the world, and its arguments; a mapping at the end contains keyword arguments."""

SETTLE: Event = ("settle",)


def play(world: World, order: Iterable[Event]) -> None:
    """Run the events, one after the other."""
    for what, *arguments in order:
        if (what,) == SETTLE:
            settle(world)
            continue
        more = arguments.pop() if arguments and isinstance(arguments[-1], dict) else {}
        world.happen(what, *arguments, **more)


def problem(make: Callable[[], World], order: Iterable[Event]) -> str:
    """The failure of an order of events; empty if every check holds."""
    try:
        play(make(), order)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def reduced(make: Callable[[], World], order: list[Event], found: str, *, tries: int = 150) -> list[Event]:
    """Find a shorter order with the same failure.

    Args:
        make: creates a world.
        order: the events.
        found: the failure.
        tries: the number of attempts.
    """
    size = max(1, len(order) // 2)
    while size and tries > 0:
        start = 0
        while start < len(order) and tries > 0:
            shorter = order[:start] + order[start + size :]
            tries -= 1
            if _kind(problem(make, shorter)) == _kind(found):
                order = shorter
            else:
                start += size
        size //= 2
    return order


def _kind(found: str) -> str:
    """A failure without the parts that differ between runs, and without the messages."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]+|:\d+|'[^']*'|\d+|\(.*?\)", "", found.split(": [")[0])[:70]
