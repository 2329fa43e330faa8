"""The errors of an operation on a link. Each says the next step.

LinkError                  an operation failed
 ├ Preflight               something blocks the operation; this was found before the first step
 ├ MadeMeanwhile           somebody else made the link during the operation
 └ CannotBeUndone          a step cannot be undone
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.ends import End
from pulumi_applinks.rest import Message, summed

NOTHING_WAS_CHANGED = "Nothing was changed on either application."


class LinkError(Exception):
    """Raised when an operation on a link failed.

    Args:
        told: the message for a person.
        left: ends that are still changed, or could not be verified.
        causes: the errors that caused it.
    """

    def __init__(
        self, told: Message, *, left: Sequence[Leftover] = (), causes: Sequence[Exception] = ()
    ) -> None:
        self.told = told.also(parts=(leftover.told for leftover in left))
        self.left = tuple(left)
        self.causes = tuple(causes)
        super().__init__(str(self.told))


class Preflight(LinkError):
    """Raised when something blocks a change. It gives all reasons at once.

    Args:
        what: what cannot be done, such as "the link cannot be made".
        reasons: all reasons that were found.
        left: ends that could not be restored.
        changed: a sentence that says what this run changed before.
    """

    def __init__(
        self,
        what: str,
        reasons: Iterable[Message],
        *,
        left: Sequence[Leftover] = (),
        changed: str = NOTHING_WAS_CHANGED,
    ) -> None:
        self.reasons = tuple(reasons)
        super().__init__(summed(what, self.reasons).also(changed=changed), left=left)


class MadeMeanwhile(LinkError):
    """Raised when a link already exists when it should be created, although it did not exist a moment ago."""

    def __init__(self, end: End, link_id: str) -> None:
        super().__init__(
            end.told(
                Code.MADE_MEANWHILE,
                f"somebody else, such as another stack, has created the link {link_id} on {end.label} in the meantime",
                "It is theirs, with the name and the display URL that this run sent.",
                do='Declare a link in one stack only; to take it over, set on_existing="adopt".',
            )
        )


class CannotBeUndone(LinkError):
    """Raised when a step cannot be undone."""

    def __init__(self, end: End, what: str) -> None:
        super().__init__(end.told(Code.NOT_AS_TOLD, what))


@dataclass(frozen=True)
class Leftover:
    """A link that is on an application although it should not be there, or that could not be verified.

    Args:
        end: the end that has it.
        link_id: the link's id there.
        state: what is known about the link after it was read again, such as "is not as it was: it is gone".
        why: the application's answer; None if it refused nothing.
        verify: what its administrator has to check.
        code: the message's code.
    """

    end: End
    link_id: str
    state: str
    why: Message | None
    verify: str
    code: Code = Code.NOT_TAKEN_BACK

    @property
    def told(self) -> Message:
        """The message for a person."""
        application = self.end.label
        by_hand = f"As its administrator, open {self.end.admin_page()} and {self.verify}."
        what = f"the link {self.link_id} on {application}"
        headline = f"left behind: {what}" if self.code is Code.LEFT_BEHIND else f"{what} {self.state}"
        told = Message(self.code, headline, do=by_hand, application=application)
        if (why := self.why) is None:
            return told
        reasons = (f"{why.what[0].upper()}{why.what[1:]}.", *why.why)
        return replace(told, why=reasons, do=" ".join(filter(None, (by_hand, why.do))), request=why.request)
