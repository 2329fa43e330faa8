"""The connections to one application: each request is sent once, bounded in time and size, and logged."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
import urllib3

from pulumi_applinks.rest import parsing
from pulumi_applinks.rest.addresses import shown_url
from pulumi_applinks.rest.auth import Authorisation, Login
from pulumi_applinks.rest.bounded_http import BoundedSession, Received, exchange
from pulumi_applinks.rest.cookies import BalancerCookies
from pulumi_applinks.rest.deadline import Deadline
from pulumi_applinks.rest.errors import Asked, DeadlineExceeded
from pulumi_applinks.rest.exception_mapping import failure_of
from pulumi_applinks.rest.request_log import log
from pulumi_applinks.rest.single_flight import LONGEST_WAIT

MOST_CONNECTIONS = 4
"""To one application, at the same time."""

_HEADERS = {
    "Accept": "application/json",
    # Compressed answers would have to be bounded twice.
    "Accept-Encoding": "identity",
    "User-Agent": "pulumi-applinks",
    # Checked by some resources only; harmless elsewhere [S9].
    "X-Atlassian-Token": "no-check",
}


@dataclass(frozen=True)
class Request:
    """What is sent, and what errors and the log call it.

    Args:
        asked: the request, as errors quote it.
        url: where it is sent.
        login: that it carries; None for none.
        params: of the query.
        json: the body.
        allow: statuses that are no error although they say no.
        asks_another: whether the application asks somebody else before it answers.
        resource: of the program, for which it is sent.
    """

    asked: Asked
    url: str
    login: Login | None
    params: Mapping[str, str] | None = None
    json: Any = None
    allow: frozenset[int] = frozenset()
    asks_another: bool = False
    resource: str = "-"


class Transport:
    """The connections to one application, for all who ask it."""

    def __init__(self) -> None:
        self._http = BoundedSession()
        self._http.cookies.set_policy(BalancerCookies())
        self._slots = threading.BoundedSemaphore(MOST_CONNECTIONS)

    @contextmanager
    def slot(self, asked: Asked, deadline: Deadline) -> Iterator[None]:
        """One of the connections, for one request.

        Raises:
            DeadlineExceeded: if none is free in time.
        """
        free = self._slots.acquire(timeout=min(deadline.remaining(), LONGEST_WAIT))
        try:
            if not free or deadline.expired:
                raise DeadlineExceeded(asked)
            yield
        finally:
            if free:
                self._slots.release()

    def exchange(
        self, request: Request, deadline: Deadline, *, connect: float, answer: float, tries: int
    ) -> Received:
        """Send a request, and read the answer.

        Args:
            request: what to send.
            deadline: of the operation.
            connect: how long a connection may take, in seconds.
            answer: how long the answer may take, in seconds.
            tries: the how many-th time it is.

        Raises:
            ApplinksError: if no answer comes.
        """
        asked, cut = request.asked, False

        def bound(seconds: float) -> float:
            nonlocal cut
            remaining = deadline.remaining()
            cut = remaining < seconds  # by the operation's time: another one may have more
            return min(seconds, remaining)

        def ask() -> requests.Response:
            return self._http.request(
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

        connect, began, outcome = bound(connect), time.monotonic(), ""
        try:
            received = exchange(ask, parsing.LARGEST_JSON, lambda: bound(answer))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            # Without the library's exception as context: its texts hold addresses with queries, and headers.
            failure = failure_of(
                asked, error, connect=connect, answer=answer, expired=cut or deadline.expired
            )
            if isinstance(failure, DeadlineExceeded):
                failure.seconds = time.monotonic() - began
            outcome = type(failure).__name__
        else:
            outcome = str(received.status)
            return received
        finally:
            line = f"{asked.method} {shown_url(request.url)}"
            log(line, request.params, outcome, time.monotonic() - began, tries, request.resource)
        raise failure

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
