"""Decide the state of a link, and describe why it has that state and how to fix it. Pure: it sends no requests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pulumi_applinks.estate.glossary import FindingCode, Problem, Severity, State
from pulumi_applinks.estate.model import EstateApplication, EstateEnd, EstateLink, FarSide, LinkFinding
from pulumi_applinks.lifecycle.health import next_step
from pulumi_applinks.lifecycle.whereabouts import NOTHING_ANSWERS, pointing_to, what_to_do
from pulumi_applinks.rest import BEHIND_HTTPS, Reason, leaves_https, same_address

_Judgement = tuple[State, str, "LinkFinding | None"]
"""A state, the reason for it, and the finding that belongs to it."""

_ANONYMOUS = "Both ends are there; requests over it are anonymous, and see what is public."
_AUTHENTICATE = (
    "Declare an authentication for it and run `pulumi up`; or leave it, if public content is enough."
)

_REPAIR = (
    'Declare it with on_existing="adopt" and the authentication that it should have, and run `pulumi up`.'
)

_CANT_TELL: tuple[Reason, ...] = ("not-told",)
"""Reasons that do not show whether requests are answered [S9]."""

LOZENGES = {
    "SYSTEM": "SYSTEM",
    "NON_ATLASSIAN": "NON-ATLASSIAN",
    "NETWORK_ERROR": "NETWORK ERROR",
    "ACCESS_ERROR": "ACCESS DENIED",
    "CONFIG_ERROR": "CONFIG ERROR",
    "DEPRECATED": "DEPRECATED",
    "DISABLED": "DISABLED",
}
"""The word on an application's page for each category of reason. For other categories no source gives the word."""

CONNECTED = "CONNECTED"


@dataclass(frozen=True)
class Away:
    """An end that has an application's server id but points to none of its addresses.

    Args:
        end: the end.
        of: the name of that application.
        address: where it points.
    """

    end: EstateEnd
    of: str
    address: str


@dataclass(frozen=True)
class Facts:
    """What is known about a link besides its ends.

    Args:
        near: the application that has its first end.
        far: the application that the link points to, if it was named.
        far_side: whether that application listed its links.
        twin: another link on the same application that points to the same place, which is the link to keep.
        stranger: the server id of the application that answers there, if it is not the id of the link.
        odd: what the far application has in place of the link back, if that is not a link between two applications.
        oauth2: whether it is an OAuth 2.0 client or connection.
        ids_of_urls: the ends whose id was derived from an address.
        away: the ends that point elsewhere, also the end that the far application has in place of the link back.
    """

    near: EstateApplication
    far: EstateApplication | None
    far_side: FarSide
    twin: EstateEnd | None
    stranger: str | None
    odd: EstateEnd | None
    oauth2: bool
    ids_of_urls: tuple[EstateEnd, ...]
    away: tuple[Away, ...] = ()


def judged(link: EstateLink, facts: Facts) -> EstateLink:
    """Return a link with its state, the reason for it, and its findings, the worst first."""
    end = link.ends[0]
    state, reason, main = _state(link, facts) if end.what == "application" else _none_of_ours(end, facts)
    findings = [main] if main is not None else []
    if end.what == "application":
        findings += [one for one in _beside(link, facts) if all(one.code != known.code for known in findings)]
    order = {"error": 0, "warning": 1, "unseen": 2}
    # The finding that belongs to the state comes first among findings of the same severity.
    return replace(
        link,
        state=state,
        reason=reason,
        findings=tuple(sorted(findings, key=lambda one: order[one.severity])),
    )


def _none_of_ours(end: EstateEnd, facts: Facts) -> _Judgement:
    page = f"Open {facts.near.admin_page}"
    if end.what == "system":
        return "system", "It belongs to the system: the products create and maintain it.", None
    if end.what == "generic" and facts.oauth2:
        return "oauth2", "An OAuth 2.0 client or connection, which is not an application link.", None
    if end.what == "generic":
        return "generic", "A link to something that is not an Atlassian product.", None
    if end.what == "unknown-type":
        words = f"{end.application} lists it with the type {end.type_id!r}, which is not known here: it was not tried."
        return _found("unknown-type", "unseen", words, f"{page} and look at the link {end.link_id}.")
    words = f"{end.application} lists it without fields that every link has: it is corrupted, or has an unknown form."
    mend = f"{page} and remove it there, once it is certain that nothing needs it; or run: applinks clean {end.key}"
    return _found("corrupted", "error", words, mend)


