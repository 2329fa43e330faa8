"""Refusals of an application, by HTTP status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pulumi_applinks.codes import Cause
from pulumi_applinks.rest.errors.base import (
    Answered,
    ApplinksError,
    Asked,
    LoginReason,
    Said,
    also_without_basic,
)
from pulumi_applinks.rest.message import Message


class Refused(Answered):
    """Raised when an application refuses a request."""

    _cause = Cause.REFUSED


class Invalid(Refused):
    """Raised when an application says that the request itself is wrong (400)."""

    _cause = Cause.REQUEST_REFUSED


class NotAuthenticated(Refused):
    """Raised when an application does not let this user in (401). The older interface also answers 401 to non-administrators [S9]."""

    @property
    def reason(self) -> LoginReason | None:
        """What the answer says about the login."""
        return self.said.login_reason

    def _row(self) -> Cause:
        if self.withheld:
            return Cause.MANIFEST_NEEDS_LOGIN
        return _BY_REASON[self.reason] if self.asked.login else Cause.LOGIN_MISSING


_BY_REASON: dict[LoginReason | None, Cause] = {
    "wrong": Cause.LOGIN_WRONG,
    "captcha": Cause.LOGIN_CAPTCHA,
    "denied": Cause.LOGIN_DENIED,
    "rights": Cause.LOGIN_LACKS_RIGHTS,
    "anonymous": Cause.LOGIN_NOT_SEEN,
    None: Cause.LOGIN_REFUSED,
}


class NotPermitted(Refused):
    """Raised when an application knows the user but does not allow the request (403)."""

    def _row(self) -> Cause:
        return Cause.MANIFEST_NEEDS_LOGIN if self.withheld else Cause.NOT_PERMITTED

    def _told(self) -> Message:
        return also_without_basic(super()._told(), self)


class BasicAuthenticationOff(Refused):
    """Raised when an application refuses to a user name and password what it shows to everybody: by default, Jira 11 and Confluence 10."""

    _cause = Cause.BASIC_AUTHENTICATION_OFF


class WebSudoRequired(Refused):
    """Raised when an application asks an administrator who is logged in for the password again."""

    def _row(self) -> Cause:
        return Cause.WEBSUDO_LIKELY if self.said.login_reason is None else Cause.WEBSUDO_REQUIRED


class NotFound(Refused):
    """Raised when there is nothing at the address (404)."""

    _cause = Cause.NOT_FOUND


class Conflict(Refused):
    """Raised when something blocks the request (409)."""

    _cause = Cause.CONFLICT


@dataclass(eq=False, repr=False)
class RelocationNotReachable(Conflict):
    """Raised when an application can't reach anything at a link's new address [S9].

    Args:
        said: the answer.
        new_url: the address.
    """

    new_url: str

    def _row(self) -> Cause:
        secure = self.new_url.lower().startswith("https:")
        return Cause.RELOCATION_NOT_TRUSTED if secure else Cause.RELOCATION_NOT_REACHABLE


class ConsumerUnavailable(Conflict):
    """Raised when an application can't read the other one's public key, which it needs to accept that one's requests [S9]."""

    _cause = Cause.KEY_NOT_READABLE


class Throttled(Refused):
    """Raised when an application gets too many requests (429)."""

    _passes = True
    _cause = Cause.THROTTLED

    def _facts(self) -> dict[str, Any]:
        after = self.said.retry_after
        return {**super()._facts(), "time": f"{after:.0f} s" if after else "a while"}


class ServerFault(Refused):
    """Raised when a request fails in the application (5xx)."""

    _passes = True

    def _row(self) -> Cause:
        return Cause.NOT_READY if self.status in (502, 504) else Cause.SERVER_FAULT


class ConsumerFault(ServerFault):
    """Raised when an application fails (500) to let the other one in, for example because it can't read that one's public key [S9]."""

    def _row(self) -> Cause:
        return Cause.CONSUMER_FAULT


@dataclass(eq=False, repr=False)
class IdTaken(Refused):
    """Raised when an application fails because of a link's id that none of its lists shows.

    Args:
        said: the answer.
        link_id: the id.
    """

    _cause = Cause.ID_TAKEN

    link_id: str


@dataclass(eq=False, repr=False)
class OnlyByHand(ApplinksError):
    """Raised when an application can change something, but not in a way that a program can use.

    Args:
        asked: what was tried.
        answered: the request and the application's refusal; empty if it said nothing.
        page: where its administrator can do it.
        link_id: the link's id in the application.
        incoming: the wanted level of incoming requests.
        outgoing: the wanted level of outgoing requests.
    """

    _cause = Cause.ONLY_BY_HAND

    answered: str
    page: str
    link_id: str
    incoming: str
    outgoing: str

    def _request(self) -> str:
        return self.answered


_BY_STATUS: dict[int, type[Refused]] = {
    400: Invalid,
    401: NotAuthenticated,
    403: NotPermitted,
    404: NotFound,
    409: Conflict,
    429: Throttled,
}


def refusal(asked: Asked, said: Said) -> Refused:
    """The error for an answer that is a refusal."""
    return (ServerFault if said.status >= 500 else _BY_STATUS.get(said.status, Refused))(asked, said)
