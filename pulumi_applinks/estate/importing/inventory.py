"""The inventory: what was found, what to take over, and what to name it. A scan writes it, and a person edits it.

It only has the ids of what is left out. It has no secrets. A second scan keeps what the person decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import yaml
from pydantic import ValidationError

from pulumi_applinks.estate.model import EstateError, Named, unique_name
from pulumi_applinks.estate.sources import NAME, from_yaml
from pulumi_applinks.lifecycle import BOTH, Declaration, Directions, Role
from pulumi_applinks.lifecycle.declaration import Record, Url, declare
from pulumi_applinks.names import DEFAULTS

FORMAT = "pulumi-applinks-inventory"
VERSION = 1
"""The version of the file. A new field does not change it; a removed field, or one with a new meaning, does."""

_HEADER = """\
# What `applinks import scan` found. Edit it, then run `applinks import write`; a second scan keeps what you decide here.
#
#   take      false leaves a link out of the program.
#   resource  what the link is called in the program and in the stack.
#
# The rest is as the applications say. `write` reads each link again, and leaves out what differs from this file.
"""


class Called(Record):
    """What one link says about an application that differs from what the other links say."""

    url: Url | None = None
    rpc_url: Url | None = None
    api_url: Url | None = None
    name: str | None = None

    def given(self) -> dict[str, str | None]:
        """Return the fields that were given, including those that were given as None."""
        return self.model_dump(exclude_unset=True)


class Declared(Record):
    """An application as the program declares it."""

    url: Url
    rpc_url: Url | None = None
    api_url: Url | None = None
    credentials: str | None = None
    name: str | None = None
    manifest_needs_login: Literal[True] | None = None

    def but(self, called: Called) -> Declared:
        """Return the application as one link describes it."""
        return self.model_copy(update=called.given())

    def otherwise(self, other: Declared) -> Called:
        """Return what another record of the same application says differently. `self.but(...)` with the result gives the other record."""
        parts = {part: getattr(other, part) for part in Called.model_fields}
        return Called(**{part: value for part, value in parts.items() if value != getattr(self, part)})

    def named(self, name: str) -> Named:
        """Return the application in the form that a reader needs to ask it."""
        told = self.manifest_needs_login is True
        return Named(name, self.url, self.rpc_url, self.api_url, self.credentials, manifest_needs_login=told)


class Entry(Record):
    """A link that can be taken over."""

    resource: str
    take: bool = True
    source: str
    target: str
    two_way: bool = True
    authentication: Directions | None = None
    primary: Literal[True] | None = None
    reverse_primary: Literal[True] | None = None
    source_as: Called = Called()
    target_as: Called = Called()
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> dict[Role, str]:
        """The names of its applications, by their roles."""
        return {"source": self.source, "target": self.target}

    @property
    def pair(self) -> frozenset[str]:
        """The names of its two applications."""
        return frozenset((self.source, self.target))

    def party(self, role: Role, applications: Mapping[str, Declared]) -> Declared:
        """Return one of its applications as this link describes it."""
        called = self.source_as if role == "source" else self.target_as
        return applications[self.names[role]].but(called)

    def declaration(self, applications: Mapping[str, Declared]) -> Declaration:
        """Return the link as a record.

        Raises:
            Malformed: if its form is wrong.
        """
        return declare(self._given(applications))

    def inputs(self, applications: Mapping[str, Declared]) -> dict[str, Any]:
        """Return its inputs as a stack stores them after it ran the program.

        Raises:
            Malformed: if their form is wrong.
        """
        from pulumi_applinks.properties import as_stored  # imports Pulumi itself

        given = self._given(applications)
        return as_stored(given, declare(given))

    def _given(self, applications: Mapping[str, Declared]) -> dict[str, Any]:
        parts: dict[str, Record | None] = {role: self.party(role, applications) for role in BOTH}
        parts["authentication"] = self.authentication
        said: dict[str, Any] = {
            **DEFAULTS,
            **{key: one and one.model_dump(exclude_none=True) for key, one in parts.items()},
            "two_way": self.two_way,
            "primary": self.primary,
            "reverse_primary": self.reverse_primary,
        }
        return {key: value for key, value in said.items() if value is not None}

    def among(self, before: Mapping[str, Declared], now: Mapping[str, Declared]) -> Entry:
        """Return the same link for applications that are declared differently.

        Args:
            before: the applications that this link refers to.
            now: the applications as they are declared now.
        """
        source, target = (self.party(role, before) for role in BOTH)
        called = {
            "source_as": now[self.source].otherwise(source),
            "target_as": now[self.target].otherwise(target),
        }
        return self.model_copy(update=called)


class LeftOut(Record):
    """A link that cannot be taken over."""

    between: tuple[str, str]
    end: str
    why: str
    reason: str
    next: str | None = None


class NotAsked(Record):
    """An application whose links could not be read."""

    application: str
    reason: str


class Inventory(Record):
    """What was found.

    Args:
        applications: by the names that the user gave them.
        links: links that can be taken over.
        left_out: links that cannot, each with the reason.
        not_asked: applications whose links could not be read.
    """

    applications: Mapping[str, Declared]
    links: tuple[Entry, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    not_asked: tuple[NotAsked, ...] = ()

    @property
    def taken(self) -> list[Entry]:
        """The links that will be taken over."""
        return [one for one in self.links if one.take]

    def as_text(self) -> str:
        """Return the inventory as text to edit. The same inventory gives the same bytes."""
        data = {
            "format": FORMAT,
            "version": VERSION,
            "applications": {name: _plain(one) for name, one in self.applications.items()},
            "links": [_entry(one) for one in self.links],
            "left_out": [_plain(one) for one in self.left_out],
            "not_asked": [_plain(one) for one in self.not_asked],
        }
        return _HEADER + yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)


def _plain(record: Record) -> dict[str, Any]:
    return record.model_dump(mode="json", exclude_none=True)


def _entry(entry: Entry) -> dict[str, Any]:
    """Return a link as data. Defaults are omitted, except for `take`, because a person edits it."""
    found = {**entry.model_dump(mode="json", exclude_defaults=True), "take": entry.take}
    for role in ("source_as", "target_as"):
        if given := getattr(entry, role).given():
            found[role] = given
    if entry.authentication is not None:
        found["authentication"] = entry.authentication.model_dump(mode="json", exclude_none=True)
    return {key: found[key] for key in Entry.model_fields if key in found}


def from_text(text: str, where: str) -> Inventory:
    """Read an inventory from the text of its file.

    Raises:
        EstateError: if it is not an inventory, has another version, or contradicts itself.
    """
    data = from_yaml(text, where)
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise EstateError(f"{where} is not an inventory. Write one with `applinks import scan`.")
    if data.get("version") != VERSION:
        raise EstateError(
            f"{where} is of version {data.get('version')}, and this program reads version {VERSION}: scan again into another file."
        )
    try:
        found = Inventory.model_validate(
            {key: value for key, value in data.items() if key not in ("format", "version")}
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        raise EstateError(f"{where}: {path}: {first['msg'].removeprefix('Value error, ')}") from None
    if wrong := _wrong(found):
        raise EstateError(f"{where}: {wrong}")
    return found


def _wrong(inventory: Inventory) -> str | None:
    for name in [*inventory.applications, *(entry.resource for entry in inventory.links)]:
        if not NAME.fullmatch(name):
            return f"{name!r}: a name has letters, digits, dots, dashes and underscores."
    for entry in inventory.links:
        for name in (entry.source, entry.target):
            if name not in inventory.applications:
                return f"the link {entry.resource} names {name}, which is not one of the applications."
        if entry.source == entry.target:
            return f"the link {entry.resource} points from {entry.source} to itself."
    resources = Counter(entry.resource for entry in inventory.taken)
    for name, count in resources.items():
        if count > 1:
            return f"{count} links have the resource name {name}: give each its own name."
    pairs = Counter(entry.pair for entry in inventory.taken)
    for pair, count in pairs.items():
        if count > 1:
            return f"the link between {' and '.join(sorted(pair))} is listed {count} times: list it once."
    return None


def ordered(links: Iterable[Entry], applications: Iterable[str]) -> tuple[Entry, ...]:
    """Sort links in the order of their applications, so that a second scan keeps the order."""
    order = {name: number for number, name in enumerate(applications)}
    return tuple(sorted(links, key=lambda one: (order[one.source], order[one.target])))


def merged(found: Inventory, before: Inventory) -> Inventory:
    """Combine what was found now with what the person decided before.

    If an application could not be asked this time, its known links are kept, so that a failed scan loses nothing.
    """
    decided = {entry.pair: entry for entry in before.links}
    silent = {one.application for one in found.not_asked}
    now = {entry.pair for entry in found.links}
    kept = [entry for entry in before.links if entry.pair & silent and entry.pair not in now]
    known = {
        name for entry in kept for name in entry.pair if name in silent or name not in found.applications
    }
    applications = {
        **found.applications,
        **{name: before.applications[name] for name in before.applications if name in known},
    }
    taken = {decided[pair].resource for pair in now if pair in decided} | {one.resource for one in kept}
    links = [entry.among(before.applications, applications) for entry in kept]
    for entry in found.links:
        earlier = decided.get(entry.pair)
        name = earlier.resource if earlier is not None else unique_name(entry.resource, taken)
        taken.add(name)
        links.append(entry.model_copy(update={"resource": name, "take": earlier is None or earlier.take}))
    waiting = {entry.pair for entry in kept}
    return found.model_copy(
        update={
            "applications": applications,
            "links": ordered(links, applications),
            "left_out": tuple(one for one in found.left_out if frozenset(one.between) not in waiting),
        }
    )
