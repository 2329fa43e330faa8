"""The file that has a stack's resources: a deployment of format version 3."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi_applinks.lab.engine.errors import EngineError, UnsupportedError
from pulumi_applinks.lab.engine.files import write_whole
from pulumi_applinks.lab.engine.journal import Journal, Recorded
from pulumi_applinks.lab.engine.resources import Resource, now
from pulumi_applinks.lab.engine.secrets import Crypter
from pulumi_applinks.lab.engine.snapshots import snapshot


@dataclass
class StateFile:
    """The file of one stack.

    Attributes:
        path: where it is.
        crypter: opens its secrets.
        journal: what was done since it was written.
    """

    path: Path
    crypter: Crypter

    def __post_init__(self) -> None:
        self.journal = Journal(self.path)

    def exists(self) -> bool:
        """Whether the stack was made."""
        return self.path.is_file()

    @property
    def unfinished(self) -> bool:
        """Whether an operation was killed, and its steps are in the journal alone."""
        return self.journal.read() is not None

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
        recorded = self.journal.read()
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

    def note(self, resources: Mapping[int, Resource | None], renamed: Mapping[str, str]) -> None:
        """Write down what a step did, until the next `save`.

        Args:
            resources: what they are now, None for what is gone; by number: those of the last `save` have their places in it,
                those that were made since follow.
            renamed: the resources that were found under an alias so far, from the old URN to the new one.

        Raises:
            OSError: it could not be written down.
        """
        self.journal.append(
            {number: None if one is None else one.to_json(self.crypter) for number, one in resources.items()},
            renamed,
        )

    def write(self, found: dict[str, Any]) -> None:
        """Write a whole deployment, completely or not at all.

        Raises:
            OSError: it could not be written; the journal is kept then.
        """
        write_whole(self.path, json.dumps(found, indent=4, ensure_ascii=False) + "\n")
        self.journal.drop()


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
