"""What an application says of a link after trying it, in words of our own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import ValidationError, field_validator

from pulumi_applinks.rest.levels import Level
from pulumi_applinks.rest.models import BriefLink, OAuthConfig, Text, Wire
from pulumi_applinks.rest.redaction import quoted

Reason = Literal[
    "no-link-back",
    "levels-differ",
    "disabled",
    "legacy",
    "not-told",
    "no-answer",
    "refused",
    "unreachable",
    "untrusted",
    "clock",
    "system",
    "no-application",
    "incompatible",
    "no-authentication",
    "unsupported",
    "unknown",
]
"""Why a link does not work. `not-told` is that the application can't tell: asking takes a person's authorisation. `no-answer`
is that it did not say in time, which is not its own word (`Unanswered`)."""

_NOT_THE_APPLICATION = (
    "what answers at the link's RPC URL does not answer as an application with applinks: another address, a proxy, a login page, or an "
    "application that starts"
)
_AUTHORISE = "asking the other application takes the authorisation of a person, in its web interface"
_REPLACED = "the link is set to trusted applications or basic access, which OAuth replaces"
_BESIDE = "trusted applications or basic access is still set up beside OAuth"
_CERTIFICATE = (
    "no TLS connection to the other application comes about: as a rule it does not trust the certificate, whose authority has to be in its "
    "Java truststore; else they have no version or cipher of TLS in common"
)

_BY_TYPE: dict[str, tuple[Reason, str]] = {
    "NO_REMOTE_APPLINK": ("no-link-back", "the other application has no link back"),
    "AUTH_LEVEL_MISMATCH": ("levels-differ", "the two ends are set to different authentication"),
    "DISABLED": ("disabled", "authentication is off at both ends"),
    "LEGACY_UPDATE": ("legacy", _REPLACED),
    "MANUAL_LEGACY_UPDATE": ("legacy", _REPLACED),
    "LEGACY_REMOVAL": ("legacy", _BESIDE),
    "MANUAL_LEGACY_REMOVAL": ("legacy", _BESIDE),
    "MANUAL_LEGACY_REMOVAL_WITH_OLD_EDIT": ("legacy", _BESIDE),
    "LOCAL_AUTH_TOKEN_REQUIRED": ("not-told", _AUTHORISE),
    "REMOTE_AUTH_TOKEN_REQUIRED": ("not-told", _AUTHORISE),
    "INSUFFICIENT_REMOTE_PERMISSION": (
        "not-told",
        "the other application tells its administrators alone, and who asked is none there",
    ),
    "OAUTH_PROBLEM": ("refused", "the other application refuses its signed requests"),
    "OAUTH_SIGNATURE_INVALID": (
        "refused",
        "the other application does not accept its signature: it knows another public key, or takes another address for its own than "
        "requests are signed for, as behind a proxy that it does not know of",
    ),
    "OAUTH_TIMESTAMP_REFUSED": ("clock", "the clocks of the two applications differ too much"),
    "CONNECTION_REFUSED": ("unreachable", "the other application refuses connections"),
    "UNKNOWN_HOST": ("unreachable", "it knows no host of the name in the link's RPC URL"),
    "UNEXPECTED_RESPONSE": ("unreachable", _NOT_THE_APPLICATION),
    "UNEXPECTED_RESPONSE_STATUS": ("unreachable", _NOT_THE_APPLICATION),
    "SSL_UNTRUSTED": ("untrusted", _CERTIFICATE),
    "SSL_UNMATCHED": ("untrusted", _CERTIFICATE),
    "SSL_HOSTNAME_UNMATCHED": (
        "untrusted",
        "the other application shows the certificate of another host",
    ),
    "SYSTEM_LINK": ("system", "the link belongs to the system"),
    "GENERIC_LINK": ("no-application", "the link is one to something that is no Atlassian product"),
    "NON_ATLASSIAN": ("no-application", "the link is one to something that is no Atlassian product"),
    "REMOTE_VERSION_INCOMPATIBLE": ("incompatible", "the other application's version is too old"),
    "NO_OUTGOING_AUTH": (
        "no-authentication",
        "it makes no authenticated requests, without which a version as old as the other application's tells nothing",
    ),
    "AUTH_LEVEL_UNSUPPORTED": ("unsupported", "an end allows OAuth for persons alone (3LO without 2LO)"),
}
_BY_CATEGORY: dict[str, tuple[Reason, str]] = {
    "NETWORK_ERROR": (
        "unreachable",
        "it does not get through to the other application: its name, a firewall, a proxy, or its certificate",
    ),
    "ACCESS_ERROR": ("not-told", _AUTHORISE),
    "SYSTEM": _BY_TYPE["SYSTEM_LINK"],
    "NON_ATLASSIAN": _BY_TYPE["NON_ATLASSIAN"],
    "INCOMPATIBLE": ("incompatible", "the two applications do not fit together"),
    "DEPRECATED": ("unsupported", "an end is set to authentication that is out of use"),
    "DISABLED": _BY_TYPE["DISABLED"],
}
"""For types that are not known: those of a later version."""

_UNKNOWN: tuple[Reason, str] = (
    "unknown",
    "the link does not work, and it gives no reason that is known here, as when the other application takes too long to answer",
)
_USER_REFUSED = (
    "the other application refuses its signed requests: the user that they run as does not exist there, is not active, or may not "
    "log in; or it does not allow requests of that kind"
)


class _Error(Wire):
    category: Text = ""
    type: Text = ""
    details: Text = ""

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
        link: the link itself, if it is told: neither whether it is primary, nor whether it belongs to the system.
        error: what it complains of.
    """

    wire_names: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "local": ("localAuthentication",),
        "remote": ("remoteAuthentication",),
    }

    working: bool
    local: OAuthConfig | None = None
    remote: OAuthConfig | None = None
    link: BriefLink | None = None
    error: _Error | None = None

    @field_validator("link", mode="before")
    @classmethod
    def _absent_when_broken(cls, value: Any) -> Any:
        try:
            return BriefLink.model_validate(value)
        except ValidationError:
            return None

    @property
    def reason(self) -> Reason | None:
        """Why it does not work; None when it does."""
        return self._why()[0]

    @property
    def told(self) -> str:
        """The same for a person, as what follows "says that", with the application's own words in parentheses; empty when it works.

        Of one that did not answer it is what follows its name.
        """
        told = self._why()[1]
        said = [one for one in (self.error.type, quoted(self.error.details)) if one] if self.error else []
        return f"{told} ({': '.join(said)})" if said and told else told

    @property
    def category(self) -> str:
        """The application's own word for that kind of reason, by which its page chooses what it shows."""
        return self.error.category if self.error else ""

    def _why(self) -> tuple[Reason | None, str]:
        if self.working:
            return None, ""
        if self.error is None:
            return _UNKNOWN
        if self.error.type == "AUTH_LEVEL_UNSUPPORTED" and self._has_only_2lo():
            # The last thing that is tried is a signed request; that it is refused has the same type as a level [S9].
            return "refused", _USER_REFUSED
        return _BY_TYPE.get(self.error.type) or _BY_CATEGORY.get(self.error.category) or _UNKNOWN

    def _has_only_2lo(self) -> bool:
        levels = [level for one in (self.local, self.remote) if one for level in (one.incoming, one.outgoing)]
        return len(levels) == 4 and Level.OAUTH_3LO_ONLY not in levels


class Unanswered(Status):
    """In place of a status that did not come in time: whether the link works is not known.

    Args:
        seconds: how long it was waited for.
    """

    working: bool = False
    seconds: float

    def _why(self) -> tuple[Reason | None, str]:
        return "no-answer", f"did not answer within {self.seconds:.3g} s when it was asked to try the link"
