"""What an application has to show, and to whom."""

from __future__ import annotations

from dataclasses import dataclass, field

from pulumi_applinks.lab.applications.users import User


@dataclass(frozen=True)
class Item:
    """Something to be seen, by some.

    Args:
        title: of it.
        readers: names of those who may see it, besides administrators; everybody who is logged in when it holds `*`; the public
            when it is nothing.
    """

    title: str
    readers: frozenset[str] | None = None

    def visible_to(self, user: User | None) -> bool:
        """Whether a user, or the public, may see it."""
        if self.readers is None:
            return True
        return user is not None and (user.is_admin or user.name in self.readers or "*" in self.readers)


@dataclass
class Content:
    """What an application has to show."""

    items: list[Item] = field(
        default_factory=lambda: [
            Item("a public page"),
            Item("a page for everybody who is logged in", frozenset({"*"})),
            Item("a page for administrators", frozenset()),
        ]
    )

    def visible_to(self, user: User | None) -> list[str]:
        """The titles that a user, or the public, may see."""
        return [item.title for item in self.items if item.visible_to(user)]
