"""The actual and the desired state of an end of a link, and their differences. It sends no requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ConfigDict, Field

from pulumi_applinks.lifecycle.declaration import Declaration, Party, Record, Role, other
from pulumi_applinks.rest import Level, Link, same_address, same_host


class LinkObservation(Record):
    """One application's link, as it was read.

    Args:
        id: the link's id there.
        name: the link's name there.
        display_url: the address that people are sent to.
        rpc_url: the address that requests are sent to; None for a link that belongs to the system.
        primary: whether it is the primary link of its type.
        outgoing: how outgoing requests are authenticated.
        incoming: how incoming requests are authenticated.
        execute_as: the user that incoming 2LO requests run as.
        user_told: whether the application reported that user; only known while an operation runs.
        duplicates: ids of other links there to the same address.
        other_entries: the names of entries there for the same host that are not application links, such as OAuth 2.0 clients; None if
            there are none.
        stale_key: whether the application has stored an outdated public key of the other application; None if the key is current, or
            if the keys were not compared.
        legacy: legacy authentication that exists in addition to the levels, such as `incoming trusted-applications`.
    """

    # Ignore the fields that a later version stored; the state keeps them.
    model_config = ConfigDict(extra="ignore")

    id: str
    name: str
    display_url: str
    rpc_url: str | None = None
    primary: bool = False
    outgoing: str = "none"
    incoming: str = "none"
    execute_as: str | None = None
    user_told: bool = Field(default=True, exclude=True)
    duplicates: tuple[str, ...] = ()
    other_entries: tuple[str, ...] | None = None
    stale_key: bool | None = None
    legacy: tuple[str, ...] = Field(default=(), exclude=True)

    @property
    def is_legacy(self) -> bool:
        """Whether either direction uses an authentication that OAuth replaces."""
        return Level(self.outgoing).is_legacy or Level(self.incoming).is_legacy


class Identity(Record):
    """The application that answered at an address.

    Args:
        server_id: its server id; for an application that has not answered yet, the id that others compute for it.
        type_id: its type.
        name: its own name.
        confirmed: whether the application itself reported this.
    """

    server_id: str
    type_id: str
    name: str
    confirmed: bool = True


class Desired(Record):
    """What should be on one end."""

    id: str
    type_id: str
    name: str
    display_url: str
    rpc_url: str
    primary: bool | None
    outgoing: Level
    incoming: Level
    execute_as: str | None


@dataclass(frozen=True)
class Recorded:
    """What the stack's state contains about a link. Anything can be missing; it is then read again.

    Args:
        identities: who the applications are.
        managed: the ends that were made or adopted; empty if the state does not say.
        link_ids: the ids that the ends' links had when they were last read.
        links: the ends' links as they were last read.
        working: whether both directions worked when they were last tried.
        moved: the applications whose address the program has changed.
        only_moved: whether nothing else will be changed, as far as the state shows.
    """

    identities: Mapping[Role, Identity] = field(default_factory=dict)
    managed: tuple[Role, ...] = ()
    link_ids: Mapping[Role, str] = field(default_factory=dict)
    links: Mapping[Role, LinkObservation] = field(default_factory=dict)
    working: bool = False
    moved: frozenset[Role] = frozenset()
    only_moved: bool = False

    @property
    def end_ids(self) -> list[tuple[str, str]]:
        """The ends that belong to the stack. Each is identified by its application's server id and the link's id there."""
        return [
            (self.identities[role].server_id, self.link_ids[role])
            for role in self.managed
            if role in self.identities and role in self.link_ids
        ]


def desired_end(declaration: Declaration, role: Role, identity: Identity) -> Desired:
    """Compute what should be on one end.

    Args:
        declaration: what the program says.
        role: which end.
        identity: who the application at the *other* end is.
    """
    remote = declaration.party(other(role))
    outgoing, incoming = declaration.sends(role), declaration.accepts(role)
    return Desired(
        id=identity.server_id,
        type_id=identity.type_id,
        name=remote.name or identity.name,
        display_url=remote.display_url,
        rpc_url=remote.called_at,
        primary=declaration.primary if role == "source" else declaration.reverse_primary,
        outgoing=outgoing.as_level,
        incoming=incoming.as_level,
        execute_as=incoming.execute_as or None,
    )


def as_made(desired: Desired) -> LinkObservation:
    """Return a link as it is immediately after it was made, which is without authentication."""
    return LinkObservation(
        id=desired.id, name=desired.name, display_url=desired.display_url, rpc_url=desired.rpc_url
    )


def points_at(link: Link, remote: Party) -> bool:
    """Check whether an entry of an application's list is a link to the address of another application."""
    return link.what == "application" and any(
        same_address(address, known) for address, known in _addresses(link, remote)
    )


