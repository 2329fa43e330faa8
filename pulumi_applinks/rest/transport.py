"""The one door to the network: sends a request, and turns everything that can go wrong into an error of ours."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urljoin

import requests
import urllib3

from pulumi_applinks.rest import answers
from pulumi_applinks.rest.addresses import is_plain_path, same_origin, shown_url
from pulumi_applinks.rest.bounded import TooLong, pieces
from pulumi_applinks.rest.deadline import Deadline
from pulumi_applinks.rest.errors import (
    ApplinksError,
    Asked,
    ConnectionLost,
    DeadlineExceeded,
    NotSendable,
    ProxyFailure,
    TimedOut,
)
from pulumi_applinks.rest.failures import timed_out, tls_failure, unintelligible, unreached
from pulumi_applinks.rest.logins import Authorisation, Login, described, secrets_of
from pulumi_applinks.rest.misunderstandings import LoginPage, RedirectedElsewhere, UnexpectedAnswer
from pulumi_applinks.rest.refusals import Said, ServerFault, Throttled, refusal
from pulumi_applinks.rest.shared import Shared
from pulumi_applinks.rest.text import quoted

TRIES = 3
"""How often a request that can be repeated is sent, at most."""

FIRST_PAUSE = 0.5
"""How long is waited before a request is repeated, in seconds; doubled each time, with jitter."""

LONGEST_PAUSE = 60.0
"""How long is waited at an application's wish, in seconds; what wants more is told at once."""

MOST_REDIRECTS = 3

MOST_QUOTES = 5
"""How many of an answer's complaints a message quotes."""

_REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOT_READY = frozenset({502, 503, 504})
_HEADERS = {
    "Accept": "application/json",
    # Compressed answers would have to be bounded twice.
    "Accept-Encoding": "identity",
    "User-Agent": "pulumi-applinks",
    # Checked by some resources only; harmless elsewhere [S9].
    "X-Atlassian-Token": "no-check",
}

Method = Literal["GET", "PUT", "POST", "DELETE"]


@dataclass(frozen=True)
class Answer:
    """What came back, when it is no error.

    Args:
        asked: the request.
        status: of HTTP.
        body: as it came.
        tries: how many times the request was sent.
    """

    asked: Asked
    status: int
    body: bytes
    tries: int = 1

    def data(self) -> Any:
        """The parsed body.

        Raises:
            UnexpectedAnswer: if it can't be read.
        """
        try:
            return answers.parse(self.body)
        except answers.Unreadable as error:
            raise UnexpectedAnswer(self.asked, str(error)) from None


