"""The result of an operation: the ends are read back, compared with the program, and described in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.declaration import Role, other
from pulumi_applinks.lifecycle.ends import BOTH, settled
from pulumi_applinks.lifecycle.errors import LinkError
from pulumi_applinks.lifecycle.health import Health, health
from pulumi_applinks.lifecycle.link import Identity, LinkObservation, differences
from pulumi_applinks.lifecycle.plan import Plan
from pulumi_applinks.lifecycle.steps import EditLink
from pulumi_applinks.lifecycle.survey import EndSeen, Survey, observation, tried
from pulumi_applinks.rest import Message, summed


@dataclass(frozen=True)
class Report:
    """A link after an operation.

    Args:
        identities: who the applications are. The target's identity is missing as long as it has not answered.
        links: what is on each managed end; None if an end has no link. An end that was not read is omitted.
        managed: the ends that the program manages.
        health: the state in one word and one sentence.
        strangers: the server ids of other applications that answer at the addresses of the link's applications.
    """

    identities: Mapping[Role, Identity]
    links: Mapping[Role, LinkObservation | None]
    managed: tuple[Role, ...]
    health: Health
    strangers: Mapping[Role, str]


def read_back(survey: Survey, plan: Plan) -> Survey:
    """Let each managed end try its link, and compare the end with the program.

    If the survey has only the recorded ends, only the end that was changed is read, and only once. After anything unexpected the caller
    reads both ends.

    Returns:
        The survey with what is on the ends now.

    Raises:
        LinkError: if an end differs from the program. The end is first read again for a while, because a node of a cluster can lag.
    """
    ends, changed = survey.ends, {step.role for step in plan.steps}
    patience = ends.deadline.within(0) if survey.remembered else ends.deadline
    found: dict[Role, EndSeen] = {}

    def ask(role: Role) -> list[Message]:
        unlike: list[Message] = []

        def fits() -> bool:
            found[role] = _read_again(survey, role, changed=role in changed, again=role in found)
            unlike[:] = _unlike(survey, plan, role, found[role])
            return not unlike

        settled(patience, fits)
        return unlike

    roles = [role for role in survey.ours if role in changed or not survey.remembered]
    answers, failures = ends.each(roles, ask)
    unread = {
        role: [summed("the current state of the link could not be read", [error.told])]
        for role, error in failures.items()
    }
    if wrong := [told for role in roles for told in {**answers, **unread}[role]]:
        raise LinkError(summed("the link was changed, but is not as the program says", wrong))
    return replace(survey, found={role: found.get(role, survey.found[role]) for role in survey.ours})


def _read_again(survey: Survey, role: Role, *, changed: bool, again: bool) -> EndSeen:
    """Read one end after the change. If nothing was changed on it, only its status is asked again."""
    ends, before, desired = survey.ends, survey.found[role], survey.desired[role]
    status = ends.status(role, desired.id, again=again)
    legacy = status is not None and status.reason == "legacy"
    if not changed and before.seen is not None and not legacy:
        return replace(before, status=status)
    client, link = ends[role].client, status.link if status is not None and not legacy else None
    if again:
        client.links.doubt(desired.id)
    if (
        status is None
        or status.local is None
        or link is None
        or link.id != desired.id
        or link.rpc_url is None
    ):
        links = client.links.all(desired.id)
        listed = next((one for one in links if one.id == desired.id), None)
        end = EndSeen(tuple(links), listed, status=status)
        return end if listed is None else tried(ends, role, end, listed)
    if survey.remembered and before.seen is not None:
        kept = before.seen  # what a relocation does not touch
        seen = observation(ends, role, (), link, status.local, kept.execute_as, primary=kept.primary)
        seen = seen.model_copy(update={"duplicates": kept.duplicates, "other_entries": kept.other_entries})
        return EndSeen(seen=seen, status=status)
    links = client.links.all()  # the list that was read before, with what this program has written since
    primary = any(one.id == desired.id and one.primary for one in links)
    user = desired.execute_as if status.local.incoming.is_oauth else None
    seen = observation(ends, role, links, link, status.local, user, primary=primary)
    return EndSeen(before.links, before.link, seen, status)


def _unlike(survey: Survey, plan: Plan, role: Role, end: EndSeen) -> list[Message]:
    here = survey.ends[role]
    label = here.label
    told = partial(here.told, Code.NOT_AS_TOLD)
    if end.seen is None:
        return [
            told(f"{label} accepted the link, but does not list it", do=f"Check {here.admin_page()} for it.")
        ]
    if end.seen.legacy and survey.declaration.on_legacy == "remove":
        left = ", ".join(end.seen.legacy)
        what = f"{label} accepted the removal of legacy authentication, but still has {left}"
        return [told(what, do=f"Remove it manually on {here.admin_page()} instead.")]
    aside = {step.name for step in plan.steps if isinstance(step, EditLink) and step.role == role}
    return [
        told(f"{label} accepted {field} {declared!r}, but reports {observed!r}")
        for field, (declared, observed) in differences(survey.desired[role], end.seen).items()
        if not (field == "name" and observed in aside)
    ]


def report(survey: Survey, managed: tuple[Role, ...]) -> Report:
    """Make the report of a link that was read, or read back. `managed` are the ends that the program manages."""
    declaration, found = survey.declaration, survey.found
    if declaration.managed != managed and managed == ("source",):  # the target has not come up yet
        declaration = replace(declaration, two_way=False)
    links = {role: end.seen for role, end in found.items()}
    # After a relocation alone, only one end was asked; for the other end the recorded values stay.
    asked = [role for role, end in found.items() if end.status is not None or not survey.remembered]
    state = health(
        declaration,
        {role: survey.ends[role].label for role in BOTH},
        {role: found[role].status for role in asked},
        gone=tuple(role for role in managed if role in links and links[role] is None),
        unreachable={
            role: error.told.flat
            for role, error in survey.failures.items()
            if declaration.two_way or role in managed
        },
        strangers=survey.strangers,
        elsewhere={
            role: there for role, seen in links.items() if (there := survey.leads_elsewhere(role, seen))
        },
        untouched=next((role for role in found if role not in asked), None),
    )
    return Report(survey.identities, links, managed, state, survey.strangers)


def warn_of_the_rest(survey: Survey) -> None:
    """Warn about what is on an end after a change, but does not belong to this program."""
    for role in survey.ours:
        seen, here, remote = survey.seen(role), survey.ends[role], survey.ends[other(role)]
        if seen is None:
            continue
        if seen.duplicates:
            survey.ends.notify(
                here.told(
                    Code.DUPLICATES,
                    f"{here.label} has other links to the address of {remote.label}",
                    f"They are: {', '.join(seen.duplicates)}. This program does not manage them; they stay.",
                    do=f'Delete them on {here.admin_page()}, or set on_duplicate="remove".',
                )
            )
        if seen.legacy:
            survey.ends.notify(
                here.told(
                    Code.LEGACY_AUTHENTICATION,
                    f"{here.label} has legacy authentication in addition to what is declared",
                    f"It is: {', '.join(seen.legacy)}. Requests may still use it; it was left as it is.",
                    do=f'Remove it on {here.admin_page()}, or set on_legacy="remove".',
                )
            )
        if seen.name != (declared := survey.desired[role].name):
            survey.ends.notify(
                here.told(
                    Code.OTHER_NAME_FOR_NOW,
                    f"{here.label} has another link named {declared!r}, so this one is named {seen.name!r} for now",
                    do=(
                        f"If that one is renamed in this run, run `pulumi up` again; otherwise give {other(role)} another name with "
                        f"Application(name=...)."
                    ),
                )
            )
