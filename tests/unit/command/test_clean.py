"""`applinks clean`: a plan, a confirmation, and what the application says."""

from __future__ import annotations

import json

import pytest

from pulumi_applinks.command import clean as clean_command
from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.estate import LinkEnd
from pulumi_applinks.estate.writing import delete_end
from pulumi_applinks.lab.applications import Fault, StoredLink
from tests.unit.command.conftest import flat
from tests.unit.command.test_status import stack_of
from tests.unit.estate.scene import SOMEBODY

OLD = f"wiki/{SOMEBODY}"
SECOND = "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def littered(pair):
    """A pair with two links more on the Confluence: a duplicate, and one to nothing."""
    pair["wiki"].link_by_hand(pair["jira"], link_id=SOMEBODY, name="Old Jira")
    gone = pair.lab.closed_address()
    pair["wiki"].links.add(StoredLink(SECOND, "bamboo", "CI", gone, gone))
    return pair


def links(scene):
    """The links of each application."""
    return {name: {link.id for link in one.links} for name, one in scene.applications.items()}


def test_without_a_name_it_shows_what_there_is(littered):
    """And changes nothing."""
    ran = littered.run("clean")

    assert [line.split()[0] for line in ran.out.splitlines() if line.startswith("wiki/")] == [
        f"wiki/{SECOND}",
        OLD,
    ]
    assert "Name what is to be removed: applinks clean wiki/" in flat(ran.err)
    assert ran.code == ExitCode.FINDINGS
    assert littered.untouched()


def test_nothing_to_remove(pair):
    """Is said, with 0."""
    ran = pair.run("clean")

    assert (ran.code, ran.out) == (ExitCode.DONE, "")
    assert "Nothing leads nowhere" in ran.err


def test_what_is_named_and_confirmed_is_removed(littered):
    """And nothing else."""
    before = links(littered)
    ran = littered.run("clean", OLD, answer="y\n")

    assert "Remove this link?" in ran.err
    assert f"Removed {OLD}: wiki confirmed it." in ran.out
    assert ran.code == ExitCode.DONE
    assert links(littered) == {**before, "wiki": before["wiki"] - {SOMEBODY}}


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_what_is_not_confirmed_stays(littered, answer):
    """By a no, by nothing, and where nobody is there to answer."""
    before = links(littered)
    ran = littered.run("clean", OLD, answer=answer)

    assert (ran.code, links(littered)) == (ExitCode.CANCELLED, before)
    assert "not confirmed: nothing was changed. In a pipeline, give --yes." in flat(ran.err)


def test_a_pipeline_confirms_beforehand(littered):
    """Several at once."""
    ran = littered.run("clean", OLD, f"wiki/{SECOND}", "--yes")

    assert ran.out.count("wiki confirmed it.") == 2
    assert links(littered)["wiki"] == {littered["jira"].server_id}


def test_a_link_that_works_is_not_removed(littered):
    """Nor is anything that was named with it."""
    before = links(littered)
    ran = littered.run("clean", OLD, f"jira/{littered['wiki'].server_id}", "--yes")

    assert (ran.code, links(littered)) == (ExitCode.USAGE, before)
    assert "it leads somewhere, and is not removed here" in flat(ran.err)


def test_what_a_stack_manages_is_not_removed(pair, tmp_path):
    """Although nobody links back any more."""
    (tmp_path / "state.json").write_text(stack_of(pair), encoding="utf-8")
    pair["wiki"].links.remove(pair["jira"].server_id)
    key = f"jira/{pair['wiki'].server_id}"
    listed = pair.run("clean", "--stack", "state.json", apps=False)
    named = pair.run("clean", key, "--stack", "state.json", "--yes", apps=False)

    assert "It is managed by jira-wiki, and is not removed." in flat(listed.out)
    assert (named.code, pair["wiki"].server_id in pair["jira"].links) == (ExitCode.USAGE, True)
    assert "the given stack manages it, as jira-wiki" in flat(named.err)


def test_without_a_stack_it_says_what_it_does_not_know(littered):
    """Before it asks."""
    assert "No stack was given (--stack)" in littered.run("clean", OLD, answer="n\n").err


def test_what_changes_while_a_person_thinks_is_not_removed(littered, monkeypatch):
    """What was confirmed is what is removed."""

    def answers(_question: str) -> None:
        littered["wiki"].links[SOMEBODY].name = "Somebody needs this"

    monkeypatch.setattr(clean_command, "confirm", answers)
    ran = littered.run("clean", OLD)

    assert (ran.code, SOMEBODY in littered["wiki"].links) == (ExitCode.FAILED, True)
    assert "what was shown has changed meanwhile" in flat(ran.err)


def test_a_removal_that_fails_is_told(littered):
    """The others are removed all the same, and the code is no 0."""
    path = f"/rest/applinks/1.0/applicationlink/{SOMEBODY}"
    littered["wiki"].faults.add(Fault("DELETE", path, status=403, times=9))
    ran = littered.run("clean", OLD, f"wiki/{SECOND}", "--yes")

    assert f"{OLD} was not removed: wiki (" in flat(ran.err)
    assert f"Removed wiki/{SECOND}" in ran.out
    assert ran.code != ExitCode.DONE
    assert links(littered)["wiki"] == {littered["jira"].server_id, SOMEBODY}


def test_an_interruption_tells_what_was_done(littered, monkeypatch):
    """What was removed, what may be, and what was not touched."""
    done: list[LinkEnd] = []

    def interrupted(end, estate, reader):
        if done:
            raise KeyboardInterrupt
        delete_end(end, estate, reader)
        done.append(end)

    monkeypatch.setattr(clean_command, "delete_end", interrupted)
    ran = littered.run("clean", OLD, f"wiki/{SECOND}", "--yes")

    assert ran.code == ExitCode.CANCELLED
    assert f"Removed {OLD}" in ran.out
    assert f"interrupted while wiki/{SECOND} was being removed" in flat(ran.err)


def test_a_resource_that_can_not_be_read_stops_it(littered, tmp_path):
    """It may be a link, and the one that is named may be its: nothing is removed, and status says so, too."""
    states = json.loads(stack_of(littered))
    odd = {"type": "pulumi-python:dynamic/company:Link", "urn": "urn:pulumi:dev::story::x::odd"}
    states["deployment"]["resources"].append(odd)
    (tmp_path / "state.json").write_text(json.dumps(states), encoding="utf-8")
    before = links(littered)
    for words in ([OLD, "--yes"], []):
        ran = littered.run("clean", *words, "--stack", "state.json")
        assert ran.code == ExitCode.STACK
        assert "nothing was removed: whether odd (pulumi-python:dynamic/company:Link)" in flat(ran.err)
    assert links(littered) == before
    told = littered.run("status", "--stack", "state.json")
    assert "The stack's odd (pulumi-python:dynamic/company:Link) may be a link" in flat(told.err)
