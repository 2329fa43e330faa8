"""Everything that blocks a change. It sends no requests, and only examines what was read.

`problems(survey)` gives all reasons at once. If the survey only contains who answers, these are the reasons that follow from that. If the
ends were read, their reasons are included. The result is the same for an `up`, for an online preview, and for any other code that examines
a link. The functions below are the rules, one for each thing that was read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.declaration import Directions, Role, other
from pulumi_applinks.lifecycle.ends import End
from pulumi_applinks.lifecycle.link import Desired, Identity, LinkObservation, differences, points_at
from pulumi_applinks.lifecycle.survey import (
    EndSeen,
    Survey,
    needs_system_administrator,
    user_to_look_up,
)
from pulumi_applinks.lifecycle.whereabouts import pointing_to, what_to_do
from pulumi_applinks.rest import (
    BEHIND_HTTPS,
    WHERE_RIGHTS_ARE,
    Link,
    Manifest,
    Message,
    leaves_https,
    same_address,
    trust,
    url_derived_id,
)


def problems(survey: Survey) -> tuple[Message, ...]:
    """Find all reasons that block the change, as far as the survey has read.

    Args:
        survey: the result of `identify`, or of `look_for_change` after it.

    Returns:
        A message for each reason, with its code and what to do about it. It is empty if nothing is known to block the change.
    """
    return (*_of_who_answers(survey), *_of_the_ends(survey))


# Who answers, and who does not.


def _of_who_answers(survey: Survey) -> Iterator[Message]:
    for role, error in survey.failures.items():
        if role not in survey.manifests:
            yield from _missing(survey, role, error.told, may_pass=error.may_pass)
    for role, manifest in survey.manifests.items():
        yield from _of_another(survey, role, manifest)
    ids = {manifest.id for manifest in survey.manifests.values()}
    if len(survey.manifests) == 2 and len(ids) == 1:
        yield Message(
            Code.SAME_APPLICATION,
            f"{survey.ends.source.label} and {survey.ends.target.label} have the same server id",
            (f"It is {ids.pop()}: they are one application, or one is a clone of the other.",),
            do="Declare two different applications. A clone needs a server id of its own before it can be linked.",
        )


def _of_another(survey: Survey, role: Role, manifest: Manifest) -> Iterator[Message]:
    """Check that the application that answers is the declared one."""
    end, declaration = survey.ends[role], survey.declaration
    if not same_address(manifest.url, end.party.display_url):
        otherwise = f"Otherwise set {role}.url to {manifest.url} and give the address at which it is reached as rpc_url or api_url."
        if leaves_https(end.party.display_url, manifest.url):
            otherwise = f"If it is the same application, reached over https: {BEHIND_HTTPS[0].lower()}{BEHIND_HTTPS[1:]}"
        yield end.told(
            Code.BASE_URL_DIFFERS,
            f"{end.label} answers, but has another base URL in its own administration",
            f"It is {manifest.url}.",
            do=(
                f"If the application moved, set the base URL in its administration. If this is a copy (staging) of it, give the copy "
                f"its own base URL and server id first. {otherwise}"
            ),
        )
    if end.party.kind and end.party.kind != manifest.type_id:
        yield end.told(
            Code.OTHER_KIND,
            f"{end.label} is declared as {end.party.kind}, but a {manifest.type_id} answers there",
            do=f"Correct {role}.kind or {role}.url.",
        )
    if role in declaration.managed and declaration.authentication.any and manifest.sets_oauth is False:
        yield end.told(
            Code.OAUTH_NOT_SETTABLE,
            f"{end.label} has applinks {manifest.applinks_version}, whose REST interface cannot set up OAuth",
            do=f"Upgrade it, or declare authentication=NoAuthentication() and set up OAuth manually on {end.admin_page()} instead.",
        )
    if role in survey.strangers:
        yield end.told(
            Code.ANOTHER_APPLICATION,
            f"another application answers at {end.label}",
            f"Its server id is {manifest.id}, the link was created with {survey.recorded.identities[role].server_id}.",
            do=(
                f"Point {role}.url at the application of the link. If that one was reinstalled or is gone, run `pulumi refresh` and "
                f"then `pulumi up`, which recreates the link with the one that answers."
            ),
        )


def _missing(survey: Survey, role: Role, error: Message, *, may_pass: bool) -> Iterator[Message]:
    """Check whether the change is possible without an application that does not answer."""
    recorded = survey.recorded
    if role == "target" and one_way_for_now(survey):
        if not_up_yet(survey) is None:
            kind = 'To link to it before it is up, give its type as target.kind, such as Application(..., kind="confluence").'
            yield replace(error.also(do=kind), code=Code.KIND_NOT_GIVEN)
        return
    if _moves_without_contact(survey, role) and role in recorded.identities:
        return
    if not may_pass:
        yield error
        return
    if role in survey.waited:
        error = error.also(f"Gave up after {round(survey.waited[role], 1):g} s.")
    else:
        error = error.also(do="If it is still starting, set wait_for_target.")
    if role in recorded.moved and recorded.managed and not _moves_without_contact(survey, role):
        error = error.also(
            do='To relocate the link before it answers, set on_unreachable_relocate="relocate".'
        )
    elif _may_come_later(survey, role):
        alone = f"To create only the link on {survey.ends.source.label} until it answers, set on_unreachable_create"
        error = error.also(do=f'{alone}="one_way".')
    yield error


def one_way_for_now(survey: Survey) -> bool:
    """Check whether only the source's link is made or kept for now.

    That is so if the target does not answer, and the program allows the link to be completed later.
    """
    return _may_come_later(survey, "target") and (
        survey.declaration.on_unreachable_create == "one_way"
        # A link that was made without its target, and never completed, is relocated like any other link.
        or (
            "source" in survey.recorded.managed
            and "target" not in survey.recorded.identities
            and _moves_without_contact(survey, "target")
        )
    )


def _may_come_later(survey: Survey, role: Role) -> bool:
    """Check whether an end that does not answer was never made by this program, so that it can be created later."""
    return (
        role == "target"
        and role in survey.failures
        and role not in survey.recorded.managed
        and survey.declaration.managed == ("target", "source")
    )


def _moves_without_contact(survey: Survey, role: Role) -> bool:
    """Check whether the program has changed the address of an application, and allows to relocate its link if nothing answers there."""
    return role in survey.recorded.moved and survey.declaration.on_unreachable_relocate == "relocate"


def not_up_yet(survey: Survey) -> Identity | None:
    """Return the identity of a target that does not answer.

    Its id is the one that an application computes for it [S3]; later the server id replaces it. A link that was made without the target
    keeps its id when the address changes. The result is None if the program does not say what kind of application the target is.
    """
    party = survey.declaration.target
    if party.kind is None:
        return None
    server_id = survey.recorded.link_ids.get("source") or url_derived_id(party.called_at)
    return Identity(server_id=server_id, type_id=party.kind, name=party.name or party.kind, confirmed=False)


def without_target(survey: Survey) -> Survey:
    """Turn the survey into that of a one-way link, if the link is one-way for now: what needs the target is not required until it is up."""
    target = not_up_yet(survey)
    if target is None or not one_way_for_now(survey):
        return survey
    alone = replace(survey.declaration, two_way=False, authentication=Directions(), reverse_primary=None)
    return replace(
        survey,
        ends=replace(survey.ends, declaration=alone),
        identities={**survey.identities, "target": target},
        failures={role: error for role, error in survey.failures.items() if role != "target"},
    )


# What is on the ends.


_NO_LINK_OF_OURS = {
    "system": (
        "belongs to the system and cannot be changed",
        "Remove this resource from the program: the applications are already linked.",
    ),
    "generic": (
        "is a generic or an OAuth 2.0 entry, not an application link of this kind",
        "Give another application, or delete that entry manually if nothing uses it.",
    ),
    "unknown-type": (
        "is of a type that this program does not know, or whose plugin is gone",
        "Install that plugin, or delete the entry manually.",
    ),
    "incomplete": (
        "lacks fields that every application link has, such as an address: it is corrupted",
        "Delete it manually.",
    ),
}
"""Why a program must not adopt, change, relocate or delete an entry of an application's list; and what to do."""


