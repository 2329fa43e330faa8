"""Make a link, or bring one to what the program says now: look at everything, then change, then read back."""

from __future__ import annotations

from dataclasses import dataclass, field

from pulumi_applinks.lifecycle.declaration import Declaration, Role, other
from pulumi_applinks.lifecycle.ends import End, Ends, may_come_up, observe, with_legacy_incoming
from pulumi_applinks.lifecycle.health import Health, health
from pulumi_applinks.lifecycle.observation import (
    Desired,
    Identity,
    LinkObservation,
    desired_end,
    differences,
    identity_of,
)
from pulumi_applinks.lifecycle.outcome import Outcome
from pulumi_applinks.lifecycle.plan import authentication_steps, link_steps
from pulumi_applinks.lifecycle.preflight import (
    existing_problems,
    identity_problems,
    making_problems,
    rights_problems,
    same_application_problems,
    version_problems,
)
from pulumi_applinks.lifecycle.problems import LinkError, Preflight
from pulumi_applinks.lifecycle.run import run, take_back
from pulumi_applinks.lifecycle.steps import DeleteLink, Step, Upgrade
from pulumi_applinks.rest import (
    ApplinksError,
    CouldNotAsk,
    Link,
    Manifest,
    ServerFault,
    Status,
    url_derived_id,
)

__all__ = ["Recorded", "reconcile"]


@dataclass(frozen=True)
class Recorded:
    """What the stack's state knows of a link.

    Args:
        identities: who the applications are.
        managed: the ends that were made or adopted.
        link_ids: the ids under which the ends' links were last seen.
        moved: the applications whose address the program has changed.
    """

    identities: dict[Role, Identity] = field(default_factory=dict)
    managed: tuple[Role, ...] = ()
    link_ids: dict[Role, str] = field(default_factory=dict)
    moved: frozenset[Role] = frozenset()


@dataclass
class _Found:
    """What the look before the first change found, by end."""

    manifests: dict[Role, Manifest] = field(default_factory=dict)
    unreachable: dict[Role, str] = field(default_factory=dict)
    links: dict[Role, list[Link]] = field(default_factory=dict)
    seen: dict[Role, LinkObservation | None] = field(default_factory=dict)
    desired: dict[Role, Desired] = field(default_factory=dict)
    identities: dict[Role, Identity] = field(default_factory=dict)
    provisional: str | None = None
    problems: list[str] = field(default_factory=list)


def reconcile(ends: Ends, recorded: Recorded | None = None) -> Outcome:
    """Make the link, or bring it to what the program says.

    Args:
        ends: both ends as declared now.
        recorded: what the state knows; nothing when the link is to be made.

    Returns:
        The link as it was read back from every managed end.

    Raises:
        Preflight: if something stands against it; nothing was changed.
        LinkError: if a change failed, or an end says something else when it is read back.
    """
    what = "the link cannot be made" if recorded is None else "the link cannot be changed"
    declaration = ends.declaration
    found = _Found()
    _identify(ends, found, recorded)
    if found.problems:
        raise Preflight(what, found.problems)
    if "target" in found.unreachable and _one_way_for_now(declaration, recorded):
        declaration = declaration.model_copy(
            update={"two_way": False, "authentication": type(declaration.authentication)()}
        )
        ends = Ends(declaration, ends.source, ends.target, ends.deadline, ends.notify)
        ends.notify(
            f"{ends.target.label} does not answer: only the link on {ends.source.label} is made now, one-way and without "
            f"authentication. Run `pulumi up` again when it is up to complete it."
        )
    _look(ends, found, recorded)
    if found.problems:
        raise Preflight(what, found.problems)
    done = run(_steps(ends, found, recorded))
    try:
        return read_back(
            ends, found.identities, {role: desired.id for role, desired in found.desired.items()}, found
        )
    except LinkError as error:
        if recorded is not None:
            raise
        failure = take_back(done, error)  # nothing of it would be known to the stack
    raise failure


def _one_way_for_now(declaration: Declaration, recorded: Recorded | None) -> bool:
    incomplete = recorded is None or "target" not in recorded.managed
    return (
        incomplete
        and declaration.on_unreachable_create == "one_way"
        and declaration.managed == ("target", "source")
    )


def _identify(ends: Ends, found: _Found, recorded: Recorded | None) -> None:
    declaration = ends.declaration
    for role in ("source", "target"):
        end = ends[role]
        wait = declaration.wait_for_target
        try:
            found.manifests[role] = end.manifest(wait, ends.deadline)
        except (CouldNotAsk, ServerFault) as error:
            found.unreachable[role] = str(error)
            _unreachable(ends, end, error, found, recorded)
        except ApplinksError as error:
            found.problems.append(str(error))
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


def _unreachable(
    ends: Ends, end: End, error: ApplinksError, found: _Found, recorded: Recorded | None
) -> None:
    """An application that does not answer is a problem, unless the program says how to go on without it."""
    declaration = ends.declaration
    if end.role == "target" and _one_way_for_now(declaration, recorded):
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


def _look(ends: Ends, found: _Found, recorded: Recorded | None) -> None:
    declaration = ends.declaration
    leaving = tuple(
        role for role in (recorded.managed if recorded else ()) if role not in declaration.managed
    )
    for role in (*declaration.managed, *leaving):
        if (
            role in found.unreachable
        ):  # it moved, and is to be relocated without contact: its own end stays as it is
            continue
        if ends[role].party.credentials is None and role not in leaving:
            found.problems.append(f"{ends[role].label} has no credentials: give {role}.credentials.")
            continue
        try:
            _look_at(ends, role, found, recorded, leaving=role in leaving)
        except ApplinksError as error:
            found.problems.append(str(error))


