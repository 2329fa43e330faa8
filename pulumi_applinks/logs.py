"""The log of each request and each step. It is sent to the engine, which shows it with `--debug`, or always with APPLINKS_LOG=debug.

No line contains a header, a body, or the value of a parameter.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

ROOM = logging.getLogger("pulumi_applinks")
"""The parent of the loggers of the packages: `.rest` for requests, `.lifecycle` for steps."""

VARIABLE = "APPLINKS_LOG"
_PATIENCE = 2.0
"""How long the engine may take to accept one line, in seconds."""
_ADDRESS = re.compile(r"[\w.\[\]:-]+:\d+")


class EngineLog:
    """The engine's log. The plugin's process gets its address when it starts; the SDK does not pass the address to providers.

    Args:
        address: the address of the log. Without it there is no engine, and nothing is sent.
    """

    def __init__(self, address: str | None) -> None:
        self._stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address)) if address else None

    def debug(self, line: str) -> None:
        """Send a line that the engine shows only if it was started with `--debug`."""
        self._send(engine_pb2.DEBUG, line)

    def info(self, line: str) -> None:
        """Send a line that the engine shows."""
        self._send(engine_pb2.INFO, line)

    def status(self, line: str) -> None:
        """Send a line that the engine shows only while an operation runs."""
        self._send(engine_pb2.INFO, line, ephemeral=True)

    def say(self, severity: str, line: str, urn: str) -> None:
        """Send a line that the engine shows under a resource.

        Args:
            severity: `warning` or `info`.
            line: the message.
            urn: the resource's URN.
        """
        self._send(engine_pb2.INFO if severity == "info" else engine_pb2.WARNING, line, urn=urn)

    def _send(self, severity: Any, line: str, *, ephemeral: bool = False, urn: str = "") -> None:
        if self._stub is not None:
            request = engine_pb2.LogRequest(severity=severity, message=line, ephemeral=ephemeral, urn=urn)
            with suppress(grpc.RpcError):  # an engine that refuses a line must not stop the operation
                self._stub.Log(request, timeout=_PATIENCE)


class ToEngine(logging.Handler):
    """Sends each line to the engine, because the engine does not show what a plugin writes to standard error.

    Args:
        send: sends one line.
    """

    def __init__(self, send: Callable[[str], None]) -> None:
        super().__init__(logging.DEBUG)
        self._send = send
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Send a line."""
        self._send(self.format(record))


def of_this_process() -> EngineLog:
    """Return the log of the engine that started this process for a dynamic provider, if there is one."""
    last = sys.argv[-1]
    return EngineLog(last if len(sys.argv) == 2 and _ADDRESS.fullmatch(last) else None)


def begin(engine: EngineLog) -> EngineLog:
    """Send the lines of this process to an engine's log from now on.

    Args:
        engine: the log.
    """
    for handler in list(ROOM.handlers):
        ROOM.removeHandler(handler)
    ROOM.setLevel(logging.DEBUG)
    ROOM.addHandler(
        ToEngine(engine.info if os.environ.get(VARIABLE, "").lower() == "debug" else engine.debug)
    )
    return engine