def _state(link: EstateLink, facts: Facts) -> _Judgement:
    """Return the state in one word, the reason in a sentence, and the finding that belongs to it."""
    end = link.ends[0]
    if facts.twin is not None:
        words = f"{end.application} has another link to the same application: {facts.twin.link_id}, {facts.twin.name!r}."
        if facts.far is None or facts.far.seen is None:
            words += " Only that application can show which of the two is the right one."
            return _found("duplicated", "warning", words, _ask(link, end))
        return _found("duplicated", "warning", words, f"applinks clean {end.key}")
    if facts.stranger is not None and facts.far is not None:
        words = (
            f"another application answers at {facts.far.named.url}: its server id is {facts.stranger}, and the link is to "
            f"{end.link_id}. The one of the link was reinstalled, or its address was given away."
        )
        return _found(
            "orphaned", "error", words, f"Remove it, then recreate the link: applinks clean {end.key}"
        )
    if failing := [one for one in link.ends if one.failure]:
        words = " ".join(f"{one.application} could not be asked about it: {one.failure}" for one in failing)
        return _found("unknown", "unseen", words, "Fix that, and run this again.")
    broken = [one for one in link.ends if one.working is False and one.reason not in _CANT_TELL]
    if away := [one for one in facts.away if one.end.reason not in NOTHING_ANSWERS]:
        return _elsewhere(away, facts)
    if link.far_side == "not-named" and end.reason == "unreachable":
        words = (
            f"{end.application} says that {end.told}. The application at {end.rpc_url or end.display_url} was not named here, so it may be "
            f"gone, down, or out of reach for {end.application} only."
        )
        mend = (
            f"If it is down, start it. If it moved: applinks move {end.rpc_url or end.display_url} <new URL>; if it is gone: applinks "
            f"clean {end.key}"
        )
        return _found("orphaned", "error", words, mend)
    if facts.odd is not None and facts.far is not None:
        kind = {"system": "the system's", "generic": "generic"}.get(
            facts.odd.what, "not readable, or of an unknown type"
        )
        words = f"{end.application} has a link to {link.far}, and what {link.far} has under its id is {kind}."
        return _found(
            "unknown", "unseen", words, f"Open {facts.far.admin_page} and look at {facts.odd.link_id}."
        )
    if len(link.ends) == 1 and link.far_side == "asked":
        return _one_way(end, link.far)
    if len(link.ends) == 1 and end.reason == "no-link-back":
        return _one_way(end, link.far)
    if broken:
        return _broken(link, broken, facts)
    return _no_complaint(link)


def _elsewhere(away: list[Away], facts: Facts) -> _Judgement:
    finding = _away(away, facts)
    return "elsewhere", finding.words, finding


def _away(away: Sequence[Away], facts: Facts) -> LinkFinding:
    words = " ".join(
        f"{one.end.application} has a link with the server id of {one.of} that {pointing_to(one.address)}."
        for one in away
    )
    first = away[0]
    has = facts.near if first.end.application == facts.near.name or facts.far is None else facts.far
    mend = what_to_do(has.name, first.of, has.admin_page)
    named = f"If it is another address of {first.of}, name it as its rpc_url."
    return LinkFinding("elsewhere", "error", words, f"{mend} {named}")


def _one_way(end: EstateEnd, far: str) -> _Judgement:
    words = f"{end.application} has a link to {far}, and {far} has no link back."
    mend = f'To complete it: declare it with on_existing="adopt" and run `pulumi up`. If nobody needs it: applinks clean {end.key}'
    return _found("one-way", "warning", words, mend)


def _broken(link: EstateLink, broken: list[EstateEnd], facts: Facts) -> _Judgement:
    said = f"{_said(broken)}."
    reasons = {one.reason for one in broken}
    if reasons == {"disabled"} and all(direction.level in (None, "none") for direction in link.directions):
        return _found("no-authentication", "warning", _ANONYMOUS, _AUTHENTICATE)
    if reasons <= {"legacy"}:
        mend = (
            'Declare it with on_existing="adopt", OAuth and on_legacy="remove", and run `pulumi up`: OAuth is set up first, and only then '
            "the old authentication is removed."
        )
        return _found("legacy", "warning", f"{said[0].upper()}{said[1:]}", mend)
    return _found("not-working", "error", said, _mend(link, broken[0], facts))


