"""The services that the program calls: ResourceMonitor and Engine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, resource_pb2, resource_pb2_grpc

from pulumi_applinks.lab.engine.display import Display
from pulumi_applinks.lab.engine.errors import EngineError, UnsupportedError
from pulumi_applinks.lab.engine.plugin import CHANNEL
from pulumi_applinks.lab.engine.values import from_struct, plain, to_struct

if TYPE_CHECKING:
    from pulumi_applinks.lab.engine.operation import Operation

_FEATURES = (
    "secrets deletedWith replaceWith transforms invokeTransforms resourceHooks errorHooks parameterization"
)
"""The features that programs are offered. If a program uses one other than secrets, the engine refuses it with its own message."""
_REFUSED: dict[str, Callable[[Any], str]] = {
    "Invoke": lambda request: f"the function {request.tok}",
    "Call": lambda request: f"the method {request.tok}",
    "ReadResource": lambda request: f"looking up {request.type} '{request.name}'",
    "RegisterStackTransform": lambda _: "a resource transform",
    "RegisterStackInvokeTransform": lambda _: "an invoke transform",
    "RegisterResourceHook": lambda request: f"the resource hook '{request.name}'",
    "RegisterErrorHook": lambda request: f"the error hook '{request.name}'",
    "RegisterPackage": lambda request: f"the package '{request.name}', which needs a provider plugin,",
}
"""The calls that only the CLI supports, by their names in the protocol, each with its description for a sentence."""
_THREADS = 256
"""How many registrations may run at once. They wait most of the time."""


class FailedError(Exception):
    """A step failed, or was not started because another step failed. The failure was already shown."""


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Serves the registrations of one run of the program.

    Args:
        operation: carries out the registrations.
    """

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self.ended = threading.Event()
        for name, what in _REFUSED.items():
            setattr(self, name, self._refusing(what))

    def _refusing(self, what: Callable[[Any], str]) -> Callable[[Any, Any], NoReturn]:
        def refuse(request: Any, context: Any) -> NoReturn:
            with self._guarded(context):
                raise UnsupportedError(what(request))
            raise AssertionError("unreachable")

        return refuse

    @contextmanager
    def _guarded(self, context: Any) -> Iterator[None]:
        """If a call fails, keep it open until the program has ended, so that the failure is not shown twice."""
        try:
            yield
        except (FailedError, EngineError) as problem:
            if isinstance(problem, EngineError):
                self._operation.refuse(problem)
            self.ended.wait()
            context.abort(grpc.StatusCode.CANCELLED, "the deployment failed")

    def SupportsFeature(self, request: Any, context: Any) -> Any:
        """Report whether the program may use a feature."""
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in _FEATURES.split())

    def GetDeploymentInfo(self, request: Any, context: Any) -> NoReturn:
        """Refuse to report all features at once. Newer SDKs then ask for each feature."""
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "ask for each feature")
        raise AssertionError("unreachable")

    def RegisterResource(self, request: Any, context: Any) -> Any:
        """Register a resource of the program."""
        with self._guarded(context):
            resource = self._operation.register(request)
        outputs = resource.outputs if request.acceptSecrets else plain(resource.outputs)
        return resource_pb2.RegisterResourceResponse(
            urn=resource.urn, id=resource.id, object=to_struct(outputs)
        )

    def RegisterResourceOutputs(self, request: Any, context: Any) -> Any:
        """Register the outputs of a component or of the stack."""
        with self._guarded(context):
            self._operation.register_outputs(request.urn, from_struct(request.outputs))
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, request: Any, context: Any) -> Any:
        """Confirm that the program has nothing more to register."""
        return empty_pb2.Empty()


class EngineService(engine_pb2_grpc.EngineServicer):
    """Serves the log of the program and its providers.

    Args:
        display: shows the messages to the user.
    """

    def __init__(self, display: Display) -> None:
        self._display = display

    def Log(self, request: Any, context: Any) -> Any:
        """Show a message of the log."""
        severity = engine_pb2.LogSeverity.Name(request.severity).lower()
        self._display.log(severity, request.message, request.urn, ephemeral=request.ephemeral)
        return empty_pb2.Empty()

    def RequirePulumiVersion(self, request: Any, context: Any) -> Any:
        """Accept any CLI version that the program requires, because this is not the CLI."""
        return engine_pb2.RequirePulumiVersionResponse()


@contextmanager
def served(service: Monitor | EngineService) -> Iterator[str]:
    """Serve on a free port of the loopback interface, and yield the address."""
    with ThreadPoolExecutor(_THREADS) as pool:
        server = grpc.server(pool, options=CHANNEL)
        if isinstance(service, Monitor):
            resource_pb2_grpc.add_ResourceMonitorServicer_to_server(service, server)
        else:
            engine_pb2_grpc.add_EngineServicer_to_server(service, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            yield f"127.0.0.1:{port}"
        finally:
            if isinstance(service, Monitor):
                service.ended.set()
            server.stop(0).wait()
