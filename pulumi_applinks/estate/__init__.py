"""An estate of applications and links: read, matched, judged. What the command `applinks` says, for Python."""

from pulumi_applinks.estate.model import (
    ApplicationIdentity,
    Estate,
    EstateApplication,
    EstateEnd,
    EstateError,
    EstateLink,
    LinkDirection,
    LinkFinding,
    Named,
    from_json,
)
from pulumi_applinks.estate.reading import Progress, Reader, read_estate

__all__ = [
    "ApplicationIdentity",
    "Estate",
    "EstateApplication",
    "EstateEnd",
    "EstateError",
    "EstateLink",
    "LinkDirection",
    "LinkFinding",
    "Named",
    "Progress",
    "Reader",
    "from_json",
    "read_estate",
]
