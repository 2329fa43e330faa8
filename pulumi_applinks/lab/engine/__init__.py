"""Run a Pulumi program with `pulumi` from PATH, or with the embedded engine.

`find_engine` chooses an engine, and a `Project` runs either in the same way. The embedded engine is for trials where the CLI is not
installed. It supports Python dynamic resources and components, and reports anything else that a program needs.
"""

from pulumi_applinks.lab.engine.errors import EngineError, UnsupportedError
from pulumi_applinks.lab.engine.project import (
    Engine,
    Project,
    RunFailedError,
    RunResult,
    find_engine,
)

__all__ = [
    "Engine",
    "EngineError",
    "Project",
    "RunFailedError",
    "RunResult",
    "UnsupportedError",
    "find_engine",
]
