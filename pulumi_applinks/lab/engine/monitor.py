"""What the program talks to: the ResourceMonitor and Engine services."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NoReturn

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, resource_pb2, resource_pb2_grpc

from pulumi_applinks.lab.engine.deployment import FailedError
from pulumi_applinks.lab.engine.display import Display
from pulumi_applinks.lab.engine.errors import EngineError, UnsupportedError
from pulumi_applinks.lab.engine.provider import CHANNEL
from pulumi_applinks.lab.engine.registration import Registrar
from pulumi_applinks.lab.engine.values import from_struct, to_struct

FEATURES = {
    "secrets": "SECRETS",
    "aliasSpecs": "ALIAS_SPECS",
    "deletedWith": "DELETED_WITH",
    "transforms": "TRANSFORMS",
    "invokeTransforms": "INVOKE_TRANSFORMS",
    "parameterization": "PARAMETERIZATION",
    "resourceHooks": "RESOURCE_HOOKS",
    "errorHooks": "ERROR_HOOKS",
}
"""What programs may ask for; transforms and hooks are then refused with a message of our own, not the SDK's."""
_THREADS = 256
"""As many registrations may be under way; they are waiting most of the time."""


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Serves the registrations of one run of the program.

    Args:
        registrar: does what they ask for.
    """

    def __init__(self, registrar: Registrar) -> None:
        self._registrar = registrar
        self.finished = threading.Event()
        self.ended = threading.Event()

    @contextmanager
    def _guarded(self, context: Any) -> Iterator[None]:
        try:
            yield
        except FailedError:
            self._leave(context)
        except EngineError as problem:
            self._registrar.deployment.fail(None, str(problem))
            self._leave(context)

    def _leave(self, context: Any) -> NoReturn:
        """Keep the call open until the program has been ended: a failure that was shown must not be told twice."""
        self.ended.wait()
        context.abort(grpc.StatusCode.CANCELLED, "the deployment failed")
        raise AssertionError("unreachable")

    def SupportsFeature(self, request: Any, context: Any) -> Any:
        """Whether the program may use a feature."""
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in FEATURES)

    def GetDeploymentInfo(self, request: Any, context: Any) -> Any:
        """The same, all at once, and what the program was started with."""
        deployment = self._registrar.deployment
        return resource_pb2.DeploymentInfo(
            project=deployment.project,
            stack=deployment.stack,
            organization="organization",
            dryRun=deployment.dry_run,
            parallel=deployment.parallel,
            supportedFeatures=[
                getattr(resource_pb2, f"RESOURCE_MONITOR_FEATURE_{name}") for name in FEATURES.values()
            ],
        )

    def RegisterResource(self, request: Any, context: Any) -> Any:
        """A resource of the program."""
        with self._guarded(context):
            try:
                resource = self._registrar.register(request)
            except FailedError:
                if not (request.supportsResultReporting and self._registrar.goes_on):
                    raise
                # The SDK leaves what depends on it unknown, and registers it: it is left alone then.
                return resource_pb2.RegisterResourceResponse(
                    urn=self._registrar.urn_of(request), result=resource_pb2.Result.FAIL
                )
            response = resource_pb2.RegisterResourceResponse(
                urn=resource.urn,
                id=resource.id,
                object=to_struct(resource.outputs, secrets=request.acceptSecrets),
            )
            for key, urns in resource.propertyDependencies.items():
                response.propertyDependencies[key].urns.extend(urns)
        return response

    def RegisterResourceOutputs(self, request: Any, context: Any) -> Any:
        """The outputs of a component or of the stack."""
        with self._guarded(context):
            self._registrar.register_outputs(request.urn, from_struct(request.outputs))
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, request: Any, context: Any) -> Any:
        """The program has nothing more to register."""
        self.finished.set()
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:
        """A function of a provider."""
        name = (
            "a StackReference" if request.tok.startswith("pulumi:pulumi:") else f"the function {request.tok}"
        )
        self._refuse(context, name)

    def Call(self, request: Any, context: Any) -> Any:
        """A method of a provider's resource."""
        self._refuse(context, f"the method {request.tok}")

    def ReadResource(self, request: Any, context: Any) -> Any:
        """A resource that is looked up."""
        with self._guarded(context):
            found = self._registrar.look_up(request)
        return resource_pb2.ReadResourceResponse(
            urn=found.urn, properties=to_struct(found.outputs, secrets=request.acceptSecrets)
        )

    def RegisterStackTransform(self, request: Any, context: Any) -> Any:
        """A transform of all resources."""
        self._refuse(context, "a resource transform")

    def RegisterStackInvokeTransform(self, request: Any, context: Any) -> Any:
        """A transform of all invokes."""
        self._refuse(context, "an invoke transform")

    def RegisterResourceHook(self, request: Any, context: Any) -> Any:
        """A hook."""
        self._refuse(context, f"the resource hook '{request.name}'")

    def RegisterErrorHook(self, request: Any, context: Any) -> Any:
        """A hook for errors."""
        self._refuse(context, f"the error hook '{request.name}'")

    def RegisterPackage(self, request: Any, context: Any) -> Any:
        """A provider's package."""
        self._refuse(context, f"the package '{request.name}', which needs a provider plugin,")

    def _refuse(self, context: Any, what: str) -> NoReturn:
        with self._guarded(context):
            raise UnsupportedError(what)
        raise AssertionError("unreachable")


class EngineService(engine_pb2_grpc.EngineServicer):
    """Serves the log of the program, and of its providers.

    Args:
        display: what the user sees.
    """

    def __init__(self, display: Display) -> None:
        self._display = display

    def Log(self, request: Any, context: Any) -> Any:
        """A message of the log."""
        severity = engine_pb2.LogSeverity.Name(request.severity).lower()
        self._display.log(severity, request.message, request.urn, ephemeral=request.ephemeral)
        return empty_pb2.Empty()

    def RequirePulumiVersion(self, request: Any, context: Any) -> Any:
        """The program wants some version of the CLI; this is none."""
        return engine_pb2.RequirePulumiVersionResponse()


@contextmanager
def served(service: Monitor | EngineService) -> Iterator[str]:
    """Serve on a free port of the loopback interface; the value is the address."""
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
