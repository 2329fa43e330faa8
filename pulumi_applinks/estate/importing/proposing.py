"""Propose an inventory for an estate: which links can be taken over unchanged, and why the others cannot. Pure: it sends no requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pulumi_applinks.checks import check
from pulumi_applinks.credentials import NamedCredentials
from pulumi_applinks.estate.formats import unasked
from pulumi_applinks.estate.glossary import FindingCode
from pulumi_applinks.estate.importing.inventory import Declared, Entry, Inventory, LeftOut, NotAsked, ordered
from pulumi_applinks.estate.importing.levels import CantTake, authentication_of
from pulumi_applinks.estate.model import (
    Estate,
    EstateApplication,
    EstateEnd,
    EstateError,
    EstateLink,
    unique_name,
)
from pulumi_applinks.estate.sources import checked_url
from pulumi_applinks.lifecycle.declaration import Malformed
from pulumi_applinks.rest import same_address

_NOT_TAKEN = (
    "system",
    "generic",
    "oauth2",
    "corrupted",
    "unknown-type",
    "duplicated",
    "orphaned",
    "not-asked",
)
"""The states of entries that are not links between two applications of the estate, or not the link to keep."""

_NEXT: dict[FindingCode, str] = {
    "one-way": "To complete it, remove two_way=False and run `pulumi up`.",
    "no-authentication": "To authenticate it, give it an authentication and run `pulumi up`.",
    "legacy": 'To remove it, set on_legacy="remove", with OAuth where there is none, and run `pulumi up`.',
}
"""What to do about a finding once the link is in the program. The other findings keep their usual fix."""


@dataclass(frozen=True)
class _As:
    """What one link says about an application. The name is None if it is the application's own name."""

    url: str
    rpc_url: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class _Candidate:
    link: EstateLink
    entry: Entry
    called: dict[str, _As]
    """What the link says about its source and its target. One-way links say nothing about their source."""


def proposed(estate: Estate, credentials: NamedCredentials) -> Inventory:
    """Return what can be taken over from an estate.

    Args:
        estate: as it was read, with users and legacy authentication.
        credentials: where names of credentials are looked up.
    """
    left_out: list[LeftOut] = []
    candidates: list[_Candidate] = []
    proposing = _Proposing(estate)
    for link in estate.links:
        try:
            candidates.append(proposing.candidate(link))
        except CantTake as why:
            left_out.append(_told(link, why))
    applications = {
        one.name: _declared(one, [called for which in candidates for called in _said_of(which, one.name)])
        for one in estate.applications
    }
    links: list[Entry] = []
    for candidate in candidates:
        entry = _named(candidate, applications, [one.resource for one in links])
        try:
            _checked(entry, applications, credentials)
        except CantTake as why:
            left_out.append(_told(candidate.link, why))
        else:
            links.append(entry)
    return Inventory(
        applications=applications,
        links=ordered(links, applications),
        left_out=tuple(left_out),
        not_asked=tuple(NotAsked(application=one.name, reason=one.told) for one in unasked(estate)),
    )


def _told(link: EstateLink, why: CantTake) -> LeftOut:
    return LeftOut(between=link.between, end=link.key, why=why.why, reason=why.reason, next=why.next)


def _said_of(candidate: _Candidate, name: str) -> Iterator[_As]:
    for role in ("source", "target"):
        if getattr(candidate.entry, role) == name and role in candidate.called:
            yield candidate.called[role]


