"""Waiting for an application is outside the operation's own time, and is measured. With a clock that tests turn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_applinks.lifecycle.link import Recorded
from pulumi_applinks.lifecycle.survey import identify
from pulumi_applinks.rest import Deadline
from tests.unit.lifecycle.tables import clients, declared, failed, manifest


class Clock:
    """Monotonic time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@pytest.mark.parametrize("timeout", [6.0, 120.0, None])
@pytest.mark.parametrize("wait", [0.0, 15.0, 300.0])
@pytest.mark.parametrize("comes_up", [0.0, 3.0, 200.0, None])
def test_an_operation_has_all_its_time_after_the_wait(
    timeout: float | None, wait: float, comes_up: float | None
):
    """Whether the application came up or not; what is said of the wait is how long it was."""
    clock = Clock()
    began = clock.now
    up = comes_up is not None and comes_up < wait

    def answer(*, again: bool = False) -> object:
        if comes_up is not None and clock.now - began >= comes_up:
            return manifest("target")
        raise failed("target")

    deadline = Deadline(timeout, clock=clock, sleep=clock.sleep)
    both = replace(clients(declared(), source={}, target={"manifest": answer}), deadline=deadline)
    before = deadline.remaining()
    survey = identify(both, Recorded(), wait=wait)
    passed = clock.now - began
    assert deadline.remaining() == pytest.approx(before)
    if comes_up == 0.0 or up:
        assert "target" in survey.manifests
        assert passed == pytest.approx(comes_up or 0.0, abs=1.0)
        assert survey.waited == {}
    else:
        assert "target" in survey.failures
        assert wait - 1.0 <= passed <= wait
        assert survey.waited == ({"target": passed} if wait else {})


def test_what_goes_beyond_the_wait_is_the_operations():
    """A last request that takes longer than should be waited."""
    clock = Clock()
    deadline = Deadline(120, clock=clock, sleep=clock.sleep)
    with deadline.waiting(15):
        clock.sleep(20)
    assert deadline.remaining() == pytest.approx(115)
