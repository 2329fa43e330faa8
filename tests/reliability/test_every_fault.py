"""The fault sweep: every fault at every request of every operation.

The operation fails with an error that names the application, or succeeds. Another run of the program without the fault then brings both
ends exactly to what the program says, a deletion leaves nothing, and no other link changes. The tests run every pair of a request and a
fault, and a sample of two faults in one operation. The short form takes one fault for each kind that a client can distinguish.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

import pytest

from pulumi_applinks.provider import ApplicationLinkError
from tests.conftest import Tried
from tests.reliability.faults import FAULTS, FOR_GOOD, REPEATED, SHORT, Step, Wire, at
from tests.reliability.operations import OPERATIONS, Operation, steps_of
from tests.reliability.promise import kept
from tests.reliability.scene import Scene
from tests.words import flat

PAIRS_OF_FAULTS = {False: 3, True: 150}
"""The number of pairs of faults per operation, in the short and in the long form."""


REFUSALS = {False: ("405",), True: ("403", "405", "409", "500", "500 after", "login page")}
"""The faults that permanently refuse a write, in the short and in the long form."""


def run(
    scene: Scene,
    wire: Wire,
    operation: Operation,
    faults: Sequence[tuple[Step, str]],
    times: int = REPEATED,
) -> tuple[str, str]:
    """Prepare the scene, and run an operation with faults.

    Returns:
        The result in a word, and the error message if it failed.
    """
    scene.clear()
    operation.before(scene)
    return meet(scene, wire, operation, faults, times)


def meet(
    scene: Scene,
    wire: Wire,
    operation: Operation,
    faults: Sequence[tuple[Step, str]],
    times: int = REPEATED,
) -> tuple[str, str]:
    """Run an operation with faults on a prepared scene; it returns the same as `run`."""
    armed = []
    for step, name in faults:
        application = next(one for one in scene.applications if one.type_id == step.application)
        fault = at(step, name, times)
        armed.append(fault)
        wire.arm(application, name, fault)
    told = ""
    try:
        operation.act(scene)
    except ApplicationLinkError as error:
        told = flat(error)
    finally:
        wire.clear()
        scene.mend()
    if armed and not armed[0].seen.is_set():
        return "not met", told
    return "failed" if told else "succeeded", told


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_fault_at_every_request(scene: Scene, wire: Wire, name: str, soak: bool, tried: Tried):
    """Every fault, at every request of one operation."""
    operation = OPERATIONS[name]
    steps = steps_of(scene, operation)
    wrong: list[str] = []
    # In the short form, consecutive requests get different faults, and a write gets more of them than a read.
    turn = itertools.cycle(SHORT)
    for step in steps:
        for fault in FAULTS if soak else tuple(itertools.islice(turn, 1 if step.method == "GET" else 3)):
            ended, told = run(scene, wire, operation, [(step, fault)])
            tried(name, ended)
            problem = kept(scene, operation, told) if ended != "not met" else "the fault was not met"
            if problem:
                wrong.append(f"{fault} at {step}: {problem}; after: {told or 'success'}")

    assert wrong == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_write_refused_for_good(scene: Scene, wire: Wire, name: str, soak: bool, tried: Tried):
    """The refusal also hits the undoing; the witness checks that the message about each end is true."""
    operation = OPERATIONS[name]
    wrong: list[str] = []
    for step in (one for one in steps_of(scene, operation) if one.method != "GET"):
        for fault in REFUSALS[soak]:
            ended, told = run(scene, wire, operation, [(step, fault)], FOR_GOOD)
            tried(f"{name}, refused for good", ended)
            problem = kept(scene, operation, told) if ended != "not met" else "the fault was not met"
            if problem:
                wrong.append(f"{fault} at {step}: {problem}; after: {told or 'success'}")

    assert wrong == []


@pytest.mark.parametrize("name", ["complete", "change authentication"])
def test_a_status_that_cannot_be_asked(scene: Scene, wire: Wire, name: str):
    """Everything else of a link is read again after the undoing, so no message says that a link might have changed."""
    operation = OPERATIONS[name]
    for step in (one for one in steps_of(scene, operation) if "/3.0/status/" in one.path):
        if step.method == "GET" and not step.path.endswith("/oauth"):
            _, told = run(scene, wire, operation, [(step, "refused")], FOR_GOOD)
            assert "might have changed" not in told


@pytest.mark.parametrize("name", OPERATIONS)
def test_two_faults_in_one_operation(scene: Scene, wire: Wire, name: str, soak: bool, tried: Tried):
    """A sample in which the second fault hits what follows the first one, including the undoing."""
    operation = OPERATIONS[name]
    steps = steps_of(scene, operation)
    seed = random.randrange(2**32) if soak else 15
    chosen = random.Random(seed)
    wrong: list[str] = []
    for _ in range(PAIRS_OF_FAULTS[soak]):
        first = chosen.choice(steps)
        second = chosen.choice(_undoing(steps))
        faults = [(first, chosen.choice(list(FAULTS))), (second, chosen.choice(list(FAULTS)))]
        ended, told = run(scene, wire, operation, faults)
        tried(f"{name}, two faults", ended)
        problem = kept(scene, operation, told) if ended != "not met" else None
        if problem:
            met = " and ".join(f"{fault} at {step}" for step, fault in faults)
            wrong.append(f"{met} (seed {seed}): {problem}; after: {told or 'success'}")

    assert wrong == []


def _undoing(steps: list[Step]) -> list[Step]:
    """The requests of an operation, and those that undo its writes."""
    deletions = [
        Step(step.application, "DELETE", step.path, 1)
        for step in steps
        if step.method == "PUT" and "/1.0/applicationlink/" in step.path
    ]
    again = [
        Step(step.application, step.method, step.path, step.occurrence + 1)
        for step in steps
        if step.method != "GET"
    ]
    return [*steps, *deletions, *again]
