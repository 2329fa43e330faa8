"""`applinks clean`: what is dead, a confirmation, and what the application says."""

from __future__ import annotations

import json

import pytest

from pulumi_applinks.command import clean as clean_command
from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.command.options import ChangingOptions
from pulumi_applinks.estate import EstateEnd
from pulumi_applinks.estate.changing import delete_end
from pulumi_applinks.lab.applications import Fault, OAuth2Entry, StoredLink
from tests.unit.command.conftest import flat
from tests.unit.command.test_status import stack_of
from tests.unit.estate.scene import SOMEBODY

OLD = f"wiki/{SOMEBODY}"
SECOND = "22222222-2222-4222-8222-222222222222"
CORRUPTED = "33333333-3333-4333-8333-333333333333"


@pytest.fixture
def littered(pair):
    """A pair with one of everything that is dead on the Confluence, and of everything that stays on the Jira."""
    jira, wiki = pair["jira"], pair["wiki"]
    wiki.link_by_hand(jira, link_id=SOMEBODY, name="Old Jira")
    gone = pair.lab.closed_address()
    wiki.links.add(StoredLink(SECOND, "bamboo", "CI", gone, gone))
    wiki.links.add(StoredLink(CORRUPTED, "crowd", "Crowd", "", ""))
    jira.system_link(pair.lab.start("fecru"))
    jira.generic_link("Script", "https://script.example.com")
    jira.oauth2.append(
        OAuth2Entry("44444444-4444-4444-8444-444444444444", "Client", "https://client.example.com")
    )
    return pair


def links(scene):
    """What each application has."""
    return {
        name: {link["id"]: link for link in one.links.snapshot()} for name, one in scene.applications.items()
    }


def without(found, *ids):
    """The same without some links of the Confluence."""
    return {**found, "wiki": {id_: link for id_, link in found["wiki"].items() if id_ not in ids}}


def listed(ran):
    """The ends that could be removed, each with why."""
    return {line.split()[0]: line.split()[-1] for line in ran.out.splitlines() if line[:1].strip()}


def test_without_a_name_it_shows_what_there_is(littered):
    """Neither a link that works, nor the system's, generic and OAuth 2.0 ones; nothing is changed."""
    ran = littered.run("clean")

    assert listed(ran) == {
        f"wiki/{CORRUPTED}": "corrupted",
        f"wiki/{SECOND}": "orphaned",
        OLD: "duplicated",
    }
    assert f"Name what to remove: applinks clean {' '.join(littered.options())} wiki/" in flat(ran.err)
    assert ran.code == ExitCode.FINDINGS
    assert littered.untouched()


def test_nothing_to_remove(pair):
    """Is said, with 0."""
    ran = pair.run("clean")

    assert (ran.code, ran.out) == (ExitCode.DONE, "")
    assert "No dead links were found" in ran.err


def test_a_one_way_link_may_be_removed(pair):
    """Whoever was asked has none back; what could not be asked may have one."""
    pair["wiki"].links.remove(pair["jira"].server_id)
    assert listed(pair.run("clean")) == {f"jira/{pair['wiki'].server_id}": "one-way"}

    pair["wiki"].stop()
    ran = pair.run("clean")
    assert (ran.code, listed(ran)) == (ExitCode.FAILED, {})


def test_one_of_two_that_may_be_the_right_one_may_not(pair):
    """Which of two links to an application is the right one, only its server id shows."""
    git = pair.lab.start("stash")
    pair["jira"].link_by_hand(git)
    pair["jira"].link_by_hand(git, link_id=SOMEBODY, name="Second")

    assert f"jira/{SOMEBODY}" not in listed(pair.run("clean"))
    assert "duplicated: jira has another link to the same application" in flat(pair.run("status").out)


@pytest.mark.parametrize("keys", [[OLD], [OLD, f"wiki/{SECOND}", f"wiki/{CORRUPTED}"]])
@pytest.mark.parametrize("answer", [None, "y\n", "n\n", "\n", ""])
def test_what_is_named_and_confirmed_is_removed(littered, answer, keys):
    """And nothing else; also in a pipeline, which says so beforehand, and not where nobody is there to answer."""
    before = links(littered)
    yes = answer in (None, "y\n")
    ran = littered.run("clean", *keys, *(["--yes"] if answer is None else []), answer=answer or "")

    question = "Remove this link?" if len(keys) == 1 else "Remove these 3 links?"
    assert (question in ran.err) is (answer is not None)
    assert "No stack was given (--stack)" in ran.err
    assert links(littered) == (without(before, *(key[5:] for key in keys)) if yes else before)
    assert [f"Removed {key}: wiki confirmed it." in ran.out for key in keys] == [yes] * len(keys)
    assert ran.code == (ExitCode.DONE if yes else ExitCode.CANCELLED)
    if yes:
        assert ran.err.endswith(f"{len(keys)} of {len(keys)} removed.\n")
        assert {one.method for one in littered["wiki"].requests.written()} == {"DELETE"}
    else:
        assert "not confirmed: nothing was changed. In a pipeline, give --yes." in flat(ran.err)


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("jira/{wiki}", "it is not a dead link, and is not removed here"),
        ("jira/nothing", "there is no such link"),
        ("git/{wiki}", "there is no such link"),
    ],
)
def test_what_may_not_be_removed_is_told(littered, key, says):
    """The rest is not removed either."""
    before = links(littered)
    ran = littered.run("clean", OLD, key.format(wiki=littered["wiki"].server_id), "--yes")

    assert (ran.code, links(littered)) == (ExitCode.USAGE, before)
    assert says in flat(ran.err)


