"""Each test has an estate of its own."""

import pytest

from pulumi_applinks.lab.applications import Lab
from tests.unit.estate.scene import Scene


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost requests are sent again at once."""
    monkeypatch.setattr("pulumi_applinks.rest.transport.FIRST_PAUSE", 0.0)


@pytest.fixture
def scene(lab: Lab) -> Scene:
    """An estate without applications."""
    return Scene(lab)


@pytest.fixture
def pair(scene: Scene) -> Scene:
    """A Jira and a Confluence that are linked both ways."""
    scene.start("jira", "jira")
    scene.start("wiki", "confluence")
    scene.link("jira", "wiki")
    return scene
