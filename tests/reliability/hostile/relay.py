"""Stands before an application of the lab: hands requests on, and answers some of them itself."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pulumi_applinks.lab.applications import Application
from tests.reliability.hostile.server import Behaviour, Exchange

Chosen = Callable[[int, str, str], bool]
"""Whether the request of a number, from 1, with its method and path, is answered with the hostile answer."""


@dataclass
class Relay:
    """Hands requests on.

    Args:
        application: to whom.
        hostile: how the chosen requests are answered instead.
        chosen: which those are.
    """

    application: Application
    hostile: Behaviour | None = None
    chosen: Chosen = lambda _number, _method, _path: True
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)
    """Method, path and answer of each request that was handed on."""
    met: int = 0
    """How many requests were answered with the hostile answer."""
    number: int = 0
    """Of the last request."""

    def arm(self, hostile: Behaviour | None, chosen: Chosen) -> None:
        """Answer some requests so from now on, counted again."""
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
