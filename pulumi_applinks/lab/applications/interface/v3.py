"""The resources of 3.0: links, capabilities and migration. They use only JSON [S9]."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from werkzeug import Response

from pulumi_applinks.lab.applications.calls import Unanswered, succeeded
from pulumi_applinks.lab.applications.entities import entity_v3, every_link
from pulumi_applinks.lab.applications.legacy import migrate
from pulumi_applinks.lab.applications.linking import cleaned, place
from pulumi_applinks.lab.applications.routes import Call, Routes
from pulumi_applinks.lab.applications.stored import StoredLink
from pulumi_applinks.lab.applications.wire import json_answer

CAPABILITIES = ("STATUS_API", "MIGRATION_API")

routes = Routes("3.0", source="S9, ind (since 5.2.6)")


@routes.add("GET", "/applinks", guard="admin", answers="link3_read", source="S9, KB, ind (since 5.2.6)")
def all_links(call: Call) -> Response:
    """All links, as a bare list, with OAuth 2.0 clients and connections as if they were links."""
    return json_answer(200, [_with_properties(call, link) for link in every_link(call)])


@routes.add("GET", "/applinks/<link_id>", guard="admin", answers="link3_read")
def one_link(call: Call, link_id: str) -> Response:
    """One link."""
    return json_answer(200, _with_properties(call, call.known(link_id)))


def _with_properties(call: Call, link: StoredLink) -> dict[str, Any]:
    known = {
        "atlassian": link.type_id != "generic",
        "iconUri": f"{link.display_url}/icon.png",
        "editable": not link.system,
        "configUrl": call.application.admin_page,
    }
    data = {key: known.get(key) for key in call.request.args.getlist("data")}
    return entity_v3(link, properties=dict.fromkeys(call.request.args.getlist("property")), data=data)


@routes.add("PUT", "/applinks/<link_id>", guard="admin", answers="link3")
def edit_link(call: Call, link_id: str) -> Response:
    """Change a link; unlike in the older versions, the RPC URL too."""
    application = call.application
    body = call.body()
    link = call.known(link_id)
    if link.system:
        return call.wrong(400, "A system link can't be changed", field="id")
    wanted = {key: cleaned(application, body.get(key)) for key in ("rpcUrl", "displayUrl")}
    wanted["name"] = str(body.get("name") or "").strip()
    for key, value in wanted.items():
        if not value or (key != "name" and not urlsplit(value).hostname):
            return call.wrong(400, f"{key} is needed", field=key)
    for other in application.listed:
        taken = {"name": other.name, "rpcUrl": other.rpc_url, "displayUrl": other.display_url}
        for key, value in wanted.items():
            if other is not link and taken[key] == value:
                return call.wrong(400, f"Another link has that {key}", field=key)
    link.name, link.rpc_url, link.display_url = wanted["name"], wanted["rpcUrl"], wanted["displayUrl"]
    place(application, link, body, "primary")
    return json_answer(200, entity_v3(link))


@routes.add("DELETE", "/applinks/<link_id>", guard="admin", answers="nothing")
def delete_link(call: Call, link_id: str) -> Response:
    """Delete a link, here alone."""
    call.known(link_id)
    call.application.links.remove(link_id)
    return Response("", 204)


@routes.add("GET", "/capabilities", guard="open", answers="capabilities")
def capabilities(_call: Call) -> Response:
    """What this version can do."""
    return json_answer(200, list(CAPABILITIES))


@routes.add("GET", "/capabilities/<name>", guard="open", answers="capabilities")
def capability(call: Call, name: str) -> Response:
    """Whether this version can do something."""
    return (
        json_answer(200, [name]) if name in CAPABILITIES else call.wrong(404, "There is no such capability")
    )


@routes.add("GET", "/capabilities/remote/<link_id>", guard="admin", answers="remote_capabilities")
def remote_capabilities(call: Call, link_id: str) -> Response:
    """What the version of a linked application can do."""
    link = call.known(link_id)
    caller = call.application.caller
    body: dict[str, Any] = {"applinksVersion": None, "applicationVersion": None, "capabilities": []}
    manifest = caller.look(link.rpc_url).manifest
    if manifest:
        body["applinksVersion"] = manifest.get("applinksVersion")
        body["applicationVersion"] = manifest.get("version")
    try:
        answer = caller.ask("GET", f"{link.rpc_url}/rest/applinks/latest/capabilities")
        body["capabilities"] = answer.json() if succeeded(answer) else []
    except Unanswered as error:
        body["error"] = {"type": error.type, "details": error.details}
    return json_answer(200, body)


@routes.add("POST", "/migration/<link_id>", guard="admin", answers="migrated", source="S9", websudo=True)
def migration(call: Call, link_id: str) -> Response:
    """Replace trusted applications and basic access by OAuth, or remove them where OAuth is set up already."""
    migrated = migrate(call, call.known(link_id))
    return json_answer(200, {**migrated, "capabilities": list(CAPABILITIES)})