def stands_beside(link: Link, remote: Party) -> bool:
    """Check whether an entry is for another application's host, but is not an application link.

    Only the host is compared, because an OAuth 2.0 client has no path and no port [S9].
    """
    return link.what not in ("application", "system") and any(
        same_host(address, known) for address, known in _addresses(link, remote)
    )


def _addresses(link: Link, remote: Party) -> list[tuple[str, str]]:
    return [
        (address, known)
        for address in (link.rpc_url, link.display_url)
        for known in (remote.display_url, remote.called_at)
        if address
    ]


def differences(desired: Desired, seen: LinkObservation) -> dict[str, tuple[object, object]]:
    """Return the fields in which an end differs from the program: field → (declared, observed)."""
    found: dict[str, tuple[object, object]] = {}
    if desired.name != seen.name:
        found["name"] = (desired.name, seen.name)
    if not same_address(desired.display_url, seen.display_url):
        found["display_url"] = (desired.display_url, seen.display_url)
    if seen.rpc_url is not None and not same_address(desired.rpc_url, seen.rpc_url):
        found["rpc_url"] = (desired.rpc_url, seen.rpc_url)
    if desired.primary and not seen.primary:
        found["primary"] = (True, False)
    for direction in ("outgoing", "incoming"):
        wanted: Level = getattr(desired, direction)
        if wanted.value != getattr(seen, direction):
            found[direction] = (wanted.value, getattr(seen, direction))
    if (
        desired.incoming.is_oauth
        and seen.incoming == desired.incoming.value
        and seen.user_told
        and desired.execute_as != (seen.execute_as or None)
    ):
        found["execute_as"] = (desired.execute_as, seen.execute_as)
    return found


def _shown_as(role: Role, field_: str) -> str:
    """Return the property under which a person looks for a field of one end.

    The source's link describes the target, and the target's link describes the source.
    """
    remote = other(role)
    sends, accepts = ("outgoing", "incoming") if role == "source" else ("incoming", "outgoing")
    shown = {
        "name": f"{remote}.name",
        "display_url": f"{remote}.url",
        "rpc_url": f"{remote}.rpc_url",
        "primary": "primary" if role == "source" else "reverse_primary",
        "outgoing": f"authentication.{sends}.level",
        "incoming": f"authentication.{accepts}.level",
        "execute_as": f"authentication.{accepts}.execute_as",
    }
    return shown[field_]


def drift(
    declaration: Declaration,
    managed: tuple[Role, ...],
    identities: Mapping[Role, Identity],
    links: Mapping[Role, LinkObservation | None],
    acknowledged: Mapping[str, tuple[str, ...]],
) -> dict[str, dict[str, Any]]:
    """Find the differences between what was read and what the program says.

    Args:
        declaration: what the program says.
        managed: the ends that the program manages.
        identities: who the applications are.
        links: what is on each end; None if an end has no link. An end that was not read is omitted.
        acknowledged: what an `up` has already reported, by `duplicates.<role>` and `legacy.<role>`. It is not reported again.

    Returns:
        For each property: what is declared, what was observed, and on which end.
    """
    found: dict[str, dict[str, Any]] = {}
    gone: dict[Role, tuple[str, object, object]] = {
        "source": ("link", "present", "gone"),
        "target": ("two_way", True, False),
    }
    for role in managed:
        seen = links.get(role)
        if seen is None:
            key, declared, observed = gone[role]
            found[key] = {"declared": declared, "observed": observed, "on": role}
            continue
        remote = identities.get(other(role))
        unequal = differences(desired_end(declaration, role, remote), seen) if remote else {}
        for field_, (declared, observed) in unequal.items():
            key = _shown_as(role, field_)
            before = found.get(key)
            if before is None:
                found[key] = {"declared": declared, "observed": observed, "on": role}
            elif before["observed"] == observed:
                before["on"] = "both"
            else:
                both = {before["on"]: before["observed"], role: observed}
                told = ", ".join(f"{value} on {end}" for end, value in sorted(both.items()))
                found[key] = {"declared": declared, "observed": told, "on": "both"}
        if seen.stale_key:
            found[f"oauth_key.{role}"] = {
                "declared": f"the current key of {other(role)}",
                "observed": "an outdated key",
                "on": role,
            }
        for what, unwanted, removing in (
            ("duplicates", seen.duplicates, declaration.on_duplicate == "remove"),
            ("legacy", seen.legacy, declaration.on_legacy == "remove"),
        ):
            known = () if removing else acknowledged.get(f"{what}.{role}", ())
            news = sorted(set(unwanted) - set(known))
            if news:
                found[f"{what}.{role}"] = {"declared": [], "observed": news, "on": role}
    return found
