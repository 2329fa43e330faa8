"""Run steps in order; when one fails, take back what was done, backwards, all of it."""

from __future__ import annotations

from collections.abc import Sequence

from pulumi_applinks.lifecycle.problems import Leftover, LinkError
from pulumi_applinks.lifecycle.steps import MakeLink, Step
from pulumi_applinks.rest import ApplinksError, CouldNotAsk, Deadline, Refused

GRACE_SECONDS = 30.0
"""What undoing may take after an operation's own deadline has passed."""


def run(steps: Sequence[Step]) -> list[Step]:
    """Run the steps.

    Args:
        steps: in order.

    Returns:
        The steps that were done, in case that they have to be taken back.

    Raises:
        LinkError: if one fails: says which, and names everything that could not be taken back.
    """
    begun: list[Step] = []
    for step in steps:
        begun.append(step)
        try:
            step.do()
        except (ApplinksError, LinkError) as error:
            if not _may_be_done(step, error):
                begun.pop()
            left = _unwind(begun)
            raise LinkError(
                f"{step.what} on {step.end.label} failed: {error}",
                left=left,
                advice=_advice(begun, left),
            ) from None
    return begun


def take_back(done: Sequence[Step], why: LinkError) -> LinkError:
    """Take back what was done, because it did not come out as it should.

    Args:
        done: in order.
        why: what came out.

    Returns:
        The error to raise: says what could not be taken back.
    """
    left = _unwind(done)
    return LinkError(why.headline, left=left, advice=_advice(done, left))


def _may_be_done(step: Step, error: Exception) -> bool:
    if isinstance(error, CouldNotAsk):
        return error.maybe_done
    # A link whose making was refused is not there; if somebody else made one meanwhile, it is not ours to delete.
    return not (isinstance(step, MakeLink) and isinstance(error, Refused) and error.status < 500)


def _advice(begun: Sequence[Step], left: Sequence[Leftover]) -> str:
    if left:
        return "Everything else that this run did was undone; see to the above, then run `pulumi up` again."
    if begun:
        return "What this run had changed before was undone on both ends; correct this and run `pulumi up` again."
    return "Nothing was changed on either end; correct this and run `pulumi up` again."


def _unwind(begun: Sequence[Step]) -> list[Leftover]:
    left: list[Leftover] = []
    for step in reversed(begun):
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
