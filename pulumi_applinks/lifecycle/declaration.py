"""The records a link is declared with, as far as they are known.

In a preview a value that another resource will make is not there yet: such a value is `None` here, and its path is in
`Declaration.unknown`.
"""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from pulumi_applinks.rest import Level

Role = Literal["source", "target"]

MAKEABLE = ("none", "oauth", "oauth-impersonation")
CLOUD_DOMAINS = ("atlassian.net", "jira.com")


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{error}; give an absolute URL such as https://jira.example.com") from None
    if "@" in parts.netloc:
        raise ValueError(
            "has a user or a password in it, which would end in the state and in logs; give the URL without, and the "
            "credentials by name"
        )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is not an absolute http or https URL, such as https://jira.example.com")
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        raise ValueError(f"{url!r} has a query or a fragment; give the base URL alone")
    if port == 0:
        raise ValueError(f"{url!r} names port 0; give the port that the application listens on")
    return url.rstrip("/")


Url = Annotated[str, AfterValidator(_checked_url)]


class Record(BaseModel):
    """A frozen record that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class GivenCredentials(Record):
    """Credentials that the program itself gives."""

    username: str | None = None
    password: str | None = Field(default=None, repr=False)
    token: str | None = Field(default=None, repr=False)


class Party(Record):
    """One application as the program declares it."""

    url: Url | None = None
    rpc_url: Url | None = None
    api_url: Url | None = None
    credentials: str | GivenCredentials | None = None
    name: str | None = None
    kind: Literal["jira", "confluence", "stash", "bamboo", "crowd", "fecru", "refapp"] | None = None
    cloud: bool | None = None

    @property
    def called_at(self) -> str:
        """Where the other application calls this one."""
        return self.rpc_url or self.display_url

    @property
    def display_url(self) -> str:
        """Where people see it."""
        if self.url is None:
            raise LookupError("the URL is not known in this preview")
        return self.url

    @property
    def reached_at(self) -> str:
        """Where this program reaches it."""
        return self.api_url or self.display_url

    @property
    def is_cloud(self) -> bool:
        """Whether this is a Cloud site, as the program says or by its address."""
        if self.cloud is not None:
            return self.cloud
        host = (urlsplit(self.url).hostname or "") if self.url else ""
        return any(host == domain or host.endswith("." + domain) for domain in CLOUD_DOMAINS)


class Direction(Record):
    """How requests in one direction are authenticated."""

    level: Literal["none", "oauth", "oauth-impersonation"] | None = None
    execute_as: str | None = None

    @model_validator(mode="after")
    def _execute_as_is_for_oauth(self) -> Direction:
        if self.execute_as is not None and self.level not in (None, "oauth"):
            raise ValueError("execute_as goes with NonImpersonating alone")
        return self

    @property
    def as_level(self) -> Level:
        """The level, as the REST room names it."""
        return Level(self.level or "none")


class Directions(Record):
    """Authentication of both directions, as the source sees them."""

    outgoing: Direction = Direction(level="none")
    incoming: Direction = Direction(level="none")

    @property
    def impersonating(self) -> bool:
        """Whether either direction impersonates."""
        return "oauth-impersonation" in (self.outgoing.level, self.incoming.level)

    @property
    def any(self) -> bool:
        """Whether either direction is authenticated."""
        return self.outgoing.level not in (None, "none") or self.incoming.level not in (None, "none")


class Declaration(Record):
    """A link as the program declares it."""

    source: Party
    target: Party
    authentication: Directions = Directions()
    two_way: bool = True
    manage: Literal["both", "source"] = "both"
    on_existing: Literal["fail", "adopt"] = "fail"
    on_unreachable_create: Literal["fail", "one_way"] = "fail"
    on_unreachable_relocate: Literal["fail", "relocate"] = "fail"
    on_unreachable_delete: Literal["fail", "leave"] = "fail"
    on_duplicate: Literal["report", "remove"] = "report"
    on_broken: Literal["warn", "fail"] = "warn"
    on_legacy: Literal["report", "remove"] = "report"
    primary: bool | None = None
    reverse_primary: bool | None = None
    wait_for_target: float = Field(default=0, ge=0)
    timeout_seconds: float = Field(default=120, gt=0)
    unknown: frozenset[str] = Field(default=frozenset(), exclude=True)

    def party(self, role: Role) -> Party:
        """The application that plays a role."""
        return self.source if role == "source" else self.target

    def sends(self, role: Role) -> Direction:
        """How the requests that an application makes over the link are authenticated."""
        return self.authentication.outgoing if role == "source" else self.authentication.incoming

    def accepts(self, role: Role) -> Direction:
        """How the requests that it accepts over the link are authenticated."""
        return self.authentication.incoming if role == "source" else self.authentication.outgoing

    @property
    def managed(self) -> tuple[Role, ...]:
        """The ends that this program makes, the remote one first: the order in which authentication is set."""
        return ("target", "source") if self.two_way and self.manage == "both" else ("source",)


def other(role: Role) -> Role:
    """The other end."""
    return "target" if role == "source" else "source"
