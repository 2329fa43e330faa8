"""Find out whether a link works by asking the other application. The checks are in the plugin's order [S9]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_applinks.lab.applications import wire
from pulumi_applinks.lab.applications.calls import Unanswered, challenge_of
from pulumi_applinks.lab.applications.entities import status_link
from pulumi_applinks.lab.applications.flags import Flags
from pulumi_applinks.lab.applications.legacy import Legacy
from pulumi_applinks.lab.applications.linking import applinks_version
from pulumi_applinks.lab.applications.stored import StoredLink, id_of_url

if TYPE_CHECKING:
    from pulumi_applinks.lab.applications.application import Application
    from pulumi_applinks.lab.applications.users import User

CATEGORIES = {
    "NO_OUTGOING_AUTH": "INCOMPATIBLE",
    "REMOTE_VERSION_INCOMPATIBLE": "INCOMPATIBLE",
    "GENERIC_LINK": "NON_ATLASSIAN",
    "NON_ATLASSIAN": "NON_ATLASSIAN",
    "SYSTEM_LINK": "SYSTEM",
    "CONNECTION_REFUSED": "NETWORK_ERROR",
    "UNKNOWN_HOST": "NETWORK_ERROR",
    "SSL_UNTRUSTED": "NETWORK_ERROR",
    "SSL_HOSTNAME_UNMATCHED": "NETWORK_ERROR",
    "SSL_UNMATCHED": "NETWORK_ERROR",
    "OAUTH_PROBLEM": "NETWORK_ERROR",
    "OAUTH_TIMESTAMP_REFUSED": "NETWORK_ERROR",
    "OAUTH_SIGNATURE_INVALID": "NETWORK_ERROR",
    "UNEXPECTED_RESPONSE": "NETWORK_ERROR",
    "UNEXPECTED_RESPONSE_STATUS": "NETWORK_ERROR",
    "LOCAL_AUTH_TOKEN_REQUIRED": "ACCESS_ERROR",
    "REMOTE_AUTH_TOKEN_REQUIRED": "ACCESS_ERROR",
    "INSUFFICIENT_REMOTE_PERMISSION": "ACCESS_ERROR",
    "NO_REMOTE_APPLINK": "CONFIG_ERROR",
    "AUTH_LEVEL_MISMATCH": "CONFIG_ERROR",
    "AUTH_LEVEL_UNSUPPORTED": "DEPRECATED",
    "LEGACY_UPDATE": "DEPRECATED",
    "LEGACY_REMOVAL": "DEPRECATED",
    "MANUAL_LEGACY_UPDATE": "DEPRECATED",
    "MANUAL_LEGACY_REMOVAL": "DEPRECATED",
    "MANUAL_LEGACY_REMOVAL_WITH_OLD_EDIT": "DEPRECATED",
    "DISABLED": "DISABLED",
}
"""Error types and their categories [S9]."""

LEAST_VERSION = (4, 0, 13)

_OAUTH_PROBLEMS = {
    "timestamp_refused": "OAUTH_TIMESTAMP_REFUSED",
    "signature_invalid": "OAUTH_SIGNATURE_INVALID",
}


class Problem(Exception):
    """Raised when a link does not work.

    Args:
        type: one of `CATEGORIES`.
        details: more about the problem.
    """

    def __init__(self, type_: str, details: str | None = None) -> None:
        super().__init__(type_)
        self.type = type_
        self.details = details


class StatusResource:
    """Finds out whether one link of an application works.

    Args:
        application: the application that has the link.
        link: the link.
        user: the user who asks: 2LOi requests run as this user.
    """

    def __init__(self, application: Application, link: StoredLink, user: User | None) -> None:
        self._application = application
        self._link = link
        self._user = user
        self._remote: dict[str, Flags] | None = None

    def body(self) -> dict[str, Any]:
        """The answer of the status resource."""
        error: dict[str, Any] | None = None
        try:
            self._try()
        except Problem as problem:
            category = CATEGORIES.get(problem.type, "UNKNOWN")
            error = {"category": category, "type": problem.type, "details": problem.details}
        link = self._link
        found: dict[str, Any] = {
            "link": status_link(link),
            "working": error is None,
            "localAuthentication": {"incoming": link.incoming.as_wire(), "outgoing": link.outgoing.as_wire()},
            "remoteAuthentication": {name: flags.as_wire() for name, flags in self._remote.items()}
            if self._remote
            else None,
            "error": error,
        }
        return found

    def _try(self) -> None:
        link = self._link
        if link.system:
            raise Problem("SYSTEM_LINK")
        if link.type_id == "generic":
            raise Problem("GENERIC_LINK")
        try:
            with_status = self._remote_is_known_to_have_status()
            self._remote = self._remote_oauth() if with_status else self._remote_oauth_with_login()
            self._compare(self._remote)
            if with_status and link.outgoing.two_lo:
                self._try_signed()
        except Unanswered as error:
            raise Problem(error.type, error.details) from None

    def _remote_is_known_to_have_status(self) -> bool:
        known = self._application.known_capabilities
        if known is None:
            return self._remote_has_status()
        address = self._link.rpc_url
        if address not in known:
            known[address] = self._remote_has_status()
        return known[address]

    def _remote_has_status(self) -> bool:
        sighted = self._application.caller.ask("GET", f"{self._link.rpc_url}/rest/applinks/1.0/manifest")
        manifest = wire.parsed(sighted.data) if sighted.status == 200 else None
        if manifest is None or not manifest.get("id"):
            raise Problem("UNEXPECTED_RESPONSE_STATUS", f"{sighted.status}")
        if applinks_version(str(manifest.get("applinksVersion"))) < LEAST_VERSION:
            raise Problem("REMOTE_VERSION_INCOMPATIBLE", str(manifest.get("applinksVersion")))
        return self._remote_has("STATUS_API")

    def _remote_has(self, capability: str) -> bool:
        url = f"{self._link.rpc_url}/rest/applinks/latest/capabilities"
        answer = self._application.caller.ask("GET", url)
        return answer.status == 200 and capability in answer.data.decode("utf-8", "replace")

    def _remote_oauth(self) -> dict[str, Flags]:
        application = self._application
        for known_as in (application.server_id, id_of_url(application.base_url)):
            url = f"{self._link.rpc_url}/rest/applinks/3.0/status/{known_as}/oauth"
            answer = application.caller.ask("GET", url)
            if answer.status == 404:
                continue
            if answer.status != 200:
                raise Problem("UNEXPECTED_RESPONSE_STATUS", f"{answer.status}")
            try:
                body = answer.json()
                return {name: Flags.from_wire(body[name]) for name in ("incoming", "outgoing")}
            except (ValueError, KeyError, TypeError):
                raise Problem("UNEXPECTED_RESPONSE") from None
        raise Problem("NO_REMOTE_APPLINK")

    def _remote_oauth_with_login(self) -> dict[str, Flags]:
        """The OAuth levels of an older remote application, which shows them only to its administrators."""
        link, application = self._link, self._application
        if not link.outgoing.enabled:
            raise Problem("NO_OUTGOING_AUTH")
        if not link.outgoing.impersonation:
            raise Problem("LOCAL_AUTH_TOKEN_REQUIRED")  # a person must authorise 3LO
        url = f"{link.rpc_url}/rest/applinks-oauth/latest/applicationlink/{application.server_id}/authentication"
        answer = application.caller.ask_signed("GET", url, link, self._user.name if self._user else None)
        if answer.status in (401, 403):
            raise Problem("INSUFFICIENT_REMOTE_PERMISSION")
        if answer.status == 404:
            raise Problem("NO_REMOTE_APPLINK")
        body = wire.parsed(answer.data)
        if answer.status != 200 or body is None:
            raise Problem("UNEXPECTED_RESPONSE_STATUS", f"{answer.status}")
        providers = {one.get("provider", "") for one in body.get("configuredAuthProviders", [])}
        incoming = Flags()
        for consumer in body.get("consumers", [])[:1]:
            two_lo, impersonation = consumer.get("twoLOAllowed"), consumer.get("twoLOImpersonationAllowed")
            incoming = Flags(True, bool(two_lo), bool(impersonation))
        return {"incoming": incoming, "outgoing": Flags.of_providers(providers)}

    def _compare(self, remote: dict[str, Flags]) -> None:
        link = self._link
        every = (link.incoming, link.outgoing, remote["incoming"], remote["outgoing"])
        if any(flags.enabled and not flags.two_lo for flags in every):
            raise Problem("AUTH_LEVEL_UNSUPPORTED")
        if link.incoming != remote["outgoing"] or link.outgoing != remote["incoming"]:
            raise Problem("AUTH_LEVEL_MISMATCH")
        legacy = Legacy(self._application, link, self._user)
        if legacy.incoming or legacy.outgoing:
            problem = legacy.problem(self._remote_has("MIGRATION_API"))
            if problem:
                raise Problem(problem)
        if not link.incoming.enabled and not link.outgoing.enabled:
            raise Problem("DISABLED")

    def _try_signed(self) -> None:
        link = self._link
        url = f"{link.rpc_url}/rest/applinks/latest/manifest"
        answer = self._application.caller.ask_signed("GET", url, link)
        if answer.status == 200:
            return
        problem = challenge_of(answer)
        if problem:
            raise Problem(_OAUTH_PROBLEMS.get(problem, "OAUTH_PROBLEM"), problem)
        if answer.status == 401 and not answer.data:
            raise Problem("AUTH_LEVEL_UNSUPPORTED")
        raise Problem("UNEXPECTED_RESPONSE_STATUS", f"{answer.status}")
