"""What can go wrong when an application is asked: each error says what happened, on which application, and what to do.

ApplinksError
 ├ CouldNotAsk              no answer came; `maybe_done` says whether the request may have been carried out
 │  ├ NotSendable           the request can't be put into HTTP
 │  ├ UnknownHost
 │  ├ ConnectionRefused
 │  ├ TimedOut
 │  ├ ConnectionLost
 │  ├ TlsFailure
 │  ├ DeadlineExceeded
 │  └ ProxyFailure
 ├ Refused                  an answer came, and it says no
 │  ├ Invalid               400
 │  ├ NotAuthenticated      401
 │  ├ NotPermitted          403
 │  ├ NotFound              404
 │  ├ Conflict              409
 │  │  ├ RelocationNotReachable
 │  │  └ ConsumerUnavailable
 │  ├ Throttled             429
 │  └ ServerFault           5xx
 └ NotUnderstood            an answer came, and it is not what an application with applinks says
    ├ NotApplinks
    ├ LoginPage             HTML where JSON was asked for
    ├ RedirectedElsewhere
    └ UnexpectedAnswer
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pulumi_applinks.rest.addresses import base_of, host_of

_STALE = (
    " If they were changed since the last `pulumi up`: refresh and destroy still use the configuration stored then (unless run with "
    "--run-program), while environment variables are always current and win."
)


@dataclass(frozen=True)
class Asked:
    """A request, as errors tell of it. Holds no secret.

    Args:
        application: its label, such as "target (https://wiki.example.com)".
        method: of HTTP.
        url: without user info and query.
        doing: what it is for, such as "making the link".
        changes: whether it may change something.
        login: how messages name the credentials; nothing when it is anonymous.
        named: whether these credentials are known by a name.
        needs: whose credentials it takes.
    """

    application: str
    method: str
    url: str
    doing: str
    changes: bool = False
    login: str | None = None
    named: bool = False
    needs: str = "an administrator"

    @property
    def line(self) -> str:
        """The request line, as messages quote it."""
        return f"{self.method} {self.url}"


class ApplinksError(Exception):
    """Raised when an application could not be asked, refused, or was not understood.

    Args:
        asked: the request.
        message: one or two sentences for a person.
    """

    def __init__(self, asked: Asked, message: str) -> None:
        super().__init__(message)
        self.asked = asked
        self.tries = 1
        """How many times it was sent."""

    def __str__(self) -> str:
        return str(self.args[0])

    @property
    def application(self) -> str:
        """The application's label."""
        return self.asked.application

    @property
    def url(self) -> str:
        """The address that was asked, without user info and query."""
        return self.asked.url


class CouldNotAsk(ApplinksError):
    """Raised when no answer came.

    Args:
        asked: the request.
        message: what happened, and what to do.
        maybe_done: whether the application may have carried it out all the same.
    """

    def __init__(self, asked: Asked, message: str, *, maybe_done: bool = False) -> None:
        self.maybe_done = maybe_done
        unknown = " Whether the application carried it out is not known." if maybe_done else ""
        super().__init__(asked, f"{message}{unknown}")


class NotSendable(CouldNotAsk):
    """Raised when a request can't be put into HTTP: an address or credentials with characters that don't fit.

    Args:
        asked: the request.
        why: what is wrong and what to do, as a sentence.
    """

    def __init__(self, asked: Asked, why: str) -> None:
        super().__init__(asked, f"{asked.application} can't be asked: {why}")


class UnknownHost(CouldNotAsk):
    """Raised when no name service knows the host.

    Args:
        asked: the request.
    """

    def __init__(self, asked: Asked) -> None:
        super().__init__(
            asked,
            f"{asked.application} can't be found: there is no host {host_of(asked.url)}. Check the URL for a typing error, and that this "
            f"machine's name service knows the host.",
        )


