"""Everything that stands against a change, all of it at once. Pure: it is told what was read."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_applinks.lifecycle.declaration import Declaration, Role, other
from pulumi_applinks.lifecycle.ends import End, Ends
from pulumi_applinks.lifecycle.link import (
    Desired,
    Identity,
    LinkObservation,
    Recorded,
    desired_end,
    differences,
    points_at,
)
from pulumi_applinks.lifecycle.survey import EndSeen, Survey, takes_system_administrator
from pulumi_applinks.rest import Link, Sighting, same_address, url_derived_id

_NO_LINK_OF_OURS = {
    "system": "belongs to the system and can't be changed: remove this resource from the program, the applications are linked already",
    "generic": "is a generic or an OAuth 2.0 entry, which is no application link of this kind: give another application, or delete that "
    "entry by hand if it leads nowhere",
    "unknown-type": "is of a type that this program does not know, or whose plugin is gone: install that plugin, or delete it by "
    "hand",
    "incomplete": "lacks what every application link has, such as an address: it is corrupted; delete it by hand",
}
"""Why an entry of an application's list is not one that a program may adopt, change, relocate or delete."""


def why_not_ours(link: Link) -> str | None:
    """Why a program may not touch an entry; None for an application link between two known product types.

    Args:
        link: the entry.
    """
    return _NO_LINK_OF_OURS.get(link.what)


def one_way_for_now(declaration: Declaration, survey: Survey, recorded: Recorded) -> bool:
    """Whether the source's link is made alone, because the target does not answer and the program lets it be completed later."""
    return (
        "target" in survey.failures
        and "target" not in recorded.managed
        and declaration.on_unreachable_create == "one_way"
        and declaration.managed == ("target", "source")
    )


def not_up_yet(ends: Ends, recorded: Recorded) -> Identity | None:
    """A target that does not answer, by the id that an application computes for it [S3]: it becomes the server id later.

    Args:
        ends: both ends.
        recorded: what the state knows: a link that was made without the target keeps its id when the address changes.

    Returns:
        The identity; None when the program does not say what kind of application it is.
    """
    party = ends.target.party
    if party.kind is None:
        return None
    name = party.name or party.kind
    server_id = recorded.link_ids.get("source") or url_derived_id(party.called_at)
    return Identity(server_id=server_id, type_id=party.kind, name=name, confirmed=False)


def identity_problems(ends: Ends, survey: Survey, recorded: Recorded) -> Iterator[str]:
    """Whether the applications that answer are the declared ones, and whether those that do not answer can be done without.

    Args:
        ends: both ends.
        survey: who answers.
        recorded: what the state knows.
    """
    declaration = ends.declaration
    for role, error in survey.failures.items():
        yield from _missing(ends, role, survey, recorded, f"{error}", may_pass=error.may_pass)
    for role, manifest in survey.manifests.items():
        end = ends[role]
        if not same_address(manifest.url, end.party.display_url):
            yield (
                f"{end.label} answers, but believes that its base URL is {manifest.url}. If it moved, set the base URL in its own "
                f"administration; if this is a copy (staging) of it, give the copy its own base URL and server id first; "
                f"otherwise declare {role}.url as {manifest.url} and say with rpc_url or api_url where it is reached."
            )
        if end.party.kind and end.party.kind != manifest.type_id:
            yield f"{end.label} is declared as {end.party.kind}, but a {manifest.type_id} answers there: correct {role}.kind or {role}.url."
        if role in declaration.managed and declaration.authentication.any and manifest.sets_oauth is False:
            yield (
                f"{end.label} has applinks {manifest.applinks_version}, whose REST interface can't set OAuth up: upgrade it, or declare "
                f"authentication=NoAuthentication() and set OAuth up by hand on {end.admin_page()}."
            )
        if role in survey.strangers:
            yield (
                f"another application answers at {end.label}: its server id is {manifest.id}, the link was made with "
                f"{recorded.identities[role].server_id}. Point {role}.url at the application of the link; or, if that one was installed "
                f"anew or is gone, run `pulumi refresh` and then `pulumi up`, which makes the link anew with the one that answers."
            )
    ids = {manifest.id for manifest in survey.manifests.values()}
    if len(survey.manifests) == 2 and len(ids) == 1:
        yield (
            f"{ends.source.label} and {ends.target.label} have the same server id {ids.pop()}: they are one application, or one is a "
            f"clone of the other. A clone needs a server id of its own before it can be linked."
        )


