"""Remove everything that identifies the applications: secrets, hosts, names, ids."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from confirm.instance import Instance
from pulumi_applinks.lab.applications import TYPES
from pulumi_applinks.rest import Basic, Token

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_URL = re.compile(r"https?://[^\s\"'<>|;,]+")
_KEPT = {
    "typeId",
    "type",
    "version",
    "applinksVersion",
    "applicationVersion",
    "rel",
    "provider",
    "module",
    "category",
    "code",
}
_WORD = re.compile(r"[\w.:-]{1,120}")


class Leak(Exception):
    """Raised when something that should have been removed is still there. The message does not quote it."""


class Scrubber:
    """Replaces everything that identifies the applications. The same text gets the same replacement each time.

    Args:
        instances: the applications.
        addresses: the applications' other addresses.
    """

    def __init__(self, instances: Iterable[Instance], addresses: Iterable[str] = ()) -> None:
        self._hosts: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._secrets: set[str] = set()
        for instance in instances:
            login = instance.login
            if isinstance(login, Basic):
                self._secrets.add(login.password)
            elif isinstance(login, Token):
                self._secrets.add(login.token)
            for url in (instance.url, str(instance.manifest.get("url", ""))):
                self._hosts.setdefault(urlsplit(url).netloc, f"{instance.role}.example.com")
        for url in addresses:
            self._hosts.setdefault(urlsplit(url).netloc, "second.example.com")
        self._hosts.pop("", None)

    def text(self, text: str) -> str:
        """Scrub a text of this program, which may quote an address, an id or a name."""
        text = _URL.sub(lambda found: self._url(found[0]), text)
        text = _UUID.sub(lambda found: self._id(found[0]), text)
        for host, other in self._hosts.items():
            text = text.replace(host, other)
        return text

    def body(self, value: Any, key: str = "") -> Any:
        """Scrub the body of an answer. Its fields stay, and only the values that identify no one.

        Args:
            value: a value of the body.
            key: the value's key.
        """
        if isinstance(value, Mapping):
            return {self.text(name): self.body(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [self.body(one, key) for one in value]
        if not isinstance(value, str):
            return (
                value if isinstance(value, bool) or key in ("status", "status-code", "buildNumber") else None
            )
        if key in _KEPT and _WORD.fullmatch(value) and "@" not in value:
            return self.text(value) if value not in TYPES else value
        if _URL.fullmatch(value):
            return self._url(value)
        if _UUID.fullmatch(value):
            return self._id(value)
        return self._texts.setdefault(value, f"text {len(self._texts) + 1}") if value else ""

    def checked(self, text: str) -> str:
        """Check a whole file again, and return it.

        Raises:
            Leak: if it contains something that should have been removed.
        """
        lowered = text.lower()
        names = {host.partition(":")[0] for host in self._hosts}
        # A short text, or a word of the interface, can't be distinguished from the rest of the file.
        telling = {name for name in names if "." in name} | {one for one in self._secrets if len(one) > 7}
        if any(one.lower() in lowered for one in telling):
            raise Leak("what should be left out is in the file, so it is not written")
        return text

    def _url(self, url: str) -> str:
        parts = urlsplit(url)
        host = self._hosts.setdefault(parts.netloc, f"other-{len(self._hosts) + 1}.example.com")
        # A path from `/rest/` on is the interface's own. Any other path may identify the application.
        path = parts.path[parts.path.find("/rest/") :] if "/rest/" in parts.path else ""
        return f"{parts.scheme}://{host}{_UUID.sub(lambda found: self._id(found[0]), path)}"

    def _id(self, text: str) -> str:
        return self._ids.setdefault(text.lower(), str(uuid.UUID(int=len(self._ids) + 1)))
