"""The older resources: the manifest and the links [S9][S3]."""

from __future__ import annotations

import uuid
from typing import Any

from werkzeug import Response

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.calls import Unanswered, challenge_of
from pulumi_applinks.lab.applications.entities import as_link, entity
from pulumi_applinks.lab.applications.linking import addresses, identify, place
from pulumi_applinks.lab.applications.routes import Call, Routes
from pulumi_applinks.lab.applications.stored import StoredLink

routes = Routes()
manifest_routes = Routes()


@manifest_routes.add("GET", "/manifest", guard="open", answers="manifest", source="S9, S3, KB")
def manifest(call: Call) -> Response:
    """Who the application is."""
    return wire.answer(call.request, 200, call.application.manifest(), root="manifest")


@routes.add("GET", "/manifest/<link_id>", guard="open", answers="linked_manifest")
def linked_manifest(call: Call, link_id: str) -> Response:
    """Who a linked application is; who is not logged in is told that there is no link."""
    link = call.link(link_id) if call.user else None
    if link is None:
        return wire.error_list(call.request, 400, f"No application link with id {link_id}")
    found = call.application.caller.look(link.rpc_url).manifest
    if found is None:
        known = identify(call.application, link.rpc_url, link.type_id)
        found = {"id": known.id, "name": known.name, "typeId": link.type_id, "url": known.url}
    return wire.answer(call.request, 200, found, root="manifest")


@routes.add(
    "GET", "/applicationlink", guard="admin", answers="application_links", source="S9, S3, KB", websudo=True
)
def all_links(call: Call) -> Response:
    """All links; under 3.0 the OAuth 2.0 clients and connections too."""
    listed = call.application.listed
    if call.version in call.application.version.third and call.application.version.oauth2:
        try:
            listed += [as_link(entry) for entry in call.application.oauth2]
        except ValueError:
            return call.wrong(500, "A client has no redirect URL")
    found = [entity(call, link) for link in listed]
    return wire.answer(call.request, 200, {"applicationLinks": found}, root="applicationLinkList")


@routes.add(
    "GET", "/applicationlink/type/<type_id>", guard="admin", answers="application_links", websudo=True
)
def links_of_type(call: Call, type_id: str) -> Response:
    """The links to applications of one type, the primary one first."""
    if type_id not in call.application.installed_types:
        return wire.error_list(call.request, 400, f"No type with id {type_id} installed")
    usable = [link for link in call.application.links.of_type(type_id) if not link.corrupted]
    found = [entity(call, link) for link in usable]
    return wire.answer(call.request, 200, {"applicationLinks": found}, root="applicationLinkList")


@routes.add(
    "GET", "/applicationlink/primary/<type_id>", guard="admin", answers="application_link", websudo=True
)
def primary_link(call: Call, type_id: str) -> Response:
    """The primary link of a type."""
    if type_id not in call.application.installed_types:
        return wire.error_list(call.request, 400, f"No type with id {type_id} installed")
    found = [link for link in call.application.links.of_type(type_id) if not link.corrupted]
    if not found:
        return wire.status_entity(call.request, 404, "No primary link of that type")
    return wire.answer(call.request, 200, entity(call, found[0]), root="applicationLink")


@routes.add("POST", "/applicationlink/primary/<link_id>", guard="admin", answers="status", websudo=True)
def make_primary(call: Call, link_id: str) -> Response:
    """Make a link the primary one of its type."""
    if call.link(link_id) is None:
        return wire.status_entity(call.request, 500, "No such link")
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
    link = call.link(link_id)
    if link is None:
        return wire.status_entity(call.request, call.application.variants.unknown_link_status)
    return wire.answer(call.request, 200, entity(call, link), root="applicationLink")


