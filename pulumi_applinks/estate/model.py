"""An estate: applications, and the links between them, each link once. Pure data, and its JSON.

The JSON is versioned. A new field does not change the version; a removed field, or one with a new meaning, does.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from pulumi_applinks.estate.glossary import FindingCode, Severity, State
from pulumi_applinks.outputs import LevelSeen
from pulumi_applinks.rest import Reason, What

VERSION = 1
"""The version of the JSON."""

FORMAT = "pulumi-applinks-estate"

FarSide = Literal["asked", "not-named", "not-asked", "none"]
"""Whether the application at the other end listed its links.

`not-named`: nobody named it. `not-asked`: it was named, but could not be asked. `none`: there is no application to ask, because the link
is the system's, generic, or corrupted.
"""

Failure = Literal["login", "unreachable", "timeout", "not-understood", "same", "refused"]
"""Why an application could not be asked. `same`: it was already named under another address. A copy of it counts as another application."""


class EstateError(Exception):
    """Raised when an estate cannot be read. The message says what is wrong and what to do."""


@dataclass(frozen=True)
class Named:
    """An application as the user names it.

    Args:
        name: a short name that is unique in the estate.
        url: its base URL, as users see it.
        rpc_url: where the other applications reach it, if that is not `url`.
        api_url: where this program reaches it, if that is not `url`.
        credentials: the name of its credentials; None to ask anonymously, which only returns its manifest.
        site: its group in a picture, if any.
        manifest_needs_login: whether its manifest needs a login. The login is then sent before the application has identified itself.
    """

    name: str
    url: str
    rpc_url: str | None = None
    api_url: str | None = None
    credentials: str | None = None
    site: str | None = None
    manifest_needs_login: bool = False

    @property
    def reached_at(self) -> str:
        """The address where this program reaches it."""
        return self.api_url or self.url

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address that the user gave for it."""
        return tuple(dict.fromkeys(one for one in (self.url, self.rpc_url, self.api_url) if one))


@dataclass(frozen=True)
class ApplicationIdentity:
    """An application as its own manifest describes it.

    Args:
        server_id: its server id, which is the id of links to it.
        type_id: such as jira, confluence, stash.
        name: what it calls itself.
        url: the base URL that it is configured with.
        version: of the product.
        applinks_version: of the applinks plugin.
    """

    server_id: str
    type_id: str
    name: str
    url: str
    version: str | None = None
    applinks_version: str | None = None


@dataclass(frozen=True)
class EstateApplication:
    """An application of the estate.

    Args:
        named: the application as the user named it.
        seen: what it answered; None if it did not answer.
        failure: why its links could not be read; None if they were read.
        told: the same, in a sentence.
        admin_page: where its administrator sees its links.
        code: the code of that sentence in the table of messages, if it has one.
    """

    named: Named
    seen: ApplicationIdentity | None = None
    failure: Failure | None = None
    told: str = ""
    admin_page: str = ""
    code: str = ""

    @property
    def name(self) -> str:
        """Its name in the estate."""
        return self.named.name

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address that it is known by: those that the user gave, and its own base URL."""
        return (*self.named.addresses, *([self.seen.url] if self.seen else []))

    @property
    def asked(self) -> bool:
        """Whether it listed its links."""
        return self.seen is not None and self.failure is None


@dataclass(frozen=True)
class EstateEnd:
    """One end of a link: what an application stores for it, and what it reports about it.

    Args:
        application: the name of the application that has it.
        link_id: its id there, which is usually the other application's server id.
        name: what it is called there.
        type_id: the other application's type.
        what: what kind of entry it is. Programs only change an `application`.
        display_url: where users are sent.
        rpc_url: where requests are sent; None if the application hides it.
        primary: whether it is the primary link of its type.
        incoming: how incoming requests are authenticated; None if that is not known.
        outgoing: how outgoing requests are authenticated.
        execute_as: the user that incoming 2LO requests run as; None if it was not read, or if there is no such user.
        user_told: whether the application was asked for that user, and reported it.
        legacy_incoming: legacy authentication of incoming requests, if it was read.
        legacy_outgoing: the same for outgoing requests.
        working: whether the link works, as the application reports after trying it; None if it did not report it.
        reason: why it does not work, in one word; None if it works, or if the application did not say.
        told: the same as a clause that follows "says that".
        lozenge: the word on the application's own page; None if it shows no word, or the word is not known.
        failure: why the application could not be asked about this link, in a sentence.
        managed_by: the resource of the given stack that manages it.
        there: whether the application has it. If False, the given stack manages this end but the application does not have it. None if the
            application could not be asked about such an end.
    """

    application: str
    link_id: str
    name: str = ""
    type_id: str = ""
    what: What = "application"
    display_url: str = ""
    rpc_url: str | None = None
    primary: bool = False
    incoming: LevelSeen | None = None
    outgoing: LevelSeen | None = None
    execute_as: str | None = None
    user_told: bool = False
    legacy_incoming: tuple[LevelSeen, ...] = ()
    legacy_outgoing: tuple[LevelSeen, ...] = ()
    working: bool | None = None
    reason: Reason | None = None
    told: str = ""
    lozenge: str | None = None
    failure: str | None = None
    managed_by: str | None = None
    there: bool | None = True

    @property
    def key(self) -> str:
        """The name of this end on a command line."""
        return f"{self.application}/{self.link_id}"

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses that it points to."""
        return tuple(one for one in (self.rpc_url, self.display_url) if one)


