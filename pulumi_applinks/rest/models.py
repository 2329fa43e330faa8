"""An application's answers as typed records.

Every record accepts the names of all versions of the interface: 1.0 uses `typeId`, `isPrimary`, `isSystem` where 3.0 uses `type`,
`primary`, `system` [S9]. Unknown fields are ignored, and absent fields have defaults.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    ValidationError,
    field_validator,
    model_validator,
)

from pulumi_applinks.rest.addresses import as_segment, is_absolute
from pulumi_applinks.rest.levels import Level, flags_of_level, level_of_flags
from pulumi_applinks.rest.products import GENERIC, PRODUCTS
from pulumi_applinks.rest.redaction import printable, shortened
from pulumi_applinks.rest.version import sets_oauth

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


LONGEST_TEXT = 2000
"""The most characters of a name or an address that are kept. Applications allow far fewer."""


def _segment(value: str) -> str:
    if not 0 < len(value) <= LONGEST_TEXT:
        raise ValueError("is no id")
    return as_segment(value)


def _uuid(value: str) -> str:
    if not _UUID.fullmatch(value):
        raise ValueError("is not a UUID")
    return value


# Texts of an application appear in messages and in the state. So they must not control a terminal, or be endless.
Text = Annotated[str, AfterValidator(lambda value: shortened(printable(value), LONGEST_TEXT))]
# An id becomes a part of an address.
Segment = Annotated[str, AfterValidator(_segment)]


class Wire(BaseModel):
    """A frozen record that accepts the interface's names as well as its own."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True
    )
    wire_names: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    @model_validator(mode="before")
    @classmethod
    def _named(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        named: dict[str, Any] = {}
        for field in cls.model_fields:
            for name in (field, *cls.wire_names.get(field, ())):
                # An empty XML element and a null mean the same as an absent field.
                if data.get(name) is not None:
                    named[field] = data[name]
                    break
        return named


class Manifest(Wire):
    """How an application describes itself to anyone who asks [S9].

    Args:
        id: its server id.
        name: its name.
        type_id: its type, such as jira, confluence, stash.
        version: the product's version.
        applinks_version: the applinks plugin's version.
        url: the base URL that it is configured with.
    """

    wire_names: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "type_id": ("typeId", "type"),
        "applinks_version": ("applinksVersion",),
    }

    id: Annotated[str, AfterValidator(_uuid)]
    name: Text = ""
    type_id: Text
    version: Text | None = None
    applinks_version: Text | None = None
    url: Text

    @property
    def sets_oauth(self) -> bool | None:
        """Whether its REST interface can set OAuth up; None if it does not report its version."""
        return sets_oauth(self.applinks_version)


class BriefLink(Wire):
    """A link as its status reports it.

    Args:
        id: usually the server id of the application that it points to; any other id is percent-encoded.
        type_id: that application's type.
        name: the link's name here.
        display_url: where people are sent.
        rpc_url: where requests are sent; 1.0 hides it for system links [S9].
    """

    wire_names: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "type_id": ("typeId", "type"),
        "display_url": ("displayUrl",),
        "rpc_url": ("rpcUrl",),
        "primary": ("isPrimary",),
        "system": ("isSystem",),
    }

    id: Segment
    type_id: Text = ""
    name: Text = ""
    display_url: Text = ""
    rpc_url: Text | None = None

    @field_validator("rpc_url")
    @classmethod
    def _absent_when_empty(cls, value: str | None) -> str | None:
        return value or None


What = Literal["application", "system", "generic", "unknown-type", "incomplete"]


