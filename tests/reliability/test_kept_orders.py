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


def test_x(world: World):
    """A link made by hand is adopted beside a duplicate."""
    world.declare("one", "a", "jira", "issues", "none")
    world.run("one", "up")
    world.duplicate("issues", "jira")
    world.run("one", "destroy")
    world.link_by_hand("issues", "jira")
    settle(world)
