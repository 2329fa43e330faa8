"""The resources behind the wizard that creates a link [S9]."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlsplit

from werkzeug import Response

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.application import Application
from pulumi_applinks.lab.applications.calls import Unanswered, succeeded
from pulumi_applinks.lab.applications.entities import entity, reciprocal_body
from pulumi_applinks.lab.applications.flags import Flags
from pulumi_applinks.lab.applications.linking import (
    ConsumerInfoMissing,
    added,
    addresses,
    applinks_version,
    cleaned,
    identify,
    set_incoming,
)
from pulumi_applinks.lab.applications.logins import Refused
from pulumi_applinks.lab.applications.routes import Call, Routes
from pulumi_applinks.lab.applications.stored import StoredLink

routes = Routes(source="S9")
_ROOT = "createApplicationLinkResponse"


@routes.add(
    "GET",
    "/applicationlinkForm/manifest",
    guard="admin",
    answers="linked_manifest sighting",
    source="S9, JS",
    checks_forgery=True,
)
def look(call: Call) -> Response:
    """What is at an address, seen from here."""
    application = call.application
    url = call.request.args.get("url", "").strip()
    if not url:
        return call.wrong(400, "A URL is needed")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return call.wrong(400, "That is no URL")
    sighted = application.caller.look(url)
    if sighted.kind == "redirected":
        body: dict[str, Any] = {
            "code": "applinks.warning.redirected.host",
            "warning": "The application redirects",
            "params": {"redirectedUrl": sighted.redirected_to},
        }
        return call.answer(body, _ROOT)
    if sighted.kind == "unreachable":
        body = {"code": "applinks.warning.unknown.host", "warning": "No response was received"}
        return call.answer(body, _ROOT)
    manifest = sighted.manifest
    if manifest is None:
        return call.answer({}, _ROOT)
    if manifest.get("typeId") not in application.installed_types:
        return call.wrong(400, "The type of the remote application is not installed")
    if manifest["id"] == application.server_id:
        return call.wrong(409, "That is this application itself")
    if manifest["id"] in application.links:
        return call.wrong(409, "There is a link to that application already")
    return call.answer(manifest, "manifest")


@routes.add("POST", "/applicationlinkForm/details", guard="admin", answers="status", writes=False)
def details(call: Call) -> Response:
    """Whether an administrator's credentials for the other application are good, and it reaches this one."""
    application = call.application
    body = call.body()
    remote = cleaned(application, body.get("remoteUrl"))
    own = cleaned(application, body.get("rpcUrl")) or application.base_url
    basic = (str(body.get("username", "")), str(body.get("password", "")))
    root = f"{remote}/rest/applinks/1.0/authenticationinfo"
    try:
        if not succeeded(application.caller.ask("GET", root, basic=basic)):
            return call.wrong(400, "The credentials were refused", field="reciprocal-link-password")
    except Unanswered as error:
        return call.wrong(500, f"No answer: {error.details}")
    probe = f"{root}/id/{application.server_id}/url/{quote(own, safe='')}?url={quote(own, safe='')}"
    try:
        reached = succeeded(application.caller.ask("GET", probe, basic=basic))
    except Unanswered:
        reached = False
    if not reached:
        return call.wrong(400, "The other application does not reach this one")
    return wire.status_entity(call.request, 200)


@routes.add("POST", "/applicationlinkForm/createAppLink", guard="admin", answers="created_link")
def create(call: Call) -> Response:
    """Make a link, on both applications with `createTwoWayLink`. What fails half-way is not undone [S9]."""
    application = call.application
    body = call.body()
    wanted: dict[str, Any] = body.get("applicationLink") or {}
    form = body.get("configFormValues")
    if not isinstance(form, dict):
        return call.wrong(500, "configFormValues is missing")
    if not str(wanted.get("name") or "").strip():
        return call.wrong(400, "A name is needed", field="application-name")
    if wanted.get("typeId") not in application.installed_types:
        return call.wrong(400, "That type is not installed", field="application-types")
    shared = wire.truth(form.get("shareUserbase"))
    if shared and not call.is_sysadmin:
        return call.wrong(400, "Only a system administrator may do that", field="same-userbase")
    rpc_url, display_url = addresses(call, wanted)
    if any(link.rpc_url == rpc_url for link in application.links):
        return call.wrong(400, "There is a link with that URL already")
    two_way = wire.truth(body.get("createTwoWayLink"))
    basic = (str(body.get("username") or ""), str(body.get("password") or ""))
    if two_way:
        _make_there(call, rpc_url, basic, body)
    found = identify(application, rpc_url, str(wanted["typeId"]))
    try:
        link = added(application, wanted, str(found["id"]), (rpc_url, display_url))
    except KeyError:
        return call.wrong(500, "There is a link with that id already")
    configured = True
    if two_way and wire.truth(form.get("trustEachOther")):
        flags = Flags.of("oauth-impersonation" if shared else "oauth")
        configured = _configured(application, link, found.get("applinksVersion"), flags, basic)
    return call.answer(
        {"applicationLink": entity(call, link), "autoConfigurationSuccessful": configured}, _ROOT
    )


def _make_there(call: Call, rpc_url: str, basic: tuple[str, str], body: dict[str, Any]) -> None:
    """Create the link on the other application.

    Raises:
        Refused: if the other application does not create it.
    """
    application = call.application
    own = cleaned(application, body.get("rpcUrl")) if wire.truth(body.get("customRpcURL")) else None
    data, content_type = reciprocal_body(application, own)
    there = f"{rpc_url}/rest/applinks/1.0"
    try:
        if not succeeded(application.caller.ask("GET", f"{there}/authenticationinfo", basic=basic)):
            raise Refused(call.wrong(400, "The credentials were refused", field="authorization"))
        answer = application.caller.ask(
            "PUT",
            f"{there}/applicationlink/{application.server_id}",
            basic=basic,
            data=data,
            content_type=content_type,
        )
    except Unanswered as error:
        raise Refused(call.wrong(500, f"No answer: {error.details}")) from None
    if not succeeded(answer):
        relayed = (wire.parsed(answer.data) or {}).get("message") or []
        messages = relayed if isinstance(relayed, list) else [str(relayed)]
        raise Refused(call.wrong(400, "The other application refused", *messages))


def _configured(
    application: Application,
    link: StoredLink,
    version: str | None,
    flags: Flags,
    basic: tuple[str, str],
) -> bool:
    """Set up OAuth on both ends, the remote end first [S9]."""
    if applinks_version(version) < (4,):
        return True
    url = f"{link.rpc_url}/rest/applinks/3.0/status/{application.server_id}/oauth"
    wanted = flags.as_wire()
    try:
        answer = application.caller.ask(
            "PUT", url, basic=basic, data=json.dumps({"incoming": wanted, "outgoing": wanted})
        )
        if not succeeded(answer):
            return False
        set_incoming(application, link, flags)
    except (Unanswered, ConsumerInfoMissing):
        return False
    link.outgoing = flags
    return True
