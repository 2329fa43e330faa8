"""One word and one sentence for the state of a link, from what both applications say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pulumi_applinks.lifecycle.declaration import Declaration, Role
from pulumi_applinks.rest import Status

Word = Literal[
    "working", "one-way", "no-authentication", "incomplete", "not-working", "unreachable", "unknown"
]


@dataclass(frozen=True)
class Health:
    """The state of a link.

    Args:
        word: one of `Word`.
        detail: a sentence for a person.
    """

    word: Word
    detail: str


def health(
    declaration: Declaration,
    labels: dict[Role, str],
    statuses: dict[Role, Status | None],
    *,
    gone: tuple[Role, ...] = (),
    unreachable: dict[Role, str] | None = None,
) -> Health:
    """The state of a link.

    Args:
        declaration: what the program says.
        labels: how messages name each end.
        statuses: what each managed end says of the link; nothing from versions that have no status.
        gone: managed ends whose link is not there.
        unreachable: ends that could not be asked, and why.
    """
    if unreachable:
        asked = "; ".join(f"{labels[role]} could not be asked: {why}" for role, why in unreachable.items())
        return Health(
            "unreachable", f"{asked} What is recorded of that end is from the last time it answered."
        )
    if gone:
        return Health("incomplete", "; ".join(f"the link on {labels[role]} is gone" for role in gone) + ".")
    if not declaration.two_way:
        return Health(
            "one-way",
            f"{labels['source']} can read what is public on {labels['target']}. To complete the link, set two_way=True with "
            f"credentials of an administrator of the target, or let its administrator create a link back.",
        )
    if not declaration.authentication.any:
        return Health(
            "no-authentication",
            "Both links are there; requests over them are anonymous and see what is public.",
        )
    if declaration.manage == "source" and _says(
        statuses.get("source"), "NO_REMOTE_APPLINK", "AUTH_LEVEL_MISMATCH", "DISABLED"
    ):
        return Health(
            "incomplete",
            f"The end on {labels['source']} is ready; the administrator of {labels['target']} has to make the other end with "
            f"the same authentication.",
        )
    untold = {role: status for role, status in statuses.items() if _is_untold(status)}
    known = {role: status for role, status in statuses.items() if status is not None and role not in untold}
    failing = {role: status for role, status in known.items() if not status.working}
    if failing:
        return Health(
            "not-working",
            "; ".join(f"{labels[role]} says {_reason(status)}" for role, status in failing.items()) + ".",
        )
    if len(known) < len(statuses):
        asked = "; ".join(
            f"{labels[role]} says {_reason(status)}" for role, status in untold.items() if status
        )
        return Health(
            "unknown",
            f"Both links are set up; whether they work is not told by the applinks version of an application"
            f"{f': {asked}' if asked else ''}.",
        )
    return Health("working", "Both ends agree, and requests over the link are answered.")


def _is_untold(status: Status | None) -> bool:
    """Whether an application can't tell: it would need a person's authorisation to ask the other one [S9]."""
    return status is not None and status.error is not None and status.error.category == "ACCESS_ERROR"


def _says(status: Status | None, *types: str) -> bool:
    return status is not None and status.error is not None and status.error.type in types


def _reason(status: Status) -> str:
    if status.error is None:
        return "that it does not work"
    details = f" ({status.error.details})" if status.error.details else ""
    return f"{status.error.type}{details}"
