"""Each example, as its README runs it: preview, up, what it is about, destroy; on every engine there is."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from pulumi_applinks.lab.applications import Application, Directory, Lab, User
from pulumi_applinks.lab.engine import Engine, Project, find_engine
from pulumi_applinks.lab.engine.project import base_environment
from pulumi_applinks.testing import Stack
from tests.acceptance.conftest import Which
from tests.acceptance.harness import plans, working

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = {path.parent.name for path in EXAMPLES.glob("*/README.md")}
Start = Callable[..., Stack]


@pytest.fixture
def applinks_engine(engine: Which) -> Engine:
    """Every engine there is."""
    return find_engine(engine)


def told(name: str) -> tuple[set[str], set[str]]:
    """What the README of an example sets: keys of the configuration, and names of credentials."""
    readme = (EXAMPLES / name / "README.md").read_text(encoding="utf-8")
    keys = re.findall(r"pulumi config set (?:--path )?\"?([a-z_]+)", readme)
    return set(keys), {found.lower() for found in re.findall(r"APPLINKS_([A-Z]+)_USERNAME", readme)}


@pytest.fixture
def start(applinks_stack: Callable[..., Stack], request: pytest.FixtureRequest) -> Start:
    """Starts the example that the test is named after, with what its README sets."""
    example = request.node.originalname.removeprefix("test_")

    def begin(
        config: dict[str, Any], credentials: dict[str, Application], *, later: str = "", part: str = ""
    ) -> Stack:
        keys, names = told(example)
        assert {*config, *later.split()} >= keys, "the README sets what the example does not get here"
        assert {*credentials, *later.split()} >= names or part
        return applinks_stack(EXAMPLES / example / part, config=config, credentials=credentials)

    return begin


@pytest.fixture
def jira(lab: Lab) -> Application:
    """A Jira without links."""
    return lab.start("jira")


@pytest.fixture
def wiki(lab: Lab) -> Application:
    """A Confluence without links."""
    return lab.start("confluence")


def gone(stack: Stack, *applications: Application) -> None:
    """After a destroy no link is left."""
    stack.destroy()
    assert [len(application.links) for application in applications] == [0] * len(applications)


def with_a_version(folder: Path, path: str) -> str:
    """The path to find `pulumi` on. One that was built from its source may tell no version, and the Automation API wants one."""
    real = shutil.which("pulumi")
    assert real is not None
    if subprocess.check_output([real, "version"], text=True).strip():
        return path
    (folder / "bin").mkdir()
    telling = folder / "bin" / "pulumi"
    telling.write_text(f'#!/bin/sh\n[ "$1" = version ] && exec echo v{version("pulumi")}\nexec {real} "$@"\n')
    telling.chmod(0o755)
    return f"{telling.parent}{os.pathsep}{path}"


def test_two_way(start: Start, jira, wiki):
    config = {"jira_url": jira.url, "wiki_url": wiki.url, "execute_as": "user"}
    stack = start(config, {"jira": jira, "wiki": wiki})
    plans(stack.preview(), create=2)
    stack.up()
    assert stack.outputs()["status"] == "working"
    assert working(jira, wiki)
    gone(stack, jira, wiki)


def test_one_way_then_complete(start: Start, jira, wiki):
    stack = start({"jira_url": jira.url, "wiki_url": wiki.url}, {"jira": jira}, later="two_way wiki")
    stack.up()
    assert stack.outputs()["status"] == "one-way"
    assert len(wiki.links) == 0
    stack.configure({"two_way": True})
    stack.credentials("wiki", wiki)
    plans(stack.preview(), update=1, replace=0)
    stack.up()
    assert stack.outputs()["status"] == "working"
    gone(stack, jira, wiki)


def test_two_teams_two_stacks(start: Start, jira, wiki):
    config = {"jira_url": jira.url, "wiki_url": wiki.url}
    first = start(config, {"jira": jira}, part="jira_team")
    second = start(config, {"wiki": wiki}, part="wiki_team")
    first.up()
    assert first.outputs()["status"] == "incomplete"
    second.up()
    assert second.outputs()["status"] == "working"
    first.up("--refresh")
    assert first.outputs()["status"] == "working"
    first.destroy()
    gone(second, jira, wiki)


def test_relocate(start: Start, jira, wiki):
    config = {"jira_url": jira.url, "wiki_url": wiki.url, "protect": True}
    stack = start(config, {"jira": jira, "wiki": wiki}, later="wait_for_target wiki_rpc_url")
    stack.up()
    made = stack.outputs()["link_id"]
    stack.configure({"wiki_url": wiki.move(), "wait_for_target": 5})
    plans(stack.preview(), update=1, replace=0)
    stack.configure({"protect": False})
    stack.up()
    assert stack.outputs() == {"link_id": made, "status": "working"}
    assert jira.links[made].rpc_url == wiki.url
    gone(stack, jira, wiki)


def test_per_direction(start: Start, jira, wiki):
    config = {"jira_url": jira.url, "wiki_url": wiki.url, "wiki_user": "user"}
    stack = start(config, {"jira": jira, "wiki": wiki})
    stack.up()
    assert stack.outputs()["status"] == "working"
    assert (jira.links[wiki.server_id].outgoing.level, jira.links[wiki.server_id].incoming.level) == (
        "oauth",
        "none",
    )
    consumer = wiki.links[jira.server_id].consumer
    assert consumer is not None
    assert consumer.execute_as == "user"
    gone(stack, jira, wiki)


def test_impersonating(start: Start, lab: Lab):
    people = Directory()
    jira, wiki = lab.start("jira", directory=people), lab.start("confluence", directory=people)
    stack = start({"jira_url": jira.url, "wiki_url": wiki.url}, {"jira": jira, "wiki": wiki})
    stack.up()
    assert stack.outputs()["status"] == "working"
    assert jira.links[wiki.server_id].outgoing.level == "oauth-impersonation"
    gone(stack, jira, wiki)


def test_hub_and_spokes(start: Start, lab: Lab, jira, wiki):
    spokes = {"wiki": wiki, "code": lab.start("stash"), "builds": lab.start("bamboo")}
    config = {
        "jira_url": jira.url,
        "spokes": {name: spoke.url for name, spoke in spokes.items()},
        "primary": ["wiki"],
    }
    stack = start(config, {"jira": jira, **spokes})
    stack.up()
    assert stack.outputs()["status"] == dict.fromkeys(spokes, "working")
    assert len(jira.links) == len(spokes)
    builds = spokes["builds"]
    stack.configure({"spokes": {name: spoke.url for name, spoke in spokes.items() if spoke is not builds}})
    plans(stack.up(), delete=1)
    assert builds.server_id not in jira.links
    gone(stack, jira, *spokes.values())


def test_cloud_to_data_center(start: Start, lab: Lab):
    site, jira = lab.start("confluence", cloud=True), lab.start("jira")
    for application in (site, jira):
        application.users.add(User("applink-bot", "unused"))
    config = {"site_url": site.url, "jira_url": jira.url, "jira_public_url": lab.proxy(jira)}
    jira.base_url = jira.url
    stack = start({**config, "execute_as": "applink-bot"}, {"site": site, "jira": jira})
    stack.up()
    assert stack.outputs()["status"] == "working", stack.outputs()
    assert site.links[jira.server_id].rpc_url == config["jira_public_url"]
    gone(stack, site, jira)


def test_adopt_existing(start: Start, jira, wiki):
    jira.link_by_hand(wiki, name="Made by hand")
    wiki.link_by_hand(jira)
    config = {"jira_url": jira.url, "wiki_url": wiki.url, "wiki_name": "Company wiki"}
    stack = start(config, {"jira": jira, "wiki": wiki})
    stack.up()
    assert stack.outputs() == {"status": "working", "legacy": {}}
    assert jira.links[wiki.server_id].name == "Company wiki"
    gone(stack, jira, wiki)


def test_automation_api(engine: Which, tmp_path: Path, jira, wiki):
    if engine == "embedded":
        pytest.skip("Pulumi's Automation API runs the Pulumi CLI, and the embedded engine is none")
    pulumi = find_engine(engine)
    project = Project(pulumi, tmp_path, passphrase="for tests")
    stack = Stack(project, {**base_environment(), **pulumi.variables(tmp_path)})
    stack.environment["PULUMI_CONFIG_PASSPHRASE"] = project.passphrase
    stack.environment["PATH"] = with_a_version(tmp_path, stack.environment["PATH"])
    for name, application in (("jira", jira), ("wiki", wiki)):
        stack.credentials(name, application)

    def run(verb: str) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, str(EXAMPLES / "automation_api" / "link.py")]
        command = [*program, verb, "--jira", jira.url, "--wiki", wiki.url]
        return subprocess.run(command, env=stack.environment, capture_output=True, text=True, check=False)

    up = run("up")
    assert up.returncode == 0, up.stderr
    assert json.loads(up.stdout) == {"status": "working"}
    assert run("check").returncode == 0
    jira.links[wiki.server_id].name = "Renamed by hand"
    assert run("check").returncode == 1
    assert run("destroy").returncode == 0
    assert (len(jira.links), len(wiki.links)) == (0, 0)


def test_tested(engine: Which, tmp_path: Path):
    """Its tests pass where a team copied them to, and can fail."""
    if engine != "embedded":
        pytest.skip("its tests choose the embedded engine")
    copy = shutil.copytree(EXAMPLES / "tested", tmp_path / "tested")

    def tests(*chosen: str) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-W",
            "error",
            "-p",
            "no:cacheprovider",
            "tests",
            *chosen,
        ]
        return subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)

    passed = tests()
    assert (passed.returncode, "3 passed" in passed.stdout) == (0, True), passed.stdout
    program = copy / "__main__.py"
    program.write_text(program.read_text("utf-8").replace('credentials="wiki"', 'credentials="other"'))
    assert tests("-k", "works").returncode == 1


def test_every_example_is_tried():
    """Each has a README, a place in the list, and a test, here or in a file of its own."""
    tried = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    for path in Path(__file__).parent.glob("test_*.py"):
        tried |= set(re.findall(r'"examples" / "(\w+)"', path.read_text(encoding="utf-8")))
    folders = {path.name for path in EXAMPLES.iterdir() if path.is_dir() and path.name != "__pycache__"}
    listed = re.findall(r"^\| \[(\w+)\]", (EXAMPLES / "README.md").read_text(encoding="utf-8"), re.M)

    assert folders == NAMES == set(listed)
    assert tried >= NAMES
