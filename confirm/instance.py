"""One application, with plain requests that do not use the client's interpretation of answers."""

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
"""In seconds. An application that contacts another one is slow."""


class NotAnApplication(Exception):
    """Raised when there is no application to check at an address. Its text says why."""


class _Header(AuthBase):
    """Set the login of one request. Without a login, the request must not use one from `.netrc`."""

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
    """An answer.

    Args:
        status: the HTTP status.
        content_type: the content type without its parameters.
        text: the body.
        location: the target of a redirect.
    """

    status: int
    content_type: str
    text: str
    location: str = ""

    @property
    def data(self) -> Any:
        """The body parsed as JSON; None if it is not JSON."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None

    def get(self, key: str) -> Any:
        """A field of the body; None if the body does not have it."""
        return self.data.get(key) if isinstance(self.data, dict) else None

    def entries(self, key: str = "") -> list[dict[str, Any]]:
        """The records of a list: the body itself, or the list under a key."""
        found = self.get(key) if key else self.data
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


@dataclass(frozen=True)
class Exchange:
    """A request and its answer."""

    method: str
    path: str
    answer: Answer


@dataclass
class Result:
    """The result for a fact.

    Args:
        verdict: whether the fact is true.
        seen: what was seen, or why it was not checked.
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
        results: the results by fact.
        exchanges: the requests and answers, in order.
    """

    role: str
    url: str
    login: Login
    results: dict[str, Result] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._session = requests.Session()
        # A login's session cookie would make a later request without a login an administrator's.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def introduce(self) -> None:
        """Read the application's manifest, and check the login.

        Raises:
            NotAnApplication: if it does not answer or shows no manifest, or if the login is not an administrator's.
        """
        try:
            answer = self.ask("GET", "/rest/applinks/1.0/manifest", login=None)
            if answer.status == 401:  # some applications show it only to users who are logged in
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
        """Send it a request.

        Args:
            method: the HTTP method.
            path: the path below its base URL.
            login: a login other than its own, or None.
            accept: the content type to ask for; empty for any.
            forgery: whether to omit the header against forgery.
            params: the query's parameters.
            body: the body, sent as JSON.
            xml: the body, sent as XML.

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
        """Record the result for a fact. A fact that was contradicted once stays contradicted.

        Args:
            fact: the fact's name.
            holds: whether it is true.
            seen: what was seen.

        Returns:
            The argument `holds`.
        """
        known = self.results.get(fact)
        if FACTS[fact].concerns(self.type_id, self.generation) and (
            known is None or known.verdict != "contradicted"
        ):
            self.results[fact] = Result("confirmed" if holds else "contradicted", str(seen))
        return holds

    def miss(self, fact: str, why: str) -> None:
        """Record why a fact could not be checked, unless it was checked."""
        if FACTS[fact].concerns(self.type_id, self.generation):
            self.results.setdefault(fact, Result("not seen", why))

    def fields(self, fact: str, entity: str, body: Any, *, need: bool = True) -> None:
        """Record whether a body has the fields that docs/interface.md lists.

        Args:
            fact: the fact's name.
            entity: the record's name on that page.
            body: a record, or a list of records.
            need: whether an empty list proves nothing.
        """
        if body == [] and need:
            self.miss(fact, "there is none")
            return
        wrong = (
            differences(entity, self.generation, body) if isinstance(body, (dict, list)) else ["no record"]
        )
        self.see(fact, not wrong, "; ".join(dict.fromkeys(wrong)) or "exactly those")


def attempted(look: Callable[..., None], *what: object) -> None:
    """Run a check. If the application does not answer, or its answer can't be read, the check's facts stay unseen."""
    try:
        look(*what)
    except (requests.RequestException, KeyError, TypeError, AttributeError, IndexError):
        return
