"""HTTP that no server should send, by name: broken, endless, false or slow."""

from __future__ import annotations

import gzip
import zlib
from functools import cache

from tests.reliability.hostile.server import Behaviour, Exchange

OK = b"HTTP/1.1 200 OK\r\n"
JSON = OK + b"Content-Type: application/json\r\n"
CHUNKED = JSON + b"Transfer-Encoding: chunked\r\n\r\n"
GIB = 1 << 30


def _bytes(data: bytes) -> Behaviour:
    return lambda exchange: exchange.send(data)


def _endless(start: bytes, data: bytes) -> Behaviour:
    def answer(exchange: Exchange) -> None:
        exchange.send(start)
        exchange.endlessly(data)

    return answer


def _drip(start: bytes, data: bytes) -> Behaviour:
    def answer(exchange: Exchange) -> None:
        exchange.send(start)
        exchange.drip(data)

    return answer


@cache
def _bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(1 << 20)
    return b"".join(packer.compress(zeros) for _ in range(64)) + packer.flush()


def _packed(coding: bytes, body: bytes) -> bytes:
    return JSON + b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (coding, len(body)) + body


def _redirects(exchange: Exchange) -> None:
    number = int(exchange.path.rpartition("=")[2]) + 1 if "hop=" in exchange.path else 1
    exchange.keep = True
    exchange.send(b"HTTP/1.1 302 Found\r\nLocation: /hop?hop=%d\r\nContent-Length: 0\r\n\r\n" % number)


def _redirect(to: bytes) -> Behaviour:
    return _bytes(b"HTTP/1.1 302 Found\r\nLocation: " + to + b"\r\nContent-Length: 0\r\n\r\n")


SLOW: dict[str, Behaviour] = {
    "nothing more": lambda exchange: exchange.drip(b"H", 60),
    "drips the status line": _drip(b"", b"HTTP/1.1 200 " + b"O" * 60_000),
    "drips headers": _drip(OK, b"X: y\r\n"),
    "drips one header": _drip(OK + b"X: ", b"y"),
    "drips interim answers": _drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "drips a body": _drip(JSON + b"Content-Length: 100000\r\n\r\n[", b" "),
    "drips a body without length": _drip(JSON + b"\r\n[", b" "),
    "drips chunks": _drip(CHUNKED, b"1\r\n \r\n"),
    "drips the size of a chunk": _drip(CHUNKED, b"0"),
    "drips trailers": _drip(CHUNKED + b"2\r\n[]\r\n0\r\n", b"X: y\r\n"),
    "drips an error": _drip(b"HTTP/1.1 500 No\r\nContent-Length: 100000\r\n\r\n", b" "),
}
"""Answers that would keep a client waiting forever if it only limits the time since the last byte."""

