"""Everything that stands against a change on the ends that were looked at. Pure: it is told what was read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.declaration import Role, other
from pulumi_applinks.lifecycle.ends import End, Ends
from pulumi_applinks.lifecycle.link import (
    Desired,
    LinkObservation,
    desired_end,
    differences,
    points_at,
)
from pulumi_applinks.lifecycle.survey import EndSeen, Survey, takes_system_administrator
from pulumi_applinks.lifecycle.whereabouts import pointing_to, what_to_do
from pulumi_applinks.rest import (
    BEHIND_HTTPS,
    WHERE_RIGHTS_ARE,
    Link,
    Sighting,
    Told,
    leaves_https,
    trust,
)

_NO_LINK_OF_OURS = {
    "system": (
        "belongs to the system and can't be changed",
        "Remove this resource from the program: the applications are linked already.",
    ),
    "generic": (
        "is a generic or an OAuth 2.0 entry, which is no application link of this kind",
        "Give another application, or delete that entry by hand if it leads nowhere.",
    ),
    "unknown-type": (
        "is of a type that this program does not know, or whose plugin is gone",
        "Install that plugin, or delete the entry by hand.",
    ),
    "incomplete": (
        "lacks what every application link has, such as an address: it is corrupted",
        "Delete it by hand.",
    ),
}
"""Why an entry of an application's list is not one that a program may adopt, change, relocate or delete; and what to do."""


def why_not_ours(link: Link) -> tuple[str, str] | None:
    """Why a program may not touch an entry, and what to do; None for an application link between two known product types."""
    return _NO_LINK_OF_OURS.get(link.what)


def change_problems(ends: Ends, survey: Survey) -> Iterator[Told]:
    """What stands against the change on the ends that were looked at."""
    for role, error in survey.failures.items():
        if role in survey.manifests:
            yield error.told
    for role, end in survey.ends.items():
        if end.link is not None and (not_ours := why_not_ours(end.link)):
            reason, do = not_ours
            yield ends[role].told(
                Code.NOT_OUR_LINK,
                f"{ends[role].label} has an entry for {ends[other(role)].label} that is not this program's to change",
                f"{end.link.name!r} (link {end.link.id}) {reason}.",
                do=do,
            )
        elif role in ends.declaration.managed:
            desired = desired_end(ends.declaration, role, survey.identities[other(role)])
            yield from _end_problems(ends, role, survey, desired)


def _end_problems(ends: Ends, role: Role, survey: Survey, desired: Desired) -> Iterator[Told]:
    end, there, declaration = ends[role], survey.ends[role], ends.declaration
    seen = there.seen
    if seen is None:
        yield from _making_problems(ends, role, desired, there)
        if there.sighting is not None:
            yield from sight_problems(ends, role, desired, there.sighting)
    elif role not in survey.recorded.managed and (declaration.on_existing != "adopt" or there.of_another):
        yield _existing_problem(ends, role, survey, desired, seen)
    elif (holder := name_holder(desired, seen, there)) is not None and set_aside(desired, seen):
        yield _name_taken(end, desired, holder)
    purpose = takes_system_administrator(declaration, desired, seen)
    if purpose and there.administers is False:
        yield end.told(
            Code.NEEDS_SYSTEM_ADMINISTRATOR,
            f"{purpose} takes a system administrator on {end.label}",
            "The login given there belongs to an administrator who is no system administrator: the two are separate permissions.",
            do=f"Give {role}.credentials of a system administrator. {WHERE_RIGHTS_ARE}",
        )
    yield from _user_problems(end, desired, there)


def _user_problems(end: End, desired: Desired, there: EndSeen) -> Iterator[Told]:
    user, name = there.user, desired.execute_as
    if user is None:
        return
    if not user.exists:
        yield end.told(
            Code.USER_MISSING,
            f"{end.label} has no user {name!r} ({user.where})",
            "Incoming requests are to run as that user.",
            do="Correct execute_as, or make that user.",
        )
    elif user.active is False:
        yield end.told(
            Code.USER_NOT_ACTIVE,
            f"the user {name!r} is not active on {end.label} ({user.where})",
            do="Activate that user, or give another one as execute_as.",
        )
    elif user.system_administrator:
        yield end.told(
            Code.USER_TOO_POWERFUL,
            f"the user {name!r} is a system administrator on {end.label} ({user.where})",
            "Every request over the link would run with those rights.",
            do="Give a user with no more rights than the link needs as execute_as.",
        )


def unsure_of_user(end: End, desired: Desired, there: EndSeen) -> Told | None:
    """What a person has to check of a user for incoming requests, because the application does not tell."""
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
    return end.told(
        Code.USER_NOT_KNOWN,
        f"{end.label} does not tell whether the user {name!r} {unknown}",
        "Incoming requests run as that user.",
        do="Look that user up in the application's administration.",
    )


def _making_problems(ends: Ends, role: Role, desired: Desired, there: EndSeen) -> Iterator[Told]:
    end, remote = ends[role], ends[other(role)]
    for link in there.links:
        if link.id == desired.id:
            continue
        if points_at(link, remote.party):
            yield end.told(
                Code.REMAINS,
                f"{end.label} has another link to the address of {remote.label}",
                f"{link.name!r} with the id {link.id} is what remains of an earlier link, or of an application that was at this "
                f"address before.",
                do=(
                    f"If that application moved, run `pulumi refresh` and `pulumi up` of the program that has its link. If nobody has it, "
                    f"delete it on {end.admin_page()}. Then run `pulumi up` again."
                ),
            )
        elif link.name == desired.name:
            yield _name_taken(end, desired, link)


