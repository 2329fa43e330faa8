"""What the user sees of an operation."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from pulumi_applinks.lab.engine import diffs
from pulumi_applinks.lab.engine.state import Resource

Op: TypeAlias = Literal["same", "create", "update", "delete", "replace", "refresh"]

SIGNS: Mapping[str, str] = {
    "create": "+ ",
    "update": "~ ",
    "delete": "- ",
    "replace": "+-",
    "refresh": "~ ",
    "same": "  ",
}
DONE: Mapping[str, str] = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "replace": "replaced",
    "refresh": "refreshed",
}
_SHORTEST_SECRET = 3
"""Characters; hiding every shorter text would make the rest unreadable."""


@dataclass
class Display:
    """Prints lines, counts what was done, and hides secrets.

    Attributes:
        dry_run: whether this is a preview.
        with_diff: whether to show properties.
        verbose: whether to show whole tracebacks.
        counts: how many resources each operation concerned.
        failures: how many errors were shown; with any, the exit code is not zero.
    """

    dry_run: bool
    with_diff: bool = False
    verbose: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    failures: int = 0
    _closing: Callable[[], None] | None = field(default=None, repr=False)
    _secrets: set[str] = field(default_factory=set, repr=False)
    _longest_first: list[str] | None = field(default=None, repr=False)
    _diagnostics: dict[str, list[str]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _blank: bool = False
    _started: float = field(default_factory=time.monotonic)

    def hide(self, texts: Iterable[str]) -> None:
        """From now on these texts are shown as `[secret]`."""
        with self._lock:
            new = {text for text in texts if len(text) >= _SHORTEST_SECRET} - self._secrets
            if new:
                self._secrets |= new
                self._longest_first = None

    def hidden(self, text: str) -> str:
        """The text with its secrets replaced."""
        with self._lock:
            if self._longest_first is None:
                self._longest_first = sorted(self._secrets, key=len, reverse=True)
            for secret in self._longest_first:
                text = text.replace(secret, "[secret]")
        return text

    def line(self, text: str = "") -> None:
        """Print one line, or several."""
        with self._lock:
            print(self.hidden(text), flush=True)
            self._blank = not text or text.endswith("\n")

    def gap(self) -> None:
        """Leave one line free."""
        if not self._blank:
            self.line()

    def step(
        self,
        op: Op,
        resource: Resource,
        *,
        olds: Mapping[str, Any] | None = None,
        news: Mapping[str, Any] | None = None,
    ) -> None:
        """Show and count what is to be done, or was done, with a resource.

        Args:
            op: what.
            resource: with what.
            olds: its properties before.
            news: its properties after.
        """
        if resource.is_provider:
            return
        olds, news = olds or {}, news or {}
        with self._lock:
            if op != "refresh":
                self.counts[op] += 1
            if op == "same":
                return
            if self.with_diff:
                self._block(op, resource, olds, news)
                return
            word = op if self.dry_run else DONE[op]
            brief = diffs.brief(olds, news) if op in ("update", "replace", "refresh") else ""
            self.line(f" {SIGNS[op]} {resource.type} {resource.name} {word} {brief}".rstrip())

    def _block(self, op: Op, resource: Resource, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
        self.line(f"    {SIGNS[op]}{resource.type}: ({op})")
        if resource.id:
            self.line(f"        [id={resource.id}]")
        self.line(f"        [urn={resource.urn}]")
        if op == "create":
            olds = news
        for text in diffs.lines(olds, olds if op == "delete" else news, " " * 8, only=op == "refresh"):
            self.line(text)

    def failed(self, resource: Resource | None, message: str, traceback: str = "") -> None:
        """Show and count a failure.

        Args:
            resource: of which; None for the whole stack.
            message: the error's text.
            traceback: where it came from, shown on request.
        """
        with self._lock:
            self.failures += 1
            if resource is not None:
                self.counts["errored"] += 1
                self.line(
                    f"    {resource.type} {resource.name} **failed** error: {message.splitlines()[0] if message else ''}"
                )
            text = traceback if self.verbose and traceback else message
            self.say(_title(resource), f"error: {text}")
            if traceback and not self.verbose and traceback.strip() != message.strip():
                self.say(_title(resource), "(--debug shows the whole traceback)")

    def say(self, title: str, text: str) -> None:
        """Keep lines for the Diagnostics at the end.

        Args:
            title: under which heading, a resource's type and name; empty for the stack.
            text: the lines.
        """
        with self._lock:
            self._diagnostics.setdefault(title, []).append(text)

    def outputs(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
        """Show the stack's outputs, if there are any or some were lost."""
        found = list(diffs.lines(olds if olds else news, news, " " * 4, only=self.dry_run and bool(olds)))
        if found:
            self.gap()
            self.line("Outputs:")
            for text in found:
                self.line(text)

    def concluding(self, show: Callable[[], None]) -> None:
        """What to show between the diagnostics and the summary."""
        self._closing = show

    def diagnostics(self, stack_title: str) -> None:
        """Show what was kept."""
        with self._lock:
            if not self._diagnostics:
                return
            self.gap()
            self.line("Diagnostics:")
            for title, texts in self._diagnostics.items():
                self.line(f"  {title or stack_title}:")
                for text in texts:
                    for one in text.splitlines() or [""]:
                        self.line(f"    {one}".rstrip())
                self.line()
            self._diagnostics.clear()

    @property
    def changes(self) -> int:
        """How many resources are not as they were."""
        return sum(count for op, count in self.counts.items() if op not in ("same", "errored"))

    def summary(self) -> None:
        """Show the counts, and how long it took."""
        if self._closing is not None:
            self._closing()
        self.gap()
        self.line("Resources:")
        kinds = 0
        for op in ("create", "update", "delete", "replace"):
            count = self.counts[op]
            if count:
                kinds += 1
                self.line(f"    {SIGNS[op]}{count} {f'to {op}' if self.dry_run else DONE[op]}")
        rest = []
        if kinds > 1:
            rest.append(f"{self.changes} changes.")
        if self.counts["same"]:
            rest.append(f"{self.counts['same']} unchanged")
        if rest:
            self.line(f"    {' '.join(rest)}")
        if self.counts["errored"]:
            self.line(f"    {self.counts['errored']} errored")
        if not self.dry_run:
            self.line(f"\nDuration: {max(1, round(time.monotonic() - self._started))}s")
        self.line()
        sys.stdout.flush()


def _title(resource: Resource | None) -> str:
    return f"{resource.type} ({resource.name})" if resource is not None else ""
