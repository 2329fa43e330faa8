"""Each example, as its README runs it: the commands as they are there, what the example is about, destroy."""

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
from pulumi_applinks.lab.engine import Project, find_engine
from pulumi_applinks.lab.engine.project import base_environment
from pulumi_applinks.testing import Stack
from tests.acceptance.harness import working
from tests.docs.blocks import ROOT, blocks
from tests.docs.terminal import Guide, Terminal, environment
from tests.engines import PASSPHRASE, Which

EXAMPLES = ROOT / "examples"
NAMES = {path.parent.name for path in EXAMPLES.glob("*/README.md")}
Read = Callable[..., Guide]


@pytest.fixture
def read(tmp_path: Path, engine: Which, request: pytest.FixtureRequest) -> Read:
    """Opens the README of the example that the test is named after, in a copy of it."""
    name = request.node.originalname.removeprefix("test_")

    def begin(known: dict[str, str], **applications: Application) -> Guide:
        folder = shutil.copytree(EXAMPLES / name, tmp_path / name)
        variables = find_engine(engine).variables(tmp_path)
        settings = {**variables, "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}
        terminal = Terminal(folder, environment(tmp_path, settings, embedded=engine == "embedded"))
        terminal.known = {
            f"https://{name}.example.com": one.url for name, one in applications.items()
        } | known
        return Guide(EXAMPLES / name / "README.md", terminal, applications)

    return begin


def outputs(guide: Guide) -> dict[str, Any]:
    """Of the stack."""
    found: dict[str, Any] = json.loads(guide.terminal.run("pulumi stack output --json"))
    return found


def gone(guide: Guide, *applications: Application) -> None:
    """After a destroy no link is left."""
    guide.terminal.run("pulumi destroy")
    assert [len(application.links) for application in applications] == [0] * len(applications)


def with_a_user(*applications: Application) -> None:
    """The one that requests run as."""
    for application in applications:
        application.users.add(User("applink-bot", "unused"))


def with_a_version(folder: Path, path: str) -> str:
    """The path to find `pulumi` on. One that was built from its source might not report a version, and the Automation API wants one."""
    real = shutil.which("pulumi")
    assert real is not None
    if subprocess.check_output([real, "version"], text=True).strip():
        return path
    (folder / "bin").mkdir()
    telling = folder / "bin" / "pulumi"
    telling.write_text(f'#!/bin/sh\n[ "$1" = version ] && exec echo v{version("pulumi")}\nexec {real} "$@"\n')
    telling.chmod(0o755)
    return f"{telling.parent}{os.pathsep}{path}"


@pytest.mark.about_applications
def test_two_way(read: Read, jira, wiki):
    with_a_user(jira, wiki)
    guide = read({}, jira=jira, wiki=wiki)
    guide.follow("## What stands afterwards")
    assert outputs(guide)["status"] == "working"
    assert working(jira, wiki)
    guide.follow()
    assert (len(jira.links), len(wiki.links)) == (0, 0)


@pytest.mark.about_applications
def test_one_way_then_complete(read: Read, jira, wiki):
    guide = read({}, jira=jira, wiki=wiki)
    guide.follow("## Complete it")
    assert outputs(guide)["status"] == "one-way"
    assert len(wiki.links) == 0
    guide.follow()
    assert "updated" in guide.said
    assert "replaced" not in guide.said
    assert outputs(guide)["status"] == "working"
    gone(guide, jira, wiki)


def test_two_teams_two_stacks(read: Read, jira, wiki):
    guide = read({}, jira=jira, wiki=wiki)
    folder = guide.terminal.folder
    guide.follow("## The Confluence's team")
    assert outputs(guide)["status"] == "incomplete"
    guide.terminal.folder = folder
    guide.follow("The output `status` is `working`.")
    assert outputs(guide)["status"] == "working"
    guide.terminal.run("pulumi destroy")
    assert (len(jira.links), len(wiki.links)) == (1, 0)
    guide.terminal.folder = folder / "jira_team"
    guide.follow()
    gone(guide, jira, wiki)


def test_relocate(read: Read, lab: Lab, jira, wiki):
    guide = read({}, jira=jira, wiki=wiki)
    guide.follow("## The move")
    made = outputs(guide)["link_id"]
    known = guide.terminal.known
    known["https://docs.example.com"] = wiki.move()
    known["http://wiki.internal:8090"] = lab.proxy(wiki)
    guide.follow("3. Relocate the link:")
    assert "1 to update" in guide.said
    guide.follow("If the Confluence is still starting")
    assert outputs(guide) == {"link_id": made, "status": "working"}
    assert jira.links[made].rpc_url == wiki.url
    guide.follow("## Delete it")
    guide.terminal.run("pulumi up")
    assert (jira.links[made].rpc_url, jira.links[made].display_url) == (
        known["http://wiki.internal:8090"],
        wiki.url,
    )
    guide.follow()
    assert (len(jira.links), len(wiki.links)) == (0, 0)


@pytest.mark.about_applications
def test_per_direction(read: Read, jira, wiki):
    with_a_user(wiki)
    guide = read({}, jira=jira, wiki=wiki)
    guide.follow()
    assert outputs(guide)["status"] == "working"
    link = jira.links[wiki.server_id]
    assert (link.outgoing.level, link.incoming.level) == ("oauth", "none")
    consumer = wiki.links[jira.server_id].consumer
    assert consumer is not None
    assert consumer.execute_as == "applink-bot"
    gone(guide, jira, wiki)


@pytest.mark.about_applications
def test_impersonating(read: Read, lab: Lab):
    people = Directory()
    jira, wiki = lab.start("jira", directory=people), lab.start("confluence", directory=people)
    guide = read({}, jira=jira, wiki=wiki)
    guide.follow()
    assert outputs(guide)["status"] == "working"
    assert jira.links[wiki.server_id].outgoing.level == "oauth-impersonation"
    gone(guide, jira, wiki)


def test_hub_and_spokes(read: Read, lab: Lab, jira, wiki):
    code, builds = lab.start("stash"), lab.start("bamboo")
    known = {"https://bitbucket.example.com": code.url, "https://bamboo.example.com": builds.url}
    guide = read(known, jira=jira, wiki=wiki, code=code, builds=builds)
    guide.follow("## Add or remove an application")
    assert outputs(guide)["status"] == dict.fromkeys(("wiki", "code", "builds"), "working")
    assert len(jira.links) == 3
    guide.follow()
    assert "1 deleted" in guide.said
    assert builds.server_id not in jira.links
    gone(guide, jira, wiki, code, builds)


@pytest.mark.about_applications
def test_cloud_to_data_center(read: Read, lab: Lab):
    site, jira = lab.start("confluence", cloud=True), lab.start("jira")
    with_a_user(site, jira)
    public = lab.proxy(jira)
    jira.base_url = jira.url
    known = {
        "https://acme.atlassian.net/wiki": site.url,
        "https://jira.corp.example.com": jira.url,
        "https://jira-public.example.com": public,
    }
    guide = read(known, site=site, jira=jira)
    guide.terminal.environment["REQUESTS_CA_BUNDLE"] = str(site.authorities)
    guide.follow()
    assert outputs(guide)["status"] == "working", outputs(guide)
    assert site.links[jira.server_id].rpc_url == public
    gone(guide, site, jira)


@pytest.mark.about_applications
def test_adopt_existing(read: Read, jira, wiki):
    jira.link_by_hand(wiki, name="Made by hand")
    wiki.link_by_hand(jira)
    guide = read({}, jira=jira, wiki=wiki)
    guide.follow()
    assert outputs(guide) == {"status": "working", "legacy": {}}
    assert jira.links[wiki.server_id].name == "Company wiki"
    gone(guide, jira, wiki)


@pytest.mark.real_cli("the Automation API")
def test_automation_api(engine: Which, tmp_path: Path, jira, wiki):
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


def test_tested(tmp_path: Path):
    """Its tests pass where a team copied them to, and can fail."""
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


def test_the_page_on_testing(tmp_path: Path):
    """`docs/howto/test-your-program.md`: its conftest.py and its test, where a team writes them."""
    for block in reversed(blocks(ROOT / "docs" / "howto" / "test-your-program.md")):
        if block.file is not None:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
    (tmp_path / "examples").symlink_to(EXAMPLES)
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "test_link.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout


def test_every_example_is_tried():
    """Each has a README, a place in the list, and a test, here or in a file of its own."""
    tried = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    for path in Path(__file__).parents[1].rglob("test_*.py"):
        tried |= set(re.findall(r'"examples" / "(\w+)"', path.read_text(encoding="utf-8")))
    folders = {path.name for path in EXAMPLES.iterdir() if path.is_dir() and path.name != "__pycache__"}
    listed = re.findall(r"^\| \[(\w+)\]", (EXAMPLES / "README.md").read_text(encoding="utf-8"), re.M)

    assert folders == NAMES == set(listed)
    assert tried >= NAMES
