"""What programs say of links, with the applications by their names in the network."""

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
        source: the application that it starts from.
        target: the application that it points at.
        urls: where the program believes them to be.
        kinds: their types.
        form: of authentication.
        options: other inputs.
        engine: what the program says to the engine: `protect`, `retain`, `ignore`, `subclass`.
        aliases: names that it had.
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
        """The levels of authentication, of which a one-way link has none."""
        return FORMS[self.form] if self.two_way else ONE_WAY

    @property
    def pair(self) -> frozenset[str]:
        """The two applications."""
        return frozenset((self.source, self.target))

    @property
    def both_ends(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Each application, and the one that its link points at."""
        return (self.source, self.target), (self.target, self.source)

    @property
    def ends(self) -> tuple[tuple[str, str], ...]:
        """The ends that the program makes."""
        both = self.two_way and self.options.get("manage") != "source"
        return self.both_ends if both else self.both_ends[:1]

    def inputs(self) -> Inputs:
        """As the engine hands it over."""
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
        """As the engine has it registered."""
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
    """What the programs of several stacks say, and how they are rewritten.

    Args:
        network: the applications.
        books: the account of what belongs to whom.
        stacks: their names.
    """

    def __init__(self, network: Network, books: Books, stacks: Iterable[str]) -> None:
        self.network = network
        self.books = books
        self.programs: dict[str, dict[str, Declared]] = {name: {} for name in stacks}

    def declare(
        self, stack: str, link: str, source: str, target: str, form: str = "oauth", **options: Any
    ) -> None:
        """A program declares a link, or another one under the same name; never the same pair twice."""
        program = self.programs[stack]
        pair = frozenset((source, target))
        if any(one.pair == pair for name, one in program.items() if name != link):
            return
        urls = {name: self.network[name].url for name in pair}
        program[link] = Declared(source, target, urls, self.network.kinds, form)
        self.change(stack, link, **options)

    def change(self, stack: str, link: str, *, form: str | None = None, **options: Any) -> None:
        """A program says something else of a link."""
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
        """The ends that the programs speak of, each as the application and the one that its link points at."""
        found = {
            end for program in self.programs.values() for one in program.values() for end in one.both_ends
        }
        return sorted(found)

    def rename(self, stack: str, link: str, new: str, *, alias: bool = False) -> None:
        """A link gets another name in a program. Without an alias it is another one to the engine, and the old one left the program."""
        program = self.programs[stack]
        if link in program and new not in program:
            program[new] = program.pop(link)
            program[new].aliases += (link,) if alias else ()

    def tell_engine(self, stack: str, link: str, **said: Any) -> None:
        """A program says something to the engine of a link: `protect`, `retain`, `ignore`, `subclass`."""
        if link in self.programs[stack]:
            self.programs[stack][link].engine.update(said)

    def primary_changes(self, stack: str, here: str, there: str) -> None:
        """A program gives the primary place on an application to another one of its links of that type."""
        for declared in self.programs[stack].values():
            for key, end in zip(("primary", "reverse_primary"), declared.both_ends, strict=True):
                if end[0] == here and self.network.kinds[end[1]] == self.network.kinds[there]:
                    declared.options[key] = True if end[1] == there else None
        self.books.primary_links_move()
