"""One request and its answer, with limits on time and size, whatever the other side does.

The time-outs of requests apply to each read of the socket, so a server that sends a byte now and then could keep a client waiting forever.
Therefore a watchdog shuts the socket down when the answer's time is up. A host lookup can't be interrupted at all. Therefore a separate
thread makes the connection, and is abandoned if it takes too long.
"""

from __future__ import annotations

import http.client
import math
import socket
import sys
import threading
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.errors import MultipartInvariantViolationDefect, StartBoundaryNotFoundDefect
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import allowed_gai_family, create_connection

_PIECE = 65536
_OF_MULTIPARTS = (StartBoundaryNotFoundDefect, MultipartInvariantViolationDefect)


class TooLong(OSError):
    """Raised when an answer is longer than expected."""


class StrangelyCoded(ValueError):
    """Raised when a body has an unexpected compression."""


class TookTooLong(OSError):
    """Raised when the answer's time is up."""


@dataclass(frozen=True)
class Received:
    """A received answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(eq=False)
class _Watched:
    seconds: Callable[[], float]
    end: float = math.inf
    connection: Any = None
    expired: bool = False


class _Watchdog:
    """Shut down the sockets of all exchanges whose time is up."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watched: set[_Watched] = set()
        self._wakes = 0.0
        self._thread: threading.Thread | None = None

    def watch(self, one: _Watched, connection: Any) -> None:
        with self._changed:
            one.connection, one.end = connection, time.monotonic() + one.seconds()
            self._watched.add(one)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
            elif one.end < self._wakes:
                self._changed.notify()

    def forget(self, one: _Watched) -> None:
        with self._changed:
            self._watched.discard(one)

    def _run(self) -> None:
        with self._changed:
            while True:
                for one in [one for one in self._watched if one.end <= time.monotonic()]:
                    one.expired = True
                    self._watched.discard(one)
                    with suppress(Exception):
                        # Not the TLS socket's own method, which would remove the TLS state that the reading thread uses.
                        socket.socket.shutdown(one.connection, socket.SHUT_RDWR)
                self._wakes = min((one.end for one in self._watched), default=math.inf)
                self._changed.wait(min(self._wakes - time.monotonic(), threading.TIMEOUT_MAX))


_watchdog = _Watchdog()
_current = threading.local()


def exchange(ask: Callable[[], requests.Response], most: int, seconds: Callable[[], float]) -> Received:
    """Send a request and read the answer.

    Args:
        ask: sends the request through a `BoundedSession`, and returns the answer with its body unread.
        most: how long the body may be, in bytes.
        seconds: how long the whole answer may take, once there is a connection.

    Raises:
        TookTooLong: if the time is up.
        TooLong: if the body is longer than `most`.
        StrangelyCoded: if the body's compression is neither gzip nor deflate, or is broken.
        Exception: the exceptions of requests.
    """
    one = _current.exchange = _Watched(seconds)
    outcome: Received | Exception
    try:
        with ask() as response:
            outcome = Received(response.status_code, response.headers, _body(response, most))
    except Exception as error:
        outcome = error
    finally:
        _watchdog.forget(one)
    if one.expired:  # even if the body seems complete, as one does that the end of the connection ends
        raise TookTooLong
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def connected(addresses: Sequence[tuple[str, int]], ends: float, **options: Any) -> socket.socket:
    """Connect to the first of several addresses that accepts. Each address gets its share of the time that is left.

    Args:
        addresses: the addresses of one host, in the order to try them.
        ends: when the time is up, on the monotonic clock.
        options: the options of `create_connection`.

    Raises:
        OSError: the last address's error.
    """
    failure = OSError("the host has no address")
    for left in range(len(addresses), 0, -1):
        share = (ends - time.monotonic()) / left
        try:
            return create_connection(addresses[-left], max(share, 0.001), **options)
        except OSError as error:
            failure = error
    raise failure


