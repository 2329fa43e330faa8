"""Why no answer came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pulumi_applinks.codes import Code
from pulumi_applinks.rest.addresses import host_of
from pulumi_applinks.rest.errors.base import ApplinksError
from pulumi_applinks.rest.told import Told

TlsProblem = Literal[
    "certificate", "expired", "not_yet_valid", "hostname", "weak", "form", "refused", "protocol"
]


class CouldNotAsk(ApplinksError):
    """Raised when no answer came. `maybe_done` says whether the request may have been carried out all the same."""

    _passes = True


@dataclass(eq=False, repr=False)
class NotSendable(CouldNotAsk):
    """Raised when a request can't be put into HTTP: an address or credentials with characters that don't fit.

    Args:
        why: what is wrong, a sentence.
        do: what to do, a sentence.
    """

    _passes = False

    why: str
    do: str

    def _told(self) -> Told:
        return self._tell(Code.NOT_SENDABLE, f"{self.application} can't be asked", self.why, do=self.do)


@dataclass(eq=False, repr=False)
class NoLogin(NotSendable):
    """Raised when a request takes a login, and there is none to be had. Nothing was sent.

    Args:
        code: of the reason.
    """

    code: Code

    def _told(self) -> Told:
        return self._tell(self.code, f"there is no login for {self.application}", self.why, do=self.do)


@dataclass(eq=False, repr=False)
class UnknownHost(CouldNotAsk):
    """Raised when no name service tells where the host is.

    Args:
        known: whether the name service says that there is none; else it may only not have answered.
    """

    known: bool = True

    def _told(self) -> Told:
        host = host_of(self.url)
        return self._tell(
            Code.UNKNOWN_HOST,
            f"{self.application} can't be found",
            f"This machine's name service knows no host {host}."
            if self.known
            else f"This machine's name service gave no address for {host}: it knows none, or did not answer.",
            do="Check the URL for a typing error, and the name service.",
        )


class ConnectionRefused(CouldNotAsk):
    """Raised when nothing listens at the address."""

    def _told(self) -> Told:
        return self._tell(
            Code.CONNECTION_REFUSED,
            f"{self.application} is not running, or not there",
            f"{host_of(self.url)} refuses connections, or a firewall does.",
            do="Start it, or correct its URL.",
        )


@dataclass(eq=False, repr=False)
class NoWay(CouldNotAsk):
    """Raised when this machine can't make a connection: it has no way to the host, or its own settings do not allow it.

    Args:
        reason: the operating system's words; empty where it has none.
    """

    reason: str = ""

    def _told(self) -> Told:
        return self._tell(
            Code.NOT_REACHABLE,
            f"{self.application} can't be reached",
            f"This machine made no connection to {host_of(self.url)}.",
            *_quoted("operating system", self.reason),
            do="Check the URL, and the network, the routes and the firewall of this machine.",
        )


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

    def _told(self) -> Told:
        if self.connecting:
            return self._tell(
                Code.NOT_REACHABLE,
                f"{self.application} can't be reached",
                f"{host_of(self.url)} took no connection within {self.seconds:.3g} s.",
                do="Check the URL, and that no firewall stands between.",
            )
        return self._tell(
            Code.NO_ANSWER,
            f"{self.application} did not answer within {self.seconds:.3g} s while {self.asked.doing}",
            do="Look for what keeps it busy, then run this again.",
        )


@dataclass(eq=False, repr=False)
class ConnectionLost(CouldNotAsk):
    """Raised when the connection broke before the answer was complete.

    Args:
        sent: whether the request may have arrived.
        reason: the HTTP library's word, where it is not one that is known; empty otherwise.
    """

    sent: bool = True
    reason: str = ""

    def _doubtful(self) -> bool:
        return self.sent

    def _told(self) -> Told:
        scheme = "" if self.url.lower().startswith("https:") else ", and that its address is not one of https"
        return self._tell(
            Code.CONNECTION_LOST,
            f"the connection to {self.application} was lost while {self.asked.doing}",
            *_quoted("HTTP library", self.reason),
            do=f"Check that the application, and any proxy before it, is up{scheme}. Then run this again.",
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

    def _doubtful(self) -> bool:
        # A certificate is looked at before anything is sent; whatever else breaks TLS may do so later.
        return self.kind == "protocol"

    def _told(self) -> Told:
        code, why, do = _TLS[self.kind]
        said = _quoted("TLS library", self.reason)
        return self._tell(
            code,
            f"{self.application} can't be trusted",
            why.format(host=host_of(self.url)),
            *said,
            do=do,
        )


_CHAIN = "The certificate of {host}, or of an authority that signed it,"
_TLS: dict[TlsProblem, tuple[Code, str, str]] = {
    "certificate": (
        Code.CERTIFICATE_NOT_TRUSTED,
        "The certificate of {host} is signed by no authority that this machine knows, or an authority in between is not sent along.",
        "Put the authority's certificate into a file, and that file's name into REQUESTS_CA_BUNDLE: that of your company, or of a proxy "
        "that reads what passes. If the authority is a known one, have the server send the certificates in between, too.",
    ),
    "expired": (
        Code.CERTIFICATE_EXPIRED,
        f"{_CHAIN} has expired.",
        "Have it renewed. If it has not expired, set the clock of this machine.",
    ),
    "not_yet_valid": (
        Code.CERTIFICATE_NOT_YET_VALID,
        f"{_CHAIN} is not valid yet.",
        "Compare the time from which on it is valid with the clock of this machine: set the clock, or have the certificate issued again.",
    ),
    "hostname": (
        Code.CERTIFICATE_OF_ANOTHER_HOST,
        "The certificate that {host} shows is another host's.",
        "Give the URL with the name in the certificate, or have the certificate corrected.",
    ),
    "weak": (
        Code.CERTIFICATE_REFUSED,
        f"{_CHAIN} has a key or a signature that is too weak for this machine.",
        "Have it issued again, with a longer key and a newer signature.",
    ),
    "form": (
        Code.CERTIFICATE_REFUSED,
        f"{_CHAIN} lacks something that RFC 5280 asks for, or has it in another form; Python looks at that since 3.13.",
        "Have it issued again with what the TLS library names. Until then, an earlier Python takes it.",
    ),
    "refused": (
        Code.CERTIFICATE_REFUSED,
        "This machine does not accept the certificate of {host}.",
        "It, or that of an authority that signed it, may be withdrawn, be for another purpose than a server's, or not be signed as it "
        "says. Have what the TLS library names corrected.",
    ),
    "protocol": (
        Code.NO_TLS,
        "{host} and this machine agree on no TLS connection.",
        "Check that the scheme and the port of the URL are right, that both take a common version and cipher of TLS, and that the server "
        "asks for no certificate of a client, which this program does not have.",
    ),
}


def _quoted(whose: str, reason: str) -> tuple[str, ...]:
    return (f"This machine's {whose} says: {reason}.",) if reason else ()


@dataclass(eq=False, repr=False)
class DeadlineExceeded(CouldNotAsk):
    """Raised when the time for the whole operation was up.

    Args:
        sent: whether this request was on its way by then.
        seconds: how long it was waited for.
    """

    sent: bool = False
    seconds: float = 0.0

    def _doubtful(self) -> bool:
        return self.sent

    def _told(self) -> Told:
        return self._tell(
            Code.OUT_OF_TIME,
            f"{self.application} had not answered when the time for this operation was up, while {self.asked.doing}",
            *([f"It was waited for, {self.seconds:.3g} s."] if self.sent else []),
            do="Look for what is slow, or give the operation more time with timeout_seconds.",
        )


@dataclass(eq=False, repr=False)
class ProxyFailure(CouldNotAsk):
    """Raised when a proxy does not let the request through.

    Args:
        status: what it answered; None when it could not be used at all. 407 asks for credentials of its own.
        named: whether it is the one that the environment names; else it may be one before the application.
    """

    _passes = False

    status: int | None = None
    named: bool = True

    def _told(self) -> Told:
        host = host_of(self.url)
        what = "could not be used"
        if self.status == 407:
            what = "asks for a login of its own"
        elif self.status is not None:
            what = f"answered {self.status}: it does not let this machine through, or does not reach that host itself"
        whose = f"The proxy that this machine's environment names for {host}"
        do = f"Correct HTTPS_PROXY or HTTP_PROXY, or name {host.partition(':')[0]} in NO_PROXY if no proxy is needed."
        if not self.named:
            whose = f"A proxy on the way to {host}"
            do += " If the environment names none, it is one before the application: give an api_url that leads past it."
        return self._tell(
            Code.PROXY_FAILURE, f"{self.application} can't be reached", f"{whose} {what}.", do=do
        )
