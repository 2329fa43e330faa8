"""Serves an application on loopback, and lets it move while it runs."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Dropped(ConnectionError):
    """Raised by an application to break the connection off without an answer."""


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """The journal is the log."""

    def connection_dropped(self, error: BaseException, _environ: Any = None) -> None:
        """Break the connection off at once."""
        self.close_connection = True
        with contextlib.suppress(OSError):  # the other side was faster
            self.connection.shutdown(socket.SHUT_RDWR)


class Server:
    """One address on loopback.

    Args:
        app: what is served.
        port: any free one when it is 0.
        context: for https.
    """

    def __init__(self, app: WsgiApp, *, port: int = 0, context: ssl.SSLContext | None = None) -> None:
        self._app = app
        self._context = context
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self.port = port

    @property
    def scheme(self) -> str:
        """Of its address."""
        return "https" if self._context else "http"

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        """Whether it serves."""
        return self._server is not None

    def start(self) -> None:
        """Serve, from now on."""
        if self._server is not None:
            return
        server = make_server(
            "127.0.0.1",
            self.port,
            self._app,
            threaded=True,
            request_handler=_Handler,
            ssl_context=self._context,
        )
        self.port = server.server_port
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop: from now on the address refuses connections."""
        server, self._server = self._server, None
        if server is None:
            return
        server.shutdown()
        server.server_close()
        if self._thread is not None:
            self._thread.join()
