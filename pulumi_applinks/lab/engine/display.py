"""The output of an operation."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from pulumi_applinks.lab.engine.state import Resource, type_and_name
from pulumi_applinks.lab.engine.values import PROVIDER_KEY, UNKNOWN, changed, is_secret, masked

Op: TypeAlias = Literal["same", "create", "update", "delete", "replace", "refresh"]

_SIGNS: Mapping[str, str] = {
    "create": "+ ",
    "update": "~ ",
    "delete": "- ",
    "replace": "+-",
    "refresh": "~ ",
    "same": "  ",
}
_SHORTEST_SECRET = 3
"""In characters. To hide every shorter text would make the rest unreadable."""


@dataclass
class Display:
    """Prints lines, counts what was done, and collects the Diagnostics.

    As with the real engine, a secret of the configuration is hidden in all output. Any other secret is printed if a program or a provider
    prints it.

    Attributes:
        dry_run: whether this is a preview.
        stack_urn: the root resource's URN. Messages that are not about a resource are shown under it.
        secrets: the secrets of the stack's configuration.
        with_diff: whether to show properties.
        verbose: whether to show debug lines.
        counts: how many resources had each operation.
        failed: whether something failed. The exit code is then not zero.
    """

    dry_run: bool
    stack_urn: str
    secrets: Sequence[str] = field(default=(), repr=False)
    with_diff: bool = False
    verbose: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    failed: bool = False
    _outputs: list[str] = field(default_factory=list, repr=False)
    _diagnostics: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    _errored: set[str] = field(default_factory=set)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        # Also hide the spelling in JSON and Python. The longest secret comes first, because one may be a part of another.
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

    def step(
        self, op: Op, resource: Resource, olds: Mapping[str, Any] | None = None, *, inputs: bool = False
    ) -> None:
        """Show and count what will be done, or was done, with a resource.

        Args:
            op: the operation.
            resource: the resource as it is afterwards.
            olds: its properties before.
            inputs: whether the properties are its inputs instead of its outputs.
        """
        if resource.is_provider:
            return
        news = {} if op == "delete" else resource.inputs if inputs else resource.outputs
        with self._lock:
            self.counts[op] += 1
            if op == "same":
                return
            if not self.with_diff:
                word = op if self.dry_run else f"{op.removesuffix('e')}ed"
                names = _changed_names(olds or {}, news) if op in ("update", "replace", "refresh") else ""
                self.line(f" {_SIGNS[op]} {resource.type} {resource.name} {word} {names}".rstrip())
                return
            self.line(f"    {_SIGNS[op]}{resource.type}: ({op})")
            if resource.id:
                self.line(f"        [id={resource.id}]")
            self.line(f"        [urn={resource.urn}]")
            for text in _lines(olds or {}, news, " " * 8, only=op == "refresh"):
                self.line(text)

    def fail(self, urn: str, message: str) -> None:
        """Show a failure immediately, and again in the Diagnostics.

        Args:
            urn: the URN of the resource; empty for the whole stack.
            message: the error's text.
        """
        self.failed = True
        if urn:
            self._status(urn, f"**failed** error: {message}")
        self.log("error", message, urn)

    def _status(self, urn: str, text: str) -> None:
        type_, name = type_and_name(urn or self.stack_urn)
        self.line(f"    {type_} {name} {text.partition(chr(10))[0]}")

    def log(self, severity: str, text: str, urn: str = "", *, ephemeral: bool = False) -> None:
        """Keep a message for the Diagnostics at the end.

        Args:
            severity: `debug`, `info`, `warning` or `error`.
            text: the lines.
            urn: the URN of the resource that it is about; empty for the stack.
            ephemeral: whether the message only matters now. It is then shown immediately, and not kept.
        """
        if severity == "debug" and not self.verbose:
            return
        text = text if severity == "info" else f"{severity}: {text}"
        if ephemeral:
            self._status(urn, text)
            return
        if severity == "error":
            self._errored.add(urn or self.stack_urn)
        self._keep(urn or self.stack_urn, "", text)

    def say(self, stream: str, line: str) -> None:
        """Keep a line that a process printed for the Diagnostics at the end, which group the lines by stream."""
        if line.strip():
            self._keep(self.stack_urn, stream, line)

    def _keep(self, urn: str, stream: str, text: str) -> None:
        with self._lock:
            self._diagnostics.setdefault(urn, {}).setdefault(stream, []).append(text.rstrip())

    def outputs(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
        """Show the stack's outputs at the end, if there are any or if some were removed."""
        self._outputs = list(_lines(olds or news, news, " " * 4, only=self.dry_run and bool(olds)))

    @property
    def changes(self) -> int:
        """How many resources changed, without those whose changes a refresh before an update found."""
        return sum(count for op, count in self.counts.items() if op not in ("same", "refresh"))

    def end(self) -> None:
        """Show the Diagnostics, the outputs, the counts, and how long it took."""
        if self._diagnostics:
            self.line("\nDiagnostics:")
        for urn, streams in self._diagnostics.items():
            self.line("  {} ({}):".format(*type_and_name(urn)))
            for texts in streams.values():
                lines = [one.rstrip() for text in texts for one in text.splitlines()]
                self.line("\n".join(f"    {one}" for one in lines) + "\n")
        if self._outputs:
            self.line("\n".join(["\nOutputs:", *self._outputs]))
        self.line("\nResources:")
        shown = [op for op in ("create", "update", "delete", "replace") if self.counts[op]]
        for op in shown:
            done = f"to {op}" if self.dry_run else f"{op.removesuffix('e')}ed"
            self.line(f"    {_SIGNS[op]}{self.counts[op]} {done}")
        rest = [f"{self.changes} changes"] if len(shown) > 1 else []
        rest += [f"{self.counts['same']} unchanged"] if self.counts["same"] else []
        if rest:
            self.line(f"    {'. '.join(rest)}")
        if self._errored:
            self.line(f"    {len(self._errored)} errored")
        if not self.dry_run:
            self.line(f"\nDuration: {max(1, round(time.monotonic() - self._started))}s")
        self.line()


