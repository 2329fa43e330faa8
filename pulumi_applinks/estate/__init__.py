"""An estate of applications and links: read, matched, judged. This is the Python API behind the command `applinks`.

The functions of this folder use the same argument names everywhere. A docstring only explains an argument that needs more than this.

estate    applications and the links between them, as read     link, end   one of its links; one application's part of it
named     an application as the user names it                  picture     what a map shows of an estate
reader    the clients of its applications                      progress    is called from this thread with the progress so far
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
