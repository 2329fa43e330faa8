"""Orders of events that once failed, kept by name."""

from __future__ import annotations

import pytest

from tests.reliability.network import Network
from tests.reliability.settling import settle
from tests.reliability.world import World


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost requests are sent again at once."""
    monkeypatch.setattr("pulumi_applinks.rest.transport.FIRST_PAUSE", 0.0)


@pytest.fixture
def world(network: Network, warnings: list[str]) -> World:
    """A world in which nothing has happened yet."""
    return World(network, warnings)


def test_a_refresh_while_the_target_has_never_been_up(world: World):
    """A link that was made one-way for now is refreshed before its target comes up: nothing is lost, and `up` completes it."""
    world.outage("wiki", "down")
    world.declare("one", "a", "jira", "wiki", on_unreachable_create="one_way")
    assert world.run("one", "up").ended == {"a": "created"}
    assert world.run("one", "refresh").ended == {"a": "read"}
    assert world.stacks["one"].resources["a"].outputs["target_server_id"] is None
    settle(world)
