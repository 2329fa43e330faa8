"""The older resources behind the administration pages: list, relocation, upgrade, permissions [S9][S3]."""

from __future__ import annotations

from urllib.parse import urlsplit

from werkzeug import Response

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.calls import Unanswered, challenge_of
from pulumi_applinks.lab.applications.entities import entity
from pulumi_applinks.lab.applications.flags import OAUTH_PROVIDERS
from pulumi_applinks.lab.applications.linking import identify
from pulumi_applinks.lab.applications.routes import Call, Routes
from pulumi_applinks.lab.applications.stored import StoredLink, id_of_url, unique

routes = Routes(source="S9")


@routes.add("GET", "/listApplicationlinks", guard="admin", answers="list", source="S9, S3, KB")
def list_links(call: Call) -> Response:
    """What the administration page lists: each remote application is asked who it is."""
    application = call.application
    entries = []
    for link in sorted(application.listed, key=lambda link: (link.type_id, link.name)):
        online = application.caller.look(link.rpc_url).kind == "application"
        entry = {
            "application": entity(call, link),
            "configuredOutboundAuthenticators": unique(link.outgoing_providers),
            "configuredInboundAuthenticators": unique(link.incoming_providers),
            "hasIncomingAuthenticationProviders": bool(link.incoming_providers),
            "hasOutgoingAuthenticationProviders": bool(link.outgoing_providers),
            "webItems": [],
            "webPanels": [],
            "isSystem": link.system,
            "entityTypeIdStrings": [],
        }
        if application.generation == "3":
            entry["appLinkState"] = "OK" if online else "OFFLINE"
        entries.append(entry)
    return wire.answer(call.request, 200, {"list": entries}, root="list")


@routes.add("GET", "/applicationlinkInfo/id/<link_id>", guard="admin", answers="link_info")
def link_info(call: Call, link_id: str) -> Response:
    """What could be configured for a link."""
    if call.link(link_id) is None:
        return wire.status_entity(call.request, 404, "No such link")
    body = {
        "configuredAuthProviders": list(OAUTH_PROVIDERS),
        "numConfiguredEntities": 0,
        "hostEntityTypes": [],
        "remoteEntityTypes": [],
    }
    return wire.answer(call.request, 200, body, root="applicationLinkInfo")


@routes.add("GET", "/authenticationinfo", guard="admin", answers="status", source="S9, S3")
def authentication_info(call: Call) -> Response:
    """Whether these are an administrator's credentials."""
    return wire.status_entity(call.request, 200)


@routes.add(
    "GET", "/authenticationinfo/id/<link_id>/url/<path:url>", guard="admin", answers="status", source="S9, S3"
)
def reachable_at(call: Call, link_id: str, url: str) -> Response:
    """Whether the application with that id answers at that address, seen from here."""
    manifest = call.application.caller.look(call.request.args.get("url", url)).manifest
    if manifest and manifest["id"] == link_id:
        return wire.status_entity(call.request, 200)
    return wire.status_entity(call.request, 404)


@routes.add("POST", "/relocateApplicationlink/<link_id>", guard="admin", answers="nothing", source="S9, S3")
def relocate(call: Call, link_id: str) -> Response:
    """Take note that a remote application moved. The checks stand in the plugin's order [S9]."""
    application = call.application
    older = application.generation == "3"
    if not older and not call.is_sysadmin:
        return wire.status_entity(call.request, 403, "Only a system administrator may relocate a link")
    new_url = call.request.args.get("newUrl", "").rstrip("/")
    if not urlsplit(new_url).hostname:
        return wire.status_entity(call.request, 500, "That is no URL")
    link = call.link(link_id)
    if link is None:
        return wire.status_entity(call.request, 404, "No such link")
    if not application.caller.is_online(new_url):
        if call.request.args.get("nowarning") != "true":
            return Response("", 409)
        link.rpc_url = link.display_url = new_url
        return Response("", 204)
    manifest = application.caller.look(new_url).manifest
    if manifest and manifest.get("typeId") != link.type_id:
        return Response("Another type of application answers there", 400, content_type="text/plain")
    link.rpc_url = new_url
    if not older:
        link.display_url = str(manifest["url"]) if manifest else new_url
    return Response("", 204)


