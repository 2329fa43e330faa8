"""Stacks that earlier versions wrote are refreshed, updated and destroyed by this one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_applinks.lab.applications import Lab
from tests.acceptance.harness import plans
from tests.engines import ENGINES, SparingProject
from tests.upgrades.scene import FOLDER, NOT_UP, Scene, start
from tests.upgrades.write import environment_of, project_in

VERSIONS = sorted(path.name for path in FOLDER.iterdir() if (path / "deployment.json").exists())


@pytest.fixture(autouse=True)
def _warm(warm_start: None) -> None:
    """The engines' processes start warm."""


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """A network of its own."""
    with Lab() as network:
        yield network


@pytest.fixture
def scene(lab: Lab) -> Scene:
    """The applications that the kept stacks speak of, without links."""
    return start(lab)


def taken_over(version: str, engine: str, folder: Path, scene: Scene) -> SparingProject:
    """A kept stack, imported, with the links that it knows of on the applications."""
    kept = FOLDER / version
    scene.put_links((kept / "links.json").read_text(encoding="utf-8"))
    project = project_in(folder, (kept / "program.txt").read_text(encoding="utf-8"), engine)
    project.env = environment_of(scene)
    project.init()
    settings = (kept / "settings.yaml").read_text(encoding="utf-8")
    (project.directory / "Pulumi.dev.yaml").write_text(settings, encoding="utf-8")
    project.import_(json.loads(scene.filled_in((kept / "deployment.json").read_text(encoding="utf-8"))))
    return project


def links_in(project: SparingProject) -> dict[str, dict[str, Any]]:
    """The outputs of each link in the state."""
    return {
        resource["urn"].rpartition("::")[2]: resource["outputs"]
        for resource in project.export()["deployment"].get("resources", ())
        if resource["type"].endswith(":ApplicationLink")
    }


@pytest.mark.acceptance
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_stack_of_an_earlier_version_lives_on(version: str, engine: str, tmp_path: Path, scene: Scene):
    """Its refresh finds what that version's did, `up` repairs and completes what was open and no more, `destroy` leaves nothing."""
    project = taken_over(version, engine, tmp_path, scene)
    before = links_in(project)
    links_before = {name: app.links.snapshot() for name, app in scene.applications.items()}
    project.refresh()
    after = links_in(project)
    for name, outputs in before.items():
        assert after[name]["drift"] == outputs["drift"]
        assert after[name]["status"] == outputs["status"]
    assert {name for name, outputs in after.items() if outputs["drift"]} == {"drifted", NOT_UP}
    # What is open: the drift, and the link that waits for its target.
    plans(project.preview(), create=0, update=2, replace=0, delete=0)
    assert {name: app.links.snapshot() for name, app in scene.applications.items()} == links_before

    scene[NOT_UP].start()
    assert project.env is not None
    changed = {**project.env, "NAME_TWO_WAY": "Handbook"}
    plans(project.up(env=changed), create=0, update=3, replace=0, delete=0)
    jira = scene["jira"]
    assert jira.links[scene["two-way"].server_id].name == "Handbook"
    assert jira.links[scene["drifted"].server_id].name == "drifted"
    assert jira.links[scene["drifted"].server_id].outgoing.level == "oauth"
    assert jira.links[scene[NOT_UP].server_id].outgoing.level == "oauth"
    states = {name: outputs["status"] for name, outputs in links_in(project).items()}
    open_ends = {"one-way": "one-way", "source-only": "incomplete"}
    assert states == {name: open_ends.get(name, "working") for name in before}
    project.refresh("--expect-no-changes", env=changed)
    project.preview("--expect-no-changes", env=changed)

    project.destroy()
    assert links_in(project) == {}
    assert {name: len(app.links) for name, app in scene.applications.items()} == dict.fromkeys(
        scene.applications, 0
    )


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["deployment.json", "links.json", "program.txt", "settings.yaml"])
def test_what_is_kept_names_no_machine(version: str, name: str):
    """Addresses of the lab and files of the machine that wrote it are not in it."""
    text = (FOLDER / version / name).read_text(encoding="utf-8")

    assert not re.search(r"127\.0\.0\.1|sourcePosition|/home/|/usr/|/tmp/|site-packages", text)
