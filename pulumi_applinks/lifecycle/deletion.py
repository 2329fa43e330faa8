"""Deletion of a link on every end. The application confirms each deletion, or the end is read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.claims import Claims
from pulumi_applinks.lifecycle.declaration import Role, other
from pulumi_applinks.lifecycle.ends import Ends, side_by_side
from pulumi_applinks.lifecycle.errors import Leftover, LinkError
from pulumi_applinks.lifecycle.link import Recorded
from pulumi_applinks.lifecycle.preflight import why_not_ours
from pulumi_applinks.lifecycle.steps import is_there, remove_link
from pulumi_applinks.lifecycle.survey import Survey, identify, look_for_deletion
from pulumi_applinks.rest import ApplinksError, Message


def delete(ends: Ends, recorded: Recorded, claims: Claims) -> list[Message]:
    """Delete the link on every end that this program made. Each application confirms its deletion.

    Returns:
        Warnings about what was not deleted.

    Raises:
        LinkError: if an end could not be deleted and the program does not allow to leave it. If an end can't be asked or refuses the
            login, the other end is not deleted either, so that a later try finds both.
    """
    leaving = ends.declaration.on_unreachable_delete == "leave"
    managed = recorded.managed or ends.declaration.managed
    survey = look_for_deletion(identify(ends, recorded, managed), managed)
    told: list[Message] = []
    to_delete: list[Role] = []
    for role in managed:
        if role in survey.failures:
            continue
        kept = _kept_because(survey, role, claims)
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
        present = [ends[role].label for role in to_delete if survey.found[role].link is not None]
        raise _not_deleted(left, present)
    ids = {role: link_id for role in to_delete if (link_id := _link_id(role, survey))}

    def remove(role: Role) -> Leftover | None:
        was_there = survey.found[role].link is not None
        try:
            remove_link(ends[role], ids[role], was_there=was_there)
        except (ApplinksError, LinkError) as error:
            there = is_there(ends[role], ids[role])
            if was_there and there is False:
                return None  # it was deleted despite the error
            if not there:
                return _leftover(ends, role, ids[role], error, "might not have been deleted")
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
            if answer is None and survey.found[role].link is not None
        ]
        raise _not_deleted(left, [], deleted)
    return [*told, *(replace(leftover, code=Code.LEFT_BEHIND).told for leftover in left)]


def _link_id(role: Role, survey: Survey) -> str | None:
    link, remote = survey.found[role].link, survey.identities.get(other(role))
    # Return an id even if the link is not in the list: only the application's answer to the deletion proves that there is no such link.
    return link.id if link else survey.recorded.link_ids.get(role) or (remote.server_id if remote else None)


def _kept_because(survey: Survey, role: Role, claims: Claims) -> Message | None:
    """Return the message that says why an end is not deleted; None if it is deleted."""
    end, recorded = survey.ends[role], survey.recorded
    if role in survey.strangers:
        # The id of the reverse link is the same on every application, so this would delete somebody else's link.
        return end.told(
            Code.ANOTHER_APPLICATION,
            f"another application answers at {end.label}: nothing was deleted there",
            f"Its server id is {survey.strangers[role]}, the link was created with {recorded.identities[role].server_id}.",
            do=(
                f"If the application of the link moved, delete the link {recorded.link_ids.get(role)} there manually. If it is gone or was "
                f"reinstalled, nothing is left of the link."
            ),
        )
    link = survey.found[role].link
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
        Message(
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
