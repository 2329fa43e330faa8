"""What both ends say, as records: kept in the stack's state, compared with what the program declares."""

from __future__ import annotations

from pydantic import Field

from pulumi_applinks.lifecycle.declaration import Declaration, Record, Role, other
from pulumi_applinks.rest import Level, Manifest, same_address


class LinkObservation(Record):
    """One application's link, as it was read.

    Args:
        id: the link's id there.
        name: what it is called there.
        display_url: where people are sent.
        rpc_url: where requests are sent; nothing for a link that belongs to the system.
        primary: whether it is the primary one of its type.
        outgoing: how requests over it are authenticated.
        incoming: how requests that come over it are authenticated.
        execute_as: the user that incoming 2LO requests run as.
        user_told: whether the application told that user; only known while an operation runs.
        duplicates: ids of other links there to the same address.
    """

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


class Identity(Record):
    """Who answered at an address.

    Args:
        server_id: its server id; for an application that has not answered yet, the id that others compute for it.
        type_id: its type.
        name: what it calls itself.
        confirmed: whether the application itself said so.
    """

    server_id: str
    type_id: str
    name: str
    confirmed: bool = True


class Desired(Record):
    """What should stand on one end."""

    role: Role
    id: str
    type_id: str
    name: str
    display_url: str
    rpc_url: str
    primary: bool | None
    outgoing: Level
    incoming: Level
    execute_as: str | None


def desired_end(declaration: Declaration, role: Role, identity: Identity) -> Desired:
    """What the program wants on one end.

    Args:
        declaration: the program's words.
        role: which end.
        identity: who the application at the *other* end is.
    """
    remote = declaration.party(other(role))
    outgoing, incoming = declaration.sends(role), declaration.accepts(role)
    return Desired(
        role=role,
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


def differences(desired: Desired, seen: LinkObservation) -> dict[str, tuple[object, object]]:
    """Where an end says something else than the program: field → (declared, observed)."""
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
        desired.incoming in (Level.OAUTH, Level.OAUTH_IMPERSONATION)
        and seen.incoming == desired.incoming.value
        and seen.user_told
        and desired.execute_as != (seen.execute_as or None)
    ):
        found["execute_as"] = (desired.execute_as, seen.execute_as)
    return found


def identity_of(manifest: Manifest) -> Identity:
    """Who a manifest says the application is."""
    return Identity(server_id=manifest.id, type_id=manifest.type_id, name=manifest.name)
