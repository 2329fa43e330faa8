"""The page that an administrator opens in a browser. It shows the links and whether they work."""

from __future__ import annotations

from html import escape

from werkzeug import Response

from pulumi_applinks.lab.applications.routes import Call, Routes
from pulumi_applinks.lab.applications.status import StatusResource
from pulumi_applinks.lab.applications.stored import StoredLink

routes = Routes("page", "/", "the lab's own; S9 (the path)")

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:0;color:#172b4d;background:#f7f8f9}
header{background:#0747a6;color:#fff;padding:1rem 2rem}header small{opacity:.8}
main{padding:1.5rem 2rem}table{border-collapse:collapse;width:100%;background:#fff}
th,td{text-align:left;padding:.6rem .8rem;border-bottom:1px solid #dfe1e6;vertical-align:top}
th{font-size:12px;text-transform:uppercase;color:#6b778c}code{font-size:12px;color:#6b778c}
.word{padding:.1rem .5rem;border-radius:3px;font-size:12px;font-weight:700}
.yes{background:#e3fcef;color:#006644}.no{background:#ffebe6;color:#bf2600}.some{background:#dfe1e6}
"""


@routes.add("GET", "/plugins/servlet/applinks/listApplicationLinks", guard="open", answers="page")
def list_page(call: Call) -> Response:
    """The links of the application. A browser is asked for an administrator's name and password."""
    if call.user is None or not call.user.is_admin:
        return Response(
            "Log in as an administrator.", 401, headers={"WWW-Authenticate": 'Basic realm="administrator"'}
        )
    application = call.application
    rows = "".join(
        _row(call, link) for link in sorted(application.listed, key=lambda link: (link.type_id, link.name))
    )
    table = f"""<table><thead><tr><th>Application</th><th>Addresses</th><th>Outgoing</th><th>Incoming</th>
<th>Runs as</th><th>State</th></tr></thead><tbody>{rows}</tbody></table>"""
    body = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Application links of {escape(application.name)}</title>
<style>{_STYLE}</style></head><body><header><h1>{escape(application.name)}</h1>
<small>{escape(application.type_id)} · server id {application.server_id} · {escape(application.base_url)}</small></header>
<main><h2>Application links</h2>{table if rows else "<p>This application has no links.</p>"}</main></body></html>"""
    return Response(body, content_type="text/html;charset=UTF-8")


def _row(call: Call, link: StoredLink) -> str:
    status = StatusResource(call.application, link, call.user).body()
    error = status["error"] or {}
    if status["working"]:
        state = '<span class="word yes">WORKING</span>'
    else:
        style = "some" if error.get("category") in ("DISABLED", "SYSTEM") else "no"
        state = f'<span class="word {style}">{escape(str(error.get("type")))}</span> {escape(error.get("details") or "")}'
    marks = "".join(
        f' <span class="word some">{mark}</span>'
        for mark, on in (("PRIMARY", link.primary), ("SYSTEM", link.system))
        if on
    )
    legacy = ", ".join(name.rpartition(".")[2] for name in sorted(link.incoming_legacy))
    user = escape(link.consumer.execute_as or "anonymous") if link.consumer else ""
    return f"""<tr><td><b>{escape(link.name)}</b>{marks}<br>{escape(link.type_id)}<br><code>{escape(link.id)}</code></td>
<td>{escape(link.display_url)}<br><code>{escape(link.rpc_url)}</code></td><td>{link.outgoing.level}</td>
<td>{link.incoming.level} {escape(legacy)}</td><td>{user}</td><td>{state}</td></tr>"""
