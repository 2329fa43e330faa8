"""One link between two applications: what is asked to make, change, break and remove it, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from confirm.facts import FACTS
from confirm.instance import Answer, Instance
from confirm.reading import APPLINKS, OAUTH

NAME = "applinks-confirm (made by `make confirm`; may be deleted)"
"""What the link is called on both ends."""

_TRIES = 3


@dataclass
class PutBack:
    """What has to be restored, the last first."""

    steps: list[tuple[str, Callable[[], bool]]] = field(default_factory=list)

    def later(self, what: str, do: Callable[[], bool]) -> None:
        """Promise to do something.

        Args:
            what: it is, named when it fails.
            do: says whether it is so now.
        """
        self.steps.append((what, do))

    def all(self) -> list[str]:
        """Put everything back.

        Returns:
            What could not be.
        """
        left = []
        while self.steps:
            what, do = self.steps.pop()
            if not any(_succeeds(do) for _ in range(_TRIES)):
                left.append(what)
        return left


def _succeeds(do: Callable[[], bool]) -> bool:
    try:
        return do()
    except requests.RequestException:
        return False


@dataclass
class TrialEnd:
    """One end of the link.

    Args:
        here: the application that has it.
        there: the one that it points at.
        made: whether the link is known to have been made.
    """

    here: Instance
    there: Instance
    made: bool = False

    @property
    def id(self) -> str:
        """The link's id here."""
        return self.there.id

    @property
    def body(self) -> dict[str, Any]:
        """The link as the older resources take it."""
        return {
            "id": self.id,
            "typeId": self.there.type_id,
            "name": NAME,
            "rpcUrl": self.there.url,
            "displayUrl": self.there.manifest["url"],
            "isPrimary": False,
            "isSystem": False,
        }

    def has(self, fact: str) -> bool:
        """Whether it is a fact of the application."""
        return FACTS[fact].concerns(self.here.type_id, self.here.generation)

    def put(self, **other: str) -> Answer:
        """Make or update the link.

        Args:
            other: fields with other values than they should have.
        """
        return self.here.ask("PUT", f"{APPLINKS}/1.0/applicationlink/{self.id}", body={**self.body, **other})

    def put_v3(self, **other: str) -> Answer:
        """Change the link through 3.0."""
        wanted = {key: self.body[key] for key in ("name", "rpcUrl", "displayUrl")}
        return self.here.ask("PUT", f"{APPLINKS}/3.0/applinks/{self.id}", body={**wanted, **other})

    def delete(self) -> Answer:
        """Delete the link, here alone."""
        return self.here.ask("DELETE", f"{APPLINKS}/1.0/applicationlink/{self.id}")

    def removed(self) -> bool:
        """Delete the link if it was made, and look whether it is gone."""
        if self.made or self.link():
            self.delete()
        listed = self.listed()
        return listed is not None and all(link.get("id") != self.id for link in listed)

    def listed(self) -> list[dict[str, Any]] | None:
        """All links; None when they can't be read."""
        answer = self.here.ask("GET", f"{APPLINKS}/1.0/applicationlink")
        known = isinstance(answer.get("applicationLinks"), list)
        return answer.entries("applicationLinks") if known else None

    def link(self) -> dict[str, Any]:
        """The link as it is listed; empty when it is not."""
        return next((link for link in self.listed() or [] if link.get("id") == self.id), {})

    def others(self) -> list[dict[str, Any]]:
        """The other links."""
        return [link for link in self.listed() or [] if link.get("id") != self.id]

    def relocate(self, link_id: str, new_url: str, *, forgery: bool = False) -> Answer:
        """Relocate the link."""
        return self.here.ask(
            "POST",
            f"{APPLINKS}/1.0/relocateApplicationlink/{link_id}",
            params={"newUrl": new_url, "nowarning": "false"},
            forgery=forgery,
        )

    def set_levels(self, incoming: bool, outgoing: bool, link_id: str | None = None) -> Answer:
        """Set the OAuth levels, each to 3LO with 2LO or to none."""
        return self.here.ask(
            "PUT",
            f"{APPLINKS}/3.0/status/{link_id or self.id}/oauth",
            body={"incoming": level(incoming), "outgoing": level(outgoing)},
        )

    def authentication(self) -> Answer:
        """How the link is authenticated."""
        return self.here.ask("GET", f"{OAUTH}/applicationlink/{self.id}/authentication")

    def status(self) -> Answer:
        """What the application says of the link."""
        return self.here.ask("GET", f"{APPLINKS}/3.0/status/{self.id}")


def level(on: bool) -> dict[str, bool]:
    """OAuth as the interface writes it."""
    return {"enabled": on, "twoLoEnabled": on, "twoLoImpersonationEnabled": False}
