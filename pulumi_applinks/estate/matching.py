"""Build links from what each application lists. Both ends of a link are matched by server id. Pure: it sends no requests."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pulumi_applinks.estate.findings import Away, Facts, judged
from pulumi_applinks.estate.model import (
    Estate,
    EstateApplication,
    EstateEnd,
    EstateLink,
    FarSide,
    LinkDirection,
)
from pulumi_applinks.lifecycle.whereabouts import leads_elsewhere
from pulumi_applinks.outputs import LevelSeen
from pulumi_applinks.rest import normalised_url, same_address, url_derived_id


@dataclass(frozen=True)
class Remote:
    """The levels of the other application as an end reports them, with incoming and outgoing seen from the other application."""

    incoming: LevelSeen | None = None
    outgoing: LevelSeen | None = None


class Matching:
    """Matches the ends that applications list, and builds the estate.

    Args:
        applications: in the order in which they were named.
        ends: what each application lists, by the application's name.
        remotes: what an end reports about the other end's levels, by the end's key.
        oauth2: the keys of ends that are OAuth 2.0 clients or connections.
    """

    def __init__(
        self,
        applications: Sequence[EstateApplication],
        ends: Mapping[str, Sequence[EstateEnd]],
        remotes: Mapping[str, Remote],
        oauth2: frozenset[str],
    ) -> None:
        self._applications = {one.name: one for one in applications}
        self._ends = ends
        self._remotes = remotes
        self._oauth2 = oauth2
        self._by_id: dict[str, list[EstateApplication]] = {}
        """More than one application if there are copies."""
        self._by_address: dict[str, EstateApplication] = {}
        self._known: dict[str, list[str]] = {}
        """The known addresses of each application, by its name."""
        for one in applications:
            if one.seen and one.failure != "same":
                self._by_id.setdefault(one.seen.server_id, []).append(one)
            first = self._named_first(one)
            self._known.setdefault(first.name, []).extend(one.addresses)
            for address in one.addresses:
                self._by_address.setdefault(normalised_url(address), first)

    def _named_first(self, one: EstateApplication) -> EstateApplication:
        """Return the application itself, or the same application if it was named earlier under another address."""
        if one.seen is None or one.failure != "same":
            return one
        found = (
            other
            for other in self._by_id.get(one.seen.server_id, ())
            if other.seen and same_address(other.seen.url, one.seen.url)
        )
        return next(found, one)

    def estate(self) -> Estate:
        """Return the applications and their links."""
        return Estate(tuple(self._applications.values()), tuple(self._links()))

    def _links(self) -> Iterator[EstateLink]:
        """Yield each link once, in the order of the applications that list it."""
        done: set[str] = set()
        for ends in self._ends.values():
            duplicates = self._duplicates(ends)
            for end in ends:
                if end.key in done:
                    continue
                far = self._far(end)
                back = None
                if end.what in ("application", "system") and far is not None and end.key not in duplicates:
                    back = self._back(end, far)
                pair = (end,) if back is None else (end, back)
                done |= {one.key for one in pair}
                yield self._link(pair, far, duplicates.get(end.key))

    def _far(self, end: EstateEnd) -> EstateApplication | None:
        """Return the application that an end points to.

        It is found by its server id, and among copies by its address. If no application has that server id, only the address counts.
        """
        if known := self._by_id.get(end.link_id):
            return next((one for one in known if self._away(end, one) is None), known[0])
        found = (self._by_address.get(normalised_url(one)) for one in end.addresses)
        return next((one for one in found if one is not None and one.name != end.application), None)

    def _away(self, end: EstateEnd, far: EstateApplication) -> str | None:
        """Return where an end points, if that is not an address of the application whose server id it has."""
        if end.what != "application" or far.seen is None or end.link_id != far.seen.server_id:
            return None
        return leads_elsewhere(end.addresses, self._known[far.name])

    def _duplicates(self, ends: Sequence[EstateEnd]) -> dict[str, EstateEnd]:
        """Return the ends of one application that duplicate another of its ends, each with that other end."""
        found: dict[str, EstateEnd] = {}
        first: dict[str, EstateEnd] = {}
        # The end that has an application's server id comes first, then the primary end. The others are the duplicates.
        ordered = sorted(ends, key=lambda end: (end.link_id not in self._by_id, not end.primary))
        for end in ordered:
            if end.what != "application":
                continue
            far = self._far(end)
            where = {far.name} if far else set(map(normalised_url, end.addresses))
            for one in sorted(where):
                other = first.setdefault(one, end)
                if other is not end:
                    found.setdefault(end.key, other)
        return found

    def _back(self, end: EstateEnd, far: EstateApplication) -> EstateEnd | None:
        """Return the end on the other application that points back."""
        near = self._applications[end.application]
        if near.seen is None:
            return None
        theirs = [one for one in self._ends.get(far.name, ()) if one.what == end.what]
        exact = next((one for one in theirs if one.link_id == near.seen.server_id), None)
        if exact is not None:
            return exact if self._far(exact) is near else None
        # An end that was created while this application was down has an id derived from its address, until the end is upgraded.
        duplicates = self._duplicates(theirs)
        return next(
            (
                one
                for one in theirs
                if one.key not in duplicates and has_id_of_url(one) and self._far(one) is near
            ),
            None,
        )

    def _odd(self, end: EstateEnd, far: EstateApplication | None) -> EstateEnd | None:
        """Return what the other application has under this application's id, if that is not a link between two applications."""
        near = self._applications[end.application]
        theirs = self._ends.get(far.name, ()) if far is not None and near.seen is not None else ()
        return next(
            (
                one
                for one in theirs
                if one.what != "application" and near.seen and one.link_id == near.seen.server_id
            ),
            None,
        )

    def _link(
        self, ends: tuple[EstateEnd, ...], far: EstateApplication | None, twin: EstateEnd | None
    ) -> EstateLink:
        first = ends[0]
        none = first.what != "application"
        far_side: FarSide = (
            "none" if none else "not-named" if far is None else "asked" if far.asked else "not-asked"
        )
        away = tuple(self._leading_away(ends, far))
        called = far.name if far is not None else first.name or first.display_url or first.link_id
        stranger = None
        if far is not None and far.seen is not None and not none:
            wrong = first.link_id != far.seen.server_id and not has_id_of_url(first)
            stranger = far.seen.server_id if wrong else None
        facts = Facts(
            near=self._applications[first.application],
            far=far,
            far_side=far_side,
            twin=twin,
            stranger=stranger,
            oauth2=first.key in self._oauth2,
            odd=self._odd(first, far) if len(ends) == 1 and not none else None,
            away=away,
            ids_of_urls=tuple(end for end in ends if end.what == "application" and has_id_of_url(end)),
        )
        if facts.oauth2:
            ends = (replace(first, lozenge=None),)  # it is not known what the page shows for these
        link = EstateLink(
            ends,
            "unknown",
            "",
            called,
            far_side,
            () if none else self._directions(ends, called, far_side, [one.end for one in away]),
        )
        return judged(link, facts)

    def _leading_away(self, ends: tuple[EstateEnd, ...], far: EstateApplication | None) -> Iterator[Away]:
        """Yield the ends of a link that point elsewhere, also the end that the far application has in place of the link back."""
        near = self._applications[ends[0].application]
        if far is None or ends[0].what != "application":
            return
        if there := self._away(ends[0], far):
            yield Away(ends[0], far.name, there)
        theirs = ends[1:] or self._ends.get(far.name, ())
        for end in theirs:
            if there := self._away(end, near):
                yield Away(end, near.name, there)

    def _directions(
        self, ends: tuple[EstateEnd, ...], far: str, far_side: FarSide, away: Collection[EstateEnd]
    ) -> tuple[LinkDirection, ...]:
        # Requests that go elsewhere do not show whether this application answers.
        first, *others = (replace(end, working=None) if end in away else end for end in ends)
        back = others[0] if others else None
        told = self._remotes.get(first.key, Remote())
        their_incoming = back.incoming if back else told.incoming
        their_outgoing = back.outgoing if back else told.outgoing
        there = _direction(first.application, far, first.outgoing, their_incoming, first, back)
        if back is None and far_side == "asked":
            return (there,)
        return there, _direction(far, first.application, their_outgoing, first.incoming, back, first)


def _direction(
    sender: str,
    receiver: str,
    sent: LevelSeen | None,
    accepted: LevelSeen | None,
    end: EstateEnd | None,
    other: EstateEnd | None,
) -> LinkDirection:
    """Return one direction: how its requests are authenticated, and whether their sender says that they are answered."""
    agreed = sent if accepted is None or sent == accepted else None if sent is not None else accepted
    working = end.working if end is not None and end.failure is None else None
    if working is False and end is not None and end.reason in ("not-told", "legacy", "disabled"):
        working = None
    if agreed == "none" and working:
        working = None  # there was nothing to try
    if agreed == "none" and any(one is not None and one.reason == "legacy" for one in (end, other)):
        agreed = None  # no OAuth; only further requests could show which legacy authentication there is
    return LinkDirection(sender, receiver, agreed, working)


def has_id_of_url(end: EstateEnd) -> bool:
    """Whether a link's id is derived from its address, because the application's own id was not known when the link was created."""
    return any(end.link_id == url_derived_id(one) for one in end.addresses)
