"""The model finds each past fault when it is put back, and finds nothing without it."""

from __future__ import annotations

import pytest

from tests.reliability.network import Network
from tests.reliability.orders import problem
from tests.reliability.seeded import SEEDED, Seeded
from tests.reliability.world import World

pytestmark = pytest.mark.usefixtures("passing")


@pytest.mark.parametrize("seeded", SEEDED, ids=lambda one: one.what)
def test_a_fault_that_is_put_back_is_found(network: Network, warnings: list[str], seeded: Seeded):
    """The model reports the message for that fault."""

    def make() -> World:
        return World(network, warnings)

    assert problem(make, seeded.order) == ""
    with seeded.put_back():
        assert problem(make, seeded.order).removeprefix("AssertionError: ").startswith(seeded.shows)
