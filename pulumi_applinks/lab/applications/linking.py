"""Functions that several resources share: identify an application, choose the primary link, configure authentication."""

from __future__ import annotations

from typing import Any

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.application import TYPES, Application
from pulumi_applinks.lab.applications.flags import Flags
from pulumi_applinks.lab.applications.logins import Refused
from pulumi_applinks.lab.applications.routes import Call
from pulumi_applinks.lab.applications.stored import Consumer, StoredLink, id_of_url


class ConsumerInfoMissing(Exception):
    """Raised when the other application's public key can't be read."""


def identify(application: Application, url: str, type_id: str) -> dict[str, Any]:
    """The manifest of the application at an address, for an expected type.

    If nothing answers, or an application of another type does, the plugin makes up a manifest from the URL [S9].

    Args:
        application: the application that sends the request.
        url: the address.
        type_id: the expected type.
    """
    manifest = application.caller.look(url).manifest
    if manifest and manifest.get("typeId") == type_id:
        return manifest
    return {"id": id_of_url(url), "name": TYPES.get(type_id, type_id), "typeId": type_id, "url": url}


def cleaned(application: Application, url: Any) -> str:
    """A URL in the form in which it is stored."""
    text = str(url or "")
    return text if application.variants.keeps_trailing_slash else text.rstrip("/")


def addresses(call: Call, body: dict[str, Any]) -> tuple[str, str]:
    """The RPC URL and the display URL of a link in a body.

    The plugin does not handle a missing URL, so it answers 500. It does not read the RPC URL of a system link [S9].

    Args:
        call: the request with the body.
        body: the body of the request.

    Raises:
        Refused: if one is missing.
    """
    rpc_url = None if wire.truth(body.get("isSystem")) else body.get("rpcUrl")
    if rpc_url is None or body.get("displayUrl") is None:
        raise Refused(call.wrong(500, "A URL is missing"))
    return cleaned(call.application, rpc_url), cleaned(call.application, body["displayUrl"])


def described(call: Call) -> tuple[dict[str, Any], str, tuple[str, str]]:
    """The link that a request describes.

    Args:
        call: the request with the body.

    Returns:
        The body, the type, and the RPC URL with the display URL.

    Raises:
        Refused: if the type is not installed, or a URL is missing.
    """
    body = call.body()
    type_id = str(body.get("typeId"))
    if type_id not in call.application.installed_types:
        raise Refused(call.wrong(400, f"The type {type_id} is not installed"))
    return body, type_id, addresses(call, body)


def added(application: Application, body: dict[str, Any], link_id: str, urls: tuple[str, str]) -> StoredLink:
    """Add a link that a body describes.

    Args:
        application: the application that gets the link.
        body: the body of the request.
        link_id: its id.
        urls: its RPC URL and its display URL.

    Raises:
        KeyError: if there is already a link with that id.
    """
    rpc_url, display_url = urls
    primary = wire.truth(body.get("isPrimary"))
    link = StoredLink(link_id, str(body["typeId"]), str(body.get("name")), display_url, rpc_url, primary)
    return application.links.add(link)


def changed(call: Call, link: StoredLink, body: dict[str, Any], urls: tuple[str, str]) -> None:
    """Change a link according to a PUT of 1.0 or a POST of 2.0; the oldest plugin overwrites it without checks [S3].

    Args:
        call: the request with the body.
        link: the link to change.
        body: the body of the request.
        urls: its RPC URL and its display URL.

    Raises:
        Refused: if it is a system link, its name is taken, or its RPC URL would change.
    """
    application = call.application
    rpc_url, display_url = urls
    if application.generation != "3":
        if link.system and (not call.is_sysadmin or application.cloud):
            raise Refused(call.wrong(403, "A system link can't be changed"))
        if body.get("name") in {other.name for other in application.links if other is not link}:
            raise Refused(call.wrong(400, "Another link has that name", field="name"))
        if rpc_url != link.rpc_url:
            raise Refused(call.wrong(400, "The RPC URL can't be changed here", field="rpcUrl"))
    link.name = str(body.get("name") or link.name)
    link.display_url, link.rpc_url = display_url, rpc_url
    place(application, link, body, "isPrimary")


def place(application: Application, link: StoredLink, body: dict[str, Any], key: str) -> None:
    """Make a link primary, or not, according to a PUT; the meaning of a missing field and of false is not documented.

    Args:
        application: the application that has the link.
        link: the link to change.
        body: the body of the request.
        key: the name of the field.
    """
    variants = application.variants
    if wire.truth(body.get(key)):
        application.links.make_primary(link.id)
        return
    said_no = body.get(key) is not None or variants.absent_primary == "false"
    if said_no and link.primary and variants.primary_false == "gives_up":
        application.links.give_up_primary(link.id)


def set_incoming(application: Application, link: StoredLink, flags: Flags) -> None:
    """Set the OAuth flags of incoming requests; an existing consumer is kept, with its execute-as user [S9].

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
    """The reason why incoming requests can't run as a user; None if they can."""
    if not name or not application.variants.checks_execute_as:
        return None
    user = application.users.find(name)
    if user is None:
        return f"The user '{name}' does not exist"
    if user.is_sysadmin:
        return f"The user '{name}' is a system administrator"
    return None


def applinks_version(text: str | None) -> tuple[int, ...]:
    """A version of the plugin as numbers; zero if it is not reported."""
    numbers = [int(part) for part in (text or "").split(".") if part.isdecimal()]
    return tuple(numbers) or (0,)