@dataclass(frozen=True)
class LinkDirection:
    """One direction of a link: the requests that one application sends to the other.

    Args:
        sender: the name of the application that sends them, or its address if it is not part of the estate.
        receiver: the same for the application that answers them.
        level: how they are authenticated; None if that is not known, or if the two ends differ.
        working: whether they are answered; None if that is not known, or if there is nothing to try.
    """

    sender: str
    receiver: str
    level: LevelSeen | None
    working: bool | None


@dataclass(frozen=True)
class LinkFinding:
    """Something about a link that a person should know.

    Args:
        code: one word.
        severity: how bad it is.
        words: a description, in sentences.
        fix: the command or the click that fixes it.
    """

    code: FindingCode
    severity: Severity
    words: str
    mend: str


@dataclass(frozen=True)
class EstateLink:
    """A link with both of its ends, or with one if the other does not exist or was not read.

    Args:
        ends: one or two, in the order in which their applications were named.
        state: its state, in one word.
        reason: why it has that state, in a sentence.
        far: the other application's name in the estate; if it has none, the name of the link.
        far_side: whether the other application listed its links.
        directions: the directions of requests, in the order of the ends; empty if it is not a link between applications.
        findings: what a person should know about it, the worst first.
    """

    ends: tuple[EstateEnd, ...]
    state: State
    reason: str
    far: str
    far_side: FarSide
    directions: tuple[LinkDirection, ...] = ()
    findings: tuple[LinkFinding, ...] = ()

    @property
    def key(self) -> str:
        """The name of the link on a command line, which is the key of its first end."""
        return self.ends[0].key

    def finding(self, code: str) -> LinkFinding | None:
        """Return the finding that has the given code, if there is one."""
        return next((one for one in self.findings if one.code == code), None)

    @property
    def near(self) -> str:
        """The name of the application that has its first end."""
        return self.ends[0].application

    @property
    def between(self) -> tuple[str, str]:
        """The names of its two applications."""
        return self.near, self.far

    @property
    def managed_by(self) -> str | None:
        """The resource of the given stack that manages one of its ends."""
        return next((end.managed_by for end in self.ends if end.managed_by), None)


@dataclass(frozen=True)
class Estate:
    """Applications, and the links between them.

    Args:
        applications: in the order in which they were named.
        links: each once, in the order of their applications.
        read_at: when it was read, in UTC; empty if that is not known. It is ignored when two estates are compared.
        coverage: the share of the links between two applications that the given stack manages, from 0 to 1; None if no stack was given, or
            if there is no such link.
    """

    applications: tuple[EstateApplication, ...]
    links: tuple[EstateLink, ...]
    read_at: str = field(default="", compare=False)
    coverage: float | None = None

    def application(self, name: str) -> EstateApplication | None:
        """Return an application by its name in the estate."""
        return next((one for one in self.applications if one.name == name), None)

    @property
    def between(self) -> list[EstateLink]:
        """The links between two applications, which are the links that a stack could manage."""
        return [link for link in self.links if link.far_side != "none"]

    @property
    def managed(self) -> list[EstateLink]:
        """The links between two applications that the given stack manages."""
        return [link for link in self.between if link.managed_by is not None]

    def of_stack(self, links: Iterable[EstateLink]) -> Estate:
        """Return a copy that has the given links, and the share of them that the given stack manages."""
        found = replace(self, links=tuple(links))
        between = found.between
        return replace(found, coverage=round(len(found.managed) / len(between), 4) if between else None)

    def counted(self) -> dict[str, int]:
        """Return how many links there are in each state."""
        return dict(Counter(link.state for link in self.links))

    def as_json(self) -> str:
        """Return the estate as JSON, with the format version. The same estate gives the same bytes."""
        return json.dumps(self.as_data(), indent=2, ensure_ascii=False) + "\n"

    def as_data(self) -> dict[str, Any]:
        """Return what `as_json` writes, as dictionaries and lists."""
        return {"format": FORMAT, "version": VERSION, **_adapter().dump_python(self, mode="json")}


@cache
def _adapter() -> TypeAdapter[Estate]:
    return TypeAdapter(Estate)


def from_json(text: str) -> Estate:
    """Read an estate from its JSON. Unknown fields are ignored.

    Raises:
        EstateError: if it is not an estate, or has another version.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise EstateError(
            f"this is not JSON ({error}). Give the output of `applinks status --json`."
        ) from None
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        raise EstateError("this is not an estate. Give the output of `applinks status --json`.")
    if data.get("version") != VERSION:
        raise EstateError(
            f"this estate is of version {data.get('version')}, and this program reads version {VERSION}: write it again with "
            f"`applinks status --json`, or update the one that is older."
        )
    try:
        return _adapter().validate_python(
            {key: value for key, value in data.items() if key not in ("format", "version")}
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise EstateError(
            f"this is not an estate: {where} is missing or malformed. Write it again with `applinks status --json`."
        ) from None


def unique_name(wanted: str, taken: Iterable[str]) -> str:
    """Return a name that is not taken: the wanted name, or the wanted name with a number."""
    known, number, name = set(taken), 1, wanted
    while name in known:
        number += 1
        name = f"{wanted}-{number}"
    return name