def why_not_ours(link: Link) -> tuple[str, str] | None:
    """Say why a program must not touch an entry, and what to do; None for an application link between two known product types."""
    return _NO_LINK_OF_OURS.get(link.what)


def _of_the_ends(survey: Survey) -> Iterator[Message]:
    for role, error in survey.failures.items():
        if role in survey.manifests:
            yield error.told
    for role, there in survey.found.items():
        end = survey.ends[role]
        if there.link is not None and (not_ours := why_not_ours(there.link)):
            reason, do = not_ours
            yield end.told(
                Code.NOT_OUR_LINK,
                f"{end.label} has an entry for {survey.ends[other(role)].label} that is not this program's to change",
                f"{there.link.name!r} (link {there.link.id}) {reason}.",
                do=do,
            )
        elif role in survey.declaration.managed:
            yield from _of_the_link(survey, role, there)
            yield from _of_rights(survey, role, there)
            yield from _of_the_user(end, survey.desired[role], there)


def _of_the_link(survey: Survey, role: Role, there: EndSeen) -> Iterator[Message]:
    """Check whether the link can be made; or, if it exists, whether it can be taken over and renamed."""
    desired, seen = survey.desired[role], there.seen
    if seen is None:
        yield from _of_other_links(survey, role, there)
        yield from _of_the_sight(survey, role)
    elif role not in survey.recorded.managed and (
        survey.declaration.on_existing != "adopt" or there.of_another
    ):
        yield _linked_already(survey, role, seen)
    elif (holder := name_holder(desired, seen, there)) is not None and set_aside(desired, seen):
        yield _name_taken(survey.ends[role], desired, holder)


