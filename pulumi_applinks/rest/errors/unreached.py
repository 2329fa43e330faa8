"""Errors that say why no answer came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pulumi_applinks.codes import Cause
from pulumi_applinks.rest.errors.base import ApplinksError
from pulumi_applinks.rest.message import Message

TlsProblem = Literal[
    "certificate", "expired", "not_yet_valid", "hostname", "weak", "form", "refused", "protocol"
]


@dataclass(eq=False, repr=False)
class CouldNotAsk(ApplinksError):
    """Raised when no answer came. `maybe_done` says whether the request may have been carried out anyway."""

    _passes = True
    _whose: ClassVar[str] = ""
    """The part of this machine whose text the field `reason` quotes."""

    def _more(self) -> Iterator[str]:
        if reason := getattr(self, "reason", ""):
            yield f"This machine's {self._whose} says: {reason}."


@dataclass(eq=False, repr=False)
class NotSendable(CouldNotAsk):
    """Raised when HTTP can't carry a request, for example because of characters in the address or the credentials.

    Args:
        why: its row in the table.
        reason: the operating system's words; empty if it has none.
    """

    _passes = False
    _whose = "operating system"

    why: Cause
    reason: str = ""

    def _row(self) -> Cause:
        return self.why


@dataclass(eq=False, repr=False)
class NoLogin(CouldNotAsk):
    """Raised when a request needs a login, and there is none. Nothing was sent.

    Args:
        failure: why there is no login.
    """

    _passes = False

    failure: Message

    def _told(self) -> Message:
        why = f"{self.failure.what[0].upper()}{self.failure.what[1:]}."
        what = f"there is no login for {self.application}"
        return Message(
            self.failure.code,
            what,
            (why,),
            do=self.failure.do,
            request=self._request(),
            application=self.application,
        )


@dataclass(eq=False, repr=False)
class UnknownHost(CouldNotAsk):
    """Raised when no name service knows the host.

    Args:
        known: whether the name service says that the host does not exist. Otherwise the service might just not have answered.
    """

    known: bool = True

    def _row(self) -> Cause:
        return Cause.UNKNOWN_HOST if self.known else Cause.HOST_NOT_FOUND


class ConnectionRefused(CouldNotAsk):
    """Raised when nothing listens at the address."""

    _cause = Cause.CONNECTION_REFUSED


@dataclass(eq=False, repr=False)
class NoWay(CouldNotAsk):
    """Raised when this machine can't make a connection: it has no route to the host, or its own settings do not allow it.

    Args:
        reason: the operating system's words; empty if it has none.
    """

    _cause = Cause.NO_WAY
    _whose = "operating system"

    reason: str = ""


@dataclass(eq=False, repr=False)
class TimedOut(CouldNotAsk):
    """Raised when the application took too long.

    Args:
        seconds: how long the client waited.
        connecting: whether the connection itself took too long.
    """

    seconds: float
    connecting: bool

    def _row(self) -> Cause:
        return Cause.NO_CONNECTION if self.connecting else Cause.NO_ANSWER

    def _facts(self) -> dict[str, Any]:
        return {**super()._facts(), "seconds": f"{self.seconds:.3g} s"}

    def _doubtful(self) -> bool:
        return not self.connecting


@dataclass(eq=False, repr=False)
class ConnectionLost(CouldNotAsk):
    """Raised when the connection broke before the answer was complete.

    Args:
        sent: whether the request may have arrived.
        reason: the HTTP library's error, if it is not a known one; empty otherwise.
    """

    _whose = "HTTP library"

    sent: bool = True
    reason: str = ""

    def _row(self) -> Cause:
        secure = self.url.lower().startswith("https:")
        return Cause.CONNECTION_LOST if secure else Cause.CONNECTION_LOST_WITHOUT_TLS

    def _doubtful(self) -> bool:
        return self.sent


_TLS: dict[TlsProblem, Cause] = {
    "certificate": Cause.CERTIFICATE_NOT_TRUSTED,
    "expired": Cause.CERTIFICATE_EXPIRED,
    "not_yet_valid": Cause.CERTIFICATE_NOT_YET_VALID,
    "hostname": Cause.CERTIFICATE_OF_ANOTHER_HOST,
    "weak": Cause.CERTIFICATE_WEAK,
    "form": Cause.CERTIFICATE_MALFORMED,
    "refused": Cause.CERTIFICATE_REFUSED,
    "protocol": Cause.NO_TLS,
}


@dataclass(eq=False, repr=False)
class TlsFailure(CouldNotAsk):
    """Raised when there is no trusted TLS connection. Verification is never switched off.

    Args:
        kind: what is wrong.
        reason: the TLS library's words.
    """

    _passes = False
    _whose = "TLS library"

    kind: TlsProblem
    reason: str = ""

    def _row(self) -> Cause:
        return _TLS[self.kind]

    def _doubtful(self) -> bool:
        # The TLS library checks a certificate before it sends anything. Other failures of TLS may come later.
        return self.kind == "protocol"


@dataclass(eq=False, repr=False)
class DeadlineExceeded(CouldNotAsk):
    """Raised when the time for the whole operation was up.

    Args:
        sent: whether this request had been sent by then.
        seconds: how long the client waited.
    """

    _cause = Cause.OUT_OF_TIME

    sent: bool = False
    seconds: float = 0.0

    def _more(self) -> Iterator[str]:
        if self.sent:
            yield f"Gave up after {self.seconds:.3g} s."

    def _doubtful(self) -> bool:
        return self.sent


@dataclass(eq=False, repr=False)
class ProxyFailure(CouldNotAsk):
    """Raised when a proxy does not let the request through.

    Args:
        status: what it answered; None if it could not be used at all. 407 asks for credentials of the proxy itself.
        named: whether the environment names this proxy. Otherwise it may be a proxy in front of the application.
    """

    _passes = False

    status: int | None = None
    named: bool = True

    def _row(self) -> Cause:
        if self.status is None:
            return Cause.PROXY_NOT_USABLE
        if self.status != 407:
            return Cause.PROXY_REFUSES
        return Cause.PROXY_WANTS_LOGIN if self.named else Cause.PROXY_ON_THE_WAY

    def _facts(self) -> dict[str, Any]:
        facts = super()._facts()
        return {**facts, "hostname": facts["host"].partition(":")[0]}
