"""Each word of the command, with copies of applications: same server ids, keys, users and links, and base URLs of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.lab.applications import Application
from tests.unit.command.conftest import Commands, flat
from tests.unit.command.test_status import stack_of

COPY = "a copy, or the same application under another address"
EACH = (["jira2", "wiki2"], ["jira2", "wiki"], ["jira", "wiki2"])
"""Which applications are named, when not the originals alone are."""


@pytest.fixture
def copied(pair: Commands) -> Commands:
    """A Jira and a Confluence that are linked both ways, and a copy of each with the link that came along."""
    pair.copy("jira2", "jira")
    pair.copy("wiki2", "wiki")
    return pair


def links(scene: Commands) -> list[Any]:
    """What each application has."""
    return [one.links.snapshot() for one in scene.applications.values()]


def lead(at: Application, to: Application) -> None:
    """Let a link point to another application with the same server id."""
    link = at.links[to.server_id]
    link.rpc_url = link.display_url = to.url


def run(scene: Commands, *words: str, names: list[str] | None = None, answer: str = "") -> Any:
    """Run a command with some of the applications, or with all."""
    return scene.run(*words, *scene.options(*(names or ())), apps=False, answer=answer)


def states(scene: Commands, names: list[str] | None = None) -> dict[str, str]:
    """The state of each link, by its first end's application."""
    found = json.loads(run(scene, "status", "--json", names=names).out)["links"]
    return {f"{link['ends'][0]['application']} {link['far']}": link["state"] for link in found}


@pytest.mark.parametrize("names", EACH)
def test_status_of_copies(copied: Commands, names: list[str]):
    """No link that points to an original is working, and the code is that of findings."""
    ran = run(copied, "status", names=names)

    assert set(states(copied, names).values()) == {"elsewhere"}
    assert COPY in flat(ran.out)
    assert "working" not in ran.out
    assert ran.code == ExitCode.FINDINGS
    assert copied.untouched()


@pytest.mark.parametrize("ends", [["jira"], ["wiki"], ["jira", "wiki"]])
def test_status_of_originals(copied: Commands, ends: list[str]):
    """Their links work, until one points to a copy."""
    assert states(copied, ["jira", "wiki"]) == {"jira wiki": "working"}
    if "jira" in ends:
        lead(copied["jira"], copied["wiki2"])
    if "wiki" in ends:
        lead(copied["wiki"], copied["jira2"])

    assert states(copied, ["jira", "wiki"]) == {"jira wiki": "elsewhere"}
    words = flat(run(copied, "status", names=["jira", "wiki"]).out)
    assert [f"{end} has a link with the server id" in words for end in ("jira", "wiki")] == [
        end in ends for end in ("jira", "wiki")
    ]


@pytest.mark.parametrize("names", [["jira", "wiki", "jira2", "wiki2"], ["wiki2", "jira2", "wiki", "jira"]])
def test_originals_and_copies_together(copied: Commands, names: list[str]):
    """In whatever order: each is asked, and the originals' link is the one that works."""
    found = states(copied, names)
    working = [link for link, state in found.items() if state == "working"]

    assert [set(link.split()) for link in working] == [{"jira", "wiki"}]
    assert set(found.values()) == {"working", "elsewhere"}
    assert run(copied, "status", names=names).code == ExitCode.FINDINGS


def test_a_proxy_is_not_a_copy(pair: Commands):
    """Where it is named for the application, or where people are sent to the application itself."""
    proxy = pair.lab.proxy(pair["wiki"])
    link = pair["jira"].links[pair["wiki"].server_id]
    link.rpc_url = proxy
    assert states(pair) == {"jira wiki": "working"}

    link.display_url = proxy
    assert states(pair) == {"jira wiki": "elsewhere"}
    named = f"applications:\n  jira: {pair['jira'].url}\n  wiki:\n    url: {pair['wiki'].url}\n    rpc_url: {proxy}\n"
    Path("applinks.yaml").write_text(named, encoding="utf-8")
    assert pair.run("status", apps=False).code == ExitCode.DONE


@pytest.mark.parametrize("names", EACH)
def test_show(copied: Commands, names: list[str]):
    """One link of a copy is not working, and is not said to."""
    ran = run(copied, "show", *names, names=names)

    assert COPY in flat(ran.out)
    assert "✓ working" not in ran.out
    assert ran.code == ExitCode.FINDINGS
    assert copied.untouched()


