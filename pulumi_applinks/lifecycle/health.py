"""The state of a link in one word and one sentence, computed from what both applications report. It sends no requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi_applinks.lifecycle.declaration import Declaration, Role, other
from pulumi_applinks.lifecycle.whereabouts import NOTHING_ANSWERS, pointing_to
from pulumi_applinks.names import LinkStatus
from pulumi_applinks.rest import Reason, Status, trust

_NOT_MADE_YET = ("no-link-back", "levels-differ", "disabled")
_CANT_TELL = ("not-told", "no-answer", "legacy")
"""Reasons that leave open whether requests are answered: the application can't report it [S9], or did not report it in time."""


_REPAIR = "Run `pulumi refresh` and `pulumi up`; if that does not help, check that {near} reaches {far} at {address}"
_NEXT_STEPS: Mapping[Reason, str] = {
    "no-link-back": _REPAIR,
    "levels-differ": _REPAIR,
    "disabled": _REPAIR,
    "unsupported": _REPAIR,
    "refused": "Compare the keys, the users and the levels of both ends, as `applinks doctor` does",
    "clock": "Synchronize the clocks of {near} and {far} with the same time server",
    "untrusted": f"If the certificate is not trusted: {trust('{far}', '{near}')}. Otherwise compare the TLS versions and ciphers of both",
    "unreachable": (
        "Check that {near} reaches {address}: name, firewall, proxy, and over https the certificate's authority in its truststore"
    ),
    "no-authentication": "Let {near} make authenticated requests, or update {far}",
    "incompatible": "Update {far}: its version of applinks is too old to be linked to later ones",
}


def next_step(reason: Reason | None, near: str, far: str, address: str) -> str:
    """Return what to do about a link that does not work, as a sentence without its full stop.

    Args:
        reason: why the link does not work.
        near: the name of the application that reports it, as messages show it.
        far: the name of the other application, as messages show it.
        address: the address at which the other application is called.
    """
    step = _NEXT_STEPS.get(reason, "Check the log of {near}") if reason else "Check the log of {near}"
    return step.format(near=near, far=far, address=address)


@dataclass(frozen=True)
class Health:
    """The state of a link.

    Args:
        word: the value of the output `status`; `docs/behaviour.md` explains each value.
        detail: a sentence for a person.
        broken: whether the link does not work, or an end does not answer.
    """

    word: LinkStatus
    detail: str
    broken: bool = False


def health(
    declaration: Declaration,
    labels: Mapping[Role, str],
    statuses: Mapping[Role, Status | None],
    *,
    gone: tuple[Role, ...] = (),
    unreachable: Mapping[Role, str] | None = None,
    strangers: Mapping[Role, str] | None = None,
    elsewhere: Mapping[Role, str] | None = None,
    untouched: Role | None = None,
) -> Health:
    """Compute the state of a link.

    Args:
        declaration: what the program says.
        labels: how messages name each end.
        statuses: what each managed end reports after trying the link; None from versions that have no status.
        gone: managed ends whose link does not exist.
        unreachable: ends that could not be asked, and why, in sentences that name the application.
        strangers: the server ids of other applications that answer at the addresses of the link's applications.
        elsewhere: for each end whose link does not point to an address of the other application, the address that it points to.
        untouched: an end that was not asked, because nothing was changed on it. It worked when it was last asked.
    """
    if strangers:
        told = "; ".join(
            f"another application (server id {new}) answers at {labels[role]}"
            for role, new in strangers.items()
        )
        return Health(
            "not-working", f"{told}. If the linked application moved, declare its new URL.", broken=True
        )
    if unreachable:
        asked = " ".join(unreachable.values())
        ends, answered = ("that end", "it") if len(unreachable) == 1 else ("the two ends", "they")
        return Health(
            "unreachable",
            f"{asked} The recorded values of {ends} are from the last time {answered} answered.",
            broken=True,
        )
    if gone:
        return Health(
            "incomplete", "; ".join(f"the link on {labels[role]} is gone" for role in gone) + ".", broken=True
        )
    silent = {
        role for role, status in statuses.items() if status is not None and status.reason in NOTHING_ANSWERS
    }
    if away := {role: there for role, there in (elsewhere or {}).items() if role not in silent}:
        told = "; ".join(f"the link on {labels[role]} {pointing_to(there)}" for role, there in away.items())
        return Health(
            "elsewhere",
            f"{told}. `pulumi up` relocates it to the address that the program declares; if that one is the copy's, correct the program.",
            broken=True,
        )
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
    source = statuses.get("source")
    if declaration.manage == "source" and source is not None and source.reason in _NOT_MADE_YET:
        return Health(
            "incomplete",
            f"The end on {labels['source']} is ready; the administrator of {labels['target']} must create the other end with "
            f"the same authentication.",
        )
    failing = {
        role: status
        for role, status in statuses.items()
        if status is not None and not status.working and status.reason not in _CANT_TELL
    }
    if failing:
        said = "; ".join(f"{labels[role]} says that {status.told}" for role, status in failing.items())
        steps = dict.fromkeys(
            next_step(
                status.reason, labels[role], labels[other(role)], declaration.party(other(role)).called_at
            )
            for role, status in failing.items()
        )
        return Health("not-working", " ".join(f"{one}." for one in (said, *steps)), broken=True)
    senders: list[Role] = [role for role in labels if declaration.sends(role).level not in (None, "none")]
    works = [role for role in senders if (status := statuses.get(role)) is not None and status.working]
    untold = [role for role in senders if role in statuses and role not in works]
    if untold:
        asked = "; ".join(
            f"{labels[role]} {'' if status.reason == 'no-answer' else 'says that '}{status.told}"
            if (status := statuses[role]) is not None
            else f"the applinks version of {labels[role]} does not report it"
            for role in untold
        )
        return Health(
            "unknown", f"The link is set up; it is not known whether requests over it are answered: {asked}."
        )
    tried = " and ".join(f"requests that {labels[role]} makes" for role in works)
    detail = f"When they were last tried, {tried} over the link were answered."
    if untouched is not None and untouched in senders:
        detail += f" Those of {labels[untouched]} were answered when they were tried before; its end was not changed."
    elif missing := [role for role in senders if role not in works]:
        detail += f" The program of the administrator of {labels[missing[0]]} shows whether its requests are answered."
    if not works:
        return Health(
            "unknown",
            f"The link is set up; only {labels[other('source')]}, which this program does not manage, makes requests over it.",
        )
    return Health("working", detail)
