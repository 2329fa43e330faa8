"""An estate of applications and links: read, matched, judged. What the command `applinks` says, for Python."""

from pulumi_applinks.estate.at_once import Progress
from pulumi_applinks.estate.model import (
    Application,
    Direction,
    End,
    Estate,
    EstateError,
    Finding,
    Link,
    Named,
    Seen,
    from_json,
)
from pulumi_applinks.estate.reading import Reader, read_estate

__all__ = [
    "Application",
    "Direction",
    "End",
    "Estate",
    "EstateError",
    "Finding",
    "Link",
    "Named",
    "Progress",
    "Reader",
    "Seen",
    "from_json",
    "read_estate",
]