class _Answer(http.client.HTTPResponse):
    def begin(self) -> None:
        super().begin()
        # urllib3 would continue, and log a traceback with the received data and the whole address.
        left = None if self.msg.is_multipart() else self.msg.get_payload()
        if left or any(not isinstance(defect, _OF_MULTIPARTS) for defect in self.msg.defects):
            raise http.client.HTTPException("broken headers")
        if self.chunked:
            # The chunks determine the length [RFC 9112, 6.3]. urllib3 would warn about this header.
            del self.msg["Content-Length"]


class _Connection(HTTPConnection):
    response_class = _Answer
    _ends = math.inf

    def connect(self) -> None:
        seconds, connect = self.timeout, super().connect
        self._ends = time.monotonic() + (seconds or 0.0)
        lock, done, failures, given_up = threading.Lock(), threading.Event(), list[BaseException](), False

        def run() -> None:
            try:
                connect()
            except BaseException as error:
                failures.append(error)
            with lock:
                if given_up:
                    self.close()
            done.set()

        self.timeout = (seconds or 0.0) + 1.0  # for the thread, which may be abandoned
        threading.Thread(target=run, daemon=True).start()
        if not done.wait(seconds):
            with lock:
                given_up = not done.is_set()
        # urllib3 would report a timed-out handshake as a missing answer.
        if given_up or (failures and isinstance(failures[0], TimeoutError)):
            raise ConnectTimeoutError(self, "timed out")
        self.timeout = seconds
        if failures:
            raise failures[0]
        _watchdog.watch(_current.exchange, self.sock)

    def _new_conn(self) -> socket.socket:
        """Connect to the host's first address that accepts. urllib3 would give each address all of the time."""
        options: dict[str, Any] = {
            "source_address": self.source_address,
            "socket_options": self.socket_options,
        }
        try:
            host = self._dns_host.strip("[]")
            found = socket.getaddrinfo(host, self.port, allowed_gai_family(), socket.SOCK_STREAM)
            sock = connected([(str(to[0]), int(to[1])) for *_, to in found], self._ends, **options)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "timed out") from error
        except OSError as error:
            raise NewConnectionError(self, f"no connection: {error}") from error
        sys.audit("http.client.connect", self, self.host, self.port)
        return sock

    def putrequest(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:
            _watchdog.watch(_current.exchange, self.sock)
        super().putrequest(*args, **kwargs)


class _SecureConnection(_Connection, HTTPSConnection):
    pass


class _Adapter(HTTPAdapter):
    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        if pool.ConnectionCls is HTTPConnection:
            pool.ConnectionCls = _Connection
        elif pool.ConnectionCls is HTTPSConnection:
            pool.ConnectionCls = _SecureConnection
        return pool


class BoundedSession(requests.Session):
    """A requests session with limits on its exchanges. It does not follow redirects, and does not read their targets.

    It reads the environment's settings for a host, such as the proxy and the authorities, only once.
    """

    def __init__(self) -> None:
        super().__init__()
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter())
        self._settings: dict[tuple[str, str], Any] = {}

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        """The environment's settings for an address. requests would read them for each request, which takes as long as the rest."""
        parts = urlsplit(url)
        host = (parts.scheme, parts.netloc)
        if host not in self._settings:
            self._settings[host] = super().merge_environment_settings(url, proxies, stream, verify, cert)
        return self._settings[host]

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return None. Otherwise a target that is not an address would raise an error before the answer is read."""


def _body(response: requests.Response, most: int) -> bytes:
    """Read a body, and decompress it if the server compressed it although the client did not ask for that."""
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise StrangelyCoded
    # One byte of a gzip bomb becomes a thousand bytes, and requests would decompress a piece as a whole.
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32) if coding not in ("", "identity") else None
    body = bytearray()
    while piece := response.raw.read(_PIECE, decode_content=False):
        try:
            body += unpacking.decompress(piece, most + 1 - len(body)) if unpacking else piece
        except zlib.error:
            raise StrangelyCoded from None
        if len(body) > most:
            raise TooLong
    if unpacking is not None and not unpacking.eof:
        raise StrangelyCoded
    return bytes(body)
