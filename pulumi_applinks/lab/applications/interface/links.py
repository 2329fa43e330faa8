"""The older resources: the manifest and the links [S9][S3]."""

from __future__ import annotations

import uuid

from werkzeug import Response

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.calls import Unanswered, challenge_of
from pulumi_applinks.lab.applications.entities import entity, every_link
from pulumi_applinks.lab.applications.linking import added, changed, described, identify
from pulumi_applinks.lab.applications.logins import Refused
from pulumi_applinks.lab.applications.routes import Call, Routes
from pulumi_applinks.lab.applications.stored import StoredLink

routes = Routes()
manifest_routes = Routes()


@manifest_routes.add("GET", "/manifest", guard="open", answers="manifest", source="S9, S3, KB")
def manifest(call: Call) -> Response:
    """Who the application is."""
    return call.answer(call.application.manifest(), "manifest")


@routes.add("GET", "/manifest/<link_id>", guard="open", answers="linked_manifest")
def linked_manifest(call: Call, link_id: str) -> Response:
    """Who a linked application is; whoever is not logged in gets the answer that there is no link."""
    link = call.link(link_id) if call.user else None
    if link is None:
        return call.wrong(400, f"No application link with id {link_id}")
    return call.answer(identify(call.application, link.rpc_url, link.type_id), "manifest")


@routes.add(
    "GET", "/applicationlink", guard="admin", answers="application_links", source="S9, S3, KB", websudo=True
)
def all_links(call: Call) -> Response:
    """All links; under 3.0 the OAuth 2.0 clients and connections too."""
    under_3 = call.version in call.application.version.third
    return _list(call, every_link(call) if under_3 else call.application.listed)


def _list(call: Call, links: list[StoredLink]) -> Response:
    return call.answer({"applicationLinks": [entity(call, link) for link in links]}, "applicationLinkList")


@routes.add(
    "GET", "/applicationlink/type/<type_id>", guard="admin", answers="application_links", websudo=True
)
def links_of_type(call: Call, type_id: str) -> Response:
    """The links to applications of one type, the primary one first."""
    return _list(call, _usable(call, type_id))


def _usable(call: Call, type_id: str) -> list[StoredLink]:
    if type_id not in call.application.installed_types:
        raise Refused(call.wrong(400, f"No type with id {type_id} installed"))
    return [link for link in call.application.links.of_type(type_id) if not link.corrupted]


@routes.add(
    "GET", "/applicationlink/primary/<type_id>", guard="admin", answers="application_link", websudo=True
)
def primary_link(call: Call, type_id: str) -> Response:
    """The primary link of a type."""
    found = _usable(call, type_id)
    if not found:
        return call.wrong(404, "No primary link of that type")
    return call.answer(entity(call, found[0]), "applicationLink")


@routes.add("POST", "/applicationlink/primary/<link_id>", guard="admin", answers="status", websudo=True)
def make_primary(call: Call, link_id: str) -> Response:
    """Make a link the primary one of its type."""
    call.known(link_id, 500)
    call.application.links.make_primary(link_id)
    return _updated(call, link_id, "The link is primary now")


@routes.add(
    "GET",
    "/applicationlink/<link_id>",
    guard="admin",
    answers="application_link",
    source="S9, S3, KB",
    websudo=True,
)
def one_link(call: Call, link_id: str) -> Response:
    """One link; an unknown id is a failure of the server in the plugin [S9]."""
    link = call.known(link_id, call.application.variants.unknown_link_status)
    return call.answer(entity(call, link), "applicationLink")


@routes.add(
    "PUT", "/applicationlink/<link_id>", guard="admin", answers="status", source="S9, S3, ind", websudo=True
)
def put_link(call: Call, link_id: str) -> Response:
    """Make a link, or update the one that is there."""
    body, type_id, urls = described(call)
    identify(
        call.application, urls[0], type_id
    )  # the plugin always requests the manifest; its result does not matter
    existing = call.link(link_id)
    if existing is not None:
        changed(call, existing, body, urls)
        return _updated(call, existing.id)
    # The new link gets the id from the body; the id in the path only looks up an existing link [S9].
    new_id = str(body.get("id") or "")
    try:
        uuid.UUID(new_id)
        added(call.application, body, new_id, urls)
    except (KeyError, ValueError):
        return call.wrong(500, "The link could not be added")
    return wire.status_entity(call.request, 201, created=call.self_link(f"applicationlink/{new_id}"))


@routes.add("DELETE", "/applicationlink/<link_id>", guard="admin", answers="status", source="S9, S3, KB")
def delete_link(call: Call, link_id: str) -> Response:
    """Delete a link, with `reciprocate=true` on the other application first [S9]."""
    application = call.application
    try:
        uuid.UUID(link_id)
    except ValueError:
        return call.wrong(500, "That is no id")
    link = call.known(link_id)
    guarded = application.generation != "3"
    if link.system and guarded and (not call.is_sysadmin or application.cloud):
        return call.wrong(403, "A system link can't be deleted")
    if call.request.args.get("reciprocate") == "true":
        _delete_there(call, link)
    application.links.remove(link_id)
    return wire.status_entity(call.request, 200, f"Deleted application with id '{link_id}'")


def _delete_there(call: Call, link: StoredLink) -> None:
    """Delete the link on the other application.

    Raises:
        Refused: if the other application does not delete it.
    """
    application = call.application
    url = f"{link.rpc_url}/rest/applinks/1.0/applicationlink/{application.server_id}?reciprocate=false"
    try:
        answer = application.caller.ask_signed("DELETE", url, link, call.user.name if call.user else None)
    except Unanswered as error:
        problem = f"The remote link could not be deleted: {error.details}"
        raise Refused(call.wrong(500, problem)) from None
    if answer.status == 401 and challenge_of(answer):
        raise Refused(call.wrong(401, "Credentials are required for that operation"))
    if answer.status != 200:
        raise Refused(call.wrong(500, f"Received {answer.status} - {answer.reason}"))


def _updated(call: Call, link_id: str, message: str = "") -> Response:
    return wire.status_entity(
        call.request, 200, message, updated=call.self_link(f"applicationlink/{link_id}")
    )
