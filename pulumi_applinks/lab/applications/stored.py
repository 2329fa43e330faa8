"""What an application stores about its links."""

from __future__ import annotations

import copy
import hashlib
import threading
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from pulumi_applinks.lab.applications.flags import (
    BASIC,
    OAUTH_PROVIDERS,
    TRUSTED,
    Flags,
)


@dataclass
class Consumer:
    """Another application whose signed requests are accepted."""

    key: str
    name: str
    public_key: str
    two_lo: bool = False
    execute_as: str | None = None
    impersonation: bool = False


@dataclass
class StoredLink:
    """One link.

    Args:
        id: the remote application's server id, or an id derived from its URL.
        type_id: the remote application's type.
        name: the name of the link.
        display_url: the address for people.
        rpc_url: the address for requests.
        primary: whether it is the primary link of its type.
        system: whether it is a system link.
        outgoing_providers: the class names of the authentication providers that outgoing requests use.
        consumer: the consumer whose incoming requests are accepted.
        incoming_legacy: the class names of the legacy providers that are accepted.
        basic_access: the name and the password that outgoing requests carry, if there is basic access.
        corrupted: whether its properties are lost and only its id is registered.
    """

    id: str
    type_id: str
    name: str
    display_url: str
    rpc_url: str
    primary: bool = False
    system: bool = False
    outgoing_providers: set[str] = field(default_factory=set)
    consumer: Consumer | None = None
    incoming_legacy: set[str] = field(default_factory=set)
    basic_access: tuple[str, str] | None = field(default=None, repr=False)
    corrupted: bool = False

    def give_basic_access(self, user: str, password: str) -> None:
        """Let outgoing requests also use a name and a password."""
        self.basic_access = (user, password)
        self.outgoing_providers |= {BASIC}

    def give_trust(self, *, outgoing: bool = True) -> None:
        """Also accept trusted applications, and let outgoing requests use them unless `outgoing` is false."""
        self.incoming_legacy |= {TRUSTED}
        if outgoing:
            self.outgoing_providers |= {TRUSTED}

    @property
    def outgoing(self) -> Flags:
        """The OAuth flags of outgoing requests."""
        return Flags.of_providers(self.outgoing_providers)

    @outgoing.setter
    def outgoing(self, flags: Flags) -> None:
        self.outgoing_providers = (self.outgoing_providers - set(OAUTH_PROVIDERS)) | flags.providers

    @property
    def incoming(self) -> Flags:
        """The OAuth flags of incoming requests."""
        if self.consumer is None:
            return Flags()
        two_lo = self.consumer.two_lo or self.consumer.impersonation
        return Flags(True, two_lo, self.consumer.impersonation)

    @property
    def incoming_providers(self) -> set[str]:
        """The class names of all providers that are accepted."""
        return self.incoming.providers | self.incoming_legacy


class Links:
    """The links of one application. They are thread-safe as long as no thread changes a link while another one uses it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._links: dict[str, StoredLink] = {}

    def __iter__(self) -> Iterator[StoredLink]:
        with self._lock:
            return iter(list(self._links.values()))

    def __len__(self) -> int:
        return len(self._links)

    def __contains__(self, link_id: object) -> bool:
        return link_id in self._links

    def __getitem__(self, link_id: str) -> StoredLink:
        """A link by its id.

        Raises:
            KeyError: if there is no such link.
        """
        return self._links[link_id]

    def get(self, link_id: str) -> StoredLink | None:
        """A link by its id; None if there is no such link."""
        return self._links.get(link_id)

    def of_type(self, type_id: str) -> list[StoredLink]:
        """The links to applications of one type, the primary one first."""
        return sorted((link for link in self if link.type_id == type_id), key=lambda link: not link.primary)

    def add(self, link: StoredLink) -> StoredLink:
        """Add a link: the first of its type becomes primary, and a taken name gets a number [S9].

        Raises:
            KeyError: if there is already a link with that id.
        """
        with self._lock:
            if link.id in self._links:
                raise KeyError(link.id)
            names = {other.name for other in self}
            wanted, number = link.name, 2
            while link.name in names:
                link.name, number = f"{wanted} - {number}", number + 1
            first = not self.of_type(link.type_id)
            self._links[link.id] = link
            if first or link.primary:
                self.make_primary(link.id)
        return link

    def remove(self, link_id: str) -> StoredLink | None:
        """Remove a link; if it was the primary one, another link of its type becomes primary [S9]."""
        with self._lock:
            link = self._links.pop(link_id, None)
            if link and link.primary:
                others = self.of_type(link.type_id)
                if others:
                    others[0].primary = True
            return link

    def rename(self, link_id: str, new_id: str) -> None:
        """Change the id of a link."""
        with self._lock:
            link = self._links.pop(link_id)
            link.id = new_id
            self._links[new_id] = link

    def give_up_primary(self, link_id: str) -> None:
        """Make another link of the same type the primary one, if there is one."""
        with self._lock:
            others = [link for link in self.of_type(self._links[link_id].type_id) if link.id != link_id]
            if others:
                self.make_primary(others[0].id)

    def make_primary(self, link_id: str) -> None:
        """Make a link the primary one of its type."""
        with self._lock:
            chosen = self._links[link_id]
            for link in self.of_type(chosen.type_id):
                link.primary = link is chosen

    def by_id(self) -> dict[str, StoredLink]:
        """A copy of each link."""
        with self._lock:
            return copy.deepcopy(self._links)

    def copy(self) -> Links:
        """An independent copy of the links."""
        links = Links()
        links._links = self.by_id()
        return links

    def replace(self, link_id: str, link: StoredLink | None) -> None:
        """Replace the link with that id by a copy of another one, or remove it if `link` is None."""
        with self._lock:
            self._links.pop(link_id, None)
            if link is not None:
                self._links[link_id] = copy.deepcopy(link)

    def snapshot(self) -> list[dict[str, Any]]:
        """All links as plain values, to compare two points in time."""
        with self._lock:
            found = [asdict(link) for link in self]
        for link in found:
            link["outgoing_providers"] = sorted(link["outgoing_providers"])
            link["incoming_legacy"] = sorted(link["incoming_legacy"])
        return sorted(found, key=lambda link: str(link["id"]))


def id_of_url(url: str) -> str:
    """The id that an application computes for another one that does not report its own: a name-based UUID of its URL [S3]."""
    parts = urlsplit(url)
    kept: list[str] = []
    for segment in parts.path.split("/"):
        if segment == ".." and kept:
            kept.pop()
        elif segment not in ("", "."):
            kept.append(segment)
    path = "".join("/" + segment for segment in kept)
    normal = quote(urlunsplit(parts._replace(path=path)), safe="%/:?#[]@!$&'()*+,;=-._~")
    return str(uuid.UUID(bytes=hashlib.md5(normal.rstrip("/").encode()).digest(), version=3))


@dataclass(frozen=True)
class OAuth2Entry:
    """An OAuth 2.0 client or connection: 3.0 lists it as if it were a link, and nothing distinguishes it from one [S9].

    Args:
        id: the id of the client or the connection.
        name: the name of the client.
        url: the client's redirect URL, or the URL of the other application; without it, the list can't be read.
    """

    id: str
    name: str
    url: str | None

    @property
    def address(self) -> str:
        """The part of the URL that is shown: scheme and host, without port and path.

        Raises:
            ValueError: if there is no URL.
        """
        parts = urlsplit(self.url or "")
        if not parts.hostname:
            raise ValueError(f"{self.name} has no redirect URL")
        return f"{parts.scheme}://{parts.hostname}"
