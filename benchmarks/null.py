"""A dynamic provider that does nothing, with as many properties as a link. It shows what the engine and the SDK cost."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.dynamic import (
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

_END = {
    "id": "11111111-1111-4111-8111-111111111111",
    "name": "Confluence",
    "display_url": "https://wiki.example.com",
    "rpc_url": "https://wiki.example.com",
    "primary": False,
    "outgoing": "oauth",
    "incoming": "oauth",
    "duplicates": [],
}
OUTPUTS: dict[str, Any] = {
    "link_id": _END["id"],
    "reverse_link_id": _END["id"],
    "source_type": "jira",
    "target_type": "confluence",
    "source_name": "Jira",
    "target_name": "Confluence",
    "source_server_id": _END["id"],
    "target_server_id": _END["id"],
    "source_link": _END,
    "target_link": _END,
    "managed_ends": ["source", "target"],
    "status": "working",
    "status_detail": "Both directions were tried, and work.",
    "legacy": {},
    "drift": {},
    "state_version": 1,
}
"""As many outputs as a link has, of the same sizes."""
INPUTS: dict[str, Any] = {
    "authentication": {"outgoing": {"level": "oauth"}, "incoming": {"level": "oauth"}},
    "two_way": True,
    "manage": "both",
    "on_existing": "fail",
    "on_unreachable_create": "fail",
    "on_unreachable_relocate": "fail",
    "on_unreachable_delete": "fail",
    "on_duplicate": "report",
    "on_broken": "warn",
    "on_legacy": "report",
    "primary": None,
    "reverse_primary": None,
    "watch_drift": False,
    "wait_for_target": 0,
    "timeout_seconds": 120,
}
"""The inputs in addition to the two applications."""


class NullProvider(ResourceProvider):
    """Answers immediately. The state stores it by reference, like the provider of links."""

    serialize_as_secret_always = False

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare the inputs."""
        return DiffResult(any(_olds.get(key) != _news.get(key) for key in ("source", "target", *INPUTS)))

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Create nothing."""
        return CreateResult("null/null", {**props, **OUTPUTS})

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Return the given properties."""
        return ReadResult(id_, props)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Change nothing."""
        return UpdateResult({**_news, **OUTPUTS})


class Null(Resource, module="benchmarks", name="Null"):
    """A null resource: its provider does nothing."""

    def __init__(
        self, resource_name: str, properties: dict[str, Any], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(
            NullProvider(),
            resource_name,
            {"name": resource_name, **INPUTS, **properties, **dict.fromkeys(OUTPUTS)},
            opts,
        )