def _look_at(ends: Ends, role: Role, found: _Found, recorded: Recorded | None, *, leaving: bool) -> None:
    declaration, end = ends.declaration, ends[role]
    remote = found.identities[other(role)]
    links = end.client.links()
    found.links[role] = links
    desired = desired_end(declaration, role, remote)
    known_id = recorded.link_ids.get(role) if recorded else None
    seen = observe(ends, role, desired.id, links)
    if seen is None:
        found.provisional = _provisional(ends, links, desired, known_id)
        seen = observe(ends, role, found.provisional, links) if found.provisional else None
    if seen is not None:
        seen = with_legacy_incoming(end.client, seen, end.client.status(seen.id))
    found.seen[role] = seen
    if leaving:
        return
    found.desired[role] = desired
    if seen is None:
        remote_id = remote.server_id if other(role) in found.manifests else None
        found.problems.extend(making_problems(ends, role, desired, links, remote_id))
    elif recorded is None or role not in recorded.managed:
        system = any(link.id == seen.id and link.system for link in links)
        adopting = declaration.on_existing == "adopt"
        found.problems.extend(existing_problems(ends, role, desired, seen, adopting=adopting, system=system))
    relocating = seen is not None and "rpc_url" in differences(desired, seen)
    impersonating = declaration.authentication.impersonating and (
        seen is None or (seen.outgoing, seen.incoming) != (desired.outgoing.value, desired.incoming.value)
    )
    found.problems.extend(rights_problems(ends, role, impersonating=impersonating, relocating=relocating))


def _provisional(ends: Ends, links: list[Link], desired: Desired, known_id: str | None) -> str | None:
    """The id of a link that was made while the remote application did not answer, if there is one that is ours."""
    ids = {known_id} if known_id else set()
    if ends.declaration.on_existing == "adopt":
        ids |= {url_derived_id(desired.rpc_url), url_derived_id(desired.display_url)}
    return next((link.id for link in links if link.id in ids and link.type_id == desired.type_id), None)


def _steps(ends: Ends, found: _Found, recorded: Recorded | None) -> list[Step]:
    declaration = ends.declaration
    steps: list[Step] = []
    authentication: list[Step] = []
    looked = [role for role in declaration.managed if role in found.desired]
    for role in reversed(looked):
        end, desired, seen = ends[role], found.desired[role], found.seen[role]
        if found.provisional and seen is not None and seen.id == found.provisional:
            steps.append(Upgrade(end, found.provisional, desired))
            seen = seen.model_copy(update={"id": desired.id})
        primary = next(
            (link.id for link in found.links[role] if link.type_id == desired.type_id and link.primary), None
        )
        steps += link_steps(
            end, desired, seen, without_contact=other(role) in found.unreachable, previous_primary=primary
        )
        if declaration.on_duplicate == "remove" and seen is not None:
            steps += [DeleteLink(end, duplicate) for duplicate in seen.duplicates]
    for role in looked:
        authentication += authentication_steps(ends[role], found.desired[role], found.seen[role])
    steps += authentication
    if recorded:
        for role in recorded.managed:
            leaving = found.seen.get(role)
            if role not in declaration.managed and not declaration.two_way and leaving is not None:
                desired = desired_end(declaration, role, found.identities[other(role)])
                steps.append(DeleteLink(ends[role], leaving.id, leaving, desired))
    return steps


def read_back(
    ends: Ends, identities: dict[Role, Identity], link_ids: dict[Role, str], found: _Found | None = None
) -> Outcome:
    """Read every managed end after a change, and insist on what the program says.

    Args:
        ends: both ends.
        identities: who the applications are.
        link_ids: the ids of the managed links.
        found: what stood there before.

    Raises:
        LinkError: if an end says something else than the program.
    """
    declaration = ends.declaration
    links: dict[Role, LinkObservation | None] = {}
    statuses: dict[Role, Status | None] = {}
    wrong: list[str] = []
    skipped = found.unreachable if found else {}
    for role in declaration.managed:
        if role in skipped:
            continue
        end = ends[role]
        try:
            seen = observe(ends, role, link_ids[role])
            links[role] = seen
            if seen is None:
                wrong.append(
                    f"{end.label} accepted the link, but does not list it: look at {end.admin_page()}."
                )
                continue
            statuses[role] = end.client.status(seen.id)
        except ApplinksError as error:
            wrong.append(f"what {end.label} has now could not be read: {error}")
            continue
        wrong += [
            f"{end.label} accepted {field} {declared!r}, but says {observed!r}"
            for field, (declared, observed) in differences(
                desired_end(declaration, role, identities[other(role)]), seen
            ).items()
        ]
        if seen.duplicates:
            _report_duplicates(ends, end, seen)
    if wrong:
        raise LinkError(
            "the link was changed, but does not read back as the program says:\n"
            + "\n".join(f"  - {line}" for line in wrong),
            advice="What was changed stays; look at the above, then run `pulumi up` again: it continues from what it finds.",
        )
    state: Health = health(
        declaration,
        {"source": ends.source.label, "target": ends.target.label},
        statuses,
        unreachable=dict(skipped) if declaration.two_way else None,
    )
    return Outcome.of(identities, links, state)


def _report_duplicates(ends: Ends, end: End, seen: LinkObservation) -> None:
    listed = ", ".join(seen.duplicates)
    ends.notify(
        f"{end.label} has other links to the address of {ends[other(end.role)].label}: {listed}. They are not this program's and stay. "
        f'Delete them on {end.admin_page()}, or set on_duplicate="remove".'
    )