class Link(BriefLink):
    """A link as one application has it: the fields of `BriefLink`, and these.

    Args:
        primary: whether it is the primary one of its type.
        system: whether it belongs to the system and cannot be changed.
        broken: whether a field does not have the interface's format.
    """

    primary: bool = False
    system: bool = False
    broken: bool = False

    @classmethod
    def of(cls, data: Any) -> Link | None:
        """Read an entry of a list, without the fields that do not have the interface's format; None for an entry without an id."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            wrong = {str(one["loc"][0]) for one in error.errors() if one["loc"]}
        names = {name for field in wrong for name in (field, *cls.wire_names.get(field, ()))}
        if "id" in wrong or not isinstance(data, Mapping):
            return None
        return cls.of({**{key: value for key, value in data.items() if key not in names}, "broken": True})

    @property
    def what(self) -> What:
        """The kind of entry. A program may change only an `application`.

        An `application` is a link between two products that does not belong to the system, and all its fields have the interface's
        format. OAuth 2.0 clients and connections, which newer versions list among the links, are `generic` [S9].
        """
        if self.system:
            return "system"
        if self.type_id == GENERIC:
            return "generic"
        if self.type_id and self.type_id not in PRODUCTS:
            return "unknown-type"
        whole = (
            self.type_id
            and self.name.strip()
            and is_absolute(self.display_url)
            and is_absolute(self.rpc_url or "")
        )
        return "application" if whole and _UUID.fullmatch(self.id) and not self.broken else "incomplete"


SightingKind = Literal[
    "application", "redirected", "unreachable", "no_manifest", "not_accepted", "conflict", "not_told"
]


class Sighting(BaseModel):
    """What an application finds at a URL.

    Args:
        kind: what it found. `conflict`: itself, or an application that it is already linked with. `not_accepted`: a URL that it
            can't parse, or an application of an unknown type. The interface distinguishes the two cases of each only by text [S9].
            `not_told`: the application did not answer the question, for example because its version can't.
        manifest: the manifest of the application that it found.
        redirected_to: where it was redirected to.
        message: its text for people.
    """

    model_config = ConfigDict(frozen=True)

    kind: SightingKind
    manifest: Manifest | None = None
    redirected_to: Text | None = None
    message: Text | None = None


class OAuthConfig(Wire):
    """The OAuth levels of both directions, as one application has them [S9].

    Args:
        incoming: the level of requests that it accepts.
        outgoing: the level of requests that it makes.
    """

    incoming: Level = Level.NONE
    outgoing: Level = Level.NONE

    @field_validator("incoming", "outgoing", mode="before")
    @classmethod
    def _from_flags(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        flags = _Flags.model_validate(value)
        return level_of_flags(
            enabled=flags.enabled, two_lo=flags.two_lo, impersonation=flags.two_lo_impersonation
        )

    def as_wire(self) -> dict[str, dict[str, bool]]:
        """The levels as the interface expects them.

        Raises:
            ValueError: for a level that is not an OAuth level.
        """
        return {"incoming": flags_of_level(self.incoming), "outgoing": flags_of_level(self.outgoing)}


class _Flags(Wire):
    wire_names: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "two_lo": ("twoLoEnabled",),
        "two_lo_impersonation": ("twoLoImpersonationEnabled",),
    }

    enabled: bool = False
    two_lo: bool = False
    two_lo_impersonation: bool = False


class PublicKey(Wire):
    """The key that verifies an application's signed requests, as the application itself or another one reports it [S9].

    Args:
        key: the application's name as a consumer.
        public_key: the key in PEM.
    """

    wire_names: ClassVar[Mapping[str, tuple[str, ...]]] = {"public_key": ("publicKey",)}

    key: Text = ""
    public_key: Text = ""

    def same_as(self, other: PublicKey) -> bool:
        """Whether both are the same. PEM's header, footer and line breaks make no difference."""
        return self.key == other.key and _bare_key(self.public_key) == _bare_key(other.public_key)


def _bare_key(pem: str) -> str:
    return re.sub(r"-----[A-Z ]+-----|\s", "", pem)


class Consumer(Wire):
    """An OAuth consumer: another application whose requests are accepted [S9].

    Args:
        two_lo_allowed: whether it may send requests without a user's authorization.
        execute_as: the user that such requests run as.
        impersonation_allowed: whether they may run as any user.
        outgoing: whether it describes the opposite direction, which only generic links have.
    """

    wire_names: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "two_lo_allowed": ("twoLOAllowed",),
        "execute_as": ("executingTwoLOUser",),
        "impersonation_allowed": ("twoLOImpersonationAllowed",),
    }

    two_lo_allowed: bool = False
    execute_as: Text | None = None
    impersonation_allowed: bool = False
    outgoing: bool = False

    @field_validator("execute_as")
    @classmethod
    def _nobody_when_blank(cls, value: str | None) -> str | None:
        return value or None


class Authentication(BaseModel):
    """The authentication of both directions of a link.

    Args:
        incoming: the level of requests that the application accepts.
        outgoing: the level of requests that it makes.
        execute_as: the user that incoming 2LO requests run as.
        user_told: whether the application reports that user.
        legacy_outgoing: the legacy levels of requests that it makes, regardless of OAuth.
    """

    model_config = ConfigDict(frozen=True)

    incoming: Level = Level.NONE
    outgoing: Level = Level.NONE
    execute_as: str | None = None
    user_told: bool = True
    legacy_outgoing: tuple[Level, ...] = ()


class Legacy(BaseModel):
    """The legacy levels of both directions, regardless of OAuth.

    Args:
        incoming: the levels of requests that the application accepts.
        outgoing: the levels of requests that it makes.
    """

    model_config = ConfigDict(frozen=True)

    incoming: tuple[Level, ...] = ()
    outgoing: tuple[Level, ...] = ()


@dataclass(frozen=True)
class UserDetails:
    """What an application reports about a user.

    Args:
        exists: whether it knows the user.
        active: whether the user is active; None if that is not reported.
        system_administrator: whether the user is a system administrator; None if that is not reported.
        where: the product that reported it.
    """

    exists: bool
    active: bool | None
    system_administrator: bool | None
    where: str
