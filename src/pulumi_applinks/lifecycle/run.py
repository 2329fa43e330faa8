"""The only writer: runs the steps of both ends side by side; when one fails, takes back what was done, backwards, all of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pulumi_applinks.lifecycle.declaration import Role
from pulumi_applinks.lifecycle.ends import End, Ends, settled
from pulumi_applinks.lifecycle.errors import NOTHING_WAS_CHANGED, Leftover, LinkError, MadeMeanwhile
from pulumi_applinks.lifecycle.link import LinkObservation
from pulumi_applinks.lifecycle.plan import Plan
from pulumi_applinks.lifecycle.steps import MakeLink, MakePrimary, Step
from pulumi_applinks.lifecycle.survey import EndSeen, observe
from pulumi_applinks.lifecycle.together import side_by_side
from pulumi_applinks.rest import ApplinksError, Deadline, NotFound, Refused, Told, summed

_LOG = logging.getLogger("pulumi_applinks.lifecycle")

GRACE_SECONDS = 30.0
"""What undoing one step may take after an operation's own deadline has passed, and the look at an end when all is undone."""


@dataclass(frozen=True)
class Undone:
    """What became of the changes of a run that failed.

    Args:
        left: what could not be taken back, or could not be verified.
        told: a sentence on what was changed and what was not.
    """

    left: tuple[Leftover, ...]
    told: str


