"""Encrypt secrets with the stack's passphrase, in the format of the real CLI."""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from pulumi_applinks.lab.engine.errors import EngineError

_CHECKED = "pulumi"
"""A known text that is stored encrypted with the salt, so that a wrong passphrase is detected."""


def key_of(passphrase: str, salt: bytes) -> bytes:
    """Derive the key from a passphrase and a salt. This is slow on purpose, so that nobody can try many passphrases."""
    return PBKDF2HMAC(SHA256(), length=32, salt=salt, iterations=1_000_000).derive(passphrase.encode())


class Crypter:
    """Encrypts and decrypts one stack's secrets. The key is derived when it is first needed, because that is slow.

    Args:
        passphrase: the stack's passphrase, or None if the user gave none.
        salt: the stack's `encryptionsalt`, or empty to create a new salt.
    """

    def __init__(self, passphrase: str | None, salt: str = "") -> None:
        self._passphrase = passphrase
        self._salt = salt
        self._cipher: AESGCM | None = None

    @property
    def salt(self) -> str:
        """The stack's `encryptionsalt`. It is created now if there was none.

        Raises:
            EngineError: there is no passphrase, or a wrong one.
        """
        self.verify()
        return self._salt

    def verify(self) -> AESGCM:
        """Make sure that the passphrase is the stack's.

        Raises:
            EngineError: there is no passphrase, or a wrong one.
        """
        if self._cipher is not None:
            return self._cipher
        if self._passphrase is None:
            raise EngineError("no passphrase was given: set PULUMI_CONFIG_PASSPHRASE")
        _, salt, checked = (self._salt or f"v1:{_text(os.urandom(8))}:").split(":", 2)
        self._cipher = AESGCM(key_of(self._passphrase, base64.b64decode(salt)))
        if not checked:
            self._salt = f"v1:{salt}:{self.encrypt(_CHECKED)}"
        try:
            self.decrypt(checked or self.encrypt(_CHECKED))
        except EngineError:
            self._cipher = None
            raise EngineError(
                "incorrect passphrase: PULUMI_CONFIG_PASSPHRASE does not open this stack's secrets"
            ) from None
        return self._cipher

    def encrypt(self, text: str) -> str:
        """Encrypt a text.

        Raises:
            EngineError: there is no passphrase, or a wrong one.
        """
        nonce = os.urandom(12)
        return f"v1:{_text(nonce)}:{_text(self.verify().encrypt(nonce, text.encode(), None))}"

    def decrypt(self, text: str) -> str:
        """Decrypt a text.

        Raises:
            EngineError: there is no passphrase, or a wrong one, or the text was encrypted for another stack.
        """
        cipher = self.verify()
        try:
            _, nonce, sealed = text.split(":")
            return cipher.decrypt(base64.b64decode(nonce), base64.b64decode(sealed), None).decode()
        except (InvalidTag, ValueError):
            raise EngineError(
                "a secret of this stack cannot be decrypted: was it made with another passphrase?"
            ) from None


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
