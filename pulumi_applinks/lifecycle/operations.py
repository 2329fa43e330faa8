"""The operations create, update and refresh: survey, preflight, plan, run, report."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.claims import Claims
from pulumi_applinks.lifecycle.declaration import Role
from pulumi_applinks.lifecycle.ends import BOTH, Ends
from pulumi_applinks.lifecycle.errors import NOTHING_WAS_CHANGED, LinkError, Preflight
from pulumi_applinks.lifecycle.link import Recorded
from pulumi_applinks.lifecycle.plan import Plan, as_recorded, plan_change, plan_renewal
from pulumi_applinks.lifecycle.preflight import (
    problems,
    sight_problems,
    takeovers,
    unsure_of_users,
    without_target,
)
from pulumi_applinks.lifecycle.report import Report, read_back, report, warn_of_the_rest
from pulumi_applinks.lifecycle.run import Run
from pulumi_applinks.lifecycle.survey import (
    Survey,
    identify,
    look_at_each_other,
    look_for_change,
    look_for_reading,
    looks_at_each_other,
    with_keys,
)
from pulumi_applinks.rest import Conflict, ConsumerFault, Invalid, Message, NoLogin, NotLetIn, Refused, summed

_STATE_STAYS = "The stack's state stays as it is."
_IF_MOVED = "If it moved, declare its new URL and run `pulumi up --refresh=false`."


def create(ends: Ends, claims: Claims) -> Report:
    """Make the link on both ends; see `update`."""
    return update(ends, Recorded(), claims)


def update(ends: Ends, recorded: Recorded, claims: Claims) -> Report:
    """Change both ends so that they match the program.

    Raises:
        LinkError: if something blocks the change, a step failed, or an end differs from the program when it is read back. What was done to
            make a new link is then undone.
    """
    what = "the link cannot be changed" if recorded.managed else "the link cannot be made"
    run = Run(ends)
    survey = identify(ends, recorded, wait=ends.declaration.wait_for_target)
    blocked = problems(survey)
    if not blocked and (remembered := as_recorded(survey)) is not None:
        # If anything unexpected happens here, both ends are read below. A later undo includes what was done here.
        with suppress(LinkError):
            plan = plan_change(remembered)
            run.do(plan, {})  # the link was not read before
            after = read_back(remembered, plan)
            if any(end.status is not None and end.status.working for end in after.found.values()):
                return report(after, ends.declaration.managed)
    survey, blocked = look_over(survey)
    if blocked:
        undone = run.undo()
        raise Preflight(what, blocked, left=undone.left, changed=undone.told)
    claims.take((survey.identities[role].server_id, survey.desired[role].id) for role in survey.ours)
    try:
        return _changed(survey, run, what)
    except BaseException:
        if not recorded.managed:
            claims.give_back()
        raise


def look_over(survey: Survey) -> tuple[Survey, tuple[Message, ...]]:
    """Read everything that a change needs, unless something blocks the change first. Warn about what only a person can check.

    Args:
        survey: a survey that contains who answers.

    Returns:
        The completed survey, and all reasons that block the change.
    """
    if blocked := problems(survey):
        return survey, blocked
    alone = without_target(survey)
    if alone is not survey:
        source, target = alone.ends.source, alone.ends.target
        survey.ends.notify(
            target.told(
                Code.ONE_WAY_FOR_NOW,
                f"{target.label} does not answer",
                f"Only the link on {source.label} is {'kept' if survey.recorded.managed else 'created'} now, one-way and without "
                f"authentication.",
                do="Run `pulumi up` again when it is up, to complete it.",
            )
        )
    survey = look_for_change(alone)
    if blocked := problems(survey):
        # No link will be made, so its errors can't show whether the applications reach each other: ask them.
        sights = _sights(survey) if looks_at_each_other(survey.declaration) else ()
        return survey, (*blocked, *sights)
    for unsure in unsure_of_users(survey):
        survey.ends.notify(unsure)
    return survey, ()


def foresee(ends: Ends, recorded: Recorded) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """Find out what an `up` would do, without changing anything. An online preview calls this.

    Returns:
        Everything that blocks the `up`; and what it would do to links that exist already.
    """
    survey, wait = identify(ends, recorded), ends.declaration.wait_for_target
    if wait and any(error.may_pass for error in survey.failures.values()):
        for error in survey.failures.values():
            ends.notify(error.told.also(do=f"`pulumi up` waits for it, up to {wait:g} s."))
        return (), ()
    survey, blocked = look_over(survey)
    return blocked, () if blocked else tuple(takeovers(survey))


def login_problems(ends: Ends, recorded: Recorded, roles: Iterable[Role]) -> list[Message]:
    """Check whether the applications accept the credentials that the program has changed. Warn if an application can't be asked."""
    survey = identify(ends, recorded, roles)
    answering = [role for role in survey.manifests if survey.answers(role)]
    _, failures = ends.each(answering, lambda role: ends[role].client.links.all())
    found: list[Message] = []
    for error in {**survey.failures, **failures}.values():
        if isinstance(error, (NoLogin, NotLetIn)) or (isinstance(error, Refused) and not error.may_pass):
            found.append(error.told)
        else:
            ends.notify(error.told.also("So the new credentials could not be tried."))
    return found


