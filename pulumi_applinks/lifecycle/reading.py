"""Read both ends of a link as they are, and say how it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial

from pulumi_applinks.lifecycle.declaration import Role
from pulumi_applinks.lifecycle.ends import Ends
from pulumi_applinks.lifecycle.health import Health, health
from pulumi_applinks.lifecycle.looking import BOTH, Recorded, link_id_now
from pulumi_applinks.lifecycle.observation import Identity, identity_of
from pulumi_applinks.lifecycle.observing import Seen, Statuses, observe_both
from pulumi_applinks.lifecycle.outcome import Outcome
from pulumi_applinks.lifecycle.problems import LinkError
from pulumi_applinks.lifecycle.together import side_by_side
from pulumi_applinks.rest import ApplinksError, CouldNotAsk, Manifest, ServerFault


@dataclass(frozen=True)
class Reading:
    """What was read.

    Args:
        outcome: the link; for an end that did not answer it has nothing.
        replaced: ends at whose address another application answers, with its server id.
        unreachable: ends that did not answer, and why.
    """

    outcome: Outcome
    replaced: dict[Role, str] = field(default_factory=dict)
    unreachable: dict[Role, str] = field(default_factory=dict)


def read(ends: Ends, recorded: Recorded) -> Reading | None:
    """Read the managed ends.

    Args:
        ends: both ends as declared.
        recorded: what the state knows.

    Returns:
        What was read; nothing when no managed end has the link any more.

    Raises:
        ApplinksError: if an application refuses to be read.
        LinkError: if no managed end answers at all.
    """
    identities: dict[Role, Identity] = dict(recorded.identities)
    unreachable: dict[Role, str] = {}
    replaced: dict[Role, str] = {}
    managed = recorded.managed or ends.declaration.managed

    def ask(role: Role) -> Manifest | ApplinksError:
        try:
            return ends[role].client.manifest()
        except (CouldNotAsk, ServerFault) as error:
            return error
        except ApplinksError as error:
            if role in managed:
                raise
            return error

    for role, answer in zip(BOTH, side_by_side([partial(ask, role) for role in BOTH]), strict=True):
        if not isinstance(answer, Manifest):
            unreachable[role] = str(answer)
            continue
        known = identities.get(role)
        if known and known.server_id != answer.id:
            replaced[role] = answer.id
        else:
            identities[role] = identity_of(answer)
    links, statuses = observe_both(
        ends,
        {
            role: link_id_now(ends, role, recorded)
            for role in managed
            if role not in unreachable and role not in replaced
        },
    )
    asked = [role for role in managed if role not in unreachable]
    if not asked:
        raise LinkError(
            " ".join(unreachable[role] for role in managed),
            advice="Nothing was read, and the stack's state stays as it is: run this again when the application answers.",
        )
    if len(asked) == len(managed) and not replaced and all(links[role] is None for role in managed):
        return None
    state = _state(ends, statuses, links, unreachable, replaced, managed)
    return Reading(Outcome.of(identities, links, state), replaced, unreachable)


def _state(
    ends: Ends,
    statuses: Statuses,
    links: Seen,
    unreachable: dict[Role, str],
    replaced: dict[Role, str],
    managed: tuple[Role, ...],
) -> Health:
    if replaced:
        told = "; ".join(
            f"another application (server id {new}) answers at {ends[role].label}"
            for role, new in replaced.items()
        )
        return Health("not-working", f"{told}.")
    declaration = ends.declaration
    if declaration.managed != managed and managed == ("source",):  # the target has not come up yet
        declaration = replace(declaration, two_way=False)
    return health(
        declaration,
        {"source": ends.source.label, "target": ends.target.label},
        statuses,
        gone=tuple(role for role in managed if role in links and links[role] is None),
        unreachable=unreachable
        if declaration.two_way
        else {role: why for role, why in unreachable.items() if role in managed},
    )
