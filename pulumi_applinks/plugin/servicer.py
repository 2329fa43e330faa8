"""The provider's protocol. Each call of the engine is answered by the hooks that the dynamic provider also uses."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.dynamic import CreateResult
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from pulumi_applinks import logs, messages, properties
from pulumi_applinks.codes import Code
from pulumi_applinks.hooks import Hooks
from pulumi_applinks.lifecycle import BOTH, LinkError
from pulumi_applinks.names import DEFAULTS, IS_PREVIEW, OUTPUTS, PLUGIN_TYPE, RESOURCE_NAME
from pulumi_applinks.plugin import configuration, schema, values
from pulumi_applinks.plugin.finding import Finder, summary
from pulumi_applinks.provider import ApplicationLinkProvider, fault
from pulumi_applinks.rest import Message

_DYNAMIC = "__provider"
"""The property that the dynamic provider stores beside the outputs. The plugin stores it, too, for stacks that change back."""


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine's calls, which come from several threads at once.

    Args:
        engine: the address of the engine's log. The handshake also contains it.
    """

    def __init__(self, engine: str | None) -> None:
        self._lock = threading.Lock()
        self._engine = logs.EngineLog(engine)
        self._configured = configuration.Configuration()
        self._finder = Finder(self._configured)
        self._made: Hooks | None = None

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            if self._made is not None:
                self._made.close()
            self._made = None

    @property
    def _hooks(self) -> Hooks:
        with self._lock:
            if self._made is None:
                found = self._configured
                self._made = Hooks(found.credentials, found.preview, log=self._engine)
            return self._made

    # The plugin and its configuration.

    def Handshake(self, request: Any, context: Any) -> Any:
        """Accept the engine's handshake, and keep the address of its log."""
        if request.engine_address:
            self._engine = logs.EngineLog(request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: Any, context: Any) -> Any:
        """Keep the log's address of an engine that attaches to this running process, for example for debugging."""
        self._engine = logs.EngineLog(request.address)
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        """Return the version."""
        return plugin_pb2.PluginInfo(version=schema.schema()["version"])

    def GetSchema(self, request: Any, context: Any) -> Any:
        """Return the schema, from which classes for other languages are generated."""
        return provider_pb2.GetSchemaResponse(schema=schema.text())

    def CheckConfig(self, request: Any, context: Any) -> Any:
        """Check the provider's configuration."""
        news, _ = values.read(request.news)
        _, wrong = configuration.parse(news)
        failures = [provider_pb2.CheckFailure(property=path, reason=reason) for path, reason in wrong.items()]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        """Compare the configuration. A change never replaces the provider, because that would replace all its links."""
        differs = request.old_inputs != request.news
        changes = provider_pb2.DiffResponse.DIFF_SOME if differs else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=changes)

    def Configure(self, request: Any, context: Any) -> Any:
        """Keep the configuration. Another operation follows."""
        given, _ = values.read(request.args)
        self.close()
        logs.begin(self._engine)
        self._configured, _ = configuration.parse(given)
        self._finder = Finder(self._configured)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    # A link.

    def Check(self, request: Any, context: Any) -> Any:
        """Check the program's inputs."""
        olds, _ = values.read(request.olds)
        news, secret = values.read(request.news)
        news.pop(_DYNAMIC, None)
        with self._answering(request, context):
            given = {**_DEFAULTS, **news, RESOURCE_NAME: request.name, IS_PREVIEW: None}
            found = self._hooks.check(olds, given)
            found.inputs.pop(RESOURCE_NAME, None)
            failures = [
                provider_pb2.CheckFailure(property=one.property, reason=one.reason) for one in found.failures
            ]
            return provider_pb2.CheckResponse(inputs=values.write(found.inputs, secret), failures=failures)

    def Diff(self, request: Any, context: Any) -> Any:
        """Find out what an update would do, with one entry for each property."""
        olds, _ = values.read(request.olds)
        before, _ = values.read(request.old_inputs)
        news, _ = values.read(request.news)
        with self._answering(request, context):
            found = self._hooks.diff(request.id, olds, news)
            lines = {
                **{path: _kind(path, before, news) for path in _changed(before, news)},
                **{f'drift["{path}"]': "DELETE" for path in before.get("drift") or {}},
            }
            replaces = list(found.replaces or ())
            some = bool(found.changes is None or found.changes or lines)
            detailed = {
                path: provider_pb2.PropertyDiff(
                    kind=provider_pb2.PropertyDiff.Kind.Value(
                        f"{kind}_REPLACE" if path.split(".")[0] in replaces else kind
                    ),
                    inputDiff=True,
                )
                for path, kind in lines.items()
            }
            return provider_pb2.DiffResponse(
                changes=provider_pb2.DiffResponse.DIFF_SOME if some else provider_pb2.DiffResponse.DIFF_NONE,
                replaces=replaces,
                deleteBeforeReplace=True,
                diffs=sorted({path.partition(".")[0].partition("[")[0] for path in lines}),
                detailedDiff=detailed,
                hasDetailedDiff=bool(detailed),
            )

    def Create(self, request: Any, context: Any) -> Any:
        """Make the link on both ends. An online preview only reports what would block that."""
        news, secret = values.read(request.properties)
        with self._answering(request, context):
            if request.preview:
                self._hooks.look_ahead(news)
                return provider_pb2.CreateResponse(properties=values.write({**news, **_UNKNOWN}, secret))
            try:
                made = self._hooks.create(news)
            except LinkError as error:
                half = self._hooks.half_made(news, error.left) if error.left else None
                if half is None:
                    raise
                _tell_half_made(
                    context, half, values.write(_outputs(half.outs or {}, {}), secret), request, error
                )
                raise
            outputs = _outputs(made.outs or {}, {})
            return provider_pb2.CreateResponse(
                id=made.id,
                properties=values.write(outputs, secret),
                refresh_before_update=_watched(outputs),
            )

    def Read(self, request: Any, context: Any) -> Any:
        """Read both ends."""
        olds, secret = values.read(request.properties)
        inputs, more = values.read(request.inputs)
        secret |= more
        with self._answering(request, context):
            # An import gives only the id. A look-up gives only what its program says, because no state has the link.
            if not (inputs or olds) or (not olds.get("link_id") and self._finder.names(request.id)):
                taken = self._finder.link(request.id)
                if taken is None:
                    return provider_pb2.ReadResponse()
                return provider_pb2.ReadResponse(
                    id=taken.id,
                    properties=values.write(_outputs(taken.outputs, {})),
                    inputs=values.write(taken.inputs),
                )
            found = self._hooks.read(request.id, {**inputs, **olds})
            if found.id is None:
                return provider_pb2.ReadResponse()
            return provider_pb2.ReadResponse(
                id=found.id,
                properties=values.write(_outputs(found.outs or {}, olds), secret),
                inputs=values.write(found.inputs or {}, secret),
                refresh_before_update=_watched(found.outs or {}),
            )

    def Update(self, request: Any, context: Any) -> Any:
        """Change both ends so that they match the program. An online preview only reports what would block that."""
        olds, _ = values.read(request.olds)
        news, secret = values.read(request.news)
        with self._answering(request, context):
            if request.preview:
                self._hooks.look_ahead(news, request.id, olds)
                same = {key: olds.get(key) for key in _STABLE}
                foreseen = _outputs({**news, **_UNKNOWN, **same}, olds)
                return provider_pb2.UpdateResponse(properties=values.write(foreseen, secret))
            found = self._hooks.update(request.id, olds, news)
            outputs = _outputs(found.outs or {}, olds)
            return provider_pb2.UpdateResponse(
                properties=values.write(outputs, secret), refresh_before_update=_watched(outputs)
            )

    def Delete(self, request: Any, context: Any) -> Any:
        """Delete both ends."""
        olds, _ = values.read(request.properties)
        with self._answering(request, context):
            self._hooks.delete(request.id, olds)
            return empty_pb2.Empty()

    def List(self, request: Any, context: Any) -> Iterator[Any]:
        """List the links between the applications of the configuration. Each has an id that `Read` accepts."""
        query, _ = values.read(request.query)
        with self._answering(request, context):
            found = list(self._finder.links(query.get("application")))
        for one in found[: request.limit or None]:
            yield provider_pb2.ListResponse(result=provider_pb2.ListResponse.Result(**one))

    def Invoke(self, request: Any, context: Any) -> Any:
        """Call a function. A program uses functions to read links that it does not manage."""
        arguments, _ = values.read(request.args)
        with self._answering(request, context):
            if request.tok == schema.GET_LINKS:
                return _given({"links": list(self._finder.links(arguments.get("application")))})
            if request.tok not in (schema.GET_LINK, schema.GET_STATUS):
                raise LinkError(
                    Message(Code.BAD_INPUT, f"there is no function {request.tok} in this provider")
                )
            missing = [role for role in BOTH if not arguments.get(role)]
            if missing:
                failures = [
                    provider_pb2.CheckFailure(property=role, reason="is required") for role in missing
                ]
                return provider_pb2.InvokeResponse(failures=failures)
            id_ = f"{arguments['source']}/{arguments['target']}"
            found = self._finder.link(id_)
            if found is None:
                raise LinkError(Message(Code.NOTHING_READ, f"there is no link {id_}"))
            return _given(summary(found))

    def Cancel(self, request: Any, context: Any) -> Any:
        """Handle an interruption: waiting ends immediately, and what was made is recorded."""
        with self._lock:
            if self._made is not None:
                self._made.interrupt()
        return empty_pb2.Empty()

    @contextmanager
    def _answering(self, request: Any, context: Any) -> Iterator[None]:
        """Turn an exception into the call's only error, and assign all messages in the meantime to the resource."""
        asked = getattr(request, "type", "") or getattr(request, "token", "")
        if asked and asked != PLUGIN_TYPE:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"there is no resource {asked} in this provider")
        urn = getattr(request, "urn", "")
        with messages.sent_by(lambda severity, text: self._engine.say(severity, text, urn)):
            try:
                yield
            except messages.TOLD as error:
                told = messages.text_of(error)
            except Exception as error:
                told = f"{fault()}\n\n{''.join(traceback.format_exception(error))}"
            else:
                return
        context.abort(grpc.StatusCode.UNKNOWN, told)


