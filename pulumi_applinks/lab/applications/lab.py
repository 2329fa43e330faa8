"""A network on loopback: any number of applications, and other servers."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Literal

import requests
import trustme
from werkzeug import Request, Response

from pulumi_applinks.lab.applications.application import Application
from pulumi_applinks.lab.applications.dispatch import LOGIN_PAGE
from pulumi_applinks.lab.applications.generations import Generation
from pulumi_applinks.lab.applications.interface import served
from pulumi_applinks.lab.applications.modes import redirect
from pulumi_applinks.lab.applications.server import Server
from pulumi_applinks.lab.applications.users import Directory
from pulumi_applinks.lab.applications.variants import Variants

Tls = Literal[False, True, "untrusted", "other_host"]
OtherKind = Literal["html", "no_applinks", "redirect"]

_HOP_BY_HOP = {"connection", "content-length", "transfer-encoding", "content-encoding", "keep-alive"}


class Lab:
    """A network of applications on loopback; it stops them all when it ends."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="applinks-lab-")
        self._applications: list[Application] = []
        self._others: list[Server] = []

    def __enter__(self) -> Lab:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop everything."""
        for application in self._applications:
            application.retire()
        for server in self._others:
            server.close()
        self._folder.cleanup()

    @cached_property
    def ca_file(self) -> str:
        """The file with the certificate of the authority that the applications trust, for `REQUESTS_CA_BUNDLE`."""
        return self._certificate_of(self._authority, "authority")

    @cached_property
    def strange_ca_file(self) -> str:
        """The file with the certificate of an authority that no application trusts."""
        return self._certificate_of(self._strange_authority, "strange-authority")

    @cached_property
    def _authority(self) -> trustme.CA:
        return trustme.CA(organization_name="lab-authority")

    @cached_property
    def _strange_authority(self) -> trustme.CA:
        return trustme.CA(organization_name="strange-authority")

    def _certificate_of(self, authority: trustme.CA, name: str) -> str:
        path = Path(self._folder.name, f"{name}.pem")
        authority.cert_pem.write_to_path(path)
        return str(path)

    def context(self, tls: Tls) -> ssl.SSLContext | None:
        """The TLS context of a server; None for http.

        Args:
            tls: False for http, True for https, or https with a certificate of an untrusted authority or for another host.
        """
        if tls is False:
            return None
        authority = self._strange_authority if tls == "untrusted" else self._authority
        names = ("elsewhere.example",) if tls == "other_host" else ("127.0.0.1", "localhost")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names).configure_cert(context)
        return context

    def start(
        self,
        type_id: str,
        *,
        name: str | None = None,
        context_path: str | None = None,
        server_id: str | None = None,
        directory: Directory | None = None,
        generation: Generation | None = None,
        cloud: bool = False,
        variants: Variants | None = None,
        installed_types: Iterable[str] | None = None,
        tls: Tls | None = None,
        port: int = 0,
        running: bool = True,
        latency: float = 0.0,
    ) -> Application:
        """Start an application.

        Args:
            type_id: jira, confluence, stash, bamboo, crowd, fecru or refapp.
            name: its name; by default, the product's name.
            context_path: the context path that it is served under; by default, the product's usual one.
            server_id: its server id; a clone gets the original's.
            directory: its users; applications can share one.
            generation: the generation of the plugin; by default, the usual one for the type.
            cloud: whether it is a Cloud site.
            variants: how it behaves where the facts are inferred.
            installed_types: the types of applications that it knows.
            tls: whether and how it uses https; by default, only a Cloud site does.
            port: its port; 0 for any free one.
            running: whether it serves at once; otherwise, its address refuses connections until it is started.
            latency: how long clients wait for each answer, in seconds; other applications do not wait.
        """
        chosen: Tls = cloud if tls is None else tls
        application = Application(
            type_id,
            served,
            name=name,
            context_path=context_path,
            server_id=server_id,
            directory=directory,
            generation=generation,
            cloud=cloud,
            variants=variants,
            installed_types=installed_types,
            context=self.context(chosen),
            authorities=self.ca_file,
            port=port,
            latency=latency,
        )
        application.start()
        if not running:
            application.stop()
        self._applications.append(application)
        return application

    def copy(self, application: Application) -> Application:
        """Start a copy of an application, the way staging is made from production.

        It has the server id, the keys, the users, the links and everything else of the original, except the base URL.

        Args:
            application: the original, which does not change.
        """
        copy = self.start(
            application.type_id,
            name=application.name,
            context_path=application.context_path,
            server_id=application.server_id,
            directory=Directory(application.users),
            generation=application.generation,
            cloud=application.cloud,
            variants=replace(application.variants),
            installed_types=application.installed_types,
            tls=application.url.startswith("https"),
            latency=application.latency,
        )
        copy.restore(application)
        return copy

    def proxy(self, application: Application) -> str:
        """Start a reverse proxy for an application: a second address that reaches it.

        Args:
            application: the application; the proxy follows it when it moves.

        Returns:
            The base URL of the application at the proxy.
        """

        @Request.application
        def forward(request: Request) -> Response:
            origin = application.url.removesuffix(application.context_path)
            with requests.Session() as session:
                session.trust_env = False
                headers = {key: value for key, value in request.headers.items() if key != "Connection"}
                answer = session.request(
                    request.method,
                    origin + request.full_path.rstrip("?"),
                    headers=headers,
                    data=request.get_data(),
                    allow_redirects=False,
                    timeout=10,
                    verify=self.ca_file,
                )
            kept = [(key, value) for key, value in answer.headers.items() if key.lower() not in _HOP_BY_HOP]
            return Response(answer.content, answer.status_code, kept)

        return self._started(Server(forward)) + application.context_path

    def start_other(self, kind: OtherKind, *, to: str = "") -> str:
        """Start something that is not an application: a login page, a server without applinks, a redirect.

        Args:
            kind: what to start.
            to: the target of a redirect.

        Returns:
            Its base URL.
        """

        @Request.application
        def answer(request: Request) -> Response:
            if kind == "html":
                return Response(LOGIN_PAGE, content_type="text/html")
            if kind == "no_applinks":
                return Response("<title>Not found</title>", 404, content_type="text/html")
            return redirect(to + request.path)

        return self._started(Server(answer))

    def closed_address(self) -> str:
        """An address at which nothing listens."""
        server = Server(lambda _environ, _start: [])
        address = self._started(server)
        server.stop()
        return address

    def _started(self, server: Server) -> str:
        server.start()
        self._others.append(server)
        return server.origin
