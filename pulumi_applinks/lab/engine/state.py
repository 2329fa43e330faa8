"""A stack's resources, and the file that stores them: a deployment of format version 3."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from pulumi_applinks.lab.engine.errors import EngineError, UnsupportedError
from pulumi_applinks.lab.engine.secrets import Crypter
from pulumi_applinks.lab.engine.values import Properties, sealed, unsealed
from pulumi_applinks.lab.engine.workspace import write_whole

if sys.platform != "win32":  # Windows has no lock, so two runs can change the same stack there
    import fcntl

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_TYPE = "pulumi:providers:pulumi-python"
_MEANS_MORE = ("delete", "external", "pendingReplacement", "taint", "deletedWith")
"""The fields that this engine never writes into a state and cannot ignore."""


def urn_of(stack: str, project: str, parent: str, type_: str, name: str) -> str:
    """Return a resource's URN."""
    above = parent.split("::", 3)[2] if parent else ""
    qualified = f"{above}${type_}" if above not in ("", STACK_TYPE) else type_
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"


def type_and_name(urn: str) -> tuple[str, str]:
    """Return the type in a URN, without the types of its parents, and the name."""
    _, _, types, name = urn.split("::", 3)
    return types.rpartition("$")[2], name


@dataclass
class Resource:
    """One resource of a stack. The fields are named as in the state file."""

    urn: str
    type: str
    custom: bool
    id: str = ""
    inputs: Properties = field(default_factory=dict)
    outputs: Properties = field(default_factory=dict)
    parent: str = ""
    protect: bool = False
    retainOnDelete: bool = False
    dependencies: list[str] = field(default_factory=list)
    provider: str = ""
    additionalSecretOutputs: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The last part of the URN."""
        return type_and_name(self.urn)[1]

    @property
    def is_provider(self) -> bool:
        """Whether this is the resource of a provider, which is neither shown nor counted."""
        return self.type.startswith("pulumi:providers:")

    @property
    def needs(self) -> set[str]:
        """The URNs of the resources that must exist as long as this one does."""
        return {*self.dependencies, self.parent, self.provider.rpartition("::")[0]} - {""}


@dataclass
class StateFile:
    """The file of one stack.

    Attributes:
        path: where it is.
        crypter: decrypts its secrets.
    """

    path: Path
    crypter: Crypter
    _written: dict[str, tuple[Resource, list[str], str]] = field(default_factory=dict, init=False, repr=False)

    def document(self) -> dict[str, Any]:
        """Return the whole deployment.

        Raises:
            EngineError: there is no deployment, it is malformed, or its version is not 3.
        """
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
            _ = found["deployment"].get("resources")
        except FileNotFoundError:
            name = self.path.stem
            raise EngineError(f"no stack named '{name}' found: make it with `stack init {name}`") from None
        except (ValueError, TypeError, KeyError, AttributeError):
            raise EngineError(f"{self.path} is not a state file") from None
        if found.get("version") != 3:
            raise UnsupportedError(f"version {found.get('version')} of the deployment format")
        return dict(found)

    def load(self) -> dict[str, Resource]:
        """Return the stack's resources by URN, each after those that it needs.

        Raises:
            EngineError: there is no stack, or its state is damaged.
        """
        try:
            resources = [self._resource(one) for one in self.document()["deployment"].get("resources") or []]
        except (AttributeError, KeyError, TypeError):
            raise EngineError(f"{self.path} has a resource that is damaged") from None
        return {one.urn: one for one in resources}

    def _resource(self, found: dict[str, Any]) -> Resource:
        for key in _MEANS_MORE:
            if found.get(key):
                raise UnsupportedError(f"'{key}' of {found['urn']} in the state")
        known = {key: found[key] for key in Resource.__dataclass_fields__ if found.get(key) is not None}
        for key in ("inputs", "outputs"):
            known[key] = unsealed(known.get(key) or {}, self.crypter.decrypt)
        return Resource(**known)

    def save(self, resources: Mapping[str, Resource]) -> None:
        """Write the resources, completely or not at all.

        Raises:
            OSError: they could not be written.
        """
        order = TopologicalSorter(
            {
                urn: [one for one in sorted(found.needs) if one in resources]
                for urn, found in resources.items()
            }
        )
        stored = ",\n".join(self._stored(resources[urn], resources) for urn in order.static_order())
        time = datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")
        deployment = {
            "manifest": {"time": time, "magic": "", "version": ""},
            "secrets_providers": {"type": "passphrase", "state": {"salt": self.crypter.salt}},
            "metadata": {},
        }
        text = json.dumps({"version": 3, "deployment": deployment})
        write_whole(self.path, text.removesuffix("}}") + f', "resources": [\n{stored}\n]}}}}')

    def _stored(self, one: Resource, resources: Mapping[str, Resource]) -> str:
        """Return a resource's text in the file. It is cached while the resource is unchanged, so that steps in large stacks are fast."""
        there = [urn for urn in one.dependencies if urn in resources]
        known = self._written.get(one.urn)
        if known is not None and known[0] is one and known[1] == there:
            return known[2]
        found = {key: value for key, value in vars(one).items() if value or key == "custom"}
        found["dependencies"] = there
        for key in ("inputs", "outputs"):
            found[key] = sealed(getattr(one, key), self.crypter.encrypt)
        text = json.dumps(found, ensure_ascii=False)
        self._written[one.urn] = (one, there, text)
        return text

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Prevent other runs from changing the stack. The lock is released when the process ends, however it ends.

        Raises:
            EngineError: there is no stack, or another run is changing it.
        """
        self.document()
        with self.path.with_suffix(".lock").open("w") as file:
            try:
                if sys.platform != "win32":
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise EngineError(
                    f"another run is changing the stack '{self.path.stem}': wait until it has ended"
                ) from None
            yield
