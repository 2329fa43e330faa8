"""Measure the memory of the provider's process from outside."""

from __future__ import annotations

import os
import threading
from pathlib import Path

_PROC = Path("/proc")
_EVERY = 0.05
"""Seconds between two measurements."""
_PROVIDERS = (b"pulumi.dynamic", b"/plugin/__main__.py", b"/null_plugin.py")
"""A provider's command line has a word that ends in one of these."""


def available() -> bool:
    """Whether this machine reports the memory of processes."""
    return (_PROC / "self" / "status").exists()


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and their own descendants."""
    parents: dict[int, list[int]] = {}
    for folder in _PROC.iterdir():
        if folder.name.isdecimal():
            try:
                fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
            except OSError:
                continue
            parents.setdefault(int(fields.split()[1]), []).append(int(folder.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def provider_below(pid: int) -> int | None:
    """The provider's process below a process: the Python process, not a shell that started it."""
    for one in descendants(pid):
        try:
            words = (_PROC / str(one) / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if any(word.endswith(_PROVIDERS) for word in words) and b"python" in words[0]:
            return one
    return None


def memory(pid: int, field: str) -> float:
    """The memory of a process, in MiB.

    Args:
        pid: the process's id.
        field: `VmRSS` for the current memory, `VmHWM` for the peak.

    Raises:
        OSError: if the process has ended.
    """
    for line in (_PROC / str(pid) / "status").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"{field} is not reported")


class Watch:
    """A context that watches the provider's process, which this process's children start, until it ends."""

    def __init__(self) -> None:
        self.peak: float | None = None
        """In MiB; None if nothing was measured."""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        if available():
            self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _look(self) -> None:
        pid: int | None = None
        while not self._ended.wait(_EVERY):
            if pid is None:
                pid = provider_below(os.getpid())
                continue
            try:
                self.peak = max(self.peak or 0.0, memory(pid, "VmHWM"))
            except OSError:
                pid = None
