"""Deletion that is reported truthfully: what is gone, what is left, and what to do."""

import pytest

from pulumi_applinks.lab.applications import Fault
from tests.acceptance.harness import Story, says, says_not

pytestmark = pytest.mark.about_applications


def made(stack: Story, jira, wiki, *more: str) -> None:
    """The link, made."""
    stack.declare(jira, wiki, *more)
    stack.up()


def test_an_end_that_is_gone_already(pair: Story, jira, wiki):
    """Gone on one end, then on both: deletion is done anyway."""
    made(pair, jira, wiki)
    wiki.links.remove(jira.server_id)
    pair.destroy()
    pair.is_gone()

    made(pair, jira, wiki)
    wiki.links.remove(jira.server_id)
    jira.links.remove(wiki.server_id)
    pair.destroy()
    pair.is_gone()


def test_an_end_that_can_not_be_reached_keeps_the_resource(pair: Story, jira, wiki):
    """The message names the leftover link, its id and page; the other end is left; a later try finishes the job."""
    made(pair, jira, wiki)
    for down, left, remaining in ((wiki, jira.server_id, "source"), (jira, wiki.server_id, "target")):
        down.stop()
        told = pair.destroy(check=False)
        assert told.returncode != 0
        says(told, "refuses connections", left, down.admin_page, "verify that the link is gone")
        says(told, f"The link on {remaining}", "was left as it was", "The resource stays in the stack")
        assert len(pair.resources()) == 1
        down.start()
    assert wiki.server_id in jira.links
    assert jira.server_id in wiki.links
    pair.destroy()
    pair.is_gone()


def test_an_end_that_refuses(pair: Story, jira, wiki):
    """Rotated credentials are reported with their cause; a refused deletion is not called done."""
    made(pair, jira, wiki)
    wiki.users.rotate("sysadmin")
    told = pair.destroy(check=False)
    assert told.returncode != 0
    says(told, "refused the credentials 'wiki'", "APPLINKS_WIKI_USERNAME and APPLINKS_WIKI_PASSWORD")
    says(told, "which is always current and wins")
    assert wiki.server_id in jira.links

    pair.credentials("wiki", wiki)
    wiki.faults.add(Fault("DELETE", "/rest/applinks/1.0/applicationlink/*", status=500, origin="client"))
    told = pair.destroy(check=False)
    says(told, "answered 500", wiki.admin_page)
    assert jira.server_id in wiki.links
    pair.destroy()
    pair.is_gone()


def test_an_application_that_moved_away(pair: Story, jira, wiki):
    """The old address refuses; the new one, once the program knows it, is where the link is deleted."""
    made(pair, jira, wiki)
    wiki.move()
    says(pair.destroy(check=False), "refuses connections")
    made(pair, jira, wiki)
    pair.destroy()
    pair.is_gone()


def test_leaving_what_can_not_be_deleted(pair: Story, jira, wiki):
    """With `leave`, deletion finishes with a warning that names the leftover link and what to verify."""
    made(pair, jira, wiki)
    made(pair, jira, wiki, 'on_unreachable_delete="leave"')
    pair.gives_up(wiki, jira.server_id)
    wiki.stop()
    told = pair.destroy()
    says(
        told,
        "left behind",
        jira.server_id,
        wiki.admin_page,
        "verify that the link is gone, or delete it there",
    )
    assert wiki.server_id not in jira.links
    assert jira.server_id in wiki.links
    assert pair.resources() == []

    wiki.start()
    says_not(pair.up(check=False), "left behind")
    says(pair.runs[-1], "is already linked with source", 'on_existing="adopt"')
    wiki.links.remove(jira.server_id)
    pair.finish()
