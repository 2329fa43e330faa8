"""From a request to the resource that answers it: versions, rights, faults and the log."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.application import Application
from pulumi_applinks.lab.applications.calls import ORIGIN_HEADER
from pulumi_applinks.lab.applications.faults import Fault, Received
from pulumi_applinks.lab.applications.server import Dropped, WsgiApp
from pulumi_applinks.lab.applications.users import User

Guard = Literal["open", "user", "admin", "v3"]
"""Who is let in: anyone, anyone who is logged in, administrators as the older resources and as 3.0 tell it."""

LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Log in</title></head><body><form>Name, password</form></body></html>"
)


@dataclass
class Call:
    """A request on its way to a resource.

    Args:
        application: that is asked.
        request: as it came.
        user: who asks, if anybody is logged in.
    """

    application: Application
    request: Request
    user: User | None

    @property
    def is_sysadmin(self) -> bool:
        """Whether a system administrator asks."""
        return self.user is not None and self.user.is_sysadmin


Handler = Callable[..., Response]


@dataclass(frozen=True)
class _Resource:
    handler: Handler
    guard: Guard
    websudo: bool


class Routes:
    """A part of the interface: which resource answers what."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str, tuple[str, ...], _Resource]] = []

    def add(
        self, methods: str, path: str, *, guard: Guard, module: str = "applinks", websudo: bool = False
    ) -> Callable[[Handler], Handler]:
        """Let a function answer.

        Args:
            methods: of HTTP, separated by blanks.
            path: below the version, with parameters as werkzeug writes them.
            guard: who is let in.
            module: of the REST interface; `/` for a path that is no part of it.
            websudo: whether a secure administrator session is asked for.
        """

        def added(handler: Handler) -> Handler:
            resource = _Resource(handler, guard, websudo)
            self.found.append((module, path, tuple(methods.split()), resource))
            return handler

        return added

    def rules(self, *versions: str) -> Iterable[Rule]:
        """The rules of all resources, under some versions.

        Args:
            versions: such as 1.0, latest.
        """
        for module, path, methods, resource in self.found:
            roots = [""] if module == "/" else [f"/rest/{module}/{version}" for version in versions]
            for root in roots:
                yield Rule(root + path, methods=methods, endpoint=resource)


class _Refused(Exception):
    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