def _missing(
    ends: Ends, role: Role, survey: Survey, recorded: Recorded, error: str, *, may_pass: bool
) -> Iterator[str]:
    declaration = ends.declaration
    if role == "target" and one_way_for_now(declaration, survey, recorded):
        if not_up_yet(ends, recorded) is None:
            yield f'{error} To link to it before it is up, give its type as target.kind, such as Application(..., kind="confluence").'
        return
    if (
        role in recorded.moved
        and role in recorded.identities
        and declaration.on_unreachable_relocate == "relocate"
    ):
        return
    waited = declaration.wait_for_target
    waiting = (
        f" It was waited for, {waited:g} s." if waited else " If it is only not up yet, set wait_for_target."
    )
    yield f"{error}{waiting if may_pass else ''}"


def change_problems(ends: Ends, survey: Survey, recorded: Recorded) -> Iterator[str]:
    """What stands against the change on the ends that were looked at.

    Args:
        ends: both ends.
        survey: what was read.
        recorded: what the state knows.
    """
    for role, error in survey.failures.items():
        if role in survey.manifests:
            yield str(error)
    for role, end in survey.ends.items():
        if end.link is not None and (reason := why_not_ours(end.link)):
            yield (
                f"{ends[role].label} has an entry for {ends[other(role)].label}, {end.link.name!r} (link {end.link.id}), that {reason}."
            )
        elif role in ends.declaration.managed:
            desired = desired_end(ends.declaration, role, survey.identities[other(role)])
            yield from _end_problems(ends, role, survey, recorded, desired)


def _end_problems(
    ends: Ends, role: Role, survey: Survey, recorded: Recorded, desired: Desired
) -> Iterator[str]:
    end, there, declaration = ends[role], survey.ends[role], ends.declaration
    seen = there.seen
    if seen is None:
        yield from _making_problems(ends, role, desired, there)
        if there.sighting is not None:
            remote = survey.identities[other(role)]
            yield from sight_problems(ends, role, desired, remote.server_id, there.sighting)
    elif role not in recorded.managed and declaration.on_existing != "adopt":
        yield _existing_problem(ends, role, desired, seen, recorded)
    elif (holder := name_holder(desired, seen, there)) is not None and set_aside(desired, seen):
        yield f"{end.label} has another link that is called {desired.name!r}, {holder.id}: {_other_name(role)}"
    purpose = takes_system_administrator(declaration, desired, seen)
    if purpose and there.administers is False:
        yield (
            f"{purpose} takes a system administrator on {end.label}, and the login given there is an administrator's, who may "
            f"not: give {role}.credentials of a system administrator."
        )
    yield from _user_problems(end, desired, there)


def _user_problems(end: End, desired: Desired, there: EndSeen) -> Iterator[str]:
    user, name = there.user, desired.execute_as
    if user is None:
        return
    if not user.exists:
        yield f"{end.label} has no user {name!r} ({user.where}), as whom incoming requests are to run: correct execute_as."
    elif user.active is False:
        yield f"the user {name!r} is not active on {end.label} ({user.where}): activate that user, or give another one as execute_as."
    elif user.system_administrator:
        yield (
            f"the user {name!r} is a system administrator on {end.label} ({user.where}): every request over the link would run with those "
            f"rights. Give a user with no more rights than the link needs as execute_as."
        )


