"""The life of a link: observe both ends, decide the steps, run them, undo them. Knows no HTTP."""

from pulumi_applinks.lifecycle.declaration import (
    Declaration,
    Direction,
    Directions,
    GivenCredentials,
    Party,
    Role,
    other,
)
from pulumi_applinks.lifecycle.deletion import delete
from pulumi_applinks.lifecycle.ends import End, Ends
from pulumi_applinks.lifecycle.looking import Recorded
from pulumi_applinks.lifecycle.observation import Identity, LinkObservation
from pulumi_applinks.lifecycle.outcome import Outcome, drift
from pulumi_applinks.lifecycle.problems import Leftover, LinkError, Preflight
from pulumi_applinks.lifecycle.reading import Reading, read
from pulumi_applinks.lifecycle.reconcile import reconcile

__all__ = [
    "Declaration",
    "Direction",
    "Directions",
    "End",
    "Ends",
    "GivenCredentials",
    "Identity",
    "Leftover",
    "LinkError",
    "LinkObservation",
    "Outcome",
    "Party",
    "Preflight",
    "Reading",
    "Recorded",
    "Role",
    "delete",
    "drift",
    "other",
    "read",
    "reconcile",
]
