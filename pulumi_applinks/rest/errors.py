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
 ├ Refused                  an answer came, and it says no (refusals.py)
 │  ├ Invalid               400
 │  ├ NotAuthenticated      401
 │  ├ NotPermitted          403
 │  ├ NotFound              404
 │  ├ Conflict              409
 │  │  ├ RelocationNotReachable
 │  │  └ ConsumerUnavailable
 │  ├ Throttled             429
 │  └ ServerFault           5xx
 └ NotUnderstood            an answer came, and it is not what an application with applinks says (misunderstandings.py)
    ├ NotApplinks
    ├ LoginPage             HTML where JSON was asked for
    ├ RedirectedElsewhere
    └ UnexpectedAnswer
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from pulumi_applinks.rest.addresses import host_of
from pulumi_applinks.rest.text import printable


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
        origin: where they come from and how they are corrected there, in sentences.
        needs: whose credentials it takes.
    """

    application: str
    method: str
    url: str
    doing: str
    changes: bool = False
    login: str | None = None
    named: bool = False
    origin: str = ""
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
        # Much of it is what an application said. What is quoted was cleaned before; this is for what will be forgotten.
        super().__init__(printable(message))
        self.asked = asked
        self.tries = 1
        """How many times it was sent."""
        self.maybe_done = False
        """Whether the application may have carried it out all the same."""

    def __str__(self) -> str:
        return str(self.args[0])

    def doubt(self) -> None:
        """Tell that the application may have carried it out all the same."""
        self.maybe_done = True
        self.args = (f"{self.args[0]} Whether the application carried it out is not known.",)

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
        maybe_done: whether the application may have carried the request out all the same.
    """

    may_pass: ClassVar[bool] = True
    """Whether it may be over after a while, without anybody doing something."""

    def __init__(self, asked: Asked, message: str, *, maybe_done: bool = False) -> None:
        super().__init__(asked, message)
        if maybe_done:
            self.doubt()


class NotSendable(CouldNotAsk):
    """Raised when a request can't be put into HTTP: an address or credentials with characters that don't fit.

    Args:
        asked: the request.
        why: what is wrong and what to do, as a sentence.
    """

    may_pass = False

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

    may_pass = False

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

    may_pass = False

    def __init__(self, asked: Asked, *, wants_login: bool = False) -> None:
        host = host_of(asked.url)
        what = "asks for a login of its own" if wants_login else "could not be used"
        super().__init__(
            asked,
            f"{asked.application} can't be reached: the proxy that this machine's environment names for {host} {what}. Correct HTTPS_PROXY "
            f"or HTTP_PROXY, or name {host.partition(':')[0]} in NO_PROXY if no proxy is needed.",
        )
