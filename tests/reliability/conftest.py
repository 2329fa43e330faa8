"""What the reliability suites share."""

from __future__ import annotations

from collections.abc import Iterator

import pulumi
import pytest

from pulumi_applinks.lab.applications import Lab
from tests.reliability.scene import Scene, scene_in
from tests.unit.lifecycle.conftest import Driver


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost requests are sent again at once."""
    monkeypatch.setattr("pulumi_applinks.rest.transport.FIRST_PAUSE", 0.0)


@pytest.fixture
def lab() -> Iterator[Lab]:
    """A network of its own."""
    with Lab() as network:
        yield network


@pytest.fixture
def scene(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Two applications, and a stack."""
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", told.append)
    return scene_in(lab, monkeypatch, Driver(told))


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers are waited for as long as a busy machine may take."""
    from pulumi_applinks.rest.resources import Resources

    defaults = Resources.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "read_timeout", 20.0)
