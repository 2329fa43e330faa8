"""What a generation of the applinks plugin can do: the one place that knows.

| version | what differs |
| --- | --- |
| before 4 | only the list of the administration page shows authentication [S3] |
| 4 | authentication is read and set under `applinks/2.0` [S9] |
| 5.0, 5.1 | OAuth is read and set piece by piece, under `applinks-oauth/1.0` [S9] |
| 5.2 and later | 3.0: a list of links with all addresses, a status for each, both directions of OAuth set at once [ind] |

What an application has is learned from its answers where that is possible: a version is a text that anybody may have changed.
"""

from __future__ import annotations

MISSING = frozenset({404, 405, 410})
"""Statuses of a version that does not have a resource."""

_SETS_OAUTH_SINCE = 5


def major_version(version: str | None) -> int | None:
    """The first number of a version; None when there is none."""
    first = (version or "").partition(".")[0]
    return int(first) if first.isdecimal() and len(first) < 9 else None


def sets_oauth(version: str | None) -> bool | None:
    """Whether the REST interface of a version sets OAuth up; None when the version is not known.

    The resources for it are there since applinks 5 [S9]; 4.x had others, which nobody has tried.
    """
    number = major_version(version)
    return None if number is None else number >= _SETS_OAUTH_SINCE


def share_oauth(one: str | None, other: str | None) -> bool:
    """Whether two versions can be linked with OAuth: those before 5 can't with later ones."""
    return (sets_oauth(one) or False) == (sets_oauth(other) or False)


class Version:
    """What the plugin of one application has, as far as its answers have shown."""

    def __init__(self) -> None:
        self.has_v3: bool | None = None
        """Whether it has the 3.0 interface."""

    @property
    def tells_status(self) -> bool:
        """Whether it tries links and reports on them; known when its list was read, as both came together [ind]."""
        return self.has_v3 is not False

    @property
    def lists_oauth2(self) -> bool:
        """Whether its list has OAuth 2.0 clients and connections, as generic links [S9]."""
        return bool(self.has_v3)

    @property
    def lacks_levels(self) -> frozenset[int]:
        """Statuses that say that it can't set both directions at once. Where it has 3.0, they say that the link is missing."""
        return frozenset() if self.has_v3 else MISSING
