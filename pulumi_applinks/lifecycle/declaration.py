"""The program's declaration as records, as far as it is known.

`pulumi_applinks.names` has the names of the inputs. In a preview, a value that another resource will create is not known yet. Such a value
is `None` here, or its default, and its path is in `Declaration.unknown`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from pulumi_applinks.codes import Code
from pulumi_applinks.names import ALSO_CALLED, ApplicationInputs, Kind, LinkInputs
from pulumi_applinks.rest import Level

Role = Literal["source", "target"]

CLOUD_DOMAINS = ("atlassian.net", "jira.com")


def _checked_url(url: str) -> str:
    """Check a URL and remove the slashes at its end.

    The errors quote nothing that could be a password or a token: no user, query or unreadable port.
    """
    try:
        parts = urlsplit(url)
        absolute, port = parts.scheme in ("http", "https") and bool(parts.hostname), parts.port
    except ValueError:
        absolute, port = False, None
    if "@" in (parts.netloc if absolute else url):
        raise ValueError(
            "has a user or a password in it, which would end up in the state and in logs; give the URL without them, and the "
            "credentials by name"
        )
    if not absolute:
        raise ValueError("is not an absolute http or https URL, such as https://jira.example.com")
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        raise ValueError("has a query or a fragment; give only the base URL")
    if port == 0:
        raise ValueError("names port 0; give the port that the application listens on")
    return url.rstrip("/")


Url = Annotated[str, AfterValidator(_checked_url)]


class Record(BaseModel):
    """A frozen record that rejects unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class GivenCredentials(Record):
    """Credentials that are given in the program itself."""

    username: str | None = None
    password: str | None = Field(default=None, repr=False)
    token: str | None = Field(default=None, repr=False)


@dataclass(frozen=True)
class Party(ApplicationInputs):
    """One application as the program declares it."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    url: Url | None = None
    rpc_url: Url | None = None
    api_url: Url | None = None
    credentials: str | GivenCredentials | None = None

    @property
    def called_at(self) -> str:
        """The URL at which the other application calls this one."""
        return self.rpc_url or self.display_url

    @property
    def display_url(self) -> str:
        """The URL at which people open the application."""
        if self.url is None:
            raise LookupError("the URL is not known in this preview")
        return self.url

    @property
    def reached_at(self) -> str:
        """The URL at which this program calls the application."""
        return self.api_url or self.display_url

    @property
    def addresses(self) -> tuple[str, ...]:
        """All addresses that the program gives for the application."""
        return tuple(one for one in (self.url, self.rpc_url, self.api_url) if one)

    @property
    def is_cloud(self) -> bool:
        """Whether this is a Cloud site. The program says so, or the address shows it."""
        if self.cloud is not None:
            return self.cloud
        host = (urlsplit(self.url).hostname or "") if self.url else ""
        return any(host == domain or host.endswith("." + domain) for domain in CLOUD_DOMAINS)


class Direction(Record):
    """How requests in one direction are authenticated. Without a level, that is not known yet."""

    level: Literal["none", "oauth", "oauth-impersonation"] | None = None
    execute_as: str | None = None

    @model_validator(mode="after")
    def _execute_as_is_for_oauth(self) -> Direction:
        if self.execute_as is not None and self.level not in (None, "oauth"):
            raise ValueError("execute_as only works with NonImpersonating")
        return self

    @property
    def as_level(self) -> Level:
        """The level as the package `rest` names it."""
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


UNDECIDED = Directions(outgoing=Direction(), incoming=Direction())
"""Authentication for which this module chooses the default, or that is not known yet."""


@dataclass(frozen=True)
class Declaration(LinkInputs):
    """A link as the program declares it."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    source: Party
    target: Party
    authentication: Directions = UNDECIDED
    wait_for_target: Annotated[float, Field(ge=0, allow_inf_nan=False)] = LinkInputs.wait_for_target
    timeout_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = LinkInputs.timeout_seconds
    unknown: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.authentication == UNDECIDED and not self.unknown & {"authentication", "two_way"}:
            level: Literal["oauth", "none"] = "oauth" if self.two_way else "none"
            decided = Directions(outgoing=Direction(level=level), incoming=Direction(level=level))
            object.__setattr__(self, "authentication", decided)

    def party(self, role: Role) -> Party:
        """Return the application in a role."""
        return self.source if role == "source" else self.target

    def sends(self, role: Role) -> Direction:
        """Return how the requests that an application sends over the link are authenticated."""
        return self.authentication.outgoing if role == "source" else self.authentication.incoming

    def accepts(self, role: Role) -> Direction:
        """Return how the requests that an application accepts over the link are authenticated."""
        return self.authentication.incoming if role == "source" else self.authentication.outgoing

    @property
    def managed(self) -> tuple[Role, ...]:
        """The ends that this program creates, the target first. Authentication is set in this order."""
        return ("target", "source") if self.two_way and self.manage == "both" else ("source",)


