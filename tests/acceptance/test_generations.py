"""Older generations of the plugin, and each other reading of what is inferred: the same program, the same link."""

import pytest

from pulumi_applinks.lab.applications import Lab, Variants
from tests.acceptance.harness import Story, neighbours, says

pytestmark = pytest.mark.about_applications

OTHER_READINGS = Variants(
    reciprocal_put_as_json=True,
    provider_list_key="",
    unknown_link_status=404,
    v3_status_without_rights=401,
    keeps_trailing_slash=True,
    consumer_info_root="consumerInfo",
    null_fields=True,
    legacy_under_latest=False,
    checks_execute_as=False,
    drops_execute_as=True,
    tells_login_reason=False,
)


@pytest.mark.parametrize(
    ("source", "target", "variants"),
    [("9", "5", Variants()), ("5", "9", Variants()), ("9", "9", OTHER_READINGS)],
    ids=["to-5", "from-5", "other-readings"],
)
def test_a_link_between_generations(lab: Lab, stack: Story, source, target, variants):
    """Made, changed, relocated, read, deleted; where an application can't say whether a link works, that is said."""
    jira = lab.start("jira", generation=source, variants=variants)
    wiki = lab.start("confluence", generation=target, variants=variants)
    for here, kind in ((jira, "confluence"), (wiki, "jira")):
        neighbours(lab, here, kind)
    stack.credentials("jira", jira)
    stack.credentials("wiki", wiki)
    stack.watch(jira, wiki)
    old = [one for one, generation in ((jira, source), (wiki, target)) if generation == "5"]

    as_user = 'authentication=NonImpersonating(execute_as="user")'
    stack.declare(jira, wiki, as_user, target_more='name="Docs"')
    stack.up()
    for here, there in ((jira, wiki), (wiki, jira)):
        link = here.links[there.server_id]
        assert (link.outgoing.level, link.incoming.level) == ("oauth", "oauth")
        assert link.consumer is not None
        assert link.consumer.execute_as == "user"
    assert stack.outputs()["status"] == ("working" if source == target == "9" else "unknown")

    wiki.move()
    one_way = "authentication=PerDirection(outgoing=NoAuthentication(), incoming=NonImpersonating())"
    stack.declare(jira, wiki, one_way, target_more='name="Documents"')
    if old:
        # What takes authentication away there is a page, and asks for a secure administrator session.
        told = stack.up(check=False)
        assert told.returncode != 0
        says(told, "Open", "as an administrator and edit the link", "was undone on")
        for here, there in ((jira, wiki), (wiki, jira)):
            link = here.links[there.server_id]
            assert (link.outgoing.level, link.incoming.level) == ("oauth", "oauth")
        for application in old:
            application.modes.remove("secure_sessions")
    stack.up()
    link = jira.links[wiki.server_id]
    assert (link.name, link.rpc_url.rstrip("/"), link.display_url.rstrip("/")) == (
        "Documents",
        wiki.url,
        wiki.url,
    )
    assert (link.outgoing.level, link.incoming.level) == ("none", "oauth")
    assert wiki.links[jira.server_id].consumer is None
    stack.finish()


def test_the_oldest_generation_has_links_without_oauth(lab: Lab, stack: Story):
    """Before OAuth came to its interface, a link is made without authentication; asking for more is refused clearly."""
    jira = lab.start("jira", generation="3")
    wiki = lab.start("confluence", generation="3")
    stack.credentials("jira", jira, "admin")
    stack.credentials("wiki", wiki, "admin")
    stack.watch(jira, wiki)
    stack.declare(jira, wiki, "authentication=NonImpersonating()", target_more='name="Docs"')
    told = stack.up(check=False)
    assert told.returncode != 0
    says(told, "applinks 3.11.0", "authentication=NoAuthentication()", "Nothing was changed")

    stack.declare(jira, wiki, "authentication=NoAuthentication()", target_more='name="Docs"')
    stack.up()
    assert stack.outputs()["status"] == "no-authentication"
    wiki.move()
    stack.declare(jira, wiki, "authentication=NoAuthentication()", target_more='name="Docs"')
    stack.up()
    assert jira.links[wiki.server_id].display_url == jira.links[wiki.server_id].rpc_url == wiki.url
    stack.finish()
