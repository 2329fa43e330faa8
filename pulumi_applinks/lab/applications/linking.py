"""What several resources share: a link as an entity, who stands at an address, how authentication is configured."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.application import TYPES, Application
from pulumi_applinks.lab.applications.stored import Consumer, Flags, StoredLink, id_of_url


class ConsumerInfoMissing(Exception):
    """Raised when the other application's public key can't be read."""


@dataclass(frozen=True)
class Identified:
    """Who stands at an address: told by itself, or made up when nothing of the type answers [S9]."""

    id: str
    name: str
    url: str
    applinks_version: str | None = None


def identify(application: Application, url: str, type_id: str) -> Identified:
    """Who stands at an address, for a known type.

    When nothing answers, or something of another type, the plugin makes an identity up from the URL [S9].

    Args:
        application: that looks.
        url: the address.
        type_id: what is expected there.
    """
    manifest = application.caller.look(url).manifest
    if manifest and manifest.get("typeId") == type_id:
        return Identified(
            str(manifest["id"]),
            str(manifest.get("name")),
            str(manifest.get("url")),
            str(manifest.get("applinksVersion")),
        )
    return Identified(id_of_url(url), TYPES.get(type_id, type_id), url)


def cleaned(application: Application, url: Any) -> str:
    """A URL as it is stored."""
    text = str(url or "")
    return text if application.variants.keeps_trailing_slash else text.rstrip("/")


def entity(application: Application, link: StoredLink) -> dict[str, Any]:
    """A link as the older resources have it; its RPC URL is hidden when it belongs to the system [S9]."""
    self_link = f"{application.base_url}/rest/applinks/1.0/applicationlink/{link.id}"
    found: dict[str, Any] = {
        "id": link.id,
        "typeId": link.type_id,
        "name": link.name,
        "displayUrl": link.display_url,
        "iconUrl": f"{link.display_url}/icon.png",
        "rpcUrl": None if link.system else link.rpc_url,
        "isPrimary": link.primary,
        "isSystem": link.system,
        "link": [{"href": self_link, "rel": "self"}],
    }
    if application.variants.null_fields:
        return found
    return {name: value for name, value in found.items() if value is not None}


def entity_v3(link: StoredLink, **more: Any) -> dict[str, Any]:
    """A link as 3.0 has it."""
    return {
        "id": link.id,
        "name": link.name,
        "displayUrl": link.display_url,
        "rpcUrl": link.rpc_url,
        "type": link.type_id,
        "system": link.system,
        "primary": link.primary,
        **more,
    }


def consumer_entity(link: StoredLink, consumer: Consumer) -> dict[str, Any]:
    """A consumer as applinks-oauth has it."""
    found = {
        "key": consumer.key,
        "name": consumer.name,
        "signatureMethod": "RSA_SHA1",
        "publicKey": consumer.public_key,
        "twoLOAllowed": consumer.two_lo,
        "executingTwoLOUser": consumer.execute_as,
        "twoLOImpersonationAllowed": consumer.impersonation,
        "outgoing": False,
        "link": [{"href": link.display_url, "rel": "self"}],
    }
    return {name: value for name, value in found.items() if value is not None}


def provider_entity(link: StoredLink, provider: str) -> dict[str, Any]:
    """An outgoing authentication provider as the interface has it."""
    module = provider.replace(".api.auth.types.", ".core.auth.") + "PluginModule"
    return {
        "link": [{"href": link.display_url, "rel": "self"}],
        "module": module,
        "provider": provider,
        "config": {},
    }


def set_incoming(application: Application, link: StoredLink, flags: Flags) -> None:
    """Set how requests over a link are accepted; a known consumer is kept, with the user that it runs as [S9].

    Raises:
        ConsumerInfoMissing: if there is no consumer yet, and the other application's key can't be read.
    """
    if not flags.enabled:
        link.consumer = None
        return
    if link.consumer is None:
        link.consumer = fetched_consumer(application, link)
    link.consumer.two_lo = flags.two_lo
    link.consumer.impersonation = flags.impersonation
    if application.variants.drops_execute_as:
        link.consumer.execute_as = None


def fetched_consumer(application: Application, link: StoredLink) -> Consumer:
    """The other application as a consumer.

    Raises:
        ConsumerInfoMissing: if its key can't be read.
    """
    info = application.caller.consumer_info(link.rpc_url)
    if info is None:
        raise ConsumerInfoMissing
    return Consumer(info["key"], info.get("name", link.name), info["publicKey"])


def execute_as_problem(application: Application, name: str | None) -> str | None:
    """Why a user can't be the one that incoming requests run as, if it can't."""
    if not name or not application.variants.checks_execute_as:
        return None
    user = application.users.find(name)
    if user is None:
        return f"The user '{name}' does not exist"
    if user.is_sysadmin:
        return f"The user '{name}' is a system administrator"
    return None


def applinks_version(text: str | None) -> tuple[int, ...]:
    """A version of the plugin as numbers; zero when it is not told."""
    numbers = [int(part) for part in (text or "").split(".") if part.isdecimal()]
    return tuple(numbers) or (0,)


def reciprocal_body(application: Application, rpc_url: str | None = None) -> tuple[str, str]:
    """What an application sends to another one to be linked: the body, and its content type.

    The plugin gives no content type, so the form is inferred: XML as a rule.

    Args:
        application: that sends it.
        rpc_url: where the other one is to call it, when that is not its base URL.
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
