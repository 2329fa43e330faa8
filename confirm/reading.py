"""Checks that change nothing: they send only GETs."""

from __future__ import annotations

import uuid
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import fromstring

from confirm.instance import Answer, Instance, attempted
from pulumi_applinks.lab.applications import GENERATIONS, GENERIC
from pulumi_applinks.rest import Basic, Token

APPLINKS = "/rest/applinks"
OAUTH = "/rest/applinks-oauth/1.0"
NOWHERE = "http://applinks-confirm.invalid"
"""An address in a domain that does not exist in any network (RFC 2606)."""

_NOBODY = "applinks-confirm-nobody"
_FORGED = (403, 404)


def read(here: Instance, there: Instance) -> None:
    """Check everything that reading can show.

    Args:
        here: the application.
        there: the other one.
    """
    for look in (_manifest, _let_in, _versions, _lists, _mistakes, _addresses, _open, _user):
        attempted(look, here, there)


def _manifest(here: Instance, _there: Instance) -> None:
    path = f"{APPLINKS}/1.0/manifest"
    shown = here.ask("GET", path, login=None)
    here.see("manifest.open", shown.status == 200 and shown.get("id") == here.id, shown.status)
    here.fields("manifest.fields", "manifest", here.manifest)
    products = [
        (version.products[here.type_id].split(".")[0], version.applinks.split(".")[0])
        for version in GENERATIONS.values()
        if here.type_id in version.products
    ]
    known = {plugin for product, plugin in products if product == here.version.split(".")[0]}
    if known:
        here.see("manifest.plugin", here.plugin.split(".")[0] in known, f"{here.version} has {here.plugin}")
    else:
        here.miss("manifest.plugin", "no document describes that version")
    plain = here.ask("GET", path, accept="")
    here.see("xml.default", "xml" in plain.content_type, plain.content_type)
    suffixed = here.ask("GET", f"{path}.json", accept="")
    here.see("suffix.json", suffixed.get("id") == here.id, f"{suffixed.status} {suffixed.content_type}")


def _let_in(here: Instance, _there: Instance) -> None:
    older, third = f"{APPLINKS}/1.0/applicationlink", f"{APPLINKS}/3.0/applinks"
    _has_status(here, "anonymous.older", 401, here.ask("GET", older, login=None))
    _has_status(here, "anonymous.3", 401, here.ask("GET", third, login=None))
    wrong = Token(_NOBODY)
    manifest = here.ask("GET", f"{APPLINKS}/1.0/manifest", login=wrong)
    links = here.ask("GET", older, login=wrong)
    here.see(
        "token.anonymous", (manifest.status, links.status) == (200, 401), f"{manifest.status}, {links.status}"
    )
    refused = here.ask("GET", f"{APPLINKS}/1.0/manifest", login=Basic(_NOBODY, _NOBODY))
    _has_status(here, "basic.off", 403, refused)
    _has_status(here, "basic.refused", 401, refused)
    rights = here.ask("GET", f"{APPLINKS}/1.0/authenticationinfo")
    _has_status(here, "admin.told", 200, rights)
    passed = here.ask("GET", older)
    here.see("websudo.passes", passed.status == 200, f"{rights.status}, {passed.status}")


def _versions(here: Instance, _there: Instance) -> None:
    for fact, version in (("older.latest", "latest"), ("older.3", "3.0")):
        answer = here.ask("GET", f"{APPLINKS}/{version}/applicationlink")
        here.see(fact, isinstance(answer.get("applicationLinks"), list), answer.status)
    third = here.ask("GET", f"{APPLINKS}/3.0/applinks")
    here.see("no.3", not isinstance(third.data, list), third.status)
    missing = here.ask("GET", f"{APPLINKS}/1.0/{_NOBODY}")
    leads = missing.status == 302 and missing.location.partition("?")[0].endswith("/login.jsp")
    here.see("no.resource", leads, missing.status)


def _lists(here: Instance, _there: Instance) -> None:
    answer = here.ask("GET", f"{APPLINKS}/1.0/applicationlink")
    here.see("list.key", isinstance(answer.get("applicationLinks"), list), answer.status)
    older = answer.entries("applicationLinks")
    here.fields("link.fields", "application_link", older)
    for version in ("1.0", "latest"):
        for link in here.ask("GET", f"{APPLINKS}/{version}/applicationlink").entries("applicationLinks"):
            address = link["link"][0]["href"]
            here.see("link.self", f"{APPLINKS}/{version}/applicationlink/" in address, f"as under {version}")
    if not older:
        here.miss("link.self", "there is no link")
    listed = here.ask("GET", f"{APPLINKS}/1.0/listApplicationlinks")
    here.fields("admin.list", "list", listed.data)
    third = here.ask("GET", f"{APPLINKS}/3.0/applinks")
    here.see("list3.bare", isinstance(third.data, list), third.status)
    here.fields("link3.fields", "link3_read", third.entries())
    _compared(here, older, third.entries())


