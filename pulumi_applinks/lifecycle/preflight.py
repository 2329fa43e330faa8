"""Everything that can be known before the first change, all of it reported at once."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_applinks.lifecycle.declaration import Role, other
from pulumi_applinks.lifecycle.ends import Ends
from pulumi_applinks.lifecycle.observation import Desired, LinkObservation, differences
from pulumi_applinks.rest import Link, Manifest, same_address

OAUTH_SINCE = 5
"""The first major version of applinks whose REST interface sets OAuth up."""


def identity_problems(ends: Ends, manifests: dict[Role, Manifest]) -> Iterator[str]:
    """Whether the applications that answer are the declared ones.

    Args:
        ends: both ends.
        manifests: what each application that answered says of itself.
    """
    for role, manifest in manifests.items():
        end = ends[role]
        if not same_address(manifest.url, end.party.display_url):
            yield (
                f"{end.label} answers, but believes that its base URL is {manifest.url}. If it moved, set the base URL in its own "
                f"administration; if this is a copy (staging) of it, give the copy its own base URL and server id first; "
                f"otherwise declare {role}.url as {manifest.url} and say with rpc_url or api_url where it is reached."
            )
        if end.party.kind and end.party.kind != manifest.type_id:
            yield f"{end.label} is declared as {end.party.kind}, but a {manifest.type_id} answers there: correct {role}.kind or {role}.url."
    if len(manifests) == 2 and manifests["source"].id == manifests["target"].id:
        shared = manifests["source"].id
        yield (
            f"{ends.source.label} and {ends.target.label} have the same server id {shared}: they are one application, or one is a "
            f"clone of the other. A clone needs a server id of its own before it can be linked."
        )


def same_application_problems(
    ends: Ends, recorded: dict[Role, str], manifests: dict[Role, Manifest]
) -> Iterator[str]:
    """Whether the applications are those the link was made with.

    Args:
        ends: both ends.
        recorded: the server ids known from the stack's state.
        manifests: what each application that answered says of itself.
    """
    for role, manifest in manifests.items():
        known = recorded.get(role)
        if known and manifest.id != known:
            yield (
                f"another application answers at {ends[role].label}: its server id is {manifest.id}, the link was made with {known}. "
                f"Point {role}.url at the application of the link, or let `pulumi up` replace the link once the preview shows that."
            )


def rights_problems(ends: Ends, role: Role, *, impersonating: bool, relocating: bool) -> Iterator[str]:
    """Whether the administrator of one end may do what is asked.

    Args:
        ends: both ends.
        role: the end to ask.
        impersonating: whether impersonation is to be set there.
        relocating: whether the link is to be relocated there.
    """
    if not (impersonating or relocating):
        return
    if ends[role].client.is_system_administrator():
        return
    purpose = "OAuth with impersonation" if impersonating else "relocating a link"
    yield (
        f"{purpose} takes a system administrator on {ends[role].label}, and the credentials given there are an administrator's: "
        f"give {role}.credentials of a system administrator."
    )


def version_problems(ends: Ends, manifests: dict[Role, Manifest]) -> Iterator[str]:
    """Whether the applinks versions have what the authentication takes.

    The resources that set OAuth up are there since version 5 [S9]; 4.x had others, which nobody has tried.

    Args:
        ends: both ends.
        manifests: what each application that answered says of itself.
    """
    if not ends.declaration.authentication.any:
        return
    for role in ends.declaration.managed:
        version = manifests[role].applinks_version if role in manifests else None
        major = (version or "").partition(".")[0]
        if major.isdecimal() and int(major) < OAUTH_SINCE:
            yield (
                f"{ends[role].label} has applinks {version}, whose REST interface can't set OAuth up: upgrade it, or declare "
                f"authentication=NoAuthentication() and set OAuth up by hand on {ends[role].admin_page()}."
            )


def making_problems(ends: Ends, role: Role, desired: Desired, links: list[Link]) -> Iterator[str]:
    """Whether what is there already lets one end's link be made.

    Args:
        ends: both ends.
        role: the end that gets the link.
        desired: the link.
        links: what is there already.
    """
    end, remote = ends[role], ends[other(role)]
    for link in links:
        if link.system and link.id == desired.id:
            yield (
                f"{end.label} has a link to {remote.label} that belongs to the system and can't be changed: remove this resource from "
                f"the program, the applications are linked already."
            )
            return
        if not link.system and link.id != desired.id and _points_at(link, desired):
            yield (
                f"{end.label} has another link, {link.name!r} with the id {link.id}, to the address of {remote.label}: the remains of "
                f"an earlier link. Delete it on {end.admin_page()}, then run `pulumi up` again."
            )
        elif link.name == desired.name and link.id != desired.id:
            yield (
                f"{end.label} has another link that is called {desired.name!r}: give {other(role)} another name with "
                f"Application(name=...)."
            )


def _points_at(link: Link, desired: Desired) -> bool:
    addresses = [address for address in (link.rpc_url, link.display_url) if address]
    return any(
        same_address(address, wanted)
        for address in addresses
        for wanted in (desired.rpc_url, desired.display_url)
    )


def sight_problems(
    ends: Ends, role: Role, desired: Desired, remote_id: str, *, made: bool = False
) -> Iterator[str]:
    """Whether one application finds the other one at the address at which it is to call it.

    Args:
        ends: both ends.
        role: the end that looks.
        desired: its link.
        remote_id: the other application's server id.
        made: whether the link is there by now: that it is linked already is no problem then.

    Raises:
        ApplinksError: if the application can't be asked or refuses.
    """
    end, remote = ends[role], ends[other(role)]
    sighting = end.client.sees(desired.rpc_url)
    here = f"{end.label} looked at {desired.rpc_url}"
    behind = f"If {remote.label} is behind a firewall or a proxy, give the address at which {role} reaches it as {other(role)}.rpc_url."
    if sighting.kind == "unreachable":
        yield f"{here} and could not reach it. {behind}"
    elif sighting.kind == "redirected":
        yield f"{here} and was redirected to {sighting.redirected_to}: give that as {other(role)}.rpc_url if it is the right application."
    elif sighting.kind == "no_manifest":
        yield f"{here} and found no application with applinks there. {behind}"
    elif sighting.kind == "not_accepted":
        said = f" (“{sighting.message}”)" if sighting.message else ""
        yield (
            f"{end.label} does not accept {desired.rpc_url}{said}: it does not know applications of the type {desired.type_id}, or can't "
            f"read that URL. Without that type installed there, the two can't be linked; else correct {other(role)}.rpc_url."
        )
    elif sighting.kind == "conflict" and not made:
        yield (
            f"{end.label} says that {desired.rpc_url} is itself or is linked already, although its list shows no such link. Look at "
            f"{end.admin_page()}."
        )
    elif sighting.manifest is not None and sighting.manifest.id != remote_id:
        yield (
            f"{here} and found another application there (server id {sighting.manifest.id}, expected {remote_id}): the URL leads "
            f"somewhere else from there. Correct {other(role)}.rpc_url."
        )


def existing_problems(
    ends: Ends, role: Role, desired: Desired, seen: LinkObservation, *, adopting: bool, system: bool = False
) -> Iterator[str]:
    """Whether a link that is there already may be taken over.

    Args:
        ends: both ends.
        role: the end that has it.
        desired: what the program wants there.
        seen: what is there.
        adopting: whether the program says so.
        system: whether the link belongs to the system.
    """
    end, remote = ends[role], ends[other(role)]
    if system and differences(desired, seen):
        yield (
            f"{end.label} has a link to {remote.label} that belongs to the system and can't be changed: remove this resource from the "
            f"program, the applications are linked already."
        )
    elif not adopting:
        yield (
            f"{end.label} is linked with {remote.label} already (link {seen.id}, {seen.name!r}). To take that link over and bring it to "
            f'what the program says, set on_existing="adopt". If it is this program\'s own under another resource name, give the new name '
            f"an alias instead: ResourceOptions(aliases=[pulumi.Alias(name=...)])."
        )
