"""Atlassian application links as code: a Pulumi dynamic provider.

This module has only the names that a program imports. Each is imported when it is first used, so that the other parts of this package (the
lab, its engine) start without it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi_applinks.inputs import (
        Application,
        Authentication,
        Credentials,
        Impersonating,
        NoAuthentication,
        NonImpersonating,
        PerDirection,
    )
    from pulumi_applinks.names import Kind
    from pulumi_applinks.outputs import Difference, Legacy, LinkEnd, LinkStatus
    from pulumi_applinks.resources import ApplicationLink

    __version__: str

__all__ = [
    "Application",
    "ApplicationLink",
    "Authentication",
    "Credentials",
    "Difference",
    "Impersonating",
    "Kind",
    "Legacy",
    "LinkEnd",
    "LinkStatus",
    "NoAuthentication",
    "NonImpersonating",
    "PerDirection",
]
_ELSEWHERE = {
    "ApplicationLink": "resources",
    "Difference": "outputs",
    "Kind": "names",
    "Legacy": "outputs",
    "LinkEnd": "outputs",
    "LinkStatus": "outputs",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("pulumi-applinks")
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ELSEWHERE.get(name, 'inputs')}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, "__version__"])
