"""What can go wrong with a link, told so that a person knows what to do.

LinkError                  one operation could not be done
 ├ Preflight               something stands against it, which was found before the first step
 └ MadeMeanwhile           somebody else made the link while this ran
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pulumi_applinks.lifecycle.declaration import Role
from pulumi_applinks.lifecycle.ends import End

NOTHING_WAS_CHANGED = "nothing was changed on either application"


class LinkError(Exception):
    """Raised when an operation on a link could not be done.

    Args:
        headline: what happened, on which application.
        left: ends that were left other than they were found, or could not be verified.
        advice: the one sentence that comes last.
        causes: the errors behind it.
    """

    def __init__(
        self,
        headline: str,
        *,
        left: Sequence[Leftover] = (),
        advice: str = "",
        causes: Sequence[Exception] = (),
    ) -> None:
        self.headline = headline
        self.causes = tuple(causes)
        self.left = tuple(left)
        self.advice = advice
        lines = [headline, *(f"  - {leftover}" for leftover in left)]
        super().__init__("\n".join([*lines, advice] if advice else lines))


class Preflight(LinkError):
    """Raised when something stands against a change: every reason at once.

    Args:
        what: what was asked for, such as "the link cannot be made".
        reasons: everything found, each a sentence with what to do.
        left: ends that could not be brought back to what they were.
        changed: what this run changed before, as the end of the first sentence.
    """

    def __init__(
        self,
        what: str,
        reasons: Iterable[str],
        *,
        left: Sequence[Leftover] = (),
        changed: str = NOTHING_WAS_CHANGED,
    ) -> None:
        self.reasons = tuple(reasons)
        if len(self.reasons) == 1:
            headline = f"{what}; {changed}. {self.reasons[0]}"
        else:
            headline = "\n".join([f"{what}; {changed}:", *(f"  - {reason}" for reason in self.reasons)])
        super().__init__(headline, left=left)


class MadeMeanwhile(LinkError):
    """Raised when a link was not there a moment ago, and is by the time that it is to be made.

    Args:
        application: the label of the one that has it.
        link_id: the link's id there.
    """

    def __init__(self, application: str, link_id: str) -> None:
        super().__init__(
            f"somebody else, such as another stack, made the link {link_id} on {application} meanwhile. It is theirs, with the name and "
            f"the display URL that this run sent. Declare a link in one stack only; to take it over from whoever made it, set "
            f'on_existing="adopt".'
        )


@dataclass(frozen=True)
class Leftover:
    """Something that stands on an application although it should not, or could not be verified.

    Args:
        role: which end.
        application: its label.
        link_id: the link's id there.
        admin_page: where its administrator sees it.
        why: what was answered.
        verify: what the administrator has to check.
    """

    role: Role
    application: str
    link_id: str
    admin_page: str
    why: str
    verify: str

    @classmethod
    def on(cls, end: End, link_id: str, why: str, verify: str) -> Leftover:
        """A leftover on an end."""
        return cls(end.role, end.label, link_id, end.admin_page(), why, verify)

    def __str__(self) -> str:
        return f"{self.application}, link {self.link_id}: {self.why} As its administrator, open {self.admin_page} and {self.verify}."
