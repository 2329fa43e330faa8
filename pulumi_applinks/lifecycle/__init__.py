"""The lifecycle of a link: survey both ends, plan the steps, run them, report. It does not depend on HTTP.

The parameters of this package have the same names everywhere. A docstring explains one only if there is more to say.

role      which end: the source's or the target's         end       that end: the application as declared, and its client
ends      both ends, as they are declared                 recorded  what the stack's state has of the link
survey    who answers, what was read, what is recorded    claims    which ends this operation of the engine has made or adopted
desired   what should be on an end                     seen      the link that was read there
plan      the steps that close the gap                    link_id   the link's id on that end

An ApplinksError means that one application can't be asked, refuses, or gives an answer that can't be parsed. A LinkError means that a whole
operation failed.
"""

# `A as A` marks the names that other modules may import from here [PEP 484].
from pulumi_applinks.lifecycle.claims import Claims as Claims, Register as Register
from pulumi_applinks.lifecycle.declaration import (
    Declaration as Declaration,
    Direction as Direction,
    Directions as Directions,
    GivenCredentials as GivenCredentials,
    Party as Party,
    Role as Role,
    other as other,
)
from pulumi_applinks.lifecycle.deletion import delete as delete
from pulumi_applinks.lifecycle.ends import BOTH as BOTH, End as End, Ends as Ends
from pulumi_applinks.lifecycle.errors import (
    Leftover as Leftover,
    LinkError as LinkError,
    Preflight as Preflight,
)
from pulumi_applinks.lifecycle.link import (
    Identity as Identity,
    LinkObservation as LinkObservation,
    Recorded as Recorded,
    drift as drift,
)
from pulumi_applinks.lifecycle.operations import (
    create as create,
    foresee as foresee,
    is_another as is_another,
    login_problems as login_problems,
    look_over as look_over,
    read as read,
    update as update,
)
from pulumi_applinks.lifecycle.preflight import problems as problems
from pulumi_applinks.lifecycle.report import Report as Report
