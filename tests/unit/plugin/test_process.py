"""The plugin as a process of its own, over the engine's protocol."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent import futures
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    plugin_pb2,
    provider_pb2,
    provider_pb2_grpc,
)

from pulumi_applinks.names import PLUGIN_TYPE
from pulumi_applinks.plugin import values
from tests.unit.plugin.engine import URN


class Engine(engine_pb2_grpc.EngineServicer):
    """The engine's log.

    Attributes:
        lines: what it was sent.
        address: where it takes that.
    """

    def __init__(self) -> None:
        self.lines: list[Any] = []
        self._server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
        engine_pb2_grpc.add_EngineServicer_to_server(self, self._server)
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def Log(self, request: Any, context: Any) -> Any:  # noqa: N802 - the name in the protocol
        """Take a line."""
        self.lines.append(request)
        return empty_pb2.Empty()

    def stop(self) -> None:
        """End it."""
        self._server.stop(None)


@pytest.fixture
def engine() -> Iterator[Engine]:
    """An engine."""
    found = Engine()
    yield found
    found.stop()


@pytest.fixture
def plugin() -> Iterator[provider_pb2_grpc.ResourceProviderStub]:
    """The process, started without an engine, and without credentials."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("APPLINKS_")}
    words = [sys.executable, "-m", "pulumi_applinks.plugin"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=kept) as process:
        assert process.stdout
        channel = grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}")
        yield provider_pb2_grpc.ResourceProviderStub(channel)
        channel.close()
        process.terminate()


@pytest.mark.parametrize("way", ["Handshake", "Attach"])
def test_the_engine_is_the_one_that_shows_itself(
    plugin: provider_pb2_grpc.ResourceProviderStub, engine: Engine, way: str
):
    """With either call: a warning goes to it, under the resource's URN. A mistake in the configuration is named by its key."""
    if way == "Handshake":
        shown = provider_pb2.ProviderHandshakeRequest(engine_address=engine.address)
        assert plugin.Handshake(shown).accept_secrets
    else:
        plugin.Attach(plugin_pb2.PluginAttach(address=engine.address))
    given = json.loads(plugin.GetSchema(provider_pb2.GetSchemaRequest()).schema)
    assert given["version"] == plugin.GetPluginInfo(empty_pb2.Empty()).version
    wrong = values.write({"preveiw": "online"})
    failures = plugin.CheckConfig(provider_pb2.CheckRequest(news=wrong)).failures
    assert [one.property for one in failures] == ["preveiw"]
    plugin.Configure(provider_pb2.ConfigureRequest())

    ends = {
        role: {"url": f"https://{role}.invalid", "credentials": "nobody"} for role in ("source", "target")
    }
    request = provider_pb2.CheckRequest(urn=URN, type=PLUGIN_TYPE, news=values.write(ends), name="link")
    assert not plugin.Check(request).failures
    plugin.Check(request)
    (warning,) = (one for one in engine.lines if one.severity == engine_pb2.WARNING)
    assert (warning.urn, "[applinks/credentials-missing]" in warning.message) == (URN, True)

    plugin.Cancel(empty_pb2.Empty())
    refused = provider_pb2.UpdateRequest(id="a/b", urn=URN, type="applinks:index:Nothing")
    with pytest.raises(grpc.RpcError) as told:
        plugin.Update(refused)
    assert told.value.details() == "there is no resource applinks:index:Nothing in this provider"
