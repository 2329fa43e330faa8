"""OAuth 1.0a with RSA-SHA1 keys: sign and verify requests between applications, as real applications do [OA]."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from oauthlib.oauth1 import SIGNATURE_RSA, Client, RequestValidator, SignatureOnlyEndpoint
from werkzeug.datastructures import Authorization

Method = Literal["GET", "PUT", "POST", "DELETE"]


@dataclass(frozen=True)
class KeyPair:
    """An application's keys, as PEM."""

    private: str
    public: str


_spare: list[KeyPair] = []


def key_pair() -> KeyPair:
    """A 2048-bit RSA key pair that no other application of this process uses now."""
    try:
        return _spare.pop()
    except IndexError:
        return _new_key_pair()


def give_back(keys: KeyPair) -> None:
    """Keep the keys of an application that is gone for another one, because generating keys is slow."""
    _spare.append(keys)


def _new_key_pair() -> KeyPair:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return KeyPair(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode(),
    )


@lru_cache(maxsize=256)
def _loaded(private_key: str) -> PrivateKeyTypes:
    """A loaded private key, cached because loading takes much longer than signing."""
    return serialization.load_pem_private_key(private_key.encode(), None)


@lru_cache(maxsize=256)
def _loaded_public(public_key: str) -> PublicKeyTypes | str:
    try:
        return serialization.load_pem_public_key(public_key.encode())
    except ValueError:
        return public_key  # the other side sent an invalid key: the verification reports the problem


class _TwoLegged(Client):
    """Sends an empty `oauth_token`, as the plugin does [S9], although 2LO has no token."""

    def get_oauth_params(self, request: Any) -> list[tuple[str, str]]:
        return [*super().get_oauth_params(request), ("oauth_token", "")]  # type: ignore[no-untyped-call]


def signed(
    method: Method, url: str, key: str, private_key: str, requestor: str | None = None
) -> tuple[str, str]:
    """Sign a 2LO request.

    Args:
        method: the HTTP method.
        url: the URL of the request.
        key: the consumer key.
        private_key: the private key, as PEM.
        requestor: the user to impersonate, if any.

    Returns:
        The URL to send the request to, and the `Authorization` header.
    """
    if requestor is not None:
        parts = urlsplit(url)
        query = "&".join(
            part for part in (parts.query, urlencode({"xoauth_requestor_id": requestor})) if part
        )
        url = urlunsplit(parts._replace(query=query))
    client = _TwoLegged(key, signature_method=SIGNATURE_RSA, rsa_key=_loaded(private_key))
    url, headers, _ = client.sign(url, http_method=method)
    return url, headers["Authorization"]


@dataclass(frozen=True)
class Verified:
    """The result of verifying a signed request.

    Args:
        key: the consumer key in the request.
        problem: the problem, by its name in the protocol; None if the request is valid.
    """

    key: str
    problem: str | None = None


class Verifier(RequestValidator):
    """Verifies signed requests against the keys of known consumers, and remembers nonces."""

    enforce_ssl = False
    timestamp_lifetime = 300

    def __init__(self) -> None:
        super().__init__()
        self._endpoint = SignatureOnlyEndpoint(self)
        self._lock = threading.Lock()
        self._nonces: dict[tuple[str, str], float] = {}
        self._keys: dict[str, str] = {}
        self.skew = 0.0
        """The number of seconds by which this application's clock is ahead."""

    def verify(self, method: str, url: str, authorization: str, keys: dict[str, str]) -> Verified:
        """Verify a signed request.

        Args:
            method: the HTTP method.
            url: the URL of the request.
            authorization: the `Authorization` header.
            keys: the PEM public keys, by consumer key.
        """
        header = Authorization.from_header(authorization)
        given = {name: unquote(value or "") for name, value in header.parameters.items()} if header else {}
        key = given.get("oauth_consumer_key", "")
        if key not in keys:
            return Verified(key, "consumer_key_unknown")
        stamp = given.get("oauth_timestamp", "")
        now = time.time() + self.skew
        if not stamp.isdecimal() or abs(now - int(stamp)) > self.timestamp_lifetime:
            return Verified(key, "timestamp_refused")
        if not self._fresh(key, given.get("oauth_nonce", ""), now):
            return Verified(key, "nonce_used")
        if given.get("oauth_token"):
            return Verified(key, "token_rejected")
        with self._lock:
            self._keys = keys
            good, _ = self._endpoint.validate_request(url, method, headers={"Authorization": authorization})
        return Verified(key, None if good else "signature_invalid")

    def _fresh(self, key: str, nonce: str, now: float) -> bool:
        with self._lock:
            # The oldest nonces come first.
            while self._nonces and now - next(iter(self._nonces.values())) >= self.timestamp_lifetime:
                del self._nonces[next(iter(self._nonces))]
            if (key, nonce) in self._nonces:
                return False
            self._nonces[key, nonce] = now
            return True

    # The methods that oauthlib calls on a validator. `verify` has already checked nonces and timestamps.

    def check_client_key(self, client_key: str) -> bool:
        """Accept any form of key."""
        return bool(client_key)

    def check_nonce(self, nonce: str) -> bool:
        """Accept any form of nonce."""
        return bool(nonce)

    def validate_timestamp_and_nonce(self, *_: Any, **__: Any) -> bool:
        """Accept everything, because `verify` has already checked it."""
        return True

    def validate_client_key(self, client_key: str, _request: Any) -> bool:
        """Whether the consumer is known."""
        return client_key in self._keys

    def get_rsa_key(self, client_key: str, _request: Any) -> Any:
        """The consumer's public key."""
        return _loaded_public(self._keys.get(client_key, ""))

    @property
    def dummy_client(self) -> str:
        """A placeholder for an unknown consumer."""
        return secrets.token_hex(8)
