"""Each story runs on every engine that plays it: the embedded one, and `pulumi` when it is on PATH."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from pulumi_applinks.lab.applications import Application, Lab, User
from tests.acceptance.canaries import PLANTED, USER, program
from tests.acceptance.harness import ADDED, Story, neighbours, with_plugin
from tests.engines import ENGINES, Which, new_project

FAILED = pytest.StashKey[bool]()


SWITCHES = {
    "with_refresh": {"up": ("--refresh",), "destroy": ("--refresh",)},
    "with_run_program": {"refresh": ("--run-program",), "destroy": ("--run-program",)},
}
"""The options that add flags to the runs of every story; both at once add both."""


def pytest_configure(config: pytest.Config) -> None:
    """Add what is asked for to each run."""
    for switch, flags in SWITCHES.items():
        if config.getoption(switch):
            for verb, added in flags.items():
                ADDED[verb] = (*ADDED.get(verb, ()), *added)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Everything in this folder is an acceptance test, and some are not for each switch."""
    for item in items:
        if Path(item.path).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.acceptance)
            for mark in item.iter_markers("without"):
                switch, reason = mark.args
                if config.getoption(switch):
                    item.add_marker(
                        pytest.mark.skip(reason=f"not with --{switch.replace('_', '-')}: {reason}")
                    )


def new_story(folder: Path, engine: Which, name: str = "story", *, passphrase: bool = False) -> Story:
    """A project of its own, with a stack."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")
    environment = {key: value for key, value in os.environ.items() if key in kept}
    return Story(new_project(folder, engine, name, passphrase=passphrase), environment)


@pytest.fixture(autouse=True)
def _warm(warm_start: None) -> None:
    """The engines' processes start warm."""


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Which:
    """The engine that runs the story."""
    which: Which = request.param
    return which


@pytest.fixture
def stack(request: pytest.FixtureRequest, tmp_path: Path, engine: Which, passphrase: bool) -> Iterator[Story]:
    """A stack; its story has to end with everything as it was."""
    story = new_story(tmp_path, engine, passphrase=passphrase)
    story.sparing = not request.config.getoption("--every-engine")
    if request.config.getoption("--with-plugin"):
        if engine != "pulumi":
            pytest.skip("the plugin runs on the Pulumi CLI alone")
        with_plugin(Path(story.project.directory))
        story.prelude += "from pulumi_applinks.packaged import ApplicationLink\n"
    yield story
    assert request.node.stash.get(FAILED, False) or story.finished, (
        "the story did not end with finish() or is_gone()"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the fixture know whether the test itself failed."""
    report = yield
    if call.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture
def jira(lab: Lab) -> Application:
    """A Jira that has links of somebody else already."""
    application = lab.start("jira")
    neighbours(lab, application, "confluence", "bamboo")
    return application


@pytest.fixture
def wiki(lab: Lab) -> Application:
    """A Confluence that has links of somebody else already."""
    application = lab.start("confluence")
    neighbours(lab, application, "jira", "stash")
    return application


@pytest.fixture
def pair(stack: Story, jira: Application, wiki: Application) -> Story:
    """A stack with a Jira and a Confluence, watched, and their system administrators' credentials."""
    stack.credentials("jira", jira)
    stack.credentials("wiki", wiki)
    stack.watch(jira, wiki)
    return stack


@pytest.fixture
def planted(stack: Story, lab: Lab, tmp_path: Path, jira, wiki) -> tuple[Application, ...]:
    """Secrets of each kind: in the environment, the configuration and the program."""
    stash = lab.start("stash")
    stack.watch(jira, wiki, stash)
    jira.users.add(User(USER, PLANTED["environment"], "sysadmin"))
    wiki.users.add(User(USER, PLANTED["configuration"], "sysadmin"))
    stash.users.add(User(USER, "unused", "sysadmin", tokens=(PLANTED["program"],)))
    stack.credentials("jira", jira)
    for part, value in (("username", USER), ("password", PLANTED["configuration"])):
        stack.project.config_set(f"applinks:credentials.wiki.{part}", value, secret=True, path=True)
    stack.environment["SECONDS"] = "120"
    stack.environment["STASH_TOKEN"] = PLANTED["program"]
    stack.environment["JIRA_PASSWORD"] = PLANTED["environment"]
    stack.environment["TMPDIR"] = str(tmp_path / "tmp")
    os.mkdir(stack.environment["TMPDIR"])
    stack.program(program(jira, wiki, stash))
    return jira, wiki, stash
