"""What kept an answer from coming, out of the exceptions of the libraries, which keep the cause in different places."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from collections.abc import Iterator
from typing import Literal

import requests
import urllib3

from pulumi_applinks.rest.bounded_http import StrangelyCoded, TookTooLong, TooLong
from pulumi_applinks.rest.errors import (
    ApplinksError,
    Asked,
    ConnectionLost,
    ConnectionRefused,
    CouldNotAsk,
    DeadlineExceeded,
    NotSendable,
    ProxyFailure,
    TimedOut,
    TlsFailure,
    TlsProblem,
    UnexpectedAnswer,
    UnknownHost,
)
from pulumi_applinks.rest.redaction import quoted

# OpenSSL's verification codes.
_EXPIRED, _OTHER_HOST = frozenset({10}), frozenset({62, 64})


def failure_of(
    asked: Asked, error: Exception, *, connect: float, answer: float, expired: bool
) -> ApplinksError:
    """What kept an answer from coming.

    Args:
        asked: the request.
        error: of a library, or of `bounded_http`.
        connect: how long a connection may take, in seconds.
        answer: how long an answer may take, in seconds.
        expired: whether the time for the whole operation is up.
    """
    why = _unintelligible(error)
    if why:
        return UnexpectedAnswer(asked, why)
    if isinstance(error, requests.exceptions.SSLError):
        return _tls_failure(asked, error)
    if isinstance(error, requests.exceptions.ProxyError):
        return ProxyFailure(asked, wants_login="407" in str(error))
    phase = _timed_out(error)
    if phase is None:
        return _unreached(asked, error)
    if expired:
        return DeadlineExceeded(asked, sent=phase == "answer")
    return TimedOut(asked, connect if phase == "connect" else answer, connecting=phase == "connect")


def _unintelligible(error: Exception) -> str | None:
    """Why an answer is not even HTTP that this program takes, as the end of a sentence; None when none came."""
    for cause in _chain(error):
        if isinstance(cause, TooLong):
            return "is longer than any that was expected"
        if isinstance(cause, StrangelyCoded):
            return "is compressed in a way that was not asked for"
        # Those two mean that the connection broke.
        lost = isinstance(cause, (http.client.RemoteDisconnected, http.client.IncompleteRead))
        if isinstance(cause, http.client.HTTPException) and not lost:
            return "is no HTTP, or has headers beyond measure"
    return None


def _unreached(asked: Asked, error: Exception) -> CouldNotAsk:
    """Why no answer came, when that was neither TLS, a proxy nor the time."""
    causes = list(_chain(error))
    if any(isinstance(cause, (socket.gaierror, urllib3.exceptions.NameResolutionError)) for cause in causes):
        return UnknownHost(asked)
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return ConnectionRefused(asked)
    if any(
        isinstance(cause, OSError) and cause.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH)
        for cause in causes
    ):
        return TimedOut(asked, seconds=0, connecting=True)
    if any(isinstance(cause, urllib3.exceptions.NewConnectionError) for cause in causes):
        return ConnectionLost(asked, sent=False)
    if isinstance(error, (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        return ConnectionLost(asked)
    if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader, UnicodeError)):
        return NotSendable(
            asked,
            "Its URL or its credentials hold characters that HTTP does not allow.",
            "Look for line breaks and typing errors.",
        )
    if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
        return NotSendable(
            asked,
            "The file of trusted authorities that the environment names can't be read.",
            "Correct REQUESTS_CA_BUNDLE.",
        )
    return ConnectionLost(asked)


def _tls_failure(asked: Asked, error: Exception) -> TlsFailure:
    """Why there is no trusted TLS connection."""
    kind: TlsProblem = "protocol"
    reason = ""
    for cause in _chain(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            code = cause.verify_code
            kind = "expired" if code in _EXPIRED else "hostname" if code in _OTHER_HOST else "certificate"
            reason = cause.verify_message
            break
        if isinstance(cause, ssl.SSLError) and cause.reason:
            reason = cause.reason.replace("_", " ").lower()
    return TlsFailure(asked, kind, quoted(reason).rstrip("."))


def _timed_out(error: Exception) -> Literal["connect", "answer"] | None:
    """What took too long; None when that was not the failure."""
    for cause in _chain(error):
        if isinstance(cause, (requests.exceptions.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError)):
            # urllib3's "new connection" error is a kind of connect time-out, also when the connection was refused.
            if not isinstance(cause, urllib3.exceptions.NewConnectionError):
                return "connect"
        elif isinstance(
            cause,
            (TookTooLong, requests.exceptions.ReadTimeout, urllib3.exceptions.ReadTimeoutError, TimeoutError),
        ):
            return "answer"
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception with everything that it wraps: libraries keep the cause in different places."""
    waiting, seen = [error], set[int]()
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]
        waiting += [one for one in inner if isinstance(one, BaseException)]
