"""The passphrase secrets provider, version 1: the same keys and texts as the real CLI's."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from pulumi_applinks.lab.engine.errors import EngineError

ITERATIONS = 1_000_000
CHECKED_WORD = "pulumi"
"""What a salt carries, encrypted, so that a wrong passphrase is noticed."""


def passphrase_from(environment: Mapping[str, str]) -> str | None:
    """The passphrase that the environment gives, directly or as a file.

    Raises:
        EngineError: the file cannot be read.
    """
    direct = environment.get("PULUMI_CONFIG_PASSPHRASE")
    if direct is not None:
        return direct
    named = environment.get("PULUMI_CONFIG_PASSPHRASE_FILE")
    if not named:
        return None
    try:
        return Path(named).read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise EngineError(
            f"PULUMI_CONFIG_PASSPHRASE_FILE names a file that cannot be read: {problem.strerror}"
        ) from None


def key_of(passphrase: str, salt: bytes) -> bytes:
    """The key of a passphrase and a salt. It takes a while, on purpose: nobody should be able to try many."""
    kdf = PBKDF2HMAC(algorithm=SHA256(), length=32, salt=salt, iterations=ITERATIONS)
    return kdf.derive(passphrase.encode())


class Crypter:
    """Encrypts and decrypts one stack's secrets; the key is made when first needed, since that takes a while.

    Args:
        passphrase: the stack's passphrase, or None when the user gave none.
        salt: the stack's `encryptionsalt`, or empty for a new one.
    """

    def __init__(self, passphrase: str | None, salt: str = "") -> None:
        self._passphrase = passphrase
        self._salt = salt
        self._cipher: AESGCM | None = None
        self._known: dict[str, str] = {}

    @property
    def salt(self) -> str:
        """The stack's `encryptionsalt`, made now if there was none.

        Raises:
            EngineError: there is no passphrase.
        """
        if not self._salt:
            raw = os.urandom(8)
            self._cipher = AESGCM(self._key(raw))
            self._salt = f"v1:{base64.b64encode(raw).decode()}:{self.encrypt(CHECKED_WORD)}"
        return self._salt

    def _key(self, raw: bytes) -> bytes:
        if self._passphrase is None:
            raise EngineError(
                "the stack has secrets and no passphrase was given: "
                "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE"
            )
        return key_of(self._passphrase, raw)

    def verify(self) -> None:
        """Make sure that the passphrase is the stack's.

        Raises:
            EngineError: no or a wrong passphrase.
        """
        self._ready()

    def _ready(self) -> AESGCM:
        if self._cipher is None:
            parts = self.salt.split(":", 2)
            if len(parts) != 3 or parts[0] != "v1":
                raise EngineError("the stack's encryptionsalt is not a passphrase salt of version 1")
            cipher = AESGCM(self._key(base64.b64decode(parts[1])))
            try:
                right = _open(cipher, parts[2]) == CHECKED_WORD
            except InvalidTag:
                right = False
            if not right:
                raise EngineError(
                    "incorrect passphrase: PULUMI_CONFIG_PASSPHRASE does not open this stack's secrets"
                )
            self._cipher = cipher
        return self._cipher

    def encrypt(self, text: str) -> str:
        """Encrypt a text.

        Raises:
            EngineError: no or a wrong passphrase.
        """
        nonce = os.urandom(12)
        sealed = (self._cipher or self._ready()).encrypt(nonce, text.encode(), None)
        return f"v1:{base64.b64encode(nonce).decode()}:{base64.b64encode(sealed).decode()}"

    def decrypt(self, text: str) -> str:
        """Decrypt a text.

        Raises:
            EngineError: no or a wrong passphrase, or the text was encrypted for another stack.
        """
        cipher = self._ready()
        try:
            return _open(cipher, text)
        except (InvalidTag, ValueError):
            raise EngineError(
                "a secret of this stack cannot be decrypted: was it made with another passphrase?"
            ) from None

    def seal(self, value: Any) -> str:
        """Encrypt a value for the state; a value that was read from it keeps its text, so that nothing seems changed."""
        text = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        if text not in self._known:
            self._known[text] = self.encrypt(text)
        return self._known[text]

    def unseal(self, text: str) -> Any:
        """Decrypt a value of the state."""
        opened = self.decrypt(text)
        value = json.loads(opened)
        self._known[json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)] = text
        return value


def _open(cipher: AESGCM, text: str) -> str:
    version, nonce, sealed = text.split(":")
    if version != "v1":
        raise ValueError(version)
    return cipher.decrypt(base64.b64decode(nonce), base64.b64decode(sealed), None).decode()
