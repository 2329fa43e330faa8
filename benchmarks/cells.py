"""The sizes: how many links among how many applications, and which pairs."""

from __future__ import annotations

from dataclasses import dataclass

LINKS = (1, 10, 100, 500)
APPLICATIONS = (2, 10, 40)
LATENCIES = (0, 20, 100)
"""Milliseconds."""


@dataclass(frozen=True)
class Cell:
    """One size.

    Attributes:
        links: the number of links.
        applications: the number of applications. Two of them have at most one link.
    """

    links: int
    applications: int

    def __str__(self) -> str:
        return f"{self.links} among {self.applications}"

    @property
    def exists(self) -> bool:
        """Whether there are enough pairs of applications."""
        return self.links <= self.applications * (self.applications - 1) // 2

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The pairs of linked applications: neighbours first, then farther ones, so that all have about the same number of links."""
        count = self.applications
        found = [
            (one, (one + distance) % count)
            for distance in range(1, count // 2 + 1)
            for one in range(count if 2 * distance < count else count // 2)
        ]
        return found[: self.links]

    @property
    def moved(self) -> list[tuple[int, int]]:
        """The links of the application that moves, which is the first one."""
        return [pair for pair in self.pairs if 0 in pair]


ALL = [Cell(links, applications) for links in LINKS for applications in APPLICATIONS]
EXISTING = [cell for cell in ALL if cell.exists]
MISSING = [cell for cell in ALL if not cell.exists]
