"""The authentication of the two directions of a link, as the interface represents it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

TYPES_PACKAGE = "com.atlassian.applinks.api.auth.types."
THREE_LEGGED = TYPES_PACKAGE + "OAuthAuthenticationProvider"
TWO_LEGGED = TYPES_PACKAGE + "TwoLeggedOAuthAuthenticationProvider"
IMPERSONATING = TYPES_PACKAGE + "TwoLeggedOAuthWithImpersonationAuthenticationProvider"
BASIC = TYPES_PACKAGE + "BasicAuthenticationProvider"
TRUSTED = TYPES_PACKAGE + "TrustedAppsAuthenticationProvider"
OAUTH_PROVIDERS = (THREE_LEGGED, TWO_LEGGED, IMPERSONATING)
LEGACY_PROVIDERS = (BASIC, TRUSTED)

Level = Literal["none", "oauth-3lo-only", "oauth", "oauth-impersonation"]
LEVELS: tuple[Level, ...] = ("none", "oauth-3lo-only", "oauth", "oauth-impersonation")


@dataclass(frozen=True)
class Flags:
    """OAuth in one direction, as the interface represents it."""

    enabled: bool = False
    two_lo: bool = False
    impersonation: bool = False

    @classmethod
    def of(cls, level: Level) -> Flags:
        """The flags for a level."""
        rank = LEVELS.index(level)
        return cls(rank >= 1, rank >= 2, rank >= 3)

    @classmethod
    def of_providers(cls, names: Collection[str]) -> Flags:
        """The flags for a set of provider classes."""
        two_lo = TWO_LEGGED in names
        return cls(THREE_LEGGED in names or two_lo, two_lo, IMPERSONATING in names)

    @classmethod
    def from_wire(cls, body: Any) -> Flags:
        """The flags in a body, normalised: off wins, impersonation implies 2LO.

        Raises:
            TypeError: if the body is not an object.
        """
        if not isinstance(body, dict):
            raise TypeError("no object")
        if not body.get("enabled"):
            return cls()
        impersonation = bool(body.get("twoLoImpersonationEnabled"))
        return cls(True, bool(body.get("twoLoEnabled")) or impersonation, impersonation)

    def as_wire(self) -> dict[str, bool]:
        """The flags as a body."""
        return {
            "enabled": self.enabled,
            "twoLoEnabled": self.two_lo,
            "twoLoImpersonationEnabled": self.impersonation,
        }

    @property
    def level(self) -> Level:
        """The level that the flags represent."""
        if not self.enabled:
            return "none"
        if self.impersonation:
            return "oauth-impersonation"
        return "oauth" if self.two_lo else "oauth-3lo-only"

    @property
    def providers(self) -> set[str]:
        """The provider classes that the flags represent."""
        wanted = (self.enabled, self.two_lo, self.impersonation)
        return {name for name, on in zip(OAUTH_PROVIDERS, wanted, strict=True) if on}
