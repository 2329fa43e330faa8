"""The connections to one application. Each request is sent once, with limits on time and size, and logged."""

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
"""The most connections to one application at the same time."""

_HEADERS = {
    "Accept": "application/json",
    # A compressed answer would need two limits on its size.
    "Accept-Encoding": "identity",
    "User-Agent": "pulumi-applinks",
    # Only some resources check this; the others ignore it [S9].
    "X-Atlassian-Token": "no-check",
}


@dataclass(frozen=True)
class Request:
    """A request to send, and how errors and the log name it.

    Args:
        asked: the request, as errors quote it.
        url: where it is sent.
        login: the login that it carries, if any.
        params: the query's parameters.
        json: the body.
        allow: statuses of a refusal that is not an error.
        asks_another: whether the application asks another server before it answers.
        resource: the program's resource that it is sent for.
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
    """The connections to one application, for all of its clients."""

    def __init__(self) -> None:
        self._http = BoundedSession()
        self._http.cookies.set_policy(BalancerCookies())
        self._slots = threading.BoundedSemaphore(MOST_CONNECTIONS)

    @contextmanager
    def slot(self, asked: Asked, deadline: Deadline) -> Iterator[None]:
        """Reserve one of the connections for one request.

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
        """Send a request and read the answer.

        Args:
            request: what to send.
            deadline: the operation's deadline.
            connect: how long a connection may take, in seconds.
            answer: how long the answer may take, in seconds.
            tries: which try it is, starting with 1.

        Raises:
            ApplinksError: if no answer comes.
        """
        asked, cut = request.asked, False

        def bound(seconds: float) -> float:
            nonlocal cut
            remaining = deadline.remaining()
            cut = remaining < seconds  # the operation's time is the limit; another operation may have more
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
            # Drop the library's exception: its texts contain headers, and addresses with queries.
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
