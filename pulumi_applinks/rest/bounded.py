"""Connections whose time and size are bounded, whatever the other side does.

The time-outs of requests hold for each look at the socket: a server that sends a byte now and then is waited for without end, and so
is a name service. Here the connect time-out bounds the look-up of the name and the tries of all its addresses together, and the read
time-out bounds an answer as a whole: headers, interim answers, chunk sizes and body.
"""

from __future__ import annotations

import http.client
import io
import queue
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from email.errors import MultipartInvariantViolationDefect, StartBoundaryNotFoundDefect
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError

LARGEST_ANSWER = 8 * 2**20
"""What is received of one answer, in bytes: its body with headers and the sizes of chunks."""

_PIECE = 65536
_OF_MULTIPARTS = (StartBoundaryNotFoundDefect, MultipartInvariantViolationDefect)


class TooLong(OSError):
    """Raised when an answer is longer than any that was expected."""


class StrangelyCoded(ValueError):
    """Raised when a body is compressed in a way that was not asked for."""


class _Bounded(io.RawIOBase):
    """What comes in on a socket, until the time or the size of one answer is used up."""

    def __init__(self, raw: io.RawIOBase, connection: Any) -> None:
        self._raw = raw
        self._connection = connection
        seconds = connection.gettimeout()
        self._end = None if seconds is None else time.monotonic() + seconds
        self._left = LARGEST_ANSWER

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._end is not None:
            remaining = self._end - time.monotonic()
            if remaining <= 0:
                raise TimeoutError("timed out")
            self._connection.settimeout(remaining)
        count = self._raw.readinto(buffer)
        self._left -= count or 0
        if self._left < 0:
            raise TooLong
        return count

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    """An answer that is read through `_Bounded`: the time-out that the socket has now is that of the whole."""

    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        raw = self.fp.detach()
        # Shared with the socket as before: it stays open until both are closed.
        self.fp = io.BufferedReader(_Bounded(raw, sock))

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

    def _new_conn(self) -> socket.socket:
        seconds = self.timeout
        if not isinstance(seconds, (int, float)):
            return super()._new_conn()
        end = time.monotonic() + seconds
        name = self._dns_host
        failure: Exception | None = None
        try:
            for address in self._addresses(name, seconds):
                remaining = end - time.monotonic()
                if remaining <= 0:
                    break
                self._dns_host, self.timeout = address, remaining
                try:
                    made = super()._new_conn()
                except urllib3.exceptions.HTTPError as error:
                    failure = error
                    continue
                # A TLS handshake follows.
                made.settimeout(max(0.001, end - time.monotonic()))
                return made
        finally:
            self._dns_host, self.timeout = name, seconds
        raise failure or ConnectTimeoutError(self, f"Connection to {name} timed out.")

    def _addresses(self, name: str, seconds: float) -> list[str]:
        """All addresses of a host. The system's look-up can't be interrupted, so it is left alone when it takes too long."""
        found: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

        def look_up() -> None:
            try:
                known = socket.getaddrinfo(name.strip("[]"), self.port, socket.AF_UNSPEC, socket.SOCK_STREAM)
                found.put(list(dict.fromkeys(str(one[4][0]) for one in known)))
            except Exception as error:
                found.put(error)

        threading.Thread(target=look_up, daemon=True).start()
        try:
            answer = found.get(timeout=seconds)
        except queue.Empty:
            raise ConnectTimeoutError(self, f"Looking up {name} timed out.") from None
        if isinstance(answer, socket.gaierror):
            raise NameResolutionError(name, self, answer) from answer
        if isinstance(answer, Exception):
            raise answer
        return answer


class _SecureConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS = {"http": _Pool, "https": _SecurePool}


class _Adapter(HTTPAdapter):
    """Sends over such connections, through a proxy too."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        # A proxy of SOCKS has pools of its own.
        if manager.pool_classes_by_scheme["http"] is HTTPConnectionPool:
            manager.pool_classes_by_scheme = _POOLS
        return manager


def bound(session: requests.Session) -> requests.Session:
    """Let a session send over bounded connections.

    Args:
        session: of requests; one that is bounded already stays as it is.
    """
    if not isinstance(session.get_adapter("https://"), _Adapter):
        for scheme in ("http://", "https://"):
            session.mount(scheme, _Adapter())
    return session


def pieces(response: requests.Response, most: int) -> Iterator[bytes]:
    """A body in pieces, unpacked where it comes compressed although nobody asked for that.

    Args:
        response: what was received so far.
        most: how much is unpacked, in bytes; a little more at most comes out.

    Raises:
        StrangelyCoded: if it is compressed in another way than gzip or deflate, or badly.
        TooLong: if it is longer than any that was expected.
    """
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    raw = response.raw.stream(_PIECE, decode_content=False)
    if coding in ("", "identity"):
        yield from raw
        return
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise StrangelyCoded
    # One byte of a gzip bomb stands for a thousand; requests would unpack a piece as a whole.
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32)
    done = 0
    for packed in raw:
        try:
            piece = unpacking.decompress(packed, most + 1 - done)
        except zlib.error:
            raise StrangelyCoded from None
        done += len(piece)
        yield piece
        if done > most:
            return
    if not unpacking.eof:
        raise StrangelyCoded
