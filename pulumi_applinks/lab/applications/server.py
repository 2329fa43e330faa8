"""Serve an application on loopback; it can move while it runs."""

from __future__ import annotations

import contextlib
import io
import socket
import ssl
import threading
import traceback
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Dropped(ConnectionError):
    """Raised by an application to close the connection without an answer."""


_held: dict[int, socket.socket] = {}
"""For each port of a stopped server, the socket that reserves it until a server of this process starts there or the port is given up."""


class _Connections:
    """The connections of one server, which are kept between requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: set[socket.socket] = set()
        self._closed = False
        self.made = 0

    def opened(self, connection: socket.socket) -> None:
        """Note a new connection."""
        with self._lock:
            self.made += 1
        self.idle(connection)

    def busy(self, connection: socket.socket) -> None:
        """Note that a request on the connection is being answered."""
        with self._lock:
            self._idle.discard(connection)

    def idle(self, connection: socket.socket) -> bool:
        """Note that the connection waits for a request, and return whether it can be kept: it can't if the server stops."""
        with self._lock:
            if not self._closed:
                self._idle.add(connection)
            return not self._closed

    def close(self) -> None:
        """Close the connections that wait for a request; the others close after their answers."""
        with self._lock:
            self._closed = True
            for connection in self._idle:
                _break_off(connection)
            self._idle.clear()


def _break_off(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other side has already closed it
        # Shut down the TCP connection: a TLS shutdown would break the thread that reads from it.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # send head and body together: otherwise the body waits until the head is acknowledged
    disable_nagle_algorithm = True
    connections: _Connections

    def log(self, type: str, message: str, *args: Any) -> None:
        """Log nothing, because the journal is the log."""

    def setup(self) -> None:
        """Set up a new connection."""
        super().setup()
        self.connections.opened(self.connection)

    def finish(self) -> None:
        """End a connection."""
        self.connections.busy(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def run_wsgi(self) -> None:
        """Answer a request, and keep the connection; werkzeug's development server would close it after each answer."""
        self.connections.busy(self.connection)
        environ = self.make_environ()
        if "wsgi.input_terminated" in environ:  # a chunked body: the start of the next request is not known
            self.close_connection = True
        else:
            environ["wsgi.input"] = io.BytesIO(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        status, headers = "500 INTERNAL SERVER ERROR", [("Content-Length", "0")]
        answer: Iterable[bytes] = ()

        def start_response(
            given: str, given_headers: list[tuple[str, str]], *_: Any
        ) -> Callable[[bytes], object]:
            nonlocal status, headers
            status, headers = given, given_headers
            return self.wfile.write

        try:
            answer = self.server.app(environ, start_response)
        except ConnectionError as error:
            self.connection_dropped(error)
            return
        except Exception:
            self.server.log("error", traceback.format_exc())
        try:
            self._send(status, headers, answer)
        except OSError as error:
            self.connection_dropped(error)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        if not self.close_connection and not self.connections.idle(self.connection):
            self.close_connection = True

    def _send(self, status: str, headers: list[tuple[str, str]], answer: Iterable[bytes]) -> None:
        code, _, reason = status.partition(" ")
        known = {name.lower() for name, _ in headers}
        if "content-length" not in known and int(code) != 204:
            self.close_connection = True  # closing the connection marks the end of the answer
        self.send_response_only(int(code), reason)
        if "date" not in known:
            self.send_header("Date", self.date_time_string())
        for name, value in headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        for piece in answer:
            self.wfile.write(piece)
        self.wfile.flush()

    def connection_dropped(self, error: BaseException, _environ: Any = None) -> None:
        """Close the connection at once."""
        self.close_connection = True
        _break_off(self.connection)


class Server:
    """One address on loopback.

    Args:
        app: the WSGI application to serve.
        port: the port; 0 for any free one.
        context: the TLS context; None for http.
    """

    def __init__(self, app: WsgiApp, *, port: int = 0, context: ssl.SSLContext | None = None) -> None:
        self._app = app
        self._context = context
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self._connections = _Connections()
        self.port = port

    @property
    def scheme(self) -> str:
        """The scheme of its address."""
        return "https" if self._context else "http"

    @property
    def origin(self) -> str:
        """The scheme, host and port of its address."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def connections_made(self) -> int:
        """The number of connections since it was started."""
        return self._connections.made

    @property
    def running(self) -> bool:
        """Whether it is running."""
        return self._server is not None

    def start(self) -> None:
        """Start to serve."""
        if self._server is not None:
            return
        self._connections = _Connections()
        self._give_up()
        server = make_server(
            "127.0.0.1",
            self.port,
            self._app,
            threaded=True,
            request_handler=type("_OwnHandler", (_Handler,), {"connections": self._connections}),
            ssl_context=self._context,
        )
        self.port = server.server_port
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop serving, close the kept connections, and let the address refuse new ones.

        The port stays reserved until `start` or `close`: otherwise another process on this machine could get it.
        """
        server, self._server = self._server, None
        if server is None:
            return
        server.shutdown()
        server.server_close()
        self._connections.close()
        if self._thread is not None:
            self._thread.join()  # the thread also closes the server, and might not have done so yet
        self._hold()

    def close(self) -> None:
        """Stop for good, and release the port."""
        self.stop()
        self._give_up()

    def _give_up(self) -> None:
        held = _held.pop(self.port, None)
        if held is not None:
            held.close()

    def _hold(self) -> None:
        held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            # Old connections might still be closing on this port. Nothing listens on it, so new ones are refused.
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind(("127.0.0.1", self.port))
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        except OSError:  # another process has taken the port
            held.close()
        else:
            _held[self.port] = held
