"""Single operations, and one right after another, on applications with two nodes behind a balancer that see each other's changes late.

The long form includes each fault. The short form has no faults, because `test_every_fault.py` has them on applications with one node.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pulumi_applinks.lab.applications.cluster import Cluster
from pulumi_applinks.rest import SETTLE_SECONDS
from tests.conftest import Tried
from tests.reliability.faults import SHORT, Step, Wire
from tests.reliability.network import play_cluster
from tests.reliability.operations import OPERATIONS, Operation, steps_of
from tests.reliability.promise import kept
from tests.reliability.scene import Scene
from tests.reliability.test_every_fault import meet
from tests.unit.rest.conftest import Clock
from tests.words import flat

LAGS = {
    "kept on a node that the other one never follows": (True, None),
    "nodes that take turns": (False, 3),
}


@contextmanager
def on_clusters(scene: Scene, affinity: bool, lag: int | None) -> Iterator[None]:
    """Let both applications have two nodes; afterwards, the nodes notice all changes, and the clusters end."""
    nodes = [play_cluster(application, affinity, lag) for application in scene.applications]
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
    with on_clusters(scene, *LAGS[how]):
        return meet(scene, wire, operation, faults)


@pytest.mark.parametrize("how", LAGS)
@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_on_nodes_that_lag(
    scene: Scene, wire: Wire, name: str, how: str, soak: bool, tried: Tried
):
    """Without a fault, it succeeds, and both ends are as the program says; nothing is lost, and every message is true."""
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


LATE = {
    "a node that follows after some requests": (True, 5),
    "nodes that take turns": (False, 3),
}
MAKING = ("create one-way", "create with OAuth", "create with one direction", "adopt")


def then(scene: Scene, verb: str, program: dict[str, Any]) -> dict[str, Any]:
    """Run another operation right after the link was created, in another process, and return the program after it."""
    wanted = scene.wanted(**program)
    if verb == "destroy":
        scene.driver.delete()
    elif verb == "refresh":
        scene.driver.refresh()
    elif verb == "refresh and destroy":
        scene.driver.refresh()
        scene.driver.delete()
    else:
        if verb == "up that renames":
            wanted["target"]["name"] = scene.wiki.name = "Another name"
        scene.driver.up(wanted)
    return wanted


@pytest.mark.parametrize("how", LATE)
@pytest.mark.parametrize("verb", ["destroy", "refresh", "refresh and destroy", "up", "up that renames"])
@pytest.mark.parametrize("name", MAKING)
def test_one_operation_right_after_another(scene: Scene, passing: Clock, name: str, verb: str, how: str):
    """The second operation can reach a node that lags: no link is forgotten or left over, and every message is true."""
    operation = OPERATIONS[name]
    operation.before(scene)
    with on_clusters(scene, *LATE[how]):
        operation.act(scene)
        wanted = then(scene, verb, operation.program)
    if "destroy" in verb:
        assert scene.is_empty
    else:
        assert scene.stands(wanted)
        assert scene.driver.state is not None
        ends = ("source_link", "target_link") if wanted["two_way"] else ("source_link",)
        assert all(scene.driver.state[end] for end in ends)
    assert scene.others_are_untouched
    assert not [one for one in scene.driver.warnings if "[applinks/link-gone]" in one]


@pytest.mark.parametrize("on_existing", ["fail", "adopt"])
@pytest.mark.parametrize("name", [*MAKING[:-1], "create without authentication"])
def test_a_replacement_on_nodes_that_answer_in_any_order(
    scene: Scene, passing: Clock, monkeypatch: pytest.MonkeyPatch, name: str, on_existing: str, soak: bool
):
    """A node that still shows the deleted link does no harm: the provider does not adopt or change that link, and blames nobody for it."""
    operation = OPERATIONS[name]
    wanted = {**operation.wanted(scene), "on_existing": on_existing}
    for number in range(300 if soak else 8):
        chosen = random.Random(number)
        monkeypatch.setattr(Cluster, "_chosen", lambda _self, _request, any_of=chosen: any_of.randrange(2))
        scene.clear()
        operation.act(scene)
        with on_clusters(scene, affinity=False, lag=3):
            assert scene.driver.up(wanted, refresh=True, replace=True) == "replaced"
        assert scene.stands(wanted)
        assert scene.others_are_untouched


@pytest.mark.parametrize("verb", ["destroy", "refresh"])
def test_a_node_that_never_follows(scene: Scene, passing: Clock, verb: str):
    """The provider cannot know the truth, but its message names what is in doubt: each end, with the link's id."""
    operation = OPERATIONS["create with OAuth"]
    with on_clusters(scene, True, None):
        operation.act(scene)
        before = passing.now
        then(scene, verb, operation.program)
    assert passing.now - before <= SETTLE_SECONDS + 0.1
    state = scene.driver.state or {}
    told = [flat(one) for one in scene.driver.warnings if "[applinks/link-gone]" in one]
    jira, wiki = scene.applications
    for end, here, there in (("source_link", jira, wiki), ("target_link", wiki, jira)):
        if there.server_id in here.links and not state.get(end):
            assert any(f"({here.url}) no longer has the link {there.server_id}" in one for one in told)
