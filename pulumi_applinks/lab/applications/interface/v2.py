"""The resources that 2.0 adds to the older ones [S9]."""

from __future__ import annotations

from typing import Any

from werkzeug import Response

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.application import GENERIC
from pulumi_applinks.lab.applications.entities import provider_entities
from pulumi_applinks.lab.applications.flags import BASIC, IMPERSONATING, LEGACY_PROVIDERS, OAUTH_PROVIDERS
from pulumi_applinks.lab.applications.linking import added, addresses, changed, described
from pulumi_applinks.lab.applications.routes import Call, Routes
from pulumi_applinks.lab.applications.stored import id_of_url

routes = Routes(source="S9")


@routes.add("PUT", "/applicationlink", guard="admin", answers="status", websudo=True)
def add_link(call: Call) -> Response:
    """Make a link without asking the other application anything."""
    body, type_id, urls = described(call)
    given = None if type_id == GENERIC else body.get("id")
    link_id = str(given or id_of_url(urls[0]))
    call.link(link_id)
    try:
        added(call.application, body, link_id, urls)
    except KeyError:
        return call.wrong(400, "There is a link to that URL already")
    return wire.status_entity(call.request, 201, created=call.self_link(f"applicationlink/{link_id}"))


@routes.add("POST", "/applicationlink/<link_id>", guard="admin", answers="status", websudo=True)
def update_link(call: Call, link_id: str) -> Response:
    """Update a link."""
    body = call.body()
    link = call.known(link_id, 400)
    changed(call, link, body, addresses(call, body))
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
    link = call.known(link_id)
    found = [one for one in provider_entities(call, link) if name in (None, one["provider"])]
    key = call.application.variants.provider_list_key
    body: Any = {key: found} if key else found
    return call.answer(body, "authenticationProviders")


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
    link = call.known(link_id)
    body = call.body()
    name = str(body.get("provider"))
    legacy = LEGACY_PROVIDERS if call.application.version.trusted else (BASIC,)
    if name not in (*OAUTH_PROVIDERS, *legacy):
        return call.wrong(400, f"There is no provider {name}")
    if name == IMPERSONATING and not call.is_sysadmin:
        return call.wrong(400, "Only a system administrator may do that")
    link.outgoing_providers |= {name}
    config = body.get("config") or {}
    if name == BASIC and isinstance(config, dict):
        link.give_basic_access(str(config.get("username", "")), str(config.get("password", "")))
    return wire.status_entity(call.request, 201)
