"""Authentication levels, and how the interface writes them: as flags, as provider classes, as consumers."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

_PACKAGE = "com.atlassian.applinks.api.auth.types."
THREE_LEGGED = _PACKAGE + "OAuthAuthenticationProvider"
TWO_LEGGED = _PACKAGE + "TwoLeggedOAuthAuthenticationProvider"
IMPERSONATING = _PACKAGE + "TwoLeggedOAuthWithImpersonationAuthenticationProvider"
BASIC = _PACKAGE + "BasicAuthenticationProvider"
TRUSTED = _PACKAGE + "TrustedAppsAuthenticationProvider"


class Level(str, Enum):
    """How requests in one direction of a link are authenticated."""

    NONE = "none"
    OAUTH = "oauth"
    OAUTH_IMPERSONATION = "oauth-impersonation"
    OAUTH_3LO_ONLY = "oauth-3lo-only"
    TRUSTED_APPLICATIONS = "trusted-applications"
    BASIC_ACCESS = "basic-access"

    @property
    def is_oauth(self) -> bool:
        """Whether it is an OAuth level."""
        return self in (Level.OAUTH, Level.OAUTH_IMPERSONATION, Level.OAUTH_3LO_ONLY)

    @property
    def is_legacy(self) -> bool:
        """Whether it is a level that OAuth replaces."""
        return self in (Level.TRUSTED_APPLICATIONS, Level.BASIC_ACCESS)

    @property
    def makeable(self) -> bool:
        """Whether a program can declare it. The provider only reads and reports the others."""
        return self in (Level.NONE, Level.OAUTH, Level.OAUTH_IMPERSONATION)


PROVIDERS: dict[Level, tuple[str, ...]] = {
    Level.NONE: (),
    Level.OAUTH: (THREE_LEGGED, TWO_LEGGED),
    Level.OAUTH_IMPERSONATION: (THREE_LEGGED, TWO_LEGGED, IMPERSONATING),
    Level.OAUTH_3LO_ONLY: (THREE_LEGGED,),
    Level.TRUSTED_APPLICATIONS: (TRUSTED,),
    Level.BASIC_ACCESS: (BASIC,),
}
"""The provider classes that represent each level [S9]."""

# The strongest comes first.
_STRONGEST_FIRST = (
    (IMPERSONATING, Level.OAUTH_IMPERSONATION),
    (TWO_LEGGED, Level.OAUTH),
    (THREE_LEGGED, Level.OAUTH_3LO_ONLY),
    (TRUSTED, Level.TRUSTED_APPLICATIONS),
    (BASIC, Level.BASIC_ACCESS),
)


def known_providers(classes: Iterable[str]) -> frozenset[str]:
    """The provider classes that represent levels, with their names in 9.x. Others (CORS) are ignored.

    Args:
        classes: full or bare class names. Only the last part counts, so the package makes no difference.
    """
    bare = {name.rpartition(".")[2] for name in classes}
    return frozenset(name for name, _ in _STRONGEST_FIRST if name.rpartition(".")[2] in bare)


def level_of_providers(classes: Iterable[str]) -> Level:
    """The level that a set of provider classes represents: the strongest one, with OAuth before the legacy levels."""
    known = known_providers(classes)
    return next((level for name, level in _STRONGEST_FIRST if name in known), Level.NONE)


def legacy_of_providers(classes: Iterable[str]) -> tuple[Level, ...]:
    """The legacy levels among provider classes, regardless of OAuth."""
    known = known_providers(classes)
    return tuple(level for name, level in _STRONGEST_FIRST if level.is_legacy and name in known)


def level_of_flags(*, enabled: bool, two_lo: bool, impersonation: bool) -> Level:
    """The level that OAuth flags represent: off wins, and impersonation implies 2LO [S9].

    Args:
        enabled: `enabled`, or whether there is a consumer.
        two_lo: `twoLoEnabled`.
        impersonation: `twoLoImpersonationEnabled`.
    """
    if not enabled:
        return Level.NONE
    if impersonation:
        return Level.OAUTH_IMPERSONATION
    return Level.OAUTH if two_lo else Level.OAUTH_3LO_ONLY


def flags_of_level(level: Level) -> dict[str, bool]:
    """The OAuth flags that set a level [S9].

    Args:
        level: an OAuth level, or none.

    Raises:
        ValueError: for trusted applications and basic access, which are not OAuth.
    """
    if level.is_legacy:
        raise ValueError(f"{level.value} is no OAuth level and is never made")
    return {
        "enabled": level is not Level.NONE,
        "twoLoEnabled": level in (Level.OAUTH, Level.OAUTH_IMPERSONATION),
        "twoLoImpersonationEnabled": level is Level.OAUTH_IMPERSONATION,
    }
