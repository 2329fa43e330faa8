"""The look before the first change: who answers, what stands there, and everything that stands against the change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from pulumi_applinks.lifecycle.declaration import Declaration, Role, other
from pulumi_applinks.lifecycle.ends import End, Ends, may_come_up
from pulumi_applinks.lifecycle.observation import (
    Desired,
    Identity,
    LinkObservation,
    desired_end,
    differences,
    identity_of,
)
from pulumi_applinks.lifecycle.observing import observe, points_at
from pulumi_applinks.lifecycle.preflight import (
    existing_problems,
    identity_problems,
    making_problems,
    rights_problems,
    same_application_problems,
    sight_problems,
    version_problems,
)
from pulumi_applinks.lifecycle.together import side_by_side
from pulumi_applinks.rest import ApplinksError, CouldNotAsk, Link, Manifest, ServerFault, url_derived_id

BOTH: tuple[Role, ...] = ("source", "target")


@dataclass(frozen=True)
class Recorded:
    """What the stack's state knows of a link.

    Args:
        identities: who the applications are.
        managed: the ends that were made or adopted.
        link_ids: the ids under which the ends' links were last seen.
        links: what was last seen of them.
        moved: the applications whose address the program has changed.
        only_moved: whether nothing else is to be changed, as far as the state knows.
    """

    identities: dict[Role, Identity] = field(default_factory=dict)
    managed: tuple[Role, ...] = ()
    link_ids: dict[Role, str] = field(default_factory=dict)
    links: dict[Role, LinkObservation] = field(default_factory=dict)
    moved: frozenset[Role] = frozenset()
    only_moved: bool = False


@dataclass
class Found:
    """What was found, by end."""

    manifests: dict[Role, Manifest] = field(default_factory=dict)
    unreachable: dict[Role, str] = field(default_factory=dict)
    links: dict[Role, list[Link]] = field(default_factory=dict)
    seen: dict[Role, LinkObservation | None] = field(default_factory=dict)
    desired: dict[Role, Desired] = field(default_factory=dict)
    identities: dict[Role, Identity] = field(default_factory=dict)
    provisional: str | None = None
    problems: list[str] = field(default_factory=list)


def link_id_now(ends: Ends, role: Role, recorded: Recorded) -> str:
    """The id of an end's link, which changes once: when a target that was down at first gets its server id.

    An operation that was killed right then, or an administrator who did that by hand, leaves the stack with the old one. Nobody else's
    link can be meant: there is one to that address.

    Args:
        ends: both ends.
        role: the end that has the link.
        recorded: what the state knows.

    Raises:
        ApplinksError: if the application can't be asked or refuses.
    """
    known = recorded.link_ids[role]
    if other(role) in recorded.identities:
        return known
    links = ends[role].client.links()
    if any(link.id == known for link in links):
        return known
    remote = ends[other(role)].party
    return next((link.id for link in links if points_at(link, remote)), known)


def one_way_for_now(declaration: Declaration, recorded: Recorded | None) -> bool:
    """Whether the program lets the source's link be made alone while the target does not answer."""
    incomplete = recorded is None or "target" not in recorded.managed
    return (
        incomplete
        and declaration.on_unreachable_create == "one_way"
        and declaration.managed == ("target", "source")
    )


def identify(ends: Ends, recorded: Recorded | None) -> Found:
    """Who answers at both addresses.

    Args:
        ends: both ends.
        recorded: what the state knows; nothing when the link is to be made.

    Returns:
        The applications, and everything that is wrong with them.
    """
    declaration, found = ends.declaration, Found()

    def ask(role: Role) -> Manifest | ApplinksError:
        try:
            return ends[role].manifest(declaration.wait_for_target, ends.deadline)
        except ApplinksError as error:
            return error

    for role, answer in zip(BOTH, side_by_side([partial(ask, role) for role in BOTH]), strict=True):
        if isinstance(answer, Manifest):
            found.manifests[role] = answer
        elif isinstance(answer, (CouldNotAsk, ServerFault)):
            found.unreachable[role] = str(answer)
            _unreachable(ends, ends[role], answer, found, recorded)
        else:
            found.problems.append(str(answer))
    found.problems.extend(identity_problems(ends, found.manifests))
    found.problems.extend(version_problems(ends, found.manifests))
    for role, manifest in found.manifests.items():
        found.identities[role] = identity_of(manifest)
    if recorded:
        found.identities.update(
            {role: who for role, who in recorded.identities.items() if role in found.unreachable}
        )
        known = {role: identity.server_id for role, identity in recorded.identities.items()}
        found.problems.extend(same_application_problems(ends, known, found.manifests))
    return found