_UNKNOWN = dict.fromkeys(OUTPUTS, values.UNKNOWN)
_STABLE = ("link_id", *(f"{role}_{what}" for role in ("source", "target") for what in ("type", "server_id")))
"""Outputs that an update does not change, because another application causes a replacement."""
_DEFAULTS = {name: value for name, value in DEFAULTS.items() if value is not None}


def _watched(outputs: Mapping[str, Any]) -> bool:
    """Check whether the engine should read this link before each preview and update."""
    return outputs.get("watch_drift") is True


def _given(result: Mapping[str, Any]) -> Any:
    answer = provider_pb2.InvokeResponse()
    getattr(answer, "return").CopyFrom(values.write(result))
    return answer


def _tell_half_made(context: Any, half: CreateResult, outputs: Any, request: Any, error: LinkError) -> None:
    """Add what a failure has left to its error. The engine then keeps the link in the state as half made, and the next `up` updates it."""
    told = messages.text_of(error)
    failed = provider_pb2.ErrorResourceInitFailed(
        id=half.id, properties=outputs, inputs=request.properties, reasons=[told]
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=told)
    status.details.add().Pack(failed)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))


@cache
def _dynamic_provider() -> str:
    return str(serialize_provider(ApplicationLinkProvider()))


def _outputs(outputs: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outputs that a state stores for both providers."""
    return {**outputs, _DYNAMIC: before.get(_DYNAMIC) or _dynamic_provider()}


def _kind(path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    there = [_at(values_, path) is not None for values_ in (before, after)]
    return "UPDATE" if all(there) else "ADD" if there[1] else "DELETE"


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """List the full paths of the inputs that differ."""
    for path in properties.changed_inputs(before, after):
        yield from _deeper(path, _at(before, path), _at(after, path))


def _deeper(path: str, before: Any, after: Any) -> Iterator[str]:
    if not (isinstance(before, Mapping) and isinstance(after, Mapping)):
        yield path
        return
    for key in {*before, *after}:
        if before.get(key) != after.get(key):
            yield from _deeper(f"{path}.{key}", before.get(key), after.get(key))


def _at(value: Any, path: str) -> Any:
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
