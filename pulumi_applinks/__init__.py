"""Atlassian application links as code: a Pulumi dynamic provider.

What a program imports, and nothing else.
"""

from pulumi_applinks.inputs import (
    Application,
    Credentials,
    Impersonating,
    NoAuthentication,
    NonImpersonating,
    PerDirection,
)
from pulumi_applinks.resources import ApplicationLink

__all__ = [
    "Application",
    "ApplicationLink",
    "Credentials",
    "Impersonating",
    "NoAuthentication",
    "NonImpersonating",
    "PerDirection",
]
