"""What came of a request: whether it is the application's own word, and what it says. The one place that decides it.

The interface writes JSON, or XML, with `status-code`, `status`, `message` or `errors` [S9]; nothing at all; or, over a relocation, plain
words. A page, or anything else, comes from something before the application, or from an application that is not up yet: neither rights nor
existence are concluded from that. Texts decide nothing; statuses, headers, addresses and fields do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

from pydantic import ValidationError

from pulumi_applinks.rest import parsing
from pulumi_applinks.rest.addresses import same_origin, shown_url
from pulumi_applinks.rest.bounded_http import Received
from pulumi_applinks.rest.errors import (
    Answered,
    ApplinksError,
    Asked,
    LoginReason,
    NotApplinks,
    NotAuthenticated,
    NotLetIn,
    NotTheApplication,
    NotUpYet,
    ProxyFailure,
    RedirectedElsewhere,
    Said,
    TimedOut,
    UnexpectedAnswer,
    refusal,
)
from pulumi_applinks.rest.models import Wire
from pulumi_applinks.rest.redaction import Secrets, printable, quoted
from pulumi_applinks.rest.version import MISSING

W = TypeVar("W", bound=Wire)

MOST_QUOTES = 5
"""How many of an answer's complaints a message quotes."""

LONGEST_WORDS = 10_000
"""What is looked at of an answer in words, in bytes."""

LONGEST_NAME = 1000
"""What is taken for a user's name at most, in bytes."""