def _name_taken(end: End, desired: Desired, holder: Link) -> Told:
    return end.told(
        Code.NAME_TAKEN,
        f"{end.label} has another link that is called {desired.name!r}",
        f"Its id is {holder.id}.",
        do=f"Give {other(end.role)} another name with Application(name=...), or rename that link there.",
    )


def name_holder(desired: Desired, seen: LinkObservation, there: EndSeen) -> Link | None:
    """Another link that has the name which this one is to get."""
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
    ends: Ends, role: Role, survey: Survey, desired: Desired, seen: LinkObservation
) -> Told:
    end, remote = ends[role], ends[other(role)]
    away = survey.elsewhere(other(role), remote.party, seen)
    if away is not None:
        return _link_of_another(end, remote, seen, away, answers=survey.ends[role].of_another)
    if survey.recorded.managed:
        why = ["It was made by hand, or by another stack's program, since this one made its own end."]
    else:
        same = not differences(desired, seen)
        alias = "`ResourceOptions(aliases=[pulumi.Alias(name=...)])`"
        renamed = f"If this resource was renamed in the program, give the new name an alias: {alias}."
        interrupted = (
            "It is exactly what this program declares: most likely an earlier `pulumi up` was interrupted, and could not record it."
            if same
            else "If an earlier `pulumi up` was interrupted, it made the link and could not record it: take it over, as below."
        )
        # What stands there exactly as declared was most likely made by this very program.
        why = [interrupted, renamed] if same else [renamed, interrupted]
        why.append("If another stack has this link, declare it in one of them only.")
    return end.told(
        Code.LINK_EXISTS,
        f"{end.label} is linked with {remote.label} already (link {seen.id}, {seen.name!r})",
        *why,
        do=(
            "To take the link over and bring it to what the program says, run `APPLINKS_ON_EXISTING=adopt pulumi up` once; or set "
            'on_existing="adopt".'
        ),
    )


def _link_of_another(end: End, remote: End, seen: LinkObservation, away: str, *, answers: bool) -> Told:
    taken = (
        "An application with that server id answers there, so the link is not taken over." if answers else ""
    )
    return end.told(
        Code.LINK_LEADS_ELSEWHERE,
        f"{end.label} has a link with the server id of {remote.label} already, which leads to another address",
        f"The link {seen.id}, {seen.name!r}, {pointing_to(away)}.",
        taken,
        do=f"{what_to_do(end.label, remote.label, end.admin_page())} Then run `pulumi up` again.",
    )


def sight_problems(
    ends: Ends, role: Role, desired: Desired, sighting: Sighting, *, made: bool = False
) -> Iterator[Told]:
    """Whether one application finds the other one at the address at which it is to call it.

    Args:
        ends: both ends.
        role: the end that looks.
        desired: its link.
        sighting: what it found.
        made: whether the link is there by now: that it is linked already is no problem then.
    """
    end, remote = ends[role], ends[other(role)]
    looked = f"{end.label} looked for {remote.label} at {desired.rpc_url}"
    correct = f"Correct {other(role)}.rpc_url."
    behind = f"If {remote.label} is behind a firewall or a proxy, give the address at which {role} reaches it as {other(role)}.rpc_url."
    said = f"It says: “{sighting.message}”." if sighting.message else ""
    told = partial(end.told, Code.NOT_SEEN)
    if sighting.kind == "unreachable":
        cause = (
            "There it may know no such host, or nothing that answers; or a firewall or a proxy is in between."
        )
        if desired.rpc_url.lower().startswith("https:"):
            cause += " Or it does not trust the certificate: it does not tell which."
            behind += f" If it is the certificate: {trust(remote.label, end.label)}."
        yield told(f"{looked} and could not reach it", said, cause, do=behind)
    elif sighting.kind == "redirected":
        there = sighting.redirected_to or ""
        do = f"Give that as {other(role)}.rpc_url if it is the right application."
        if leaves_https(desired.rpc_url, there):
            do = f"That is http: {remote.label} may not know that it is reached over https. {BEHIND_HTTPS}"
        yield told(f"{looked} and was redirected", f"It was sent to {there}.", do=do)
    elif sighting.kind == "no_manifest":
        cause = (
            "What answers there is another address, a login page or a proxy, or an application that starts."
        )
        yield told(f"{looked} and found no application with applinks there", cause, do=behind)
    elif sighting.kind == "not_accepted":
        yield told(
            f"{end.label} does not accept {desired.rpc_url}",
            said,
            f"It does not know applications of the type {desired.type_id}, or can't read that URL.",
            do=f"{correct} Without that type installed there, the two can't be linked.",
        )
    elif sighting.kind == "conflict" and not made:
        yield told(
            f"{end.label} says that {desired.rpc_url} is itself or is linked already",
            said,
            "Its list shows no such link.",
            do=f"Look at {end.admin_page()}.",
        )
    elif sighting.manifest is not None and sighting.manifest.id != desired.id:
        yield told(
            f"{looked} and found another application there",
            f"Its server id is {sighting.manifest.id}, expected was {desired.id}: the URL leads somewhere else from there.",
            do=correct,
        )
