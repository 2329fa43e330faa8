"""Find out which user sent a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug import Request, Response

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.calls import ORIGIN_HEADER, TRUSTED_HEADER
from pulumi_applinks.lab.applications.flags import TRUSTED
from pulumi_applinks.lab.applications.journal import Sent
from pulumi_applinks.lab.applications.modes import page
from pulumi_applinks.lab.applications.users import User

if TYPE_CHECKING:
    from pulumi_applinks.lab.applications.application import Application

SESSION_COOKIE = "JSESSIONID"
LOGIN_REASON = "X-Seraph-LoginReason"
_SCHEMES: dict[str, Sent] = {"basic": "basic", "bearer": "token", "oauth": "signed"}


class Refused(Exception):
    """Raised to answer a request with a refusal.

    Args:
        response: the answer.
    """

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


@dataclass(frozen=True)
class Login:
    """The result of a request's login.

    Args:
        user: the user of the request; None for the public.
        failed: whether a login failed and the request continues anyway.
    """

    user: User | None = None
    failed: bool = False


def sent_with(request: Request) -> Sent:
    """The kind of credentials that a request carries."""
    scheme = request.headers.get("Authorization", "").partition(" ")[0].lower()
    if scheme in _SCHEMES:
        return _SCHEMES[scheme]
    if TRUSTED_HEADER in request.headers:
        return "trusted"
    return "session" if SESSION_COOKIE in request.cookies else "none"


def login_of(application: Application, request: Request) -> Login:
    """The user of a request.

    Args:
        application: the application that received the request.
        request: the request.

    Raises:
        Refused: if the login is wrong, and the request does not continue as anonymous.
    """
    sent = sent_with(request)
    users = application.users
    if sent == "basic":
        if "/rest/usermanagement/" in request.path:
            return Login()  # there, an application logs in, not a user [doc]
        # A header without a name and a password counts as no user.
        given = request.authorization
        user = users.with_password(given.username or "", given.password or "") if given else None
        if user is not None and user.may_log_in:
            return Login(user)
        if "failed_login_goes_on" not in application.modes:
            raise Refused(_not_let_in(application, request))
        return Login(failed=True)
    if sent == "token":
        # The plugin's filter does not refuse a wrong token: the request continues as anonymous, and no header shows this [S9].
        value = request.headers["Authorization"].partition(" ")[2]
        user = users.with_token(value) if application.has_tokens else None
        return Login(user if user and user.may_log_in else None)
    if sent == "signed":
        return Login(_signed_by(application, request))
    if sent == "trusted":
        link = application.links.get(request.headers.get(ORIGIN_HEADER, ""))
        accepted = link is not None and TRUSTED in link.incoming_legacy
        return Login(users.find(request.headers[TRUSTED_HEADER]) if accepted else None)
    if sent == "session":
        name = application.sessions.get(request.cookies[SESSION_COOKIE])
        return Login(users.find(name) if name else None)
    return Login()


def _not_let_in(application: Application, request: Request) -> Response:
    response = (
        page("Unauthorized (401)", 401)
        if "failed_login_page" in application.modes
        else wire.status_entity(request, 401, "Basic authentication failed")
    )
    if application.variants.tells_login_reason:
        response.headers[LOGIN_REASON] = "AUTHENTICATED_FAILED"
    return response


def _signed_by(application: Application, request: Request) -> User | None:
    """The user that a signed request runs as; None for the public [OA]."""
    consumers = {one.key: one for one in (link.consumer for link in application.links) if one is not None}
    keys = {key: consumer.public_key for key, consumer in consumers.items()}
    verified = application.verifier.verify(
        request.method, request.url, request.headers["Authorization"], keys
    )
    if verified.problem:
        response = Response(f"oauth_problem={verified.problem}", 401)
        response.headers["WWW-Authenticate"] = (
            f'OAuth realm="{application.base_url}", oauth_problem="{verified.problem}"'
        )
        raise Refused(response)
    consumer = consumers[verified.key]
    requestor = request.args.get("xoauth_requestor_id") or request.args.get("user_id")
    if not (consumer.impersonation if requestor else consumer.two_lo):
        raise Refused(Response("", 401))
    name = requestor or consumer.execute_as
    if not name:
        return None
    user = application.users.find(name)
    if user is None or not user.may_log_in:
        raise Refused(Response("", 401))
    return user
