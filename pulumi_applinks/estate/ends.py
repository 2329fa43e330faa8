"""Applications of an estate as the lifecycle's ends of a link. Messages use the names that the user gave them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pulumi_applinks.lifecycle import BOTH, Declaration, End, Ends, Role
from pulumi_applinks.rest import ApplicationClient, Deadline, Message


def ends_of(
    declaration: Declaration,
    clients: Mapping[Role, ApplicationClient],
    names: Mapping[Role, str],
    seconds: float | None = None,
) -> Ends:
    """Return both ends of a link. Warnings are discarded.

    Args:
        declaration: of the link.
        clients: the clients that send the requests.
        names: the name that messages use for each application: its name in the estate, or empty if the messages are stored in a stack.
        seconds: how long everything may take; no limit if not given.
    """
    source, target = (
        End(role, declaration.party(role), clients[role], name=names.get(role, "")) for role in BOTH
    )
    return Ends(declaration, source, target, Deadline(seconds), lambda _: None)


def step_of(told: Message, ends: Ends) -> str:
    """Return the next step of a message with the applications' names instead of their roles, for users who have no program."""
    names = {"source": ends.source.name, "target": ends.target.name}
    return re.sub(r"\b(source|target)\b", lambda found: names[found[0]] or found[0], told.do)