class Transport:
    """Sends requests to one application.

    Args:
        label: how messages name the application.
        base_url: where it is reached.
        login: how to log in, if at all.
        credentials_name: the name that the program gives the credentials.
        deadline: bounds everything.
        connect_timeout: in seconds, for looking the host up, all its addresses, and TLS.
        read_timeout: in seconds, for an answer as a whole.
        shared: the connections.
    """

    def __init__(
        self,
        label: str,
        base_url: str,
        login: Login | None,
        *,
        credentials_name: str | None = None,
        deadline: Deadline,
        connect_timeout: float,
        read_timeout: float,
        shared: Shared,
    ) -> None:
        self.label = label
        self.base_url = base_url.rstrip("/")
        self.deadline = deadline
        self.requests_sent = 0
        self._login = login
        # Not quoted from an answer to an anonymous request either: the application knows them from others.
        self._secrets = secrets_of(login)
        self._login_words = described(login, credentials_name)
        self._named = credentials_name is not None
        self._timeouts = (connect_timeout, read_timeout)
        self._shared = shared

    def __repr__(self) -> str:
        return f"Transport({self.label!r})"

    def close(self) -> None:
        """Close its connections."""
        self._shared.session.close()

    def send(
        self,
        method: Method,
        path: str,
        *,
        doing: str,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        anonymous: bool = False,
        allow: frozenset[int] | set[int] = frozenset(),
        needs: str = "an administrator",
        repeatable: bool | None = None,
    ) -> Answer:
        """Send a request, again where it can be repeated and an application is not ready.

        Args:
            method: of HTTP.
            path: below the base URL.
            doing: what it is for, as part of a sentence: "reading the links".
            params: of the query.
            json: the body.
            anonymous: whether to leave the login out.
            allow: statuses that are no error although they say no.
            needs: whose credentials it takes.
            repeatable: whether sending it twice does what sending it once does; told by the method if not given.

        Raises:
            ApplinksError: for everything else than a success or an allowed status.
        """
        login = None if anonymous else self._login
        asked = Asked(
            self.label,
            method,
            shown_url(self.base_url + path),
            doing,
            changes=method != "GET",
            login=None if anonymous else self._login_words,
            named=self._named,
            origin=login.origin if login else "",
            needs=needs,
        )
        if not is_plain_path(path):
            raise NotSendable(
                asked,
                "what it calls that link can't be a part of an address. Look at its list of links, and delete that one there by hand.",
            )
        again = method in _REPEATABLE if repeatable is None else repeatable
        tries, in_doubt = 0, False
        while True:
            tries += 1
            try:
                answer = self._once(asked, self.base_url + path, login, params, json, allow)
                return replace(answer, tries=tries)
            except ApplinksError as error:
                error.tries = tries
                in_doubt = in_doubt or error.maybe_done
                pause = self._pause(error, tries) if again else None
                if pause is None:
                    if in_doubt and not error.maybe_done:
                        error.doubt()  # the last try was not carried out; one before it may have been
                    raise
            self.deadline.sleep(pause)

    def _pause(self, error: ApplinksError, tries: int) -> float | None:
        """How long to wait before the request is sent again; nothing when it is not."""
        not_ready = isinstance(error, ServerFault) and error.status in _NOT_READY
        if tries >= TRIES or not (not_ready or isinstance(error, (ConnectionLost, Throttled))):
            return None
        wished = getattr(error, "retry_after", None)
        pause = FIRST_PAUSE * 2 ** (tries - 1) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, no secret
        pause = max(pause, wished or 0.0)
        return pause if pause < min(self.deadline.remaining(), LONGEST_PAUSE) else None

    def _once(
        self,
        asked: Asked,
        url: str,
        login: Login | None,
        params: Mapping[str, str] | None,
        json: Any,
        allow: frozenset[int] | set[int],
    ) -> Answer:
        for _ in range(MOST_REDIRECTS + 1):
            status, headers, body = self._exchange(asked, url, login, params, json)
            location = headers.get("Location")
            if status not in _REDIRECTS or not location:
                return self._answer(asked, status, headers, body, allow)
            try:
                there = urljoin(url, location)
            except ValueError:
                raise UnexpectedAnswer(asked, "leads to something that is no address") from None
            if asked.method != "GET" or not same_origin(url, there):
                raise RedirectedElsewhere(asked, quoted(shown_url(there), self._secrets))
            url, params = there, None
        raise UnexpectedAnswer(asked, f"leads from one address to the next, more than {MOST_REDIRECTS} times")

    def _exchange(
        self, asked: Asked, url: str, login: Login | None, params: Mapping[str, str] | None, json: Any
    ) -> tuple[int, Mapping[str, str], bytes]:
        with self._shared.slot(self.deadline) as free:
            if not free or self.deadline.expired:
                raise DeadlineExceeded(asked)
            return self._exchange_now(asked, url, login, params, json)

    def _exchange_now(
        self, asked: Asked, url: str, login: Login | None, params: Mapping[str, str] | None, json: Any
    ) -> tuple[int, Mapping[str, str], bytes]:
        remaining = self.deadline.remaining()
        connect, read = (min(seconds, remaining) for seconds in self._timeouts)
        # The types of requests don't tell that it takes these.
        bounds: Any = urllib3.Timeout(
            total=None if math.isinf(remaining) else remaining, connect=connect, read=read
        )
        self.requests_sent += 1
        try:
            with self._shared.session.request(
                asked.method,
                url,
                params=params,
                json=json,
                headers=_HEADERS,
                auth=Authorisation(login),
                timeout=bounds,
                allow_redirects=False,
                stream=True,
            ) as response:
                return response.status_code, response.headers, self._body(asked, response)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            # Without the library's exception as context: its texts hold addresses with queries, and headers.
            failure = self._translated(asked, error, connect, read)
        raise failure

    def _body(self, asked: Asked, response: requests.Response) -> bytes:
        body = bytearray()
        for piece in pieces(response, answers.LARGEST_JSON):
            body += piece
            if len(body) > answers.LARGEST_JSON:
                raise TooLong
            if self.deadline.expired:
                raise DeadlineExceeded(asked, sent=True)
        return bytes(body)

    def _answer(
        self,
        asked: Asked,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        allow: frozenset[int] | set[int],
    ) -> Answer:
        html = answers.is_html(body, headers.get("Content-Type", ""))
        if 200 <= status < 300 and html:
            # Also when no answer is read: nobody but an application can have done what was asked.
            raise LoginPage(asked, quoted(answers.title_of(body), self._secrets))
        if 200 <= status < 300 or status in allow:
            return Answer(asked, status, body)
        if status == 407:
            raise ProxyFailure(asked, wants_login=True)
        raise refusal(asked, _said(status, headers, body, html, self._secrets))

    def _translated(self, asked: Asked, error: Exception, connect: float, read: float) -> ApplinksError:
        why = unintelligible(error)
        if why:
            return UnexpectedAnswer(asked, why)
        if isinstance(error, requests.exceptions.SSLError):
            return tls_failure(asked, error)
        if isinstance(error, requests.exceptions.ProxyError):
            return ProxyFailure(asked, wants_login="407" in str(error))
        timeout = timed_out(error)
        if timeout is not None:
            if self.deadline.expired:
                return DeadlineExceeded(asked, sent=timeout == "read")
            return TimedOut(
                asked, seconds=connect if timeout == "connect" else read, connecting=timeout == "connect"
            )
        return unreached(asked, error)