def _changed(survey: Survey, run: Run, what: str) -> Report:
    """Change both ends as planned. After a failure, undo the changes; the error names what could not be undone."""
    ends, managed, plan = survey.ends, survey.recorded.managed, plan_change(survey)
    try:
        run.do(plan, survey.found)
    except LinkError as error:
        # A key could not be read, or a link was not accepted. What each application sees at the other one's address explains it.
        explains = any(isinstance(cause, (Conflict, ConsumerFault, Invalid)) for cause in error.causes)
        reasons = _sights(survey) if explains else ()
        raise _taken_back(summed(what, reasons) if reasons else error.told, run) from None
    try:
        after = _with_current_keys(survey, plan, run)
    except LinkError as error:
        if managed and set(survey.ours) <= set(managed) and not _has_new_id(survey):
            advice = "Check the above, then run `pulumi up` again: it continues from what it finds."
            raise LinkError(error.told.also(changed=_stays(ends), do=advice)) from None
        raise _taken_back(error.told, run) from None  # else the state would not have what was made
    # An end that did not answer in time has not failed.
    statuses = [end.status for end in after.found.values() if end.status is not None]
    failing = any(not status.working and status.reason != "no-answer" for status in statuses)
    if failing and looks_at_each_other(survey.declaration) and (reasons := _sights(survey)):
        raise _taken_back(summed(what, reasons), run)
    warn_of_the_rest(after)
    done = report(after, tuple(role for role in ends.declaration.managed if role in (*after.found, *managed)))
    if done.health.broken and ends.declaration.on_broken == "fail":
        told = Message(
            Code.DOES_NOT_WORK,
            f"the link {'is as the program says' if managed else 'was created'}, but does not work",
            (done.health.detail,),
        )
        if managed:
            advice = (
                'Run `pulumi up` again when that is fixed; or set on_broken="warn" to get only a warning.'
            )
            raise LinkError(told.also(changed=_stays(ends), do=advice))
        raise _taken_back(told, run)
    return done


def _sights(survey: Survey) -> tuple[Message, ...]:
    """Return what the ends see at each other's address, if that explains why the link does not work."""
    return sight_problems(look_at_each_other(survey))


def _with_current_keys(survey: Survey, plan: Plan, run: Run) -> Survey:
    """Read both ends after a change.

    An end that has an outdated key of the other application reads that key again, and the link is tried again.
    """
    after = with_keys(read_back(survey, plan))
    renewal = plan_renewal(after)
    if renewal is None:
        return after
    run.do(renewal, survey.found)
    return with_keys(read_back(survey, replace(plan, last=(*plan.last, *renewal.steps))))


def _stays(ends: Ends) -> str:
    """Say that what an update has changed stays, although it failed afterwards."""
    changed = [ends[role].label for role in BOTH if ends[role].client.writes]
    return f"What was changed on {' and '.join(changed)} stays." if changed else NOTHING_WAS_CHANGED


def _has_new_id(survey: Survey) -> bool:
    return any(
        (seen := survey.seen(role)) is not None and seen.id != survey.desired[role].id for role in survey.ours
    )


def _taken_back(told: Message, run: Run) -> LinkError:
    undone = run.undo()
    again = "" if told.do else "Correct this and run `pulumi up` again."
    return LinkError(told.also(changed=undone.told, do=again), left=undone.left)


def read(ends: Ends, recorded: Recorded) -> Report | None:
    """Read both ends.

    For an end that does not answer, the recorded values stay, even if neither end answers. The program may have new addresses, and with
    `up --refresh` the engine reads before it runs the program. If the refresh failed, the new addresses could never be used.

    Returns:
        The link; None if no managed end has it any more.

    Raises:
        ApplinksError: if an application refuses to be read.
        LinkError: if something that has not identified itself refuses; or if nothing could be read, and either an application of the link
            answers or the state contains no link.
    """
    managed = recorded.managed or ends.declaration.managed
    survey = look_for_reading(identify(ends, recorded), managed)
    for role in managed:
        error = survey.failures.get(role)
        if isinstance(error, Refused) and not error.may_pass:
            if survey.answers(role):
                raise error
            raise LinkError(error.told.also(changed=_STATE_STAYS, do=_IF_MOVED))
    answering = any(survey.answers(role) for role in managed)
    if not survey.found and not survey.strangers and (answering or not recorded.links):
        failures = [survey.failures[role].told for role in managed if role in survey.failures]
        told = summed("nothing could be read of the link", failures, Code.NOTHING_READ)
        raise LinkError(
            told.also(changed=_STATE_STAYS, do=f"Run this again when the application answers. {_IF_MOVED}")
        )
    if all(role in survey.found and survey.seen(role) is None for role in managed):
        return None
    return report(survey, managed)


def is_another(ends: Ends, recorded: Recorded, role: Role) -> bool:
    """Check whether a different application than the link's answers at an end's address. It is False if nothing answers."""
    return role in identify(ends, recorded, [role]).strangers
