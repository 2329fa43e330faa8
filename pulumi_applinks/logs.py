"""Where the lines of each request and each step go: to the engine, which shows them with `--debug`; with APPLINKS_LOG=debug always.

No line holds a header, a body, or the value of a parameter.
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
"""Above one logger for each room: `.rest` for requests, `.lifecycle` for steps."""

VARIABLE = "APPLINKS_LOG"
_PATIENCE = 2.0
"""How long the engine may take for one line, in seconds."""
_ADDRESS = re.compile(r"[\w.\[\]:-]+:\d+")


class EngineLog:
    """The engine's log, whose address the plugin's process is started with. The SDK does not pass it to providers.

    Args:
        address: where it takes lines; without one there is no engine, and nothing is sent.
    """

    def __init__(self, address: str | None) -> None:
        self._stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address)) if address else None

    def debug(self, line: str) -> None:
        """A line that is shown when the engine was started with `--debug`."""
        self._send(engine_pb2.DEBUG, line)

    def info(self, line: str) -> None:
        """A line that is shown."""
        self._send(engine_pb2.INFO, line)

    def status(self, line: str) -> None:
        """A line that is shown while an operation runs, and not kept."""
        self._send(engine_pb2.INFO, line, ephemeral=True)

    def say(self, severity: str, line: str, urn: str) -> None:
        """A line that is shown under a resource.

        Args:
            severity: `warning` or `info`.
            line: the message.
            urn: the resource's.
        """
        self._send(engine_pb2.INFO if severity == "info" else engine_pb2.WARNING, line, urn=urn)

    def _send(self, severity: Any, line: str, *, ephemeral: bool = False, urn: str = "") -> None:
        if self._stub is not None:
            request = engine_pb2.LogRequest(severity=severity, message=line, ephemeral=ephemeral, urn=urn)
            with suppress(grpc.RpcError):  # an engine that does not take it stops nothing
                self._stub.Log(request, timeout=_PATIENCE)


class ToEngine(logging.Handler):
    """Sends each line to the engine, which shows nothing of what a plugin writes to standard error.

    Args:
        send: takes a line.
    """

    def __init__(self, send: Callable[[str], None]) -> None:
        super().__init__(logging.DEBUG)
        self._send = send
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Send a line."""
        self._send(self.format(record))


def of_this_process() -> EngineLog:
    """The engine that has started this process as that of a dynamic provider, if one has."""
    last = sys.argv[-1]
    return EngineLog(last if len(sys.argv) == 2 and _ADDRESS.fullmatch(last) else None)


def begin(engine: EngineLog) -> EngineLog:
    """Let the lines go where they are wanted, from now on in this process.

    Args:
        engine: its log.
    """
    for handler in list(ROOM.handlers):
        ROOM.removeHandler(handler)
    ROOM.setLevel(logging.DEBUG)
    ROOM.addHandler(
        ToEngine(engine.info if os.environ.get(VARIABLE, "").lower() == "debug" else engine.debug)
    )
    return engine