def _compared(here: Instance, older: list[dict[str, Any]], third: list[dict[str, Any]]) -> None:
    """Check the differences between the two lists."""
    by_id = {link.get("id"): link for link in older}
    for link in third:
        twin = by_id.get(link.get("id"))
        if twin is None:
            bare = str(link.get("rpcUrl")).partition("://")[2]
            plain = link.get("type") == GENERIC and "/" not in bare and ":" not in bare
            here.see("oauth2.listed", plain, f"type {link.get('type')}")
        elif link.get("system"):
            hidden = "rpcUrl" not in twin and bool(link.get("rpcUrl"))
            here.see("system.hidden", hidden, "hidden" if hidden else "not hidden")
    here.miss("oauth2.listed", "the lists do not differ")
    here.miss("system.hidden", "there is no link of the system")


def _mistakes(here: Instance, _there: Instance) -> None:
    nothing = str(uuid.uuid4())
    unknown = here.ask("GET", f"{APPLINKS}/1.0/applicationlink/{nothing}")
    here.see("unknown.older", unknown.status in (404, 500), unknown.status)
    mistake = here.ask("GET", f"{APPLINKS}/1.0/applicationlink/type/{_NOBODY}")
    told = mistake.get("status") == 400 and isinstance(mistake.get("message"), list)
    here.see("errors.older", mistake.status == 400 and told, mistake.status)
    allowed = here.ask("GET", f"{APPLINKS}/1.0/permission/delete-application/{nothing}")
    here.see("permission.code", allowed.get("code") == "MISSING", allowed.status)
    unknown = here.ask("GET", f"{APPLINKS}/3.0/applinks/{nothing}")
    _has_status(here, "unknown.3", 404, unknown)
    told = unknown.get("status") == unknown.status and isinstance(unknown.get("errors"), list)
    here.see("errors.3", told, unknown.status)
    unknown = here.ask("GET", f"{OAUTH}/applicationlink/{nothing}/authentication")
    _has_status(here, "authentication.unknown", 404, unknown)
    here.see("no.oauth", unknown.data is None, f"{unknown.status} {unknown.content_type}")
    unknown = here.ask("GET", f"{APPLINKS}/3.0/status/{nothing}/oauth", login=None)
    _has_status(here, "oauth.open", 404, unknown)


def _addresses(here: Instance, there: Instance) -> None:
    path = f"{APPLINKS}/1.0/applicationlinkForm/manifest"
    itself = here.ask("GET", path, params={"url": str(here.manifest["url"])})
    _has_status(here, "look.itself", 409, itself)
    forged = here.ask("GET", path, params={"url": str(here.manifest["url"])}, forgery=True)
    here.see("xsrf.get", forged.status in _FORGED and itself.status not in _FORGED, forged.status)
    nothing = here.ask("GET", path, params={"url": NOWHERE})
    here.see("look.nothing", nothing.status == 200 and bool(nothing.get("code")), nothing.status)
    _has_status(here, "look.blank", 400, here.ask("GET", path, params={"url": ""}))
    other = here.ask("GET", path, params={"url": there.url})
    if other.get("code"):
        here.miss("look.other", "it does not reach the other one at that address")
        return
    here.see("look.other", other.status == 409 or other.get("id") == there.id, other.status)


def _open(here: Instance, _there: Instance) -> None:
    able = here.ask("GET", f"{APPLINKS}/3.0/capabilities", login=None)
    here.see("capabilities", "STATUS_API" in (able.data or []), able.status)
    info = here.ask("GET", "/plugins/servlet/oauth/consumer-info", login=None, accept="application/xml")
    try:
        root = fromstring(info.text)
        found = root.tag == "consumer" and {"key", "name", "publicKey"} <= {child.tag for child in root}
    except ParseError:
        found = False
    typed = info.content_type == "application/xml"
    here.see("consumer-info", found and typed, f"{info.status} {info.content_type}")


def _user(here: Instance, _there: Instance) -> None:
    path = {"jira": "/rest/api/2/user", "confluence": "/rest/api/user"}.get(here.type_id)
    if path is not None:
        _has_status(here, "user.unknown", 404, here.ask("GET", path, params={"username": _NOBODY}))


def _has_status(here: Instance, fact: str, status: int, answer: Answer) -> None:
    here.see(fact, answer.status == status, answer.status)