def _unreachable(ends: Ends, end: End, error: ApplinksError, found: Found, recorded: Recorded | None) -> None:
    """An application that does not answer is a problem, unless the program says how to go on without it."""
    declaration = ends.declaration
    if end.role == "target" and one_way_for_now(declaration, recorded):
        if end.party.kind is None:
            found.problems.append(
                f'{error} To link to it before it is up, give its type as target.kind, such as Application(..., kind="confluence").'
            )
            return
        # The id that an application computes for a remote that does not answer [S3]: it becomes the server id later.
        found.identities["target"] = Identity(
            server_id=url_derived_id(end.party.called_at),
            type_id=end.party.kind,
            name=end.party.name or end.party.kind,
            confirmed=False,
        )
        return
    if recorded and declaration.on_unreachable_relocate == "relocate" and end.role in recorded.moved:
        return
    waited = declaration.wait_for_target
    waiting = (
        f" It was waited for, {waited:g} s." if waited else " If it is only not up yet, set wait_for_target."
    )
    found.problems.append(f"{error}{waiting if may_come_up(error) else ''}")


@dataclass
class _EndFound:
    links: list[Link]
    seen: LinkObservation | None
    desired: Desired
    provisional: str | None
    problems: list[str]


def look(ends: Ends, found: Found, recorded: Recorded | None) -> None:
    """What stands on the ends that are to be changed, and what stands against the change.

    Args:
        ends: both ends.
        found: who answers; takes what is found.
        recorded: what the state knows; nothing when the link is to be made.
    """
    declaration = ends.declaration
    leaving = tuple(
        role for role in (recorded.managed if recorded else ()) if role not in declaration.managed
    )
    asked: list[Role] = []
    for role in (*declaration.managed, *leaving):
        # It moved, and is to be relocated without contact: its own end stays as it is.
        if role in found.unreachable:
            continue
        if ends[role].party.credentials is None and role not in leaving:
            found.problems.append(f"{ends[role].label} has no credentials: give {role}.credentials.")
            continue
        asked.append(role)

    def ask(role: Role) -> _EndFound | ApplinksError:
        try:
            return _look_at(ends, role, found, recorded, leaving=role in leaving)
        except ApplinksError as error:
            return error

    for role, end in zip(asked, side_by_side([partial(ask, role) for role in asked]), strict=True):
        if isinstance(end, ApplinksError):
            found.problems.append(str(end))
            continue
        found.links[role], found.seen[role] = end.links, end.seen
        found.provisional = end.provisional or found.provisional
        if role not in leaving:
            found.desired[role] = end.desired
        found.problems.extend(end.problems)
    if found.problems and looks_at_each_other(declaration):
        found.problems.extend(sights(ends, found))  # nothing will be made that would show them


def _look_at(ends: Ends, role: Role, found: Found, recorded: Recorded | None, *, leaving: bool) -> _EndFound:
    declaration, client = ends.declaration, ends[role].client
    remote = found.identities[other(role)]
    desired = desired_end(declaration, role, remote)
    links = client.links(desired.id)
    seen = observe(ends, role, desired.id)
    provisional: str | None = None
    if seen is None:
        known_id = recorded.link_ids.get(role) if recorded else None
        provisional = _provisional(ends, links, desired, known_id)
        seen = observe(ends, role, provisional) if provisional else None
    end = _EndFound(links, seen, desired, provisional, [])
    if leaving:
        return end
    if seen is None:
        end.problems.extend(making_problems(ends, role, desired, links))
        if other(role) in found.manifests and not looks_at_each_other(declaration):
            end.problems.extend(sight_problems(ends, role, desired, remote.server_id))
    elif recorded is None or role not in recorded.managed:
        system = any(link.id == seen.id and link.system for link in links)
        adopting = declaration.on_existing == "adopt"
        end.problems.extend(existing_problems(ends, role, desired, seen, adopting=adopting, system=system))
    relocating = seen is not None and "rpc_url" in differences(desired, seen)
    impersonating = declaration.authentication.impersonating and (
        seen is None or (seen.outgoing, seen.incoming) != (desired.outgoing.value, desired.incoming.value)
    )
    end.problems.extend(rights_problems(ends, role, impersonating=impersonating, relocating=relocating))
    return end


def looks_at_each_other(declaration: Declaration) -> bool:
    """Whether the applications look at each other anyway when the link is made.

    To accept requests an application reads the other one's public key, at the address that it is to call; so what it would see there
    is asked for only when that fails, or when it says afterwards that the link does not work.
    """
    return declaration.managed == ("target", "source") and all(
        declaration.accepts(role).level not in (None, "none") for role in BOTH
    )


def sights(ends: Ends, found: Found) -> Iterator[str]:
    """What the ends see at each other's address, where that explains why a link does not work.

    Args:
        ends: both ends.
        found: what was found before the change.
    """
    for role in reversed(found.desired):
        desired = found.desired[role]
        if found.seen.get(role) is None and other(role) in found.manifests:
            try:
                remote_id = found.identities[other(role)].server_id
                yield from sight_problems(ends, role, desired, remote_id, made=True)
            except ApplinksError:
                continue  # what went wrong is told already, and this explains nothing


def _provisional(ends: Ends, links: list[Link], desired: Desired, known_id: str | None) -> str | None:
    """The id of a link that was made while the remote application did not answer, if there is one that is ours."""
    ids = {known_id} if known_id else set()
    if ends.declaration.on_existing == "adopt":
        ids |= {url_derived_id(desired.rpc_url), url_derived_id(desired.display_url)}
    return next((link.id for link in links if link.id in ids and link.type_id == desired.type_id), None)
