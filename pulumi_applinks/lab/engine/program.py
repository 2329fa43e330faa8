"""Runs the program of one operation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from pulumi_applinks.lab.engine.errors import EngineError
from pulumi_applinks.lab.engine.monitor import Monitor, served
from pulumi_applinks.lab.engine.processes import Child
from pulumi_applinks.lab.engine.registration import Registrar
from pulumi_applinks.lab.engine.values import Properties, Secret, plain
from pulumi_applinks.lab.engine.workspace import Workspace

_TICK = 0.02
"""Seconds between looks at whether the program has ended."""
_TOLD = 32
"""The program's exit code when it has told the user what went wrong."""


def run_program(
    registrar: Registrar,
    workspace: Workspace,
    environment: Mapping[str, str],
    config: Properties,
) -> bool:
    """Run the program; the answer is whether it ended well and nothing failed.

    Args:
        registrar: serves what it registers.
        workspace: the project.
        environment: what it gets besides what the engine tells it.
        config: the stack's configuration.
    """
    deployment, display = registrar.deployment, registrar.deployment.display
    program = workspace.program
    if not (program / "__main__.py" if program.is_dir() else program).is_file():
        raise EngineError(f"unable to find the program: {program} has no __main__.py")
    with served(Monitor(registrar)) as monitor:
        told = {
            **environment,
            "PULUMI_PROJECT": deployment.project,
            "PULUMI_STACK": deployment.stack,
            "PULUMI_ORGANIZATION": "organization",
            "PULUMI_ROOT_DIRECTORY": str(workspace.directory),
            "PULUMI_MONITOR": monitor,
            "PULUMI_ENGINE": deployment.engine,
            "PULUMI_DRY_RUN": str(deployment.dry_run).lower(),
            "PULUMI_PARALLEL": str(deployment.parallel),
            "PULUMI_CONFIG": json.dumps(plain(config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(
                [key for key, value in config.items() if isinstance(value, Secret)]
            ),
        }
        child = Child(
            [str(Path(__file__).with_name("runner.py")), str(program)],
            cwd=workspace.folder,
            env=told,
            said=display.say,
        )
        child.listen()
        try:
            while child.poll() is None and not deployment.failure.wait(_TICK):
                pass
            if deployment.failure.is_set():
                deployment.settle()
                if deployment.refused:
                    child.muted = True
                else:
                    child.interrupt()
                return False
            code = child.wait()
        finally:
            child.stop()
    if code not in (0, _TOLD):
        display.log("error", f"an unhandled error occurred: program exited with non-zero exit code: {code}")
    if code != 0:
        display.failed = True
        deployment.failure.set()
    return code == 0
