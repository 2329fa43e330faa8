"""The requests that an application sends to another one."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import urllib3
from urllib3 import BaseHTTPResponse
from werkzeug.datastructures import WWWAuthenticate

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.flags import TRUSTED
from pulumi_applinks.lab.applications.oauth import Method, signed

if TYPE_CHECKING:
    from pulumi_applinks.lab.applications.application import Application
    from pulumi_applinks.lab.applications.stored import StoredLink

ORIGIN_HEADER = "X-Lab-Origin"
"""The header by which a lab application sees, for its log, that the request comes from another one."""

TRUSTED_HEADER = "X-Lab-Trusted-User"
"""The header with the user of a request between trusted applications; real applications sign it, the lab does not."""

_KEPT = 8
"""The number of connections to one other application that are kept between requests."""
_NO_RETRIES = urllib3.Retry(
    total=None, connect=0, read=0, status=0, other=0, redirect=5, raise_on_redirect=False
)


class Unanswered(Exception):
    """Raised when the other application does not answer. It has the error types of the status resource [S9].

    Args:
        type: an error type such as CONNECTION_REFUSED.
        details: what happened.
    """

    def __init__(self, type_: str, details: str) -> None:
        super().__init__(details)
        self.type = type_
        self.details = details


@dataclass(frozen=True)
class Sighted:
    """What was found at an address.

    Args:
        kind: an application, a redirect, nothing, or something without a manifest.
        manifest: the manifest of the application.
        redirected_to: the base URL that the address redirects to.
    """

    kind: Literal["application", "redirected", "unreachable", "no_manifest"]
    manifest: dict[str, Any] | None = None
    redirected_to: str = ""


class Caller:
    """Sends requests to other applications on behalf of one.

    Args:
        application: the application that sends the requests.
        authorities: a file with trusted certificate authorities.
        timeout: the limit for a connection and for an answer, in seconds.
    """

    def __init__(self, application: Application, *, authorities: str, timeout: float = 10.0) -> None:
        self._application = application
        self._pools = urllib3.PoolManager(
            maxsize=_KEPT,
            timeout=urllib3.Timeout(connect=timeout, read=timeout),
            retries=_NO_RETRIES,
            ca_certs=authorities,
        )
        self.unreachable_urls: set[str] = set()
        """The beginnings of URLs that a firewall blocks for this application."""

    def ask(
        self,
        method: str,
        url: str,
        *,
        authorization: str | None = None,
        basic: tuple[str, str] | None = None,
        trusted: str | None = None,
        data: str | None = None,
        content_type: str = "application/json",
        accept: str = "application/json",
        redirects: bool = False,
    ) -> BaseHTTPResponse:
        """Send a request.

        Args:
            method: the HTTP method.
            url: the URL.
            authorization: the `Authorization` header.
            basic: a name and a password.
            trusted: the user of a request between trusted applications.
            data: the body.
            content_type: the content type of the body.
            accept: the `Accept` header.
            redirects: whether to follow redirects.

        Raises:
            Unanswered: if no answer comes.
        """
        if any(url.startswith(blocked) for blocked in self.unreachable_urls):
            raise Unanswered("UNKNOWN", "connect timed out")
        headers = {
            "Accept": accept,
            "X-Atlassian-Token": "no-check",
            ORIGIN_HEADER: self._application.server_id,
        }
        if data is not None:
            headers["Content-Type"] = content_type
        if authorization:
            headers["Authorization"] = authorization
        if trusted:
            headers[TRUSTED_HEADER] = trusted
        if basic:
            headers |= urllib3.make_headers(basic_auth=":".join(basic))
        try:
            return self._pools.request(method, url, body=data, headers=headers, redirect=redirects)
        except (urllib3.exceptions.HTTPError, OSError, UnicodeError) as error:
            raise _unanswered(error) from None

    def close(self) -> None:
        """Close the kept connections."""
        self._pools.clear()

    def ask_signed(
        self, method: Method, url: str, link: StoredLink, requestor: str | None = None
    ) -> BaseHTTPResponse:
        """Send a request over a link: anonymously, with 2LO or on behalf of a user, according to its outgoing authentication.

        Raises:
            Unanswered: if no answer comes.
        """
        level = link.outgoing
        if not level.two_lo:
            return self.ask(method, url)
        keys = self._application.keys
        impersonated = requestor if level.impersonation else None
        url, authorization = signed(method, url, self._application.consumer_key, keys.private, impersonated)
        return self.ask(method, url, authorization=authorization)

    def ask_legacy(
        self, method: Method, url: str, link: StoredLink, user: str | None, data: str | None = None
    ) -> BaseHTTPResponse | None:
        """Send a request over a link with legacy authentication: trusted applications, or the stored user of basic access.

        Returns:
            The answer; None if the link has neither, or no answer came.
        """
        trusted = user if TRUSTED in link.outgoing_providers else None
        if not (link.basic_access or trusted):
            return None
        try:
            basic = None if trusted else link.basic_access
            return self.ask(method, url, basic=basic, trusted=trusted, data=data)
        except Unanswered:
            return None

    def look(self, url: str) -> Sighted:
        """Find out what is at an address; redirects are reported, not followed [S9]."""
        try:
            answer = self.ask("GET", f"{url.rstrip('/')}/rest/applinks/1.0/manifest")
        except Unanswered:
            return Sighted("unreachable")
        location = answer.headers.get("Location", "")
        if 300 <= answer.status < 400 and location:
            return Sighted("redirected", redirected_to=location.partition("/rest/applinks/")[0])
        manifest = wire.parsed(answer.data) if answer.status == 200 else None
        if not manifest or not manifest.get("id"):
            return Sighted("no_manifest")
        return Sighted("application", manifest)

    def is_online(self, url: str) -> bool:
        """Whether a request to an address succeeds [S9]."""
        try:
            return succeeded(self.ask("GET", url, accept="*/*", redirects=True))
        except Unanswered:
            return False

    def consumer_info(self, rpc_url: str) -> dict[str, str] | None:
        """The key and the public key of the application at an address; None if they can't be read [S9]."""
        try:
            answer = self.ask(
                "GET", f"{rpc_url.rstrip('/')}/plugins/servlet/oauth/consumer-info", accept="application/xml"
            )
        except Unanswered:
            return None
        if answer.status != 200 or not answer.headers.get("Content-Type", "").startswith("application/xml"):
            return None
        found = wire.parsed(answer.data)
        if not found or not found.get("key") or not found.get("publicKey"):
            return None
        return {str(name): str(value) for name, value in found.items()}


def succeeded(answer: BaseHTTPResponse) -> bool:
    """Whether an answer reports success; a redirect does not [S9]."""
    return 200 <= answer.status < 300


def challenge_of(answer: BaseHTTPResponse) -> str | None:
    """The OAuth problem that an answer reports, if any."""
    challenge = WWWAuthenticate.from_header(answer.headers.get("WWW-Authenticate"))
    return challenge.parameters.get("oauth_problem") if challenge else None


def _unanswered(error: Exception) -> Unanswered:
    causes: list[BaseException] = [error]
    for cause in causes:
        inner = (cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args)
        causes += [one for one in inner if isinstance(one, BaseException) and one not in causes]
    verification = next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if verification is not None:
        hostname = verification.verify_code in (62, 64)
        return Unanswered(
            "SSL_HOSTNAME_UNMATCHED" if hostname else "SSL_UNTRUSTED", verification.verify_message
        )
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Unanswered("SSL_UNTRUSTED", "handshake failed")
    if any(isinstance(cause, urllib3.exceptions.NameResolutionError) for cause in causes):
        return Unanswered("UNKNOWN_HOST", "no such host")
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return Unanswered("CONNECTION_REFUSED", "Connection refused")
    return Unanswered("UNKNOWN", type(error).__name__)
