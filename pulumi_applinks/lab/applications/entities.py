"""Links, consumers and providers as the interface represents them. Their fields are in `fields`."""

from __future__ import annotations

import json
from typing import Any

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.application import GENERIC, Application
from pulumi_applinks.lab.applications.flags import BASIC
from pulumi_applinks.lab.applications.logins import Refused
from pulumi_applinks.lab.applications.routes import Call
from pulumi_applinks.lab.applications.stored import Consumer, StoredLink


def entity(call: Call, link: StoredLink) -> dict[str, Any]:
    """A link as the older resources represent it; they hide the RPC URL of a system link [S9]."""
    found: dict[str, Any] = {
        "id": link.id,
        "typeId": link.type_id,
        "name": link.name,
        "displayUrl": link.display_url,
        "iconUrl": f"{link.display_url}/icon.png",
        "rpcUrl": None if link.system else link.rpc_url,
        "isPrimary": link.primary,
        "isSystem": link.system,
        "link": call.self_link(f"applicationlink/{link.id}"),
    }
    if call.application.generation != "3":
        found["iconUri"] = found["iconUrl"]
    if call.application.variants.null_fields:
        return found
    return {name: value for name, value in found.items() if value is not None}


def entity_v3(link: StoredLink, **more: Any) -> dict[str, Any]:
    """A link as 3.0 represents it."""
    return {**status_link(link), "system": link.system, "primary": link.primary, **more}


def status_link(link: StoredLink) -> dict[str, Any]:
    """A link as the status resource represents it."""
    return {
        "id": link.id,
        "name": link.name,
        "displayUrl": link.display_url,
        "rpcUrl": link.rpc_url,
        "type": link.type_id,
    }


def every_link(call: Call) -> list[StoredLink]:
    """The list of 3.0: the links, with OAuth 2.0 clients and connections as if they were links [S9].

    Raises:
        Refused: if a client has no redirect URL.
    """
    application = call.application
    entries = application.oauth2 if application.version.oauth2 else []
    try:
        more = [StoredLink(one.id, GENERIC, one.name, one.address, one.address) for one in entries]
    except ValueError:
        raise Refused(call.wrong(500, "A client has no redirect URL")) from None
    return [*application.listed, *more]


def consumer_entity(call: Call, link: StoredLink, consumer: Consumer) -> dict[str, Any]:
    """A consumer as applinks-oauth represents it; `outgoing` is always false, which is a bug of the real applications [S9]."""
    path = f"applicationlink/{link.id}/authentication/consumer"
    found = {
        "key": consumer.key,
        "name": consumer.name,
        "signatureMethod": "RSA_SHA1",
        "publicKey": consumer.public_key,
        "twoLOAllowed": consumer.two_lo,
        "executingTwoLOUser": consumer.execute_as,
        "twoLOImpersonationAllowed": consumer.impersonation,
        "outgoing": False,
        "link": call.self_link(path, module="applinks-oauth"),
    }
    return {name: value for name, value in found.items() if value is not None}


def provider_entity(call: Call, link: StoredLink, provider: str) -> dict[str, Any]:
    """An outgoing authentication provider as the interface represents it: a stored name and password are in clear text [KB]."""
    stored = link.basic_access if provider == BASIC else None
    return {
        "link": call.self_link(f"applicationlink/{link.id}/authentication/provider"),
        "module": provider.replace(".api.auth.types.", ".core.auth.") + "PluginModule",
        "provider": provider,
        "config": {"username": stored[0], "password": stored[1]} if stored else {},
    }


def provider_entities(call: Call, link: StoredLink) -> list[dict[str, Any]]:
    """The providers that outgoing requests use."""
    return [provider_entity(call, link, name) for name in sorted(link.outgoing_providers)]


def reciprocal_body(application: Application, rpc_url: str | None = None) -> tuple[str, str]:
    """The body, with its content type, that an application sends to another one so that the other one links back.

    The plugin sets no content type, so the format is inferred: XML by default.

    Args:
        application: the application that sends it.
        rpc_url: the URL at which the other one should call it, if that is not its base URL.
    """
    body = {
        "id": application.server_id,
        "typeId": application.type_id,
        "name": application.name,
        "displayUrl": application.base_url,
        "iconUrl": f"{application.base_url}/icon.png",
        "rpcUrl": rpc_url or application.base_url,
        "isPrimary": False,
        "isSystem": False,
    }
    if application.variants.reciprocal_put_as_json:
        return json.dumps(body), "application/json"
    return wire.as_xml("applicationLink", body), "application/xml"
