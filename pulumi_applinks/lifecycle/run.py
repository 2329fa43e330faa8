"""Run the steps of both ends side by side; when one fails, take back what was done, backwards, all of it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial

from pulumi_applinks.lifecycle.problems import Leftover, LinkError, MadeMeanwhile
from pulumi_applinks.lifecycle.steps import MakeLink, Step
from pulumi_applinks.lifecycle.together import side_by_side
from pulumi_applinks.rest import ApplinksError, CouldNotAsk, Deadline, Refused

GRACE_SECONDS = 30.0
"""What undoing one step may take after an operation's own deadline has passed."""


class Run:
    """Steps that were begun, in case that they have to be taken back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: list[Step] = []
        self._failed: list[tuple[Step, ApplinksError | LinkError]] = []

    def do(self, *chains: Sequence[Step]) -> None:
        """Run chains of steps side by side.

        Args:
            chains: each in order, and each on one end.

        Raises:
            LinkError: if a step fails: says which, and names everything that could not be taken back.
        """
        side_by_side([partial(self._chain, chain) for chain in chains if chain])
        if not self._failed:
            return
        left = self._unwind()
        raise LinkError(
            "\n".join(f"{step.what} on {step.end.label} failed: {error}" for step, error in self._failed),
            left=left,
            advice=self._advice(left),
            causes=[error for _, error in self._failed],
        )

    def take_back(self, why: LinkError) -> LinkError:
        """Take back everything, because it did not come out as it should.

        Args:
            why: what came out.

        Returns:
            The error to raise: says what could not be taken back.
        """
        left = self._unwind()
        return LinkError(why.headline, left=left, advice=self._advice(left), causes=why.causes)

    def _chain(self, chain: Sequence[Step]) -> None:
        for step in chain:
            with self._lock:
                if self._failed:
                    return
                self._begun.append(step)
            try:
                step.do()
            except (ApplinksError, LinkError) as error:
                with self._lock:
                    self._failed.append((step, error))
                    if not _may_be_done(step, error):
                        self._begun.remove(step)
                return

    def _advice(self, left: Sequence[Leftover]) -> str:
        if left:
            return (
                "Everything else that this run did was undone; see to the above, then run `pulumi up` again."
            )
        if self._begun:
            return "What this run had changed before was undone on both ends; correct this and run `pulumi up` again."
        return "Nothing was changed on either end; correct this and run `pulumi up` again."

    def _unwind(self) -> list[Leftover]:
        ends = {id(step.end): step.end for step in self._begun}
        chains = [[step for step in reversed(self._begun) if step.end is end] for end in ends.values()]
        left = side_by_side([partial(_take_back, chain) for chain in chains])
        return [leftover for leftovers in left for leftover in leftovers]


def _may_be_done(step: Step, error: ApplinksError | LinkError) -> bool:
    if isinstance(error, MadeMeanwhile):
        return False  # it is not ours to delete
    if isinstance(error, LinkError) or error.maybe_done:
        return True
    if isinstance(error, CouldNotAsk):
        return step.several_requests
    # A link whose making was refused is not there; if somebody else made one meanwhile, it is not ours to delete.
    return not (isinstance(step, MakeLink) and isinstance(error, Refused))


def _take_back(chain: Sequence[Step]) -> list[Leftover]:
    left: list[Leftover] = []
    for step in chain:
        step.end.client.deadline = Deadline(GRACE_SECONDS)
        try:
            step.undo()
        except (ApplinksError, LinkError) as error:
            if isinstance(step, MakeLink):
                verify = "delete that link if it is there"
            else:
                verify = f"look at that link: {step.what} could not be taken back"
            left.append(
                Leftover(step.role, step.end.label, step.link_id, step.end.admin_page(), str(error), verify)
            )
    return left
