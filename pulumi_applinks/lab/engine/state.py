"""A stack's resources, and the file that has them: a deployment of format version 3."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from pulumi_applinks.lab.engine.errors import EngineError, UnsupportedError
from pulumi_applinks.lab.engine.files import write_whole
from pulumi_applinks.lab.engine.journal import Journal, Recorded
from pulumi_applinks.lab.engine.secrets import Crypter
from pulumi_applinks.lab.engine.values import Properties, from_json, to_json

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_TYPE = "pulumi:providers:pulumi-python"
_LISTS = ("dependencies", "additionalSecretOutputs", "ignoreChanges", "replaceOnChanges", "aliases")
_PLAIN = (
    "urn", "custom", "external", "delete", "id", "type", "parent", "protect", "retainOnDelete", "deletedWith", "provider",
    "pendingReplacement", "taint", "created", "modified",
)  # fmt: skip
_ALWAYS = ("urn", "custom", "type")


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
    aliases: list[str] = field(default_factory=list)
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
        return self.urn.rsplit("::", 1)[-1]

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
        found: dict[str, Any] = {}
        for key in _PLAIN:
            value = getattr(self, key)
            if value or key in _ALWAYS:
                found[key] = value
        for key in ("inputs", "outputs"):
            if getattr(self, key):
                found[key] = to_json(getattr(self, key), crypter.seal)
        for key in _LISTS:
            if getattr(self, key):
                found[key] = list(getattr(self, key))
        if self.propertyDependencies:
            found["propertyDependencies"] = {
                key: self.propertyDependencies[key] for key in sorted(self.propertyDependencies)
            }
        if self.customTimeouts:
            found["customTimeouts"] = self.customTimeouts
        return {**found, **self.extra}

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


@dataclass
class StateFile:
    """The file of one stack.

    Attributes:
        path: where it is.
        crypter: opens its secrets.
    """

    path: Path
    crypter: Crypter

    def __post_init__(self) -> None:
        self._journal = Journal(self.path)

    def exists(self) -> bool:
        """Whether the stack was made."""
        return self.path.is_file()

    @property
    def unfinished(self) -> bool:
        """Whether an operation was killed, and its steps are in the journal alone."""
        return self._journal.read() is not None

    def raw(self) -> dict[str, Any]:
        """The whole deployment, with what an operation did that was killed.

        Raises:
            EngineError: there is none, or it is not a deployment of version 3.
        """
        found = self._written()
        return self._document(self.load()) if self.unfinished else found

    def _written(self) -> dict[str, Any]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise EngineError(
                f"no stack named '{self.path.stem}' found: make it with `stack init {self.path.stem}`"
            ) from None
        except ValueError as problem:
            raise EngineError(f"{self.path} is not a state file: {problem}") from None
        return checked(found)

    def load(self) -> list[Resource]:
        """The stack's resources, each after those that it needs.

        Raises:
            EngineError: there is no stack, or its state or its journal is damaged.
        """
        resources = self._written()["deployment"].get("resources") or []
        recorded = self._journal.read()
        try:
            return self._with(resources, recorded)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise EngineError(f"{self.path} or its journal has a resource that is damaged") from None

    def _with(self, resources: list[dict[str, Any]], recorded: Recorded | None) -> list[Resource]:
        if recorded is None:
            return [Resource.from_json(one, self.crypter) for one in resources]
        now_there = {**dict(enumerate(resources)), **recorded.resources}
        made = [one for number, one in sorted(now_there.items()) if number >= len(resources)]
        olds = [one for number, one in sorted(now_there.items()) if number < len(resources)]
        return snapshot(
            [Resource.from_json(one, self.crypter) for one in made if one is not None],
            [Resource.from_json(one, self.crypter) for one in olds if one is not None],
            recorded.renamed,
        )

    def save(self, resources: list[Resource]) -> None:
        """Write the resources, completely or not at all."""
        self.write(self._document(resources))

    def _document(self, resources: list[Resource]) -> dict[str, Any]:
        deployment: dict[str, Any] = {"manifest": {"time": now(), "magic": "", "version": ""}}
        deployment["secrets_providers"] = {"type": "passphrase", "state": {"salt": self.crypter.salt}}
        if resources:
            deployment["resources"] = [one.to_json(self.crypter) for one in resources]
        deployment["metadata"] = {}
        return {"version": 3, "deployment": deployment}

    def begin(self) -> None:
        """Make sure that the steps that are to come can be written down.

        Raises:
            OSError: they cannot.
        """
        self._journal.open()

    def note(self, resources: Mapping[int, Resource | None], renamed: Mapping[str, str]) -> None:
        """Write down what a step did, until the next `save`.

        Args:
            resources: what they are now, None for what is gone; by number: those of the last `save` have their places in it,
                those that were made since follow.
            renamed: the resources that were found under an alias so far, from the old URN to the new one.

        Raises:
            OSError: it could not be written down.
        """
        self._journal.append(
            {number: None if one is None else one.to_json(self.crypter) for number, one in resources.items()},
            renamed,
        )

    @property
    def full(self) -> bool:
        """Whether there is no room left to write down more steps."""
        return self._journal.full

    def write(self, found: dict[str, Any]) -> None:
        """Write a whole deployment, completely or not at all.

        Raises:
            OSError: it could not be written; the journal is kept then.
        """
        write_whole(self.path, json.dumps(found, indent=4, ensure_ascii=False) + "\n")
        self._journal.drop()


def snapshot(done: list[Resource], olds: list[Resource], renamed: Mapping[str, str]) -> list[Resource]:
    """All resources of a stack, each after those that it needs.

    Args:
        done: what an operation has made or looked at.
        olds: what it has not come to.
        renamed: the resources found under an alias, from the old URN to the new one.
    """
    resources = without_dangling([*done, *(with_new_names(one, renamed) for one in olds)])
    by_urn = {one.urn: one for one in resources if not one.delete}
    ordered: dict[int, Resource] = {}
    placed: set[int] = set()

    def place(one: Resource) -> None:
        if id(one) not in placed:
            placed.add(id(one))
            for urn in sorted(one.needs & set(by_urn)):
                place(by_urn[urn])
            ordered[id(one)] = one

    for one in resources:
        place(one)
    return list(ordered.values())


def with_new_names(old: Resource, names: Mapping[str, str]) -> Resource:
    """The resource, with references to others under their new names."""
    if not names or not old.needs & set(names):
        return old
    return old.copy(
        parent=names.get(old.parent, old.parent),
        deletedWith=names.get(old.deletedWith, old.deletedWith),
        dependencies=[names.get(urn, urn) for urn in old.dependencies],
        propertyDependencies={
            key: [names.get(urn, urn) for urn in urns] for key, urns in old.propertyDependencies.items()
        },
    )


def without_dangling(resources: list[Resource]) -> list[Resource]:
    """The resources, without references to others that are gone."""
    known = {one.urn for one in resources}
    found = []
    for one in resources:
        if not one.needs <= known:
            one = one.copy(
                parent=one.parent if one.parent in known else "",
                deletedWith=one.deletedWith if one.deletedWith in known else "",
                dependencies=[urn for urn in one.dependencies if urn in known],
                propertyDependencies={
                    key: [urn for urn in urns if urn in known]
                    for key, urns in one.propertyDependencies.items()
                },
            )
        found.append(one)
    return found


def checked(found: Any) -> dict[str, Any]:
    """What was read is a deployment that this engine understands.

    Raises:
        EngineError: it is not.
    """
    if (
        not isinstance(found, dict)
        or found.get("version") not in (3,)
        or not isinstance(found.get("deployment"), dict)
    ):
        raise EngineError("this is not a deployment of format version 3, as `stack export` writes it")
    provider = (found["deployment"].get("secrets_providers") or {}).get("type", "passphrase")
    if provider != "passphrase":
        raise UnsupportedError(f"the secrets provider {provider!r}")
    return found
