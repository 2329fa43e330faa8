"""What the reliability suites share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from unittest import mock

import pytest

from pulumi_applinks.lab.applications import Lab
from tests.reliability.network import Network
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


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    """The applications that a module's worlds are made of."""
    with Lab() as lab, mock.patch.dict(os.environ):
        yield Network(lab, timeout=20)  # on a busy machine too


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the provider warns of."""
    import pulumi

    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", told.append)
    return told