def _of_other_links(survey: Survey, role: Role, there: EndSeen) -> Iterator[Message]:
    end, remote, desired = survey.ends[role], survey.ends[other(role)], survey.desired[role]
    for link in there.links:
        if link.id == desired.id:
            continue
        if points_at(link, remote.party):
            yield end.told(
                Code.REMAINS,
                f"{end.label} has another link to the address of {remote.label}",
                f"{link.name!r} with the id {link.id} is left over from an earlier link, or from an application that was at this "
                f"address before.",
                do=(
                    f"If that application moved, run `pulumi refresh` and `pulumi up` of the program that has its link. If no program has "
                    f"it, "
                    f"delete it on {end.admin_page()} first. Then run `pulumi up` again."
                ),
            )
        elif link.name == desired.name:
            yield _name_taken(end, desired, link)


def _name_taken(end: End, desired: Desired, holder: Link) -> Message:
    return end.told(
        Code.NAME_TAKEN,
        f"{end.label} has another link named {desired.name!r}",
        f"Its id is {holder.id}.",
        do=f"Give {other(end.role)} another name with Application(name=...), or rename that link there.",
    )


def name_holder(desired: Desired, seen: LinkObservation, there: EndSeen) -> Link | None:
    """Find another link that has the name that this link should get."""
    if desired.name == seen.name:
        return None
    return next((link for link in there.links if link.name == desired.name and link.id != seen.id), None)


def set_aside(desired: Desired, seen: LinkObservation) -> bool:
    """Check whether the link has a substitute for its declared name, which it got because another link had the declared name."""
    return seen.name.startswith(f"{desired.name} - ")


