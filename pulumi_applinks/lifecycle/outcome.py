"""What an operation leaves behind, as the stack's state keeps it."""

from __future__ import annotations

from typing import Any

from pulumi_applinks.lifecycle.declaration import Declaration, Record, Role
from pulumi_applinks.lifecycle.health import Health
from pulumi_applinks.lifecycle.observation import Identity, LinkObservation, desired_end, differences

_SHOWN_AS: dict[Role, dict[str, str]] = {
    "source": {
        "name": "target.name",
        "display_url": "target.url",
        "rpc_url": "target.rpc_url",
        "primary": "primary",
        "outgoing": "authentication.outgoing.level",
        "incoming": "authentication.incoming.level",
        "execute_as": "authentication.incoming.execute_as",
    },
    "target": {
        "name": "source.name",
        "display_url": "source.url",
        "rpc_url": "source.rpc_url",
        "primary": "reverse_primary",
        "outgoing": "authentication.incoming.level",
        "incoming": "authentication.outgoing.level",
        "execute_as": "authentication.outgoing.execute_as",
    },
}
"""Under which property a person looks for what one end says: the source's link tells of the target, and the other way."""


class Outcome(Record):
    """A link after an operation.

    Args:
        identities: who the applications are; the target's is missing while it has not answered yet.
        links: what each managed end says; nothing where it has no link.
        word: the state in one word.
        detail: and in a sentence.
    """

    identities: dict[Role, Identity]
    links: dict[Role, LinkObservation | None]
    word: str
    detail: str

    @classmethod
    def of(
        cls, identities: dict[Role, Identity], links: dict[Role, LinkObservation | None], health: Health
    ) -> Outcome:
        """Put together what was found."""
        return cls(identities=identities, links=links, word=health.word, detail=health.detail)


def drift(
    declaration: Declaration, outcome: Outcome, acknowledged: dict[Role, tuple[str, ...]]
) -> dict[str, dict[str, Any]]:
    """Where what was read differs from what the program says.

    Args:
        declaration: what the program says.
        outcome: what was read.
        acknowledged: the duplicates that were reported before, by end.

    Returns:
        By property, what is declared, what was observed, and on which end.
    """
    found: dict[str, dict[str, Any]] = {}
    for role in declaration.managed:
        seen = outcome.links.get(role)
        if seen is None:
            found["two_way" if role == "target" else "link"] = {
                "declared": True if role == "target" else "present",
                "observed": False if role == "target" else "gone",
                "on": role,
            }
            continue
        remote = outcome.identities.get("target" if role == "source" else "source")
        if remote is None:
            continue
        for field, (declared, observed) in differences(desired_end(declaration, role, remote), seen).items():
            key = _SHOWN_AS[role][field]
            if key in found:
                found[key]["on"] = "both"
            else:
                found[key] = {"declared": declared, "observed": observed, "on": role}
        news = sorted(set(seen.duplicates) - set(acknowledged.get(role, ())))
        unwanted = seen.duplicates if declaration.on_duplicate == "remove" else tuple(news)
        if unwanted:
            found[f"duplicates.{role}"] = {"declared": [], "observed": list(unwanted), "on": role}
    return found
