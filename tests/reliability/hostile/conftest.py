"""What the hostile suites share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.reliability.hostile.server import HostileServer


@pytest.fixture
def server() -> Iterator[HostileServer]:
    """A server that behaves as the test says."""
    with HostileServer() as one:
        yield one