def test_what_a_stack_manages_is_not_removed(pair, tmp_path):
    """Although nobody links back any more."""
    (tmp_path / "state.json").write_text(stack_of(pair), encoding="utf-8")
    pair["wiki"].links.remove(pair["jira"].server_id)
    key = f"jira/{pair['wiki'].server_id}"
    shown = pair.run("clean", "--stack", "state.json", apps=False)
    named = pair.run("clean", key, "--stack", "state.json", "--yes", apps=False)

    assert "It is managed by jira-wiki, and will not be removed." in flat(shown.out)
    assert (named.code, pair["wiki"].server_id in pair["jira"].links) == (ExitCode.USAGE, True)
    assert "the given stack manages it, as jira-wiki" in flat(named.err)


def test_what_changes_while_a_person_thinks_is_not_removed(littered, monkeypatch):
    """What was confirmed is what is removed."""

    def answers(_options: ChangingOptions, _question: str) -> None:
        littered["wiki"].links[SOMEBODY].name = "Somebody needs this"

    monkeypatch.setattr(ChangingOptions, "confirm", answers)
    ran = littered.run("clean", OLD)

    assert (ran.code, SOMEBODY in littered["wiki"].links) == (ExitCode.FAILED, True)
    assert "the links changed after they were shown" in flat(ran.err)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("fault", [{"status": 403}, {"kind": "html"}, {"kind": "drop"}])
def test_a_removal_is_one_when_the_link_is_gone(littered, fault, after):
    """Whatever was answered. The others are removed anyway; what is left is named in the last line."""
    path, before = f"/rest/applinks/1.0/applicationlink/{SOMEBODY}", links(littered)
    littered["wiki"].faults.add(Fault("DELETE", path, after=after, times=9, **fault))
    ran = littered.run("clean", OLD, f"wiki/{SECOND}", "--yes")

    assert f"Removed wiki/{SECOND}" in ran.out
    assert (f"Removed {OLD}" in ran.out) is after
    assert (f"{OLD} was not removed: deleting the link failed: " in flat(ran.err)) is not after
    assert (ran.code == ExitCode.DONE) is after
    assert links(littered) == without(before, SECOND, *([SOMEBODY] if after else []))
    assert (f"1 of 2 removed; continue with: applinks clean {OLD} -a jira=" in flat(ran.err)) is not after


def test_an_interruption_tells_what_was_done(littered, monkeypatch):
    """What was removed, what may be, and what is left."""
    done: list[EstateEnd] = []

    def interrupted(end, estate, reader):
        if done:
            raise KeyboardInterrupt
        delete_end(end, estate, reader)
        done.append(end)

    monkeypatch.setattr(clean_command, "delete_end", interrupted)
    ran = littered.run("clean", OLD, f"wiki/{SECOND}", f"wiki/{CORRUPTED}", "--yes")

    assert ran.code == ExitCode.CANCELLED
    assert f"Removed {OLD}" in ran.out
    assert f"interrupted while wiki/{SECOND} was being removed" in flat(ran.err)
    assert f"1 of 3 removed; continue with: applinks clean wiki/{SECOND} wiki/{CORRUPTED} -a" in flat(ran.err)


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


def test_a_dry_run_changes_nothing(littered):
    """It says what would be removed, in words and as JSON; what was done has the same form."""
    before = links(littered)
    ran = littered.run("clean", OLD, "--dry-run")
    told = json.loads(littered.run("clean", OLD, "--dry-run", "--json").out)

    assert "1 of 1 would be removed. Nothing was changed." in ran.err
    assert ran.code == ExitCode.DONE
    assert links(littered) == before
    assert (told["format"], told["dry_run"]) == ("pulumi-applinks-changes", True)
    assert told["ends"] == [{"key": OLD, "outcome": "would-change", "why": ""}]
    listed_as_data = json.loads(littered.run("clean", "--json").out)
    assert {one["key"] for one in listed_as_data["ends"]} == {OLD, f"wiki/{SECOND}", f"wiki/{CORRUPTED}"}
    done = json.loads(littered.run("clean", OLD, "--yes", "--json").out)
    assert [one["outcome"] for one in done["ends"]] == ["changed"]
    assert links(littered) == without(before, SOMEBODY)
