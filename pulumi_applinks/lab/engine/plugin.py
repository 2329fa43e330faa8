"""The engine's child processes, and the calls to the process that serves dynamic resources."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from queue import Queue
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from pulumi_applinks.lab.engine.errors import EngineError
from pulumi_applinks.lab.engine.state import Resource
from pulumi_applinks.lab.engine.values import (
    Properties,
    from_struct,
    mark_names,
    mark_secrets,
    plain,
    to_struct,
)

CHANNEL = [("grpc.max_receive_message_length", 400 * 1024 * 1024)]
PLUGIN = "pulumi.dynamic"
"""The module of the SDK that serves dynamic resources."""
_PATIENCE = 5.0
"""Seconds between asking a child process to end and killing it."""


class Child:
    """A Python process that ends when this process ends, and whose output is forwarded line by line.

    Args:
        arguments: the program or the module to run, and its arguments.
        cwd: the folder to run it in.
        env: its environment.
        said: called from another thread with its name and each line that it prints.
    """

    def __init__(
        self, arguments: Sequence[str], cwd: Path, env: Mapping[str, str], said: Callable[[str, str], None]
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-u", str(Path(__file__).with_name("child.py")), *arguments],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl-C only reaches the engine, so that running steps can finish
        )
        self.poll = self._process.poll
        self.muted = False
        self._ports: Queue[str] = Queue()
        self._reader = threading.Thread(target=self._read, args=(arguments[0], said), daemon=True)
        self._reader.start()

    def _read(self, name: str, said: Callable[[str, str], None]) -> None:
        for line in self._process.stdout or ():
            if name == PLUGIN and self._ports.empty() and line.strip().isdigit():
                self._ports.put(line.strip())
            elif not self.muted:
                said(name, line)
        self._ports.put("")

    def port(self) -> str:
        """Wait for the port that the plugin prints when it serves, and return it; empty if the process ended without printing a port."""
        return self._ports.get()

    def stop(self) -> int:
        """End the process if it still runs, forward all its output, and return its exit code."""
        if self.poll() is None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_PATIENCE)
            self._process.kill()
        self._reader.join(_PATIENCE)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        return self._process.wait()


class ProviderError(Exception):
    """A call failed. The message is the answer of the process, which is usually a whole traceback."""


class DynamicProvider:
    """The process that serves all dynamic resources of one operation. The first call starts it.

    Args:
        start: starts the process.
    """

    def __init__(self, start: Callable[[], Child]) -> None:
        self._start = start
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._stub: Any = None
        self._channel: Any = None
        self._config: Properties = {}

    def configure(self, config: Properties) -> None:
        """Set the configuration, which is sent before the first call. If the process already has another configuration, it is ended."""
        if config != self._config:
            self.stop()
        self._config = config

    def _ready(self) -> Any:
        with self._lock:
            if self._stub is None:
                self._child = self._start()
                port = self._child.port()
                if not port:
                    raise EngineError("the dynamic provider's process did not start; its own lines say why")
                self._channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=CHANNEL)
                self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
                config = to_struct(plain(self._config))
                self._stub.Configure(provider_pb2.ConfigureRequest(args=config), wait_for_ready=True)
        return self._stub

    def _call(self, method: str, **fields: Any) -> Any:
        """Call the provider. It does not support secrets, so they are sent as plain values."""
        sent = {
            key: to_struct(plain(value)) if isinstance(value, dict) else value
            for key, value in fields.items()
        }
        try:
            return getattr(self._ready(), method)(getattr(provider_pb2, f"{method}Request")(**sent))
        except grpc.RpcError as problem:
            ended = problem.code() == grpc.StatusCode.UNAVAILABLE  # the process has ended
            raise ProviderError("error reading from server: EOF" if ended else problem.details()) from None

    # Each of these raises a ProviderError if the provider raises an exception.

    def check(self, urn: str, olds: Properties, news: Properties) -> tuple[Properties, list[tuple[str, str]]]:
        """Validate inputs. Return the inputs to use, and the failures as pairs of property and reason."""
        answer = self._call("Check", urn=urn, olds=olds, news=news)
        failures = [(one.property, one.reason) for one in answer.failures]
        return mark_secrets(from_struct(answer.inputs), news), failures

    def diff(self, old: Resource, news: Properties) -> tuple[bool | None, list[str], bool]:
        """Compare a resource's last outputs with new inputs.

        Returns:
            Whether there is anything to do, or None if the engine must decide itself; the properties that make a replacement necessary; and
            whether the replacement deletes the old resource first.
        """
        fields = {"olds": old.outputs, "old_inputs": old.inputs, "news": news}
        answer = self._call("Diff", id=old.id, urn=old.urn, **fields)
        changes = {answer.DIFF_SOME: True, answer.DIFF_NONE: False}.get(answer.changes)
        return changes, list(answer.replaces), answer.deleteBeforeReplace

    def create(self, new: Resource) -> tuple[str, Properties]:
        """Create a resource, and return its id and outputs."""
        answer = self._call("Create", urn=new.urn, properties=new.inputs)
        if not answer.id:
            raise ProviderError(f"plugin returned empty resource.ID from create '{new.urn}'")
        return answer.id, _outputs(answer, new)

    def update(self, old: Resource, new: Resource) -> Properties:
        """Update a resource, and return its outputs."""
        fields = {"olds": old.outputs, "old_inputs": old.inputs, "news": new.inputs}
        return _outputs(self._call("Update", id=old.id, urn=new.urn, **fields), new)

    def delete(self, old: Resource) -> None:
        """Delete a resource."""
        self._call("Delete", id=old.id, urn=old.urn, properties=old.outputs, old_inputs=old.inputs)

    def read(self, old: Resource) -> tuple[Properties, Properties] | None:
        """Read the current resource, and return its inputs and outputs, or None if it no longer exists."""
        answer = self._call("Read", id=old.id, urn=old.urn, properties=old.outputs, inputs=old.inputs)
        if not answer.id:
            return None
        inputs = old.inputs
        if answer.HasField("inputs"):
            inputs = mark_secrets(from_struct(answer.inputs), old.inputs)
        return inputs, mark_secrets(_outputs(answer, old), old.outputs)

    def stop(self) -> None:
        """End the process."""
        if self._channel is not None:
            self._channel.close()
        if self._child is not None:
            self._child.stop()
        self._child = self._stub = self._channel = None


def _outputs(answer: Any, new: Resource) -> Properties:
    outputs = mark_secrets(from_struct(answer.properties), new.inputs)
    return mark_names(outputs, new.additionalSecretOutputs)
