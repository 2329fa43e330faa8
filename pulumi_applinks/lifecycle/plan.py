"""The plan: the steps that bring what was read to what the program says. It sends no requests.

The plan also decides how much the survey has to read. If an application moved and nothing else changes, the recorded link is enough
(`as_recorded`), and the plan is one step that relocates the link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pulumi_applinks.lifecycle.declaration import Role, other
from pulumi_applinks.lifecycle.ends import BOTH
from pulumi_applinks.lifecycle.link import Desired, LinkObservation, as_made, differences
from pulumi_applinks.lifecycle.preflight import name_holder
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
from pulumi_applinks.rest import Level


@dataclass(frozen=True)
class Plan:
    """The steps of a change.

    Args:
        claim: the steps that run first. If two runs make the same link at the same time, the second one finds this out here. Also, if
            one end removes authentication, the application may refuse that, and what the other end has gained by then can't be undone.
        chains: the other steps, by end. Both ends are changed at the same time.
        last: the steps that need both ends to agree.
    """

    claim: tuple[Step, ...]
    chains: Mapping[Role, tuple[Step, ...]]
    last: tuple[Step, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps."""
        return (*self.claim, *(step for chain in self.chains.values() for step in chain), *self.last)


def as_recorded(survey: Survey) -> Survey | None:
    """Complete the survey with the recorded ends, if that is enough: one application moved, and nothing else changes.

    Args:
        survey: a survey that contains who answers.

    Returns:
        None if the ends have to be read: for every other change, and if the state does not show that the link works.
    """
    recorded, declaration = survey.recorded, survey.declaration
    if not (recorded.only_moved and recorded.working and len(recorded.moved) == 1):
        return None
    if not all(
        survey.answers(role) and role in recorded.identities and role in recorded.links for role in BOTH
    ):
        return None
    if declaration.managed != ("target", "source") or not declaration.authentication.any:
        return None
    (moved,) = recorded.moved
    before, desired = recorded.links[other(moved)], survey.desired[other(moved)]
    if before.id != desired.id or "rpc_url" not in differences(desired, before):
        return None
    found: dict[Role, EndSeen] = {role: EndSeen(seen=recorded.links[role]) for role in declaration.managed}
    return replace(survey, found=found, remembered=True)


def plan_change(survey: Survey) -> Plan:
    """Plan how to make the link, or how to bring it to what the program says. Nothing in the survey must block that."""
    declaration, managed = survey.declaration, survey.recorded.managed
    if survey.remembered:
        (role,) = (other(moved) for moved in survey.recorded.moved)
        desired, before = survey.desired[role], survey.recorded.links[role]
        return Plan((Relocate(role, desired.id, desired, before, remembered=True),), {})
    chains: dict[Role, tuple[Step, ...]] = {}
    last: list[Step] = []
    for role, end in survey.found.items():
        desired, seen = survey.desired[role], end.seen
        if role in declaration.managed:
            chains[role] = tuple(_steps(survey, role))
            asked = declaration.on_legacy == "remove"
            # On a managed link, legacy authentication is replaced. On a link that is being adopted, it stays unless on_legacy="remove".
            if seen is not None and (
                (seen.is_legacy and role in managed) or (asked and (seen.legacy or seen.is_legacy))
            ):
                last.append(RemoveLegacy(role, desired.id, desired, seen, asked))
        elif seen is not None and not declaration.two_way:
            # The link becomes one-way, so delete its reverse link. With manage="source" it stays: another program will manage it.
            chains[role] = (DeleteLink(role, seen.id, seen, desired),)
    claim: tuple[Step, ...] = ()
    making = [role for role, chain in chains.items() if chain and isinstance(chain[0], MakeLink)]
    if making:
        first = min(making, key=lambda role: survey.identities[role].server_id)
        claim, chains[first] = chains[first][:1], chains[first][1:]
    less = [role for role, chain in chains.items() if any(map(_takes_away, chain))]
    if len(less) == 1 and not making:
        claim, chains[less[0]] = chains[less[0]], ()
    return Plan(claim, chains, tuple(last))