def _shown(value: Any, indent: str) -> str:
    """Return the text for a value, on several lines if it is an object. Secrets are not shown."""
    value = masked(value)
    if not isinstance(value, dict) or not value:
        text = "[unknown]" if value == UNKNOWN else json.dumps(value, ensure_ascii=False)
        return "[secret]" if value == "[secret]" else text
    width = max(map(len, value))
    lines = [f"{indent}    {key.ljust(width)}: {_shown(one, indent + '    ')}" for key, one in value.items()]
    return "\n".join(["{", *lines, f"{indent}}}"])


def _sign(olds: Mapping[str, Any], news: Mapping[str, Any], key: str) -> str:
    if key not in olds or key not in news:
        return "-" if key in olds else "+"
    return "~" if changed({key: olds[key]}, {key: news[key]}) else " "


def _changed_names(olds: Mapping[str, Any], news: Mapping[str, Any]) -> str:
    """Return the names of the changed properties in the form of the one-line plan: `[diff: +a-b~c]`."""
    names: dict[str, list[str]] = {"+": [], "-": [], "~": [], " ": []}
    for key in sorted({*olds, *news} - {PROVIDER_KEY}):
        names[_sign(olds, news, key)].append(key)
    text = "".join(f"{sign}{','.join(names[sign])}" for sign in "+-~" if names[sign])
    return f"[diff: {text}]" if text else ""


def _lines(
    olds: Mapping[str, Any], news: Mapping[str, Any], indent: str, *, only: bool = False
) -> Iterator[str]:
    """Yield the properties with their changes. Each property takes a line or more.

    Args:
        olds: the properties before.
        news: the properties afterwards.
        indent: the indent of the lines. The sign is in its last two columns.
        only: whether to omit what is unchanged.
    """
    keys = sorted({*olds, *news} - {PROVIDER_KEY})
    width = max(map(len, keys), default=0)
    for key in keys:
        sign, old, new = _sign(olds, news, key), olds.get(key), news.get(key)
        start = f"{indent[:-2]}{sign} {key.ljust(width)}: "
        if sign == "~" and isinstance(old, dict) and isinstance(new, dict) and not is_secret(old):
            yield "\n".join([f"{start}{{", *_lines(old, new, indent + "    "), f"{indent}}}"])
        elif sign == "~":
            yield f"{start}{_shown(old, indent)} => {_shown(new, indent)}"
        elif sign != " " or not only:
            yield start + _shown(old if sign == "-" else new, indent)
