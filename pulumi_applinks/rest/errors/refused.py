"""What an application says no with, by HTTP status: each error says what was refused, on which application, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi_applinks.codes import Code
from pulumi_applinks.rest.addresses import base_of
from pulumi_applinks.rest.errors.base import Answered, ApplinksError, Asked, LoginReason, Said
from pulumi_applinks.rest.products import trust
from pulumi_applinks.rest.told import Told

WHERE_RIGHTS_ARE = "Who is an administrator and who a system administrator is shown under the global permissions of its administration."
_CORRECT = (
    "Correct the credentials. If they were changed since the last `pulumi up`: refresh and destroy still use the configuration stored "
    "then (unless run with --run-program), while environment variables are always current and win."
)
REMOVED = "a proxy before the application removes the Authorization header"


def corrected(asked: Asked) -> str:
    """Where credentials are corrected, in sentences."""
    return asked.origin or _CORRECT


class Refused(Answered):
    """Raised when an application says no."""

    def _told(self) -> Told:
        return self._tell(
            Code.REFUSED,
            f"{self.application} refused {self.asked.doing}",
            do="Check that its version is one that this program knows, and that no proxy answers in its place.",
        )


class Invalid(Refused):
    """Raised when an application finds the request itself wrong (400)."""

    def _told(self) -> Told:
        return self._tell(
            Code.REQUEST_REFUSED,
            f"{self.application} does not accept what was given for {self.asked.doing}",
            do="Correct what it complains of, then run this again.",
        )


def _manifest_refused(error: Refused) -> Told:
    return error._tell(
        Code.MANIFEST_NEEDS_LOGIN, f"{error.application} does not show without a login who it is", do=""
    )


class NotAuthenticated(Refused):
    """Raised when an application does not let this user in (401). The older interface answers so to non-administrators too [S9]."""

    @property
    def reason(self) -> LoginReason | None:
        """What it tells of the login."""
        return self.said.login_reason

    def _told(self) -> Told:
        asked, needs = self.asked, self.asked.needs
        if self.withheld:
            return _manifest_refused(self)
        if asked.login is None:
            return self._tell(
                Code.LOGIN_MISSING,
                f"{self.application} wants a login for {asked.doing}, and there is none",
                do=f"Give it credentials of {needs}.",
            )
        if self.reason == "captcha":
            return self._tell(
                Code.LOGIN_CAPTCHA,
                f"{self.application} refuses {asked.login} until a CAPTCHA is answered",
                "There were too many failed logins.",
                do="Log in there once in a browser as that user, then run this again.",
            )
        if self.reason == "denied":
            return self._tell(
                Code.LOGIN_LACKS_RIGHTS,
                f"{self.application} does not let {asked.login} use it",
                "The login is right, and that user may not use the application.",
                do=f"Let that user use the application, in its administration; or give credentials of {needs}. {WHERE_RIGHTS_ARE}",
            )
        if self.reason == "rights":
            return self._tell(
                Code.LOGIN_LACKS_RIGHTS,
                f"{self.application} let {asked.login} in, but that user is not {needs} there",
                f"{asked.doing[0].upper()}{asked.doing[1:]} takes {needs}.",
                do=f"Give credentials of {needs}. {WHERE_RIGHTS_ARE}",
            )
        why, do = ["The password or the token is wrong or has expired."], corrected(asked)
        if self.reason is None:
            why = [
                f"{why[0][:-1]}, or the user is not {needs} there.",
                f"Or the login does not arrive: {REMOVED}.",
            ]
        elif self.reason == "anonymous":
            why = [
                f"It took the request for one without a login: {REMOVED}; or the password or the token is wrong or has expired."
            ]
        if self.reason != "wrong":
            do += " If they are right, have the proxy pass that header on; or give an api_url that leads past it."
        return self._tell(Code.LOGIN_REFUSED, f"{self.application} refused {asked.login}", *why, do=do)


class NotPermitted(Refused):
    """Raised when an application knows the user and does not allow it (403)."""

    def _told(self) -> Told:
        if self.withheld:
            return _manifest_refused(self)
        asked = self.asked
        who = asked.login or "anyone without a login"
        told = self._tell(
            Code.NOT_PERMITTED,
            f"{self.application} does not allow {who} to go on with {asked.doing}",
            f"That takes {asked.needs}. A link that belongs to the system takes a system administrator.",
            "Or something refuses it whoever asks: a firewall, or a list of the addresses that may ask.",
            do=f"Give credentials of {asked.needs}. {WHERE_RIGHTS_ARE}",
        )
        return also_without_basic(told, asked)


def also_without_basic(told: Told, asked: Asked) -> Told:
    """A message about a 403, with what else it may be where what could tell is what was refused."""
    if not (asked.identifying and asked.token_variable):
        return told
    return told.also("Or basic authentication is switched off there.", do=_token(asked))


class BasicAuthenticationOff(Refused):
    """Raised when an application refuses to a user name and a password what it answers to anybody: Jira 11 and Confluence 10 by default."""

    def _told(self) -> Told:
        return self._tell(
            Code.BASIC_AUTHENTICATION_OFF,
            f"{self.application} takes no user name and password over REST",
            "With them it refuses what it answers to anybody without.",
            "Basic authentication is switched off there, as it is by default since Jira 11 and Confluence 10; or that user is locked; or "
            "a firewall refuses such logins.",
            do=_token(self.asked),
        )


def _token(asked: Asked) -> str:
    given = asked.token_variable or "the token of its credentials"
    return (
        f"Give it a personal access token of {asked.needs} instead, as {given}; or let its administrator allow the paths "
        f"/rest/applinks* and /rest/applinks-oauth* with PUT {base_of(asked.url)}/rest/basicauth/1.0/config."
    )


class WebSudoRequired(Refused):
    """Raised when an application asks an administrator, who is logged in, for the password once more."""

    def _told(self) -> Told:
        login, doing = self.asked.login, self.asked.doing
        what = f"{self.application} wants a secure administrator session (websudo) for {doing}"
        why = [f"The login is right, and an administrator's: {login}." if login else ""]
        if self.said.login_reason is None:
            what = f"{self.application} refuses {doing}: as a rule for want of a secure administrator session (websudo)"
            why = [
                f"It has just answered {login} as an administrator's login, unless that was withdrawn meanwhile."
            ]
        return self._tell(
            Code.WEBSUDO_REQUIRED,
            what,
            *why,
            "Such a session takes the password once more, which no program can answer.",
            do=(
                "Where that was a personal access token, give a user name and a password. Else switch secure administrator sessions off "
                "there."
            ),
        )


class NotFound(Refused):
    """Raised when there is nothing at the address (404)."""

    def _told(self) -> Told:
        return self._tell(
            Code.NOT_FOUND,
            f"{self.application} has nothing there for {self.asked.doing}",
            "The link may have been deleted meanwhile, or this version does not have that part of the interface.",
            do="Look at its list of links, then run this again.",
        )


class Conflict(Refused):
    """Raised when something stands against the request (409)."""

    def _told(self) -> Told:
        return self._tell(
            Code.CONFLICT,
            f"{self.application} refused {self.asked.doing}",
            "As a rule something that it has already blocks it.",
            do="Look at its list of links, then run this again.",
        )


@dataclass(eq=False, repr=False)
class RelocationNotReachable(Conflict):
    """Raised when an application reaches nothing at the address that a link is to be relocated to [S9].

    Args:
        said: the answer.
        new_url: the address.
    """

    new_url: str

    def _told(self) -> Told:
        return self._tell(
            Code.RELOCATION_NOT_REACHABLE,
            f"{self.application} did not relocate the link",
            f"It reached nothing at {self.new_url}{_or_no_trust(self.new_url)}.",
            do=(
                f"Check that the other application is up and can be reached from there{_and_trust(self.new_url)}; or set "
                'on_unreachable_relocate="relocate" to do without.'
            ),
        )


class ConsumerUnavailable(Conflict):
    """Raised when an application can't read the public key of the other one, which it needs to accept its requests [S9]."""

    def _told(self) -> Told:
        return self._tell(
            Code.KEY_NOT_READABLE,
            f"{self.application} does not accept requests from the other application",
            f"It could not read {_PUBLIC_KEY}.",
            do=f"{_READ_THE_KEY} Then run this again.",
        )


