"""What several resources share: who stands at an address, which link is primary, how authentication is configured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.application import TYPES, Application
from pulumi_applinks.lab.applications.flags import Flags
from pulumi_applinks.lab.applications.logins import Refused
from pulumi_applinks.lab.applications.routes import Call
from pulumi_applinks.lab.applications.stored import Consumer, StoredLink, id_of_url


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


def addresses(call: Call, body: dict[str, Any]) -> tuple[str, str]:
    """The RPC URL and the display URL of a link in a body.

    One that is missing is no error that the plugin knows of, and it reads no RPC URL of a link of the system [S9].

    Args:
        call: that brought the body.
        body: of the request.

    Raises:
        Refused: if one is missing.
    """
    rpc_url = None if wire.truth(body.get("isSystem")) else body.get("rpcUrl")
    if rpc_url is None or body.get("displayUrl") is None:
        raise Refused(wire.status_entity(call.request, 500))
    return cleaned(call.application, rpc_url), cleaned(call.application, body["displayUrl"])


def place(application: Application, link: StoredLink, body: dict[str, Any], key: str) -> None:
    """Do with the primary place what a PUT says; what absence and false mean is told by nobody.

    Args:
        application: whose link it is.
        link: that is changed.
        body: of the request.
        key: of the field.
    """
    variants = application.variants
    if wire.truth(body.get(key)):
        application.links.make_primary(link.id)
        return
    said_no = body.get(key) is not None or variants.absent_primary == "false"
    if said_no and link.primary and variants.primary_false == "gives_up":
        application.links.give_up_primary(link.id)


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
