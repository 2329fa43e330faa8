"""The life of a link: survey both ends, plan the steps, run them, report. Knows no HTTP.

What the functions of this room are given is called the same everywhere; a docstring says it only where it is more than this.

role      which end: the source's or the target's         end       that end: the application as declared, and its client
ends      both ends, as they are declared                 recorded  what the stack's state knows of the link
survey    who answers, what was read, what is recorded    claims    which ends this operation of the engine has made or adopted
desired   what should stand on an end                     seen      what its link says
plan      the steps that close the gap                    link_id   the link's id on that end

An ApplinksError is one application that can't be asked, refuses or is not understood. A LinkError is what became of an operation.
"""

from pulumi_applinks.lifecycle.claims import Claims, Register
from pulumi_applinks.lifecycle.declaration import (
    Declaration,
    Direction,
    Directions,
    GivenCredentials,
    Party,
    Role,
    other,
)
from pulumi_applinks.lifecycle.ends import BOTH, End, Ends
from pulumi_applinks.lifecycle.errors import Leftover, LinkError, Preflight
from pulumi_applinks.lifecycle.health import Health, Word
from pulumi_applinks.lifecycle.link import Identity, LinkObservation, Recorded, drift
from pulumi_applinks.lifecycle.obstacles import login_problems
from pulumi_applinks.lifecycle.operations import create, delete, is_another, read, update
from pulumi_applinks.lifecycle.preview import foresee
from pulumi_applinks.lifecycle.report import Report

__all__ = [
    "BOTH",
    "Claims",
    "Declaration",
    "Direction",
    "Directions",
    "End",
    "Ends",
    "GivenCredentials",
    "Health",
    "Identity",
    "Leftover",
    "LinkError",
    "LinkObservation",
    "Party",
    "Preflight",
    "Recorded",
    "Register",
    "Report",
    "Role",
    "Word",
    "create",
    "delete",
    "drift",
    "foresee",
    "is_another",
    "login_problems",
    "other",
    "read",
    "update",
]