def _or_no_trust(url: str) -> str:
    return " that it trusts" if url.lower().startswith("https:") else ""


def _and_trust(url: str = "") -> str:
    """What is to be checked besides where applications reach each other over https."""
    if url and not url.lower().startswith("https:"):
        return ""
    when = "" if url else "if that is one of https, "
    return f", and that its certificate is trusted there: {when}{trust('the other application', 'this one')}"


_PUBLIC_KEY = "the other application's public key at its /plugins/servlet/oauth/consumer-info"
_READ_THE_KEY = f"Check that the other application is up and can be reached from there at the link's RPC URL{_and_trust()}."


class Throttled(Refused):
    """Raised when an application is asked too often (429)."""

    _passes = True

    def _told(self) -> Told:
        wait = f"Wait {self.said.retry_after:.0f} s" if self.said.retry_after else "Wait a while"
        return self._tell(
            Code.THROTTLED,
            f"{self.application} is asked too often",
            do=f"{wait}, then run this again, with less at the same time. It may also be a proxy before it that counts.",
        )


class ServerFault(Refused):
    """Raised when an application fails over a request (5xx)."""

    _passes = True

    def _told(self) -> Told:
        if self.status in (502, 504):
            return self._tell(
                Code.NOT_READY,
                f"{self.application}, or a proxy before it, is not ready for {self.asked.doing}",
                do="Check that it is up, then run this again.",
            )
        return self._tell(
            Code.SERVER_FAULT, f"{self.application} failed over {self.asked.doing}", do="Look into its log."
        )


