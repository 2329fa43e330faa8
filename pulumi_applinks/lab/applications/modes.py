"""Named modes that can be switched on and off: a front between clients and an application, or a state of the application."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from werkzeug import Request, Response

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.troubles import Mode

if TYPE_CHECKING:
    from pulumi_applinks.lab.applications.application import Application

IDENTITY_PROVIDER = "https://login.example.com/oauth2/authorize"
"""The address that a single sign-on proxy redirects to."""

_START_PAGE = "/startup.jsp"
_SET_UP_PAGE = "/secure/SetupMode!default.jspa"


class Modes:
    """The modes of one application.

    Args:
        on: the modes that are on from the start.
    """

    def __init__(self, *on: Mode) -> None:
        self._lock = threading.Lock()
        self._on: dict[Mode, int | None] = dict.fromkeys(on)

    def __contains__(self, mode: object) -> bool:
        with self._lock:
            return mode in self._on

    def __iter__(self) -> Iterator[Mode]:
        with self._lock:
            return iter(list(self._on))

    def add(self, mode: Mode, *, requests: int | None = None) -> None:
        """Switch a mode on.

        Args:
            mode: the mode.
            requests: the number of requests that the mode answers before it switches itself off; if None, it stays on.
        """
        with self._lock:
            self._on[mode] = requests

    def remove(self, mode: Mode) -> None:
        """Switch a mode off."""
        with self._lock:
            self._on.pop(mode, None)

    def answer(self, application: Application, request: Request, path: str) -> Response | None:
        """The answer of a mode instead of the application's; None if no mode answers.

        Args:
            application: the application that received the request.
            request: the request.
            path: the path below the context path.
        """
        with self._lock:
            for mode, left in list(self._on.items()):
                front = FRONTS.get(mode)
                response = front.answer(application, request, path) if front else None
                if response is None:
                    continue
                if left is not None and left > 1:
                    self._on[mode] = left - 1
                elif left is not None:
                    del self._on[mode]
                return response
        return None


@dataclass(frozen=True)
class Front:
    """Something that answers instead of an application.

    Args:
        answer: returns its answer, or None if it lets the request pass.
        source: the source for this behaviour.
    """

    answer: Callable[[Application, Request, str], Response | None]
    source: str


def page(title: str, status: int = 200) -> Response:
    """An HTML page."""
    text = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Response(text, status, content_type="text/html;charset=UTF-8")


def redirect(location: str) -> Response:
    """A redirect; relative addresses stay relative, because servlet containers send them so."""
    return Response("", 302, headers={"Location": location})


def _basic_off(_application: Application, request: Request, _path: str) -> Response | None:
    if not request.headers.get("Authorization", "").lower().startswith("basic "):
        return None
    return wire.json_answer(403, {"message": "Basic Authentication has been disabled on this instance."})


def _captcha(application: Application, request: Request, _path: str) -> Response | None:
    if not request.headers.get("Authorization", "").lower().startswith("basic "):
        return None
    if application.type_id == "stash":
        kind = "com.atlassian.bitbucket.auth.CaptchaRequiredAuthenticationException"
        error = {"context": None, "message": "A CAPTCHA has to be answered", "exceptionName": kind}
        return wire.json_answer(403, {"errors": [error]})
    response = page("Forbidden (403)", 403)
    response.headers["X-Seraph-LoginReason"] = "AUTHENTICATION_DENIED"
    response.headers["X-Authentication-Denied-Reason"] = (
        f"CAPTCHA_CHALLENGE; login-url={application.url}/login.jsp"
    )
    return response


def _login_removed(_application: Application, request: Request, _path: str) -> Response | None:
    request.environ.pop("HTTP_AUTHORIZATION", None)
    return None


def _starting(status: int) -> Callable[[Application, Request, str], Response]:
    def answer(application: Application, _request: Request, path: str) -> Response:
        if path == _START_PAGE:
            return page(f"{application.name} is starting up", status)
        there = application.context_path
        return redirect(f"{there}{_START_PAGE}?returnTo={quote(there + path, safe='')}")

    return answer


def _set_up(application: Application, _request: Request, path: str) -> Response:
    if path == _SET_UP_PAGE:
        return page(f"{application.name} setup")
    return redirect(application.context_path + _SET_UP_PAGE)


def _plugins_loading(_application: Application, _request: Request, path: str) -> Response | None:
    if not path.startswith(("/rest/", "/plugins/")):
        return None
    return page("Oops, you've found a dead link.", 404)


def _firewall(_application: Application, request: Request, _path: str) -> Response | None:
    return page("403 Forbidden", 403) if any("://" in value for value in request.args.values()) else None


def _single_sign_on(application: Application, _request: Request, path: str) -> Response | None:
    if path.startswith("/rest/api/"):
        return None
    return redirect(f"{IDENTITY_PROVIDER}?redirect_uri={quote(application.url + path, safe='')}")


_INSTALLATIONS = "what real installations answer"

FRONTS: dict[Mode, Front] = {
    "basic_off": Front(
        _basic_off, "ind, doc: Jira 11 and Confluence 10 by default, an option since Jira 8.16"
    ),
    "captcha": Front(
        _captcha, "ind: any user name and password, right ones too, until that user logs in with a browser"
    ),
    "login_removed": Front(
        _login_removed, f"{_INSTALLATIONS}: a proxy that takes the Authorization header for itself"
    ),
    "starting": Front(_starting(200), _INSTALLATIONS),
    "starting_503": Front(_starting(503), _INSTALLATIONS),
    "set_up": Front(_set_up, _INSTALLATIONS),
    "plugins_loading": Front(_plugins_loading, _INSTALLATIONS),
    "firewall": Front(_firewall, f"{_INSTALLATIONS}: the core rule set refuses a URL in a parameter"),
    "single_sign_on": Front(
        _single_sign_on, f"{_INSTALLATIONS}: all paths except some are redirected to the identity provider"
    ),
}
"""The front for each mode that has one. The other modes change what the application itself does:

`secure_sessions` asks for a secure administrator session where the interface requires one (websudo). With `failed_login_goes_on`, a request
with a wrong name or password continues as anonymous, with `X-Seraph-LoginReason: AUTHENTICATED_FAILED`. `failed_login_page` refuses such a
request with the server's own page, and `manifest_needs_login` shows the manifest only to logged-in users."""
