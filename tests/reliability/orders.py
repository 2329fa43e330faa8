"""Orders of events as data: played again, and made as short as they can be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from tests.reliability.settling import settle
from tests.reliability.world import World

Event = tuple[Any, ...]
"""The name of a method of the world, and its arguments; a mapping at the end has those that have names."""

SETTLE: Event = ("settle",)


def play(world: World, order: Iterable[Event]) -> None:
    """Let everything happen, one event after the other."""
    for what, *arguments in order:
        if (what,) == SETTLE:
            settle(world)
            continue
        more = arguments.pop() if arguments and isinstance(arguments[-1], dict) else {}
        world.happen(what, *arguments, **more)


def problem(make: Callable[[], World], order: Iterable[Event]) -> str:
    """What does not hold in an order of events; empty when everything does."""
    try:
        play(make(), order)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def reduced(make: Callable[[], World], order: list[Event], found: str, *, tries: int = 150) -> list[Event]:
    """The same problem with fewer events.

    Args:
        make: makes a world.
        order: the events.
        found: what did not hold.
        tries: how often to try.
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
    """A problem without what differs from run to run, and without what was said."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]+|:\d+|'[^']*'|\d+|\(.*?\)", "", found.split(": [")[0])[:70]