def _linked_already(survey: Survey, role: Role, seen: LinkObservation) -> Message:
    end, remote = survey.ends[role], survey.ends[other(role)]
    if (away := survey.leads_elsewhere(role, seen)) is not None:
        taken = "An application with that server id answers there, so the link is not taken over."
        return end.told(
            Code.LINK_LEADS_ELSEWHERE,
            f"{end.label} already has a link with the server id of {remote.label}, which points to another address",
            f"The link {seen.id}, {seen.name!r}, {pointing_to(away)}.",
            taken if survey.found[role].of_another else "",
            do=f"{what_to_do(end.label, remote.label, end.admin_page())} Then run `pulumi up` again.",
        )
    if survey.recorded.managed:
        why = ["It was created manually, or by another stack's program, after this one created its own end."]
    else:
        same = not differences(survey.desired[role], seen)
        alias = "`ResourceOptions(aliases=[pulumi.Alias(name=...)])`"
        renamed = f"If this resource was renamed in the program, give the new name an alias: {alias}."
        interrupted = (
            "It is exactly what this program declares: most likely an earlier `pulumi up` was interrupted, and could not record it."
            if same
            else "If an earlier `pulumi up` was interrupted, it made the link and could not record it: take it over, as below."
        )
        # A link that is exactly as declared was most likely made by this program.
        why = [interrupted, renamed] if same else [renamed, interrupted]
        why.append("If another stack has this link, declare it in one of them only.")
    return end.told(
        Code.LINK_EXISTS,
        f"{end.label} is already linked with {remote.label} (link {seen.id}, {seen.name!r})",
        *why,
        do=(
            "To take the link over and bring it to what the program says, run `APPLINKS_ON_EXISTING=adopt pulumi up` once; or set "
            'on_existing="adopt".'
        ),
    )


def _of_rights(survey: Survey, role: Role, there: EndSeen) -> Iterator[Message]:
    purpose = needs_system_administrator(survey.declaration, survey.desired[role], there.seen)
    if purpose and there.administers is False:
        end = survey.ends[role]
        yield end.told(
            Code.NEEDS_SYSTEM_ADMINISTRATOR,
            f"{purpose} needs a system administrator on {end.label}",
            "The login belongs to an administrator who is not a system administrator: the two are separate permissions.",
            do=f"Give {role}.credentials of a system administrator. {WHERE_RIGHTS_ARE}",
        )


def _of_the_user(end: End, desired: Desired, there: EndSeen) -> Iterator[Message]:
    """Check that the user for incoming requests exists, is active, and has no more rights than needed."""
    user, name = there.user, desired.execute_as
    if user is None:
        return
    if not user.exists:
        yield end.told(
            Code.USER_MISSING,
            f"{end.label} has no user {name!r} ({user.where})",
            "Incoming requests would run as that user.",
            do="Correct execute_as, or create that user.",
        )
    elif user.active is False:
        yield end.told(
            Code.USER_NOT_ACTIVE,
            f"the user {name!r} is not active on {end.label} ({user.where})",
            do="Activate that user, or set execute_as to another one.",
        )
    elif user.system_administrator:
        yield end.told(
            Code.USER_TOO_POWERFUL,
            f"the user {name!r} is a system administrator on {end.label} ({user.where})",
            "Every request over the link would run with those rights.",
            do="Set execute_as to a user with no more rights than the link needs.",
        )


def unsure_of_users(survey: Survey) -> Iterator[Message]:
    """List what a person has to check about the users for incoming requests, because the application does not report it.

    It blocks nothing.
    """
    for role, there in survey.found.items():
        end = survey.ends[role]
        name = (
            user_to_look_up(survey.desired[role], there.seen) if role in survey.declaration.managed else None
        )
        if name is None:
            continue
        unknown = "exists, is active and is not a system administrator"
        if (user := there.user) is not None:
            parts = {"is active": user.active, "is not a system administrator": user.system_administrator}
            unknown = " and ".join(words for words, known in parts.items() if known is None)
        if unknown:
            yield end.told(
                Code.USER_NOT_KNOWN,
                # The text omits the role, because the user is the same for all links of that application.
                f"could not check on {end.party.display_url} that the user {name!r} {unknown}",
                "Incoming requests run as that user.",
                do="Check that user in the application's administration.",
            )


# What each application sees at the other one's address.


def sight_problems(survey: Survey) -> tuple[Message, ...]:
    """Say why an application does not find the other one at the address at which it should call it. Only ends that were asked count.

    An existing link between them is not a problem here, because this run may have made it.
    """
    roles = [role for role in survey.declaration.managed if role in survey.found]
    return tuple(told for role in roles for told in _of_the_sight(survey, role, linked=True))