@pytest.mark.parametrize("names", EACH)
def test_doctor(copied: Commands, names: list[str]):
    """What an application sees where its link leads is not the other one."""
    ran = run(copied, "doctor", names=names)

    assert f"its link points to {copied['jira' if 'jira2' in names else 'wiki'].url}: {COPY}" in flat(ran.out)
    assert ran.code == ExitCode.FINDINGS


@pytest.mark.parametrize("unreachable", [False, True])
@pytest.mark.parametrize("names", EACH)
def test_import_takes_no_address_of_an_original(copied: Commands, names: list[str], unreachable: bool):
    """In silence, or at all: also where the copies can't reach the originals."""
    addresses = [copied[name].url for name in ("jira", "wiki") if name not in names]
    if unreachable:
        for name in {"jira", "wiki"} - set(names):
            copied[name].stop()
    ran = run(copied, "import", "scan", names=names)
    text = Path("inventory.yaml").read_text(encoding="utf-8")

    assert "0 of 0 links to take" in ran.out
    assert "left out: elsewhere" in ran.out
    taken = text.partition("left_out:")[0]
    assert [one for one in addresses if one in taken] == []


def test_import_writes_nothing_that_leads_to_a_copy_meanwhile(copied: Commands):
    """The second step reads each link again."""
    run(copied, "import", "scan", names=["jira", "wiki"])
    lead(copied["wiki"], copied["jira2"])
    ran = copied.run("import", "write", apps=False)

    assert copied["jira2"].url in flat(ran.err)
    assert ran.code == ExitCode.FAILED
    assert not Path("links").exists()


@pytest.mark.parametrize("names", EACH)
def test_map(copied: Commands, names: list[str]):
    """No arrow says that a copy answers."""
    picture = json.loads(run(copied, "map", "--format", "json", names=names).out)

    assert {line["kind"] for line in picture["lines"]} == {"bad"}
    assert {line["state"] for line in picture["lines"]} == {"elsewhere"}
    for line in picture["lines"]:
        if names == ["jira2", "wiki2"]:
            assert {arrow["kind"] for arrow in line["arrows"]} == {"bad"}


@pytest.mark.parametrize("emptied", ["jira2", "wiki2", None])
@pytest.mark.parametrize("names", EACH)
def test_clean_removes_no_original_s_link(copied: Commands, names: list[str], emptied: str | None):
    """Also where the copy has no link back any more."""
    if emptied:
        for link in copied[emptied].links:
            copied[emptied].links.remove(link.id)
    before = links(copied)
    for name in ("jira", "wiki"):
        for link in copied[name].links:
            ran = run(copied, "clean", f"{name}/{link.id}", "--yes", names=names)
            assert ran.code == ExitCode.USAGE

    assert links(copied) == before


def test_clean_with_the_stack_of_the_originals(copied: Commands, tmp_path: Path):
    """A copy's end has the ids of one that the stack manages, and is not that one."""
    (tmp_path / "state.json").write_text(stack_of(copied), encoding="utf-8")
    shown = json.loads(run(copied, "status", "--json", "--stack", "state.json").out)
    managed = {end["application"]: end["managed_by"] for link in shown["links"] for end in link["ends"]}

    assert {name for name, by in managed.items() if by} == {"jira", "wiki"}


def test_move_to_a_copy_warns_before_it_asks(copied: Commands):
    """The original still answers at the old address."""
    old, new = copied["wiki"].url, copied["wiki2"].url
    before = links(copied)
    ran = run(copied, "move", old, new, names=["jira", "wiki"], answer="n\n")
    warned, asked = flat(ran.err).find("one of the two is a copy of the other"), flat(ran.err).find("[y/N]")

    assert 0 <= warned < asked
    assert ran.code == ExitCode.CANCELLED
    assert links(copied) == before
    assert run(copied, "move", old, new, "--yes", names=["jira", "wiki"]).code == ExitCode.FINDINGS


def test_move_of_an_application_that_moved_does_not_warn(pair: Commands):
    """Nothing answers at the old address; or the same application does."""
    old = pair["wiki"].url
    pair["wiki"].move()
    assert "copy" not in pair.run("move", old, pair["wiki"].url, answer="n\n").err
    assert "copy" not in pair.run("move", pair["wiki"].url, pair.lab.proxy(pair["wiki"]), answer="n\n").err