class ConnectionRefused(CouldNotAsk):
    """Raised when nothing listens at the address.

    Args:
        asked: the request.
    """

    def __init__(self, asked: Asked) -> None:
        super().__init__(
            asked,
            f"{asked.application} is not running, or not there: {host_of(asked.url)} refuses connections. Start it, or correct its URL.",
        )


class TimedOut(CouldNotAsk):
    """Raised when the application took too long.

    Args:
        asked: the request.
        seconds: how long it was waited for.
        connecting: whether not even a connection was made.
    """

    def __init__(self, asked: Asked, *, seconds: float, connecting: bool) -> None:
        self.seconds = seconds
        self.connecting = connecting
        if connecting:
            message = (
                f"{asked.application} can't be reached: {host_of(asked.url)} took no connection within {seconds:.3g} s. Check the URL, "
                f"and that no firewall stands between."
            )
        else:
            message = (
                f"{asked.application} took longer than {seconds:.3g} s over {asked.doing} ({asked.line}). Look for what keeps it busy, "
                f"then run this again."
            )
        super().__init__(asked, message, maybe_done=asked.changes and not connecting)


class ConnectionLost(CouldNotAsk):
    """Raised when the connection broke before the answer was complete.

    Args:
        asked: the request.
        sent: whether the request may have arrived.
    """

    def __init__(self, asked: Asked, *, sent: bool = True) -> None:
        super().__init__(
            asked,
            f"{asked.application} broke the connection off during {asked.doing} ({asked.line}). Check that it, and any proxy before it, "
            f"is up, then run this again.",
            maybe_done=asked.changes and sent,
        )


TlsProblem = Literal["certificate", "expired", "hostname", "protocol"]


class TlsFailure(CouldNotAsk):
    """Raised when there is no trusted TLS connection. Verification is never switched off.

    Args:
        asked: the request.
        kind: what is wrong.
        reason: the TLS library's words.
    """

    def __init__(self, asked: Asked, kind: TlsProblem, reason: str = "") -> None:
        self.kind = kind
        host, said = host_of(asked.url), f" ({reason})" if reason else ""
        message = {
            "certificate": (
                f"{asked.application} can't be trusted: the certificate of {host} is signed by no authority that this machine knows"
                f"{said}. Put the authority's certificate into a file, and that file's name into REQUESTS_CA_BUNDLE."
            ),
            "expired": f"{asked.application} can't be trusted: the certificate of {host} has expired{said}. Have it renewed.",
            "hostname": (
                f"{asked.application} can't be trusted: the certificate that {host} shows is another host's{said}. Give the URL with the "
                f"name in the certificate, or have the certificate corrected."
            ),
            "protocol": (
                f"{asked.application} can't be talked to securely: {host} and this machine agree on no TLS connection{said}. Check that "
                f"the URL's https and port are right."
            ),
        }[kind]
        super().__init__(asked, message)


class DeadlineExceeded(CouldNotAsk):
    """Raised when the time for the whole operation was up.

    Args:
        asked: the request.
        sent: whether this request was on its way by then.
    """

    def __init__(self, asked: Asked, *, sent: bool = False) -> None:
        super().__init__(
            asked,
            f"the time for this operation was up before {asked.application} had answered to {asked.doing} ({asked.line}). Give it more "
            f"with timeout_seconds, or look for what is slow.",
            maybe_done=asked.changes and sent,
        )