_OWN_KEYS = frozenset({"status-code", "status", "message", "errors"})
_FOREIGN_WORDS = ("error_description", "error", "title", "detail", "reason", "msg")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Where products lead while they start (Johnson's pages) or wait to be set up.
_STARTING = re.compile(r"/(startup|errors)\.jsp|/(secure/)?setup|/bootstrap/|/system/startup", re.I)
_LOGIN = "/login.jsp"
# The words of the products' login library; a header may hold several [ind].
_LOGIN_WORDS: dict[str, LoginReason] = {
    "AUTHENTICATION_DENIED": "captcha",
    "AUTHENTICATED_FAILED": "wrong",
    "AUTHORISATION_FAILED": "denied",
    "OK": "rights",
    "OUT": "anonymous",
}
_EXCEPTIONS: dict[str, LoginReason] = {
    "CaptchaRequiredAuthenticationException": "captcha",
    "IncorrectPasswordAuthenticationException": "wrong",
}
"""Bitbucket's, which has other headers [ind]."""
_DENIED: frozenset[LoginReason | None] = frozenset({"captcha", "wrong", "denied"})


@dataclass(frozen=True)
class Answer:
    """What came back, when it is no error.

    Args:
        asked: the request.
        status: of HTTP.
        body: as it came.
        secrets: what is left out of its data.
        tries: how many times the request was sent.
    """

    asked: Asked
    status: int
    body: bytes
    secrets: Secrets
    tries: int = 1

    def data(self) -> Any:
        """The parsed body, without secrets.

        Raises:
            UnexpectedAnswer: if it can't be read.
        """
        try:
            return self.secrets.hidden_in_data(parsing.parse(self.body))
        except parsing.Unreadable as error:
            raise UnexpectedAnswer(self.asked, str(error)) from None

    def word(self) -> str | None:
        """The body, where it is one word of plain text, without secrets."""
        text = self.body[:LONGEST_NAME].decode(errors="replace").strip()
        is_word = (
            text and len(self.body) < LONGEST_NAME and not set(text) & set("<>{}") and len(text.split()) == 1
        )
        return printable(self.secrets.hidden_in(text)) if is_word else None

    def record(self, model: type[W], part: Any = None) -> W:
        """The answer as a record.

        Args:
            model: the record.
            part: what of the data holds it; all of it if not given.

        Raises:
            UnexpectedAnswer: if it can't be read, or lacks what the record needs.
        """
        try:
            return model.model_validate(self.data() if part is None else part)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            field = ".".join(str(one) for one in first["loc"]) or "the whole"
            raise UnexpectedAnswer(
                self.asked, f"is not a {model.__name__.lower()}: {field} is missing or malformed"
            ) from None


def clock_ahead(headers: Mapping[str, str], now: float) -> float | None:
    """How far the clock of whoever answered is ahead, in seconds; None when it does not report the time.

    Args:
        headers: of the answer.
        now: the time here, in seconds.
    """
    try:
        return parsedate_to_datetime(headers.get("Date", "")).timestamp() - now
    except (ValueError, OverflowError, OSError):
        return None


def error_in(
    asked: Asked, received: Received, allow: frozenset[int], secrets: Secrets
) -> ApplinksError | None:
    """What an answer says no with; None when it is a success, or a no that was reckoned with, which is one of `allow`.

    With all of `MISSING` in `allow`, the resource is one that versions lack.
    """
    status, headers = received.status, received.headers
    own, messages, fields, exceptions = _read(status, headers.get("Content-Type", ""), received.body, secrets)
    refused = status in (401, 403)
    reason, denied = _login_reason(headers, exceptions if refused else ())
    said = Said(
        status,
        tuple(
            clean
            for clean in (quoted(secrets.hidden_in(one)) for one in (*messages, *denied)[:MOST_QUOTES])
            if clean
        ),
        tuple(quoted(secrets.hidden_in(one)) for one in fields[:MOST_QUOTES]),
        _seconds(headers.get("Retry-After")),
        reason,
    )
    success = 200 <= status < 300
    if asked.login and ((reason in _DENIED and (success or refused)) or (reason and status == 401)):
        return NotAuthenticated(asked, said)  # a success would be what anybody sees
    if status == 407:
        return ProxyFailure(asked, status, named=False)
    if status == 503 or (success and not own and asked.identifying):
        return NotUpYet(asked, said)
    if status == 404 and asked.identifying:
        return NotApplinks(asked, said)
    if own:
        return None if success or status in allow else refusal(asked, said)
    if allow >= MISSING and status in MISSING:
        return None
    if status == 401 and asked.login:
        return NotLetIn(asked, said)
    return refusal(asked, said) if status == 429 else NotTheApplication(asked, said)


def redirect(
    asked: Asked, url: str, received: Received, allow: frozenset[int], secrets: Secrets
) -> str | None:
    """Where an answer leads, if it does: the address to be read instead; an empty one when the version lacks the resource.

    Raises:
        NotUpYet: if it redirects to what an application shows while it starts.
        RedirectedElsewhere: if it leads where credentials do not go.
        UnexpectedAnswer: if its target is not an address.
    """
    location = received.headers.get("Location")
    if received.status not in _REDIRECTS or not location:
        return None
    try:
        there = urljoin(url, location)
        path = urlsplit(there).path
    except ValueError:
        raise UnexpectedAnswer(asked, "redirects to something that is not an address") from None
    shown = quoted(secrets.hidden_in(shown_url(there)))
    if same_origin(url, there):
        if _STARTING.search(path):
            raise NotUpYet(asked, Said(received.status, (shown,)))
        if path.endswith(_LOGIN) and allow >= MISSING:
            return ""  # so Jira 9 and 10 answer a path that they do not know
        if asked.method == "GET":
            return there
    raise RedirectedElsewhere(asked, shown)


def _read(
    status: int, content_type: str, body: bytes, secrets: Secrets
) -> tuple[bool, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Whether a body may be the application's, its sentences, the fields that it complains about, and the kinds of errors that it names."""
    if parsing.is_html(body, content_type):
        return False, (parsing.title_of(body),), (), ()
    if 200 <= status < 300 or not body.strip():
        return True, (), (), ()
    try:
        data = parsing.parse(body)
    except parsing.Unreadable:
        plain = content_type.lower().startswith("text/plain")
        # Relocation says in plain text why it refuses [S9].
        text = secrets.hidden_in(body[:LONGEST_WORDS].decode("utf-8", "replace"))
        # A secret that was cut in half is not found.
        return plain and status == 400, (text if len(body) <= LONGEST_WORDS else text[:-1000],), (), ()
    if data == {} or (isinstance(data, dict) and _OWN_KEYS & data.keys()):
        return True, *parsing.complaints(data), parsing.exceptions_in(data)
    words = [data[key] for key in _FOREIGN_WORDS if key in data] if isinstance(data, dict) else [data]
    return False, tuple(one for one in words if isinstance(one, str)), (), ()


def _seconds(value: str | None) -> float | None:
    # The other form, a date, is not worth a clock that both sides would have to agree on.
    return float(value) if value and value.strip().isdecimal() and len(value) < 7 else None


def _login_reason(
    headers: Mapping[str, str], exceptions: tuple[str, ...]
) -> tuple[LoginReason | None, tuple[str, ...]]:
    """What an answer says of the login: in headers [KB], each of which may be a list, or in Bitbucket's body; and unknown words of it."""
    denied = _words(headers, "X-Authentication-Denied-Reason")
    found = {_LOGIN_WORDS.get(word) for word in _words(headers, "X-Seraph-LoginReason")}
    found |= {_EXCEPTIONS.get(name) for name in exceptions}
    found |= {"captcha"} if any("CAPTCHA" in word for word in denied) else set()
    # What needs attention first comes first.
    reason = next((one for one in _LOGIN_WORDS.values() if one in found), None)
    return reason, tuple(word for word in denied if "CAPTCHA" not in word)


def _words(headers: Mapping[str, str], name: str) -> tuple[str, ...]:
    """The words of a header that may be a list, without their parameters."""
    words = (one.partition(";")[0].strip().upper() for one in headers.get(name, "").split(","))
    return tuple(word for word in words if word)


def came_too_late(error: ApplinksError) -> bool:
    """Whether no answer came in time, or a proxy says so in its place: nothing is known then but that."""
    silent = isinstance(error, TimedOut) and not error.connecting
    return silent or (isinstance(error, Answered) and error.status == 504)
