"""The resources behind the wizard that makes a link [S9]."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlsplit

from werkzeug import Response

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.application import Application
from pulumi_applinks.lab.applications.calls import Unanswered
from pulumi_applinks.lab.applications.entities import entity, reciprocal_body
from pulumi_applinks.lab.applications.flags import Flags
from pulumi_applinks.lab.applications.linking import (
    ConsumerInfoMissing,
    addresses,
    applinks_version,
    cleaned,
    identify,
    set_incoming,
)
from pulumi_applinks.lab.applications.routes import Call, Routes
from pulumi_applinks.lab.applications.stored import StoredLink

routes = Routes(source="S9")


@routes.add(
    "GET",
    "/applicationlinkForm/manifest",
    guard="admin",
    answers="linked_manifest sighting",
    source="S9, JS",
    checks_forgery=True,
)
def look(call: Call) -> Response:
    """What stands at an address, seen from here."""
    request, application = call.request, call.application
    url = request.args.get("url", "").strip()
    if not url:
        return wire.error_list(request, 400, "A URL is needed")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return wire.error_list(request, 400, "That is no URL")
    sighted = application.caller.look(url)
    if sighted.kind == "redirected":
        body: dict[str, Any] = {
            "code": "applinks.warning.redirected.host",
            "warning": "The application redirects",
            "params": {"redirectedUrl": sighted.redirected_to},
        }
        return wire.answer(request, 200, body, root="createApplicationLinkResponse")
    if sighted.kind == "unreachable":
        body = {"code": "applinks.warning.unknown.host", "warning": "No response was received"}
        return wire.answer(request, 200, body, root="createApplicationLinkResponse")
    manifest = sighted.manifest
    if manifest is None:
        return wire.answer(request, 200, {}, root="createApplicationLinkResponse")
    if manifest.get("typeId") not in application.installed_types:
        return wire.error_list(request, 400, "The type of the remote application is not installed")
    if manifest["id"] == application.server_id:
        return wire.error_list(request, 409, "That is this application itself")
    if manifest["id"] in application.links:
        return wire.error_list(request, 409, "There is a link to that application already")
    return wire.answer(request, 200, manifest, root="manifest")


@routes.add("POST", "/applicationlinkForm/details", guard="admin", answers="status", writes=False)
def details(call: Call) -> Response:
    """Whether an administrator's credentials for the other application are good, and it reaches this one."""
    application = call.application
    try:
        body = wire.body_of(call.request)
    except ValueError:
        return wire.error_list(call.request, 400, "The body is no record")
    remote = cleaned(application, body.get("remoteUrl"))
    own = cleaned(application, body.get("rpcUrl")) or application.base_url
    basic = (str(body.get("username", "")), str(body.get("password", "")))
    root = f"{remote}/rest/applinks/1.0/authenticationinfo"
    try:
        if not application.caller.ask("GET", root, basic=basic).ok:
            return wire.error_list(
                call.request, 400, "The credentials were refused", fields=("reciprocal-link-password",)
            )
        probe = f"{root}/id/{application.server_id}/url/{quote(own, safe='')}?url={quote(own, safe='')}"
        if not application.caller.ask("GET", probe, basic=basic).ok:
            return wire.error_list(call.request, 400, "The other application does not reach this one")
    except Unanswered as error:
        return wire.status_entity(call.request, 500, f"No answer: {error.details}")
    return wire.status_entity(call.request, 200)


@routes.add("POST", "/applicationlinkForm/createAppLink", guard="admin", answers="created_link")
def create(call: Call) -> Response:
    """Make a link, on both applications with `createTwoWayLink`. What fails half-way is not taken back [S9]."""
    application, request = call.application, call.request
    try:
        body = wire.body_of(request)
    except ValueError:
        return wire.error_list(request, 400, "The body is no record")
    wanted: dict[str, Any] = body.get("applicationLink") or {}
    form = body.get("configFormValues")
    if not isinstance(form, dict):
        return wire.status_entity(request, 500, "configFormValues is missing")
    if not str(wanted.get("name") or "").strip():
        return wire.error_list(request, 400, "A name is needed", fields=("application-name",))
    if wanted.get("typeId") not in application.installed_types:
        return wire.error_list(request, 400, "That type is not installed", fields=("application-types",))
    shared = wire.truth(form.get("shareUserbase"))
    if shared and not call.is_sysadmin:
        return wire.error_list(
            request, 400, "Only a system administrator may do that", fields=("same-userbase",)
        )
    rpc_url, display_url = addresses(call, wanted)
    if any(link.rpc_url == rpc_url for link in application.links):
        return wire.error_list(request, 400, "There is a link with that URL already")
    two_way = wire.truth(body.get("createTwoWayLink"))
    basic = (str(body.get("username") or ""), str(body.get("password") or ""))
    if two_way:
        refused = _made_there(call, rpc_url, basic, body)
        if refused is not None:
            return refused
    found = identify(application, rpc_url, str(wanted["typeId"]))
    try:
        link = application.links.add(
            StoredLink(
                found.id,
                str(wanted["typeId"]),
                str(wanted["name"]),
                display_url,
                rpc_url,
                wire.truth(wanted.get("isPrimary")),
            )
        )
    except KeyError:
        return wire.status_entity(request, 500, "There is a link with that id already")
    configured = True
    if two_way and wire.truth(form.get("trustEachOther")):
        flags = Flags.of("oauth-impersonation" if shared else "oauth")
        configured = _configured(application, link, found.applinks_version, flags, basic)
    answer = {"applicationLink": entity(call, link), "autoConfigurationSuccessful": configured}
    return wire.answer(request, 200, answer, root="createApplicationLinkResponse")


def _made_there(call: Call, rpc_url: str, basic: tuple[str, str], body: dict[str, Any]) -> Response | None:
    application = call.application
    own = cleaned(application, body.get("rpcUrl")) if wire.truth(body.get("customRpcURL")) else None
    data, content_type = reciprocal_body(application, own)
    try:
        if not application.caller.ask(
            "GET", f"{rpc_url}/rest/applinks/1.0/authenticationinfo", basic=basic
        ).ok:
            return wire.error_list(
                call.request, 400, "The credentials were refused", fields=("authorization",)
            )
        answer = application.caller.ask(
            "PUT",
            f"{rpc_url}/rest/applinks/1.0/applicationlink/{application.server_id}",
            basic=basic,
            data=data,
            content_type=content_type,
        )
    except Unanswered as error:
        return wire.status_entity(call.request, 500, f"No answer: {error.details}")
    if answer.ok:
        return None
    relayed = (wire.parsed(answer.content) or {}).get("message") or []
    return wire.error_list(
        call.request,
        400,
        "The other application refused",
        *(relayed if isinstance(relayed, list) else [str(relayed)]),
    )


def _configured(
    application: Application,
    link: StoredLink,
    version: str | None,
    flags: Flags,
    basic: tuple[str, str],
) -> bool:
    """Set up OAuth on both ends: the remote one first [S9]."""
    if applinks_version(version) < (4,):
        return True
    url = f"{link.rpc_url}/rest/applinks/3.0/status/{application.server_id}/oauth"
    wanted = flags.as_wire()
    try:
        answer = application.caller.ask(
            "PUT", url, basic=basic, data=json.dumps({"incoming": wanted, "outgoing": wanted})
        )
        if not answer.ok:
            return False
        set_incoming(application, link, flags)
    except (Unanswered, ConsumerInfoMissing):
        return False
    link.outgoing = flags
    return True