def _said(status: int, headers: Mapping[str, str], body: bytes, html: bool, secrets: tuple[str, ...]) -> Said:
    messages: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    if html:
        title = answers.title_of(body)
        messages = (title,) if title else ()
    else:
        try:
            messages, fields = answers.complaints(answers.parse(body))
        except answers.Unreadable:
            # Relocation tells in plain text why it refuses [S9].
            text = body[:1000].decode("utf-8", "replace")
            messages = (text,) if headers.get("Content-Type", "").startswith("text/plain") else ()
    return Said(
        status,
        tuple(clean for clean in (quoted(one, secrets) for one in messages[:MOST_QUOTES]) if clean),
        tuple(quoted(one, secrets) for one in fields[:MOST_QUOTES]),
        _seconds(headers.get("Retry-After")),
        _login_reason(headers),
    )


def _seconds(value: str | None) -> float | None:
    # The other form, a date, is not worth a clock that both sides would have to agree on.
    return float(value) if value and value.strip().isdecimal() and len(value) < 7 else None


def _login_reason(headers: Mapping[str, str]) -> Literal["wrong", "captcha", "rights"] | None:
    """What the products' login library tells in headers [KB]."""
    if "CAPTCHA" in headers.get("X-Authentication-Denied-Reason", "").upper():
        return "captcha"
    reason = headers.get("X-Seraph-LoginReason", "").upper()
    if "AUTHENTICATION_DENIED" in reason:
        return "captcha"
    if "FAILED" in reason:
        return "wrong"
    return "rights" if reason == "OK" else None
