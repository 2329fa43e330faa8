"""Applications of an estate as the lifecycle knows the ends of a link: by the names that a person gave them."""

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
    """Both ends of a link. They warn of nothing.

    Args:
        declaration: of the link.
        clients: what asks them.
        names: what messages call each application: its name in the estate, or nothing if the words go into a stack.
        seconds: how long everything may take; no limit if not given.
    """
    source, target = (
        End(role, declaration.party(role), clients[role], name=names.get(role, "")) for role in BOTH
    )
    return Ends(declaration, source, target, Deadline(seconds), lambda _: None)


def step_of(told: Message, ends: Ends) -> str:
    """What to do about a message, for somebody without a program: it uses the applications' names, not their roles."""
    names = {"source": ends.source.name, "target": ends.target.name}
    return re.sub(r"\b(source|target)\b", lambda found: names[found[0]] or found[0], told.do)
