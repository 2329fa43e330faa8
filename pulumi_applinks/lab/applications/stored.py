"""What an application stores of its links."""

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
        id: the remote application's server id, or derived from its URL.
        type_id: the remote application's type.
        name: what it is called here.
        display_url: where people are sent.
        rpc_url: where requests are sent.
        primary: whether it is the primary one of its type.
        system: whether it belongs to the system.
        outgoing_providers: class names of what outgoing requests use.
        consumer: whose incoming requests are accepted.
        incoming_legacy: class names of other things that are accepted.
        basic_access: the name and the password that outgoing requests carry, when there is basic access.
        corrupted: whether its id alone is registered, and its properties are lost.
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
        """Let outgoing requests carry a name and a password, besides what there is already."""
        self.basic_access = (user, password)
        self.outgoing_providers |= {BASIC}

    def give_trust(self, *, outgoing: bool = True) -> None:
        """Accept trusted applications, and be one for outgoing requests, besides what there is already."""
        self.incoming_legacy |= {TRUSTED}
        if outgoing:
            self.outgoing_providers |= {TRUSTED}

    @property
    def outgoing(self) -> Flags:
        """OAuth of outgoing requests."""
        return Flags.of_providers(self.outgoing_providers)

    @outgoing.setter
    def outgoing(self, flags: Flags) -> None:
        self.outgoing_providers = (self.outgoing_providers - set(OAUTH_PROVIDERS)) | flags.providers

    @property
    def incoming(self) -> Flags:
        """OAuth of incoming requests."""
        if self.consumer is None:
            return Flags()
        two_lo = self.consumer.two_lo or self.consumer.impersonation
        return Flags(True, two_lo, self.consumer.impersonation)

    @property
    def incoming_providers(self) -> set[str]:
        """Class names of everything that is accepted."""
        return self.incoming.providers | self.incoming_legacy


class Links:
    """The links of one application. Safe between threads as long as nobody holds on to a link while changing it."""

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
            KeyError: if there is none.
        """
        return self._links[link_id]

    def get(self, link_id: str) -> StoredLink | None:
        """A link by its id, or nothing."""
        return self._links.get(link_id)

    def of_type(self, type_id: str) -> list[StoredLink]:
        """The links to applications of one type, the primary one first."""
        return sorted((link for link in self if link.type_id == type_id), key=lambda link: not link.primary)

    def add(self, link: StoredLink) -> StoredLink:
        """Add a link: the first of its type becomes primary, and a taken name gets a number [S9].

        Raises:
            KeyError: if there is one with that id.
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
        """Remove a link; another one of its type becomes primary if it was [S9]."""
        with self._lock:
            link = self._links.pop(link_id, None)
            if link and link.primary:
                others = self.of_type(link.type_id)
                if others:
                    others[0].primary = True
            return link

    def rename(self, link_id: str, new_id: str) -> None:
        """Give a link another id."""
        with self._lock:
            link = self._links.pop(link_id)
            link.id = new_id
            self._links[new_id] = link

    def give_up_primary(self, link_id: str) -> None:
        """Let another link of its type be the primary one, if there is another."""
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
        """The same links, apart from these."""
        links = Links()
        links._links = self.by_id()
        return links

    def replace(self, link_id: str, link: StoredLink | None) -> None:
        """Put a copy of a link in the place of what has its id, or take that away."""
        with self._lock:
            self._links.pop(link_id, None)
            if link is not None:
                self._links[link_id] = copy.deepcopy(link)

    def snapshot(self) -> list[dict[str, Any]]:
        """All links as plain values, for comparing two moments."""
        with self._lock:
            found = [asdict(link) for link in self]
        for link in found:
            link["outgoing_providers"] = sorted(link["outgoing_providers"])
            link["incoming_legacy"] = sorted(link["incoming_legacy"])
        return sorted(found, key=lambda link: str(link["id"]))


def id_of_url(url: str) -> str:
    """The id that an application computes for one that does not report its own: a name-based UUID of its URL [S3]."""
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
    """An OAuth 2.0 client or connection: listed in 3.0 as if it were a link, without anything that distinguishes it [S9].

    Args:
        id: of the client or the connection.
        name: of the client.
        url: of the client's redirect, or of the other application; without one the list can't be read.
    """

    id: str
    name: str
    url: str | None

    @property
    def address(self) -> str:
        """What is shown of the URL: scheme and host, without port and path.

        Raises:
            ValueError: if there is none.
        """
        parts = urlsplit(self.url or "")
        if not parts.hostname:
            raise ValueError(f"{self.name} has no redirect URL")
        return f"{parts.scheme}://{parts.hostname}"
