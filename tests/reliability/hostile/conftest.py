"""Fixtures of the hostile suites."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.reliability.hostile.server import HostileServer


@pytest.fixture
def server() -> Iterator[HostileServer]:
    """A server whose behaviour the test sets."""
    with HostileServer() as one:
        yield one
