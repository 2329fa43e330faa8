"""Clones and staging: refused before anything is written, with the next step."""

import pytest

from tests.acceptance.harness import Story, says, working
from tests.unit.lab_applications.conftest import link_both_ways

pytestmark = pytest.mark.about_applications


def test_a_clone_and_a_copy_that_believes_to_be_production(lab, pair: Story, jira, wiki):
    """The same server id; another base URL than the program's; an application of another kind."""
    clone = lab.start("jira", server_id=wiki.server_id)
    pair.credentials("jira", clone)
    pair.declare(clone, wiki)
    told = pair.up(check=False)
    says(
        told,
        f"have the same server id [applinks/same-application] It is {wiki.server_id}",
        "needs a server id of its own",
        "Nothing was changed",
    )

    pair.credentials("jira", jira)
    jira.base_url = "https://jira.example.com"
    pair.declare(jira, wiki, source_more='kind="bamboo"')
    told = pair.up(check=False)
    says(told, "It is https://jira.example.com.", "If this is a copy (staging) of it")
    says(told, "declared as bamboo, but a jira answers there", "Nothing was changed")
    for application in (jira, wiki, clone):
        assert {one.method for one in application.requests.all("client")} <= {"GET"}

    own = f'api_url="{jira.url}", rpc_url="{jira.url}"'
    pair.declare("https://jira.example.com", wiki, source_more=own)
    pair.up()
    assert wiki.links[jira.server_id].display_url == "https://jira.example.com"
    assert working(jira, wiki)
    pair.finish()


def test_production_goes_on_beside_its_copy(lab, pair: Story, jira, wiki):
    """Staging was made from production: what production's program, a hand and a new program do with both in the same network."""
    pair.declare(jira, wiki)
    pair.up()
    jira2, wiki2 = lab.copy(jira), lab.copy(wiki)
    copied = [one.links.snapshot() for one in (jira2, wiki2)]

    link = wiki.links[jira.server_id]
    link.rpc_url = link.display_url = jira2.url
    says(pair.refresh(), "[applinks/link-leads-elsewhere]", f"points to {jira2.url}: a copy, or the same")
    assert pair.outputs()["status"] == "elsewhere"
    pair.up()
    assert (pair.outputs()["status"], link.rpc_url, link.display_url) == ("working", jira.url, jira.url)

    pair.declare(jira2, wiki)
    says(pair.preview(), "[applinks/copy-answers]", f"what still answers at {jira.url}")
    pair.declare(jira, wiki)
    pair.preview("--expect-no-changes")
    assert [one.links.snapshot() for one in (jira2, wiki2)] == copied
    pair.finish()
    assert [one.links.snapshot() for one in (jira2, wiki2)] == copied


def test_staging_with_the_links_that_came_along(lab, pair: Story, jira, wiki):
    """A new program is refused, with and without adoption, until they are deleted; then staging has its own link."""
    link_both_ways(jira, wiki)
    jira2, wiki2 = lab.copy(jira), lab.copy(wiki)
    before = [one.links.snapshot() for one in (jira, wiki, jira2, wiki2)]
    pair.credentials("jira", jira2)
    pair.credentials("wiki", wiki2)
    for policy in ("fail", "adopt"):
        pair.declare(jira2, wiki2, f'on_existing="{policy}"')
        told = pair.up(check=False)
        says(
            told,
            "[applinks/link-leads-elsewhere]",
            "If both are copies, the link was copied",
            "Nothing was changed",
        )
    assert [one.links.snapshot() for one in (jira, wiki, jira2, wiki2)] == before

    jira2.links.remove(wiki.server_id)
    wiki2.links.remove(jira.server_id)
    pair.declare(jira2, wiki2)
    pair.up()
    assert working(jira2, wiki2)
    assert [one.links.snapshot() for one in (jira, wiki)] == before[:2]
    jira.links.remove(wiki.server_id)
    wiki.links.remove(jira.server_id)
    pair.finish()
    assert (wiki.server_id in jira2.links, jira.server_id in wiki2.links) == (False, False)