def plan_renewal(survey: Survey) -> Plan | None:
    """Plan how to renew an outdated key of the other application; None if no end has one.

    Args:
        survey: what is on the ends after a change.
    """
    chains: dict[Role, tuple[Step, ...]] = {}
    for role in survey.ours:
        seen, desired = survey.seen(role), survey.desired[role]
        if seen is not None and seen.stale_key and desired.incoming.is_oauth:
            chains[role] = (RenewKey(role, desired.id, desired, seen),)
    return Plan((), chains) if chains else None


def _steps(survey: Survey, role: Role) -> list[Step]:
    end, desired, declaration = survey.found[role], survey.desired[role], survey.declaration
    seen = end.seen
    previous = next((link.id for link in end.links if link.type_id == desired.type_id and link.primary), None)
    primary = MakePrimary(role, desired.id, previous)
    if seen is None:
        adopting = role in survey.recorded.managed or declaration.on_existing == "adopt"
        return [
            MakeLink(role, desired.id, desired, adopting),
            *([primary] if desired.primary else []),
            *_authentication(role, desired, as_made(desired)),
        ]
    steps: list[Step] = []
    if declaration.on_duplicate == "remove":
        # This comes first, because 3.0 refuses to edit a link that has a duplicate [S9].
        steps += [DeleteLink(role, duplicate) for duplicate in seen.duplicates]
    now = seen
    if seen.id != desired.id:
        steps.append(Upgrade(role, desired.id, desired, seen))
        now = seen.model_copy(update={"id": desired.id, "rpc_url": desired.rpc_url})
    found = differences(desired, now)
    if "rpc_url" in found:
        steps.append(Relocate(role, desired.id, desired, seen, not survey.answers(other(role))))
    # In some versions a relocation also sets the display URL, so the edit reads the link again before it writes.
    if {"name", "display_url", "rpc_url"} & found.keys():
        taken = name_holder(desired, seen, end) is not None
        name = free_name(desired, end) if taken else desired.name
        steps.append(EditLink(role, desired.id, desired, seen, name))
    if "primary" in found:
        steps.append(primary)
    return [*steps, *_authentication(role, desired, seen)]


def free_name(desired: Desired, there: EndSeen) -> str:
    """Return a free name derived from the one that is taken, in the way in which the application does it [S9]."""
    taken = {link.name for link in there.links}
    return next(
        name for number in range(2, len(taken) + 3) if (name := f"{desired.name} - {number}") not in taken
    )


def _authentication(role: Role, desired: Desired, before: LinkObservation) -> list[Step]:
    """Plan the steps that bring one end's authentication to what is declared."""
    steps: list[Step] = []
    if (before.outgoing, before.incoming) != (desired.outgoing.value, desired.incoming.value):
        steps.append(SetAuthentication(role, desired.id, desired, before))
    # Switching off the incoming direction deletes the consumer, and the user with it. Any other change might keep them.
    kept = before.execute_as if Level(before.incoming).is_oauth else None
    set_again = desired.execute_as is not None and bool(steps)
    if desired.incoming.is_oauth and (desired.execute_as != kept or set_again or not before.user_told):
        steps.append(SetExecuteAs(role, desired.id, desired, before))
    return steps


def _takes_away(step: Step) -> bool:
    """Check whether a step removes authentication. With applinks 5.0 only its web pages can do that, and they might need a person."""
    if not isinstance(step, SetAuthentication):
        return False
    was, wanted = Level(step.before.outgoing), step.desired.outgoing
    closes = wanted is Level.NONE and was.is_oauth
    closes |= step.desired.incoming is Level.NONE and Level(step.before.incoming).is_oauth
    return closes or (was is Level.OAUTH_IMPERSONATION and wanted is not was)
