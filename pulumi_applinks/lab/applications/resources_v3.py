"""The resources of 3.0: links, capabilities, migration. JSON only [S9]."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from werkzeug import Response

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.calls import Unanswered
from pulumi_applinks.lab.applications.dispatch import Call, Routes
from pulumi_applinks.lab.applications.linking import (
    ConsumerInfoMissing,
    cleaned,
    entity_v3,
    set_incoming,
)
from pulumi_applinks.lab.applications.stored import LEGACY_PROVIDERS, Flags, StoredLink

CAPABILITIES = ("STATUS_API", "MIGRATION_API")

routes = Routes()


def answered(status: int, body: Any) -> Response:
    """An answer in JSON."""
    return Response(json.dumps(body), status, content_type="application/json;charset=UTF-8")


@routes.add("GET", "/applinks", guard="v3")
def all_links(call: Call) -> Response:
    """All links, as a bare list."""
    return answered(200, [_with_properties(call, link) for link in call.application.links])


@routes.add("GET", "/applinks/<link_id>", guard="v3")
def one_link(call: Call, link_id: str) -> Response:
    """One link."""
    link = call.application.links.get(link_id)
    return answered(200, _with_properties(call, link)) if link else _unknown()


def _with_properties(call: Call, link: StoredLink) -> dict[str, Any]:
    known = {
        "atlassian": link.type_id != "generic",
        "iconUri": f"{link.display_url}/icon.png",
        "editable": not link.system,
        "configUrl": call.application.admin_page,
    }
    data = {key: known.get(key) for key in call.request.args.getlist("data")}
    return entity_v3(link, properties=dict.fromkeys(call.request.args.getlist("property")), data=data)


@routes.add("PUT", "/applinks/<link_id>", guard="v3")
def edit_link(call: Call, link_id: str) -> Response:
    """Change a link; unlike in the older versions, the RPC URL too."""
    application = call.application
    try:
        body = wire.body_of(call.request)
    except ValueError:
        return wire.rest_errors(400, "The body is no application link")
    link = application.links.get(link_id)
    if link is None:
        return _unknown()
    if link.system:
        return wire.rest_errors(400, "A system link can't be changed", "id")
    wanted = {key: cleaned(application, body.get(key)) for key in ("rpcUrl", "displayUrl")}
    wanted["name"] = str(body.get("name") or "").strip()
    for key, value in wanted.items():
        if not value or (key != "name" and not urlsplit(value).hostname):
            return wire.rest_errors(400, f"{key} is needed", key)
    for other in application.links:
        taken = {"name": other.name, "rpcUrl": other.rpc_url, "displayUrl": other.display_url}
        for key, value in wanted.items():
            if other is not link and taken[key] == value:
                return wire.rest_errors(400, f"Another link has that {key}", key)
    link.name, link.rpc_url, link.display_url = wanted["name"], wanted["rpcUrl"], wanted["displayUrl"]
    if body.get("primary"):
        application.links.make_primary(link_id)
    return answered(200, entity_v3(link))


@routes.add("DELETE", "/applinks/<link_id>", guard="v3")
def delete_link(call: Call, link_id: str) -> Response:
    """Delete a link, here alone."""
    return Response("", 204) if call.application.links.remove(link_id) else _unknown()


@routes.add("GET", "/capabilities", guard="open")
def capabilities(_call: Call) -> Response:
    """What this version can do."""
    return answered(200, list(CAPABILITIES))


@routes.add("GET", "/capabilities/<name>", guard="open")
def capability(_call: Call, name: str) -> Response:
    """Whether this version can do something."""
    return answered(200, [name]) if name in CAPABILITIES else _unknown()


@routes.add("GET", "/capabilities/remote/<link_id>", guard="v3")
def remote_capabilities(call: Call, link_id: str) -> Response:
    """What the version of a linked application can do."""
    link = call.application.links.get(link_id)
    if link is None:
        return _unknown()
    caller = call.application.caller
    body: dict[str, Any] = {"applinksVersion": None, "applicationVersion": None, "capabilities": []}
    manifest = caller.look(link.rpc_url).manifest
    if manifest:
        body["applinksVersion"] = manifest.get("applinksVersion")
        body["applicationVersion"] = manifest.get("version")
    try:
        answer = caller.ask("GET", f"{link.rpc_url}/rest/applinks/latest/capabilities")
        body["capabilities"] = answer.json() if answer.ok else []
    except Unanswered as error:
        body["error"] = {"type": error.type, "details": error.details}
    return answered(200, body)


@routes.add("POST", "/migration/<link_id>", guard="v3", websudo=True)
def migrate(call: Call, link_id: str) -> Response:
    """Replace trusted applications and basic access by OAuth, as far as this end goes."""
    link = call.application.links.get(link_id)
    if link is None:
        return _unknown()
    legacy = set(LEGACY_PROVIDERS)
    try:
        if link.incoming_legacy & legacy:
            set_incoming(call.application, link, Flags.of("oauth"))
    except ConsumerInfoMissing:
        return wire.rest_errors(409, "The remote application's public key could not be read")
    if link.outgoing_providers & legacy:
        link.outgoing = Flags.of("oauth")
    link.outgoing_providers -= legacy
    link.incoming_legacy -= legacy
    return answered(
        200,
        {
            "incoming": link.incoming.as_wire(),
            "outgoing": link.outgoing.as_wire(),
            "capabilities": list(CAPABILITIES),
        },
    )


def _unknown() -> Response:
    return wire.rest_errors(404, "There is no such link")
