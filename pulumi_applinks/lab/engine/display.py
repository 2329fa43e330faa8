"""What the user sees of an operation."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from pulumi_applinks.lab.engine import diffs
from pulumi_applinks.lab.engine.resources import Resource, name_of, type_of

Op: TypeAlias = Literal["same", "create", "update", "delete", "replace", "refresh", "import"]

SIGNS: Mapping[str, str] = {
    "create": "+ ",
    "update": "~ ",
    "delete": "- ",
    "replace": "+-",
    "refresh": "~ ",
    "import": "= ",
    "same": "  ",
}
DONE: Mapping[str, str] = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "replace": "replaced",
    "refresh": "refreshed",
    "import": "imported",
}
_SHORTEST_SECRET = 3
"""Characters; hiding every shorter text would make the rest unreadable."""


@dataclass
class Display:
    """Prints lines, counts what was done, and keeps the Diagnostics.

    As with the real engine, a secret of the configuration is hidden wherever it stands, and any other one is printed when a program
    or a provider prints it.

    Attributes:
        dry_run: whether this is a preview.
        stack_urn: the root resource's URN; what is about no resource is told under it.
        secrets: the secrets of the stack's configuration.
        with_diff: whether to show properties.
        verbose: whether to show debug lines.
        counts: how many resources each operation concerned.
        errored: the URNs under which an error was told.
        failed: whether something failed; the exit code is not zero then.
    """

    dry_run: bool
    stack_urn: str
    secrets: Sequence[str] = field(default=(), repr=False)
    with_diff: bool = False
    verbose: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    errored: set[str] = field(default_factory=set)
    failed: bool = False
    _outputs: list[str] = field(default_factory=list, repr=False)
    _diagnostics: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _blank: bool = False
    _started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        # Also as JSON and Python spell it; the longest first, because one may be a part of another.
        spelled = {one for text in self.secrets for one in (text, json.dumps(text, ensure_ascii=False)[1:-1])}
        self._hidden = sorted((one for one in spelled if len(one) >= _SHORTEST_SECRET), key=len, reverse=True)

    def _without_secrets(self, text: str) -> str:
        for secret in self._hidden:
            text = text.replace(secret, "[secret]")
        return text

    def line(self, text: str = "") -> None:
        """Print one line, or several."""
        with self._lock:
            print(self._without_secrets(text), flush=True)
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

    def fail(self, urn: str, message: str) -> None:
        """Show a failure: at once, and in the Diagnostics.

        Args:
            urn: of which resource; empty for the whole stack.
            message: the error's text.
        """
        with self._lock:
            self.failed = True
            if urn:
                self.status(urn, f"**failed** error: {message}")
            self.log("error", message, urn)

    def status(self, urn: str, text: str) -> None:
        """Show at once what goes on with a resource, or with the stack."""
        type_, name = _type_and_name(urn or self.stack_urn)
        self.line(f"    {type_} {name} {text.splitlines()[0] if text else ''}".rstrip())

    def log(self, severity: str, text: str, urn: str = "", *, ephemeral: bool = False) -> None:
        """Keep a message for the Diagnostics at the end.

        Args:
            severity: `debug`, `info`, `warning` or `error`.
            text: the lines.
            urn: which resource it is about; empty for the stack.
            ephemeral: whether it is of interest at this moment only.
        """
        if severity == "debug" and not self.verbose:
            return
        text = text if severity == "info" else f"{severity}: {text}"
        if ephemeral:
            self.status(urn, text)
            return
        with self._lock:
            if severity == "error":
                self.errored.add(urn or self.stack_urn)
            self._keep(urn or self.stack_urn, "", text)

    def say(self, stream: str, line: str) -> None:
        """Keep a line that a process printed for the Diagnostics at the end, where those of each stream stand together."""
        if line.strip():
            with self._lock:
                self._keep(self.stack_urn, stream, line)

    def _keep(self, urn: str, stream: str, text: str) -> None:
        text = self._without_secrets(text.rstrip())
        self._diagnostics.setdefault(urn, {}).setdefault(stream, []).append(text)

    def outputs(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
        """Show the stack's outputs at the end, if there are any or some were lost."""
        only = self.dry_run and bool(olds)
        self._outputs = list(diffs.lines(olds or news, news, " " * 4, only=only))

    def diagnostics(self) -> None:
        """Show what was kept."""
        with self._lock:
            if not self._diagnostics:
                return
            self.gap()
            self.line("Diagnostics:")
            for urn, streams in self._diagnostics.items():
                self.line("  {} ({}):".format(*_type_and_name(urn)))
                for texts in streams.values():
                    for text in texts:
                        self.line("\n".join(f"    {one.rstrip()}" for one in text.splitlines()))
                    self.line()
            self._diagnostics.clear()

    @property
    def changes(self) -> int:
        """How many resources are not as they were."""
        return sum(count for op, count in self.counts.items() if op != "same")

    def summary(self) -> None:
        """Show the counts, and how long it took."""
        if self._outputs:
            self.gap()
            self.line("\n".join(["Outputs:", *self._outputs]))
        self.gap()
        self.line("Resources:")
        kinds = 0
        for op in ("create", "update", "delete", "replace", "import"):
            count = self.counts[op]
            if count:
                kinds += 1
                self.line(f"    {SIGNS[op]}{count} {f'to {op}' if self.dry_run else DONE[op]}")
        rest = []
        if kinds > 1:
            rest.append(f"{self.changes} changes")
        if self.counts["same"]:
            rest.append(f"{self.counts['same']} unchanged")
        if rest:
            self.line(f"    {'. '.join(rest)}")
        if self.errored:
            self.line(f"    {len(self.errored)} errored")
        if not self.dry_run:
            self.line(f"\nDuration: {max(1, round(time.monotonic() - self._started))}s")
        self.line()
        sys.stdout.flush()


def _type_and_name(urn: str) -> tuple[str, str]:
    return type_of(urn).rsplit("$", 1)[-1], name_of(urn)
