"""Runs a user's program in a process of its own, as the Python language host does.

Started by path, not as a module of the package: the program's process imports nothing that the program did not ask for. What it
needs comes in `PULUMI_*` variables and in one argument, the program.
"""

from __future__ import annotations

import asyncio
import logging
import os
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor

import pulumi
import pulumi.runtime

SHOWN = 32
"""Exit code: the user was told already."""


def _user_traceback(problem: BaseException, program: str) -> str:
    """The traceback from the program's own first line on."""
    frames = traceback.extract_tb(problem.__traceback__)
    files = (program, os.path.join(program, "__main__.py"))
    found = next((number for number, one in enumerate(frames) if os.path.abspath(one.filename) in files), 0)
    limit = -(len(frames) - found)
    return "".join(traceback.format_exception(type(problem), problem, problem.__traceback__, limit=limit))


def main(program: str) -> int:
    """Run the program; the answer is the exit code."""
    environment = os.environ
    parallel = int(environment["PULUMI_PARALLEL"])
    config = pulumi.runtime.get_config_env()
    pulumi.runtime.set_all_config(config, pulumi.runtime.get_config_secret_keys_env())
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            monitor=environment["PULUMI_MONITOR"],
            engine=environment["PULUMI_ENGINE"],
            project=environment["PULUMI_PROJECT"],
            stack=environment["PULUMI_STACK"],
            parallel=parallel,
            dry_run=environment["PULUMI_DRY_RUN"] == "true",
            organization=environment["PULUMI_ORGANIZATION"],
            root_directory=environment["PULUMI_ROOT_DIRECTORY"],
        )
    )
    sys.argv = [program]
    # A failed program leaves tasks unfinished on purpose; asyncio's complaints about that are noise.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    executor = ThreadPoolExecutor(max_workers=4 * parallel)
    loop.set_default_executor(executor)

    def run() -> None:
        runpy.run_path(program, run_name="__main__")

    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(run))
    except KeyboardInterrupt:
        # A resource failed. As with the real engine, the program's traceback is shown; what still waits for the engine is left.
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(SHOWN)
    except pulumi.RunError as problem:
        pulumi.log.error(str(problem))
        return 1
    except Exception as problem:
        pulumi.log.error("Program failed with an unhandled exception:\n" + _user_traceback(problem, program))
        return SHOWN
    finally:
        executor.shutdown(wait=True)
        loop.close()
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1])
    sys.stdout.flush()
    sys.stderr.flush()
    sys.exit(code)
