"""Fixtures of the reliability suites."""

from __future__ import annotations

import os
from collections.abc import Iterator
from unittest import mock

import pulumi
import pytest
from requests.adapters import HTTPAdapter

from pulumi_applinks.lab.applications import Lab
from tests.reliability.faults import Wire
from tests.reliability.network import Network
from tests.reliability.scene import Scene, scene_in
from tests.reliability.witness import Witness
from tests.unit.lifecycle.conftest import Driver, no_pause, passing  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def witness() -> Iterator[Witness]:
    """The witness, which checks each call of the engine in every suite."""
    found = Witness()
    with found.watching():
        yield found


@pytest.fixture
def scene(lab: Lab, monkeypatch: pytest.MonkeyPatch, warnings: list[str]) -> Scene:
    """Two applications and a stack."""
    return scene_in(lab, monkeypatch, Driver(warnings))


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """The layer between this program and the network."""
    found = Wire(HTTPAdapter.send)
    monkeypatch.setattr(
        HTTPAdapter, "send", lambda adapter, request, **more: found.send(adapter, request, **more)
    )
    return found


@pytest.fixture(scope="module")
def network() -> Iterator[Network]:
    """The applications that the worlds of a module use."""
    with Lab() as lab, mock.patch.dict(os.environ):
        found = Network(lab, timeout=20)  # long enough for a busy machine
        yield found
        found.fresh()


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The provider's warnings."""
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", told.append)
    return told
