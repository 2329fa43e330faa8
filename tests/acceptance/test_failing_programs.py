"""Ten programs that fail: what a person reads is the same on every engine, except for layout, times and what differs each time."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pulumi_applinks.lab.applications import Fault, Lab
from pulumi_applinks.lab.engine import RunResult
from tests.acceptance.conftest import new_story
from tests.acceptance.harness import Story, says
from tests.diagnostics import diagnostics
from tests.engines import ENGINES, Which

TITLE = "pulumi-python:dynamic/applinks:ApplicationLink (jira-wiki)"
EVERY_TIME = 99


class Scene:
    """A Jira, a Confluence and a stack with their administrators' credentials.

    Args:
        lab: where the applications are.
        stack: the stack.
    """

    def __init__(self, lab: Lab, stack: Story) -> None:
        self.lab = lab
        self.stack = stack
        self.jira = lab.start("jira")
        self.wiki = lab.start("confluence")
        stack.credentials("jira", self.jira)
        stack.credentials("wiki", self.wiki)
        stack.environment["RES_OPTIONS"] = "timeout:1 attempts:1"

    def declare(self, *more: str, source: str = "", target: str = "", credentials: str = "wiki") -> None:
        """Write the program; the link is one between the two unless it is said otherwise."""
        self.stack.declare(source or self.jira, target or self.wiki, *more, credentials=("jira", credentials))

    def up(self) -> RunResult:
        """Run the program, which fails."""
        return self.stack.up(check=False)


def refused_login(scene: Scene) -> RunResult:
    """The password is wrong."""
    scene.stack.environment["APPLINKS_WIKI_PASSWORD"] = "not the password"
    scene.declare()
    return scene.up()


def existing_link(scene: Scene) -> RunResult:
    """Somebody has made the link already."""
    scene.jira.link_by_hand(scene.wiki)
    scene.declare()
    return scene.up()


def bad_input(scene: Scene) -> RunResult:
    """URLs that are none, and a number that is none either."""
    scene.declare("timeout_seconds=-1", source="/jira", target="http://wiki .example.com")
    return scene.up()


def unreachable_application(scene: Scene) -> RunResult:
    """Nothing listens at the target's address."""
    scene.declare(target=scene.lab.closed_address())
    return scene.up()


def fault_of_ours(scene: Scene) -> RunResult:
    """An exception that nobody foresaw, in the middle of it."""
    (scene.stack.project.directory / "sitecustomize.py").write_text(
        "import sys\n"
        "if 'pulumi.dynamic' in sys.orig_argv:\n"
        "    import requests\n"
        "    def send(self, request, **options):\n"
        "        raise ZeroDivisionError('a fault of ours')\n"
        "    requests.adapters.HTTPAdapter.send = send\n",
        encoding="utf-8",
    )
    scene.stack.environment["PYTHONPATH"] = str(scene.stack.project.directory)
    scene.declare()
    told = scene.up()
    says(told, "ZeroDivisionError: a fault of ours", "[applinks/fault]", "Fix: Report it to the maintainers")
    return told


def missing_credentials(scene: Scene) -> RunResult:
    """Nobody has given those that the program names."""
    scene.declare(credentials="docs")
    return scene.up()


def link_with_itself(scene: Scene) -> RunResult:
    """The target is the source."""
    scene.declare(target=scene.jira.url)
    return scene.up()


def another_application_at_the_address(scene: Scene) -> RunResult:
    """It was installed again, and a change of the link goes to a stranger."""
    scene.declare()
    scene.stack.up()
    scene.wiki.stop()
    stranger = scene.lab.start("confluence", port=urlsplit(scene.wiki.url).port or 0)
    scene.stack.credentials("wiki", stranger)
    scene.declare("primary=True")
    return scene.up()


def refused_writes(scene: Scene) -> RunResult:
    """What an application answers that may only be read; on one end only, since of two it is by chance which is reported first."""
    scene.jira.faults.add(Fault("PUT", "*", status=403, times=EVERY_TIME, origin="client"))
    scene.declare("two_way=False")
    return scene.up()


def deadline(scene: Scene) -> RunResult:
    """An application takes requests and never answers."""
    scene.wiki.faults.add(Fault("*", "*", kind="hang", times=EVERY_TIME))
    scene.declare("timeout_seconds=2")
    try:
        return scene.up()
    finally:
        scene.wiki.faults.clear()


STORIES = (
    refused_login,
    existing_link,
    bad_input,
    pytest.param(fault_of_ours, marks=pytest.mark.cold),
    *(
        pytest.param(one, marks=pytest.mark.about_applications)
        for one in (
            unreachable_application,
            missing_credentials,
            link_with_itself,
            another_application_at_the_address,
            refused_writes,
            deadline,
        )
    ),
)


def read(folder: Path, engine: Which, story: Callable[[Scene], RunResult]) -> dict[str, list[str]]:
    """What a person reads in the Diagnostics of the failed run, with the same words for what the lab chose."""
    own = folder / engine
    own.mkdir()
    stack = new_story(own, engine)
    with Lab() as lab:
        scene = Scene(lab, stack)
        failed = story(scene)
    assert failed.returncode != 0
    return {
        title: sorted(alike(text, {str(own): "FOLDER"}) for text in texts)
        for title, texts in diagnostics(failed).items()
    }


def alike(text: str, names: dict[str, str]) -> str:
    """The text without ports, durations, ids and folders, which have other names, and without values, which the CLI quotes."""
    for found, name in names.items():
        text = text.replace(found, name)
    text = re.sub(r"(: property \S+) value \{.*?\} has a problem: ", r"\1 has a problem: ", text)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", text)
    text = re.sub(r"(127\.0\.0\.1|localhost):\d+", "ADDRESS", text)
    return re.sub(r"\d+(\.\d+)? (s|ms|seconds?)\b", "SOME TIME", text)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
@pytest.mark.without("with_refresh", "a refresh finds the other application, and the link is replaced")
def test_a_failing_program(tmp_path: Path, engine: Which, story: Callable[[Scene], RunResult]) -> None:
    """The link's own failure is reported under it; and the other engine shows the same."""
    here = read(tmp_path, engine, story)
    assert any(text.startswith("error: ") for text in here[TITLE])
    if engine != "embedded":
        assert here == read(tmp_path, "embedded", story)
