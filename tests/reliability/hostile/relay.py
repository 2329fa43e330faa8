"""A relay for an application of the lab: it forwards requests, and answers some of them itself."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pulumi_applinks.lab.applications import Application
from tests.reliability.hostile.server import Behaviour, Exchange

Chosen = Callable[[int, str, str], bool]
"""Whether a request, by its number from 1, its method and its path, gets the hostile answer."""


@dataclass
class Relay:
    """Forwards requests to an application.

    Args:
        application: the application.
        hostile: the behaviour for the chosen requests.
        chosen: which requests get that behaviour.
    """

    application: Application
    hostile: Behaviour | None = None
    chosen: Chosen = lambda _number, _method, _path: True
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)
    """The method, path and answer of each forwarded request."""
    met: int = 0
    """The number of requests that got the hostile answer."""
    number: int = 0
    """The number of the last request."""

    def arm(self, hostile: Behaviour | None, chosen: Chosen) -> None:
        """Set the hostile answer and its requests, and restart the count."""
        self.hostile, self.chosen, self.number, self.met = hostile, chosen, 0, 0

    def __call__(self, exchange: Exchange) -> None:
        """Answer one request."""
        self.number += 1
        if self.hostile is not None and self.chosen(self.number, exchange.method, exchange.path):
            self.met += 1
            self.hostile(exchange)
            return
        origin = urlsplit(self.application.url)
        head, _, body = exchange.request.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")[1:]
        headers = {
            name: value.strip()
            for name, _, value in (line.partition(":") for line in lines)
            if name.lower() not in ("host", "connection")
        }
        connection = http.client.HTTPConnection(origin.hostname or "", origin.port, timeout=10)
        try:
            connection.request(exchange.method, exchange.path, body or None, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        self.asked.append((exchange.method, exchange.path, content))
        kept = [
            f"{name}: {value}\r\n"
            for name, value in answer.getheaders()
            if name.lower() in ("content-type", "location", "x-seraph-loginreason", "retry-after")
        ]
        start = f"HTTP/1.1 {answer.status} X\r\nContent-Length: {len(content)}\r\n{''.join(kept)}\r\n"
        exchange.keep = True
        exchange.send(start.encode("latin-1") + content)
