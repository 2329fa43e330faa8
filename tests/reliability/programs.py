"""The programs and their links. Applications have the names of the network here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.driver import TOKEN, CompanyLink, Goal, Inputs, token_of
from tests.reliability.books import Books
from tests.reliability.network import Network
from tests.unit.lifecycle.forms import FORMS

ONE_WAY = FORMS["none"]


@dataclass
class Declared:
    """A link as a program declares it.

    Args:
        source: the name of its source application.
        target: the name of its target application.
        urls: the applications' addresses in the program.
        kinds: the applications' types.
        form: the form of authentication.
        options: other inputs.
        engine: the options for the engine: `protect`, `retain`, `ignore`, `subclass`.
        aliases: its earlier names.
    """

    source: str
    target: str
    urls: dict[str, str]
    kinds: dict[str, str]
    form: str = "oauth"
    options: dict[str, Any] = field(default_factory=dict)
    engine: dict[str, Any] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()

    @property
    def two_way(self) -> bool:
        """Whether the target links back."""
        return bool(self.options.get("two_way", True))

    @property
    def directions(self) -> dict[str, Any]:
        """The settings of authentication for each direction; a one-way link has none."""
        return FORMS[self.form] if self.two_way else ONE_WAY

    @property
    def pair(self) -> frozenset[str]:
        """The two applications."""
        return frozenset((self.source, self.target))

    @property
    def both_ends(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """For each end: the application that has it, and the application that it points to."""
        return (self.source, self.target), (self.target, self.source)

    @property
    def ends(self) -> tuple[tuple[str, str], ...]:
        """The ends that the program creates."""
        both = self.two_way and self.options.get("manage") != "source"
        return self.both_ends if both else self.both_ends[:1]

    def inputs(self) -> Inputs:
        """The inputs that the engine passes to the provider."""
        options = {key: value for key, value in self.options.items() if value is not None}
        parties: dict[str, dict[str, Any]] = {}
        for role, name in (("source", self.source), ("target", self.target)):
            parties[role] = {"url": self.urls[name], "credentials": name, "kind": self.kinds[name]}
            called = options.pop(f"{role}_name", None)
            if called:
                parties[role]["name"] = called
        if not self.two_way:
            options.pop("reverse_primary", None)
        return {
            **parties,
            "authentication": self.directions,
            "two_way": True,
            "timeout_seconds": 60,
            **options,
        }

    def goal(self) -> Goal:
        """The resource as it is registered with the engine."""
        return Goal(
            self.inputs(),
            protect=bool(self.engine.get("protect")),
            retain=bool(self.engine.get("retain")),
            ignore=tuple(self.engine.get("ignore") or ()),
            aliases=self.aliases,
            token=token_of(CompanyLink) if self.engine.get("subclass") else TOKEN,
            own_class=bool(self.engine.get("subclass")),
        )


class Programs:
    """The programs of several stacks, and the ways to rewrite them.

    Args:
        network: the applications.
        books: the record of who owns which link.
        stacks: the names of the stacks.
    """

    def __init__(self, network: Network, books: Books, stacks: Iterable[str]) -> None:
        self.network = network
        self.books = books
        self.programs: dict[str, dict[str, Declared]] = {name: {} for name in stacks}

    def declare(
        self, stack: str, link: str, source: str, target: str, form: str = "oauth", **options: Any
    ) -> None:
        """A program declares a link, or replaces the one of that name; it never declares the same pair twice."""
        program = self.programs[stack]
        pair = frozenset((source, target))
        if any(one.pair == pair for name, one in program.items() if name != link):
            return
        urls = {name: self.network[name].url for name in pair}
        program[link] = Declared(source, target, urls, self.network.kinds, form)
        self.change(stack, link, **options)

    def change(self, stack: str, link: str, *, form: str | None = None, **options: Any) -> None:
        """A program changes its declaration of a link."""
        declared = self.programs[stack].get(link)
        if declared is None:
            return
        declared.form = form or declared.form
        declared.options.update(options)
        if options.get("primary") or options.get("reverse_primary"):
            self.books.primary_links_move()

    def drop(self, stack: str, link: str) -> None:
        """A link leaves the program."""
        self.programs[stack].pop(link, None)

    def follow(self, stack: str) -> None:
        """A program gets the new addresses of the applications."""
        for declared in self.programs[stack].values():
            declared.urls = {name: self.network[name].url for name in declared.pair}

    def declared(self) -> list[tuple[str, str]]:
        """Each link that a program declares, by its stack and its name."""
        return [(stack, link) for stack, program in self.programs.items() for link in program]

    def declared_ends(self) -> list[tuple[str, str]]:
        """The ends that the programs declare: for each, the application that has it and the application that it points to."""
        found = {
            end for program in self.programs.values() for one in program.values() for end in one.both_ends
        }
        return sorted(found)

    def rename(self, stack: str, link: str, new: str, *, alias: bool = False) -> None:
        """A link gets another name in a program. Without an alias, the engine sees a new resource, and the old one has left the program."""
        program = self.programs[stack]
        if link in program and new not in program:
            program[new] = program.pop(link)
            program[new].aliases += (link,) if alias else ()

    def tell_engine(self, stack: str, link: str, **said: Any) -> None:
        """A program changes the options of a link for the engine: `protect`, `retain`, `ignore`, `subclass`."""
        if link in self.programs[stack]:
            self.programs[stack][link].engine.update(said)

    def primary_changes(self, stack: str, here: str, there: str) -> None:
        """A program makes another one of its links of a type the primary one on an application."""
        for declared in self.programs[stack].values():
            for key, end in zip(("primary", "reverse_primary"), declared.both_ends, strict=True):
                if end[0] == here and self.network.kinds[end[1]] == self.network.kinds[there]:
                    declared.options[key] = True if end[1] == there else None
        self.books.primary_links_move()
