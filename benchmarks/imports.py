"""The cost of importing this package, compared with importing only its libraries."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from dataclasses import dataclass

LIBRARIES = "import pulumi, requests, pydantic"
PACKAGE = "import pulumi_applinks; [getattr(pulumi_applinks, name) for name in pulumi_applinks.__all__]"


@dataclass(frozen=True)
class Imports:
    """The median processor time of fresh interpreters, in seconds.

    Attributes:
        libraries: for importing pulumi, requests and pydantic.
        package: for importing this package and using all its names.
        times: how many interpreters of each kind there were.
    """

    libraries: float
    package: float
    times: int

    @property
    def ratio(self) -> float:
        """The cost of the package, as a multiple of the libraries' cost."""
        return self.package / self.libraries


def measured(times: int) -> Imports:
    """Measure both kinds alternately, so that other load on the machine affects both.

    Args:
        times: how many interpreters of each kind.
    """
    found: dict[str, list[float]] = {LIBRARIES: [], PACKAGE: []}
    # All modules are compiled, as on a user's machine. The first round compiles them, and is not counted.
    environment = {key: text for key, text in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    for number in range(times + 1):
        for code, seconds in found.items():
            process = subprocess.Popen([sys.executable, "-c", code], env=environment)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                raise RuntimeError(f"{code!r} ended with code {process.returncode}")
            if number:
                seconds.append(used.ru_utime + used.ru_stime)
    return Imports(statistics.median(found[LIBRARIES]), statistics.median(found[PACKAGE]), times)
