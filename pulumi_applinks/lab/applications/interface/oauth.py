"""applinks-oauth, with the consumers and providers of a link, and the related servlets [S9][OA]."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from werkzeug import Response

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.entities import consumer_entity, provider_entities
from pulumi_applinks.lab.applications.flags import IMPERSONATING, THREE_LEGGED, TRUSTED, TWO_LEGGED
from pulumi_applinks.lab.applications.linking import (
    ConsumerInfoMissing,
    execute_as_problem,
    fetched_consumer,
)
from pulumi_applinks.lab.applications.logins import Refused, sent_with
from pulumi_applinks.lab.applications.modes import redirect
from pulumi_applinks.lab.applications.routes import Call, Routes
from pulumi_applinks.lab.applications.stored import Consumer, StoredLink

routes = Routes(module="applinks-oauth", source="S9, KB")
servlets = Routes("page", "/", "S9")
AUTOCONFIG = "/plugins/servlet/applinks/auth/conf/oauth/autoconfig/<link_id>"
OUTBOUND_3LO = "/plugins/servlet/applinks/auth/conf/oauth/outbound/apl/<link_id>"
OUTBOUND_2LO = "/plugins/servlet/applinks/auth/conf/oauth/outbound/apl-2lo/<link_id>"
TRUSTED_AUTOCONFIG = "/plugins/servlet/applinks/auth/conf/trusted/autoconfig/<link_id>"
CONFIRMATION_PAGES = {"confluence": "/authenticate.action"}
CONFIRMATION_PAGE = "/secure/admin/WebSudoAuthenticate!default.jspa"


@routes.add(
    "GET", "/applicationlink/<link_id>/authentication", guard="admin", answers="authentication", websudo=True
)
def authentication(call: Call, link_id: str) -> Response:
    """Both directions: consumers, and what outgoing requests use."""
    link = call.known(link_id)
    body = {
        "link": call.self_link(f"applicationlink/{link_id}/authentication", module="applinks-oauth"),
        "consumers": _consumers(call, link),
        "configuredAuthProviders": provider_entities(call, link),
    }
    return call.answer(body, "applicationLinkAuthentication")


@routes.add(
    "GET",
    "/applicationlink/<link_id>/authentication/consumer",
    guard="admin",
    answers="consumers",
    websudo=True,
)
def consumers(call: Call, link_id: str) -> Response:
    """Whose requests are accepted."""
    found = _consumers(call, call.known(link_id))
    return call.answer({"consumers": found}, "consumers") if found else call.wrong(404, "No consumer")


def _consumers(call: Call, link: StoredLink) -> list[dict[str, Any]]:
    return [consumer_entity(call, link, link.consumer)] if link.consumer else []


@routes.add(
    "PUT", "/applicationlink/<link_id>/authentication/consumer", guard="admin", answers="status", websudo=True
)
def put_consumer(call: Call, link_id: str) -> Response:
    """Accept requests: with `autoConfigure` the other application's key is fetched, else it is given."""
    application = call.application
    link = call.known(link_id)
    body = call.body()
    execute_as = str(body.get("executingTwoLOUser") or "") or None
    problem = execute_as_problem(application, execute_as)
    if problem:
        return call.wrong(400, problem, field="executingTwoLOUser")
    if call.request.args.get("autoConfigure") == "true":
        try:
            consumer = fetched_consumer(application, link)
        except ConsumerInfoMissing:
            return call.wrong(500, "The remote application's public key could not be read")
    else:
        missing = next((name for name in ("key", "name", "publicKey") if not body.get(name)), None)
        if missing:
            return call.wrong(400, "That is needed", field=missing)
        try:
            load_pem_public_key(str(body["publicKey"]).encode())
        except ValueError:
            return call.wrong(400, "That is no public key", field="publicKey")
        consumer = Consumer(str(body["key"]), str(body["name"]), str(body["publicKey"]))
    consumer.two_lo = wire.truth(body.get("twoLOAllowed"))
    consumer.impersonation = wire.truth(body.get("twoLOImpersonationAllowed"))
    consumer.execute_as = execute_as
    link.consumer = consumer
    return wire.status_entity(call.request, 201)


