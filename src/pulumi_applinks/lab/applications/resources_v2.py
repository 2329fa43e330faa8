"""What 2.0 adds to the older resources [S9]."""

from __future__ import annotations

from typing import Any

from werkzeug import Response

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.application import GENERIC
from pulumi_applinks.lab.applications.entities import provider_entity
from pulumi_applinks.lab.applications.flags import BASIC, IMPERSONATING, LEGACY_PROVIDERS, OAUTH_PROVIDERS
from pulumi_applinks.lab.applications.linking import addresses, place
from pulumi_applinks.lab.applications.routes import Call, Routes
from pulumi_applinks.lab.applications.stored import StoredLink, id_of_url

routes = Routes(source="S9")


@routes.add("PUT", "/applicationlink", guard="admin", answers="status", websudo=True)
def add_link(call: Call) -> Response:
    """Make a link without asking the other application anything."""
    application = call.application
    try:
        body = wire.body_of(call.request)
    except ValueError:
        return wire.error_list(call.request, 400, "The body is no application link")
    type_id = str(body.get("typeId"))
    if type_id not in application.installed_types:
        return wire.error_list(call.request, 400, f"The type {type_id} is not installed")
    rpc_url, display_url = addresses(call, body)
    given = None if type_id == GENERIC else body.get("id")
    link_id = str(given or id_of_url(rpc_url))
    call.link(link_id)
    try:
        application.links.add(
            StoredLink(
                link_id,
                type_id,
                str(body.get("name")),
                display_url,
                rpc_url,
                wire.truth(body.get("isPrimary")),
            )
        )
    except KeyError:
        return wire.error_list(call.request, 400, "There is a link to that URL already")
    return wire.status_entity(call.request, 201, created=call.self_link(f"applicationlink/{link_id}"))


@routes.add("POST", "/applicationlink/<link_id>", guard="admin", answers="status", websudo=True)
def update_link(call: Call, link_id: str) -> Response:
    """Update a link."""
    application = call.application
    try:
        body = wire.body_of(call.request)
    except ValueError:
        return wire.error_list(call.request, 400, "The body is no application link")
    link = call.link(link_id)
    if link is None:
        return wire.error_list(call.request, 400, "There is no such link")
    if link.system and not call.is_sysadmin:
        return wire.status_entity(call.request, 403, "A system link can't be changed")
    if body.get("name") in {other.name for other in application.links if other is not link}:
        return wire.error_list(call.request, 400, "Another link has that name")
    rpc_url, display_url = addresses(call, body)
    if rpc_url != link.rpc_url:
        return wire.error_list(call.request, 400, "The RPC URL can't be changed here")
    link.name = str(body.get("name") or link.name)
    link.display_url = display_url
    place(application, link, body, "isPrimary")
    return wire.status_entity(call.request, 200)


@routes.add(
    "GET",
    "/applicationlink/<link_id>/authentication/provider",
    guard="admin",
    answers="providers",
    source="S9, KB",
    websudo=True,
)
def providers(call: Call, link_id: str) -> Response:
    """What outgoing requests use."""
    return _listed(call, link_id, None)


@routes.add(
    "GET",
    "/applicationlink/<link_id>/authentication/provider/<name>",
    guard="admin",
    answers="providers",
    websudo=True,
)
def one_provider(call: Call, link_id: str, name: str) -> Response:
    """Whether outgoing requests use one provider."""
    return _listed(call, link_id, name)


def _listed(call: Call, link_id: str, name: str | None) -> Response:
    link = call.link(link_id)
    if link is None:
        return wire.status_entity(call.request, 404, "No such link")
    found = [
        provider_entity(call, link, provider)
        for provider in sorted(link.outgoing_providers)
        if name in (None, provider)
    ]
    key = call.application.variants.provider_list_key
    body: Any = {key: found} if key else found
    return wire.answer(call.request, 200, body, root="authenticationProviders")


@routes.add(
    "PUT",
    "/applicationlink/<link_id>/authentication/provider",
    guard="admin",
    answers="status",
    source="S9, ind",
    websudo=True,
)
def add_provider(call: Call, link_id: str) -> Response:
    """Let outgoing requests use a provider."""
    link = call.link(link_id)
    if link is None:
        return wire.status_entity(call.request, 404, "No such link")
    try:
        body = wire.body_of(call.request)
    except ValueError:
        return wire.error_list(call.request, 400, "The body is no provider")
    name = str(body.get("provider"))
    legacy = LEGACY_PROVIDERS if call.application.version.trusted else (BASIC,)
    if name not in (*OAUTH_PROVIDERS, *legacy):
        return wire.error_list(call.request, 400, f"There is no provider {name}")
    if name == IMPERSONATING and not call.is_sysadmin:
        return wire.error_list(call.request, 400, "Only a system administrator may do that")
    link.outgoing_providers |= {name}
    config = body.get("config") or {}
    if name == BASIC and isinstance(config, dict):
        link.give_basic_access(str(config.get("username", "")), str(config.get("password", "")))
    return wire.status_entity(call.request, 201)
