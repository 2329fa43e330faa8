"""applinks-oauth: consumers and providers of a link; and the servlets beside it [S9][OA]."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from werkzeug import Response

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.dispatch import Call, Routes
from pulumi_applinks.lab.applications.linking import (
    ConsumerInfoMissing,
    consumer_entity,
    execute_as_problem,
    fetched_consumer,
    provider_entity,
    set_incoming,
)
from pulumi_applinks.lab.applications.stored import (
    OAUTH_PROVIDERS,
    THREE_LEGGED,
    TWO_LEGGED,
    Consumer,
    Flags,
    StoredLink,
)

routes = Routes()
OAUTH = "applinks-oauth"
AUTOCONFIG = "/plugins/servlet/applinks/auth/conf/oauth/autoconfig/<link_id>"


@routes.add("GET", "/applicationlink/<link_id>/authentication", guard="admin", module=OAUTH, websudo=True)
def authentication(call: Call, link_id: str) -> Response:
    """Both directions: consumers, and what outgoing requests use."""
    link = call.application.links.get(link_id)
    if link is None:
        return wire.status_entity(call.request, 404, "No such link")
    body = {
        "link": [],
        "consumers": _consumers(link),
        "configuredAuthProviders": [provider_entity(link, name) for name in sorted(link.outgoing_providers)],
    }
    return wire.answer(call.request, 200, body, root="applicationLinkAuthentication")


@routes.add(
    "GET", "/applicationlink/<link_id>/authentication/consumer", guard="admin", module=OAUTH, websudo=True
)
def consumers(call: Call, link_id: str) -> Response:
    """Whose requests are accepted."""
    link = call.application.links.get(link_id)
    if link is None or link.consumer is None:
        return wire.status_entity(call.request, 404, "No consumer")
    return wire.answer(call.request, 200, {"consumers": _consumers(link)}, root="consumers")


def _consumers(link: StoredLink) -> list[dict[str, Any]]:
    return [consumer_entity(link, link.consumer)] if link.consumer else []


@routes.add(
    "PUT", "/applicationlink/<link_id>/authentication/consumer", guard="admin", module=OAUTH, websudo=True
)
def put_consumer(call: Call, link_id: str) -> Response:
    """Accept requests: with `autoConfigure` the other application's key is fetched, else it is given."""
    application = call.application
    link = application.links.get(link_id)
    if link is None:
        return wire.status_entity(call.request, 404, "No such link")
    try:
        body = wire.body_of(call.request)
    except ValueError:
        return wire.error_list(call.request, 400, "The body is no consumer")
    execute_as = str(body.get("executingTwoLOUser") or "") or None
    problem = execute_as_problem(application, execute_as)
    if problem:
        return wire.error_list(call.request, 400, problem, fields=("executingTwoLOUser",))
    if call.request.args.get("autoConfigure") == "true":
        try:
            consumer = fetched_consumer(application, link)
        except ConsumerInfoMissing:
            return wire.status_entity(
                call.request, 500, "The remote application's public key could not be read"
            )
    else:
        missing = tuple(name for name in ("key", "name", "publicKey") if not body.get(name))
        if missing:
            return wire.error_list(call.request, 400, "That is needed", fields=missing)
        try:
            load_pem_public_key(str(body["publicKey"]).encode())
        except ValueError:
            return wire.error_list(call.request, 400, "That is no public key", fields=("publicKey",))
        consumer = Consumer(str(body["key"]), str(body["name"]), str(body["publicKey"]))
    consumer.two_lo = wire.truth(body.get("twoLOAllowed"))
    consumer.impersonation = wire.truth(body.get("twoLOImpersonationAllowed"))
    consumer.execute_as = execute_as
    link.consumer = consumer
    return wire.status_entity(call.request, 201)


@routes.add("DELETE", "/consumer-token/<link_id>", guard="v3", module=OAUTH)
def delete_token(_call: Call, link_id: str) -> Response:
    """Forget the calling user's token for a link; people authorise nothing in the lab, so there is none."""
    _ = link_id
    return Response("", 204)


@routes.add("GET", "/plugins/servlet/oauth/consumer-info", guard="open", module="/")
def consumer_info(call: Call) -> Response:
    """The application's own key and public key, for others that accept its requests."""
    application = call.application
    body = {
        "key": application.consumer_key,
        "name": application.name,
        "publicKey": application.keys.public,
        "description": f"{application.name} at {application.base_url}",
    }
    text = wire.as_xml(application.variants.consumer_info_root, body)
    return Response(text, content_type="application/xml;charset=UTF-8")


@routes.add("PUT", AUTOCONFIG, guard="admin", module="/", websudo=True)
def configure(call: Call, link_id: str) -> Response:
    """Set up 3LO and 2LO in both directions."""
    link = call.application.links.get(link_id)
    if link is None:
        return Response("", 404)
    try:
        set_incoming(call.application, link, Flags.of("oauth"))
    except ConsumerInfoMissing:
        return Response("", 500)
    link.outgoing_providers |= {THREE_LEGGED, TWO_LEGGED}
    return Response("", 200)


@routes.add("DELETE", AUTOCONFIG, guard="admin", module="/", websudo=True)
def unconfigure(call: Call, link_id: str) -> Response:
    """Take OAuth away in both directions; that 2LO goes too is inferred."""
    link = call.application.links.get(link_id)
    if link is None:
        return Response("", 404)
    link.consumer = None
    link.outgoing_providers -= set(OAUTH_PROVIDERS)
    return Response("", 200)
