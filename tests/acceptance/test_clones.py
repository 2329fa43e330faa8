"""Clones and staging: refused before anything is written, with the way out."""

import pytest

from tests.acceptance.harness import Stack, says, working

pytestmark = pytest.mark.about_applications


def test_a_clone_and_a_copy_that_believes_to_be_production(lab, pair: Stack, jira, wiki):
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
