"""Measure the cost of answers in a separate process: `python -m tests.reliability.hostile.measured URL…`.

For each URL, it prints the result, the peak of the additional memory in KiB, and the processor time in seconds.
"""

from __future__ import annotations

import contextlib
import resource
import sys
import time
from pathlib import Path

from pulumi_applinks.rest import ApplicationClient, Deadline
from tests.reliability.hostile.calls import LABEL, LOGIN, wrong_with

DEADLINE = 10.0


def peak() -> int:
    """The peak memory of this process since the last reset, in KiB."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(*urls: str) -> None:
    """Measure each URL, after a first call that loads everything."""
    ask("http://127.0.0.1:9")  # nothing listens there
    for url in urls:
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text(
                "5", encoding="ascii"
            )  # resets the peak to the current value
        before, began = peak(), time.process_time()
        ended = ask(url)
        print(ended, peak() - before, round(time.process_time() - began, 2), sep="\t", flush=True)


def ask(url: str) -> str:
    """Read the links at a URL, and return the result."""
    with ApplicationClient(
        LABEL, url, LOGIN, deadline=Deadline(DEADLINE), read_timeout=DEADLINE / 2
    ) as client:
        ended, problem = wrong_with(client, "links", 2 * DEADLINE)
    return problem or ended


if __name__ == "__main__":
    main(*sys.argv[1:])
