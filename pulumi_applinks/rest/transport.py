"""The one door to the network: sends a request, and turns everything that can go wrong into an error of ours."""

from __future__ import annotations

import math
import random
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import requests
import urllib3

from pulumi_applinks.codes import Cause
from pulumi_applinks.rest import calls, parsing
from pulumi_applinks.rest.addresses import host_of, is_plain_path, shown_url
from pulumi_applinks.rest.answer import Answer
from pulumi_applinks.rest.auth import Account, Authorisation, Basic, Login
from pulumi_applinks.rest.bounded_http import Received, exchange
from pulumi_applinks.rest.cache import Shared
from pulumi_applinks.rest.calls import Call
from pulumi_applinks.rest.deadline import ANSWER_SECONDS, CONNECT_SECONDS, Deadline
from pulumi_applinks.rest.errors import (
    Answered,
    ApplinksError,
    Asked,
    BasicAuthenticationOff,
    ConnectionLost,
    DeadlineExceeded,
    NotAuthenticated,
    NotPermitted,
    NotSendable,
    NotTheApplication,
    TimedOut,
    UnexpectedAnswer,
    WebSudoRequired,
)
from pulumi_applinks.rest.exception_mapping import failure_of
from pulumi_applinks.rest.interpretation import clock_ahead, error_in, redirect
from pulumi_applinks.rest.models import Manifest
from pulumi_applinks.rest.request_log import log, resource

TRIES = 3
"""How often a request that can be repeated is sent, at most."""

FIRST_PAUSE = 0.5
"""How long is waited before a request is repeated, in seconds; doubled each time, with jitter."""

LONGEST_PAUSE = 60.0
"""How long is waited at an application's wish, in seconds; what wants more is told at once."""

MOST_REDIRECTS = 3

_REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
_NOT_READY = frozenset({502, 503, 504})
_HEADERS = {
    "Accept": "application/json",
    # Compressed answers would have to be bounded twice.
    "Accept-Encoding": "identity",
    "User-Agent": "pulumi-applinks",
    # Checked by some resources only; harmless elsewhere [S9].
    "X-Atlassian-Token": "no-check",
}


def came_too_late(error: ApplinksError) -> bool:
    """Whether no answer came in time, or a proxy says so in its place: nothing is known then but that."""
    silent = isinstance(error, TimedOut) and not error.connecting
    return silent or (isinstance(error, Answered) and error.status == 504)


@dataclass(frozen=True)
class _Request:
    asked: Asked
    url: str
    login: Login | None
    params: Mapping[str, str] | None = None
    json: Any = None
    allow: frozenset[int] = frozenset()
    asks_another: bool = False


