"""What people read: one record and one renderer for every error and every warning.

The first line says what failed, on which application, and its code. Each reason has its own line. Then come what was changed and what was
not, `Fix:` with the next step, and the request.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pulumi_applinks.codes import Code
from pulumi_applinks.rest.redaction import printable

WIDTH = 160
"""The longest line. A longer word, such as an address, has its own line."""

_COMMAND = re.compile("`[^`]+`")
_KEPT = "\ue000"
"""Replaces a blank in a command, so that the command stays on one line."""


@dataclass(frozen=True)
class Message:
    """One message.

    Args:
        code: a code from the table.
        what: what failed, on which application (role); a sentence without its full stop.
        why: the reasons, one sentence each.
        changed: a sentence that says what was changed and what was not; empty if the message is only a part of another one.
        do: the next step, in sentences.
        request: the request and its answer.
        application: the label of the application that the message is about; empty if it is about both.
        parts: the messages that it consists of, if there are several.
    """

    code: Code
    what: str
    why: tuple[str, ...] = ()
    changed: str = ""
    do: str = ""
    request: str = ""
    application: str = ""
    parts: tuple[Message, ...] = ()

    def __str__(self) -> str:
        return "\n".join(self._lines(""))

    @property
    def flat(self) -> str:
        """The message as sentences on one line, for an output or a part of an output."""
        sentences = [f"{self.what}.", *self.why, *(part.flat for part in self.parts), self.changed, self.do]
        told = " ".join(_clean(sentence) for sentence in sentences if sentence)
        return f"{told} ({_clean(self.request)})" if self.request else told

    @property
    def all(self) -> Iterator[Message]:
        """This message, unless it only lists its parts, and each part."""
        if self.code is not Code.SEVERAL_REASONS:
            yield self
        for part in self.parts:
            yield from part.all

    @property
    def alone(self) -> Message:
        """The message without its parts."""
        return replace(self, parts=())

    def also(self, *why: str, changed: str = "", do: str = "", parts: Iterable[Message] = ()) -> Message:
        """The message with more reasons, more next steps, or more parts."""
        return replace(
            self,
            why=(*self.why, *why),
            changed=changed or self.changed,
            do=" ".join(filter(None, (self.do, do))),
            parts=(*self.parts, *parts),
        )

    def _lines(self, indent: str) -> Iterator[str]:
        yield from _wrapped(f"{self.what} [{self.code}]", indent, indent + "    ")
        inner = indent + "  "
        for reason in filter(None, self.why):
            yield from _wrapped(reason, inner)
        for part in self.parts:
            first, *others = part._lines(inner + "  ")
            yield f"{inner}- {first.lstrip()}"
            yield from others
        if self.changed:
            yield from _wrapped(self.changed, inner)
        if self.do:
            yield from _wrapped(f"Fix: {self.do}", inner)
        if self.request:
            yield from _wrapped(f"Request: {self.request}", inner)


def summed(what: str, parts: Iterable[Message], code: Code = Code.SEVERAL_REASONS) -> Message:
    """Combine several messages into one.

    Args:
        what: the topic of all of them, such as "the link cannot be made".
        parts: the messages; if there is only one, it is in the first line.
        code: the code of the whole message if there are several.
    """
    listed = _merged(parts)
    if len(listed) == 1:
        return replace(listed[0], what=f"{what}: {listed[0].what}")
    return Message(code, f"{what}: {len(listed)} reasons", parts=listed)


def _merged(parts: Iterable[Message]) -> tuple[Message, ...]:
    """The messages without repetitions. Messages that differ only in their reasons become one."""
    found: dict[Message, tuple[str, ...]] = {}
    for part in parts:
        key = replace(part, why=())
        found[key] = tuple(dict.fromkeys((*found.get(key, ()), *part.why)))
    return tuple(replace(part, why=why) for part, why in found.items())


def wrapped(text: str) -> str:
    """Wrap a text to lines that are not too long."""
    return "\n".join(_wrapped(text, "", "  "))


def _wrapped(text: str, indent: str, following: str | None = None) -> Iterator[str]:
    kept = _COMMAND.sub(lambda found: found[0].replace(" ", _KEPT), _clean(text))
    lines = textwrap.wrap(
        kept,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  " if following is None else following,
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield from (line.replace(_KEPT, " ") for line in lines)


def _clean(text: str) -> str:
    # Much of the text comes from applications. Quotes are cleaned already; this also cleans what someone forgets to clean.
    return printable(text)
