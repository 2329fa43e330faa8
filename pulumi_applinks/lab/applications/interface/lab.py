"""Resources that only the lab has. They show what a link is for: who sees what, directly and through a link."""

from __future__ import annotations

from werkzeug import Response

from pulumi_applinks.lab.applications.calls import Unanswered
from pulumi_applinks.lab.applications.routes import Call, Routes
from pulumi_applinks.lab.applications.wire import json_answer

routes = Routes("3.0", "lab", "the lab's own")


@routes.add("GET", "/visible", guard="open", answers="visible")
def visible(call: Call) -> Response:
    """What the one who asks may see: the public, a user, an administrator."""
    user = call.user
    body = {
        "user": user.name if user else None,
        "items": call.application.content.visible_to(user),
    }
    return json_answer(200, body)


@routes.add("GET", "/rights", guard="open", answers="rights")
def rights(call: Call) -> Response:
    """What the one who asks may do."""
    return json_answer(200, {"role": call.user.role if call.user else None})


@routes.add("GET", "/through/<link_id>", guard="admin", answers="visible")
def through(call: Call, link_id: str) -> Response:
    """What a user of this application sees of another one through a link: `?as=` names the user who is logged in here."""
    link = call.known(link_id)
    asking = call.request.args.get("as")
    try:
        answer = call.application.caller.ask_signed(
            "GET", f"{link.rpc_url}/rest/lab/1.0/visible", link, asking
        )
    except Unanswered as error:
        return json_answer(502, {"error": error.type})
    if answer.status != 200:
        return json_answer(502, {"error": answer.status})
    return json_answer(200, answer.json())
