"""Make a link, or bring one to what the program says now: look at everything, then change, then read back."""

from __future__ import annotations

from dataclasses import replace

from pulumi_applinks.lifecycle.declaration import Declaration, Directions, Role, other
from pulumi_applinks.lifecycle.ends import Ends
from pulumi_applinks.lifecycle.health import health
from pulumi_applinks.lifecycle.looking import (
    Found,
    Recorded,
    identify,
    look,
    looks_at_each_other,
    one_way_for_now,
    sights,
)
from pulumi_applinks.lifecycle.moving import relocate
from pulumi_applinks.lifecycle.observation import Identity, desired_end
from pulumi_applinks.lifecycle.observing import Seen, Statuses
from pulumi_applinks.lifecycle.outcome import Outcome
from pulumi_applinks.lifecycle.plan import authentication_steps, link_steps
from pulumi_applinks.lifecycle.problems import LinkError, Preflight
from pulumi_applinks.lifecycle.reading_back import read_back
from pulumi_applinks.lifecycle.run import Run
from pulumi_applinks.lifecycle.steps import DeleteLink, MakeLink, Step, Upgrade
from pulumi_applinks.rest import Conflict, Invalid


def reconcile(ends: Ends, recorded: Recorded | None = None) -> Outcome:
    """Make the link, or bring it to what the program says.

    Args:
        ends: both ends as declared now.
        recorded: what the state knows; nothing when the link is to be made.

    Returns:
        The link as it was read back from every managed end.

    Raises:
        Preflight: if something stands against it; nothing was changed.
        LinkError: if a change failed, or an end says something else when it is read back.
    """
    if recorded is not None:
        moved = relocate(ends, recorded)
        if moved is not None:
            return _outcome(ends, Found(), *moved)
    found = identify(ends, recorded)
    what = "the link cannot be made" if recorded is None else "the link cannot be changed"
    if found.problems:
        raise Preflight(what, found.problems)
    if "target" in found.unreachable and one_way_for_now(ends.declaration, recorded):
        ends = _one_way(ends)
    look(ends, found, recorded)
    if found.problems:
        raise Preflight(what, found.problems)
    run = Run()
    try:
        claim, *chains = _chains(ends, found, recorded)
        run.do(claim)
        run.do(*chains)
    except LinkError as error:
        # A key that can't be read, or a link that is not accepted: what the applications see of each other says why.
        if any(isinstance(cause, (Conflict, Invalid)) for cause in error.causes):
            reasons = _explained(ends, found, what)
            if reasons:
                raise LinkError(reasons, left=error.left, advice=error.advice) from None
        raise
    try:
        seen, statuses = read_back(ends, found.desired)
    except LinkError as error:
        if recorded is not None and not found.provisional and set(found.desired) <= set(recorded.managed):
            raise
        failure = run.take_back(error)  # the stack would not know what was made
    else:
        failing = any(status is not None and not status.working for status in statuses.values())
        reasons = _explained(ends, found, what) if failing and looks_at_each_other(ends.declaration) else ""
        if not reasons:
            return _outcome(ends, found, found.identities, seen, statuses)
        failure = run.take_back(LinkError(reasons))
    raise failure


def _one_way(ends: Ends) -> Ends:
    declaration = replace(ends.declaration, two_way=False, authentication=Directions())
    ends.notify(
        f"{ends.target.label} does not answer: only the link on {ends.source.label} is made now, one-way and without "
        f"authentication. Run `pulumi up` again when it is up to complete it."
    )
    return Ends(declaration, ends.source, ends.target, ends.deadline, ends.notify)


def _explained(ends: Ends, found: Found, what: str) -> str:
    reasons = list(sights(ends, found))
    return "\n".join([f"{what}:", *(f"  - {reason}" for reason in reasons)]) if reasons else ""


def _outcome(
    ends: Ends, found: Found, identities: dict[Role, Identity], seen: Seen, statuses: Statuses
) -> Outcome:
    state = health(
        ends.declaration,
        {"source": ends.source.label, "target": ends.target.label},
        statuses,
        unreachable=dict(found.unreachable) if ends.declaration.two_way else None,
    )
    return Outcome.of(identities, seen, state)


def _chains(ends: Ends, found: Found, recorded: Recorded | None) -> list[list[Step]]:
    """What is to be done: the claim first, then a chain of steps for each end.

    Of two stacks that make the same link at the same time, the one whose link is made first on the application with the smaller
    server id goes on, and the other one has changed nothing.
    """
    chains = {role: _steps(ends, role, found, recorded) for role in found.seen}
    making = [role for role, chain in chains.items() if chain and isinstance(chain[0], MakeLink)]
    claim: list[Step] = []
    if making:
        # A link's id is the server id of the application at its other end.
        first = min(making, key=lambda role: found.identities[role].server_id)
        claim, chains[first] = chains[first][:1], chains[first][1:]
    return [claim, *chains.values()]


def _steps(ends: Ends, role: Role, found: Found, recorded: Recorded | None) -> list[Step]:
    declaration, end, seen = ends.declaration, ends[role], found.seen[role]
    if role not in found.desired:
        # The reverse link of one that becomes one-way, unless another program is to have it from now on.
        if declaration.two_way or seen is None:
            return []
        gone = desired_end(declaration, role, found.identities[other(role)])
        return [DeleteLink(end, seen.id, seen, gone)]
    desired = found.desired[role]
    steps: list[Step] = []
    if declaration.on_duplicate == "remove" and seen is not None:
        # First, because 3.0 refuses to edit a link that has a duplicate [S9].
        steps += [DeleteLink(end, duplicate) for duplicate in seen.duplicates]
    if found.provisional and seen is not None and seen.id == found.provisional:
        steps.append(Upgrade(end, seen, desired))
        seen = seen.model_copy(update={"id": desired.id, "rpc_url": desired.rpc_url})
    primary = next(
        (link.id for link in found.links[role] if link.type_id == desired.type_id and link.primary), None
    )
    steps += link_steps(
        end,
        desired,
        seen,
        without_contact=other(role) in found.unreachable,
        previous_primary=primary,
        adopting=_adopting(declaration, role, recorded),
    )
    return [*steps, *authentication_steps(end, desired, found.seen[role])]


def _adopting(declaration: Declaration, role: Role, recorded: Recorded | None) -> bool:
    ours = recorded is not None and role in recorded.managed
    return ours or declaration.on_existing == "adopt"
