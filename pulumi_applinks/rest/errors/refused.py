"""What an application says no with, by HTTP status: each error says what was refused, on which application, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi_applinks.rest.addresses import base_of
from pulumi_applinks.rest.errors.base import Answered, ApplinksError, Asked, LoginReason, Said

_CORRECT = (
    "Correct the credentials. If they were changed since the last `pulumi up`: refresh and destroy still use the configuration stored "
    "then (unless run with --run-program), while environment variables are always current and win."
)


class Refused(Answered):
    """Raised when an application says no."""

    def _told(self) -> str:
        return (
            f"{self.application} refused {self.asked.doing} {self._quote}. Check that its version is one that this program knows, and that "
            f"no proxy answers in its place."
        )

    @property
    def _quote(self) -> str:
        return self.said.of(self.asked)


class Invalid(Refused):
    """Raised when an application finds the request itself wrong (400)."""

    def _told(self) -> str:
        return f"{self.application} does not accept what was given for {self.asked.doing} {self._quote}. Correct that, then run this again."


class NotAuthenticated(Refused):
    """Raised when an application does not let this user in (401). The older interface answers so to non-administrators too [S9]."""

    @property
    def reason(self) -> LoginReason | None:
        """What it tells of the login."""
        return self.said.login_reason

    def _told(self) -> str:
        asked, quote = self.asked, self._quote
        if asked.login is None:
            return f"{self.application} wants a login for {asked.doing}, and there is none {quote}. Give it credentials of {asked.needs}."
        if self.reason == "captcha":
            return (
                f"{self.application} refuses {asked.login} until a CAPTCHA is answered, after too many failed logins {quote}. Log in "
                f"there once in a browser as that user, then run this again."
            )
        if self.reason == "rights":
            return (
                f"{self.application} let {asked.login} in, but that user is not {asked.needs} there, which {asked.doing} takes {quote}. "
                f"Give credentials of {asked.needs}."
            )
        cause = "the password or the token is wrong or has expired"
        if self.reason is None:
            cause += f", or the user is not {asked.needs} there"
        return f"{self.application} refused {asked.login} {quote}: {cause}. {asked.origin or _CORRECT}"


class NotPermitted(Refused):
    """Raised when an application knows the user and does not allow it (403)."""

    def _told(self) -> str:
        who = self.asked.login or "anyone without a login"
        return (
            f"{self.application} does not allow {who} to go on with {self.asked.doing} {self._quote}. Give credentials of "
            f"{self.asked.needs}; links that belong to the system can be changed by nobody else than a system administrator."
        )


class BasicAuthenticationOff(Refused):
    """Raised when an application takes no user name and password, whoever's they are: Jira 11 and Confluence 10 do so by default."""

    def _told(self) -> str:
        return (
            f"{self.application} takes no user names and passwords over REST: basic authentication is switched off there, as it is by "
            f"default since Jira 11 and Confluence 10 {self._quote}. Give it a personal access token of {self.asked.needs} instead, as "
            f"{self.asked.token_variable or 'the token of its credentials'}; or let its administrator allow the paths /rest/applinks* and "
            f"/rest/applinks-oauth* with PUT {base_of(self.url)}/rest/basicauth/1.0/config."
        )


class WebSudoRequired(Refused):
    """Raised when an application asks an administrator, who is logged in, for the password once more."""

    def _told(self) -> str:
        return (
            f"{self.application} wants a secure administrator session (websudo) for {self.asked.doing}: {self.asked.login} is right, and "
            f"an administrator's, but this version asks for the password once more, which no program can answer {self._quote}. Versions "
            f"that ask so of a personal access token take a user name and password; else switch secure administrator sessions off there."
        )


class NotFound(Refused):
    """Raised when there is nothing at the address (404)."""

    def _told(self) -> str:
        return (
            f"{self.application} has nothing there for {self.asked.doing} {self._quote}. The link may have been deleted meanwhile, or this "
            f"version lacks that part of the interface: look at its list of links, then run this again."
        )


class Conflict(Refused):
    """Raised when something stands against the request (409)."""

    def _told(self) -> str:
        return (
            f"{self.application} refused {self.asked.doing} because of what it has already {self._quote}. Look at its list of links, then "
            f"run this again."
        )


@dataclass(eq=False, repr=False)
class RelocationNotReachable(Conflict):
    """Raised when an application reaches nothing at the address that a link is to be relocated to [S9].

    Args:
        said: the answer.
        new_url: the address.
    """

    new_url: str

    def _told(self) -> str:
        return (
            f"{self.application} reached nothing at {self.new_url}, so it did not relocate the link {self._quote}. Check that the other "
            f'application is up and can be reached from there, or set on_unreachable_relocate="relocate" to do without.'
        )


class ConsumerUnavailable(Conflict):
    """Raised when an application can't read the public key of the other one, which it needs to accept its requests [S9]."""

    def _told(self) -> str:
        return (
            f"{self.application} could not read the other application's public key at its /plugins/servlet/oauth/consumer-info, so it "
            f"accepts no requests from it {self._quote}. Check that the other application is up and can be reached from there at the "
            f"link's RPC URL, then run this again."
        )


class Throttled(Refused):
    """Raised when an application is asked too often (429)."""

    _passes = True

    def _told(self) -> str:
        wait = f"Wait {self.said.retry_after:.0f} s" if self.said.retry_after else "Wait a while"
        return f"{self.application} is asked too often {self._quote}. {wait}, then run this again, with less at the same time."


class ServerFault(Refused):
    """Raised when an application fails over a request (5xx)."""

    _passes = True

    def _told(self) -> str:
        if self.status in (502, 504):
            return (
                f"{self.application}, or a proxy before it, is not ready for {self.asked.doing} {self._quote}. Check that it is up, then "
                f"run this again."
            )
        return f"{self.application} failed over {self.asked.doing} {self._quote}. Look into its log."


@dataclass(eq=False, repr=False)
class IdTaken(Refused):
    """Raised when an application fails over a link's id that none of its lists shows.

    Args:
        said: the answer.
        link_id: the id.
    """

    link_id: str

    def _told(self) -> str:
        return (
            f"{self.application} failed over {self.asked.doing} {self._quote}, and its list has no link {self.link_id}. The usual reason "
            f"is that the id is taken: by a corrupted link, or by one whose type's plugin is gone; lists leave both out. Install that "
            f"plugin again and delete the link there, or have the rest of the corrupted one removed from the application's database as "
            f"Atlassian's support describes, then run this again. If it is neither, the application's log says what failed."
        )


@dataclass(eq=False, repr=False)
class OnlyByHand(ApplinksError):
    """Raised when an application has a way to change something, but none that a program can use.

    Args:
        asked: what was tried.
        answered: what the application said against it, in parentheses, if it said something.
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

    def _told(self) -> str:
        answered = f" {self.answered}" if self.answered else ""
        return (
            f"{self.application} did not finish {self.asked.doing}{answered}: its version's REST interface adds authentication to a link "
            f"and takes none away, and its pages that do ask, as a rule, for a secure administrator session (websudo), which no program "
            f"has. Open {self.page} as an administrator, edit the link {self.link_id}, and set its incoming authentication to "
            f"{self.incoming} and its outgoing authentication to {self.outgoing} there; or switch secure administrator sessions off. Then "
            f"run this again."
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
    """The error for an answer with which an application says no.

    Args:
        asked: the request.
        said: the answer.
    """
    return (ServerFault if said.status >= 500 else _BY_STATUS.get(said.status, Refused))(asked, said)
