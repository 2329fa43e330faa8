"""What an application says no with, by HTTP status: each error says what was refused, on which application, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pulumi_applinks.rest.errors import ApplinksError, Asked

_CORRECT = (
    "Correct the credentials. If they were changed since the last `pulumi up`: refresh and destroy still use the configuration stored "
    "then (unless run with --run-program), while environment variables are always current and win."
)


@dataclass(frozen=True)
class Said:
    """What an application said when it refused, fit to be quoted.

    Args:
        status: of HTTP.
        messages: its sentences.
        fields: the names of the fields that it complains about.
        retry_after: how long it asks to wait, in seconds.
        login_reason: what it tells of the login.
    """

    status: int
    messages: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    retry_after: float | None = None
    login_reason: Literal["wrong", "captcha", "rights"] | None = None

    def of(self, asked: Asked) -> str:
        """What was asked and answered, as messages quote it in parentheses."""
        words = f": “{' '.join(self.messages)}”" if self.messages else ""
        about = f", about {', '.join(self.fields)}" if self.fields else ""
        return f"({asked.line} answered {self.status}{about}{words})"


class Refused(ApplinksError):
    """Raised when an application says no.

    Args:
        asked: the request.
        said: the answer.
        message: what to tell instead of the general sentence.
    """

    def __init__(self, asked: Asked, said: Said, message: str | None = None) -> None:
        self.status = said.status
        self.messages = said.messages
        self.fields = said.fields
        self.retry_after = said.retry_after
        super().__init__(asked, message or self._told(asked, said))
        if said.status >= 500 and asked.changes:
            self.doubt()

    def _told(self, asked: Asked, said: Said) -> str:
        return (
            f"{asked.application} refused {asked.doing} {said.of(asked)}. Check that its version is one that this program knows, and that "
            f"no proxy answers in its place."
        )


class Invalid(Refused):
    """Raised when an application finds the request itself wrong (400)."""

    def _told(self, asked: Asked, said: Said) -> str:
        return f"{asked.application} does not accept what was given for {asked.doing} {said.of(asked)}. Correct that, then run this again."


class NotAuthenticated(Refused):
    """Raised when an application does not let this user in (401). The older interface answers so to non-administrators too [S9]."""

    def __init__(self, asked: Asked, said: Said, message: str | None = None) -> None:
        self.reason = said.login_reason
        super().__init__(asked, said, message)

    def _told(self, asked: Asked, said: Said) -> str:
        quote = said.of(asked)
        if asked.login is None:
            return f"{asked.application} wants a login for {asked.doing}, and there is none {quote}. Give it credentials of {asked.needs}."
        if said.login_reason == "captcha":
            return (
                f"{asked.application} refuses {asked.login} until a CAPTCHA is answered, after too many failed logins {quote}. Log in "
                f"there once in a browser as that user, then run this again."
            )
        if said.login_reason == "rights":
            return (
                f"{asked.application} let {asked.login} in, but that user is not {asked.needs} there, which {asked.doing} takes {quote}. "
                f"Give credentials of {asked.needs}."
            )
        cause = "the password or the token is wrong or has expired"
        if said.login_reason is None:
            cause += f", or the user is not {asked.needs} there"
        return f"{asked.application} refused {asked.login} {quote}: {cause}. {asked.origin or _CORRECT}"


class NotPermitted(Refused):
    """Raised when an application knows the user and does not allow it (403)."""

    def _told(self, asked: Asked, said: Said) -> str:
        who = asked.login or "anyone without a login"
        return (
            f"{asked.application} does not allow {who} to go on with {asked.doing} {said.of(asked)}. Give credentials of {asked.needs}; "
            f"links that belong to the system can be changed by nobody else than a system administrator."
        )


class NotFound(Refused):
    """Raised when there is nothing at the address (404)."""

    def _told(self, asked: Asked, said: Said) -> str:
        return (
            f"{asked.application} has nothing there for {asked.doing} {said.of(asked)}. The link may have been deleted meanwhile, or this "
            f"version lacks that part of the interface: look at its list of links, then run this again."
        )


class Conflict(Refused):
    """Raised when something stands against the request (409)."""

    def _told(self, asked: Asked, said: Said) -> str:
        return (
            f"{asked.application} refused {asked.doing} because of what it has already {said.of(asked)}. Look at its list of links, then "
            f"run this again."
        )


class RelocationNotReachable(Conflict):
    """Raised when an application reaches nothing at the address that a link is to be relocated to [S9].

    Args:
        asked: the request.
        said: the answer.
        new_url: the address.
    """

    def __init__(self, asked: Asked, said: Said, new_url: str) -> None:
        self.new_url = new_url
        super().__init__(
            asked,
            said,
            f"{asked.application} reached nothing at {new_url}, so it did not relocate the link {said.of(asked)}. Check that the other "
            f'application is up and can be reached from there, or set on_unreachable_relocate="relocate" to do without.',
        )


class ConsumerUnavailable(Conflict):
    """Raised when an application can't read the public key of the other one, which it needs to accept its requests [S9]."""

    def _told(self, asked: Asked, said: Said) -> str:
        return (
            f"{asked.application} could not read the other application's public key at its /plugins/servlet/oauth/consumer-info, so it "
            f"accepts no requests from it {said.of(asked)}. Check that the other application is up and can be reached from there at the "
            f"link's RPC URL, then run this again."
        )


class Throttled(Refused):
    """Raised when an application is asked too often (429)."""

    def _told(self, asked: Asked, said: Said) -> str:
        wait = f"Wait {said.retry_after:.0f} s" if said.retry_after else "Wait a while"
        return f"{asked.application} is asked too often {said.of(asked)}. {wait}, then run this again, with less at the same time."


class ServerFault(Refused):
    """Raised when an application fails over a request (5xx)."""
    may_pass = True

    def _told(self, asked: Asked, said: Said) -> str:
        if said.status in (502, 503, 504):
            return (
                f"{asked.application}, or a proxy before it, is not ready for {asked.doing} {said.of(asked)}. Check that it is up, then "
                f"run this again."
            )
        return f"{asked.application} failed over {asked.doing} {said.of(asked)}. Look into its log."


_BY_STATUS: dict[int, type[Refused]] = {
    400: Invalid,
    401: NotAuthenticated,
    403: NotPermitted,
    404: NotFound,
    409: Conflict,
    429: Throttled,
}


def refusal(asked: Asked, said: Said) -> Refused:
    """The error for an answer that says no.

    Args:
        asked: the request.
        said: the answer.
    """
    if said.status >= 500:
        return ServerFault(asked, said)
    return _BY_STATUS.get(said.status, Refused)(asked, said)


class IdTaken(Refused):
    """Raised when an application fails over a link's id that none of its lists shows.

    Args:
        asked: the request.
        said: the answer.
        link_id: the id.
    """

    def __init__(self, asked: Asked, said: Said, link_id: str) -> None:
        self.link_id = link_id
        super().__init__(
            asked,
            said,
            f"{asked.application} failed over {asked.doing} {said.of(asked)}, and its list has no link {link_id}. The usual reason is that "
            f"the id is taken: by a corrupted link, or by one whose type's plugin is gone; lists leave both out. Install that plugin "
            f"again and delete the link there, or have the rest of the corrupted one removed from the application's database as "
            f"Atlassian's support describes, then run this again. If it is neither, the application's log says what failed.",
        )
