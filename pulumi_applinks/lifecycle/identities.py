"""Everything that stands against a change because of who answers, or does not. Pure: it is told what was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.declaration import Declaration, Role
from pulumi_applinks.lifecycle.ends import Ends
from pulumi_applinks.lifecycle.link import Identity
from pulumi_applinks.lifecycle.survey import Survey
from pulumi_applinks.rest import BEHIND_HTTPS, Told, leaves_https, same_address, url_derived_id


def one_way_for_now(declaration: Declaration, survey: Survey) -> bool:
    """Whether the source's link is made or kept alone, because the target does not answer and the program lets it be completed later."""
    return _may_be_made_later(declaration, survey, "target") and (
        declaration.on_unreachable_create == "one_way"
        # One that was made alone before, and never with its target, is moved as any other one.
        or (
            "source" in survey.recorded.managed
            and "target" not in survey.recorded.identities
            and _moves_without_contact(declaration, survey, "target")
        )
    )


def _may_be_made_later(declaration: Declaration, survey: Survey, role: Role) -> bool:
    """Whether an end that does not answer is one that this program has not made yet, and could do without for now."""
    return (
        role == "target"
        and role in survey.failures
        and role not in survey.recorded.managed
        and declaration.managed == ("target", "source")
    )


def _moves_without_contact(declaration: Declaration, survey: Survey, role: Role) -> bool:
    """Whether the program has another address for an application that does not answer there, and lets its link be relocated."""
    return role in survey.recorded.moved and declaration.on_unreachable_relocate == "relocate"


def not_up_yet(ends: Ends, survey: Survey) -> Identity | None:
    """A target that does not answer, by the id that an application computes for it [S3]: it becomes the server id later.

    A link that was made without the target keeps its id when the address changes. None when the program does not say what kind of
    application it is.
    """
    party = ends.target.party
    if party.kind is None:
        return None
    name = party.name or party.kind
    server_id = survey.recorded.link_ids.get("source") or url_derived_id(party.called_at)
    return Identity(server_id=server_id, type_id=party.kind, name=name, confirmed=False)


def identity_problems(ends: Ends, survey: Survey) -> Iterator[Told]:
    """Whether the applications that answer are the declared ones, and whether those that do not answer can be done without."""
    declaration = ends.declaration
    for role, error in survey.failures.items():
        yield from _missing(ends, role, survey, error.told, may_pass=error.may_pass)
    for role, manifest in survey.manifests.items():
        end = ends[role]
        if not same_address(manifest.url, end.party.display_url):
            otherwise = f"Otherwise declare {role}.url as {manifest.url} and say with rpc_url or api_url where it is reached."
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
                f"{end.label} has applinks {manifest.applinks_version}, whose REST interface can't set OAuth up",
                do=f"Upgrade it, or declare authentication=NoAuthentication() and set OAuth up by hand on {end.admin_page()}.",
            )
        if role in survey.strangers:
            yield end.told(
                Code.ANOTHER_APPLICATION,
                f"another application answers at {end.label}",
                f"Its server id is {manifest.id}, the link was made with {survey.recorded.identities[role].server_id}.",
                do=(
                    f"Point {role}.url at the application of the link. If that one was installed anew or is gone, run `pulumi refresh` and "
                    f"then `pulumi up`, which makes the link anew with the one that answers."
                ),
            )
    ids = {manifest.id for manifest in survey.manifests.values()}
    if len(survey.manifests) == 2 and len(ids) == 1:
        yield Told(
            Code.SAME_APPLICATION,
            f"{ends.source.label} and {ends.target.label} have the same server id",
            (f"It is {ids.pop()}: they are one application, or one is a clone of the other.",),
            do="Declare two different applications. A clone needs a server id of its own before it can be linked.",
        )


def _missing(ends: Ends, role: Role, survey: Survey, error: Told, *, may_pass: bool) -> Iterator[Told]:
    declaration, recorded = ends.declaration, survey.recorded
    if role == "target" and one_way_for_now(declaration, survey):
        if not_up_yet(ends, survey) is None:
            kind = 'To link to it before it is up, give its type as target.kind, such as Application(..., kind="confluence").'
            yield replace(error.also(do=kind), code=Code.KIND_NOT_GIVEN)
        return
    if _moves_without_contact(declaration, survey, role) and role in recorded.identities:
        return
    if not may_pass:
        yield error
        return
    if role in survey.waited:
        error = error.also(f"It was waited for, {round(survey.waited[role], 1):g} s.")
    else:
        error = error.also(do="If it is only not up yet, set wait_for_target.")
    if role in recorded.moved and recorded.managed and not _moves_without_contact(declaration, survey, role):
        error = error.also(
            do='To relocate the link before it answers, set on_unreachable_relocate="relocate".'
        )
    elif _may_be_made_later(declaration, survey, role):
        alone = f"To make the link on {ends.source.label} alone until it answers, set on_unreachable_create"
        error = error.also(do=f'{alone}="one_way".')
    yield error
