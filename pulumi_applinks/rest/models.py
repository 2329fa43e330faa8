"""What an application answers, as typed records.

Every record takes the names of all versions of the interface: 1.0 says `typeId`, `isPrimary`, `isSystem` where 3.0 says `type`,
`primary`, `system` [S9]. Unknown fields are ignored, absent ones have defaults.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, field_validator, model_validator

from pulumi_applinks.rest.addresses import as_segment
from pulumi_applinks.rest.levels import Level, flags_of_level, level_of_flags
from pulumi_applinks.rest.text import printable, shortened

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
        public_signup: whether anyone may register there.
    """

    wire_names: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "type_id": ("typeId", "type"),
        "applinks_version": ("applinksVersion",),
        "public_signup": ("publicSignup",),
    }

    @property
    def sets_oauth(self):
        m = (self.applinks_version or "").partition(".")[0]
        return int(m) >= 5 if m.isdecimal() else None

    id: Annotated[str, AfterValidator(_uuid)]
    name: Text = ""
    type_id: Text
    version: Text | None = None
    applinks_version: Text | None = None
    url: Text
    public_signup: bool | None = None


class Link(Wire):
    """A link as one application has it.

    Args:
        id: the server id of the application that it points at, as a rule; percent-encoded where it is none.
        type_id: that application's type.
        name: what it is called here.
        display_url: where people are sent.
        rpc_url: where requests are sent; 1.0 hides it for system links [S9].
        primary: whether it is the primary one of its type.
        system: whether it belongs to the system and can't be changed.
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
    primary: bool = False
    system: bool = False

    @property
    def what(self):
        if self.system:
            return "system"
        if self.type_id == "generic":
            return "generic"
        return "application"

    @field_validator("rpc_url")
    @classmethod
    def _absent_when_empty(cls, value: str | None) -> str | None:
        return value or None


SightingKind = Literal[
    "application", "redirected", "unreachable", "no_manifest", "not_accepted", "conflict", "not_told"
]


class Sighting(BaseModel):
    """What an application sees at a URL.

    Args:
        kind: what it found. `conflict` is itself, or an application that it is linked with already, and `not_accepted` is a URL
            that it can't parse, or an application of a type that it doesn't know: the interface tells each pair apart by text
            alone [S9]. `not_told` is a version that can't be asked.
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


class StatusError(Wire):
    """Why a link does not work, in the application's own terms [S9].

    Args:
        category: such as CONFIG_ERROR.
        type: such as AUTH_LEVEL_MISMATCH.
        details: more, for a person.
        authorisation_uri: where a person can authorise the request that failed.
    """

    wire_names: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "authorisation_uri": ("authorisationUri",),
    }

    category: Text = "UNKNOWN"
    type: Text = "UNKNOWN"
    details: Text | None = None
    authorisation_uri: Text | None = None

    @field_validator("details", mode="before")
    @classmethod
    def _joined(cls, value: Any) -> Any:
        return " ".join(str(line) for line in value) if isinstance(value, list) else value


class Status(Wire):
    """What an application says of a link after trying it [S9].

    Args:
        working: whether it works.
        local: the levels that this application has.
        remote: those that the other one has, if it was asked.
        error: why it does not work.
        link: the link itself, without its details in some versions.
    """

    wire_names: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "local": ("localAuthentication",),
        "remote": ("remoteAuthentication",),
    }

    working: bool
    local: OAuthConfig | None = None
    remote: OAuthConfig | None = None
    error: StatusError | None = None
    link: Link | None = None

    @property
    def reason(self):
        if self.error is None:
            return None if self.working else "unknown"
        return {
            "NO_REMOTE_APPLINK": "no-link-back",
            "AUTH_LEVEL_MISMATCH": "levels-differ",
            "DISABLED": "disabled",
        }.get(self.error.type) or {"DEPRECATED": "legacy", "ACCESS_ERROR": "not-told"}.get(
            self.error.category, "unknown"
        )

    @property
    def told(self):
        return self.error.type if self.error else "it does not work"


class Consumer(Wire):
    """An OAuth consumer: another application whose requests are accepted [S9].

    Args:
        key: the consumer key.
        name: what it is called.
        public_key: PEM, its lines joined by spaces.
        two_lo_allowed: whether it may ask without a person.
        execute_as: the user that such requests run as.
        impersonation_allowed: whether they may run as any user.
        outgoing: whether it describes the opposite direction: generic links alone have that.
    """

    wire_names: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "public_key": ("publicKey",),
        "two_lo_allowed": ("twoLOAllowed",),
        "execute_as": ("executingTwoLOUser",),
        "impersonation_allowed": ("twoLOImpersonationAllowed",),
    }

    key: Text | None = None
    name: Text | None = None
    public_key: Text | None = None
    two_lo_allowed: bool = False
    execute_as: Text | None = None
    impersonation_allowed: bool = False
    outgoing: bool = False

    @field_validator("execute_as")
    @classmethod
    def _nobody_when_blank(cls, value: str | None) -> str | None:
        return value or None

    @property
    def level(self) -> Level:
        """The level of its requests."""
        return level_of_flags(
            enabled=True, two_lo=self.two_lo_allowed, impersonation=self.impersonation_allowed
        )


class Authentication(BaseModel):
    """How both directions of a link are authenticated, and with what.

    Args:
        incoming: of requests that the application accepts.
        outgoing: of requests that it makes.
        execute_as: the user that incoming 2LO requests run as.
        user_told: whether the application tells that user.
        consumers: whose requests are accepted.
        providers: class names of what outgoing requests use.
    """

    model_config = ConfigDict(frozen=True)

    incoming: Level = Level.NONE
    outgoing: Level = Level.NONE
    execute_as: str | None = None
    user_told: bool = True
    consumers: tuple[Consumer, ...] = ()
    providers: tuple[str, ...] = ()
    legacy_outgoing: tuple[Level, ...] = ()