LARGE: dict[str, Behaviour] = {
    "1 GiB": _endless(JSON + b"Content-Length: %d\r\n\r\n" % GIB, b" "),
    "1 GiB without length": _endless(JSON + b"\r\n", b" "),
    "1 GiB in chunks": _endless(CHUNKED, b"8000\r\n" + b" " * 0x8000 + b"\r\n"),
    "1 GiB in small chunks": _endless(CHUNKED, b"1\r\n \r\n"),
    "1 GiB in one chunk": _endless(CHUNKED + b"40000000\r\n", b" "),
    "an endless size of a chunk": _endless(CHUNKED, b"0"),
    "an endless extension of a chunk": _endless(CHUNKED + b"2;x=", b"y"),
    "endless trailers": _endless(CHUNKED + b"2\r\n[]\r\n0\r\n", b"X: y\r\n"),
    "an endless trailer": _endless(CHUNKED + b"2\r\n[]\r\n0\r\nX: ", b"y"),
    "endless headers": _endless(OK, b"X: y\r\n"),
    "an endless header": _endless(OK + b"X: ", b"y"),
    "large headers": _endless(OK, b"X: " + b"y" * 60_000 + b"\r\n"),
    "endless cookies": _endless(OK, b"Set-Cookie: a=b\r\n"),
    "an endless status line": _endless(b"HTTP/1.1 200 ", b"O"),
    "endless interim answers": _endless(b"", b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"),
    "an endless error": _endless(b"HTTP/1.1 500 No\r\nContent-Type: text/plain\r\n\r\n", b"no "),
    "a gzip bomb": lambda exchange: exchange.send(_packed(b"gzip", _bomb())),
    "gzip in gzip": lambda exchange: exchange.send(_packed(b"gzip, gzip", gzip.compress(_bomb()))),
}
"""Answers that would fill the memory of a client that reads to the end."""

BROKEN: dict[str, Behaviour] = {
    "closes": _bytes(b""),
    "HTTP/0.9": _bytes(b'{"id": "x"}'),
    "another protocol": _bytes(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "TLS": _bytes(b"\x15\x03\x01\x00\x02\x02\x46"),
    "no status": _bytes(b"HTTP/1.1 \r\n\r\n"),
    "status 99999": _bytes(b"HTTP/1.1 99999 Much\r\n\r\n"),
    "status -1": _bytes(b"HTTP/1.1 -01 Less\r\n\r\n"),
    "status 999": _bytes(b"HTTP/1.1 999 Much\r\nContent-Length: 0\r\n\r\n"),
    "HTTP/9.9": _bytes(b"HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\n[]"),
    "switches protocols": _bytes(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n\x00\x01"),
    "early hints": _bytes(b"HTTP/1.1 103 Early Hints\r\n\r\n" + JSON + b"Content-Length: 2\r\n\r\n[]"),
    "204 with a body": _bytes(b"HTTP/1.1 204 No\r\nContent-Length: 2\r\n\r\n[]"),
    "304": _bytes(b"HTTP/1.1 304 Same\r\n\r\n"),
    "206": _bytes(b"HTTP/1.1 206 Part\r\nContent-Range: bytes 0-1/9\r\nContent-Length: 2\r\n\r\n[]"),
    "a header without colon": _bytes(OK + b"what is this\r\nContent-Length: 2\r\n\r\n[]"),
    "a header that steers a terminal": _bytes(
        b"HTTP/1.1 401 \x1b[2J\r\nWWW-Authenticate: \x1b]0;x\x07\r\nX-Seraph-LoginReason: \x1b[2J\r\nContent-Length: 0\r\n\r\n"
    ),
    "a folded header": _bytes(OK + b"Content-Length:\r\n 2\r\n\r\n[]"),
    "zero bytes in headers": _bytes(OK + b"X\x00: \x00\r\nContent-Length: 2\r\n\r\n[]"),
    "headers that are no ASCII": _bytes(
        OK + b"Content-Type: \xff\xfe\r\nX: \xe2\x80\xae\r\nContent-Length: 2\r\n\r\n[]"
    ),
    "too long a length": _bytes(JSON + b"Content-Length: 100\r\n\r\n[]"),
    "too short a length": _bytes(JSON + b"Content-Length: 1\r\n\r\n[]"),
    "a negative length": _bytes(JSON + b"Content-Length: -5\r\n\r\n[]"),
    "a length that is none": _bytes(JSON + b"Content-Length: many\r\n\r\n[]"),
    "a length of 5,000 digits": _bytes(JSON + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n[]"),
    "two lengths": _bytes(JSON + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n[]"),
    "a length and chunks": _bytes(
        JSON + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n"
    ),
    "a chunk's size that is none": _bytes(CHUNKED + b"zz\r\n[]\r\n"),
    "a chunk's negative size": _bytes(CHUNKED + b"-2\r\n[]\r\n"),
    "a chunk's size of 5,000 digits": _bytes(CHUNKED + b"f" * 5000 + b"\r\n[]\r\n"),
    "chunks that break off": _bytes(CHUNKED + b"2\r\n[]\r\n"),
    "a chunk without end": _bytes(CHUNKED + b"2\r\n[]XX0\r\n\r\n"),
    "another transfer encoding": _bytes(JSON + b"Transfer-Encoding: gzip\r\n\r\n[]"),
    "gzip that is none": _bytes(_packed(b"gzip", b"[]")),
    "gzip that breaks off": _bytes(_packed(b"gzip", gzip.compress(b"[]")[:-9])),
    "deflate": _bytes(_packed(b"deflate", zlib.compress(b"[]"))),
    "brotli": _bytes(_packed(b"br", b"\x0b\x01\x80[]\x03")),
    "an unknown coding": _bytes(_packed(b"\x1b[2J", b"[]")),
    "endless redirects": _redirects,
    "a redirect that steers a terminal": _redirect(b"http://elsewhere.example/\x1b[2J\x9b2J\x07"),
    "a redirect to no address": _redirect(b"http://[:::/"),
    "a redirect to a port that is none": _redirect(b"http://127.0.0.1:99999999/"),
    "a redirect to a host of odd letters": _redirect("http://℀.example/".encode()),
    "a redirect to a file": _redirect(b"file:///etc/passwd"),
    "a redirect to nothing": _redirect(b""),
    "a redirect of 60,000 letters": _redirect(b"http://elsewhere.example/" + b"a" * 60_000),
    "a redirect with a secret": _redirect(
        b"http://elsewhere.example/planted-password/YWRtaW46cGxhbnRlZC1wYXNzd29yZA=="
    ),
    "a Retry-After that is none": _bytes(
        b"HTTP/1.1 429 No\r\nRetry-After: \xb2\xb3\r\nContent-Length: 0\r\n\r\n"
    ),
    "a Retry-After of years": _bytes(b"HTTP/1.1 503 No\r\nRetry-After: 999999\r\nContent-Length: 0\r\n\r\n"),
    "an unknown charset": _bytes(
        OK + b"Content-Type: application/json; charset=zlib\r\nContent-Length: 2\r\n\r\n[]"
    ),
    "a proxy's question": _bytes(
        b"HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\x1b[2J\r\nContent-Length: 0\r\n\r\n"
    ),
}
"""Answers that break a rule, or that a client does not expect."""
