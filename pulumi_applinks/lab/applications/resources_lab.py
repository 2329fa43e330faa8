"""What the lab adds to show what a link is good for: who sees what, also through a link."""

from __future__ import annotations

from werkzeug import Response

from pulumi_applinks.lab.applications.calls import Unanswered
from pulumi_applinks.lab.applications.dispatch import Call, Routes
from pulumi_applinks.lab.applications.resources_v3 import answered

routes = Routes()


@routes.add("GET", "/visible", guard="open", module="lab")
def visible(call: Call) -> Response:
    """What the one who asks may see: the public, a user, an administrator."""
    user = call.user
    body = {
        "user": user.name if user else None,
        "items": call.application.content.visible_to(user),
    }
    return answered(200, body)


@routes.add("GET", "/through/<link_id>", guard="v3", module="lab")
def through(call: Call, link_id: str) -> Response:
    """What a user of this application sees of another one through a link: `?as=` names the user who is logged in here."""
    link = call.application.links.get(link_id)
    if link is None:
        return answered(404, {"error": "there is no such link"})
    asking = call.request.args.get("as")
    try:
        answer = call.application.caller.ask_signed(
            "GET", f"{link.rpc_url}/rest/lab/1.0/visible", link, asking
        )
    except Unanswered as error:
        return answered(502, {"error": error.type})
    if answer.status_code != 200:
        return answered(502, {"error": answer.status_code})
    return answered(200, answer.json())