class _Proposing:
    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._of_type = Counter((end.application, end.type_id) for link in estate.links for end in link.ends)

    def candidate(self, link: EstateLink) -> _Candidate:
        """Return a link as a candidate.

        Raises:
            CantTake: if it can't be taken over.
        """
        if link.managed_by:
            raise CantTake("managed", f"The stack that was given manages it, as {link.managed_by}.")
        if link.far_side == "not-asked" and link.state != "duplicated":
            raise CantTake(
                "not-asked",
                f"{link.far} could not be asked, so its end is not known.",
                "Fix that, and scan again.",
            )
        if away := link.finding("elsewhere"):
            raise CantTake("elsewhere", away.words, away.mend)
        if link.state in _NOT_TAKEN:
            found = link.finding(link.state)
            raise CantTake(link.state, link.reason, found.mend if found else None)
        if len(link.ends) == 1 and link.far_side != "asked":
            found = link.finding("not-asked")
            words = found.words if found else f"{link.far} was not asked."
            raise CantTake("not-asked", words, found.mend if found else None)
        if any(end.failure for end in link.ends):
            raise CantTake("unknown", link.reason, "Fix that, and scan again.")
        if derived := link.finding("url-id"):
            raise CantTake("url-id", derived.words, f"{derived.mend} Then scan again.")
        first, back = link.ends[0], link.ends[1] if len(link.ends) > 1 else None
        entry = Entry(
            resource=f"{link.near}-{link.far}",
            source=link.near,
            target=link.far,
            two_way=back is not None,
            authentication=authentication_of(first, back),
            primary=self._primary(first),
            reverse_primary=self._primary(back),
            notes=tuple(_notes(link)),
        )
        called = {"target": self._as(first, link.far)}
        if back is not None:
            called["source"] = self._as(back, link.near)
        return _Candidate(link, entry, called)

    def _primary(self, end: EstateEnd | None) -> bool | None:
        """Return True if an end is primary among several of its type, or else None. The only link of its type is always primary."""
        if end is None or not end.primary or self._of_type[end.application, end.type_id] < 2:
            return None
        return True

    def _as(self, end: EstateEnd, name: str) -> _As:
        """Return what an end says about the application that it points to."""
        application = self._estate.application(name)
        if application is None or application.seen is None:
            raise CantTake("not-asked", f"{name} was not asked.")
        named = application.named
        try:
            url = checked_url(end.display_url, "its display URL")
            rpc_url = checked_url(end.rpc_url or end.display_url, "its RPC URL")
        except EstateError as error:
            raise CantTake(
                "address",
                f"{end.application} lists it with an address that cannot be declared: {error}",
                f"Correct it on {_page(self._estate, end)}, and scan again.",
            ) from None
        url = named.url if same_address(url, named.url) else url
        if named.rpc_url and same_address(rpc_url, named.rpc_url):
            rpc_url = named.rpc_url
        return _As(
            url,
            _if_other(rpc_url, url),
            None if end.name == application.seen.name else end.name,
        )


def _page(estate: Estate, end: EstateEnd) -> str:
    application = estate.application(end.application)
    return application.admin_page if application is not None else end.application


def _notes(link: EstateLink) -> Iterator[str]:
    for finding in link.findings:
        doctor = f"To see what it needs: applinks doctor {link.near} {link.far}"
        yield f"{finding.words} {doctor if finding.code == 'not-working' else _NEXT.get(finding.code, finding.mend)}"
    for end in link.ends:
        if end.incoming == "oauth" and not end.user_told:
            yield (
                f"{end.application} does not report which user 2LO requests run as: if there is one, give it as execute_as."
            )


def _declared(application: EstateApplication, said: Iterable[_As]) -> Declared:
    """Return an application as most of its links describe it."""
    named, counted = application.named, Counter(said)
    order = sorted(
        counted or [_As(named.url, _if_other(named.rpc_url or named.url, named.url))],
        key=lambda one: (
            -counted[one],
            one.url != named.url,
            one.name is not None,
            one.rpc_url is not None,
            (one.url, one.rpc_url or "", one.name or ""),
        ),
    )
    usual = _party(order[0], named.reached_at, named.credentials)
    return usual.model_copy(update={"manifest_needs_login": named.manifest_needs_login or None})


def _party(said: _As, reached: str, credentials: str | None) -> Declared:
    return Declared(
        url=said.url,
        rpc_url=said.rpc_url,
        api_url=_if_other(reached, said.url),
        credentials=credentials,
        name=said.name,
    )


def _if_other(address: str, url: str) -> str | None:
    """Return an address if it differs from the default, or else None."""
    return None if same_address(address, url) else address


def _named(candidate: _Candidate, applications: dict[str, Declared], taken: list[str]) -> Entry:
    """Return the link for the inventory, with a unique name and with what it says differently from other links."""
    update: dict[str, object] = {"resource": unique_name(candidate.entry.resource, taken)}
    for role, said in candidate.called.items():
        usual = applications[getattr(candidate.entry, role)]
        mine = _party(said, usual.api_url or usual.url, usual.credentials)
        update[f"{role}_as"] = usual.otherwise(mine)
    return candidate.entry.model_copy(update=update)


def _checked(entry: Entry, applications: dict[str, Declared], credentials: NamedCredentials) -> None:
    """Raise `CantTake` if a preview would refuse the link."""
    try:
        findings = check(entry.declaration(applications), credentials)
    except Malformed as error:
        findings = error.findings
    if findings:
        listed = "; ".join(f"{one.property} {one.reason}" for one in findings)
        raise CantTake("not-accepted", f"A preview would refuse it: {listed}")