def _said(ends: Sequence[EstateEnd]) -> str:
    """Return what ends report, as a sentence without its full stop. If all ends report the same, it appears once."""
    if len({end.told for end in ends}) == 1 and len(ends) > 1:
        return f"{' and '.join(end.application for end in ends)} say that {ends[0].told}"
    return "; ".join(f"{end.application} says that {end.told}" for end in ends)


def _no_complaint(link: EstateLink) -> _Judgement:
    silent = [one for one in link.ends if one.working is None or one.reason in _CANT_TELL]
    differing = [one for one in link.directions if one.level is None]
    if len(link.ends) == 2 and any(one.incoming is not None for one in silent) and differing:
        words = f"the two ends are set to different authentication, from {differing[0].sender} to {differing[0].receiver}."
        return _found("not-working", "error", words, _REPAIR)
    if len(link.ends) == 2 and all(direction.level == "none" for direction in link.directions):
        return _found("no-authentication", "warning", _ANONYMOUS, _AUTHENTICATE)
    if silent:
        told = "; ".join(
            f"{one.application} {one.told}"
            if one.reason == "no-answer"
            else f"{one.application} says that {one.told}"
            if one.told
            else f"the version of {one.application} does not report it"
            for one in silent
        )
        words = f"The link is there; whether requests over it are answered is not known: {told}."
        return _found("unknown", "unseen", words, "Open a page there that uses the link, as a person would.")
    end = link.ends[0]
    if len(link.ends) == 1:
        why = "was not named" if link.far_side == "not-named" else "could not be asked"
        words = f"{end.application} says that its requests are answered; {link.far} {why}."
        return _found("not-asked", "unseen", words, _ask(link, end))
    return "working", "Requests over it were tried just now, and are answered.", None


def _ask(link: EstateLink, end: EstateEnd) -> str:
    """Return what to do so that the application at the other end is asked."""
    if link.far_side == "not-named":
        return f"Name it too, with credentials: --application <name>={end.display_url}"
    return f"Fix what kept {link.far} from being asked, and run this again."


def _beside(link: EstateLink, facts: Facts) -> Iterator[LinkFinding]:
    """Yield the further findings of a link, whatever its state is."""
    if facts.away:
        yield _away(facts.away, facts)
    for end in facts.ids_of_urls:
        if facts.twin is not None:
            continue
        there = facts.near if end is link.ends[0] else facts.far
        page = there.admin_page if there is not None else ""
        yield LinkFinding(
            "url-id",
            "warning",
            f"its id on {end.application}, {end.link_id}, was derived from the address: it was made while the other application was down.",
            f'Declare the link with on_existing="adopt" and run `pulumi up`; or open {page} and upgrade it there.',
        )
    for end in link.ends:
        beside = [
            *(f"incoming {one}" for one in end.legacy_incoming),
            *(f"outgoing {one}" for one in end.legacy_outgoing),
        ]
        if end.reason == "legacy" or beside:
            told = ", ".join(beside) or end.told
            yield LinkFinding(
                "legacy",
                "warning",
                f"{end.application} has legacy authentication for it: {told}.",
                'Declare the link with on_existing="adopt", OAuth and on_legacy="remove", and run `pulumi up`.',
            )
    if len(link.ends) == 1 and link.far_side in ("not-asked", "not-named"):
        end = link.ends[0]
        words = f"{link.far} was named, and could not be asked for its end."
        if link.far_side == "not-named":
            words = f"the application at {end.display_url} was not named, so it was not asked for its end."
        yield LinkFinding("not-asked", "unseen", words, _ask(link, end))


