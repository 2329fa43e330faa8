"""Why no answer came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pulumi_applinks.rest.addresses import host_of
from pulumi_applinks.rest.errors.base import ApplinksError

TlsProblem = Literal["certificate", "expired", "hostname", "protocol"]


class CouldNotAsk(ApplinksError):
    """Raised when no answer came. `maybe_done` says whether the request may have been carried out all the same."""

    _passes = True


@dataclass(eq=False, repr=False)
class NotSendable(CouldNotAsk):
    """Raised when a request can't be put into HTTP: an address or credentials with characters that don't fit.

    Args:
        why: what is wrong and what to do, as a sentence.
    """

    _passes = False

    why: str

    def _told(self) -> str:
        return f"{self.application} can't be asked: {self.why}"


class NoLogin(NotSendable):
    """Raised when a request takes a login, and there is none to be had. Nothing was sent."""


class UnknownHost(CouldNotAsk):
    """Raised when no name service knows the host."""

    def _told(self) -> str:
        return (
            f"{self.application} can't be found: there is no host {host_of(self.url)}. Check the URL for a typing error, and that this "
            f"machine's name service knows the host."
        )


class ConnectionRefused(CouldNotAsk):
    """Raised when nothing listens at the address."""

    def _told(self) -> str:
        return f"{self.application} is not running, or not there: {host_of(self.url)} refuses connections. Start it, or correct its URL."


@dataclass(eq=False, repr=False)
class TimedOut(CouldNotAsk):
    """Raised when the application took too long.

    Args:
        seconds: how long it was waited for.
        connecting: whether not even a connection was made.
    """

    seconds: float
    connecting: bool

    def _doubtful(self) -> bool:
        return not self.connecting

    def _told(self) -> str:
        if self.connecting:
            return (
                f"{self.application} can't be reached: {host_of(self.url)} took no connection within {self.seconds:.3g} s. Check the URL, "
                f"and that no firewall stands between."
            )
        return (
            f"{self.application} took longer than {self.seconds:.3g} s over {self.asked.doing} ({self.asked.line}). Look for what keeps it "
            f"busy, then run this again."
        )


@dataclass(eq=False, repr=False)
class ConnectionLost(CouldNotAsk):
    """Raised when the connection broke before the answer was complete.

    Args:
        sent: whether the request may have arrived.
    """

    sent: bool = True

    def _doubtful(self) -> bool:
        return self.sent

    def _told(self) -> str:
        return (
            f"{self.application} broke the connection off during {self.asked.doing} ({self.asked.line}). Check that it, and any proxy "
            f"before it, is up, then run this again."
        )


@dataclass(eq=False, repr=False)
class TlsFailure(CouldNotAsk):
    """Raised when there is no trusted TLS connection. Verification is never switched off.

    Args:
        kind: what is wrong.
        reason: the TLS library's words.
    """

    _passes = False

    kind: TlsProblem
    reason: str = ""

    def _told(self) -> str:
        host, said = host_of(self.url), f" ({self.reason})" if self.reason else ""
        return {
            "certificate": (
                f"{self.application} can't be trusted: the certificate of {host} is signed by no authority that this machine knows"
                f"{said}. Put the authority's certificate into a file, and that file's name into REQUESTS_CA_BUNDLE."
            ),
            "expired": f"{self.application} can't be trusted: the certificate of {host} has expired{said}. Have it renewed.",
            "hostname": (
                f"{self.application} can't be trusted: the certificate that {host} shows is another host's{said}. Give the URL with the "
                f"name in the certificate, or have the certificate corrected."
            ),
            "protocol": (
                f"{self.application} can't be talked to securely: {host} and this machine agree on no TLS connection{said}. Check that "
                f"the URL's https and port are right."
            ),
        }[self.kind]


@dataclass(eq=False, repr=False)
class DeadlineExceeded(CouldNotAsk):
    """Raised when the time for the whole operation was up.

    Args:
        sent: whether this request was on its way by then.
    """

    sent: bool = False

    def _doubtful(self) -> bool:
        return self.sent

    def _told(self) -> str:
        return (
            f"the time for this operation was up before {self.application} had answered to {self.asked.doing} ({self.asked.line}). Give it "
            f"more with timeout_seconds, or look for what is slow."
        )


@dataclass(eq=False, repr=False)
class ProxyFailure(CouldNotAsk):
    """Raised when the proxy that the environment names does not let the request through.

    Args:
        wants_login: whether it asks for credentials of its own.
    """

    _passes = False

    wants_login: bool = False

    def _told(self) -> str:
        host = host_of(self.url)
        what = "asks for a login of its own" if self.wants_login else "could not be used"
        return (
            f"{self.application} can't be reached: the proxy that this machine's environment names for {host} {what}. Correct HTTPS_PROXY "
            f"or HTTP_PROXY, or name {host.partition(':')[0]} in NO_PROXY if no proxy is needed."
        )
