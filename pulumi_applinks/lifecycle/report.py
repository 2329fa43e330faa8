"""What an operation leaves behind: read back from the ends, compared with the program, and said in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.declaration import Role, other
from pulumi_applinks.lifecycle.ends import Ends, settled
from pulumi_applinks.lifecycle.errors import LinkError
from pulumi_applinks.lifecycle.health import Health, health
from pulumi_applinks.lifecycle.link import Desired, Identity, LinkObservation, differences
from pulumi_applinks.lifecycle.plan import Plan
from pulumi_applinks.lifecycle.steps import EditLink
from pulumi_applinks.lifecycle.survey import EndSeen, Survey, observation, tried
from pulumi_applinks.rest import ApplinksError, Status, Told, summed


@dataclass(frozen=True)
class Report:
    """A link after an operation.

    Args:
        identities: who the applications are; the target's is missing while it has not answered yet.
        links: what stands on each managed end; None where it has no link. An end that was not read is left out.
        managed: the ends that are the program's.
        health: the state in one word and one sentence.
        strangers: the server ids of other applications that answer where those of the link were.
    """

    identities: Mapping[Role, Identity]
    links: Mapping[Role, LinkObservation | None]
    managed: tuple[Role, ...]
    health: Health
    strangers: Mapping[Role, str]


def read_back(ends: Ends, survey: Survey, plan: Plan, *, doubting: bool = True) -> Mapping[Role, EndSeen]:
    """Let each managed end try its link, and compare what it has with the program.

    Args:
        ends: both ends.
        survey: what was read before the change.
        plan: the change.
        doubting: whether an end that says something else is asked again for a while: what was not written by this operation stays as it
            is, however long that is.

    Raises:
        LinkError: if an end says something else than the program.
    """
    found: dict[Role, EndSeen] = {}
    wrong: list[Told] = []

    def ask(role: Role) -> list[Told]:
        told: list[Told] = []

        def fits() -> bool:
            before = survey.ends.get(role, EndSeen())
            again = role in found
            end = _tried(ends, role, before, plan.desired[role], changed=role in plan.changes, again=again)
            told[:] = _unlike(ends, plan, role, end)
            found[role] = end
            return not told

        settled(ends.deadline if doubting else ends.deadline.within(0), fits)
        return told

    for answer in ends.each(plan.desired, ask).values():
        if isinstance(answer, ApplinksError):
            wrong.append(summed("what stands there now could not be read", [answer.told]))
        else:
            wrong += answer
    if wrong:
        raise LinkError(summed("the link was changed, but does not read back as the program says", wrong))
    return found


def _tried(
    ends: Ends, role: Role, before: EndSeen, desired: Desired, *, changed: bool, again: bool
) -> EndSeen:
    """One end after the change: what was read before is not asked again where nothing was changed."""
    client = ends[role].client
    status = ends.status(role, desired.id, again=again)
    legacy = status is not None and status.reason == "legacy"
    if not changed and before.seen is not None and not legacy:
        return replace(before, status=status, tried=True)
    told = status.link if status is not None and status.local is not None and not legacy else None
    if (
        status is None
        or status.local is None
        or told is None
        or told.id != desired.id
        or told.rpc_url is None
    ):
        links = client.links(desired.id)
        listed = next((one for one in links if one.id == desired.id), None)
        end = EndSeen(tuple(links), listed, status=status, tried=True)
        return end if listed is None else tried(ends, role, end, listed)
    user = desired.execute_as if status.local.incoming.is_oauth else None
    if not before.links and before.seen is not None:
        # After nothing but a relocation: what it did not touch is as it was recorded.
        kept = before.seen
        seen = observation(ends, role, (), told, status.local, kept.execute_as, primary=kept.primary)
        seen = seen.model_copy(update={"duplicates": kept.duplicates, "other_entries": kept.other_entries})
        return EndSeen(seen=seen, status=status, tried=True)
    links = client.links()  # as it was read, with what this program has written since
    primary = any(one.id == desired.id and one.primary for one in links)
    seen = observation(ends, role, links, told, status.local, user, primary=primary)
    return EndSeen(before.links, before.link, seen, status, tried=True)


def _unlike(ends: Ends, plan: Plan, role: Role, end: EndSeen) -> list[Told]:
    label, page = ends[role].label, ends[role].admin_page()
    told = partial(ends[role].told, Code.NOT_AS_TOLD)
    if end.seen is None:
        return [told(f"{label} accepted the link, but does not list it", do=f"Look at {page}.")]
    if end.seen.legacy and ends.declaration.on_legacy == "remove":
        left = ", ".join(end.seen.legacy)
        what = f"{label} was told to remove legacy authentication, and still has {left}"
        return [told(what, do=f"Remove it by hand on {page}.")]
    aside = {step.name for step in plan.chains.get(role, ()) if isinstance(step, EditLink)}
    return [
        told(f"{label} accepted {field} {declared!r}, but says {observed!r}")
        for field, (declared, observed) in differences(plan.desired[role], end.seen).items()
        if not (field == "name" and observed in aside)
    ]


def report_change(ends: Ends, survey: Survey, plan: Plan, found: Mapping[Role, EndSeen]) -> Report:
    """The report of a link that was made or changed: the survey was before that, and what was found after it."""
    declaration = ends.declaration
    links: dict[Role, LinkObservation | None] = {role: end.seen for role, end in found.items()}
    for role, end in found.items():
        _notify(ends, role, end, plan.desired[role])
    unreachable = _unreachable(survey) if declaration.two_way else {}
    managed = tuple(role for role in declaration.managed if role in found or role in survey.recorded.managed)
    away = _elsewhere(ends, survey, links)
    state = health(declaration, _labels(ends), _statuses(found), unreachable=unreachable, elsewhere=away)
    return Report(survey.identities, links, managed, state, {})


def report_relocation(ends: Ends, survey: Survey, role: Role, end: EndSeen) -> Report:
    """The report of a link whose application moved, and nothing else: one end was told, and the other is as it was recorded."""
    links = {other(role): survey.recorded.links[other(role)], role: end.seen}
    away = _elsewhere(ends, survey, links)
    state = health(ends.declaration, _labels(ends), {role: end.status}, untouched=other(role), elsewhere=away)
    return Report(survey.identities, links, ("target", "source"), state, {})


def report_reading(ends: Ends, survey: Survey, managed: tuple[Role, ...]) -> Report | None:
    """The report of a refresh; None when no managed end has the link any more."""
    links = {role: end.seen for role, end in survey.ends.items()}
    asked = all(role in survey.ends for role in managed)
    if asked and not any(links.values()):
        return None
    declaration = ends.declaration
    if declaration.managed != managed and managed == ("source",):  # the target has not come up yet
        declaration = replace(declaration, two_way=False)
    unreachable = _unreachable(survey)
    if not declaration.two_way:
        unreachable = {role: why for role, why in unreachable.items() if role in managed}
    state = health(
        declaration,
        _labels(ends),
        _statuses(survey.ends),
        gone=tuple(role for role in managed if role in survey.ends and links[role] is None),
        unreachable=unreachable,
        strangers=survey.strangers,
        elsewhere=_elsewhere(ends, survey, links),
    )
    return Report(survey.identities, links, managed, state, survey.strangers)


def _elsewhere(ends: Ends, survey: Survey, links: Mapping[Role, LinkObservation | None]) -> dict[Role, str]:
    found = {
        role: survey.elsewhere(other(role), ends[other(role)].party, seen)
        for role, seen in links.items()
        if seen is not None
    }
    return {role: there for role, there in found.items() if there is not None}


def _labels(ends: Ends) -> dict[Role, str]:
    return {"source": ends.source.label, "target": ends.target.label}


def _statuses(found: Mapping[Role, EndSeen]) -> dict[Role, Status | None]:
    return {role: end.status for role, end in found.items()}


def _unreachable(survey: Survey) -> dict[Role, str]:
    return {role: error.told.flat for role, error in survey.failures.items()}


def _notify(ends: Ends, role: Role, end: EndSeen, desired: Desired) -> None:
    """Warn of what stands on an end and is not the program's to change."""
    seen, here, remote = end.seen, ends[role], ends[other(role)]
    if seen is None:
        return
    if seen.duplicates:
        ends.notify(
            here.told(
                Code.DUPLICATES,
                f"{here.label} has other links to the address of {remote.label}",
                f"They are: {', '.join(seen.duplicates)}. They are not this program's and stay.",
                do=f'Delete them on {here.admin_page()}, or set on_duplicate="remove".',
            )
        )
    if seen.legacy:
        ends.notify(
            here.told(
                Code.LEGACY_AUTHENTICATION,
                f"{here.label} has legacy authentication beside what is declared",
                f"It is: {', '.join(seen.legacy)}. Requests may still use it; it was left as it is.",
                do=f'Remove it on {here.admin_page()}, or set on_legacy="remove".',
            )
        )
    if seen.name != desired.name:
        ends.notify(
            here.told(
                Code.OTHER_NAME_FOR_NOW,
                f"{here.label} has another link that is called {desired.name!r}, so this one is called {seen.name!r} for now",
                do=(
                    f"If that one gets another name in this run, run `pulumi up` again; else give {other(role)} another name with "
                    f"Application(name=...)."
                ),
            )
        )
