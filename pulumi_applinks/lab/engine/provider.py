"""The dynamic provider's process, and the calls on it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from pulumi_applinks.lab.engine.errors import EngineError
from pulumi_applinks.lab.engine.processes import Child
from pulumi_applinks.lab.engine.resources import Resource
from pulumi_applinks.lab.engine.values import (
    PROVIDER_KEY,
    Properties,
    from_struct,
    in_go,
    mark_names,
    mark_secrets,
    to_struct,
)

CHANNEL = [("grpc.max_receive_message_length", 400 * 1024 * 1024)]


class ProviderError(Exception):
    """A call failed; the message is what the process answered, mostly a whole traceback."""


@dataclass
class Diff:
    """What a provider says about a change.

    Attributes:
        changes: whether anything is to be done; None leaves it to the engine.
        replaces: the properties that make a replacement necessary.
        delete_before_replace: whether a replacement deletes first.
    """

    changes: bool | None
    replaces: list[str] = field(default_factory=list)
    delete_before_replace: bool = False


class DynamicProvider:
    """The process that serves all dynamic resources of one operation; started now, configured at the first call.

    Args:
        cwd: the program's directory, from where the provider's module is imported.
        env: the environment.
        engine: the address of the engine's log, which a provider may use.
        said: called with the name of a stream and each line that it prints.
    """

    def __init__(
        self, cwd: Path, env: Mapping[str, str], engine: str, said: Callable[[str, str], None]
    ) -> None:
        self._child = Child(["pulumi.dynamic", engine], cwd=cwd, env=env, said=said)
        self._lock = threading.Lock()
        self._stub: Any = None
        self._channel: Any = None
        self._config: dict[str, Any] = {}

    def configure(self, config: Mapping[str, Any]) -> None:
        """Give the configuration that the first call sends ahead."""
        self._config = dict(config)

    def configured_with(self, config: Mapping[str, Any]) -> bool:
        """Whether a first call was made with this configuration, or none was made."""
        return self._stub is None or self._config == dict(config)

    def _ready(self) -> Any:
        with self._lock:
            if self._stub is None:
                port = self._child.first_line()
                if not port.isdigit():
                    self._child.stop()
                    raise EngineError("the dynamic provider's process did not start; its own lines say why")
                self._child.listen()
                self._channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=CHANNEL)
                stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
                request = provider_pb2.ConfigureRequest(
                    args=_sent(self._config), acceptSecrets=True, acceptResources=True
                )
                stub.Configure(request, wait_for_ready=True)
                self._stub = stub
        return self._stub

    @contextmanager
    def _call(self) -> Iterator[Any]:
        try:
            yield self._ready()
        except grpc.RpcError as problem:
            ended = problem.code() == grpc.StatusCode.UNAVAILABLE  # the process is gone
            raise ProviderError("error reading from server: EOF" if ended else problem.details()) from None

    def check(self, urn: str, olds: Properties, news: Properties) -> tuple[Properties, list[tuple[str, str]]]:
        """Validate inputs; the answer is the inputs to use, and the failures as property and reason.

        Raises:
            ProviderError: the provider raised an exception.
        """
        request = provider_pb2.CheckRequest(urn=urn, olds=_sent(olds), news=_sent(news))
        with self._call() as stub:
            answer = stub.Check(request)
        failures = [(one.property, one.reason) for one in answer.failures]
        return mark_secrets(from_struct(answer.inputs), news), failures

    def diff(self, old: Resource, news: Properties) -> Diff:
        """Compare a resource's last outputs with inputs.

        Raises:
            ProviderError: the provider raised an exception.
        """
        request = provider_pb2.DiffRequest(
            id=old.id,
            urn=old.urn,
            olds=_sent(old.outputs),
            old_inputs=_sent(old.inputs),
            news=_sent(news),
        )
        with self._call() as stub:
            answer = stub.Diff(request)
        said = {provider_pb2.DiffResponse.DIFF_SOME: True, provider_pb2.DiffResponse.DIFF_NONE: False}
        return Diff(said.get(answer.changes), list(answer.replaces), answer.deleteBeforeReplace)

    def create(self, new: Resource) -> tuple[str, Properties]:
        """Create; the answer is the id and the outputs.

        Raises:
            ProviderError: the provider raised an exception.
        """
        request = provider_pb2.CreateRequest(urn=new.urn, properties=_sent(new.inputs))
        with self._call() as stub:
            answer = stub.Create(request)
        if not answer.id:
            raise ProviderError(f"plugin returned empty resource.ID from create '{new.urn}'")
        return answer.id, _outputs(answer.properties, new)

    def update(self, old: Resource, new: Resource) -> Properties:
        """Update; the answer is the outputs.

        Raises:
            ProviderError: the provider raised an exception.
        """
        request = provider_pb2.UpdateRequest(
            id=old.id,
            urn=new.urn,
            olds=_sent(old.outputs),
            old_inputs=_sent(old.inputs),
            news=_sent(new.inputs),
        )
        with self._call() as stub:
            answer = stub.Update(request)
        return _outputs(answer.properties, new)

    def delete(self, old: Resource) -> None:
        """Delete.

        Raises:
            ProviderError: the provider raised an exception.
        """
        request = provider_pb2.DeleteRequest(
            id=old.id,
            urn=old.urn,
            properties=_sent(old.outputs),
            old_inputs=_sent(old.inputs),
        )
        with self._call() as stub:
            stub.Delete(request)

    def read(self, old: Resource) -> Resource | None:
        """Read what there is now; None when it is gone.

        Raises:
            ProviderError: the provider raised an exception.
        """
        request = provider_pb2.ReadRequest(
            id=old.id,
            urn=old.urn,
            properties=_sent(old.outputs),
            inputs=_sent(old.inputs),
        )
        with self._call() as stub:
            answer = stub.Read(request)
        if not answer.id:
            return None
        outputs = mark_secrets(from_struct(answer.properties), old.outputs)
        new = old.copy(id=answer.id)
        if answer.HasField("inputs"):
            new.inputs = mark_secrets(from_struct(answer.inputs), old.inputs)
        new.outputs = mark_names(mark_secrets(outputs, new.inputs), old.additionalSecretOutputs)
        return new

    def look_up(self, new: Resource) -> Resource:
        """Read what the program only looks up; the provider gets its inputs in the place of outputs.

        Raises:
            ProviderError: the provider raised an exception.
        """
        found = self.read(new.copy(outputs=new.inputs))
        if found is None:
            return new.copy(outputs={PROVIDER_KEY: new.inputs[PROVIDER_KEY]})
        found.inputs = new.inputs
        return found

    def stop(self) -> None:
        """End the process."""
        if self._channel is not None:
            self._channel.close()
        self._child.stop()


def invalid(resource: Resource, inputs: Properties, name: str, reason: str) -> str:
    """What to tell of a failed check."""
    where = f": property {name} value {in_go(inputs.get(name))}" if name else ""
    return f"{resource.type} resource '{resource.name}'{where} has a problem: {reason}"


def _sent(properties: Mapping[str, Any]) -> Struct:
    return to_struct(properties, secrets=False)  # a provider of this kind takes no secrets


def _outputs(properties: Any, new: Resource) -> Properties:
    outputs = mark_secrets(from_struct(properties), new.inputs)
    return mark_names(outputs, new.additionalSecretOutputs)