def _of_the_sight(survey: Survey, role: Role, *, linked: bool = False) -> Iterator[Message]:
    sighting, desired = survey.found[role].sighting, survey.desired[role]
    if sighting is None:
        return
    end, remote = survey.ends[role], survey.ends[other(role)]
    looked = f"{end.label} looked for {remote.label} at {desired.rpc_url}"
    correct = f"Correct {other(role)}.rpc_url."
    behind = f"If {remote.label} is behind a firewall or a proxy, give the address at which {role} reaches it as {other(role)}.rpc_url."
    said = f"It says: “{sighting.message}”." if sighting.message else ""
    told = partial(end.told, Code.NOT_SEEN)
    if sighting.kind == "unreachable":
        cause = "It might not know that host, nothing might answer there, or a firewall or a proxy may be in between."
        if desired.rpc_url.lower().startswith("https:"):
            cause += " Or it does not trust the certificate: it does not report which."
            behind += f" If it is the certificate: {trust(remote.label, end.label)}."
        yield told(f"{looked} and could not reach it", said, cause, do=behind)
    elif sighting.kind == "redirected":
        there = sighting.redirected_to or ""
        do = f"If that is the right application, set {other(role)}.rpc_url to it."
        if leaves_https(desired.rpc_url, there):
            do = f"That is http: {remote.label} might not be configured for https. {BEHIND_HTTPS}"
        yield told(f"{looked} and was redirected", f"It was sent to {there}.", do=do)
    elif sighting.kind == "no_manifest":
        cause = "It may be another address, a login page or a proxy, or an application that is starting."
        yield told(f"{looked} and found no application with applinks there", cause, do=behind)
    elif sighting.kind == "not_accepted":
        yield told(
            f"{end.label} does not accept {desired.rpc_url}",
            said,
            f"It does not know applications of the type {desired.type_id}, or cannot parse that URL.",
            do=f"{correct} Without that type installed there, the two cannot be linked.",
        )
    elif sighting.kind == "conflict" and not linked:
        yield told(
            f"{end.label} says that {desired.rpc_url} is itself or is already linked",
            said,
            "Its list shows no such link.",
            do=f"Check {end.admin_page()} for it.",
        )
    elif sighting.manifest is not None and sighting.manifest.id != desired.id:
        yield told(
            f"{looked} and found another application there",
            f"Its server id is {sighting.manifest.id}, not {desired.id}: from there, the URL is another application's.",
            do=correct,
        )


# What a preview says about links that exist already. It blocks nothing.


_CHANGES = {
    "name": "It is renamed from {1!r} to {0!r}.",
    "display_url": "Its display URL changes from {1} to {0}.",
    "rpc_url": "It is relocated from {1} to {0}.",
    "primary": "It becomes the primary link of its type.",
    "outgoing": "The authentication of outgoing requests changes from {1} to {0}.",
    "incoming": "The authentication of incoming requests changes from {1} to {0}.",
    "execute_as": "Incoming requests run as {0!r} instead of {1!r}.",
}
"""What an `up` does to a link, by the field that differs. The placeholders are the declared and the observed value."""


def takeovers(survey: Survey) -> Iterator[Message]:
    """Say what an `up` would do to existing links that it takes over."""
    declaration = survey.declaration
    for role in declaration.managed:
        seen, end = survey.seen(role), survey.ends[role]
        if seen is None or role in survey.recorded.managed:
            continue
        changes = [
            _CHANGES[field].format(*values)
            for field, values in differences(survey.desired[role], seen).items()
        ]
        if seen.duplicates and declaration.on_duplicate == "remove":
            changes.append(f"Other links to the same address are deleted: {', '.join(seen.duplicates)}.")
        if seen.legacy and declaration.on_legacy == "remove":
            changes.append(f"Legacy authentication is removed: {', '.join(seen.legacy)}.")
        yield end.told(
            Code.ADOPTS,
            f"{end.label} already has the link (link {seen.id}, {seen.name!r}): it is taken over",
            *(changes or ["It is as declared."]),
        )
