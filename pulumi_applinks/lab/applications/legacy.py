"""Legacy authentication: trusted applications and basic access, what the status says about them, and how they are migrated [S9]."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from urllib3 import BaseHTTPResponse

from pulumi_applinks.lab.applications.calls import Unanswered, succeeded
from pulumi_applinks.lab.applications.flags import BASIC, TRUSTED, Flags
from pulumi_applinks.lab.applications.linking import ConsumerInfoMissing, set_incoming
from pulumi_applinks.lab.applications.logins import Refused
from pulumi_applinks.lab.applications.oauth import Method
from pulumi_applinks.lab.applications.routes import Call
from pulumi_applinks.lab.applications.stored import StoredLink

if TYPE_CHECKING:
    from pulumi_applinks.lab.applications.application import Application
    from pulumi_applinks.lab.applications.users import User

OFF = Flags()


@dataclass
class Legacy:
    """The legacy authentication of one end of a link.

    Args:
        application: the application that has this end.
        link: the end.
        user: the user who asks.
    """

    application: Application
    link: StoredLink
    user: User | None

    @property
    def outgoing(self) -> set[str]:
        """The legacy provider classes that outgoing requests use."""
        return self.link.outgoing_providers & {BASIC, TRUSTED}

    @property
    def incoming(self) -> set[str]:
        """The legacy provider classes that are accepted for incoming requests."""
        return self.link.incoming_legacy & {BASIC, TRUSTED}

    @property
    def oauth_is_configured(self) -> bool:
        """Whether OAuth is on in each direction that has legacy authentication, and in at least one direction."""
        link = self.link
        good = [link.incoming.enabled or not self.incoming, link.outgoing.enabled or not self.outgoing]
        return all(good) and (link.incoming.enabled or link.outgoing.enabled)

    def is_remote_sysadmin(self) -> bool:
        """Whether the other application accepts a request with legacy authentication as one of a system administrator."""
        url = f"{self.link.rpc_url}/rest/lab/1.0/rights"
        answer = self._ask("GET", url)
        try:
            return answer is not None and succeeded(answer) and answer.json()["role"] == "sysadmin"
        except (ValueError, KeyError, TypeError):
            return False

    def problem(self, remote_can_migrate: bool) -> str | None:
        """The error type that the status reports; None if there is no legacy authentication.

        Args:
            remote_can_migrate: whether the other application has the migration resource.
        """
        if not (self.incoming or self.outgoing):
            return None
        if self.is_remote_sysadmin():
            return "LEGACY_REMOVAL" if self.oauth_is_configured else "LEGACY_UPDATE"
        if not self.oauth_is_configured:
            return "MANUAL_LEGACY_UPDATE"
        classes = self.incoming | self.outgoing
        if BASIC in self.outgoing and TRUSTED not in classes:
            return "LEGACY_REMOVAL"
        if TRUSTED in self.incoming and BASIC not in classes and not remote_can_migrate:
            return "MANUAL_LEGACY_REMOVAL_WITH_OLD_EDIT"
        return "MANUAL_LEGACY_REMOVAL"

    def set_up_both_ends(self) -> bool:
        """Set up OAuth on the other application, and log in there with the legacy authentication."""
        url = f"{self.link.rpc_url}/rest/applinks/3.0/status/{self.application.server_id}/oauth"
        wanted = Flags.of("oauth").as_wire()
        answer = self._ask("PUT", url, json.dumps({"incoming": wanted, "outgoing": wanted}))
        return answer is not None and succeeded(answer)

    def distrust_there(self) -> bool:
        """Remove this application from the trusted applications of the other one."""
        path = "/plugins/servlet/applinks/auth/conf/trusted/autoconfig"
        answer = self._ask("DELETE", f"{self.link.rpc_url}{path}/{self.application.server_id}")
        return answer is not None and succeeded(answer)

    def _ask(self, method: Method, url: str, data: str | None = None) -> BaseHTTPResponse | None:
        name = self.user.name if self.user else None
        return self.application.caller.ask_legacy(method, url, self.link, name, data)


def migrate(call: Call, link: StoredLink) -> dict[str, dict[str, bool]]:
    """Replace legacy authentication with OAuth if the other application allows it, and remove it where both ends have OAuth.

    Args:
        call: the request for the migration.
        link: the end.

    Returns:
        The authentication of each direction afterwards.

    Raises:
        Refused: if the user lacks the right, the ends do not agree, the other application's key can't be read, or it still trusts this one.
    """
    application = call.application
    legacy = Legacy(application, link, call.user)
    if TRUSTED in legacy.incoming | legacy.outgoing and not call.is_sysadmin:
        raise Refused(call.wrong(403, "Only a system administrator may remove trusted applications"))
    there = _levels_there(application, link)
    if (link.incoming, link.outgoing) != (there["outgoing"], there["incoming"]):
        raise Refused(call.wrong(409, "The two ends do not agree"))
    remote_sysadmin = legacy.is_remote_sysadmin()
    if remote_sysadmin and not legacy.oauth_is_configured and legacy.set_up_both_ends():
        try:
            set_incoming(application, link, Flags.of("oauth"))
        except ConsumerInfoMissing:
            raise Refused(call.wrong(409, "The remote application's public key could not be read")) from None
        link.outgoing = Flags.of("oauth")
        there = _levels_there(application, link)
    _remove(call, legacy, there, remote_sysadmin)
    return {
        "incoming": _told(link.incoming.enabled, legacy.incoming),
        "outgoing": _told(link.outgoing.enabled, legacy.outgoing),
    }


def _remove(call: Call, legacy: Legacy, there: dict[str, Flags], remote_sysadmin: bool) -> None:
    link = legacy.link
    comes_in = link.incoming.enabled and there["outgoing"].enabled
    goes_out = link.outgoing.enabled and there["incoming"].enabled
    trusted = (comes_in and TRUSTED in legacy.incoming) or (goes_out and TRUSTED in legacy.outgoing)
    if trusted:
        gone = legacy.distrust_there()
        if remote_sysadmin and not gone:
            raise Refused(call.wrong(409, "The other application continues trusting this one"))
        if gone and comes_in:
            link.incoming_legacy -= {TRUSTED}
        if gone and goes_out:
            link.outgoing_providers -= {TRUSTED}
    if goes_out:
        link.outgoing_providers -= {BASIC}
        link.basic_access = None


def _levels_there(application: Application, link: StoredLink) -> dict[str, Flags]:
    url = f"{link.rpc_url}/rest/applinks/3.0/status/{application.server_id}/oauth"
    try:
        body = application.caller.ask("GET", url).json()
        return {name: Flags.from_wire(body[name]) for name in ("incoming", "outgoing")}
    except (Unanswered, ValueError, KeyError, TypeError):
        return {"incoming": OFF, "outgoing": OFF}


def _told(oauth: bool, classes: set[str]) -> dict[str, bool]:
    return {"oauth": oauth, "basic": BASIC in classes, "trusted": TRUSTED in classes}
