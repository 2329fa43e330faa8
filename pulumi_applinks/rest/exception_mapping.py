"""Turn the libraries' exceptions into errors that say why no answer came. The libraries keep the cause in different places."""

from __future__ import annotations

import errno
import http.client
import os
import re
import socket
import ssl
from collections.abc import Iterator
from typing import Literal

import requests
import urllib3

from pulumi_applinks.codes import Cause
from pulumi_applinks.rest.bounded_http import StrangelyCoded, TookTooLong, TooLong
from pulumi_applinks.rest.errors import (
    ApplinksError,
    Asked,
    ConnectionLost,
    ConnectionRefused,
    CouldNotAsk,
    DeadlineExceeded,
    NotSendable,
    NoWay,
    ProxyFailure,
    TimedOut,
    TlsFailure,
    TlsProblem,
    UnexpectedAnswer,
    UnknownHost,
)
from pulumi_applinks.rest.redaction import quoted

# OpenSSL's verification codes. Any other one is quoted.
_VERIFICATION: dict[int, TlsProblem] = {
    **dict.fromkeys((2, 18, 19, 20, 21), "certificate"),
    9: "not_yet_valid",
    10: "expired",
    **dict.fromkeys((62, 64), "hostname"),
    **dict.fromkeys((66, 67, 68), "weak"),
    **dict.fromkeys(range(80, 95), "form"),
}
_NO_SUCH_HOST = frozenset(
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA") if hasattr(socket, name)
)
# http.client keeps a proxy's status only in the exception's text.
_TUNNEL = re.compile(r"Tunnel connection failed: ([0-9]{3})\b")


def failure_of(
    asked: Asked, error: Exception, *, connect: float, answer: float, expired: bool
) -> ApplinksError:
    """The error that says why no answer came.

    Args:
        asked: the request.
        error: an exception of a library or of `bounded_http`.
        connect: how long a connection may take, in seconds.
        answer: how long an answer may take, in seconds.
        expired: whether the time for the whole operation is up.
    """
    why = _unintelligible(error)
    if why:
        return UnexpectedAnswer(asked, why)
    if isinstance(error, requests.exceptions.SSLError):
        return _tls_failure(asked, error)
    if isinstance(error, (requests.exceptions.ProxyError, requests.exceptions.InvalidProxyURL)):
        return ProxyFailure(asked, _status_of_proxy(error))
    phase = _timed_out(error)
    if phase is None:
        return _unreached(asked, error)
    if expired:
        return DeadlineExceeded(asked, sent=phase == "answer")
    return TimedOut(asked, connect if phase == "connect" else answer, connecting=phase == "connect")


def _unintelligible(error: Exception) -> str | None:
    """Why an answer is not HTTP that the client accepts, as the end of a sentence; None if no answer came."""
    for cause in _chain(error):
        if isinstance(cause, TooLong):
            return "is longer than expected"
        if isinstance(cause, StrangelyCoded):
            return "has an unexpected compression"
        # These two mean that the connection broke.
        lost = isinstance(cause, (http.client.RemoteDisconnected, http.client.IncompleteRead))
        if isinstance(cause, http.client.HTTPException) and not lost:
            return "is not HTTP, or has too many headers"
    return None


def _unreached(asked: Asked, error: Exception) -> CouldNotAsk:
    """Why no answer came, if the cause was not TLS, a proxy or a time-out."""
    causes = list(_chain(error))
    looked_up = [cause for cause in causes if isinstance(cause, socket.gaierror)]
    if looked_up or any(isinstance(cause, urllib3.exceptions.NameResolutionError) for cause in causes):
        return UnknownHost(asked, known=any(cause.errno in _NO_SUCH_HOST for cause in looked_up))
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return ConnectionRefused(asked)
    if any(isinstance(cause, urllib3.exceptions.NewConnectionError) for cause in causes):
        return NoWay(asked, _of_the_system(causes))
    if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader, UnicodeError)):
        return NotSendable(asked, Cause.CHARACTERS_NOT_SENDABLE)
    if isinstance(error, (requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema)):
        return NotSendable(asked, Cause.SCHEME_NOT_USABLE)
    if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
        if system := _of_the_system([error]):
            return NotSendable(asked, Cause.SYSTEM_REFUSES, system)
        return NotSendable(asked, Cause.AUTHORITIES_NOT_READABLE)
    if isinstance(error, (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        return ConnectionLost(asked)
    return ConnectionLost(asked, reason=type(error).__name__)


def _of_the_system(causes: list[BaseException]) -> str:
    """The operating system's own error text, which contains no address."""
    errors = (
        cause.errno for cause in causes if isinstance(cause, OSError) and cause.errno in errno.errorcode
    )
    return next((os.strerror(number) for number in errors if number is not None), "")


def _status_of_proxy(error: Exception) -> int | None:
    found = (_TUNNEL.match(str(cause)) for cause in _chain(error) if type(cause) is OSError)
    return next((int(one[1]) for one in found if one), None)


def _tls_failure(asked: Asked, error: Exception) -> TlsFailure | NotSendable:
    """Why there is no trusted TLS connection."""
    kind: TlsProblem = "protocol"
    reason = ""
    for cause in _chain(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            kind = _VERIFICATION.get(cause.verify_code, "refused")
            reason = cause.verify_message
            break
        # An SSLError that Python itself raises has neither attribute.
        if isinstance(cause, ssl.SSLError) and (word := getattr(cause, "reason", None)):
            if getattr(cause, "library", None) == "PEM" or word == "NO_CERTIFICATE_OR_CRL_FOUND":
                return NotSendable(asked, Cause.AUTHORITIES_NOT_READABLE)
            reason = word.replace("_", " ").lower()
    return TlsFailure(asked, kind, quoted(reason).rstrip("."))


def _timed_out(error: Exception) -> Literal["connect", "answer"] | None:
    """What took too long; None if the failure was not a time-out."""
    for cause in _chain(error):
        if isinstance(cause, (requests.exceptions.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError)):
            # urllib3's "new connection" error is a subclass of the connect time-out, even for a refused connection.
            if not isinstance(cause, urllib3.exceptions.NewConnectionError):
                return "connect"
        elif isinstance(
            cause,
            (TookTooLong, requests.exceptions.ReadTimeout, urllib3.exceptions.ReadTimeoutError, TimeoutError),
        ):
            return "answer"
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and all exceptions that it wraps. Libraries keep the cause in different places."""
    waiting, seen = [error], set[int]()
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]
        waiting += [one for one in inner if isinstance(one, BaseException)]
