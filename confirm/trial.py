"""One link between two applications: the requests that create, change, break and remove it, and the steps to restore everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from confirm.facts import FACTS
from confirm.instance import Answer, Instance
from confirm.reading import APPLINKS, OAUTH

NAME = "applinks-confirm (made by `make confirm`; may be deleted)"
"""The link's name on both ends."""

_TRIES = 3


@dataclass
class PutBack:
    """What must be restored, starting with the last step."""

    steps: list[tuple[str, Callable[[], bool]]] = field(default_factory=list)

    def later(self, what: str, do: Callable[[], bool]) -> None:
        """Add a step that restores something.

        Args:
            what: the text that is reported if the step fails.
            do: restores it, and returns whether it is restored.
        """
        self.steps.append((what, do))

    def all(self) -> list[str]:
        """Restore everything.

        Returns:
            What could not be restored.
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
        here: the application that has this end.
        there: the application that it points to.
        made: whether the link is known to have been created.
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
        """The link as the older resources expect it."""
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
        """Whether a fact applies to the application."""
        return FACTS[fact].concerns(self.here.type_id, self.here.generation)

    def put(self, **other: str) -> Answer:
        """Create or update the link.

        Args:
            other: fields with other values than in `body`.
        """
        return self.here.ask("PUT", f"{APPLINKS}/1.0/applicationlink/{self.id}", body={**self.body, **other})

    def put_v3(self, **other: str) -> Answer:
        """Change the link through 3.0."""
        wanted = {key: self.body[key] for key in ("name", "rpcUrl", "displayUrl")}
        return self.here.ask("PUT", f"{APPLINKS}/3.0/applinks/{self.id}", body={**wanted, **other})

    def delete(self) -> Answer:
        """Delete the link on this end only."""
        return self.here.ask("DELETE", f"{APPLINKS}/1.0/applicationlink/{self.id}")

    def removed(self) -> bool:
        """Delete the link if it was created, and return whether it is gone."""
        if self.made or self.link():
            self.delete()
        listed = self.listed()
        return listed is not None and all(link.get("id") != self.id for link in listed)

    def listed(self) -> list[dict[str, Any]] | None:
        """All links; None if they can't be read."""
        answer = self.here.ask("GET", f"{APPLINKS}/1.0/applicationlink")
        known = isinstance(answer.get("applicationLinks"), list)
        return answer.entries("applicationLinks") if known else None

    def link(self) -> dict[str, Any]:
        """The link's entry in the list; empty if it is not listed."""
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
        """Set each OAuth level to 3LO with 2LO, or to none."""
        return self.here.ask(
            "PUT",
            f"{APPLINKS}/3.0/status/{link_id or self.id}/oauth",
            body={"incoming": level(incoming), "outgoing": level(outgoing)},
        )

    def authentication(self) -> Answer:
        """Read the link's authentication."""
        return self.here.ask("GET", f"{OAUTH}/applicationlink/{self.id}/authentication")

    def status(self) -> Answer:
        """Read the link's status."""
        return self.here.ask("GET", f"{APPLINKS}/3.0/status/{self.id}")


def level(on: bool) -> dict[str, bool]:
    """An OAuth level as the interface writes it."""
    return {"enabled": on, "twoLoEnabled": on, "twoLoImpersonationEnabled": False}
