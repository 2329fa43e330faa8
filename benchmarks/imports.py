"""What a program pays for importing this package, beside what it would pay for the libraries alone."""

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
    """Processor time of fresh interpreters, in seconds: the medians.

    Attributes:
        libraries: that import pulumi, requests and pydantic.
        package: that import this package and use every name of it.
        times: how many of each there were.
    """

    libraries: float
    package: float
    times: int

    @property
    def ratio(self) -> float:
        """How many times as much the package costs."""
        return self.package / self.libraries


def measured(times: int) -> Imports:
    """Measure in turns, so that what else the machine does hits both.

    Args:
        times: how many interpreters of each kind.
    """
    found: dict[str, list[float]] = {LIBRARIES: [], PACKAGE: []}
    # As on a user's machine, all modules are compiled: the first round sees to that, and is not counted.
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
