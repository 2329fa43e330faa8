"""What a program says of a link, with the applications by their names in the network."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.reliability.stacks import Inputs
from tests.unit.lifecycle.test_changes import FORMS

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
    """

    source: str
    target: str
    urls: dict[str, str]
    kinds: dict[str, str]
    form: str = "oauth"
    options: dict[str, Any] = field(default_factory=dict)

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
