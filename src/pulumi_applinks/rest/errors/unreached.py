"""Why no answer came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pulumi_applinks.codes import Code
from pulumi_applinks.rest.addresses import host_of
from pulumi_applinks.rest.errors.base import ApplinksError
from pulumi_applinks.rest.told import Told

TlsProblem = Literal["certificate", "expired", "hostname", "protocol"]


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


class UnknownHost(CouldNotAsk):
    """Raised when no name service knows the host."""

    def _told(self) -> Told:
        return self._tell(
            Code.UNKNOWN_HOST,
            f"{self.application} can't be found",
            f"This machine's name service knows no host {host_of(self.url)}.",
            do="Check the URL for a typing error, and the name service.",
        )


class ConnectionRefused(CouldNotAsk):
    """Raised when nothing listens at the address."""

    def _told(self) -> Told:
        return self._tell(
            Code.CONNECTION_REFUSED,
            f"{self.application} is not running, or not there",
            f"{host_of(self.url)} refuses connections.",
            do="Start it, or correct its URL.",
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
    """

    sent: bool = True

    def _doubtful(self) -> bool:
        return self.sent

    def _told(self) -> Told:
        return self._tell(
            Code.CONNECTION_LOST,
            f"the connection to {self.application} was lost while {self.asked.doing}",
            do="Check that the application, and any proxy before it, is up. Then run this again.",
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

    def _told(self) -> Told:
        host = host_of(self.url)
        said = (f"This machine's TLS library says: {self.reason}.",) if self.reason else ()
        code, why, do = {
            "certificate": (
                Code.CERTIFICATE_NOT_TRUSTED,
                f"The certificate of {host} is signed by no authority that this machine knows.",
                "Put the authority's certificate into a file, and that file's name into REQUESTS_CA_BUNDLE.",
            ),
            "expired": (
                Code.CERTIFICATE_EXPIRED,
                f"The certificate of {host} has expired.",
                "Have it renewed.",
            ),
            "hostname": (
                Code.CERTIFICATE_OF_ANOTHER_HOST,
                f"The certificate that {host} shows is another host's.",
                "Give the URL with the name in the certificate, or have the certificate corrected.",
            ),
            "protocol": (
                Code.NO_TLS,
                f"{host} and this machine agree on no TLS connection.",
                "Check that the scheme and the port of the URL are right.",
            ),
        }[self.kind]
        return self._tell(code, f"{self.application} can't be trusted", why, *said, do=do)


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
    """Raised when the proxy that the environment names does not let the request through.

    Args:
        wants_login: whether it asks for credentials of its own.
    """

    _passes = False

    wants_login: bool = False

    def _told(self) -> Told:
        host = host_of(self.url)
        what = "asks for a login of its own" if self.wants_login else "could not be used"
        return self._tell(
            Code.PROXY_FAILURE,
            f"{self.application} can't be reached",
            f"The proxy that this machine's environment names for {host} {what}.",
            do=f"Correct HTTPS_PROXY or HTTP_PROXY, or name {host.partition(':')[0]} in NO_PROXY if no proxy is needed.",
        )
