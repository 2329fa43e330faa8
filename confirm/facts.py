"""The facts that the client and the lab rely on, from facts.csv."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from pulumi_applinks.lab.applications import GENERATIONS, Generation

_ORDER: list[str] = list(GENERATIONS)


@dataclass(frozen=True)
class Fact:
    """One fact.

    Args:
        id: its name in results.
        words: the statement.
        source: where it is known from.
        look: how it is checked.
        client: how the client handles it.
        since: the first generation of the plugin that it applies to.
        until: the last generation.
        types: the types of applications that it applies to; all types if empty.
        writes: whether the check needs a link that is created for it.
    """

    id: str
    words: str
    source: str
    look: str
    client: str
    since: Generation
    until: Generation
    types: tuple[str, ...]
    writes: bool

    def concerns(self, type_id: str, generation: Generation) -> bool:
        """Whether the fact applies to an application of this type and generation."""
        here = _ORDER.index(generation)
        fits = _ORDER.index(self.since) <= here <= _ORDER.index(self.until)
        return fits and (not self.types or type_id in self.types)

    @property
    def concerned(self) -> str:
        """The generations and types that it applies to, in words."""
        first, last = self.since != _ORDER[0], self.until != _ORDER[-1]
        bounds = " ".join([f"from {self.since}"] * first + [f"to {self.until}"] * last) or "all"
        return f"{bounds}: {', '.join(self.types)}" if self.types else bounds


def _read() -> Iterable[Fact]:
    with Path(__file__).with_name("facts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            until = row["until"] or _ORDER[-1]
            yield Fact(
                row["id"],
                row["words"],
                row["source"],
                row["look"],
                row["client"],
                cast(Generation, row["since"]),
                cast(Generation, until),
                tuple(row["types"].split()),
                row["looked"] == "writing",
            )


FACTS: dict[str, Fact] = {one.id: one for one in _read()}
"""All facts, by name."""

NOT_LOOKED_AT = {
    "a logged-in user who is not an administrator: 401, and 403 or 401 from 3.0": "S9, INF for hosts",
    "a corrupted link, or one whose type's plugin is gone: not listed, and a PUT of its id answers 400 or 500": "ind",
    "a link with basic access answers its stored password": "KB",
    "`status` on a link to applinks 5.0 or 5.1 needs a person's authorisation": "S9",
    "a person authorises 3LO on the pages `/plugins/servlet/oauth/…`": "S9, OA",
    "a firewall, a balancer and an application that starts answer in the application's place": "what installations answer",
    "a Cloud site behaves as a server does": "INF",
}
"""Facts whose check needs more than two applications and one link between them, and their sources."""


def concerning(type_id: str, generation: Generation) -> Iterable[Fact]:
    """The facts that apply to an application of this type and generation."""
    return (one for one in FACTS.values() if one.concerns(type_id, generation))


def generation_of(plugin: str) -> Generation:
    """The generation of a version of the plugin.

    Args:
        plugin: the version in the manifest.
    """
    numbers = tuple(int(part) for part in plugin.split(".") if part.isdecimal())
    bounds: list[tuple[tuple[int, ...], Generation]] = [
        ((5,), "3"),
        ((5, 2, 6), "5"),
        ((9,), "5.4"),
        ((10,), "9"),
        ((11,), "10"),
    ]
    return next((generation for bound, generation in bounds if numbers < bound), "11")
