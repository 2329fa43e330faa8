"""The older resources behind the administration pages: list, relocation, upgrade and permissions [S9][S3]."""

from __future__ import annotations

from urllib.parse import urlsplit

from werkzeug import Response

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.calls import Unanswered, challenge_of
from pulumi_applinks.lab.applications.entities import entity
from pulumi_applinks.lab.applications.flags import OAUTH_PROVIDERS
from pulumi_applinks.lab.applications.linking import identify
from pulumi_applinks.lab.applications.routes import Call, Routes
from pulumi_applinks.lab.applications.stored import StoredLink, id_of_url

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
            "configuredOutboundAuthenticators": sorted(link.outgoing_providers),
            "configuredInboundAuthenticators": sorted(link.incoming_providers),
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
    return call.answer({"list": entries}, "list")


@routes.add("GET", "/applicationlinkInfo/id/<link_id>", guard="admin", answers="link_info")
def link_info(call: Call, link_id: str) -> Response:
    """What could be configured for a link."""
    call.known(link_id)
    body = {
        "configuredAuthProviders": list(OAUTH_PROVIDERS),
        "numConfiguredEntities": 0,
        "hostEntityTypes": [],
        "remoteEntityTypes": [],
    }
    return call.answer(body, "applicationLinkInfo")


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
    return wire.status_entity(call.request, 200 if manifest and manifest["id"] == link_id else 404)


@routes.add("POST", "/relocateApplicationlink/<link_id>", guard="admin", answers="nothing", source="S9, S3")
def relocate(call: Call, link_id: str) -> Response:
    """Take note that a remote application moved. The checks are in the plugin's order [S9]."""
    application = call.application
    older = application.generation == "3"
    if not older and not call.is_sysadmin:
        return call.wrong(403, "Only a system administrator may relocate a link")
    new_url = call.request.args.get("newUrl", "").rstrip("/")
    if not urlsplit(new_url).hostname:
        return call.wrong(500, "That is no URL")
    link = call.known(link_id)
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
    links = call.application.links
    link = call.known(link_id)
    if call.application.caller.look(link.rpc_url).manifest is None:
        return call.wrong(400, "The remote application does not answer")
    wanted = str(identify(call.application, link.rpc_url, link.type_id)["id"])
    if wanted == link.id:
        return Response("", 200)
    if wanted in links:
        return call.wrong(500, "There is a link with that id")
    links.rename(link_id, wanted)
    return _upgraded(call, link)


@routes.add("POST", "/upgrade/legacy/<link_id>", guard="admin", answers="upgraded_link")
def upgrade_legacy(call: Call, link_id: str) -> Response:
    """The same for a remote application without applinks: its id follows from its URL."""
    links = call.application.links
    link = call.known(link_id)
    wanted = id_of_url(link.rpc_url)
    if wanted != link.id and wanted not in links:
        links.rename(link_id, wanted)
    return _upgraded(call, link)


def _upgraded(call: Call, link: StoredLink) -> Response:
    return call.answer({"applicationLink": entity(call, link), "message": []}, "upgradedApplicationLink")


def _permission(call: Call, code: str, url: str | None = None) -> Response:
    return call.answer({"code": code, **({"url": url} if url else {})}, "permission")


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
    link = call.known(link_id)
    if not link.outgoing.enabled:
        return _permission(call, "NO_AUTHENTICATION_CONFIGURED")
    url = f"{link.rpc_url}/rest/applinks/1.0/permission/{what}/{application.server_id}"
    try:
        answer = application.caller.ask_signed("GET", url, link, call.user.name if call.user else None)
    except Unanswered:
        return _permission(call, "NO_CONNECTION")
    if answer.status == 401:
        authorise = f"{link.display_url}/plugins/servlet/oauth/authorize"
        code = "CREDENTIALS_REQUIRED" if challenge_of(answer) else "AUTHENTICATION_FAILED"
        return _permission(call, code, authorise)
    found = wire.parsed(answer.data) if answer.status == 200 else None
    return _permission(call, str(found.get("code")) if found else "NO_CONNECTION")
