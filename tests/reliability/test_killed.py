"""The plugin's process is killed between any two requests of an operation: nothing is lost, and the next `up` says what to do.

The process is a fork of one that has already imported everything. The application that receives the request kills it, before or after it
carries out the request.
"""

from __future__ import annotations

import copy
import multiprocessing
import os
import signal
import threading
from typing import Any

import pytest

from tests.conftest import Tried
from tests.reliability.faults import AtStep, Step
from tests.reliability.operations import OPERATIONS, Operation, steps_of
from tests.reliability.promise import kept
from tests.reliability.scene import Scene

SHORT = ("create with OAuth", "relocate the target", "delete")
"""The operations of the short form."""

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["pulumi_applinks.hooks", "tests.unit.lifecycle.conftest"])


def _operate(
    environment: dict[str, str],
    verb: str,
    state: dict[str, Any] | None,
    link_id: str,
    program: dict[str, Any],
) -> None:
    """The calls that the engine makes in the plugin's process."""
    from pulumi_applinks.provider import ApplicationLinkProvider

    os.environ.update(environment)
    provider = ApplicationLinkProvider()
    if verb == "destroy":
        provider.delete(link_id, state or {})
    elif verb == "refresh":
        provider.read(link_id, state or {})
    elif state is None:
        provider.create(program)
    else:
        provider.diff(link_id, state, program)
        provider.update(link_id, state, program)


class _Prey:
    """The process to kill, as soon as its id is known."""

    def __init__(self) -> None:
        self._known = threading.Event()
        self._pid = 0

    def is_(self, pid: int | None) -> None:
        """Set the process id."""
        self._pid = pid or 0
        self._known.set()

    def kill(self) -> None:
        """Kill the process."""
        self._known.wait()
        os.kill(self._pid, signal.SIGKILL)


def _killed(scene: Scene, operation: Operation, step: Step, *, after: bool) -> bool:
    """Run an operation in a process that is killed at a request, and return whether it was killed."""
    scene.clear()
    operation.before(scene)
    environment = {name: value for name, value in os.environ.items() if name.startswith("APPLINKS_")}
    state, link_id = copy.deepcopy(scene.driver.state), scene.driver.id
    process = _processes.Process(
        target=_operate, args=(environment, operation.verb, state, link_id, operation.wanted(scene))
    )
    prey = _Prey()
    application = next(one for one in scene.applications if one.type_id == step.application)
    application.faults.add(
        AtStep(step.method, step.path, "drop", after=after, occurrence=step.occurrence, then=prey.kill)
    )
    process.start()
    prey.is_(process.pid)
    process.join()
    killed = process.exitcode == -signal.SIGKILL
    process.close()
    scene.mend()
    return killed


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Use all operations in the long form."""
    metafunc.parametrize("name", OPERATIONS if metafunc.config.getoption("--soak") else SHORT)


def test_killed_at_any_request(scene: Scene, name: str, tried: Tried):
    """The process is killed before or after a request: the next run gets the declared link, or says how to adopt what was lost."""
    operation = OPERATIONS[name]
    wrong: list[str] = []
    for step in steps_of(scene, operation):
        for after in (False, True):
            when = f"killed {'after' if after else 'before'} {step}"
            if not _killed(scene, operation, step, after=after):
                wrong.append(f"{when}: it was not")
                continue
            tried(f"{name}, killed", "killed")
            problem = kept(scene, operation, "", lost=True)
            if problem:
                wrong.append(f"{when}: {problem}")

    assert wrong == []
