"""OAuth 1.0a with RSA-SHA1 keys: signed requests between applications, as the real ones send and verify them [OA]."""

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
    """An application's keys, PEM."""

    private: str
    public: str


_spare: list[KeyPair] = []


def key_pair() -> KeyPair:
    """An RSA key pair of 2048 bits that no other application of this process has now."""
    try:
        return _spare.pop()
    except IndexError:
        return _new_key_pair()


def give_back(keys: KeyPair) -> None:
    """Let another application have the keys of one that is gone: making new ones takes long."""
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
    """A private key, ready to sign: reading it takes much longer than signing."""
    return serialization.load_pem_private_key(private_key.encode(), None)


@lru_cache(maxsize=256)
def _loaded_public(public_key: str) -> PublicKeyTypes | str:
    try:
        return serialization.load_pem_public_key(public_key.encode())
    except ValueError:
        return public_key  # of somebody else's making: the verification says what is wrong with it


class _TwoLegged(Client):
    """Sends the token that 2LO does not have as an empty one, as the plugin does [S9]."""

    def get_oauth_params(self, request: Any) -> list[tuple[str, str]]:
        return [*super().get_oauth_params(request), ("oauth_token", "")]  # type: ignore[no-untyped-call]


def signed(
    method: Method, url: str, key: str, private_key: str, requestor: str | None = None
) -> tuple[str, str]:
    """A 2LO request, signed.

    Args:
        method: of HTTP.
        url: to ask.
        key: the consumer key.
        private_key: PEM.
        requestor: whom to impersonate, if anybody.

    Returns:
        The URL to ask, and the `Authorization` header.
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
    """What came of looking at a signed request.

    Args:
        key: the consumer key that it gives.
        problem: what is wrong with it, in the protocol's words; nothing when it is good.
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
        """By how many seconds this application's clock is ahead."""

    def verify(self, method: str, url: str, authorization: str, keys: dict[str, str]) -> Verified:
        """Look at a signed request.

        Args:
            method: of HTTP.
            url: as it was asked.
            authorization: the header.
            keys: PEM public keys by consumer key.
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
            # The oldest stand first.
            while self._nonces and now - next(iter(self._nonces.values())) >= self.timestamp_lifetime:
                del self._nonces[next(iter(self._nonces))]
            if (key, nonce) in self._nonces:
                return False
            self._nonces[key, nonce] = now
            return True

    # What oauthlib asks of a validator; nonces and time stamps were looked at before.

    def check_client_key(self, client_key: str) -> bool:
        """Any key may be known."""
        return bool(client_key)

    def check_nonce(self, nonce: str) -> bool:
        """Any form of nonce is taken."""
        return bool(nonce)

    def validate_timestamp_and_nonce(self, *_: Any, **__: Any) -> bool:
        """Done before."""
        return True

    def validate_client_key(self, client_key: str, _request: Any) -> bool:
        """Whether the consumer is known."""
        return client_key in self._keys

    def get_rsa_key(self, client_key: str, _request: Any) -> Any:
        """The consumer's public key."""
        return _loaded_public(self._keys.get(client_key, ""))

    @property
    def dummy_client(self) -> str:
        """What stands for an unknown consumer."""
        return secrets.token_hex(8)
