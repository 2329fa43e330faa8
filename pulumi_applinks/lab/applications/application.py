"""One application: its identity, what it stores, and its address."""

from __future__ import annotations

import secrets
import ssl
import threading
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from pulumi_applinks.lab.applications.calls import Caller
from pulumi_applinks.lab.applications.cluster import Cluster
from pulumi_applinks.lab.applications.content import Content
from pulumi_applinks.lab.applications.faults import Fault, Faults
from pulumi_applinks.lab.applications.flags import OAUTH_PROVIDERS
from pulumi_applinks.lab.applications.generations import GENERATIONS, Generation, Version, usual
from pulumi_applinks.lab.applications.journal import Journal
from pulumi_applinks.lab.applications.modes import Modes
from pulumi_applinks.lab.applications.oauth import KeyPair, Verifier, give_back, key_pair
from pulumi_applinks.lab.applications.server import Server, WsgiApp
from pulumi_applinks.lab.applications.stored import Consumer, Links, OAuth2Entry, StoredLink, id_of_url
from pulumi_applinks.lab.applications.users import Directory, Sessions
from pulumi_applinks.lab.applications.variants import Variants
from pulumi_applinks.lab.troubles import Mode

WsgiFactory = Callable[["Application"], WsgiApp]

TYPES: dict[str, str] = {
    "jira": "Jira",
    "confluence": "Confluence",
    "stash": "Bitbucket",
    "bamboo": "Bamboo",
    "crowd": "Crowd",
    "fecru": "Fisheye / Crucible",
    "refapp": "RefApp",
}
"""The types of applications, with the products' names."""

GENERIC = "generic"
"""The type of a link to something that is not an application."""

CONTEXT_PATHS = {"jira": "/jira", "confluence": "/confluence", "stash": "/bitbucket", "refapp": "/refapp"}
CLOUD_TYPES = ("jira", "confluence")
WEBSUDO_TYPES = ("jira", "confluence")
"""The types that ask for secure administrator sessions by default [KB]."""


