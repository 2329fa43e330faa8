"""Dispatch requests to resources, and apply modes, faults, rights and the log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.http import http_date
from werkzeug.routing import Map

from pulumi_applinks.lab.applications import modes, wire
from pulumi_applinks.lab.applications.application import Application
from pulumi_applinks.lab.applications.calls import ORIGIN_HEADER
from pulumi_applinks.lab.applications.cluster import BALANCER_COOKIE
from pulumi_applinks.lab.applications.faults import Fault
from pulumi_applinks.lab.applications.journal import Received
from pulumi_applinks.lab.applications.logins import (
    LOGIN_REASON,
    SESSION_COOKIE,
    Login,
    Refused,
    login_of,
    sent_with,
)
from pulumi_applinks.lab.applications.routes import Call, Resource
from pulumi_applinks.lab.applications.server import Dropped

LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Log in</title></head><body><form>Name, password</form></body></html>"
)
_FORMS = ("", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
"""The content types that a page of another site can make a browser send."""


@dataclass
class Exchange:
    """What the log records about a request."""

    request: Request
    path: str
    origin: str
    node: int
    login: Login = field(default_factory=Login)
    carried_out: bool = False


class Dispatcher:
    """The WSGI application that serves an application of the lab.

    Args:
        application: the application that answers.
        resources: its resources.
    """

    def __init__(self, application: Application, resources: Map) -> None:
        self.application = application
        self._map = resources

    @property
    def resources(self) -> dict[str, Resource]:
        """The resources, by method and path."""
        return {f"{rule.endpoint.method} {rule.rule}": rule.endpoint for rule in self._map.iter_rules()}

    def resource(self, method: str, path: str) -> tuple[Resource, dict[str, Any]]:
        """The resource that answers a request, and the parameters in its path.

        Args:
            method: the HTTP method.
            path: the path below the context path.

        Raises:
            HTTPException: if there is no such resource.
        """
        resource, arguments = self._map.bind("application", path_info=path).match(path, method)
        return resource, dict(arguments)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        request = Request(environ)
        cluster = self.application.cluster
        if cluster is None:
            response = self.respond(request)
        else:
            with cluster.serving(request) as node:
                response = self.respond(request, node)
            if cluster.affinity:
                response.set_cookie(BALANCER_COOKIE, str(node))
        response.headers["Cache-Control"] = "no-cache"
        response.headers["Date"] = http_date(
            datetime.now(timezone.utc) + timedelta(seconds=self.application.verifier.skew)
        )
        return response(environ, start_response)

    def respond(self, request: Request, node: int = 0) -> Response:
        """The answer to a request: from the resource, from a mode or check that comes before it, or from a fault.

        Args:
            request: the request that was received.
            node: the number of the cluster node that answers.
        """
        application = self.application
        there = application.context_path
        if request.path != there and not request.path.startswith(there + "/"):
            return Response("not found", 404)
        origin = "application" if ORIGIN_HEADER in request.headers else "client"
        exchange = Exchange(request, request.path[len(there) :], origin, node)
        if origin == "client" and application.latency:
            time.sleep(application.latency)
        fault = application.faults.take(request.method, exchange.path, origin)
        response = Response("", 500)
        try:
            if fault is None or fault.after:
                response = self._carried_out(exchange)
            if fault is not None and fault.kind == "die":
                application.stop()
                raise Dropped
            if fault is not None:
                response = _faulty(fault)
        except Dropped:
            self._note(exchange, 0)
            raise
        if response.status_code == 401:
            response.headers.add("WWW-Authenticate", f'OAuth realm="{application.base_url}"')
        self._note(exchange, response.status_code)
        return response

    def _note(self, exchange: Exchange, status: int) -> None:
        if not exchange.path.strip("/"):
            return  # a request to the bare address is not recorded
        request, user = exchange.request, exchange.login.user
        self.application.requests.add(
            Received(
                request.method,
                exchange.path,
                request.query_string.decode("latin-1"),
                user.name if user else None,
                status,
                exchange.origin,
                _login_in(request),
                exchange.carried_out,
                exchange.node,
            )
        )

    def _carried_out(self, exchange: Exchange) -> Response:
        application, request = self.application, exchange.request
        front = application.modes.answer(application, request, exchange.path)
        if front is not None:
            return front
        if not exchange.path.strip("/"):
            return modes.page(application.name)
        try:
            exchange.login = login_of(application, request)
            response = self.carry_out(exchange)
        except Refused as refused:
            return refused.response
        if exchange.login.failed:
            response.headers[LOGIN_REASON] = "AUTHENTICATED_FAILED"
        user = exchange.login.user
        if user is not None and sent_with(request) in ("basic", "token"):
            response.set_cookie(SESSION_COOKIE, application.sessions.of(user.name), httponly=True)
        return response

    def carry_out(self, exchange: Exchange) -> Response:
        """The answer of the resource that a request names.

        Raises:
            Refused: if one of the checks before the resource fails.
        """
        application, request, path = self.application, exchange.request, exchange.path
        for suffix in (".json", ".xml"):
            if path.startswith("/rest/") and path.endswith(suffix):
                path = path.removesuffix(suffix)
                request.environ["HTTP_ACCEPT"] = f"application/{suffix[1:]}"
                request = Request(request.environ)
        try:
            resource, arguments = self.resource(request.method, path)
        except MethodNotAllowed:
            return Response("", 405)
        except NotFound:
            if path.startswith("/rest/") and application.type_id in application.version.login_page:
                return modes.redirect(f"{application.context_path}/login.jsp")
            return modes.page("Oops, nothing here", 404)
        except HTTPException as error:
            return Response("", error.code or 500)
        version = "" if resource.module == "/" else path.split("/")[3]
        call = Call(application, request, exchange.login.user, version, resource.form)
        _let_in(call, resource, exchange)
        try:
            response: Response = resource.handler(call, **arguments)
        except Refused as refused:
            return refused.response
        exchange.carried_out = resource.writes and response.status_code < 400
        return response


def _let_in(call: Call, resource: Resource, exchange: Exchange) -> None:
    """Run the checks that come before a resource, in their order.

    Raises:
        Refused: if one of them fails.
    """
    application, request = call.application, call.request
    variants = application.variants
    if _looks_forged(call, resource):
        raise Refused(Response("XSRF check failed", variants.xsrf_status))
    if resource.form == "3.0" and request.content_length and request.mimetype != "application/json":
        raise Refused(Response("", 415))
    name = request.args.get("al_username")
    if name and "al_password" in request.args and resource.guard == "admin":
        call.user = application.users.with_password(name, request.args["al_password"])
        exchange.login = Login(call.user)
    user = call.user
    needs_user = resource.guard != "open" or (
        resource.answers == ("manifest",) and "manifest_needs_login" in application.modes
    )
    if needs_user and user is None:
        raise Refused(call.wrong(401, "You must be logged in"))
    if resource.guard == "admin" and user is not None and not user.is_admin:
        status = variants.v3_status_without_rights if resource.form == "3.0" else 401
        response = call.wrong(status, "Only an administrator may do this")
        if variants.tells_login_reason and status == 401:
            response.headers[LOGIN_REASON] = "OK"
        raise Refused(response)
    if resource.websudo and _lacks_secure_session(application, request):
        refused = wire.json_answer(401, {"message": "This resource requires WebSudo.", "status-code": 401})
        refused.headers[LOGIN_REASON] = "OK"
        raise Refused(refused)


def _looks_forged(call: Call, resource: Resource) -> bool:
    """Whether a request lacks the proof that no page of another site made a browser send it [S9]."""
    request = call.request
    posts = call.application.version.xsrf and resource.module != "/" and request.method == "POST"
    if not resource.checks_forgery and not (posts and request.mimetype in _FORMS):
        return False
    if request.headers.get("X-Atlassian-Token") not in ("no-check", "nocheck"):
        return True
    browser = request.headers.get("User-Agent", "").startswith("Mozilla/")
    return posts and browser and request.headers.get("Origin") != request.host_url.rstrip("/")


def _lacks_secure_session(application: Application, request: Request) -> bool:
    sent, variants = sent_with(request), application.variants
    if sent == "basic":
        return variants.websudo_for_basic
    if "secure_sessions" not in application.modes:
        return False
    if sent == "token":
        return variants.websudo_for_tokens
    return sent in ("session", "none")


def _login_in(request: Request) -> Any:
    return "parameters" if "al_username" in request.args else sent_with(request)


def _endless(fault: Fault) -> Iterable[bytes]:
    while not fault.released.is_set():
        yield b"[" * 65536


def _faulty(fault: Fault) -> Response:
    if fault.then is not None:
        fault.then()
    if fault.kind == "hang":
        fault.released.wait(60)
        raise Dropped
    if fault.kind == "drop":
        raise Dropped
    if fault.kind == "html":
        return Response(LOGIN_PAGE, 200, content_type="text/html")
    if fault.kind == "bad_gateway":
        return Response("<html><title>502 Bad Gateway</title></html>", 502, content_type="text/html")
    if fault.kind == "endless":
        return Response(_endless(fault), 200, content_type="application/json")
    if fault.kind == "garbage":
        return Response('{"broken off": ', 200, content_type="application/json")
    if fault.kind == "redirect":
        return modes.redirect(fault.location)
    response = Response("", fault.status)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response
