"""A provider that records its calls, so that an engine and the driver can be compared."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

LOG = "TOY_CALLS"
"""The environment variable with the path of the file."""
GONE = "TOY_GONE"
"""The environment variable with the names of the resources that a read does not find."""


class Toy(ResourceProvider):
    """A provider that replaces a resource if `kind` changes, and updates it if `size` does."""

    serialize_as_secret_always = False

    def _note(self, hook: str, properties: dict[str, Any]) -> None:
        with Path(os.environ[LOG]).open("a", encoding="utf-8") as file:
            file.write(f"{properties['called']} {hook}\n")

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        self._note("check", news)
        return CheckResult(news, [])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        self._note("diff", _news)
        replaces = ["kind"] if _olds["kind"] != _news["kind"] else []
        return DiffResult(
            bool(replaces) or _olds["size"] != _news["size"], replaces, delete_before_replace=True
        )

    def create(self, props: dict[str, Any]) -> CreateResult:
        self._note("create", props)
        return CreateResult(props["called"], props)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        self._note("read", props)
        found = id_ not in os.environ.get(GONE, "").split()
        return ReadResult(id_, props) if found else ReadResult(None, {})

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        self._note("update", _news)
        return UpdateResult(_news)

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        self._note("delete", _props)


class Thing(Resource, module="toy", name="Thing"):
    """A resource of the toy provider."""

    def __init__(
        self, name: str, size: int = 1, kind: str = "a", opts: pulumi.ResourceOptions | None = None
    ) -> None:
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(delete_before_replace=True))
        super().__init__(Toy(), name, {"called": name, "size": size, "kind": kind}, opts)
