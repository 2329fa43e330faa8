"""Calls at the same time, and how far they are. An interruption ends it at once, whoever has not answered yet."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TypeVar

from pulumi_applinks.rest import ApplinksError

AT_ONCE = 16
"""Requests at the same time, of all applications together; to one application there are fewer (`MOST_CONNECTIONS`)."""

T = TypeVar("T")
K = TypeVar("K")


@dataclass(frozen=True)
class Progress:
    """How far the reading is.

    Args:
        step: what is read now.
        done: how many are.
        of: how many there are in this step.
    """

    step: str
    done: int
    of: int


def at_once(
    step: str, calls: Mapping[K, Callable[[], T]], progress: Callable[[Progress], None]
) -> dict[K, T | ApplinksError]:
    """Call functions, some at the same time: what each gave, or why it could not be asked; in the order of the calls.

    Args:
        step: what they do.
        calls: the functions.
        progress: is told how far it is, from this thread.
    """
    waiting: SimpleQueue[tuple[K, Callable[[], T]]] = SimpleQueue()
    done: SimpleQueue[tuple[K, T | ApplinksError | BaseException]] = SimpleQueue()
    for item in calls.items():
        waiting.put(item)

    def work() -> None:
        with suppress(Empty):
            while True:
                key_, call = waiting.get_nowait()
                try:
                    done.put((key_, call()))
                except BaseException as error:  # raised by whoever waits for it
                    done.put((key_, error))

    # A pool's threads would have to end before an interrupted program can.
    for _ in range(min(AT_ONCE, len(calls))):
        threading.Thread(target=work, name="estate", daemon=True).start()
    found: dict[K, T | ApplinksError] = {}
    progress(Progress(step, 0, len(calls)))
    try:
        for number in range(1, len(calls) + 1):
            key_, answer = done.get()
            if isinstance(answer, BaseException) and not isinstance(answer, ApplinksError):
                raise answer
            found[key_] = answer
            progress(Progress(step, number, len(calls)))
    finally:
        with suppress(Empty):
            while True:
                waiting.get_nowait()
    return {key_: found[key_] for key_ in calls}
