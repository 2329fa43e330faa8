"""The only module that writes. It runs the steps of both ends at the same time. If one fails, it undoes everything in reverse order."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pulumi_applinks.lifecycle.declaration import Role
from pulumi_applinks.lifecycle.ends import End, Ends, settled, side_by_side
from pulumi_applinks.lifecycle.errors import (
    NOTHING_WAS_CHANGED,
    CannotBeUndone,
    Leftover,
    LinkError,
    MadeMeanwhile,
)
from pulumi_applinks.lifecycle.link import LinkObservation
from pulumi_applinks.lifecycle.plan import Plan
from pulumi_applinks.lifecycle.steps import MakeLink, MakePrimary, OnExisting, Relocate, Step
from pulumi_applinks.lifecycle.survey import EndSeen, observe
from pulumi_applinks.rest import ApplinksError, Deadline, Level, Message, NotFound, Refused, summed

_LOG = logging.getLogger("pulumi_applinks.lifecycle")

GRACE_SECONDS = 30.0
"""How long undoing one step may take after an operation's own deadline has passed; and how long reading an end afterwards may take."""


@dataclass(frozen=True)
class Undone:
    """What happened to the changes of a run that failed.

    Args:
        left: what could not be undone, or could not be verified.
        told: a sentence on what was changed and what was not.
    """

    left: tuple[Leftover, ...]
    told: str


