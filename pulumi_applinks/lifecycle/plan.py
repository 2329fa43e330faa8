"""From what the program says and what was read to the steps that close the gap. Pure: nothing is asked here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi_applinks.lifecycle.declaration import Declaration, Role, other
from pulumi_applinks.lifecycle.link import (
    Desired,
    LinkObservation,
    as_made,
    desired_end,
    differences,
)
from pulumi_applinks.lifecycle.requirements import free_name, name_holder
from pulumi_applinks.lifecycle.steps import (
    DeleteLink,
    EditLink,
    MakeLink,
    MakePrimary,
    Relocate,
    RemoveLegacy,
    RenewKey,
    SetAuthentication,
    SetExecuteAs,
    Step,
    Upgrade,
)
from pulumi_applinks.lifecycle.survey import EndSeen, Survey
from pulumi_applinks.rest import Level, same_address


@dataclass(frozen=True)
class Plan:
    """What is to be done.

    Args:
        claim: what goes first: of two that make the same link at the same time, one finds here that it was second; and where one end
            takes authentication away, that may be refused, and what the other end gains can't be taken back then.
        chains: the others, by end: the ends are changed side by side.
        desired: what should stand on each end afterwards.
        last: what takes that both ends agree.
    """

    claim: tuple[Step, ...]
    chains: Mapping[Role, tuple[Step, ...]]
    desired: Mapping[Role, Desired]
    last: tuple[Step, ...] = ()

    @property
    def changes(self) -> frozenset[Role]:
        """The ends that are changed."""
        return frozenset(
            step.role
            for step in (*self.claim, *self.last, *(s for chain in self.chains.values() for s in chain))
        )


def plan_change(declaration: Declaration, survey: Survey) -> Plan:
    """Make the link, or bring it to what the program says; nothing in the survey may stand against that."""
    managed = survey.recorded.managed
    chains: dict[Role, tuple[Step, ...]] = {}
    last: list[Step] = []
    wanted: dict[Role, Desired] = {}
    for role, end in survey.ends.items():
        desired = desired_end(declaration, role, survey.identities[other(role)])
        if role in declaration.managed:
            wanted[role] = desired
            chains[role] = tuple(_steps(declaration, role, survey, desired))
            asked = declaration.on_legacy == "remove"
            # What was set on a link of ours is replaced; what a link had when it was adopted stays until somebody asks.
            replaced = end.seen is not None and _is_legacy(end.seen) and role in managed
            if end.seen is not None and (replaced or (asked and (end.seen.legacy or _is_legacy(end.seen)))):
                last.append(RemoveLegacy(role, desired.id, desired, end.seen, asked))
        elif end.seen is not None and not declaration.two_way:
            # The reverse link of one that becomes one-way; with manage="source" another program is to have it from now on.
            chains[role] = (DeleteLink(role, end.seen.id, end.seen, desired),)
    # A link's id is the server id of the application at its other end.
    making = [role for role, chain in chains.items() if chain and isinstance(chain[0], MakeLink)]
    claim: tuple[Step, ...] = ()
    if making:
        first = min(making, key=lambda role: survey.identities[role].server_id)
        claim, chains[first] = chains[first][:1], chains[first][1:]
    less = [role for role, chain in chains.items() if any(map(_takes_away, chain))]
    if len(less) == 1 and not making:
        claim, chains[less[0]] = chains[less[0]], ()
    return Plan(claim, chains, wanted, tuple(last))


def plan_relocation(declaration: Declaration, survey: Survey) -> Plan | None:
    """An application that moved, and nothing else: the other one is told.

    Returns:
        A plan of one step; None where that is not all there is to do.
    """
    recorded = survey.recorded
    if (
        not recorded.only_moved
        or len(recorded.moved) != 1
        or len(recorded.links) != 2
        or not recorded.working
    ):
        return None
    if not all(survey.answers(role) and role in recorded.identities for role in ("source", "target")):
        return None
    if declaration.managed != ("target", "source") or not declaration.authentication.any:
        return None
    told = other(next(iter(recorded.moved)))
    before, desired = recorded.links[told], desired_end(declaration, told, survey.identities[other(told)])
    if same_address(before.rpc_url or "", desired.rpc_url) or before.id != desired.id:
        return None
    return Plan((Relocate(told, before.id, desired, before, remembered=True),), {}, {told: desired})


def plan_renewal(plan: Plan, found: Mapping[Role, EndSeen]) -> Plan | None:
    """What is left to do where an end knows another key than the other application has; None where that is not so.

    Args:
        plan: as it was carried out.
        found: what was read after that.
    """
    chains: dict[Role, tuple[Step, ...]] = {}
    for role, desired in plan.desired.items():
        seen = found[role].seen if role in found else None
        if seen is not None and seen.stale_key and desired.incoming.is_oauth:
            chains[role] = (RenewKey(role, desired.id, desired, seen),)
    return Plan((), chains, plan.desired) if chains else None


def _steps(declaration: Declaration, role: Role, survey: Survey, desired: Desired) -> list[Step]:
    end = survey.ends[role]
    seen = end.seen
    adopting = role in survey.recorded.managed or declaration.on_existing == "adopt"
    previous = next((link.id for link in end.links if link.type_id == desired.type_id and link.primary), None)
    primary = MakePrimary(role, desired.id, previous)
    if seen is None:
        return [
            MakeLink(role, desired.id, desired, adopting),
            *([primary] if desired.primary else []),
            *_authentication(role, desired, as_made(desired)),
        ]
    steps: list[Step] = []
    if declaration.on_duplicate == "remove":
        # First, because 3.0 refuses to edit a link that has a duplicate [S9].
        steps += [DeleteLink(role, duplicate) for duplicate in seen.duplicates]
    now = seen
    if seen.id != desired.id:
        steps.append(Upgrade(role, desired.id, desired, seen))
        now = seen.model_copy(update={"id": desired.id, "rpc_url": desired.rpc_url})
    found = differences(desired, now)
    if "rpc_url" in found:
        steps.append(Relocate(role, desired.id, desired, seen, not survey.answers(other(role))))
    # A relocation may set the display URL too, in some versions: the edit looks again before it writes.
    if {"name", "display_url", "rpc_url"} & found.keys():
        taken = name_holder(desired, seen, end) is not None
        steps.append(
            EditLink(role, desired.id, desired, seen, free_name(desired, end) if taken else desired.name)
        )
    if "primary" in found:
        steps.append(primary)
    return [*steps, *_authentication(role, desired, seen)]


def _authentication(role: Role, desired: Desired, before: LinkObservation) -> list[Step]:
    """The steps that bring one end's authentication to what is declared."""
    steps: list[Step] = []
    if (before.outgoing, before.incoming) != (desired.outgoing.value, desired.incoming.value):
        steps.append(SetAuthentication(role, desired.id, desired, before))
    # The consumer, and with it the user, goes when the incoming direction is switched off, and may be kept through any other change.
    kept = before.execute_as if Level(before.incoming).is_oauth else None
    told_anew = desired.execute_as is not None and bool(steps)
    if desired.incoming.is_oauth and (desired.execute_as != kept or told_anew or not before.user_told):
        steps.append(SetExecuteAs(role, desired.id, desired, before))
    return steps


def _takes_away(step: Step) -> bool:
    """Whether a step takes authentication away: applinks 5.0 lets only its pages do that, which may want a person."""
    if not isinstance(step, SetAuthentication):
        return False
    was, wanted = Level(step.before.outgoing), step.desired.outgoing
    closes = wanted is Level.NONE and was.is_oauth
    closes |= step.desired.incoming is Level.NONE and Level(step.before.incoming).is_oauth
    return closes or (was is Level.OAUTH_IMPERSONATION and wanted is not was)


def _is_legacy(seen: LinkObservation) -> bool:
    return Level(seen.outgoing).is_legacy or Level(seen.incoming).is_legacy