def other(role: Role) -> Role:
    """Return the role of the other end."""
    return "target" if role == "source" else "source"


SCHEMA = TypeAdapter(Declaration)


@dataclass(frozen=True)
class WrongInput:
    """An invalid input.

    Args:
        property: its path, such as `target.url`.
        reason: a sentence that says what is wrong and what to do.
        code: the message's code.
    """

    property: str
    reason: str
    code: Code = Code.BAD_INPUT


class Malformed(ValueError):
    """Raised when the inputs are not a valid declaration.

    Args:
        findings: what is wrong, one finding for each property.
    """

    def __init__(self, findings: list[WrongInput]) -> None:
        super().__init__("; ".join(f"{finding.property}: {finding.reason}" for finding in findings))
        self.findings = findings


def declare(known: Mapping[str, Any], unknown: frozenset[str] = frozenset()) -> Declaration:
    """Make a declaration from inputs.

    Args:
        known: the known inputs, in any form that `normalised` accepts.
        unknown: the paths of the inputs that are not known yet.

    Raises:
        Malformed: if their form is wrong. It quotes no value that could be a secret.
    """
    try:
        return SCHEMA.validate_python({**normalised(known), "unknown": unknown})
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
    # Keep only the first error for each property: the others are about the other types that it could have.
    found = {finding.property: finding for finding in map(_finding, reversed(wrong))}
    raise Malformed(list(reversed(found.values())))


def _finding(error: Any) -> WrongInput:
    path = ".".join(str(part) for part in error["loc"] if part not in ("GivenCredentials", "str"))
    kind: str = error["type"]
    if path.endswith(".kind") and kind == "literal_error":
        return WrongInput(path, f"is not a type of application: give one of {', '.join(get_args(Kind))}")
    if kind == "literal_error":
        return WrongInput(path, f"must be {error['ctx']['expected']}")
    message: str = error["msg"]
    return WrongInput(path, _SAID.get(kind, message.removeprefix("Value error, ")))


_SAID = {
    "bool_parsing": "must be True or False",
    "bool_type": "must be True or False",
    "dataclass_type": "must be an application: give it as Application(url, ...)",
    "extra_forbidden": "is not known: remove it, or correct its name",
    "finite_number": "must be a number of seconds",
    "float_parsing": "must be a number of seconds",
    "float_type": "must be a number of seconds",
    "greater_than": "leaves no time: give more than 0 seconds",
    "greater_than_equal": "must be 0 or more seconds",
    "missing": "is not given",
    "string_type": "must be a text",
    "unexpected_keyword_argument": "is not known: remove it, or correct its name",
}
"""The message for an invalid input, by the validation's name for the error. For any other error, the validation's own text is shown."""


def normalised(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs in the form in which they are stored: texts are stripped, and types have the plugin's names.

    Args:
        inputs: as a program gives them. Unknown values, and values of another form, stay as they are.
    """
    found = dict(inputs)
    for role in ("source", "target"):
        if isinstance(found.get(role), Mapping):
            application = _stripped(found[role])
            kind = application.get("kind")
            if isinstance(kind, str):
                application["kind"] = ALSO_CALLED.get(kind.lower(), kind.lower())
            found[role] = application
    directions = found.get("authentication")
    if isinstance(directions, Mapping):
        found["authentication"] = {
            way: _stripped(direction) if isinstance(direction, Mapping) else direction
            for way, direction in directions.items()
        }
    return found


def _stripped(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}
