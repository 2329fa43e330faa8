"""What answers take, measured in a process of its own: `python -m tests.reliability.hostile.measured URL…`.

Prints for each how it ended, how much memory it took at most beyond what was in use before, in KiB, and how long it worked, in seconds.
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
    """The most memory that this process had since it was last reset, in KiB."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(*urls: str) -> None:
    """Measure each, after a first call that loads everything."""
    ask("http://127.0.0.1:9")  # nobody listens there
    for url in urls:
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak is what it is now
        before, began = peak(), time.process_time()
        ended = ask(url)
        print(ended, peak() - before, round(time.process_time() - began, 2), sep="\t", flush=True)


def ask(url: str) -> str:
    """How reading the links ended there."""
    with ApplicationClient(
        LABEL, url, LOGIN, deadline=Deadline(DEADLINE), read_timeout=DEADLINE / 2
    ) as client:
        ended, problem = wrong_with(client, "links", 2 * DEADLINE)
    return problem or ended


if __name__ == "__main__":
    main(*sys.argv[1:])
