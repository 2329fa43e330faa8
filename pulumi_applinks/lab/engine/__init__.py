"""Running a Pulumi program: `pulumi` from PATH, or the embedded engine.

`find_engine` chooses one; a `Project` runs either in the same way. The embedded one is for trying things out where the CLI is not
installed: it manages Python dynamic resources and components, and says so when a program wants more.
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