class Application:
    """One application of the lab.

    Args:
        type_id: its type, as the plugin names it; one of `TYPES`.
        wsgi: builds the WSGI application that serves it.
        authorities: a file with the certificate authorities that it trusts.
        context: the TLS context; None for http.
        name: its name; `Lab.start` describes this argument and the following ones.
        context_path: the context path that it is served under.
        server_id: its id.
        directory: its users.
        generation: the generation of the plugin.
        cloud: whether it is a Cloud site.
        variants: how it behaves where the facts are inferred.
        installed_types: the types of applications that it can be linked with.
        port: its port; 0 for any free one.
        latency: how long clients wait for each answer, in seconds.
    """

    def __init__(
        self,
        type_id: str,
        wsgi: WsgiFactory,
        *,
        authorities: str,
        context: ssl.SSLContext | None,
        name: str | None,
        context_path: str | None,
        server_id: str | None,
        directory: Directory | None,
        generation: Generation | None,
        cloud: bool,
        variants: Variants | None,
        installed_types: Iterable[str] | None,
        port: int,
        latency: float,
    ) -> None:
        if type_id not in TYPES:
            raise ValueError(f"there is no type {type_id!r}; known are {', '.join(TYPES)}")
        if cloud and type_id not in CLOUD_TYPES:
            raise ValueError(f"a Cloud site is one of {', '.join(CLOUD_TYPES)}, not {type_id}")
        self.type_id = type_id
        self.name = name or TYPES[type_id]
        self.server_id = server_id or str(uuid.uuid4())
        self.generation: Generation = generation or usual(type_id)
        self.cloud = cloud
        self.variants = variants or Variants()
        self.installed_types = frozenset([*(TYPES if installed_types is None else installed_types), GENERIC])
        self.latency = latency
        self.known_capabilities: dict[str, bool] | None = None
        """For each address, whether the application there has the status resource; None to ask each time.

        Real applications cache this for an hour [S9], which hides changes in the meantime; set it to `{}` to simulate that."""
        self.users = directory or Directory(domain="example.com" if cloud else None)
        self._links = Links()
        self.cluster: Cluster | None = None
        """Its nodes, if it is simulated as a cluster."""
        self.oauth2: list[OAuth2Entry] = []
        """OAuth 2.0 clients and connections, if the generation has them."""
        self.sessions = Sessions()
        self.crowd_applications: dict[str, str] = {}
        """The names and passwords of the applications that may request users from a Crowd."""
        self.modes = Modes(*self._usual_modes())
        self.content = Content()
        self.faults = Faults()
        self.requests = Journal()
        self.verifier = Verifier()
        self.caller = Caller(self, authorities=authorities)
        self.consumer_key = f"{type_id}:{secrets.randbelow(10**8):08d}"
        self.authorities = authorities
        self._keys: KeyPair | None = None
        self._lends_keys = False
        """Whether another application also has its keys."""
        self._keys_lock = threading.Lock()
        self._base_url: str | None = None
        self.serves: WsgiApp = wsgi(self)
        if context_path is None:
            context_path = "/wiki" if cloud and type_id == "confluence" else CONTEXT_PATHS.get(type_id, "")
        self.context_path = "" if cloud and type_id == "jira" else context_path.rstrip("/")
        self._context = context
        self._server = Server(self.serves, port=port, context=context)

    def __repr__(self) -> str:
        return f"Application({self.type_id!r}, {self.url!r})"

    @property
    def links(self) -> Links:
        """Its links; in a cluster, those that the answering node knows."""
        return self.cluster.links if self.cluster else self._links

    def play_cluster(self, *, affinity: bool = True, lag: int | None = None, **more: Any) -> Cluster:
        """Turn it into two nodes behind a load balancer.

        Args:
            affinity: whether the balancer keeps a client on one node with a cookie; otherwise the nodes take turns.
            lag: the number of requests after which a node notices the other one's changes; if None, it waits for `catch_up`.
            more: see `Cluster`.
        """
        self.cluster = Cluster(self._links, affinity=affinity, lag=lag, **more)
        return self.cluster

    def _usual_modes(self) -> Iterable[Mode]:
        if self.type_id in self.version.basic_off and not self.cloud:
            yield "basic_off"
        if self.type_id in WEBSUDO_TYPES and not self.cloud:
            yield "secure_sessions"

    @property
    def version(self) -> Version:
        """The features of its generation."""
        return GENERATIONS[self.generation]

    @property
    def has_tokens(self) -> bool:
        """Whether it supports personal access tokens."""
        return not self.cloud and self.type_id in self.version.tokens

    def is_usable(self, link: StoredLink) -> bool:
        """Whether a link can be read: it is not corrupted, and the plugin for its type is installed."""
        return not link.corrupted and link.type_id in self.installed_types

    @property
    def listed(self) -> list[StoredLink]:
        """The links that the lists show: those that can be read [ind]."""
        return [link for link in self.links if self.is_usable(link)]

    @property
    def url(self) -> str:
        """The address where it is served, including the context path."""
        return self._server.origin + self.context_path

    @property
    def base_url(self) -> str:
        """The address that it believes it has."""
        return self._base_url or self.url

    @base_url.setter
    def base_url(self, url: str | None) -> None:
        self._base_url = url

    @property
    def admin_page(self) -> str:
        """The address of the page that shows its links in a browser."""
        return f"{self.url}/plugins/servlet/applinks/listApplicationLinks"

    @property
    def connections_made(self) -> int:
        """The number of connections from anyone since it was started at its address."""
        return self._server.connections_made

    @property
    def running(self) -> bool:
        """Whether it is running."""
        return self._server.running

    @property
    def keys(self) -> KeyPair:
        """Its keys, created when they are first needed."""
        with self._keys_lock:
            if self._keys is None:
                self._keys = key_pair()
            return self._keys

    def start(self) -> None:
        """Start to serve at its address."""
        self._server.start()

    def stop(self) -> None:
        """Shut down: its address refuses connections."""
        self.faults.clear()
        self._server.stop()

    def restore(self, original: Application) -> None:
        """Copy the keys, links, OAuth 2.0 entries, content and modes of another application.

        Args:
            original: the other application.
        """
        self._keys, self.consumer_key = original.keys, original.consumer_key
        self._lends_keys = True
        self._links = original.links.copy()
        self.oauth2, self.crowd_applications = [*original.oauth2], {**original.crowd_applications}
        self.content, self.modes = Content([*original.content.items]), Modes(*original.modes)

    def hang(self) -> Fault:
        """Accept connections but never answer, until `faults.clear()` or `stop()` releases the waiting requests."""
        return self.faults.add(Fault("*", "*", kind="hang", times=10**9))

    def retire(self) -> None:
        """Shut down for good."""
        self.stop()
        self._server.close()
        self.caller.close()
        with self._keys_lock:
            if self._keys is not None and not self._lends_keys:
                give_back(self._keys)
            self._keys = None

    def move(
        self,
        *,
        context_path: str | None = None,
        context: ssl.SSLContext | None = None,
        port: int = 0,
        keep_base_url: bool = False,
        start: bool = True,
    ) -> str:
        """Move to another port; the old address refuses connections.

        Args:
            context_path: the new context path, if it also changes.
            context: the new TLS context, if it also changes.
            port: the new port; 0 for any free one.
            keep_base_url: whether it still believes that it has its old address.
            start: whether to start serving there at once.

        Returns:
            The new address.
        """
        before = self.base_url
        was = self._server
        if context_path is not None:
            self.context_path = context_path.rstrip("/")
        if context is not None:
            self._context = context
        self._server = Server(self.serves, port=port, context=self._context)
        # Take the new port before the old one is released, so that they differ.
        self._server.start()
        was.close()
        self._base_url = before if keep_base_url else None
        if not start:
            self._server.stop()
        return self.url

    def manifest(self) -> dict[str, Any]:
        """Its manifest."""
        inbound = [*OAUTH_PROVIDERS, "placeholder.to.ensure.backwards.compatibility"]
        product = self.version.products.get(self.type_id, "1.0.0")
        found = {
            "id": self.server_id,
            "name": self.name,
            "typeId": self.type_id,
            "version": "1001.0.0" if self.cloud else product,
            "applinksVersion": self.version.applinks,
            "inboundAuthenticationTypes": inbound,
            "outboundAuthenticationTypes": inbound,
            "publicSignup": False,
            "url": self.base_url,
            "iconUrl": f"{self.base_url}/icon.png",
        }
        if self.generation != "3":
            found |= {"buildNumber": 91200, "iconUri": f"{self.base_url}/icon.png"}
        return found

    def system_link(self, other: Application) -> StoredLink:
        """Add a system link, such as the sites of one organisation have."""
        return self.links.add(
            StoredLink(
                other.server_id, other.type_id, other.name, other.base_url, other.base_url, system=True
            )
        )

    def generic_link(self, name: str, url: str) -> StoredLink:
        """Add a link to something that is not an application; its id is derived from the URL."""
        return self.links.add(StoredLink(id_of_url(url), GENERIC, name, url, url))

    def link_by_hand(
        self,
        other: Application,
        *,
        name: str | None = None,
        link_id: str | None = None,
        url: str | None = None,
    ) -> StoredLink:
        """Add a link to another application, as its administrator would."""
        address = url or other.base_url
        return self.links.add(
            StoredLink(link_id or other.server_id, other.type_id, name or other.name, address, address)
        )

    def accept(self, other: Application) -> None:
        """Accept another application's requests over an existing link, as its administrator would."""
        consumer = Consumer(other.consumer_key, other.name, other.keys.public, two_lo=True)
        self.links[other.server_id].consumer = consumer
