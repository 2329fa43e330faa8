"""One resource of a stack, with the names that the deployment format has."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from pulumi_applinks.lab.engine.secrets import Crypter
from pulumi_applinks.lab.engine.values import Properties, from_json, to_json

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_TYPE = "pulumi:providers:pulumi-python"
_ALWAYS = ("urn", "custom", "type")


def urn_of(stack: str, project: str, parent: str, type_: str, name: str) -> str:
    """A resource's URN."""
    above = type_of(parent)
    qualified = f"{above}${type_}" if above and above != STACK_TYPE else type_
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"


def type_of(urn: str) -> str:
    """The type in a URN, with those of the parents."""
    return urn.split("::", 3)[2] if urn else ""


def name_of(urn: str) -> str:
    """The name in a URN."""
    return urn.split("::", 3)[3] if urn else ""


def now() -> str:
    """The time, as the state has it."""
    return datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")


@dataclass
class Resource:
    """One resource of a stack, with the names that the state file uses.

    Attributes:
        extra: what the file has and this engine does not use; kept as it is.
    """

    urn: str
    type: str
    custom: bool
    id: str = ""
    inputs: Properties = field(default_factory=dict)
    outputs: Properties = field(default_factory=dict)
    parent: str = ""
    protect: bool = False
    retainOnDelete: bool = False
    deletedWith: str = ""
    dependencies: list[str] = field(default_factory=list)
    provider: str = ""
    propertyDependencies: dict[str, list[str]] = field(default_factory=dict)
    additionalSecretOutputs: list[str] = field(default_factory=list)
    ignoreChanges: list[str] = field(default_factory=list)
    replaceOnChanges: list[str] = field(default_factory=list)
    customTimeouts: dict[str, Any] = field(default_factory=dict)
    delete: bool = False
    pendingReplacement: bool = False
    external: bool = False
    taint: bool = False
    created: str = ""
    modified: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The last part of the URN."""
        return name_of(self.urn)

    @property
    def is_provider(self) -> bool:
        """Whether this is a provider's own resource, which is neither shown nor counted."""
        return self.type.startswith("pulumi:providers:")

    @property
    def needs(self) -> set[str]:
        """The URNs that have to exist as long as this one does."""
        provider = self.provider.rsplit("::", 1)[0] if self.provider else ""
        listed = {urn for urns in self.propertyDependencies.values() for urn in urns}
        return ({*self.dependencies, self.parent, provider, self.deletedWith} | listed) - {""}

    def copy(self, **changes: Any) -> Resource:
        """A copy, with some attributes of its own."""
        copied = deepcopy(self)
        for key, value in changes.items():
            setattr(copied, key, value)
        return copied

    def to_json(self, crypter: Crypter) -> dict[str, Any]:
        """The resource as the file has it."""
        known = {key: value for key, value in vars(self).items() if key != "extra"}
        for key in ("inputs", "outputs"):
            known[key] = to_json(known[key], crypter.seal)
        return {**{key: value for key, value in known.items() if value or key in _ALWAYS}, **self.extra}

    @classmethod
    def from_json(cls, found: dict[str, Any], crypter: Crypter) -> Resource:
        """Read a resource of the file."""
        names = set(cls.__dataclass_fields__) - {"extra"}
        known: dict[str, Any] = {
            key: value for key, value in found.items() if key in names and value is not None
        }
        for key in ("inputs", "outputs"):
            known[key] = from_json(known.get(key) or {}, crypter.unseal)
        known["propertyDependencies"] = {
            key: urns or [] for key, urns in (known.get("propertyDependencies") or {}).items()
        }
        return cls(**known, extra={key: value for key, value in found.items() if key not in names})
