"""What the ends say of their links, asked with as few requests as there can be.

The list of an application's links is read once for all of them. The status of a link, which the application finds out by asking the
other one, tells the levels of *both* ends at once; only where it says that something is wrong is each end asked for its authentication.
"""

from __future__ import annotations

from functools import partial

from pulumi_applinks.lifecycle.declaration import Declaration, Party, Role, other
from pulumi_applinks.lifecycle.ends import Ends
from pulumi_applinks.lifecycle.observation import LinkObservation
from pulumi_applinks.lifecycle.together import side_by_side
from pulumi_applinks.rest import Level, Link, OAuthConfig, Status, same_address

LEGACY_CATEGORY = "DEPRECATED"
_LEGACY_CLASSES = (
    ("TrustedApps", Level.TRUSTED_APPLICATIONS),
    ("BasicAuthentication", Level.BASIC_ACCESS),
)
_TOLD = {"name", "display_url", "rpc_url", "primary"}

Statuses = dict[Role, Status | None]
Seen = dict[Role, LinkObservation | None]


def observe(
    ends: Ends, role: Role, link_id: str, *, status: Status | None = None, tried: bool = False
) -> LinkObservation | None:
    """All that one end says of its link.

    Args:
        ends: both ends.
        role: the end to ask.
        link_id: the link's id there.
        status: what it said when it tried the link.
        tried: whether it was asked for that.

    Returns:
        The link, or nothing when there is none.

    Raises:
        ApplinksError: if the application can't be asked or refuses.
    """
    client = ends[role].client
    link = client.link(link_id)
    if link is None:
        return None
    found = client.authentication(link_id)
    levels = OAuthConfig(incoming=found.incoming, outgoing=found.outgoing)
    seen = _observation(ends, role, link, levels, found.execute_as)
    seen = seen.model_copy(update={"user_told": found.user_told})
    if seen.incoming != Level.NONE.value:
        return seen
    return _with_legacy_incoming(ends, role, seen, status if tried else client.status(link_id))


def observe_both(ends: Ends, link_ids: dict[Role, str]) -> tuple[Seen, Statuses]:
    """What the managed ends say, when one of them can speak for both.

    Args:
        ends: both ends.
        link_ids: of the links on the ends that are to be asked.

    Returns:
        What each end has, and what was said of whether the link works.

    Raises:
        ApplinksError: if an application can't be asked or refuses.
    """
    roles = list(link_ids)
    if not roles:
        return {}, {}
    listed = side_by_side([partial(ends[role].client.link, link_ids[role]) for role in roles])
    links = {role: link for role, link in zip(roles, listed, strict=True) if link is not None}
    if len(links) < len(roles) or not ends.declaration.two_way:
        return _one_by_one(ends, link_ids, dict.fromkeys(links))
    teller = _teller(ends.declaration, roles)
    status = ends[teller].client.status(link_ids[teller])
    levels = _levels_told(teller, roles, status)
    if levels is not None:
        seen = side_by_side([partial(_with_user, ends, role, links[role], levels[role]) for role in roles])
        return dict(zip(roles, seen, strict=True)), {teller: status}
    rest = [role for role in roles if role != teller]
    more = side_by_side([partial(ends[role].client.status, link_ids[role]) for role in rest])
    return _one_by_one(ends, link_ids, {teller: status, **dict(zip(rest, more, strict=True))})


def try_link(
    ends: Ends,
    role: Role,
    link_id: str,
    execute_as: str | None,
    *,
    duplicates: tuple[str, ...] | None = None,
) -> tuple[LinkObservation | None, Status | None]:
    """Let one end try its link, and say what it has.

    Args:
        ends: both ends.
        role: the end to ask.
        link_id: the link's id there.
        execute_as: the user that it has accepted for incoming requests.
        duplicates: ids of other links there to the same address, where they are known; looked up in the list if not given.

    Returns:
        The link, or nothing when there is none; and what it says of whether the link works, nothing from versions that don't tell.

    Raises:
        ApplinksError: if the application can't be asked or refuses.
    """
    status = ends[role].client.status(link_id)
    link = status.link if status else None
    told = link is not None and link.id == link_id and link.model_fields_set >= _TOLD
    if status is None or status.local is None or link is None or not told:
        return observe(ends, role, link_id, status=status, tried=True), status
    accepts = status.local.incoming in (Level.OAUTH, Level.OAUTH_IMPERSONATION)
    user = execute_as if accepts else None
    return _observation(ends, role, link, status.local, user, duplicates), status


def _one_by_one(ends: Ends, link_ids: dict[Role, str], statuses: Statuses) -> tuple[Seen, Statuses]:
    roles = list(link_ids)
    seen = side_by_side(
        [
            partial(observe, ends, role, link_ids[role], status=statuses.get(role), tried=True)
            for role in roles
        ]
    )
    return dict(zip(roles, seen, strict=True)), statuses


def _teller(declaration: Declaration, roles: list[Role]) -> Role:
    """The end that makes signed requests, because only it can tell whether they are answered."""
    return next((role for role in roles if declaration.sends(role).level not in (None, "none")), roles[0])


def _levels_told(teller: Role, roles: list[Role], status: Status | None) -> dict[Role, OAuthConfig] | None:
    if status is None or not status.working or status.local is None:
        return None
    if status.remote is None:
        return {teller: status.local} if roles == [teller] else None
    return {teller: status.local, other(teller): status.remote}


def _with_user(ends: Ends, role: Role, link: Link, levels: OAuthConfig) -> LinkObservation:
    """The link, with the user that incoming requests run as where the program names one: that takes another request."""
    if ends.declaration.accepts(role).execute_as is None:
        return _observation(ends, role, link, levels, None)
    found = ends[role].client.authentication(link.id)
    levels = OAuthConfig(incoming=found.incoming, outgoing=found.outgoing)
    return _observation(ends, role, link, levels, found.execute_as)


def _observation(
    ends: Ends,
    role: Role,
    link: Link,
    levels: OAuthConfig,
    execute_as: str | None,
    duplicates: tuple[str, ...] | None = None,
) -> LinkObservation:
    if duplicates is None:
        remote, links = ends[other(role)].party, ends[role].client.links()
        duplicates = tuple(sorted(one.id for one in links if one.id != link.id and points_at(one, remote)))
    return LinkObservation(
        id=link.id,
        name=link.name,
        display_url=link.display_url,
        rpc_url=link.rpc_url,
        primary=link.primary,
        outgoing=levels.outgoing.value,
        incoming=levels.incoming.value,
        execute_as=execute_as or None,
        duplicates=duplicates,
    )


def points_at(link: Link, remote: Party) -> bool:
    """Whether a link that is not the system's leads to an application's address.

    Args:
        link: the link.
        remote: the application.
    """
    addresses = [address for address in (link.rpc_url, link.display_url) if address]
    return not link.system and any(
        same_address(address, known)
        for address in addresses
        for known in (remote.display_url, remote.called_at)
    )


def _with_legacy_incoming(
    ends: Ends, role: Role, seen: LinkObservation, status: Status | None
) -> LinkObservation:
    """The observation, with a legacy level that only the status and the list of authenticators show.

    Trusted applications and basic access are not OAuth consumers, so an incoming one is invisible to the resource that
    lists those; the status resource says `LEGACY_*` then [S9].
    """
    error = status.error if status else None
    if error is None or error.category != LEGACY_CATEGORY:
        return seen
    found = ends[role].client.authenticators(seen.id)
    for part, level in _LEGACY_CLASSES:
        if found and any(part in name for name in found[0]):
            return seen.model_copy(update={"incoming": level.value})
    return seen
