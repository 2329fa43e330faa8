"""The code of the engine's child processes, which run a user's program or the plugin for dynamic resources.

It is started by path, not as a module of the package, so that a program's process imports nothing that the program did not import.
"""

import os
import sys

sys.path[0] = (
    os.getcwd()
)  # instead of this folder, whose modules have the same names as modules of the standard library

import asyncio
import logging
import runpy
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor

SHOWN = 32
"""The exit code if the user has already seen what is wrong."""


def _end_with_the_engine() -> None:
    """End this process when the engine's process ends.

    Standard input is a pipe that nobody writes to. Its other end is closed when the engine's process ends.
    """
    lifeline = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)

    def wait() -> None:
        os.read(lifeline, 1)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _own_traceback(problem: BaseException, program: str) -> str:
    """Return the traceback, starting at the program's own first line."""
    own = problem.__traceback__
    while own is not None and not own.tb_frame.f_code.co_filename.startswith(program):
        own = own.tb_next
    return "".join(traceback.format_exception(type(problem), problem, own or problem.__traceback__))


def _run(program: str) -> int:
    """Run a user's program like the language host for Python, and return the exit code."""
    import pulumi
    import pulumi.runtime

    parallel = int(os.environ["PULUMI_PARALLEL"])
    pulumi.runtime.set_all_config(
        pulumi.runtime.get_config_env(), pulumi.runtime.get_config_secret_keys_env()
    )
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            monitor=os.environ["PULUMI_MONITOR"],
            engine=os.environ["PULUMI_ENGINE"],
            project=os.environ["PULUMI_PROJECT"],
            stack=os.environ["PULUMI_STACK"],
            parallel=parallel,
            dry_run=os.environ["PULUMI_DRY_RUN"] == "true",
            organization="organization",
            root_directory=os.environ["PULUMI_ROOT_DIRECTORY"],
        )
    )
    # A failed program leaves tasks unfinished on purpose. Hide asyncio's messages about them.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(max_workers=4 * parallel))

    def run() -> None:
        for name, value in runpy.run_path(program, run_name="__main__").items():
            globals().setdefault(
                name, value
            )  # the SDK looks for them in this module when it evaluates annotations

    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(run))
    except pulumi.RunError as problem:
        pulumi.log.error(str(problem))
        return 1
    except Exception as problem:
        pulumi.log.error("Program failed with an unhandled exception:\n" + _own_traceback(problem, program))
        return SHOWN
    return 0


if __name__ == "__main__":
    _end_with_the_engine()
    del sys.argv[0]
    if os.path.exists(sys.argv[0]):
        sys.exit(_run(sys.argv[0]))
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
