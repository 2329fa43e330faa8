"""`status/{id}` and `status/{id}/oauth` of 3.0 [S9]."""

from __future__ import annotations

from urllib.parse import urlsplit

from werkzeug import Response

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.flags import Flags
from pulumi_applinks.lab.applications.linking import ConsumerInfoMissing, set_incoming
from pulumi_applinks.lab.applications.routes import Call, Routes
from pulumi_applinks.lab.applications.status import StatusResource
from pulumi_applinks.lab.applications.wire import json_answer

routes = Routes("3.0", source="S9, ind (since 5.2.6)")


@routes.add("GET", "/status/<link_id>", guard="admin", answers="link_status", source="S9, KB")
def status(call: Call, link_id: str) -> Response:
    """Whether a link works: 200 also when it does not."""
    callback = call.request.args.get("authorisationCallback")
    if callback and not urlsplit(callback).hostname:
        return call.wrong(400, "The callback is no absolute URL", field="authorisationCallback")
    return json_answer(200, StatusResource(call.application, call.known(link_id), call.user).body())


@routes.add("GET", "/status/<link_id>/oauth", guard="open", answers="oauth")
def oauth(call: Call, link_id: str) -> Response:
    """The OAuth levels of both directions; anyone may ask."""
    link = call.known(link_id)
    return json_answer(200, {"incoming": link.incoming.as_wire(), "outgoing": link.outgoing.as_wire()})


@routes.add("PUT", "/status/<link_id>/oauth", guard="admin", answers="nothing")
def set_oauth(call: Call, link_id: str) -> Response:
    """Set the OAuth levels: incoming first, and nothing else when the other application's key can't be read."""
    try:
        body = wire.record(call.request.get_data())
        incoming, outgoing = Flags.from_wire(body["incoming"]), Flags.from_wire(body["outgoing"])
    except (ValueError, KeyError, TypeError):
        return call.wrong(500, "incoming and outgoing are needed")
    link = call.known(link_id)
    if (incoming.impersonation or outgoing.impersonation) and not call.is_sysadmin:
        return call.wrong(403, "Only a system administrator may do that")
    try:
        set_incoming(call.application, link, incoming)
    except ConsumerInfoMissing:
        return call.wrong(409, "The remote application's public key could not be read")
    link.outgoing = outgoing
    return Response("", 204)
