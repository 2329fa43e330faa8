"""What each generation of the applinks plugin can do. Only this module knows it.

| version | what differs |
| --- | --- |
| before 4 | only the administration page's list shows authentication [S3] |
| 4 | authentication is read and set under `applinks/2.0` [S9] |
| 5.0, 5.1 | OAuth is read and set piece by piece, under `applinks-oauth/1.0` [S9] |
| 5.2 and later | 3.0: a list of links with all addresses, a status for each, both directions of OAuth set at once [ind] |

If possible, the client learns from an application's answers what it supports: a version is a text that anybody may have changed.
"""

from __future__ import annotations

MISSING = frozenset({404, 405, 410})
"""Statuses that mean that the version does not have a resource."""

_SETS_OAUTH_SINCE = 5


def major_version(version: str | None) -> int | None:
    """The first number of a version; None if there is none."""
    first = (version or "").partition(".")[0]
    return int(first) if first.isdecimal() and len(first) < 9 else None


def sets_oauth(version: str | None) -> bool | None:
    """Whether the REST interface of a version can set OAuth up; None if the version is not known.

    The resources for it exist since applinks 5 [S9]. 4.x had others, which nobody has tried.
    """
    number = major_version(version)
    return None if number is None else number >= _SETS_OAUTH_SINCE


def share_oauth(one: str | None, other: str | None) -> bool:
    """Whether two versions can be linked with OAuth. Versions before 5 can't be linked with later ones."""
    return (sets_oauth(one) or False) == (sets_oauth(other) or False)


class Version:
    """What one application's plugin supports, as far as its answers have shown."""

    def __init__(self) -> None:
        self.has_v3: bool | None = None
        """Whether it has the 3.0 interface."""

    @property
    def tells_status(self) -> bool:
        """Whether it tries links and reports their status. Known once its list was read, because both came with the same version [ind]."""
        return self.has_v3 is not False

    @property
    def lists_oauth2(self) -> bool:
        """Whether its list includes OAuth 2.0 clients and connections, as generic links [S9]."""
        return bool(self.has_v3)

    @property
    def lacks_levels(self) -> frozenset[int]:
        """Statuses that mean that it can't set both directions at once. With 3.0 they mean that the link is missing."""
        return frozenset() if self.has_v3 else MISSING
