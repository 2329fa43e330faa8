"""What an application answers, as typed records.

Every record takes the names of all versions of the interface: 1.0 says `typeId`, `isPrimary`, `isSystem` where 3.0 says `type`,
`primary`, `system` [S9]. Unknown fields are ignored, absent ones have defaults.
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
"""What is kept of a name or an address, in characters: applications allow far less."""


def _segment(value: str) -> str:
    if not 0 < len(value) <= LONGEST_TEXT:
        raise ValueError("is no id")
    return as_segment(value)


def _uuid(value: str) -> str:
    if not _UUID.fullmatch(value):
        raise ValueError("is not a UUID")
    return value


# What an application says ends up in messages and in the state: nothing in it may steer a terminal, or be endless.
Text = Annotated[str, AfterValidator(lambda value: shortened(printable(value), LONGEST_TEXT))]
# An id becomes a part of an address.
Segment = Annotated[str, AfterValidator(_segment)]


class Wire(BaseModel):
    """A frozen record that understands the interface's names beside its own."""

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
    """What an application says of itself, to anyone who asks [S9].

    Args:
        id: its server id.
        name: what it calls itself.
        type_id: such as jira, confluence, stash.
        version: of the product.
        applinks_version: of the applinks plugin.
        url: its base URL as it believes it to be.
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
        """Whether its REST interface sets OAuth up; None when its version is not reported."""
        return sets_oauth(self.applinks_version)


class BriefLink(Wire):
    """A link as its status reports it.

    Args:
        id: the server id of the application that it points at, as a rule; percent-encoded where it is none.
        type_id: that application's type.
        name: what it is called here.
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
        broken: whether a field did not read as the interface writes it.
    """

    primary: bool = False
    system: bool = False
    broken: bool = False

    @classmethod
    def of(cls, data: Any) -> Link | None:
        """An entry of a list, without what does not read as the interface writes it; None for one that has no id."""
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
        """What kind of entry it is: a program may touch none but an `application`.

        That is one between two products, not the system's, which reads as the interface writes it. OAuth 2.0 clients and connections,
        which newer versions list among the links, are `generic` [S9].
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
    """What an application sees at a URL.

    Args:
        kind: what it found. `conflict` is itself, or an application that it is linked with already, and `not_accepted` is a URL
            that it can't parse, or an application of a type that it doesn't know: the interface distinguishes each pair only
            by text [S9]. `not_told` is a version that can't be asked.
        manifest: of the application that it found.
        redirected_to: where it was sent instead.
        message: what it said, for a person.
    """

    model_config = ConfigDict(frozen=True)

    kind: SightingKind
    manifest: Manifest | None = None
    redirected_to: Text | None = None
    message: Text | None = None


class OAuthConfig(Wire):
    """OAuth levels of both directions, as one application has them [S9].

    Args:
        incoming: of requests that it accepts.
        outgoing: of requests that it makes.
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
        """As the interface wants it.

        Raises:
            ValueError: for a level that is no OAuth level.
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
    """The key by which an application's signed requests are known: as it says itself, or as another one keeps it [S9].

    Args:
        key: what the application is called as a consumer.
        public_key: in PEM.
    """

    wire_names: ClassVar[Mapping[str, tuple[str, ...]]] = {"public_key": ("publicKey",)}

    key: Text = ""
    public_key: Text = ""

    def same_as(self, other: PublicKey) -> bool:
        """Whether both are the same: what PEM writes around a key and how it breaks lines makes no difference."""
        return self.key == other.key and _bare_key(self.public_key) == _bare_key(other.public_key)


def _bare_key(pem: str) -> str:
    return re.sub(r"-----[A-Z ]+-----|\s", "", pem)


class Consumer(Wire):
    """An OAuth consumer: another application whose requests are accepted [S9].

    Args:
        two_lo_allowed: whether it may ask without a person.
        execute_as: the user that such requests run as.
        impersonation_allowed: whether they may run as any user.
        outgoing: whether it describes the opposite direction: generic links alone have that.
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
    """How both directions of a link are authenticated.

    Args:
        incoming: of requests that the application accepts.
        outgoing: of requests that it makes.
        execute_as: the user that incoming 2LO requests run as.
        user_told: whether the application reports that user.
        legacy_outgoing: legacy levels of requests that it makes, whatever OAuth exists beside them.
    """

    model_config = ConfigDict(frozen=True)

    incoming: Level = Level.NONE
    outgoing: Level = Level.NONE
    execute_as: str | None = None
    user_told: bool = True
    legacy_outgoing: tuple[Level, ...] = ()


class Legacy(BaseModel):
    """The legacy levels of both directions, whatever OAuth exists beside them.

    Args:
        incoming: of requests that the application accepts.
        outgoing: of requests that it makes.
    """

    model_config = ConfigDict(frozen=True)

    incoming: tuple[Level, ...] = ()
    outgoing: tuple[Level, ...] = ()


@dataclass(frozen=True)
class UserDetails:
    """What an application reports of a user.

    Args:
        exists: whether it knows the user.
        active: whether the user is active; None when that is not reported.
        system_administrator: whether the user is a system administrator; None when that is not reported.
        where: which product reported it.
    """

    exists: bool
    active: bool | None
    system_administrator: bool | None
    where: str
