"""Report which applications the provider is waiting for, if that takes long."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

EVERY_SECONDS = 5.0
"""After how long a wait is reported for the first time, and how often after that, in seconds."""


class Waiting:
    """The requests that wait for an answer. While there are any, a thread reports those that take long.

    Args:
        tell: takes a sentence; None to say nothing.
    """

    def __init__(self, tell: Callable[[str], None] | None) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._since: dict[object, tuple[str, float]] = {}
        self._watcher: threading.Thread | None = None
        self._closed = threading.Event()

    @contextmanager
    def on(self, host: str) -> Iterator[None]:
        """Wrap a request to a host."""
        request = object()
        with self._lock:
            self._since[request] = host, time.monotonic()
            if self._tell is not None and self._watcher is None:
                self._watcher = threading.Thread(
                    target=self._watch, args=(self._tell,), name="waiting", daemon=True
                )
                self._watcher.start()
        try:
            yield
        finally:
            with self._lock:
                del self._since[request]

    def close(self) -> None:
        """Report nothing more."""
        self._closed.set()

    def _watch(self, tell: Callable[[str], None]) -> None:
        told = 0.0
        while not self._closed.wait(EVERY_SECONDS / 5):
            now, longest = time.monotonic(), dict[str, float]()
            with self._lock:
                if not self._since:
                    self._watcher = None  # the next request starts another one
                    return
                for host, since in self._since.values():
                    longest[host] = max(longest.get(host, 0.0), now - since)
            late = [
                f"{host}, {seconds:.0f} s" for host, seconds in longest.items() if seconds > EVERY_SECONDS
            ]
            if late and now - told >= EVERY_SECONDS:
                told = now
                with suppress(Exception):  # failing to write a status line must not stop anything
                    tell("waiting for " + "; ".join(late))
