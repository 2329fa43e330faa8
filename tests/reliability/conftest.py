"""What the reliability suites share."""

from __future__ import annotations

import pytest

from tests.unit.lifecycle.conftest import Driver


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost requests are sent again at once, and an answer is not waited for long."""
    from pulumi_applinks.rest.resources import Resources

    monkeypatch.setattr("pulumi_applinks.rest.transport.FIRST_PAUSE", 0.0)
    defaults = Resources.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "read_timeout", 0.3)


@pytest.fixture
def drivers(monkeypatch: pytest.MonkeyPatch) -> Driver:
    """An empty stack."""
    import pulumi

    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", told.append)
    return Driver(told)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers are waited for as long as a busy machine may take."""
    from pulumi_applinks.rest.resources import Resources

    defaults = Resources.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "read_timeout", 20.0)
