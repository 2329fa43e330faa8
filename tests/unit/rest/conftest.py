"""A clock that nobody has to wait for, and answers instead of a network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    """A clock that nobody has to wait for."""
    return Clock()


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    """Answers instead of a network."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock
