"""The main job: link a Jira and a Confluence, relocate, repair, delete."""

import pytest

from tests.acceptance.harness import Story, link, plans, says, working


def declare(stack: Story, jira, wiki) -> None:
    """The program, with these applications."""
    made = link(jira, wiki, 'authentication=NonImpersonating(execute_as="user")')
    stack.program(f'link = {made}pulumi.export("status", link.status)\n')


@pytest.mark.both_engines
def test_a_link_from_its_making_to_its_end(pair: Story, jira, wiki):
    """Made on both ends, unchanged by a second run, relocated, repaired, deleted on both ends."""
    declare(pair, jira, wiki)
    plans(pair.preview(), create=2)
    assert wiki.server_id not in jira.links
    plans(pair.up(), create=2)

    assert working(jira, wiki)
    outputs = pair.outputs()
    assert (outputs["link_id"], outputs["reverse_link_id"]) == (wiki.server_id, jira.server_id)
    assert (outputs["source_type"], outputs["target_type"], outputs["status"]) == (
        "jira",
        "confluence",
        "working",
    )
    assert outputs["source_link"]["primary"] is False  # somebody else's link to another Confluence is
    assert outputs["source_link"]["duplicates"] == []
    assert pair.id() == f"{jira.server_id}/{wiki.server_id}"
    pair.settles()

    made = pair.id()
    wiki.move()
    declare(pair, jira, wiki)
    preview = pair.preview("--diff")
    plans(preview, update=1, replace=0)
    says(preview, "url", wiki.url)
    plans(pair.up(), update=1, replace=0)
    assert jira.links[wiki.server_id].rpc_url == jira.links[wiki.server_id].display_url == wiki.url
    assert pair.id() == made
    assert working(jira, wiki)

    jira.links[wiki.server_id].name = "Renamed by hand"
    drifted = pair.refresh("--diff")
    says(drifted, "Renamed by hand")
    says(pair.preview("--diff"), "Renamed by hand")
    plans(pair.up(), update=1)
    assert jira.links[wiki.server_id].name == "Confluence"
    pair.finish()
