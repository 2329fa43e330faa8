"""Mark the ends that a stack manages in an estate, and add the stack's links that no application has. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pulumi_applinks.estate.findings import in_stack, not_seen
from pulumi_applinks.estate.model import Estate, EstateApplication, EstateEnd, EstateLink
from pulumi_applinks.estate.stacks import ManagedEnd, meet


def with_managed(estate: Estate, managed: Iterable[ManagedEnd]) -> Estate:
    """Mark the ends that a stack manages in an estate, and add a link for each resource of which no end was seen."""
    listed = tuple(managed)
    found: set[str] = set()

    def manager(end: EstateEnd) -> ManagedEnd | None:
        application = estate.application(end.application)
        one = next(
            (one for one in listed if application and one.is_end(end, application, estate.applications)), None
        )
        if one is not None:
            found.add(one.urn)
        return one

    def marked(link: EstateLink) -> EstateLink:
        managers = [manager(end) for end in link.ends]
        resource = next((one.resource for one in managers if one is not None), None)
        meant = {code for one in managers if one is not None for code in one.meant}
        return replace(
            link,
            ends=tuple(
                replace(end, managed_by=one.resource) if one is not None else end
                for end, one in zip(link.ends, managers, strict=True)
            ),
            findings=tuple(
                in_stack(one, resource) if resource else one for one in link.findings if one.code not in meant
            ),
        )

    links = [marked(link) for link in estate.links]
    for urn in dict.fromkeys(one.urn for one in listed if one.wanted):
        if urn not in found:
            links += _not_seen(estate, [one for one in listed if one.urn == urn])
    return estate.of_stack(links)


def _not_seen(estate: Estate, managed: Sequence[ManagedEnd]) -> Iterator[EstateLink]:
    """Yield the link of a resource of which no end was seen."""
    places = [(one, place) for one in managed if (place := _place(estate, one)) is not None]
    if not places:
        return
    order = [one.name for one in estate.applications]
    places.sort(key=lambda one: order.index(one[1].name))
    ends = tuple(
        EstateEnd(
            application=place.name,
            link_id=one.link_id or one.remote_id or "",
            display_url=next(iter(one.remote), ""),
            managed_by=one.resource,
            there=False if place.asked and one.is_at(place, estate.applications) else None,
        )
        for one, place in places
    )
    yield not_seen(ends, [place for _, place in places], _far(estate, places[0][0]))


def _place(estate: Estate, end: ManagedEnd) -> EstateApplication | None:
    """Return the application that should have an end, or else the application that answers at its address."""
    by_id = [
        one for one in estate.applications if one.seen is not None and end.is_at(one, estate.applications)
    ]
    by_address = [one for one in estate.applications if meet(one.addresses, end.at)]
    # If an application was named twice, only one of the two was asked. Prefer that one.
    return next(iter(sorted(by_id, key=lambda one: not one.asked)), next(iter(by_address), None))


def _far(estate: Estate, end: ManagedEnd) -> EstateApplication | None:
    """Return the application at the other end."""
    return next(
        (
            one
            for one in estate.applications
            if (one.seen is not None and one.seen.server_id == end.remote_id)
            or meet(one.addresses, end.remote)
        ),
        None,
    )