class Run:
    """The changes of one operation.

    Args:
        ends: both ends.
    """

    def __init__(self, ends: Ends) -> None:
        self._ends = ends
        self._lock = threading.Lock()
        self._begun: list[Step] = []
        self._failed: list[tuple[Step, ApplinksError | LinkError]] = []
        self._before: dict[Role, EndSeen] = {}
        self._touched: dict[Role, set[str]] = {}
        """The links that were asked to change, by end: also where that was refused, which is looked at before it is believed."""
        self._theirs = False
        """Whether a write met a link that somebody else had made meanwhile."""

    def do(self, plan: Plan, before: Mapping[Role, EndSeen]) -> None:
        """Carry a plan out.

        Args:
            plan: the steps.
            before: what stands on the ends.

        Raises:
            LinkError: if a step fails: says which; nothing is taken back yet.
        """
        for role, seen in before.items():
            self._before.setdefault(role, seen)
        for chains in ([plan.claim], list(plan.chains.values()), [plan.last]):
            side_by_side([partial(self._chain, chain) for chain in chains if chain])
            if self._failed:
                failed, self._failed = self._failed, []
                parts = [summed(f"{step.what} failed", [error.told]) for step, error in failed]
                told = parts[0] if len(parts) == 1 else summed("the change failed", parts)
                raise LinkError(told, causes=[error for _, error in failed])

    def undo(self) -> Undone:
        """Take everything back, and look whether both ends are as they were."""
        begun, self._begun = self._begun, []
        touched, self._touched = self._touched, {}
        chains = {role: [step for step in reversed(begun) if step.role == role] for role in touched}
        undone = side_by_side(
            [partial(self._take_back, role, chains[role], ids) for role, ids in touched.items()]
        )
        left = tuple(leftover for leftovers in undone for leftover in leftovers)
        if left:
            return Undone(left, "Everything else that this run did was undone; see to the above.")
        if self._theirs:
            return Undone((), "Everything else is as it was before this run.")
        if not self._ends.wrote:
            return Undone((), NOTHING_WAS_CHANGED)
        return Undone(
            (),
            "What this run had changed before was undone on both ends: they were read again, and are as before.",
        )

    def _chain(self, chain: Sequence[Step]) -> None:
        for step in chain:
            end = self._ends[step.role]
            with self._lock:
                if self._failed:
                    return
            written = len(end.client.writes)
            _LOG.debug("%s on %s", step.what, end.label)
            try:
                undoable = _done(step, end)
            except (ApplinksError, LinkError) as error:
                # A part of it may be done; what somebody else made is not ours to take back.
                theirs = isinstance(error, MadeMeanwhile)
                undoable = len(end.client.writes) > written and not theirs
                with self._lock:
                    self._failed.append((step, error))
                    self._theirs = self._theirs or theirs
                self._note(step, undoable, touched=undoable or isinstance(error, Refused))
                return
            self._note(step, undoable, touched=True)

    def _note(self, step: Step, undoable: bool, *, touched: bool) -> None:
        with self._lock:
            self._begun += [step] if undoable else []
            ids = self._touched.setdefault(step.role, set()) if touched else set[str]()
            ids.add(step.link_id)

    def _take_back(self, role: Role, chain: Sequence[Step], link_ids: set[str]) -> list[Leftover]:
        end, left = self._ends[role], list[Leftover]()
        end.client.insist()
        failed: dict[str, list[tuple[Step, Told]]] = {}
        for step in chain:
            end.client.deadline = Deadline(GRACE_SECONDS)
            _LOG.debug("taking back: %s on %s", step.what, end.label)
            try:
                step.undo(end)
            except (ApplinksError, LinkError) as error:
                # What loses the primary place is another link.
                taken = step.previous if isinstance(step, MakePrimary) else None
                failed.setdefault(taken or step.link_id, []).append((step, error.told))
        for link_id, steps in failed.items():
            whats = " and ".join(step.what for step, _ in steps)
            verify = f"look at that link: {whats} could not be taken back"
            if any(isinstance(step, MakeLink) for step, _ in steps):
                verify = "delete that link if it is there"
            elif all(isinstance(step, MakePrimary) for step, _ in steps):
                verify = "make that link primary again if it is not"
            left.append(Leftover(end, link_id, steps[0][1], verify))
        # What the last step has used up is not missing here.
        end.client.deadline = Deadline(GRACE_SECONDS)
        return left or self._compared(role, chain, link_ids)

    def _compared(self, role: Role, chain: Sequence[Step], link_ids: set[str]) -> list[Leftover]:
        """What is not as it was before, read again."""
        end, before = self._ends[role], self._before[role]
        link_ids = link_ids | ({before.seen.id} if before.seen else set())
        found: dict[str, Told | str] = {}

        def as_before() -> bool:
            found.clear()
            for link_id in sorted(link_ids):
                was = before.seen if before.seen is not None and before.seen.id == link_id else None
                if unlike := _unlike(was, observe(self._ends, role, link_id)):
                    found[link_id] = unlike
            for step in chain:
                if isinstance(step, MakePrimary) and step.previous is not None:
                    other_link = end.client.link(step.previous)
                    if other_link is not None and not other_link.primary:
                        found[step.previous] = "it is not primary any more"
            return not found

        try:
            settled(end.client.deadline, as_before)
        except ApplinksError as error:
            found = dict.fromkeys(link_ids, error.told)
        verify = "compare that link with what it was"
        return [Leftover(end, link_id, why, verify) for link_id, why in found.items()]


def _done(step: Step, end: End) -> bool:
    """Do a step; again for a while when the application says that it knows no such link.

    The link was seen or made in this very operation: a node of a cluster may not have followed yet.
    """
    done: list[bool] = []

    def is_done() -> bool:
        try:
            done.append(step.do(end))
        except NotFound:
            return False
        return True

    return done[0] if settled(end.client.deadline, is_done) else step.do(end)


def _unlike(before: LinkObservation | None, now: LinkObservation | None) -> str:
    if before is None or now is None:
        return "" if before is now else "it is gone" if now is None else "it is still there"
    others = {"duplicates", "other_entries"}
    was, is_ = before.model_dump(exclude=others), now.model_dump(exclude=others)
    told = [f"{field} was {was[field]!r} and is {is_[field]!r}" for field in was if was[field] != is_[field]]
    return ", ".join(told)
