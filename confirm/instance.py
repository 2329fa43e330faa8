"""One application: asked as it is, without any of the client's understanding."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Literal

import requests
from requests import PreparedRequest
from requests.auth import AuthBase

from confirm.facts import FACTS, generation_of
from pulumi_applinks.lab.applications import Generation
from pulumi_applinks.lab.applications.fields import differences
from pulumi_applinks.rest import Basic, Login, Token

Verdict = Literal["confirmed", "contradicted", "not seen"]

_TIMEOUT = 60
"""In seconds: an application that looks at another one takes its time."""


class NotAnApplication(Exception):
    """Raised when there is nothing to confirm at an address: says why."""


class _Header(AuthBase):
    """The login of one request; without one, nothing that is in `.netrc` takes its place."""

    def __init__(self, login: Login | None) -> None:
        self._login = login

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers.pop("Authorization", None)
        if isinstance(self._login, Basic):
            pair = f"{self._login.username}:{self._login.password}".encode()
            request.headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        elif isinstance(self._login, Token):
            request.headers["Authorization"] = f"Bearer {self._login.token}"
        return request


@dataclass(frozen=True)
class Answer:
    """What was answered.

    Args:
        status: of HTTP.
        content_type: without its parameters.
        text: the body.
        location: where a redirect leads.
    """

    status: int
    content_type: str
    text: str
    location: str = ""

    @property
    def data(self) -> Any:
        """The body, read as JSON; None when it is none."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None

    def get(self, key: str) -> Any:
        """A field of the body; None when it has none."""
        return self.data.get(key) if isinstance(self.data, dict) else None

    def entries(self, key: str = "") -> list[dict[str, Any]]:
        """The records of a list, which the body is or has under a key."""
        found = self.get(key) if key else self.data
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


@dataclass(frozen=True)
class Exchange:
    """A request that was answered."""

    method: str
    path: str
    answer: Answer


@dataclass
class Result:
    """What became of a fact.

    Args:
        verdict: whether it holds.
        seen: what was seen, or why nothing was.
    """

    verdict: Verdict
    seen: str


@dataclass
class Instance:
    """An application.

    Args:
        role: source or target.
        url: its base URL.
        login: an administrator's.
        results: by fact.
        exchanges: what it was asked, in order.
    """

    role: str
    url: str
    login: Login
    results: dict[str, Result] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._session = requests.Session()
        # A session that a login began would make the next request, which is to have none, an administrator's.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def introduce(self) -> None:
        """Ask who it is.

        Raises:
            NotAnApplication: if it does not say so.
        """
        try:
            answer = self.ask("GET", "/rest/applinks/1.0/manifest", login=None)
            if answer.status == 401:  # some show it only to who is logged in
                answer = self.ask("GET", "/rest/applinks/1.0/manifest")
        except requests.RequestException as error:
            raise NotAnApplication(f"the {self.role} does not answer: {type(error).__name__}") from None
        if not all(isinstance(answer.get(key), str) for key in ("id", "typeId", "url")):
            raise NotAnApplication(
                f"the {self.role} shows no manifest: it answered {answer.status} {answer.content_type}"
            )
        self.manifest = answer.data
        paths = ("authenticationinfo", "applicationlink")
        answered = [self.ask("GET", f"/rest/applinks/1.0/{path}").status for path in paths]
        if 200 not in answered:
            off = isinstance(self.login, Basic) and answered[0] == 403
            raise NotAnApplication(
                f"the {self.role}'s credentials are no administrator's there: it answered {answered[0]}"
                + off
                * f"; if basic authentication is switched off, set APPLINKS_{self.role.upper()}_TOKEN instead"
            )

    @property
    def id(self) -> str:
        """Its server id."""
        return str(self.manifest["id"])

    @property
    def type_id(self) -> str:
        """Its type, as the plugin names it."""
        return str(self.manifest["typeId"])

    @property
    def plugin(self) -> str:
        """The plugin's version."""
        return str(self.manifest.get("applinksVersion") or "0")

    @property
    def version(self) -> str:
        """The product's version."""
        return str(self.manifest.get("version") or "unknown")

    @property
    def generation(self) -> Generation:
        """The generation of the plugin."""
        return generation_of(self.plugin)

    def ask(
        self,
        method: str,
        path: str,
        *,
        login: Login | Literal["own"] | None = "own",
        accept: str = "application/json",
        forgery: bool = False,
        params: Mapping[str, str] | None = None,
        body: Any = None,
        xml: str | None = None,
    ) -> Answer:
        """Ask it something.

        Args:
            method: of HTTP.
            path: below its base URL.
            login: another one than its own, or none.
            accept: the type that is asked for; nothing for any.
            forgery: whether the header against forgery is left out.
            params: of the query.
            body: sent as JSON.
            xml: sent as XML.

        Raises:
            requests.RequestException: if it does not answer.
        """
        headers = {"Accept": accept or "*/*"}
        if not forgery:
            headers["X-Atlassian-Token"] = "no-check"
        if xml is not None:
            headers["Content-Type"] = "application/xml"
        answer = self._session.request(
            method,
            self.url + path,
            auth=_Header(self.login if login == "own" else login),
            headers=headers,
            params=params,
            json=body,
            data=xml,
            timeout=_TIMEOUT,
            allow_redirects=False,
        )
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip()
        found = Answer(answer.status_code, kind, answer.text, answer.headers.get("Location", ""))
        self.exchanges.append(Exchange(method, path, found))
        return found

    def see(self, fact: str, holds: bool, seen: Any) -> bool:
        """Take note of a fact; what was contradicted once stays so.

        Args:
            fact: its name.
            holds: whether it does.
            seen: what was seen.

        Returns:
            Whether it holds.
        """
        known = self.results.get(fact)
        if FACTS[fact].concerns(self.type_id, self.generation) and (
            known is None or known.verdict != "contradicted"
        ):
            self.results[fact] = Result("confirmed" if holds else "contradicted", str(seen))
        return holds

    def miss(self, fact: str, why: str) -> None:
        """Take note of why a fact could not be looked at, unless it was."""
        if FACTS[fact].concerns(self.type_id, self.generation):
            self.results.setdefault(fact, Result("not seen", why))

    def fields(self, fact: str, entity: str, body: Any, *, need: bool = True) -> None:
        """Take note of whether a body has the fields of docs/interface.md.

        Args:
            fact: its name.
            entity: as that page names it.
            body: a record or a list of some.
            need: whether an empty list is nothing to go by.
        """
        if body == [] and need:
            self.miss(fact, "there is none")
            return
        wrong = (
            differences(entity, self.generation, body) if isinstance(body, (dict, list)) else ["no record"]
        )
        self.see(fact, not wrong, "; ".join(dict.fromkeys(wrong)) or "exactly those")


def attempted(look: Callable[..., None], *what: object) -> None:
    """Look at something; what does not answer, or answers what can't be read at all, is not seen."""
    try:
        look(*what)
    except (requests.RequestException, KeyError, TypeError, AttributeError, IndexError):
        return
