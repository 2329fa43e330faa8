"""What an application reports about a link after it tried the link, in the provider's own words."""

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
"""Why a link does not work. `not-told`: the application can't say, because asking needs a person's authorisation. `no-answer`: the
application did not answer in time, so this is not its own word (`Unanswered`)."""

_NOT_THE_APPLICATION = (
    "what answers at the link's RPC URL is not an application with applinks: it is another address, a proxy, a login page, or an "
    "application that is starting"
)
_AUTHORISE = "asking the other application needs a person's authorization, in its web interface"
_REPLACED = "the link is set to trusted applications or basic access, which OAuth replaces"
_BESIDE = "trusted applications or basic access is still set up in addition to OAuth"
_CERTIFICATE = (
    "it cannot set up a TLS connection to the other application: usually it does not trust the certificate, whose authority must be in its "
    "Java truststore; otherwise they have no TLS version or cipher in common"
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
        "the other application reports it only to its administrators, and whoever asked is not one",
    ),
    "OAUTH_PROBLEM": ("refused", "the other application refuses its signed requests"),
    "OAUTH_SIGNATURE_INVALID": (
        "refused",
        "the other application does not accept its signature: it has an outdated public key, or its own address is not the one that "
        "requests are signed for, as behind a proxy that it is not configured for",
    ),
    "OAUTH_TIMESTAMP_REFUSED": ("clock", "the clocks of the two applications differ too much"),
    "CONNECTION_REFUSED": ("unreachable", "the other application refuses connections"),
    "UNKNOWN_HOST": ("unreachable", "it does not know the host in the link's RPC URL"),
    "UNEXPECTED_RESPONSE": ("unreachable", _NOT_THE_APPLICATION),
    "UNEXPECTED_RESPONSE_STATUS": ("unreachable", _NOT_THE_APPLICATION),
    "SSL_UNTRUSTED": ("untrusted", _CERTIFICATE),
    "SSL_UNMATCHED": ("untrusted", _CERTIFICATE),
    "SSL_HOSTNAME_UNMATCHED": (
        "untrusted",
        "the other application sends a certificate for another host",
    ),
    "SYSTEM_LINK": ("system", "the link belongs to the system"),
    "GENERIC_LINK": ("no-application", "the link points to something that is not an Atlassian product"),
    "NON_ATLASSIAN": ("no-application", "the link points to something that is not an Atlassian product"),
    "REMOTE_VERSION_INCOMPATIBLE": ("incompatible", "the other application's version is too old"),
    "NO_OUTGOING_AUTH": (
        "no-authentication",
        "it makes no authenticated requests, and without them a version as old as the other application's reports nothing",
    ),
    "AUTH_LEVEL_UNSUPPORTED": ("unsupported", "an end allows OAuth only for users (3LO without 2LO)"),
}
_BY_CATEGORY: dict[str, tuple[Reason, str]] = {
    "NETWORK_ERROR": (
        "unreachable",
        "it cannot reach the other application: because of its name, a firewall, a proxy, or its certificate",
    ),
    "ACCESS_ERROR": ("not-told", _AUTHORISE),
    "SYSTEM": _BY_TYPE["SYSTEM_LINK"],
    "NON_ATLASSIAN": _BY_TYPE["NON_ATLASSIAN"],
    "INCOMPATIBLE": ("incompatible", "the two applications are incompatible"),
    "DEPRECATED": ("unsupported", "an end has obsolete authentication"),
    "DISABLED": _BY_TYPE["DISABLED"],
}
"""For unknown types, which later versions may have."""

_UNKNOWN: tuple[Reason, str] = (
    "unknown",
    "the link does not work, and it gives no known reason, such as when the other application takes too long to answer",
)
_USER_REFUSED = (
    "the other application refuses its signed requests: the user that they run as does not exist there, is not active, or is not allowed "
    "to "
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
    """What an application reports about a link after it tried the link [S9].

    Args:
        working: whether it works.
        local: the levels that this application has.
        remote: the levels that the other application has, if it was asked.
        link: the link itself, if it is reported, but not whether it is primary or belongs to the system.
        error: the problem that it reports.
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
        """Why it does not work; None if it works."""
        return self._why()[0]

    @property
    def told(self) -> str:
        """The reason for people, as what follows "says that", with the application's own words in parentheses; empty if it works.

        If the application did not answer, it is what follows the application's name.
        """
        told = self._why()[1]
        said = [one for one in (self.error.type, quoted(self.error.details)) if one] if self.error else []
        return f"{told} ({': '.join(said)})" if said and told else told

    @property
    def category(self) -> str:
        """The application's own category of the reason, which decides what its page shows."""
        return self.error.category if self.error else ""

    def _why(self) -> tuple[Reason | None, str]:
        if self.working:
            return None, ""
        if self.error is None:
            return _UNKNOWN
        if self.error.type == "AUTH_LEVEL_UNSUPPORTED" and self._has_only_2lo():
            # The application tries a signed request last. If that is refused, the type is the same as for a level [S9].
            return "refused", _USER_REFUSED
        return _BY_TYPE.get(self.error.type) or _BY_CATEGORY.get(self.error.category) or _UNKNOWN

    def _has_only_2lo(self) -> bool:
        levels = [level for one in (self.local, self.remote) if one for level in (one.incoming, one.outgoing)]
        return len(levels) == 4 and Level.OAUTH_3LO_ONLY not in levels


class Unanswered(Status):
    """Replaces a status that did not come in time. It is not known whether the link works.

    Args:
        seconds: how long the client waited.
    """

    working: bool = False
    seconds: float

    def _why(self) -> tuple[Reason | None, str]:
        return "no-answer", f"did not answer within {self.seconds:.3g} s when it was asked to try the link"
