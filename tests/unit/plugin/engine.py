"""The engine's part: calls of the plugin, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from pulumi_applinks.lab.applications import Application
from pulumi_applinks.names import PLUGIN_TYPE
from pulumi_applinks.plugin import values
from pulumi_applinks.plugin.servicer import Servicer

URN = f"urn:pulumi:dev::story::{PLUGIN_TYPE}::link"


class Told(Exception):
    """What a call was ended with."""


class Context:
    """Of a call."""

    def abort(self, code: grpc.StatusCode, details: str) -> None:
        """End the call with an error."""
        raise Told(details)

    def set_trailing_metadata(self, metadata: Any) -> None:
        """What goes with an error."""


class Plugin:
    """The plugin, as the engine calls it: each operation has a process of its own."""

    def __init__(self, applications: dict[str, Application]) -> None:
        self._named = {name: one.url for name, one in applications.items()}

    def call(self, method: str, request: Any) -> Any:
        """The answer to one call."""
        servicer = Servicer(None)
        servicer.Configure(
            provider_pb2.ConfigureRequest(args=values.write({"applications": self._named})), Context()
        )
        try:
            answer = getattr(servicer, method)(request, Context())
            return list(answer) if isinstance(answer, Iterator) else answer
        finally:
            servicer.close()

    def read(self, id_: str, **known: Any) -> Any:
        """A link by its id."""
        return self.call("Read", provider_pb2.ReadRequest(id=id_, urn=URN, type=PLUGIN_TYPE, **known))

    def listed(self, **query: str) -> dict[str, str]:
        """The names of all links, by their ids."""
        if not hasattr(provider_pb2, "ListRequest"):
            pytest.skip("the protocol of this version of the SDK has no list")
        answers = self.call("List", provider_pb2.ListRequest(token=PLUGIN_TYPE, query=values.write(query)))
        return {one.result.id: one.result.name for one in answers}
