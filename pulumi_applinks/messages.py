"""Messages during an operation: to a person, through the engine's log; and on request to a tool, as lines of JSON."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime, timezone
from types import MappingProxyType
from typing import Literal

import pulumi

from pulumi_applinks.codes import Code
from pulumi_applinks.credentials import CredentialsError
from pulumi_applinks.lifecycle import LinkError
from pulumi_applinks.rest import ApplinksError, Message

TOLD = (ApplinksError, LinkError, CredentialsError)
"""The errors whose messages are for a person."""

EVENTS_VARIABLE = "APPLINKS_EVENTS"
"""The variable with the path of the file to which each error and each warning is written as a line of JSON."""

Severity = Literal["error", "warning", "info"]

_NOBODY: Mapping[str, str | None] = MappingProxyType({"resource": None, "source": None, "target": None})
_subject: ContextVar[Mapping[str, str | None]] = ContextVar("subject", default=_NOBODY)


def _to_the_sdk(severity: Severity, text: str) -> None:
    (pulumi.log.info if severity == "info" else pulumi.log.warn)(text)


_send: ContextVar[Callable[[Severity, str], None]] = ContextVar("send", default=_to_the_sdk)


@contextmanager
def sent_by(send: Callable[[Severity, str], None]) -> Iterator[None]:
    """Send messages through a function, not through Pulumi's SDK, while one call of the engine is answered.

    Args:
        send: the function; it gets a severity and a text.
    """
    token = _send.set(send)
    try:
        yield
    finally:
        _send.reset(token)


_shown: ContextVar[tuple[Exception, str] | None] = ContextVar("shown", default=None)
"""The last error of this thread, and the text that is shown. Several links, in several threads, can have the same error."""


def text_of(error: Exception) -> str:
    """Return the text that the engine shows for an error of `TOLD`. It does not repeat what another link's message has explained."""
    known = _shown.get()
    return known[1] if known is not None and known[0] is error else str(error)


class Messages:
    """The messages of one operation of the engine. Thread-safe.

    Args:
        file: the file for events, if events should be written.
    """

    def __init__(self, file: str | None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._said: set[str] = set()
        self._first: dict[object, str] = {}
        """The link for which something was shown first, by what was shown."""

    @contextmanager
    def about(self, resource: str | None, source: str | None, target: str | None) -> Iterator[None]:
        """Assign messages to one link. An error that leaves the `with` block is written as an event.

        Args:
            resource: the name of the link's resource, if a program runs in this operation.
            source: the source's URL.
            target: the target's URL.
        """
        token = _subject.set({"resource": resource, "source": source, "target": target})
        try:
            yield
        except TOLD as error:
            self.note(error.told, "error")
            _shown.set((error, str(self.brief(error.told))))
            raise
        except Exception:
            self.note(Message(Code.FAULT, "this is a fault of pulumi-applinks"), "error")
            raise
        finally:
            _subject.reset(token)

    def say(self, told: Message, severity: Severity = "warning", *, status: str | None = None) -> None:
        """Report a message.

        Args:
            told: the message.
            severity: a warning, or information.
            status: the state of the link in one word, if the message is about that.
        """
        _send.get()(severity, str(self.brief(told)))
        self.note(told, severity, status=status)

    def say_once(
        self,
        told: Message,
        severity: Severity = "warning",
        *,
        key: str | None = None,
        status: str | None = None,
    ) -> None:
        """Report a message once in an operation of the engine.

        Args:
            told: the message.
            severity: a warning, or information.
            key: messages with the same key are reported once. By default, the key is the message itself.
            status: the state of the link in one word, if the message is about that.
        """
        with self._lock:
            if (key or told.flat) in self._said:
                return
            self._said.add(key or told.flat)
        self.say(told, severity, status=status)

    def brief(self, told: Message) -> Message:
        """Shorten a message whose reasons and next step another link's message has already shown in this operation. It names that link.

        So if an application with many links is down, this is explained only once.
        """
        parts = tuple(self.brief(part) for part in told.parts)
        explained = (told.code, told.application, told.why, told.do, told.request)
        is_short = len(told.why) + bool(told.do) + bool(told.request) < 2
        if is_short or (first := self.first(explained)) is None:
            return replace(told, parts=parts)
        return replace(
            told,
            why=(f"The reason and the fix are in the message of {first}.",),
            do="",
            request="",
            parts=parts,
        )

    def first(self, what: object) -> str | None:
        """Return the link for which something was first shown in this operation; None if it is the current link.

        Args:
            what: identifies what was shown.
        """
        subject = _subject.get()
        here = "the resource {resource!r}" if subject["resource"] else "the link from {source} to {target}"
        here = here.format_map(subject)
        with self._lock:
            first = self._first.setdefault(what, here)
        return None if first == here else first

    def note(self, told: Message, severity: Severity, *, status: str | None = None) -> None:
        """Write a message to the file of events: a line for each message that it consists of.

        Args:
            told: the message.
            severity: the message's severity.
            status: the state of the link in one word, if the message is about that.
        """
        if not self._file:
            return
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        events = (
            {
                "time": now,
                "severity": severity,
                "code": str(one.code),
                **_subject.get(),
                "application": one.application or None,
                "status": status,
                "message": one.alone.flat,
            }
            for one in told.all
        )
        lines = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events)
        with self._lock:
            try:
                with open(self._file, "a", encoding="utf-8") as file:
                    file.write(lines)
            except OSError as error:
                path, self._file = self._file, None  # the operation continues without events
                failed = Message(
                    Code.EVENTS_NOT_WRITTEN,
                    f"no events can be written to {path}",
                    (f"{error.strerror}.",),
                    do=f"Correct {EVENTS_VARIABLE}.",
                )
                _send.get()("warning", str(failed))