@routes.add(
    "PUT", "/applicationlink/<link_id>", guard="admin", answers="status", source="S9, S3, ind", websudo=True
)
def put_link(call: Call, link_id: str) -> Response:
    """Make a link, or update the one that is there."""
    application = call.application
    try:
        body = wire.body_of(call.request)
    except ValueError:
        return wire.error_list(call.request, 400, "The body is no application link")
    type_id = str(body.get("typeId"))
    if type_id not in application.installed_types:
        return wire.error_list(call.request, 400, f"The type {type_id} is not installed")
    rpc_url, display_url = addresses(call, body)
    found = identify(application, rpc_url, type_id)
    existing = call.link(link_id)
    if existing is None:
        return _added(call, body, type_id, (rpc_url, display_url))
    refused = _update_refused(call, existing, body, rpc_url)
    if refused is not None:
        return refused
    existing.name = str(body.get("name") or found.name)
    existing.display_url = display_url
    existing.rpc_url = rpc_url
    place(application, existing, body, "isPrimary")
    return _updated(call, existing.id)


def _added(call: Call, body: dict[str, Any], type_id: str, urls: tuple[str, str]) -> Response:
    """The id is the body's; the one in the path only looks the link up [S9]."""
    link_id = str(body.get("id") or "")
    try:
        uuid.UUID(link_id)
        call.application.links.add(
            StoredLink(
                link_id,
                type_id,
                str(body.get("name")),
                urls[1],
                urls[0],
                wire.truth(body.get("isPrimary")),
            )
        )
    except (KeyError, ValueError):
        return wire.status_entity(call.request, 500, "The link could not be added")
    return wire.status_entity(call.request, 201, created=call.self_link(f"applicationlink/{link_id}"))


def _update_refused(call: Call, existing: StoredLink, body: dict[str, Any], rpc_url: str) -> Response | None:
    if call.application.generation == "3":  # it overwrites whatever is there [S3]
        return None
    if existing.system and (not call.is_sysadmin or call.application.cloud):
        return wire.status_entity(call.request, 403, "A system link can't be changed")
    names = {link.name for link in call.application.links if link is not existing}
    if body.get("name") in names:
        return wire.error_list(call.request, 400, "Another link has that name", fields=("name",))
    if rpc_url != existing.rpc_url:
        return wire.error_list(call.request, 400, "The RPC URL can't be changed here", fields=("rpcUrl",))
    return None


@routes.add("DELETE", "/applicationlink/<link_id>", guard="admin", answers="status", source="S9, S3, KB")
def delete_link(call: Call, link_id: str) -> Response:
    """Delete a link, with `reciprocate=true` on the other application first [S9]."""
    application = call.application
    try:
        uuid.UUID(link_id)
    except ValueError:
        return wire.status_entity(call.request, 500, "That is no id")
    link = call.link(link_id)
    if link is None:
        return wire.status_entity(call.request, 404, f"No application link with id '{link_id}'")
    guarded = application.generation != "3"
    if link.system and guarded and (not call.is_sysadmin or application.cloud):
        return wire.status_entity(call.request, 403, "A system link can't be deleted")
    if call.request.args.get("reciprocate") == "true":
        refused = _deleted_there(call, link)
        if refused is not None:
            return refused
    application.links.remove(link_id)
    return wire.status_entity(call.request, 200, f"Deleted application with id '{link_id}'")


def _deleted_there(call: Call, link: StoredLink) -> Response | None:
    application = call.application
    url = f"{link.rpc_url}/rest/applinks/1.0/applicationlink/{application.server_id}?reciprocate=false"
    try:
        answer = application.caller.ask_signed("DELETE", url, link, call.user.name if call.user else None)
    except Unanswered as error:
        return wire.status_entity(call.request, 500, f"The remote link could not be deleted: {error.details}")
    if answer.status_code == 200:
        return None
    if answer.status_code == 401 and challenge_of(answer):
        return wire.status_entity(call.request, 401, "Credentials are required for that operation")
    return wire.status_entity(call.request, 500, f"Received {answer.status_code} - {answer.reason}")


def _updated(call: Call, link_id: str, message: str = "") -> Response:
    return wire.status_entity(
        call.request, 200, message, updated=call.self_link(f"applicationlink/{link_id}")
    )