@routes.add("DELETE", "/consumer-token/<link_id>", guard="user", answers="nothing", source="S9")
def delete_token(_call: Call, link_id: str) -> Response:
    """Forget the calling user's token for a link; people authorise nothing in the lab, so there is none."""
    _ = link_id
    return Response("", 204)


@servlets.add(
    "GET", "/plugins/servlet/oauth/consumer-info", guard="open", answers="consumer_info", source="S9, ind"
)
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


def _done() -> Response:
    """The answer of a servlet on success: empty HTML."""
    return Response("", content_type="text/html;charset=UTF-8")


@servlets.add("PUT", AUTOCONFIG, guard="admin", answers="page")
def configure(call: Call, link_id: str) -> Response:
    """Accept 3LO, for the consumer comes without flags, and use 3LO and 2LO for outgoing requests."""
    link = call.known(link_id)
    try:
        link.consumer = fetched_consumer(call.application, link)
    except ConsumerInfoMissing:
        return call.wrong(500, "The remote application's public key could not be read")
    link.outgoing_providers |= {THREE_LEGGED, TWO_LEGGED}
    return _done()


@servlets.add("DELETE", AUTOCONFIG, guard="admin", answers="page")
def unconfigure(call: Call, link_id: str) -> Response:
    """Forget the consumer and outgoing 3LO; what else is used for outgoing requests stays.

    This servlet itself asks for a secure administrator session, and basic authentication is not exempt from it.
    """
    _confirm(call)
    link = call.known(link_id)
    link.consumer = None
    link.outgoing_providers -= {THREE_LEGGED}
    return _done()


@servlets.add("GET", OUTBOUND_3LO, guard="admin", answers="page")
def switch_3lo(call: Call, link_id: str) -> Response:
    """Use 3LO for outgoing requests, or stop using it; then on to where the caller wants, also for an unknown link [S9]."""
    return _switched(call, link_id, "success", {"enable-oauth": THREE_LEGGED})


@servlets.add("GET", OUTBOUND_2LO, guard="admin", answers="page")
def switch_2lo(call: Call, link_id: str) -> Response:
    """The same for 2LO, with and without impersonation."""
    providers = {"enable-outgoing-2lo": TWO_LEGGED, "enable-outgoing-2loi": IMPERSONATING}
    return _switched(call, link_id, "outgoing_2lo_success", providers)


def _switched(call: Call, link_id: str, told_as: str, providers: dict[str, str]) -> Response:
    _confirm(call)
    link, asked = call.link(link_id), call.request.args
    for name, provider in providers.items():
        if link is not None and asked.get(name) == "true":
            link.outgoing_providers |= {provider}
        elif link is not None and name in asked:
            link.outgoing_providers -= {provider}
    return redirect(f"{asked.get('callback', '')}?&{told_as}=true")


def _confirm(call: Call) -> None:
    """Ask for a secure administrator session, if the application requires one and the request has none.

    Raises:
        Refused: with a redirect to the page that asks for it.
    """
    application = call.application
    if "secure_sessions" in application.modes and not _passes(call):
        page = CONFIRMATION_PAGES.get(application.type_id, CONFIRMATION_PAGE)
        raise Refused(redirect(application.context_path + page))


def _passes(call: Call) -> bool:
    """Whether a request counts as a secure session: in Confluence, one with a personal access token does [S9]."""
    application = call.application
    token = sent_with(call.request) == "token" and not application.variants.websudo_for_tokens
    return token and application.type_id == "confluence"


@servlets.add("DELETE", TRUSTED_AUTOCONFIG, guard="admin", answers="page", source="S3, INF")
def distrust(call: Call, link_id: str) -> Response:
    """Accept no trusted applications over a link any more, and make none."""
    link = call.known(link_id)
    link.incoming_legacy -= {TRUSTED}
    link.outgoing_providers -= {TRUSTED}
    return _done()
