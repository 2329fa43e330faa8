"""The client of one application: it sends the requests of its parts, and turns every failure into an `ApplinksError`."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from pulumi_applinks.codes import Cause
from pulumi_applinks.rest import endpoints
from pulumi_applinks.rest.addresses import host_of, is_plain_path, shown_url
from pulumi_applinks.rest.answer import Answer, clock_ahead, error_in, redirect
from pulumi_applinks.rest.auth import Account, Basic, Login
from pulumi_applinks.rest.bounded_http import Received
from pulumi_applinks.rest.deadline import ANSWER_SECONDS, CONNECT_SECONDS, Deadline
from pulumi_applinks.rest.endpoints import Endpoint
from pulumi_applinks.rest.errors import (
    Answered,
    ApplinksError,
    Asked,
    BasicAuthenticationOff,
    ConnectionLost,
    NotAuthenticated,
    NotPermitted,
    NotSendable,
    NotTheApplication,
    UnexpectedAnswer,
    WebSudoRequired,
)
from pulumi_applinks.rest.links import Links
from pulumi_applinks.rest.models import (
    Manifest,
)
from pulumi_applinks.rest.oauth import OAuth
from pulumi_applinks.rest.request_log import resource
from pulumi_applinks.rest.session import LoginCache, Session
from pulumi_applinks.rest.transport import Request
from pulumi_applinks.rest.users import Users
from pulumi_applinks.rest.version import Version

TRIES = 3
"""The most times that a repeatable request is sent."""

FIRST_PAUSE = 0.5
"""How long to wait before a request is repeated, in seconds; doubled each time, with jitter."""

LONGEST_PAUSE = 60.0
"""The longest wait that an application can ask for, in seconds. If it asks for more, the client reports the error at once."""

MOST_REDIRECTS = 3

_REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
_NOT_READY = frozenset({502, 503, 504})


class ApplicationClient:
    """The client of one application. A `link_id` is a link's id in this application.

    Every method that sends a request raises an ApplinksError if the application can't be reached, refuses, or is not understood.

    Args:
        label: how messages name it, such as "target (https://wiki.example.com)".
        api_url: where it is reached.
        login: an administrator's; None to send requests anonymously; or a function that finds it when the first request needs it.
        deadline: bounds every request, wait and retry; no limit if not given.
        connect_timeout: how long a connection may take, in seconds: to look up the host, to try all its addresses, and for TLS.
        read_timeout: how long the whole answer may take, in seconds.
        session: what all clients of the application share; nothing is shared if not given.
        credentials_name: the name that the program gives the credentials.
        manifest_needs_login: whether the program says that the manifest needs a login. Otherwise the client sends no login to an
            application that has not identified itself.
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
        session: Session | None = None,
        credentials_name: str | None = None,
        manifest_needs_login: bool = False,
    ) -> None:
        self.label = label
        self.base_url = api_url.rstrip("/")
        self.deadline = deadline or Deadline(None)
        self.session = session or Session()
        self.requests_sent = 0
        """Includes repeated requests and redirects."""
        self.writes: tuple[str, ...] = ()
        """The requests that changed something, or may have, in order: method and address."""
        self._timeouts = (connect_timeout, read_timeout)
        self._manifest_needs_login = manifest_needs_login
        self._account = Account(login, label, api_url, credentials_name, self.session.secrets)
        self._resource = resource()

    def __enter__(self) -> ApplicationClient:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self.session.transport.close()

    @cached_property
    def links(self) -> Links:
        """Its links: list, read, create, edit, relocate and delete them."""
        return Links(self)

    @cached_property
    def oauth(self) -> OAuth:
        """How its links are authenticated."""
        return OAuth(self)

    @cached_property
    def users(self) -> Users:
        """Its users, and the rights of the login."""
        return Users(self)

    @property
    def cache(self) -> LoginCache:
        """What this login has read from the application."""
        return self.session.cache(self._account.login)

    @property
    def version(self) -> Version:
        """What its version supports, as far as that is known."""
        return self.session.version

    @property
    def follows(self) -> Deadline:
        """How long its nodes, if there are several, might still lack changes from before this operation."""
        return self.session.follows

    @property
    def clock_ahead(self) -> float | None:
        """How far its clock is ahead of this machine's, in seconds; None before its manifest is read, or if it does not report the time."""
        return self.session.clock_ahead

    def insist(self) -> None:
        """Try again although the application could not be reached before, or did not identify itself."""
        self.session.forget_failure()

    def manifest(self, *, again: bool = False) -> Manifest:
        """The application's manifest. Read once for all who share the session, who also share a failure.

        The client requests it without a login [S9], before any request with a login. If the application refuses that, the client
        repeats it with the login only if the program says that the manifest needs one.

        Args:
            again: whether to read it again.

        Raises:
            NotApplinks: if there is no applinks interface at the address.
            ApplinksError: if the application can't be reached or is not understood.
        """
        if again:
            self.insist()
        manifest, _ = self.session.manifest.get(self._read_manifest, self.deadline, self.label, again=again)
        return manifest

    def _read_manifest(self) -> Manifest:
        try:
            answer = self.send(endpoints.MANIFEST, anonymous=True, identifying=True, needs="a user")
        except Answered as error:
            if not (error.withheld and self._manifest_needs_login and self._account.login):
                raise
            answer = self.send(endpoints.MANIFEST, identifying=True, needs="a user")
        return answer.record(Manifest)

    def send(
        self,
        endpoint: Endpoint,
        *filled_in: str,
        doing: str | None = None,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        allow: frozenset[int] = frozenset(),
        needs: str = "an administrator",
        anonymous: bool = False,
        identifying: bool = False,
    ) -> Answer:
        """Send a request. Repeat it if it is repeatable and the application is not ready.

        Args:
            endpoint: one of `endpoints`.
            filled_in: the values for the `{}` in its path.
            doing: what it is for, if that differs from the endpoint's.
            params: the query's parameters.
            json: the body.
            allow: statuses of a refusal that is not an error, in addition to the endpoint's.
            needs: whose credentials it needs.
            anonymous: whether to omit the login.
            identifying: whether it asks the application to identify itself.

        Raises:
            ApplinksError: for everything except a success or an allowed status.
        """
        login = None if anonymous else self._account.login
        path = endpoint.path.format(*filled_in)
        asked = Asked(
            self.label,
            endpoint.method,
            shown_url(self.base_url + path),
            doing or endpoint.doing,
            needs=needs,
            identifying=identifying,
            changing=endpoint.changing,
        )
        if not anonymous:
            asked = self._account.named_in(asked)
        if not is_plain_path(path):
            raise NotSendable(asked, Cause.PATH_NOT_SENDABLE)
        if login is not None and not identifying:
            self.manifest()
        if self.session.failure is not None:
            raise self.session.failure.told_for(self.label)
        again = endpoint.method in _REPEATABLE if endpoint.repeatable is None else endpoint.repeatable
        request = Request(
            asked,
            self.base_url + path,
            login,
            params,
            json,
            endpoint.allow | allow,
            endpoint.asks_another,
            self._resource,
        )
        tries, in_doubt = 0, False
        with self.session.waiting.on(host_of(self.base_url)):
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
                        by_itself = not asked.changes and not endpoint.asks_another
                        self.session.remember(error, by_itself=by_itself)
                        raise
                else:
                    if asked.changes and (200 <= answer.status < 300 or in_doubt):
                        self.writes += (asked.line,)
                    return replace(answer, tries=tries)
                self.deadline.sleep(pause)

    def _pause(self, error: ApplinksError, tries: int) -> float | None:
        """How long to wait before the request is repeated; None if it is not repeated."""
        busy = isinstance(error, Answered) and error.status in (429, *_NOT_READY)
        if tries >= TRIES or not (busy or isinstance(error, ConnectionLost)):
            return None
        wished = error.said.retry_after if isinstance(error, Answered) else None
        pause = FIRST_PAUSE * 2 ** (tries - 1) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, no secret
        pause = max(pause, wished or 0.0)
        return pause if pause < min(self.deadline.remaining(), LONGEST_PAUSE) else None

    def _once(self, request: Request, tries: int) -> Answer:
        asked, login, allow, secrets = request.asked, request.login, request.allow, self.session.secrets
        for _ in range(MOST_REDIRECTS + 1):
            received = self._exchange(request, tries)
            if asked.identifying:
                self.session.clock_ahead = clock_ahead(received.headers, time.time())
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
                self.session.cache(login).let_in = True
            return Answer(asked, received.status, received.body, secrets)
        raise UnexpectedAnswer(asked, f"redirects more than {MOST_REDIRECTS} times")

    def _explained(self, error: ApplinksError, login: Login | None) -> ApplinksError:
        """A more exact error for a 401 or 403 to a login, if the client knows more than the answer says."""
        if login is None or error.asked.identifying or not isinstance(error, Answered):
            return error
        cache = self.session.cache(login)
        if isinstance(error, NotAuthenticated):
            # A login that has read the list of links works, and is an administrator's.
            surprising = cache.links.known and error.reason in (None, "rights")
            return WebSudoRequired(error.asked, error.said) if surprising else error
        refused = error.status == 403 and isinstance(error, (NotPermitted, NotTheApplication))
        if not refused or cache.let_in or not isinstance(login, Basic):
            return error

        url = self.base_url + endpoints.MANIFEST.path
        manifest = replace(error.asked, method="GET", url=shown_url(url), identifying=True)

        def refuses_manifest() -> bool:
            return self._exchange(Request(manifest, url, login), 1).status == 403

        try:
            off, _ = cache.basic_off.get(refuses_manifest, self.deadline, self.label)
        except ApplinksError:
            return error
        return BasicAuthenticationOff(error.asked, error.said) if off else error

    def _exchange(self, request: Request, tries: int) -> Received:
        with self.session.transport.slot(request.asked, self.deadline):
            self.requests_sent += 1
            return self.session.transport.exchange(
                request,
                self.deadline,
                connect=self._timeouts[0],
                answer=self._longest_answer(request),
                tries=tries,
            )

    def _longest_answer(self, request: Request) -> float:
        """How long an answer may take, in seconds.

        If the application must ask another one first, the answer takes as long as that one does. Such a request gets half of the time
        that is left. The other half is for reading what needs no other application.
        """
        usual, left = self._timeouts[1], self.deadline.remaining()
        if not request.asks_another:
            return usual
        half = left / 2 if math.isfinite(left) else 2 * usual
        return max(half, usual) if request.asked.changes else half