@routes.add("POST", "/upgrade/ual/<link_id>", guard="admin", answers="upgraded_link nothing")
def upgrade(call: Call, link_id: str) -> Response:
    """Give a link the id that its application turned out to have."""
    application = call.application
    link = call.link(link_id)
    if link is None:
        return wire.status_entity(call.request, 404, "No such link")
    if application.caller.look(link.rpc_url).manifest is None:
        return wire.error_list(call.request, 400, "The remote application does not answer")
    found = identify(application, link.rpc_url, link.type_id)
    if found.id == link.id:
        return Response("", 200)
    if found.id in application.links:
        return wire.status_entity(call.request, 500, "There is a link with that id")
    application.links.rename(link_id, found.id)
    body = {"applicationLink": entity(call, link), "message": []}
    return wire.answer(call.request, 200, body, root="upgradeApplicationLinkResponse")


@routes.add("POST", "/upgrade/legacy/<link_id>", guard="admin", answers="upgraded_link")
def upgrade_legacy(call: Call, link_id: str) -> Response:
    """The same for a remote application without applinks: its id follows from its URL."""
    link = call.link(link_id)
    if link is None:
        return wire.status_entity(call.request, 404, "No such link")
    wanted = id_of_url(link.rpc_url)
    if wanted != link.id and wanted not in call.application.links:
        call.application.links.rename(link_id, wanted)
    body = {"applicationLink": entity(call, link), "message": []}
    return wire.answer(call.request, 200, body, root="upgradeApplicationLinkResponse")


def _permission(call: Call, code: str, url: str | None = None) -> Response:
    body = {"code": code, **({"url": url} if url else {})}
    return wire.answer(call.request, 200, body, root="permission")


@routes.add("GET", "/permission/delete-application/<link_id>", guard="open", answers="permission")
def may_delete(call: Call, link_id: str) -> Response:
    """Whether the one who asks may delete a link here."""
    if call.user is None:
        return _permission(call, "NO_AUTHENTICATION")
    if not call.user.is_admin:
        return _permission(call, "NO_PERMISSION")
    return _permission(call, "ALLOWED" if call.link(link_id) else "MISSING")


@routes.add("GET", "/permission/create-entity/<link_id>", guard="open", answers="permission")
def may_create_entity(call: Call, link_id: str) -> Response:
    """Whether the one who asks may link entities here."""
    return may_delete(call, link_id)


@routes.add("GET", "/permission/reciprocate-application-delete/<link_id>", guard="open", answers="permission")
def may_delete_there(call: Call, link_id: str) -> Response:
    """Whether a deletion with `reciprocate` would be allowed on the other application."""
    return _asked_there(call, link_id, "delete-application")


@routes.add("GET", "/permission/reciprocate-entity-create/<link_id>", guard="open", answers="permission")
def may_create_entity_there(call: Call, link_id: str) -> Response:
    """Whether entities may be linked on the other application."""
    return _asked_there(call, link_id, "create-entity")


def _asked_there(call: Call, link_id: str, what: str) -> Response:
    application = call.application
    link: StoredLink | None = call.link(link_id)
    if link is None:
        return wire.status_entity(call.request, 404, "No such link")
    if not link.outgoing.enabled:
        return _permission(call, "NO_AUTHENTICATION_CONFIGURED")
    url = f"{link.rpc_url}/rest/applinks/1.0/permission/{what}/{application.server_id}"
    try:
        answer = application.caller.ask_signed("GET", url, link, call.user.name if call.user else None)
    except Unanswered:
        return _permission(call, "NO_CONNECTION")
    if answer.status_code == 401:
        authorise = f"{link.display_url}/plugins/servlet/oauth/authorize"
        return _permission(
            call, "CREDENTIALS_REQUIRED" if challenge_of(answer) else "AUTHENTICATION_FAILED", authorise
        )
    found = wire.parsed(answer.content) if answer.status_code == 200 else None
    return _permission(call, str(found.get("code")) if found else "NO_CONNECTION")
