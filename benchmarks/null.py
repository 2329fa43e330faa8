"""A dynamic provider that does nothing: what is left is the engine's own cost."""

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


class NullProvider(ResourceProvider):
    """Answers at once; stored by reference, as the provider of links is."""

    serialize_as_secret_always = False

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare the inputs that are to be had."""
        changed = [key for key in _news if key != "__provider" and _olds.get(key) != _news[key]]
        return DiffResult(bool(changed))

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Make nothing."""
        return CreateResult(f"null/{props['name']}", {**props, "made": True})

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Find what was made."""
        return ReadResult(id_, props)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Change nothing."""
        return UpdateResult({**_news, "made": True})


class Null(Resource, module="benchmarks", name="Null"):
    """A resource of nothing."""

    made: pulumi.Output[bool]

    def __init__(
        self, resource_name: str, properties: dict[str, Any], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(
            NullProvider(), resource_name, {"name": resource_name, "made": None, **properties}, opts
        )