class ProxyFailure(CouldNotAsk):
    """Raised when the proxy that the environment names does not let the request through.

    Args:
        asked: the request.
        wants_login: whether it asks for credentials of its own.
    """

    def __init__(self, asked: Asked, *, wants_login: bool = False) -> None:
        host = host_of(asked.url)
        what = "asks for a login of its own" if wants_login else "could not be used"
        super().__init__(
            asked,
            f"{asked.application} can't be reached: the proxy that this machine's environment names for {host} {what}. Correct HTTPS_PROXY "
            f"or HTTP_PROXY, or name {host.partition(':')[0]} in NO_PROXY if no proxy is needed.",
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
            return (
                f"{asked.application} wants a login for {asked.doing}, and there is none {quote}. Give it credentials of {asked.needs}."
            )
        if said.login_reason == "captcha":
            return (
                f"{asked.application} refuses {asked.login} until a CAPTCHA is answered, after too many failed logins {quote}. Log in there "
                f"once in a browser as that user, then run this again."
            )
        if said.login_reason == "rights":
            return (
                f"{asked.application} let {asked.login} in, but that user is not {asked.needs} there, which {asked.doing} takes {quote}. "
                f"Give credentials of {asked.needs}."
            )
        cause = "the password or the token is wrong or has expired"
        if said.login_reason is None:
            cause += f", or the user is not {asked.needs} there"
        return f"{asked.application} refused {asked.login} {quote}: {cause}. Correct the credentials.{_STALE}"


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
        return (
            f"{asked.application} is asked too often {said.of(asked)}. {wait}, then run this again, with less at the same time."
        )


class ServerFault(Refused):
    """Raised when an application fails over a request (5xx)."""

    def _told(self, asked: Asked, said: Said) -> str:
        unknown = " Whether it was carried out is not known." if asked.changes else ""
        if said.status in (502, 503, 504):
            return (
                f"{asked.application}, or a proxy before it, is not ready for {asked.doing} {said.of(asked)}. Check that it is up, then run "
                f"this again.{unknown}"
            )
        return f"{asked.application} failed over {asked.doing} {said.of(asked)}. Look into its log.{unknown}"


class NotUnderstood(ApplinksError):
    """Raised when an answer is not one of an application with applinks."""


class NotApplinks(NotUnderstood):
    """Raised when an address has no applinks interface.

    Args:
        asked: the request.
        status: what it answered.
    """

    def __init__(self, asked: Asked, status: int = 404) -> None:
        self.status = status
        super().__init__(
            asked,
            f"{asked.application} has no application links: nothing answers for them under {base_of(asked.url)} ({asked.line} answered "
            f"{status}). Check the URL and its context path, such as /jira, /confluence or /wiki.",
        )


class LoginPage(NotUnderstood):
    """Raised when HTML comes where JSON was asked for.

    Args:
        asked: the request.
        title: the page's title, fit to be quoted.
    """

    def __init__(self, asked: Asked, title: str = "") -> None:
        self.title = title
        page = f"an HTML page, “{title}”," if title else "an HTML page"
        super().__init__(
            asked,
            f"{asked.application} answered {asked.doing} with {page} instead of JSON: it looks like a login page or a proxy's page "
            f"({asked.line}). Check that the URL leads to the application itself, and that single sign-on lets its REST interface through.",
        )


class RedirectedElsewhere(NotUnderstood):
    """Raised when an application sends this program to another address, where its credentials do not go.

    Args:
        asked: the request.
        redirected_to: where to, without user info and query.
    """

    def __init__(self, asked: Asked, redirected_to: str) -> None:
        self.redirected_to = redirected_to
        here, there = host_of(asked.url), host_of(redirected_to)
        way = f"from {here} to {there}" if here != there else f"to another address on {here}"
        super().__init__(
            asked,
            f"{asked.application} redirects {way} ({asked.line} leads to {redirected_to}), where the credentials are not sent. If the "
            f"application is there now, give {base_of(redirected_to)} as its URL.",
        )


class UnexpectedAnswer(NotUnderstood):
    """Raised when an answer can't be read.

    Args:
        asked: the request.
        why: what is wrong with it, as the end of a sentence.
    """

    def __init__(self, asked: Asked, why: str) -> None:
        super().__init__(
            asked,
            f"{asked.application} gave an answer to {asked.doing} that {why} ({asked.line}). Check that the URL leads to the application "
            f"itself, and that its version is one that this program knows.",
        )
