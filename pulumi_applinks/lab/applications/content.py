"""The content of an application, and who may see it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pulumi_applinks.lab.applications.users import User


@dataclass(frozen=True)
class Item:
    """One item of content.

    Args:
        title: its title.
        readers: the names of the users who may see it, besides administrators. `*` means every logged-in user; None means the public.
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
    """The content of an application."""

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
