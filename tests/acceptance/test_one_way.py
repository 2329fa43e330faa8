"""One-way links, completing them, and a target that is not up yet."""

from pathlib import Path

import pytest

from pulumi_applinks.lab.applications import Lab
from tests.acceptance.conftest import new_story
from tests.acceptance.harness import Story, plans, says, starting_when, status_of, working
from tests.engines import Which

pytestmark = pytest.mark.about_applications


def test_one_way_then_completed_then_one_way_again(pair: Story, jira, wiki):
    """An administrator of one side makes the outgoing link alone; the other side's credentials complete it."""
    del pair.environment["APPLINKS_WIKI_USERNAME"], pair.environment["APPLINKS_WIKI_PASSWORD"]
    pair.declare(jira, wiki, "two_way=False", credentials=("jira", None))
    pair.up()
    outputs = pair.outputs()
    assert outputs["status"] == "one-way"
    assert "can read what is public" in outputs["status_detail"]
    assert "two_way=True" in outputs["status_detail"]
    assert jira.links[wiki.server_id].outgoing.level == "none"
    assert jira.server_id not in wiki.links

    pair.credentials("wiki", wiki)
    made = pair.id()
    pair.declare(jira, wiki)
    plans(pair.preview(), update=1, replace=0)
    pair.up()
    assert working(jira, wiki)
    assert (pair.outputs()["status"], pair.id()) == ("working", made)

    pair.declare(jira, wiki, "two_way=False", credentials=("jira", None))
    plans(pair.up(), update=1)
    assert jira.server_id not in wiki.links
    assert jira.links[wiki.server_id].outgoing.level == jira.links[wiki.server_id].incoming.level == "none"
    pair.finish()


def test_two_administrators_meet_in_one_link(
    lab: Lab, stack: Story, engine: Which, tmp_path: Path, jira, wiki
):
    """Each program makes the end of its own application, without the other's credentials; together they work."""
    theirs = new_story(tmp_path, engine, "theirs")
    stack.credentials("own", jira)
    theirs.credentials("own", wiki)
    stack.watch(jira)
    theirs.watch(wiki)
    for one, here, there, outgoing, incoming in (
        (stack, jira, wiki, "", "'user'"),
        (theirs, wiki, jira, "'user'", ""),
    ):
        authentication = f"PerDirection(NonImpersonating({outgoing}), NonImpersonating({incoming}))"
        more = (f"authentication={authentication}", 'manage="source"')
        one.declare(here, there, *more, credentials=("own", None))
    stack.up()
    assert stack.outputs()["status"] == "incomplete"
    assert "must create the other end" in stack.outputs()["status_detail"]
    assert jira.server_id not in wiki.links

    theirs.up()
    assert theirs.outputs()["status"] == "working"
    assert working(jira, wiki)
    stack.refresh()
    assert stack.outputs()["status"] == "working"
    theirs.destroy()
    assert wiki.server_id in jira.links
    theirs.is_gone()
    stack.finish()


def test_a_target_that_is_not_up_yet_is_waited_for_or_completed_later(pair: Story, lab: Lab, jira, wiki):
    """Refused by default; one-way now, when asked, and completed by the first run that finds it."""
    wiki.stop()
    pair.declare(jira, wiki)
    told = pair.up(check=False)
    says(told, "refuses connections", "set wait_for_target", "Nothing was changed")

    pair.declare(jira, wiki, 'on_unreachable_create="one_way"', target_more='kind="confluence"')
    says(pair.up(), "does not answer", "one-way", "to complete it")
    assert pair.outputs()["status"] in ("unreachable", "one-way")
    assert len([link for link in jira.links if link.rpc_url == wiki.url]) == 1
    made = pair.id()
    plans(pair.preview(), update=1)

    wiki.start()
    plans(pair.up(), update=1, replace=0)
    assert [link.id for link in jira.links if link.rpc_url == wiki.url] == [wiki.server_id]
    assert working(jira, wiki)
    assert pair.outputs()["status"] == "working"
    assert pair.id() == made
    pair.finish()


def test_waiting_for_a_target_is_bounded(pair: Story, jira, wiki):
    """It is waited for as long as the program says, and then reported."""
    wiki.stop()
    pair.declare(jira, wiki, "wait_for_target=1.5")
    says(pair.up(check=False), "Gave up after 1")

    pair.declare(jira, wiki, "wait_for_target=60")
    with starting_when(wiki, asked=jira):
        pair.up()
    assert status_of(jira, wiki.server_id)["working"]
    pair.finish()
