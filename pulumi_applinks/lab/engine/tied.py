"""Runs a module or a file in a process that ends with the engine, however that ends.

Started by path, not as a module of the package: the process imports nothing that was not asked for.
"""

from __future__ import annotations

import os
import runpy
import sys
import threading


def _end_with_the_engine() -> None:
    """Standard input is a pipe that nobody writes to; its other end is closed when the engine's process is gone."""
    lifeline = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)

    def wait() -> None:
        os.read(lifeline, 1)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    _end_with_the_engine()
    sys.argv = sys.argv[1:]
    if os.path.isfile(sys.argv[0]):
        runpy.run_path(sys.argv[0], run_name="__main__")
    else:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