def _mend(link: EstateLink, end: EstateEnd, facts: Facts) -> str:
    near, far = facts.near, facts.far
    if end is not link.ends[0] and far is not None:
        near, far = far, facts.near
    address = end.rpc_url or end.display_url
    there = far.name if far is not None else link.far
    doctor = (
        f"applinks doctor {link.ends[0].application} {link.far}"
        if far is not None
        else f"open {near.admin_page}"
    )
    moved = far.seen.url if far is not None and far.seen is not None else None
    if end.reason == "unreachable" and moved and leaves_https(address, moved):
        return f"{there} says that it is at {moved}. {BEHIND_HTTPS}"
    if end.reason == "unreachable" and moved and not same_address(moved, address):
        return f"{there} says that it is at {moved}: applinks move {address} {moved}"
    step = next_step(end.reason, near.name, there, address)
    mends: dict[str, str] = {
        "levels-differ": _REPAIR,
        "no-link-back": _REPAIR,
        "disabled": _REPAIR,
        "refused": f"Compare the keys, the users and the levels of both ends: {doctor}",
        "clock": f"{step}. To see the difference: {doctor}",
        "untrusted": f"{step}.",
        "unreachable": f"{step}. To see what each sees of the other: {doctor}",
        "unsupported": _REPAIR,
        "no-authentication": _REPAIR,
        "incompatible": f"{step}.",
        "system": f"Open {near.admin_page}.",
    }
    return mends.get(
        end.reason or "", f"Open {near.admin_page} and look at the link {end.link_id}. For more: {doctor}"
    )


def in_stack(finding: LinkFinding, resource: str) -> LinkFinding:
    """Return a finding of a link that a stack manages. The fix is then made in the stack."""
    mends: dict[FindingCode, str] = {
        "one-way": f"Run `pulumi refresh` and `pulumi up`: {resource} creates the missing end.",
        "url-id": f"Run `pulumi up`: {resource} gives it the application's id once that answers.",
        "legacy": f'Set on_legacy="remove" on {resource}, and run `pulumi up`.',
        "orphaned": f"Correct the address of {resource} in the program, or remove it there, and run `pulumi up`.",
        "elsewhere": f"Run `pulumi refresh` and `pulumi up`: {resource} is relocated to the address that the program declares. If that is "
        f"the copy's, correct the program first.",
        "no-authentication": f"Run `pulumi refresh` and `pulumi up`: {resource} declares another authentication.",
    }
    mend = mends.get(finding.code)
    if finding.mend == _REPAIR:
        mend = f"Run `pulumi refresh` and `pulumi up`: {resource} is brought to what the program says."
    return replace(finding, mend=mend or finding.mend)


def not_seen(
    ends: tuple[EstateEnd, ...], places: Sequence[EstateApplication], far: EstateApplication | None
) -> EstateLink:
    """Return a link that a stack manages but that none of the asked applications has.

    Args:
        ends: the ends that the stack manages, each with its resource.
        places: the application for each end.
        far: the application at the other end of the first end, if it was named.
    """
    resource = ends[0].managed_by
    without = [one.application for one in ends if one.there is False]
    words = ""
    if without:
        asked = "were asked, and neither has it" if len(without) > 1 else "was asked, and does not have it"
        words = f"{' and '.join(without)} {asked}"
    silent = [
        f"another application answers at {place.named.url}"
        if place.asked
        else f"{place.name} could not be asked"
        for end, place in zip(ends, places, strict=True)
        if end.there is None
    ]
    state: State = "unknown" if silent else "gone"
    if silent:
        words = f"{'; '.join(filter(None, (words, *silent)))}: it is not known whether the link is gone"
        finding = LinkFinding("unknown", "unseen", f"{words}.", "See to that, and run this again.")
    else:
        mend = (
            f"Run `pulumi refresh` and `pulumi up`: {resource} recreates it. If nobody needs it, remove {resource} from the program and "
            f"run these two."
        )
        finding = LinkFinding("gone", "error", f"{words}.", mend)
    far_side: FarSide = "not-named" if far is None else "asked" if far.asked else "not-asked"
    called = far.name if far is not None else ends[0].display_url or ends[0].link_id
    return EstateLink(ends, state, finding.words, called, far_side, findings=(finding,))


def _found(code: Problem, severity: Severity, words: str, mend: str) -> _Judgement:
    words = f"{words[0].upper()}{words[1:]}" if words.startswith(("the ", "another ")) else words
    return code, words, LinkFinding(code, severity, words, mend)
