"""Each test has an estate of its own."""

import pytest

from pulumi_applinks.lab.applications import Lab
from tests.unit.estate.scene import Scene
from tests.unit.lifecycle.conftest import no_pause  # noqa: F401 - lost requests are sent again at once


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
