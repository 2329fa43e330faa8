"""Create, update, refresh and delete: survey, plan, run, report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.claims import Claims
from pulumi_applinks.lifecycle.declaration import Role, other
from pulumi_applinks.lifecycle.ends import BOTH, Ends
from pulumi_applinks.lifecycle.errors import NOTHING_WAS_CHANGED, Leftover, LinkError, Preflight
from pulumi_applinks.lifecycle.identities import identity_problems
from pulumi_applinks.lifecycle.link import Recorded
from pulumi_applinks.lifecycle.obstacles import look_over, sights
from pulumi_applinks.lifecycle.plan import Plan, plan_change, plan_relocation, plan_renewal
from pulumi_applinks.lifecycle.report import (
    Report,
    read_back,
    report_change,
    report_reading,
    report_relocation,
)
from pulumi_applinks.lifecycle.requirements import why_not_ours
from pulumi_applinks.lifecycle.run import Run
from pulumi_applinks.lifecycle.survey import (
    EndSeen,
    Survey,
    identify,
    look_for_deletion,
    look_for_reading,
    looks_at_each_other,
    with_keys,
)
from pulumi_applinks.lifecycle.together import side_by_side
from pulumi_applinks.lifecycle.writes import is_there, remove_link
from pulumi_applinks.rest import ApplinksError, Conflict, ConsumerFault, Invalid, Refused, Told, summed

_STATE_STAYS = "The stack's state stays as it is."
_IF_MOVED = "If it moved, declare its new URL and run `pulumi up --refresh=false`."


def create(ends: Ends, claims: Claims) -> Report:
    """Make the link on both ends; see `update`."""
    return update(ends, Recorded(), claims)


def update(ends: Ends, recorded: Recorded, claims: Claims) -> Report:
    """Bring both ends to what the program says now.

    Raises:
        LinkError: if something stands against it, a step failed, or an end says something else when it is read back. What was done to
            make a link is taken back then.
    """
    what = "the link cannot be changed" if recorded.managed else "the link cannot be made"
    run = Run(ends)
    survey = identify(ends, recorded, wait=ends.declaration.wait_for_target)
    if moved := _relocated(ends, survey, run):
        return moved
    looked = look_over(ends, survey)
    if looked.problems:
        undone = run.undo()
        raise Preflight(what, looked.problems, left=undone.left, changed=undone.told)
    ends, survey = looked.ends, looked.survey
    plan = plan_change(ends.declaration, survey)
    claims.take((survey.identities[role].server_id, desired.id) for role, desired in plan.desired.items())
    try:
        return _carried_out(ends, survey, plan, run, what)
    except BaseException:
        if not recorded.managed:
            claims.give_back()
        raise


def _relocated(ends: Ends, survey: Survey, run: Run) -> Report | None:
    """Two requests for each link, since everything else is known; anything unexpected leads to the whole way of an update."""
    plan = plan_relocation(ends.declaration, survey)
    if plan is None or any(identity_problems(ends, survey)):
        return None
    ((role, _),) = plan.desired.items()
    recorded = {role: EndSeen(seen=survey.recorded.links[role])}
    try:
        run.do(plan, {})  # nothing of the link was read
        end = read_back(ends, Survey(ends=recorded), plan, doubting=False)[role]
    except LinkError:
        return None
    if end.status is None or not end.status.working:
        return None
    return report_relocation(ends, survey, role, end)


def _carried_out(ends: Ends, survey: Survey, plan: Plan, run: Run, what: str) -> Report:
    managed = survey.recorded.managed
    try:
        run.do(plan, survey.ends)
    except LinkError as error:
        # A key that can't be read, or a link that is not accepted: what the applications see of each other says why.
        explains = any(isinstance(cause, (Conflict, ConsumerFault, Invalid)) for cause in error.causes)
        reasons = sights(ends, survey) if explains else []
        raise _taken_back(summed(what, reasons) if reasons else error.told, run) from None
    try:
        found = _with_current_keys(ends, survey, plan, run)
    except LinkError as error:
        ours = set(plan.desired) <= set(managed) and not _has_new_id(survey, plan)
        if ours and managed:
            advice = "Look at the above, then run `pulumi up` again: it continues from what it finds."
            raise LinkError(error.told.also(changed=_stays(ends), do=advice)) from None
        raise _taken_back(error.told, run) from None  # the stack would not know what was made
    # One that did not say so in time has not failed.
    statuses = [end.status for end in found.values() if end.status is not None]
    failing = any(not status.working and status.reason != "no-answer" for status in statuses)
    reasons = sights(ends, survey) if failing and looks_at_each_other(ends.declaration) else []
    if reasons:
        raise _taken_back(summed(what, reasons), run)
    report = report_change(ends, survey, plan, found)
    if report.health.broken and ends.declaration.on_broken == "fail":
        told = Told(
            Code.DOES_NOT_WORK,
            f"the link {'is as the program says' if managed else 'was made'}, and does not work",
            (report.health.detail,),
        )
        if managed:
            advice = 'See to that and run `pulumi up` again; or set on_broken="warn" to be warned of it only.'
            raise LinkError(told.also(changed=_stays(ends), do=advice))
        raise _taken_back(told, run)
    return report


def _with_current_keys(ends: Ends, survey: Survey, plan: Plan, run: Run) -> Mapping[Role, EndSeen]:
    """What is there after a change. An end that knows another key than the other application has reads that again, and is tried again."""
    found = with_keys(ends, read_back(ends, survey, plan))
    renewal = plan_renewal(plan, found)
    if renewal is None:
        return found
    run.do(renewal, survey.ends)
    both = {role: (*plan.chains.get(role, ()), *renewal.chains.get(role, ())) for role in plan.desired}
    return with_keys(ends, read_back(ends, survey, replace(plan, chains=both)))


def _stays(ends: Ends) -> str:
    """What becomes of what an update has changed, when it fails afterwards."""
    changed = [ends[role].label for role in BOTH if ends[role].client.writes]
    return f"What was changed on {' and '.join(changed)} stays." if changed else NOTHING_WAS_CHANGED


def _has_new_id(survey: Survey, plan: Plan) -> bool:
    return any(
        (seen := survey.seen(role)) is not None and seen.id != desired.id
        for role, desired in plan.desired.items()
    )


def _taken_back(told: Told, run: Run) -> LinkError:
    undone = run.undo()
    again = "" if told.do else "Correct this and run `pulumi up` again."
    return LinkError(told.also(changed=undone.told, do=again), left=undone.left)


def read(ends: Ends, recorded: Recorded) -> Report | None:
    """Both ends as they are now.

    An end that does not answer is as it was recorded, also where no end answers: the program may have new addresses, and with `up
    --refresh` the engine reads before it looks at the program. A refresh that failed would keep them from being used.

    Returns:
        The link; None when no managed end has it any more.

    Raises:
        ApplinksError: if an application refuses to be read.
        LinkError: if something that has not said who it is refuses; or if nothing could be read, and an application of the link answers or
            nothing is recorded of it.
    """
    managed = recorded.managed or ends.declaration.managed
    survey = look_for_reading(ends, identify(ends, recorded), managed)
    for role in managed:
        error = survey.failures.get(role)
        if isinstance(error, Refused) and not error.may_pass:
            if survey.answers(role):
                raise error
            raise LinkError(error.told.also(changed=_STATE_STAYS, do=_IF_MOVED))
    answering = any(survey.answers(role) for role in managed)
    if not survey.ends and not survey.strangers and (answering or not recorded.links):
        failures = [survey.failures[role].told for role in managed if role in survey.failures]
        told = summed("nothing could be read of the link", failures, Code.NOTHING_READ)
        raise LinkError(
            told.also(changed=_STATE_STAYS, do=f"Run this again when the application answers. {_IF_MOVED}")
        )
    return report_reading(ends, survey, managed)


def is_another(ends: Ends, recorded: Recorded, role: Role) -> bool:
    """Whether another application than the link's answers at an end's address; nobody who does not answer is another."""
    return role in identify(ends, recorded, [role]).strangers


def delete(ends: Ends, recorded: Recorded, claims: Claims) -> list[Told]:
    """Delete the link on every end that this program made, each confirmed by the application.

    Returns:
        What was left, to warn of.

    Raises:
        LinkError: if an end could not be deleted and the program does not say that it is to be left. When an end can't be asked or
            does not let this program in, the other end is left as it is too, so that a later try finds both.
    """
    leaving = ends.declaration.on_unreachable_delete == "leave"
    managed = recorded.managed or ends.declaration.managed
    survey = look_for_deletion(ends, identify(ends, recorded, managed), managed)
    told: list[Told] = []
    to_delete: list[Role] = []
    for role in managed:
        if role in survey.failures:
            continue
        kept = _kept_because(ends, role, survey, claims)
        if kept is None:
            to_delete.append(role)
        else:
            told.append(kept)
    left = [
        _leftover(ends, role, recorded.link_ids.get(role, "with an id that is not known"), error)
        for role, error in survey.failures.items()
        if role in managed
    ]
    if left and not leaving:
        present = [ends[role].label for role in to_delete if survey.ends[role].link is not None]
        raise _not_deleted(left, present)
    ids = {role: link_id for role in to_delete if (link_id := _link_id(role, survey))}

    def remove(role: Role) -> Leftover | None:
        was_there = survey.ends[role].link is not None
        try:
            remove_link(ends[role], ids[role], was_there=was_there)
        except (ApplinksError, LinkError) as error:
            there = is_there(ends[role], ids[role])
            if was_there and there is False:
                return None  # it was deleted, whatever the answer said
            if not there:
                return _leftover(ends, role, ids[role], error, "may not have been deleted")
            if isinstance(error, ApplinksError):
                error.maybe_done = False
            return _leftover(ends, role, ids[role], error, "was not deleted: it is still there")
        return None

    answers = side_by_side([partial(remove, role) for role in ids])
    left += [answer for answer in answers if answer is not None]
    if left and not leaving:
        deleted = [
            f"the link {ids[role]} on {ends[role].label}"
            for role, answer in zip(ids, answers, strict=True)
            if answer is None and survey.ends[role].link is not None
        ]
        raise _not_deleted(left, [], deleted)
    return [*told, *(replace(leftover, code=Code.LEFT_BEHIND).told for leftover in left)]


def _link_id(role: Role, survey: Survey) -> str | None:
    link, remote = survey.ends[role].link, survey.identities.get(other(role))
    # Also where the list does not have it: only the application's own word that there is no such link counts.
    return link.id if link else survey.recorded.link_ids.get(role) or (remote.server_id if remote else None)


def _kept_because(ends: Ends, role: Role, survey: Survey, claims: Claims) -> Told | None:
    """Why an end is not deleted; None when it is to be."""
    end, recorded = ends[role], survey.recorded
    if role in survey.strangers:
        # The id of the reverse link is the same on every application, so deleting here would hit somebody else's link.
        return end.told(
            Code.ANOTHER_APPLICATION,
            f"another application answers at {end.label}: nothing was deleted there",
            f"Its server id is {survey.strangers[role]}, the link was made with {recorded.identities[role].server_id}.",
            do=(
                f"If the application of the link moved, delete the link {recorded.link_ids.get(role)} there by hand. If it is gone or was "
                f"installed anew, nothing is left of it."
            ),
        )
    link = survey.ends[role].link
    if link is None:
        return None
    what = f"the link {link.id} on {end.label} was left"
    if not_ours := why_not_ours(link):
        reason, _ = not_ours
        return end.told(Code.LEFT_BEHIND, what, f"It {reason}.", "It is no longer in the stack.")
    holder = claims.reason_to_leave((survey.identities[role].server_id, link.id))
    if holder is not None:
        return end.told(Code.LEFT_BEHIND, f"{what}: {holder}")
    return None


def _leftover(
    ends: Ends, role: Role, link_id: str, error: ApplinksError | LinkError, state: str = "was not deleted"
) -> Leftover:
    verify = "verify that the link is gone, or delete it there"
    return Leftover(ends[role], link_id, state, error.told, verify, Code.NOT_DELETED)


def _not_deleted(left: list[Leftover], untouched: list[str], deleted: Sequence[str] = ()) -> LinkError:
    done = "".join(f" {what[0].upper()}{what[1:]} was deleted." for what in deleted)
    as_it_was = f" The link on {' and '.join(untouched)} was left as it was." if untouched else ""
    return LinkError(
        Told(
            Code.NOT_DELETED,
            "the link could not be deleted on every end",
            changed=f"The resource stays in the stack.{done}{as_it_was}",
            do=(
                'Run `pulumi destroy` again when that is fixed. Or set on_unreachable_delete="leave", run `pulumi up`, and destroy it '
                "then, to finish with a warning."
            ),
        ),
        left=left,
    )
