"""A server on bare sockets, which can break every rule of HTTP. It keeps everything that it receives, including credentials."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

Behaviour = Callable[["Exchange"], None]
"""The function that handles one request; the connection is closed afterwards unless it sets `keep`."""


class Exchange:
    """One request, and the connection to answer it on.

    Args:
        server: the server that received it.
        connection: the connection for the answer.
        request: the headers and the body, unchanged.
    """

    def __init__(self, server: HostileServer, connection: socket.socket, request: bytes) -> None:
        self._server = server
        self.connection = connection
        self.request = request
        self.keep = False

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.request.split(b" ", 1)[0].decode("latin-1")

    @property
    def path(self) -> str:
        """The path with its query."""
        return self.request.split(b" ", 2)[1].decode("latin-1")

    def send(self, data: bytes) -> None:
        """Send bytes unchanged."""
        self.connection.sendall(data)

    def endlessly(self, data: bytes, most: int = 1 << 30) -> None:
        """Send the same bytes until the other side closes the connection, or `most` bytes (by default, 1 GiB) are sent."""
        piece = data * max(1, 65536 // len(data))
        for _ in range(most // len(piece)):
            self.send(piece)

    def drip(self, data: bytes, every: float = 0.02) -> None:
        """Send a byte from time to time, forever."""
        while not self._server.stopped.is_set():
            for number in range(len(data)):
                self.send(data[number : number + 1])
                if self._server.stopped.wait(every):
                    return


class HostileServer:
    """A server that listens on loopback and has the given behaviour.

    Args:
        behaviour: the function that handles each request.
    """

    def __init__(self, behaviour: Behaviour | None = None) -> None:
        self.behaviour = behaviour or (lambda _exchange: None)
        self.received: list[bytes] = []
        self.stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> HostileServer:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def everything(self) -> bytes:
        """Everything that it received."""
        with self._lock:
            return b"\n".join(self.received)

    def forget(self) -> None:
        """Forget what it received."""
        with self._lock:
            self.received.clear()

    def stop(self) -> None:
        """Close everything."""
        self.stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            left = list(self._connections)
        for connection in left:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _listen(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            keep = True
            while keep:
                request = _read(connection)
                if not request:
                    break
                with self._lock:
                    self.received.append(request)
                exchange = Exchange(self, connection, request)
                self.behaviour(exchange)
                keep = exchange.keep
        with self._lock:
            self._connections.discard(connection)


def _read(connection: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        piece = connection.recv(65536)
        if not piece:
            return request
        request += piece
    head, _, body = request.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        piece = connection.recv(65536)
        if not piece:
            break
        body += piece
    return head + b"\r\n\r\n" + body


def answering(body: bytes, status: int = 200, content_type: str = "application/json") -> Behaviour:
    """A behaviour that sends a well-formed answer with that body."""
    head = (
        f"HTTP/1.1 {status} Whatever\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )

    def answer(exchange: Exchange) -> None:
        exchange.keep = True
        exchange.send(head.encode("ascii") + body)

    return answer