class ConsumerFault(ServerFault):
    """Raised when an application fails (500) over letting the other one in, as it does when it can't read that one's public key [S9]."""

    def _told(self) -> Told:
        return self._tell(
            Code.SERVER_FAULT,
            f"{self.application} failed over {self.asked.doing}",
            f"As a rule it could not read {_PUBLIC_KEY}; it may also be a fault of its own.",
            do=f"{_READ_THE_KEY} Else look into its log.",
        )


@dataclass(eq=False, repr=False)
class IdTaken(Refused):
    """Raised when an application fails over a link's id that none of its lists shows.

    Args:
        said: the answer.
        link_id: the id.
    """

    link_id: str

    def _told(self) -> Told:
        return self._tell(
            Code.ID_TAKEN,
            f"{self.application} failed over {self.asked.doing}",
            f"Its list has no link {self.link_id}, but most likely that id is taken.",
            "Lists leave out corrupted links, and links of a type whose plugin is gone.",
            do=(
                "Install that plugin again and delete the link there; or have the rest of the corrupted one removed from the application's "
                "database, as Atlassian's support describes. Then run this again. If it is neither, look into the application's log."
            ),
        )


@dataclass(eq=False, repr=False)
class OnlyByHand(ApplinksError):
    """Raised when an application has a way to change something, but none that a program can use.

    Args:
        asked: what was tried.
        answered: the request and what the application said against it; empty where it said nothing.
        page: where its administrator can do it.
        link_id: the link's id there.
        incoming: the level of incoming requests that is wanted.
        outgoing: that of outgoing ones.
    """

    answered: str
    page: str
    link_id: str
    incoming: str
    outgoing: str

    def _told(self) -> Told:
        return self._tell(
            Code.ONLY_BY_HAND,
            f"{self.application} did not finish {self.asked.doing}",
            "The REST interface of its version adds authentication to a link, and takes none away.",
            "Its web pages do, and as a rule they ask for a secure administrator session (websudo), which no program has.",
            do=(
                f"Open {self.page} as an administrator and edit the link {self.link_id}: set its incoming authentication to "
                f"{self.incoming} and its outgoing authentication to {self.outgoing}. Or switch secure administrator sessions off. Then "
                f"run this again."
            ),
            request=self.answered,
        )


_BY_STATUS: dict[int, type[Refused]] = {
    400: Invalid,
    401: NotAuthenticated,
    403: NotPermitted,
    404: NotFound,
    409: Conflict,
    429: Throttled,
}


def refusal(asked: Asked, said: Said) -> Refused:
    """The error for an answer with which an application says no."""
    return (ServerFault if said.status >= 500 else _BY_STATUS.get(said.status, Refused))(asked, said)