class Transport(ABC):
    """Sends requests to one application.

    Args:
        label: how messages name it, such as "target (https://wiki.example.com)".
        api_url: where it is reached.
        login: of an administrator; None to ask anonymously; or what finds it out, when the first request takes it.
        deadline: bounds every request, wait and retry; none if not given.
        connect_timeout: how long a connection may take, in seconds: to look the host up, to try all its addresses, and for TLS.
        read_timeout: how long an answer as a whole may take, in seconds.
        shared: what all that ask it share; nothing is shared if not given.
        credentials_name: the name that the program gives the credentials.
        manifest_needs_login: whether the program says that its manifest needs a login: else no login goes to an application that has not
            shown who it is.
    """

    def __init__(
        self,
        label: str,
        api_url: str,
        login: Login | Callable[[], Login | None] | None = None,
        *,
        deadline: Deadline | None = None,
        connect_timeout: float = CONNECT_SECONDS,
        read_timeout: float = ANSWER_SECONDS,
        shared: Shared | None = None,
        credentials_name: str | None = None,
        manifest_needs_login: bool = False,
    ) -> None:
        self.label = label
        self.base_url = api_url.rstrip("/")
        self.deadline = deadline or Deadline(None)
        self.requests_sent = 0
        """Repeated ones and redirects included."""
        self.writes: tuple[str, ...] = ()
        """The requests that have changed something, or may have, in order: method and address."""
        self._timeouts = (connect_timeout, read_timeout)
        self._shared = shared or Shared()
        self._manifest_needs_login = manifest_needs_login
        self._account = Account(login, label, api_url, credentials_name, self._shared.secrets)
        self._resource = resource()

    @abstractmethod
    def manifest(self, *, again: bool = False) -> Manifest:
        """Who the application is. No login is sent to one that has not shown it, unless the program says that its manifest needs one."""

    def _send(
        self,
        call: Call,
        *filled_in: str,
        doing: str | None = None,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        allow: frozenset[int] = frozenset(),
        needs: str = "an administrator",
        anonymous: bool = False,
        identifying: bool = False,
    ) -> Answer:
        """Make a call, again where it can be repeated and an application is not ready.

        Args:
            call: one of the list.
            filled_in: what stands in its path.
            doing: what it is for, where that is not the list's.
            params: of the query.
            json: the body.
            allow: statuses that are no error although they say no, besides the list's.
            needs: whose credentials it takes.
            anonymous: whether to leave the login out.
            identifying: whether it asks who the application is.

        Raises:
            ApplinksError: for everything else than a success or an allowed status.
        """
        login = None if anonymous else self._account.login
        path = call.path.format(*filled_in)
        asked = Asked(
            self.label,
            call.method,
            shown_url(self.base_url + path),
            doing or call.doing,
            needs=needs,
            identifying=identifying,
            changing=call.changing,
        )
        if not anonymous:
            asked = self._account.named_in(asked)
        if not is_plain_path(path):
            raise NotSendable(asked, Cause.PATH_NOT_SENDABLE)
        if login is not None and not identifying:
            self.manifest()
        if self._shared.failure is not None:
            raise self._shared.failure.told_for(self.label)
        again = call.method in _REPEATABLE if call.repeatable is None else call.repeatable
        url, allow = self.base_url + path, call.allow | allow
        request = _Request(asked, url, login, params, json, allow, call.asks_another)
        by_itself = not asked.changes and not call.asks_another
        tries, in_doubt = 0, False
        with self._shared.waiting.on(host_of(self.base_url)):
            while True:
                tries += 1
                try:
                    answer = self._once(request, tries)
                except ApplinksError as error:
                    error.tries = tries
                    in_doubt = in_doubt or error.maybe_done
                    pause = self._pause(error, tries) if again else None
                    if pause is None:
                        error.maybe_done = in_doubt  # one of the tries may have been carried out
                        if in_doubt:
                            self.writes += (asked.line,)
                        self._shared.remember(error, by_itself=by_itself)
                        raise
                else:
                    if asked.changes and (200 <= answer.status < 300 or in_doubt):
                        self.writes += (asked.line,)
                    return replace(answer, tries=tries)
                self.deadline.sleep(pause)

    def _pause(self, error: ApplinksError, tries: int) -> float | None:
        """How long to wait before the request is sent again; None when it is not."""
        busy = isinstance(error, Answered) and error.status in (429, *_NOT_READY)
        if tries >= TRIES or not (busy or isinstance(error, ConnectionLost)):
            return None
        wished = error.said.retry_after if isinstance(error, Answered) else None
        pause = FIRST_PAUSE * 2 ** (tries - 1) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, no secret
        pause = max(pause, wished or 0.0)
        return pause if pause < min(self.deadline.remaining(), LONGEST_PAUSE) else None

    def _once(self, request: _Request, tries: int) -> Answer:
        asked, login, allow, secrets = request.asked, request.login, request.allow, self._shared.secrets
        for _ in range(MOST_REDIRECTS + 1):
            received = self._exchange(request, tries)
            if asked.identifying:
                self._shared.clock_ahead = clock_ahead(received.headers, time.time())
            there = redirect(asked, request.url, received, allow, secrets)
            if there == "":
                return Answer(asked, 404, b"", secrets)
            if there is not None:
                request = replace(request, url=there, params=None)
                continue
            error = error_in(asked, received, allow, secrets)
            if error is not None:
                raise self._explained(error, login)
            if login is not None and received.status < 300:
                self._shared.seen_by(login).let_in = True
            return Answer(asked, received.status, received.body, secrets)
        raise UnexpectedAnswer(asked, f"leads from one address to the next, more than {MOST_REDIRECTS} times")

    def _explained(self, error: ApplinksError, login: Login | None) -> ApplinksError:
        """What a 401 or 403 to a login means, where more is known than the answer itself says."""
        if login is None or error.asked.identifying or not isinstance(error, Answered):
            return error
        seen = self._shared.seen_by(login)
        if isinstance(error, NotAuthenticated):
            # Who has read the list of links is logged in, and an administrator.
            surprising = seen.links.known and error.reason in (None, "rights")
            return WebSudoRequired(error.asked, error.said) if surprising else error
        refused = error.status == 403 and isinstance(error, (NotPermitted, NotTheApplication))
        if not refused or seen.let_in or not isinstance(login, Basic):
            return error

        url = self.base_url + calls.MANIFEST.path
        manifest = replace(error.asked, method="GET", url=shown_url(url), identifying=True)

        def refuses_manifest() -> bool:
            return self._exchange(_Request(manifest, url, login), 1).status == 403

        try:
            off, _ = seen.basic_off.get(refuses_manifest, self.deadline, self.label)
        except ApplinksError:
            return error
        return BasicAuthenticationOff(error.asked, error.said) if off else error

    def _longest_answer(self, request: _Request) -> float:
        """How long an answer may take, in seconds.

        What makes the application ask another one takes as long as that one does, so it gets half of the time that is left: the other
        half is for reading what stands there without it.
        """
        usual, left = self._timeouts[1], self.deadline.remaining()
        if not request.asks_another:
            return usual
        half = left / 2 if math.isfinite(left) else 2 * usual
        return max(half, usual) if request.asked.changes else half

    def _exchange(self, request: _Request, tries: int) -> Received:
        asked = request.asked

        def ask() -> requests.Response:
            return self._shared.session.request(
                asked.method,
                request.url,
                params=request.params,
                json=request.json,
                headers=_HEADERS,
                auth=Authorisation(request.login),
                timeout=(connect, answer + 1),
                allow_redirects=False,
                stream=True,
            )

        with self._shared.slot(self.deadline) as free:
            if not free or self.deadline.expired:
                raise DeadlineExceeded(asked)
            self.requests_sent += 1
            left, cut = self.deadline.remaining, False

            def bound(seconds: float) -> float:
                nonlocal cut
                remaining = left()
                cut = remaining < seconds  # by the operation's time: another one may have more
                return min(seconds, remaining)

            connect, answer = bound(self._timeouts[0]), self._longest_answer(request)
            began, outcome = time.monotonic(), ""
            try:
                received = exchange(ask, parsing.LARGEST_JSON, lambda: bound(answer))
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                # Without the library's exception as context: its texts hold addresses with queries, and headers.
                expired = cut or self.deadline.expired
                failure = failure_of(asked, error, connect=connect, answer=answer, expired=expired)
                if isinstance(failure, DeadlineExceeded):
                    failure.seconds = time.monotonic() - began
                outcome = type(failure).__name__
            else:
                outcome = str(received.status)
                return received
            finally:
                line = f"{asked.method} {shown_url(request.url)}"
                log(line, request.params, outcome, time.monotonic() - began, tries, self._resource)
        raise failure
