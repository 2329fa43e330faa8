"""Each reason for which a certificate is not accepted has its own words, and what is not known is quoted."""

from __future__ import annotations

import datetime
import http.server
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3.connection
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from pulumi_applinks.codes import Code
from pulumi_applinks.rest import ApplicationClient, NotSendable, TlsFailure
from pulumi_applinks.rest.errors import Asked
from pulumi_applinks.rest.exception_mapping import failure_of

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
UNKNOWN_AUTHORITY = "is not signed by an authority that this machine trusts"


def name(text: str) -> x509.Name:
    """A name."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


class Authority:
    """Signs certificates that lack what a test says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = key()
        self.file = folder / "authority.pem"
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        own = (
            self._builder("authority", self.key, NOW - 30 * DAY, NOW + 300 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        self.file.write_bytes(own.public_bytes(serialization.Encoding.PEM))

    def _builder(
        self, subject: str, subject_key: Any, start: datetime.datetime, end: datetime.datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(name(subject))
            .issuer_name(name("authority"))
            .public_key(subject_key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
        )

    def server(
        self,
        *,
        start: datetime.datetime = NOW - DAY,
        end: datetime.datetime = NOW + DAY,
        bits: int = 2048,
        host: str = "127.0.0.1",
        identifies_key: bool = True,
        purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
    ) -> ssl.SSLContext:
        """What a server with such a certificate needs."""
        own = key(bits)
        address = x509.IPAddress(ipaddress.ip_address(host))
        builder = (
            self._builder(host, own, start, end)
            .add_extension(x509.SubjectAlternativeName([address]), critical=False)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        )
        if identifies_key:
            identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
            builder = builder.add_extension(identifier, critical=False)
        certificate = builder.sign(self.key, hashes.SHA256())
        file = self.folder / "server.pem"
        file.write_bytes(
            own.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        context.load_cert_chain(file)
        return context


@contextmanager
def serving(context: ssl.SSLContext) -> Iterator[str]:
    """The address of a server with it."""
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


CERTIFICATES: dict[str, tuple[dict[str, Any], Code, str]] = {
    "expired": ({"start": NOW - 9 * DAY, "end": NOW - DAY}, Code.CERTIFICATE_EXPIRED, "has expired"),
    "not valid yet": ({"start": NOW + DAY, "end": NOW + 9 * DAY}, Code.CERTIFICATE_NOT_YET_VALID, "is not valid yet"),
    "too weak": ({"bits": 1024}, Code.CERTIFICATE_REFUSED, "too weak"),
    "no authority key identifier": ({"identifies_key": False}, Code.CERTIFICATE_REFUSED, "Missing Authority Key Identifier"),
    "for another host": ({"host": "127.0.0.9"}, Code.CERTIFICATE_OF_ANOTHER_HOST, "is for another host"),
    "not be for servers": ({"purpose": ExtendedKeyUsageOID.CLIENT_AUTH}, Code.CERTIFICATE_REFUSED, "unsuitable certificate purpose"),
}  # fmt: skip


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at certificates as Python 3.13 does, and as a machine does that is set to security level 2."""
    made: Callable[..., ssl.SSLContext] = urllib3.connection.create_urllib3_context  # type: ignore[attr-defined]

    def create(*args: Any, **kwargs: Any) -> ssl.SSLContext:
        context = made(*args, **kwargs)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        context.set_ciphers("DEFAULT@SECLEVEL=2")
        return context

    monkeypatch.setattr(urllib3.connection, "create_urllib3_context", create)


@pytest.mark.parametrize("what", [*CERTIFICATES, "of an unknown authority"])
def test_why_a_certificate_is_not_accepted(what, tmp_path, monkeypatch, strict):
    """The cause that it is, and no other one; the library's words exist beside it."""
    known, own = Authority(tmp_path), tmp_path / "own"
    own.mkdir()
    options, code, words = CERTIFICATES.get(what, ({}, Code.CERTIFICATE_NOT_TRUSTED, UNKNOWN_AUTHORITY))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(known.file if what in CERTIFICATES else Authority(own).file))
    with (
        serving(known.server(**options)) as url,
        ApplicationClient("target", url) as client,
        pytest.raises(TlsFailure) as caught,
    ):
        client.manifest()
    told = caught.value.told
    assert (told.code, words in told.flat) == (code, True), told.flat
    assert "This machine's TLS library says: " in told.flat
    assert (UNKNOWN_AUTHORITY in told.flat) is (what == "of an unknown authority")
    assert not caught.value.maybe_done


def refused(verify_code: int, words: str = "words of the library") -> TlsFailure:
    """What becomes of a verification that ended with such a code."""
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = verify_code, words
    asked = Asked("target", "PUT", "https://wiki.example.com/x", "creating the link")
    failure = failure_of(asked, requests.exceptions.SSLError(error), connect=5, answer=30, expired=False)
    assert isinstance(failure, TlsFailure)
    return failure


@pytest.mark.parametrize("code", range(120))
def test_every_code_of_a_verification(code):
    """Is decided by its number; one that is not known here asserts no single cause, and every one quotes the library."""
    told = refused(code).told
    assert "This machine's TLS library says: words of the library." in told.why
    assert (UNKNOWN_AUTHORITY in told.flat) is (code in (2, 18, 19, 20, 21))
    assert ("expired" in told.why[0]) is (code == 10)
    assert ("not valid yet" in told.why[0]) is (code == 9)
    assert ("for another host" in told.why[0]) is (code in (62, 64))
    assert ("too weak" in told.why[0]) is (code in (66, 67, 68))
    if told.code is Code.CERTIFICATE_REFUSED and code not in (66, 67, 68, *range(80, 95)):
        assert told.why[0] == "This machine does not accept the certificate of wiki.example.com."
        assert "may be revoked, not be for servers" in told.do


def test_a_verification_is_not_decided_by_its_words():
    """They differ between versions of the library."""
    assert refused(85, "certificate has expired").told.code is Code.CERTIFICATE_REFUSED
    assert refused(9, "unable to get local issuer certificate").told.code is Code.CERTIFICATE_NOT_YET_VALID


def test_a_file_of_authorities_without_any(tmp_path, monkeypatch):
    """Is what is at fault, not the application's certificate, nor its TLS."""
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing", encoding="ascii")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(empty))
    with (
        serving(Authority(tmp_path).server()) as url,
        ApplicationClient("target", url) as client,
        pytest.raises(NotSendable, match="REQUESTS_CA_BUNDLE"),
    ):
        client.manifest()


def test_what_breaks_tls_later_may_have_come_after_a_request():
    """A certificate is looked at before anything is sent; other failures are not distinguished from those in the middle of an answer."""
    asked = Asked("target", "PUT", "https://wiki.example.com/x", "creating the link")
    error = requests.exceptions.SSLError(ssl.SSLError(1, "bad record mac"))
    failure = failure_of(asked, error, connect=5, answer=30, expired=False)
    assert failure.maybe_done
    assert not refused(10).maybe_done
