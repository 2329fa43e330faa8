"""Atlassian application links as code: a Pulumi dynamic provider.

What a program imports, and nothing else. Each name is imported when it is first used, so that what else lives in this package (the
lab, its engine) starts without it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "resources" if name == "ApplicationLink" else "inputs"
    return getattr(import_module(f"{__name__}.{module}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