def unsure_of_user(end: End, desired: Desired, there: EndSeen) -> str | None:
    """What a person has to check of a user for incoming requests, because the application does not tell.

    Args:
        end: the end.
        desired: what should stand there.
        there: what was read.
    """
    user, name = there.user, desired.execute_as
    if not there.asked_for_user:
        return None
    if user is None:
        unknown = "exists there, is active and is no system administrator"
    else:
        parts = [("is active", user.active), ("is no system administrator", user.system_administrator)]
        unknown = " and ".join(words for words, told in parts if told is None)
    if not unknown:
        return None
    return (
        f"whether the user {name!r} {unknown} can't be known from {end.label}: make sure of it, because incoming requests run as that "
        f"user."
    )


def _making_problems(ends: Ends, role: Role, desired: Desired, there: EndSeen) -> Iterator[str]:
    end, remote = ends[role], ends[other(role)]
    for link in there.links:
        if link.id == desired.id:
            continue
        if points_at(link, remote.party):
            yield (
                f"{end.label} has another link, {link.name!r} with the id {link.id}, to the address of {remote.label}: the remains of "
                f"an earlier link. Delete it on {end.admin_page()}, then run `pulumi up` again."
            )
        elif link.name == desired.name:
            yield f"{end.label} has another link that is called {desired.name!r}: {_other_name(role)}"


def _other_name(role: Role) -> str:
    return f"give {other(role)} another name with Application(name=...), or rename that link there."


def name_holder(desired: Desired, seen: LinkObservation, there: EndSeen) -> Link | None:
    """Another link that has the name which this one is to get.

    Args:
        desired: what should stand there.
        seen: what stands there.
        there: all that was read of the end.
    """
    if desired.name == seen.name:
        return None
    return next((link for link in there.links if link.name == desired.name and link.id != seen.id), None)


def set_aside(desired: Desired, seen: LinkObservation) -> bool:
    """Whether a link has been given a name beside the one that it is to get, which another link had at that time."""
    return seen.name.startswith(f"{desired.name} - ")


def free_name(desired: Desired, there: EndSeen) -> str:
    """A name beside the one that is taken, as the application itself makes one [S9]."""
    taken = {link.name for link in there.links}
    return next(
        name for number in range(2, len(taken) + 3) if (name := f"{desired.name} - {number}") not in taken
    )


def _existing_problem(
    ends: Ends, role: Role, desired: Desired, seen: LinkObservation, recorded: Recorded
) -> str:
    end, remote = ends[role], ends[other(role)]
    adopt = 'To take the link over and bring it to what the program says, set on_existing="adopt".'
    if recorded.managed:
        likely = (
            f"It was made by hand, or by another stack's program, since this one made its own end. {adopt}"
        )
    else:
        same = not differences(desired, seen)
        alias = "ResourceOptions(aliases=[pulumi.Alias(name=...)])"
        renamed = f"If this resource was renamed in the program, give the new name an alias: {alias}."
        interrupted = "If an earlier `pulumi up` was interrupted, it made the link and could not record it: take it over, as below."
        # What stands there exactly as declared was most likely made by this very program.
        first = [interrupted, renamed] if same else [renamed, interrupted]
        likely = f"{' '.join(first)} If another stack has this link, declare it in one of them only. {adopt}"
    return f"{end.label} is linked with {remote.label} already (link {seen.id}, {seen.name!r}). {likely}"


def sight_problems(
    ends: Ends, role: Role, desired: Desired, remote_id: str, sighting: Sighting, *, made: bool = False
) -> Iterator[str]:
    """Whether one application finds the other one at the address at which it is to call it.

    Args:
        ends: both ends.
        role: the end that looks.
        desired: its link.
        remote_id: the other application's server id.
        sighting: what it found.
        made: whether the link is there by now: that it is linked already is no problem then.
    """
    end, remote = ends[role], ends[other(role)]
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
