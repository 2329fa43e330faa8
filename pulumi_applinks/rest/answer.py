"""Decides what an answer means: whether it comes from the application itself, and what it says. Nothing else decides this.

The interface answers with JSON or XML that has `status-code`, `status`, `message` or `errors` [S9]; with an empty body; or, for a
relocation, with plain text. A page or anything else comes from something in front of the application, or from an application that is not
up yet. Such an answer says nothing about rights or about what exists. The decision uses statuses, headers, addresses and fields, not texts.
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
"""The most complaints of an answer that a message quotes."""

LONGEST_WORDS = 10_000
"""How much of a plain-text answer is read, in bytes."""

LONGEST_NAME = 1000
"""The longest text that can be a user name, in bytes."""

_OWN_KEYS = frozenset({"status-code", "status", "message", "errors"})
_FOREIGN_WORDS = ("error_description", "error", "title", "detail", "reason", "msg")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Where products redirect to while they start (Johnson's pages) or wait to be set up.
_STARTING = re.compile(r"/(startup|errors)\.jsp|/(secure/)?setup|/bootstrap/|/system/startup", re.I)
_LOGIN = "/login.jsp"
# The words of the products' login library. A header can have several [ind].
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
"""The same for Bitbucket, which has other headers [ind]."""
_DENIED: frozenset[LoginReason | None] = frozenset({"captcha", "wrong", "denied"})


@dataclass(frozen=True)
class Answer:
    """An answer that is not an error.

    Args:
        asked: the request.
        status: the HTTP status.
        body: the body, unchanged.
        secrets: what is removed from its data.
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
        """The body without secrets, if it is one word of plain text."""
        text = self.body[:LONGEST_NAME].decode(errors="replace").strip()
        is_word = (
            text and len(self.body) < LONGEST_NAME and not set(text) & set("<>{}") and len(text.split()) == 1
        )
        return printable(self.secrets.hidden_in(text)) if is_word else None

    def record(self, model: type[W], part: Any = None) -> W:
        """The answer as a record.

        Args:
            model: the record.
            part: the part of the data that is the record; all of it if not given.

        Raises:
            UnexpectedAnswer: if it can't be read, or a required field is missing.
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
    """How far ahead the other side's clock is, in seconds; None if it does not report the time.

    Args:
        headers: the answer's headers.
        now: the time on this machine, in seconds.
    """
    try:
        return parsedate_to_datetime(headers.get("Date", "")).timestamp() - now
    except (ValueError, OverflowError, OSError):
        return None


def error_in(
    asked: Asked, received: Received, allow: frozenset[int], secrets: Secrets
) -> ApplinksError | None:
    """The error that an answer means; None for a success, or for a refusal with a status in `allow`.

    If all of `MISSING` is in `allow`, some versions do not have the resource.
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
        return NotAuthenticated(asked, said)  # a success would show only what everybody can see
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
    """Where an answer redirects to, if it does: the address to read instead; an empty one if the version does not have the resource.

    Raises:
        NotUpYet: if it redirects to a page that an application shows while it starts.
        RedirectedElsewhere: if it redirects to where credentials must not be sent.
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
            return ""  # Jira 9 and 10 answer like this for an unknown path
        if asked.method == "GET":
            return there
    raise RedirectedElsewhere(asked, shown)


def _read(
    status: int, content_type: str, body: bytes, secrets: Secrets
) -> tuple[bool, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Whether a body may come from the application; its sentences; the fields it complains about; and the kinds of errors it names."""
    if parsing.is_html(body, content_type):
        return False, (parsing.title_of(body),), (), ()
    if 200 <= status < 300 or not body.strip():
        return True, (), (), ()
    try:
        data = parsing.parse(body)
    except parsing.Unreadable:
        plain = content_type.lower().startswith("text/plain")
        # A relocation's refusal is in plain text [S9].
        text = secrets.hidden_in(body[:LONGEST_WORDS].decode("utf-8", "replace"))
        # The search does not find a secret that was cut in half.
        return plain and status == 400, (text if len(body) <= LONGEST_WORDS else text[:-1000],), (), ()
    if data == {} or (isinstance(data, dict) and _OWN_KEYS & data.keys()):
        return True, *parsing.complaints(data), parsing.exceptions_in(data)
    words = [data[key] for key in _FOREIGN_WORDS if key in data] if isinstance(data, dict) else [data]
    return False, tuple(one for one in words if isinstance(one, str)), (), ()


def _seconds(value: str | None) -> float | None:
    # The other form, a date, is ignored: it needs both clocks to agree.
    return float(value) if value and value.strip().isdecimal() and len(value) < 7 else None


def _login_reason(
    headers: Mapping[str, str], exceptions: tuple[str, ...]
) -> tuple[LoginReason | None, tuple[str, ...]]:
    """What an answer says about the login, in headers [KB], which can be lists, or in Bitbucket's body; and words that are not known."""
    denied = _words(headers, "X-Authentication-Denied-Reason")
    found = {_LOGIN_WORDS.get(word) for word in _words(headers, "X-Seraph-LoginReason")}
    found |= {_EXCEPTIONS.get(name) for name in exceptions}
    found |= {"captcha"} if any("CAPTCHA" in word for word in denied) else set()
    # The most urgent reason comes first.
    reason = next((one for one in _LOGIN_WORDS.values() if one in found), None)
    return reason, tuple(word for word in denied if "CAPTCHA" not in word)


def _words(headers: Mapping[str, str], name: str) -> tuple[str, ...]:
    """The words of a header that can be a list, without their parameters."""
    words = (one.partition(";")[0].strip().upper() for one in headers.get(name, "").split(","))
    return tuple(word for word in words if word)


def came_too_late(error: ApplinksError) -> bool:
    """Whether no answer came in time, or a proxy reports that. Nothing else is known then."""
    silent = isinstance(error, TimedOut) and not error.connecting
    return silent or (isinstance(error, Answered) and error.status == 504)
