"""A clock that nobody has to wait for, and answers instead of a network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from pulumi_applinks.rest import ApplicationClient

URL = "https://jira.example.com/jira"
ID = "3e3c8fef-0000-3000-8000-0000000034c5"
V1, V3 = f"{URL}/rest/applinks/1.0", f"{URL}/rest/applinks/3.0"


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


@pytest.fixture
def client() -> Iterator[ApplicationClient]:
    """A client without a login: who asks makes no difference here."""
    with ApplicationClient(f"source ({URL})", URL) as one:
        yield one
