"""One request and its answer, bounded in time and size whatever the other side does.

The time-outs of requests hold for each look at the socket: a server that sends a byte now and then is waited for without end, and a name
service can't be interrupted at all. So each exchange has a thread of its own. When the time is up its socket is shut down, and it is left
alone: what it has not sent by then it never sends.
"""

from __future__ import annotations

import contextvars
import http.client
import socket
import threading
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.errors import MultipartInvariantViolationDefect, StartBoundaryNotFoundDefect
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from pulumi_applinks.rest.deadline import Deadline

_PIECE = 65536
_OF_MULTIPARTS = (StartBoundaryNotFoundDefect, MultipartInvariantViolationDefect)


class TooLong(OSError):
    """Raised when an answer is longer than any that was expected."""


class StrangelyCoded(ValueError):
    """Raised when a body is compressed in a way that was not asked for."""


class TookTooLong(OSError):
    """Raised when the time of an exchange was up.

    Args:
        connecting: whether there was no connection yet.
    """

    def __init__(self, *, connecting: bool) -> None:
        super().__init__()
        self.connecting = connecting


@dataclass(frozen=True)
class Received:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Exchange(threading.Thread):
    def __init__(self, ask: Callable[[], Received]) -> None:
        super().__init__(daemon=True)
        # A thread of its own knows nothing of what is set around the call.
        context = contextvars.copy_context()
        self._ask: Callable[[], Received] = lambda: context.run(ask)
        self._lock = threading.Lock()
        self._socket: Any = None
        self._given_up = False
        self.connected = threading.Event()
        self.done = threading.Event()
        self.outcome: Received | BaseException

    def run(self) -> None:
        try:
            self.outcome = self._ask()
        except BaseException as error:
            self.outcome = error
        self.connected.set()
        self.done.set()

    def uses(self, connection: Any) -> None:
        with self._lock:
            if self._given_up:
                raise TimeoutError
            self._socket = connection
        self.connected.set()

    def give_up(self) -> None:
        with self._lock:
            self._given_up = True
            with suppress(Exception):
                # Not the method of a TLS socket, which would take the keys from the thread that reads.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def exchange(
    ask: Callable[[], requests.Response], most: int, connect: float, answer: float, deadline: Deadline
) -> Received:
    """Send a request and read the answer.

    Args:
        ask: sends it through a `Session`, and gives the answer with its body unread.
        most: how long the body may be, in bytes.
        connect: how long a connection may take, in seconds.
        answer: how long the answer may take as a whole, in seconds.
        deadline: bounds both.

    Raises:
        TookTooLong: if the time is up.
        TooLong: if the body is longer.
        StrangelyCoded: if the body is compressed in another way than gzip or deflate, or badly.
        Exception: those of requests.
    """

    def whole() -> Received:
        with ask() as response:
            return Received(response.status_code, response.headers, _body(response, most))

    one = _Exchange(whole)
    one.start()
    try:
        if not one.connected.wait(min(connect, deadline.remaining())):
            raise TookTooLong(connecting=True)
        if not one.done.wait(min(answer, deadline.remaining())):
            raise TookTooLong(connecting=False)
    except BaseException:
        one.give_up()
        raise
    if isinstance(one.outcome, BaseException):
        raise one.outcome
    return one.outcome


class _Answer(http.client.HTTPResponse):
    def begin(self) -> None:
        super().begin()
        # urllib3 would go on, and log a traceback with what came and the whole address.
        left = None if self.msg.is_multipart() else self.msg.get_payload()
        if left or any(not isinstance(defect, _OF_MULTIPARTS) for defect in self.msg.defects):
            raise http.client.HTTPException("broken headers")
        if self.chunked:
            # The chunks decide [RFC 9112, 6.3]; urllib3 would warn.
            del self.msg["Content-Length"]


class _Connection(HTTPConnection):
    response_class = _Answer

    def connect(self) -> None:
        super().connect()
        self._use()

    def putrequest(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:
            self._use()
        super().putrequest(*args, **kwargs)

    def _use(self) -> None:
        thread = threading.current_thread()
        if isinstance(thread, _Exchange):
            thread.uses(self.sock)


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


class Session(requests.Session):
    """A session of requests whose exchanges can be given up. It follows no redirect, nor does it look where one leads."""

    def __init__(self) -> None:
        super().__init__()
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter())

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: a target that is no address would be an error before the answer is read."""


def _body(response: requests.Response, most: int) -> bytes:
    """A body, unpacked where it comes compressed although nobody asked for that."""
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise StrangelyCoded
    # One byte of a gzip bomb stands for a thousand; requests would unpack a piece as a whole.
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
