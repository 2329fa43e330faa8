"""Each operation on applications of two nodes behind a balancer, of which one lags behind the other; the long form with each fault.

The short form has no faults: `test_every_fault.py` has them on applications of one node.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.conftest import Tried
from tests.reliability.faults import SHORT, Step, Wire
from tests.reliability.operations import OPERATIONS, Operation, steps_of
from tests.reliability.promise import kept
from tests.reliability.scene import Scene
from tests.reliability.test_every_fault import meet

LAGS = {
    "kept on a node that the other one never follows": (True, None),
    "nodes that take turns": (False, 3),
}


@contextmanager
def on_clusters(scene: Scene, how: str) -> Iterator[None]:
    """Both applications as two nodes each; afterwards each has followed the other."""
    affinity, lag = LAGS[how]
    nodes = [application.play_cluster(affinity=affinity, lag=lag) for application in scene.applications]
    try:
        yield
    finally:
        for application, cluster in zip(scene.applications, nodes, strict=True):
            cluster.catch_up()
            application.cluster = None


def run(
    scene: Scene, wire: Wire, operation: Operation, how: str, faults: list[tuple[Step, str]]
) -> tuple[str, str]:
    """Run an operation on clusters."""
    scene.clear()
    operation.before(scene)
    with on_clusters(scene, how):
        return meet(scene, wire, operation, faults)


@pytest.mark.parametrize("how", LAGS)
@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_on_nodes_that_lag(
    scene: Scene, wire: Wire, name: str, how: str, soak: bool, tried: Tried
):
    """Without a fault it succeeds, and both ends are what the program says; nothing is lost, and nothing untrue is said."""
    operation = OPERATIONS[name]
    _, told = run(scene, wire, operation, how, [])
    assert told == ""
    if operation.verb == "destroy":
        assert scene.is_empty
    else:
        assert scene.stands(operation.wanted(scene))
    assert scene.others_are_untouched
    assert kept(scene, operation, told) is None

    wrong: list[str] = []
    for step in steps_of(scene, operation) if soak else ():
        for fault in SHORT:
            ended, told = run(scene, wire, operation, how, [(step, fault)])
            tried(f"{name}, on clusters", ended)
            if problem := kept(scene, operation, told):
                wrong.append(f"{fault} at {step}: {problem}; after: {told or 'success'}")
    assert wrong == []
