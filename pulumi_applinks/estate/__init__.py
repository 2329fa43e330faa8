"""An estate of applications and links: read, matched, judged. What the command `applinks` says, for Python.

What the functions of this room are given is called the same everywhere; a docstring says it only where it is more than this.

estate    applications and the links between them, as read     link, end   one of its links; what one application has of it
named     an application as a person names it                  picture     what a map shows of an estate
reader    the clients of its applications                      progress    is called with how far it is, from this thread
old, new  where an application was, and where it is now        where       how messages name a file
entry     a link of an inventory                               adopt       whether the program takes the links over with `pulumi up`

`credentials` is where names of credentials are looked up.
"""

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
