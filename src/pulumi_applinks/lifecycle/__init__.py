"""The life of a link: survey both ends, plan the steps, run them, report. Knows no HTTP."""

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
