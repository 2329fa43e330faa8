"""Two applications for `make confirm`, and answers that are not what the facts say."""

from __future__ import annotations

import fnmatch
import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from werkzeug import Request, Response
from werkzeug.test import run_wsgi_app

from confirm.__main__ import main
from pulumi_applinks.lab.applications import (
    Application,
    Generation,
    Lab,
    OAuth2Entry,
    Received,
    StoredLink,
    Variants,
)
from pulumi_applinks.lab.applications.calls import ORIGIN_HEADER
from pulumi_applinks.lab.applications.interface import served

Twist = Callable[[Response], Response]


@dataclass(frozen=True)
class Lie:
    """An answer that is not the application's.

    Args:
        method: of the requests that get it, after they were carried out.
        path: of them, with `*` for anything.
        twist: makes it from the application's.
        when: which of them get it.
    """

    method: str
    path: str
    twist: Twist
    when: Callable[[Request], bool] = lambda _request: True

    def told(self, environ: dict[str, Any]) -> bool:
        """Whether a client's request gets it."""
        request = Request(environ)
        hit = request.method == self.method and fnmatch.fnmatchcase(request.path, self.path)
        return hit and ORIGIN_HEADER not in request.headers and self.when(request)


def answers(status: int, body: Any = None, content_type: str = "application/json") -> Twist:
    """Something else altogether."""
    text = "" if body is None else json.dumps(body)
    return lambda _response: Response(text, status, content_type=content_type)


def changed(change: Callable[[Any], Any]) -> Twist:
    """The same with another body; one that is not JSON stays."""

    def twisted(response: Response) -> Response:
        try:
            body = change(json.loads(response.get_data()))
        except ValueError:
            return response
        return Response(json.dumps(body), response.status_code, content_type="application/json")

    return twisted


def with_more(body: Any) -> Any:
    """A body whose records have a field that nobody knows, and so have those within."""
    if isinstance(body, list):
        return [with_more(one) for one in body]
    if isinstance(body, dict):
        return {**{name: with_more(one) for name, one in body.items()}, "unheard_of": True}
    return body


@dataclass
class Scene:
    """Two applications and the settings of `make confirm`.

    Args:
        lab: the network.
        folder: for what is written.
        generation: of both.
        types: of source and target.
        variants: of the source.
        lie: that the source says.
        user: that logs in.
        code: that it ended with.
    """

    lab: Lab
    folder: Path
    generation: Generation = "9"
    types: tuple[str, str] = ("jira", "confluence")
    variants: Variants | None = None
    lie: Lie | None = None
    user: str = "sysadmin"
    code: int | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.source = self.lab.start(self.types[0], generation=self.generation, variants=self.variants)
        self.target = self.lab.start(self.types[1], generation=self.generation)
        if self.lie is not None:
            self._lie(self.source, self.lie)
        for application in (self.source, self.target):
            application.modes.remove("secure_sessions")
            application.generic_link("Other", "http://other.example.com/secret-path")
            system = "http://system.example.com"
            application.links.add(
                StoredLink(str(uuid.uuid4()), "bamboo", "System", system, system, system=True)
            )
            if application.version.oauth2:
                application.oauth2.append(
                    OAuth2Entry("client-1", "Client", "https://c.example.com:8443/back")
                )
        self.environment = self._told()

    @staticmethod
    def _lie(application: Application, lie: Lie) -> None:
        honest = served(application)

        def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            if not lie.told(environ):
                return honest(environ, start_response)
            text, status, headers = run_wsgi_app(honest, environ, buffered=True)
            twisted: Response = lie.twist(Response(text, status, headers))
            return twisted(environ, start_response)

        application.serves = wsgi
        application.move()

    @property
    def file(self) -> Path:
        """The file that it writes."""
        return self.folder / "found.json"

    def _told(self) -> dict[str, str]:
        told = {"CONFIRM_FILE": str(self.file)}
        for role, application in (("SOURCE", self.source), ("TARGET", self.target)):
            user = application.users[self.user]
            told[f"CONFIRM_{role}_URL"] = application.url
            if "basic_off" in application.modes:
                told[f"APPLINKS_{role}_TOKEN"] = user.tokens[0]
            else:
                told[f"APPLINKS_{role}_USERNAME"] = user.name
                told[f"APPLINKS_{role}_PASSWORD"] = user.password
        return told

    def run(self, *, write: bool = False, **more: str) -> Scene:
        """Run it.

        Args:
            write: whether it may make a link.
            more: other variables.
        """
        self.code = main({**self.environment, **({"CONFIRM_WRITE": "1"} if write else {}), **more})
        return self

    def verdicts(self, role: int = 0) -> dict[str, str]:
        """What it found of the source, or of the target."""
        found = json.loads(self.file.read_text(encoding="utf-8"))["applications"][role]["facts"]
        return {name: result["verdict"] for name, result in found.items()}

    def links(self) -> list[Any]:
        """The links of both, for comparing two moments."""
        return [self.source.links.snapshot(), self.target.links.snapshot()]

    def asked(self) -> list[Received]:
        """What the tool asked both."""
        return self.source.requests.all("client") + self.target.requests.all("client")
