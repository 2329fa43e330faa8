"""Relocation: who moved, what is there now, and what is left as it was."""

import pytest

from pulumi_applinks.lab.applications import Lab
from tests.acceptance.harness import Story, plans, says, starting_when, working


@pytest.mark.about_applications
def test_the_source_moves_then_both_then_scheme_and_path_change(pair: Story, lab: Lab, jira, wiki):
    """Each is an update; the link ids stay, and both ends point at the new addresses."""
    pair.environment["REQUESTS_CA_BUNDLE"] = lab.ca_file
    pair.declare(jira, wiki)
    pair.up()
    made = pair.id()

    jira.move()
    pair.declare(jira, wiki)
    plans(pair.up(), update=1, replace=0)
    assert wiki.links[jira.server_id].rpc_url == wiki.links[jira.server_id].display_url == jira.url
    assert jira.links[wiki.server_id].rpc_url == wiki.url

    jira.move()
    wiki.move(context_path="/docs", context=lab.context(True))
    assert wiki.url.startswith("https://")
    pair.declare(jira, wiki)
    preview = pair.preview("--diff")
    plans(preview, update=1, replace=0)
    says(preview, "/docs")
    plans(pair.up(), update=1, replace=0)
    assert jira.links[wiki.server_id].rpc_url == wiki.url
    assert wiki.links[jira.server_id].rpc_url == jira.url
    assert working(jira, wiki)
    assert pair.id() == made
    pair.finish()


def test_every_end_moves_and_everything_is_read_first(pair: Story, jira, wiki):
    """A refresh that finds nobody keeps what is recorded and warns; so `up --refresh`, or `refresh: always`, relocates both ends."""
    pair.declare(jira, wiki)
    pair.up()
    made, recorded = pair.id(), pair.outputs()
    jira.move()
    wiki.move()
    told = pair.refresh()
    says(
        told,
        "warning:",
        "status unreachable",
        "The recorded values of the two ends are from the last time they answered",
    )
    now = pair.outputs()
    assert {key for key in recorded if now[key] != recorded[key]} == {"status", "status_detail"}

    pair.declare(jira, wiki)
    plans(pair.up("--refresh"), update=1, replace=0)
    assert jira.links[wiki.server_id].rpc_url == wiki.url
    assert wiki.links[jira.server_id].rpc_url == jira.url
    assert (pair.id(), working(jira, wiki)) == (made, True)
    pair.finish()


@pytest.mark.about_applications
def test_a_proxy_is_put_in_front_of_the_target(pair: Story, lab: Lab, jira, wiki):
    """People see the proxy's address, the other application and this program use the inner one."""
    pair.declare(jira, wiki)
    pair.up()
    inner = wiki.url
    outer = lab.proxy(wiki)
    wiki.base_url = outer
    pair.declare(jira, outer, target_more=f'rpc_url="{inner}", api_url="{inner}"')
    plans(pair.up(), update=1, replace=0)

    link = jira.links[wiki.server_id]
    assert (link.display_url, link.rpc_url) == (outer, inner)
    assert working(jira, wiki)
    wiki.move()
    wiki.base_url = outer
    pair.declare(jira, outer, target_more=f'rpc_url="{wiki.url}"')
    pair.up()
    assert (link.display_url, link.rpc_url) == (outer, wiki.url)
    assert working(jira, wiki)
    pair.finish()


@pytest.mark.about_applications
def test_nothing_answers_at_the_new_address_yet(pair: Story, lab: Lab, jira, wiki):
    """An error that leaves both ends as they were; waited for when asked; done without contact when asked."""
    pair.declare(jira, wiki)
    pair.up()
    old = wiki.url
    new = wiki.move(start=False)
    pair.declare(jira, new)
    told = pair.up(check=False)
    assert told.returncode != 0
    says(
        told,
        "the link cannot be changed: target (",
        "Nothing was changed",
        "refuses connections",
        "set wait_for_target",
    )
    assert jira.links[wiki.server_id].rpc_url == old

    pair.declare(jira, new, 'on_unreachable_relocate="relocate"')
    plans(pair.up(), update=1, replace=0)
    assert jira.links[wiki.server_id].rpc_url == new
    assert pair.outputs()["status"] == "unreachable"

    newer = wiki.move(start=False)
    pair.declare(jira, newer, "wait_for_target=60")
    with starting_when(wiki, asked=jira):
        pair.up()
    assert working(jira, wiki)
    pair.finish()


@pytest.mark.about_applications
def test_another_application_answers_at_the_new_address(pair: Story, lab: Lab, jira, wiki):
    """The preview shows a replacement and says why; deletion comes first; a protected link is an error."""
    other = lab.start("confluence", name="Other Confluence", directory=wiki.users)
    pair.watch(other)
    pair.declare(jira, wiki, "opts=ResourceOptions(protect=True)")
    pair.up()
    pair.declare(jira, other, "opts=ResourceOptions(protect=True)")
    refused = pair.up(check=False)
    assert refused.returncode != 0
    says(refused, "protect")
    assert (wiki.server_id in jira.links, other.server_id in jira.links) == (True, False)

    pair.declare(jira, wiki)
    pair.up()
    pair.declare(jira, other)
    preview = pair.preview()
    plans(preview, replace=1, update=0)
    says(
        preview,
        "another application answers at the target's address [applinks/replaces] The link is deleted and recreated",
    )
    jira.requests.clear()
    plans(pair.up(), replace=1)
    changes = [
        (one.method, one.path.rpartition("/")[2])
        for one in jira.requests.all("client")
        if one.method in ("PUT", "DELETE") and one.path.startswith("/rest/applinks/1.0/applicationlink/")
    ]
    assert changes == [("DELETE", wiki.server_id), ("PUT", other.server_id)]
    assert jira.server_id not in wiki.links
    assert working(jira, other)
    pair.finish()


@pytest.mark.about_applications
def test_what_stands_against_a_relocation_is_told_before_anything_changes(pair: Story, jira, wiki):
    """An administrator without the right to relocate, and an application that reports its old base URL: nothing is changed."""
    pair.credentials("jira", jira, "admin")
    pair.declare(jira, wiki)
    pair.up()
    old = wiki.url
    wiki.move()
    pair.declare(jira, wiki)
    told = pair.up(check=False)
    assert told.returncode != 0
    says(
        told,
        "relocating a link needs a system administrator on source",
        "Nothing was changed on either application",
    )

    pair.credentials("jira", jira)
    wiki.base_url = old
    told = pair.up(check=False)
    assert told.returncode != 0
    says(
        told,
        "answers, but has another base URL in its own administration",
        f"It is {old}.",
        "set the base URL in its administration",
    )
    assert jira.links[wiki.server_id].rpc_url == old

    wiki.base_url = None
    plans(pair.up(), update=1, replace=0)
    assert working(jira, wiki)
    pair.finish()