class Run:
    """The changes of one operation."""

    def __init__(self, ends: Ends) -> None:
        self._ends = ends
        self._lock = threading.Lock()
        self._begun: list[Step] = []
        self._failed: list[tuple[Step, ApplinksError | LinkError]] = []
        self._before: dict[Role, EndSeen] = {}
        self._touched: dict[Role, set[str]] = {}
        """The links that the run tried to change, by end. If a change was refused, the run reads the link before it relies on that."""
        self._theirs = False
        """Whether a write found a link that somebody else had made meanwhile."""

    def do(self, plan: Plan, before: Mapping[Role, EndSeen]) -> None:
        """Carry out a plan.

        Args:
            plan: the steps.
            before: what is on the ends, as far as it was read in this run.

        Raises:
            LinkError: if a step fails. The error says which step. Nothing is undone yet.
        """
        self._before = {**before, **self._before}
        for chains in ([plan.claim], list(plan.chains.values()), [plan.last]):
            side_by_side([partial(self._chain, chain) for chain in chains if chain])
            if self._failed:
                failed, self._failed = self._failed, []
                parts = [summed(f"{step.what} failed", [error.told]) for step, error in failed]
                told = parts[0] if len(parts) == 1 else summed("the change failed", parts)
                raise LinkError(told, causes=[error for _, error in failed])

    def undo(self) -> Undone:
        """Undo everything, and check that the changed ends are as they were."""
        begun, self._begun = self._begun, []
        touched, self._touched = self._touched, {}
        chains = {role: [step for step in reversed(begun) if step.role == role] for role in touched}
        undone = side_by_side(
            [partial(self._take_back, role, chains[role], ids) for role, ids in touched.items()]
        )
        left = tuple(leftover for leftovers in undone for leftover in leftovers)
        named = {(leftover.end.role, leftover.link_id) for leftover in left}
        unread = [
            step
            for step in begun
            if isinstance(step, Relocate) and step.remembered and (step.role, step.link_id) not in named
        ]
        told = [self._told(left, list(touched), "as far as this run had read it before" if unread else "")]
        told += [
            f"The link {step.link_id} on {self._ends[step.role].label} points to {step.before.rpc_url} again, as the stack has recorded."
            for step in unread
        ]
        return Undone(left, " ".join(told))

    def _told(self, left: Sequence[Leftover], touched: Sequence[Role], limit: str) -> str:
        if left:
            return "Everything else that this run did was undone; fix the above."
        if self._theirs:
            return "Everything else is as it was before this run."
        if not self._ends.wrote:
            return NOTHING_WAS_CHANGED
        where, they = "both ends", "they were read again, and are"
        if len(touched) == 1:
            where, they = self._ends[touched[0]].label, "it was read again, and is"
        as_before = f"as before, {limit}" if limit else "as before"
        return f"What this run had changed before was undone on {where}: {they} {as_before}."

    def _chain(self, chain: Sequence[Step]) -> None:
        for step in chain:
            end = self._ends[step.role]
            with self._lock:
                if self._failed:
                    return
            written = len(end.client.writes)
            failure: ApplinksError | LinkError | None = None
            _LOG.debug("%s on %s", step.what, end.label)
            try:
                undoable = _done(step, end)
            except (ApplinksError, LinkError) as error:
                # The step may be partly done, so it must be undone. But this run must not undo what somebody else made.
                failure = error
                undoable = len(end.client.writes) > written and not isinstance(error, MadeMeanwhile)
            with self._lock:
                if undoable:
                    self._begun.append(step)
                if failure is None or undoable or isinstance(failure, Refused):
                    self._touched.setdefault(step.role, set()).add(step.link_id)
                if failure is not None:
                    self._failed.append((step, failure))
                    self._theirs = self._theirs or isinstance(failure, MadeMeanwhile)
                    return

    def _take_back(self, role: Role, chain: Sequence[Step], link_ids: set[str]) -> list[Leftover]:
        end = self._ends[role]
        made = {step.link_id for step in chain if isinstance(step, MakeLink)}
        failed: dict[str, list[tuple[Step, ApplinksError | LinkError]]] = {}
        for step in chain:
            if step.link_id in made and isinstance(step, OnExisting):
                continue  # deleting the link undoes this step, too
            end.client.deadline = Deadline(GRACE_SECONDS)
            end.client.insist()
            end.client.links.doubt(step.link_id)
            _LOG.debug("undoing: %s on %s", step.what, end.label)
            try:
                step.undo(end)
            except (ApplinksError, LinkError) as error:
                # The link that is no longer primary is another one.
                taken = step.previous if isinstance(step, MakePrimary) else None
                failed.setdefault(taken or step.link_id, []).append((step, error))
        end.client.deadline = Deadline(GRACE_SECONDS)
        end.client.insist()
        found = self._compared(role, chain, link_ids)
        for link_id, steps in failed.items():
            if any(isinstance(error, CannotBeUndone) for _, error in steps):
                found.setdefault(link_id, "might have changed")
        left: list[Leftover] = []
        for link_id, state in found.items():
            behind = [step for step, _ in failed.get(link_id, ())]
            why = failed[link_id][0][1].told if behind else None
            verify = "compare that link with what it was"
            if link_id in made:
                verify = "delete that link if it is there"
            elif behind and all(isinstance(step, MakePrimary) for step in behind):
                verify = "make that link primary again if it is not"
            elif behind:
                whats = " and ".join(step.what for step in behind)
                verify = f"look at that link: {whats} could not be undone"
            if isinstance(state, Message):
                why, state = why or state, "might have changed"
            left.append(Leftover(end, link_id, state, why, verify))
        return left

    def _compared(self, role: Role, chain: Sequence[Step], link_ids: set[str]) -> dict[str, str | Message]:
        """Read the links again, and return those that are not as they were before; or why they can't be read."""
        end, before = self._ends[role], self._before.get(role)
        link_ids = link_ids | ({before.seen.id} if before is not None and before.seen else set())
        found: dict[str, str | Message] = {}

        def as_before() -> bool:
            found.clear()
            end.client.links.doubt(*link_ids)
            for link_id in sorted(link_ids):
                if unlike := self._unlike(role, link_id, chain):
                    found[link_id] = f"is not as it was: {unlike}"
            for step in chain:
                if isinstance(step, MakePrimary) and step.previous is not None:
                    other_link = end.client.links.get(step.previous)
                    if other_link is not None and not other_link.primary:
                        found[step.previous] = "is not as it was: it is not primary any more"
            return not found

        try:
            settled(end.client.deadline, as_before)
        except ApplinksError as error:
            return dict.fromkeys(link_ids, error.told)
        return found

    def _unlike(self, role: Role, link_id: str, chain: Sequence[Step]) -> str:
        """Say how a link differs from what this run read before, or, after a relocation, from the recorded address."""
        before = self._before.get(role)
        was = before.seen if before is not None and before.seen and before.seen.id == link_id else None
        # No step creates legacy authentication. If the link had none, it can be read without asking the other application.
        legacy = was is not None and bool(was.legacy or Level(was.incoming).is_legacy)
        now = observe(self._ends, role, link_id, legacy=legacy)
        for step in chain:
            if isinstance(step, Relocate) and step.remembered and step.link_id == link_id:
                was = was or now or step.before
                rpc_url, display_url = step.addresses_before(was.display_url)
                was = was.model_copy(update={"rpc_url": rpc_url, "display_url": display_url})
        if was is None and (before is None or any(one.id == link_id for one in before.links)):
            # A duplicate is never changed, only deleted; and if nothing was read, nothing was carried out.
            return "it is gone" if before is not None and now is None else ""
        return _unlike(was, now)


def _done(step: Step, end: End) -> bool:
    """Do a step. If the application answers that there is no such link, repeat the step for a while.

    This operation has read or made the link, so a node of a cluster might still lag.
    """
    done: list[bool] = []

    def is_done() -> bool:
        try:
            done.append(step.do(end))
        except NotFound:
            return False
        return True

    return done[0] if settled(end.client.deadline, is_done) else step.do(end)


def _unlike(was: LinkObservation | None, now: LinkObservation | None) -> str:
    if was is None or now is None:
        return "" if was is now else "it is gone" if now is None else "it is still there"
    fields = {*LinkObservation.model_fields} - {"user_told", "duplicates", "other_entries", "stale_key"}
    if not (was.user_told and now.user_told):
        fields -= {"execute_as"}
    told = [
        f"{field} was {before!r} and is {after!r}"
        for field in LinkObservation.model_fields
        if field in fields and (before := getattr(was, field)) != (after := getattr(now, field))
    ]
    return ", ".join(told)