class Dispatcher:
    """What is served for an application.

    Args:
        application: that answers.
        rules: of its resources.
    """

    def __init__(self, application: Application, rules: Iterable[Rule]) -> None:
        self._application = application
        self._map = Map(list(rules), merge_slashes=False, strict_slashes=False)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        request = Request(environ)
        response = self._respond(request)
        response.headers["Cache-Control"] = "no-cache"
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        application = self._application
        if request.path.rstrip("/") == application.context_path:
            return Response(f"<title>{application.name}</title>", content_type="text/html")
        if not request.path.startswith(application.context_path + "/"):
            return Response("not found", 404)
        path = request.path[len(application.context_path) :]
        origin = "application" if ORIGIN_HEADER in request.headers else "client"
        if origin == "client" and application.latency:
            time.sleep(application.latency)
        fault = application.faults.take(request.method, path, origin)
        user: User | None = None
        response: Response
        try:
            if fault and fault.kind == "die" and not fault.after:
                application.stop()
                raise Dropped
            if fault and not fault.after:
                response = _faulty(fault)
            else:
                try:
                    user = self._user(request)
                    response = self._resource(request, path, user)
                except _Refused as refused:
                    response = refused.response
                if fault and fault.kind == "die":
                    application.stop()
                    raise Dropped
                if fault:
                    response = _faulty(fault)
        except Dropped:
            self._note(request, path, user, 0, origin)
            raise
        if response.status_code == 401:
            response.headers.add("WWW-Authenticate", f'OAuth realm="{application.base_url}"')
        self._note(request, path, user, response.status_code, origin)
        return response

    def _note(self, request: Request, path: str, user: User | None, status: int, origin: str) -> None:
        self._application.requests.add(
            Received(
                request.method,
                path,
                request.query_string.decode("latin-1"),
                user.name if user else None,
                status,
                origin,
            )
        )

    def _resource(self, request: Request, path: str, user: User | None) -> Response:
        for suffix in (".json", ".xml"):
            if path.startswith("/rest/") and path.endswith(suffix):
                path = path.removesuffix(suffix)
                request.environ["HTTP_ACCEPT"] = f"application/{suffix[1:]}"
                request = Request(request.environ)
        adapter = self._map.bind("application", path_info=path)
        try:
            resource, arguments = adapter.match(path, request.method)
        except MethodNotAllowed:
            return Response("", 405)
        except NotFound:
            return Response("<html><title>Oops, nothing here</title></html>", 404, content_type="text/html")
        except HTTPException as error:
            return Response("", error.code or 500)
        call = Call(self._application, request, user)
        self._let_in(call, resource)
        response: Response = resource.handler(call, **arguments)
        return response

    def _let_in(self, call: Call, resource: _Resource) -> None:
        variants = self._application.variants
        user = call.user
        username = call.request.args.get("al_username")
        if username and "al_password" in call.request.args and resource.guard == "admin":
            user = call.user = self._application.users.with_password(
                username, call.request.args["al_password"]
            )
        if resource.guard == "user" and user is None:
            raise _Refused(wire.status_entity(call.request, 401, "You must be logged in"))
        if resource.guard == "admin" and not (user and user.is_admin):
            response = wire.status_entity(call.request, 401, "Only an administrator may do this")
            if user and variants.tells_login_reason:
                response.headers["X-Seraph-LoginReason"] = "OK"
            raise _Refused(response)
        if resource.guard == "v3" and user is None:
            raise _Refused(wire.rest_errors(401, "You must be logged in"))
        if resource.guard == "v3" and user and not user.is_admin:
            raise _Refused(
                wire.rest_errors(variants.v3_status_without_rights, "You must be an administrator")
            )
        if resource.websudo and variants.websudo_for_basic:
            raise _Refused(Response("", 401))

    def _user(self, request: Request) -> User | None:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        users = self._application.users
        if scheme == "Basic":
            try:
                name, _, password = base64.b64decode(value).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                raise _Refused(self._not_let_in(request)) from None
            return self._may_log_in(request, users.with_password(name, password))
        if scheme == "Bearer":
            return self._may_log_in(request, None if self._application.cloud else users.with_token(value))
        if scheme == "OAuth":
            return self._signed_by(request, f"{scheme} {value}")
        return None

    def _may_log_in(self, request: Request, user: User | None) -> User:
        if user is None or not user.can_login:
            raise _Refused(self._not_let_in(request))
        return user

    def _not_let_in(self, request: Request) -> Response:
        response = wire.status_entity(request, 401, "Basic authentication failed")
        if self._application.variants.tells_login_reason:
            response.headers["X-Seraph-LoginReason"] = "AUTHENTICATED_FAILED"
        return response

    def _signed_by(self, request: Request, authorization: str) -> User | None:
        """Whom a signed request runs as; nothing for the public [OA]."""
        application = self._application
        consumers = {one.key: one for one in (link.consumer for link in application.links) if one is not None}
        keys = {key: consumer.public_key for key, consumer in consumers.items()}
        verified = application.verifier.verify(request.method, request.url, authorization, keys)
        if verified.problem:
            response = Response(f"oauth_problem={verified.problem}", 401)
            response.headers["WWW-Authenticate"] = (
                f'OAuth realm="{application.base_url}", oauth_problem="{verified.problem}"'
            )
            raise _Refused(response)
        consumer = consumers[verified.key]
        requestor = request.args.get("xoauth_requestor_id") or request.args.get("user_id")
        if requestor:
            if not consumer.impersonation:
                raise _Refused(Response("", 401))
            name: str | None = requestor
        else:
            if not consumer.two_lo:
                raise _Refused(Response("", 401))
            name = consumer.execute_as
        if not name:
            return None
        user = application.users.find(name)
        if user is None or not user.can_login:
            raise _Refused(Response("", 401))
        return user


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
        return Response("", 302, headers={"Location": fault.location})
    response = Response("", fault.status)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response


def wsgi(application: Application, rules: Iterable[Rule]) -> WsgiApp:
    """What is served for an application."""
    return Dispatcher(application, rules)
