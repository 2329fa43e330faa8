"""Ways in which links were lost, got stuck, or were called what they are not: none of them is left."""

import re
from urllib.parse import urlsplit

import pytest

from pulumi_applinks.lab.applications import Lab
from tests.acceptance.harness import Story, plans, says, says_not, working


def at_the_address_of(lab: Lab, old: str, **more: object):
    """Another Confluence where one was."""
    return lab.start("confluence", port=urlsplit(old).port, **more)  # type: ignore[arg-type]


@pytest.mark.about_applications
def test_another_application_answers_where_the_target_was(pair: Story, lab: Lab, jira, wiki):
    """A refresh announces nothing; the new URL is an update; nobody asked the stranger with a login."""
    pair.declare(jira, wiki)
    pair.up()
    made, old = pair.id(), wiki.url
    wiki.move()
    stranger = at_the_address_of(lab, old)
    told = pair.refresh()
    says_not(told, "deleted and recreated")
    says(told, "another application", "declare its new URL")
    assert pair.outputs()["status"] == "not-working"

    pair.declare(jira, wiki)
    plans(pair.preview(), update=1, replace=0)
    plans(pair.up(), update=1, replace=0)
    assert working(jira, wiki)
    assert pair.id() == made
    assert {one.user for one in stranger.requests.all("client")} <= {None}
    pair.finish()


@pytest.mark.about_applications
@pytest.mark.without("with_refresh", "it begins with an `up` that has not looked")
def test_an_application_that_was_installed_anew(pair: Story, lab: Lab, jira, wiki):
    """Without a refresh a change refuses; after it the link is recreated, and the message says what was left."""
    pair.declare(jira, wiki)
    pair.up()
    wiki.stop()
    new = at_the_address_of(lab, wiki.url)
    pair.watch(new)
    pair.credentials("wiki", new)
    pair.declare(jira, new, "primary=True")
    told = pair.up(check=False)
    assert told.returncode != 0
    says(told, "another application answers at target", "Nothing was changed", "pulumi refresh")

    pair.declare(jira, new)
    pair.refresh()
    preview = pair.preview()
    plans(preview, replace=1)
    says(preview, "The link is deleted and recreated")
    told = pair.up()
    plans(told, replace=1)
    says(told, "nothing was deleted there")
    assert working(jira, new)
    assert wiki.server_id not in jira.links
    wiki.links.remove(jira.server_id)
    pair.finish()


@pytest.mark.about_applications
def test_a_link_that_does_not_work_is_told(pair: Story, jira, wiki):
    """Once in each operation that looks at it, with exit code 0; as drift, and a failure of `up`, when the program says so."""
    pair.declare(jira, wiki)
    pair.up()
    wiki.stop()
    looks = [
        pair.refresh("--expect-no-changes"),
        pair.preview("--refresh", "--expect-no-changes"),
        pair.preview("--expect-no-changes"),
        pair.up("--expect-no-changes"),
    ]
    for told in looks:
        says(told, "does not work", "refuses connections", "declare its new URL")
        # The real CLI shows it in the resource's row, too, while it runs.
        diagnostics = re.sub(r"\s+", " ", told.output.rpartition("Diagnostics:")[2])
        assert len(re.findall(r"does not work \(status unreachable\)", diagnostics)) == 1

    pair.declare(jira, wiki, 'on_broken="fail"')
    told = pair.up(check=False)
    assert told.returncode != 0
    says(told, "refuses connections")
    wiki.start()
    pair.up()
    wiki.stop()
    told = pair.refresh("--expect-no-changes", check=False)
    assert told.returncode != 0
    assert pair.outputs()["drift"]["status"]["observed"] == "unreachable"
    told = pair.up(check=False)
    assert told.returncode != 0
    says(told, "refuses connections")
    wiki.start()
    pair.up()
    assert pair.outputs()["drift"] == {}
    assert pair.outputs()["status"] == "working"
    pair.finish()


@pytest.mark.about_applications
def test_an_application_that_is_gone_with_its_credentials(pair: Story, jira, wiki):
    """`leave` can be said afterwards, and takes no login of the one that is gone."""
    pair.declare(jira, wiki)
    pair.up()
    wiki.stop()
    del pair.environment["APPLINKS_WIKI_USERNAME"], pair.environment["APPLINKS_WIKI_PASSWORD"]
    pair.refresh()
    assert pair.outputs()["status"] == "unreachable"
    told = pair.destroy(check=False)
    assert told.returncode != 0
    says(told, "refuses connections", "was left as it was")

    pair.credentials("wiki", wiki)
    pair.declare(jira, wiki, 'on_unreachable_delete="leave"')
    pair.up()
    del pair.environment["APPLINKS_WIKI_USERNAME"], pair.environment["APPLINKS_WIKI_PASSWORD"]
    says(pair.destroy(), "left behind", jira.server_id, wiki.admin_page)
    assert wiki.server_id not in jira.links
    wiki.start()
    wiki.links.remove(jira.server_id)
    pair.is_gone()


@pytest.mark.parametrize(
    "kept",
    [
        "inputs",
        pytest.param("nonsense", marks=pytest.mark.about_applications),
        pytest.param("tomorrow", marks=pytest.mark.about_applications),
    ],
)
def test_a_state_that_somebody_edited(pair: Story, jira, wiki, kept: str):
    """Exported, edited and imported: inputs alone, outputs that are nonsense, and outputs of a later version."""
    pair.declare(jira, wiki)
    pair.up()
    state = pair.project.export()
    for resource in state["deployment"]["resources"]:
        if not resource["type"].endswith(":ApplicationLink"):
            continue
        outputs = resource["outputs"]
        if kept == "inputs":
            names = {*resource["inputs"], "__provider"}
            resource["outputs"] = {key: value for key, value in outputs.items() if key in names}
        elif kept == "nonsense":
            nonsense = {
                "managed_ends": ["x"],
                "source_link": {},
                "target_link": {"id": 7},
                "drift": {"x": "y"},
            }
            resource["outputs"] = {
                **outputs,
                **nonsense,
                "status": "?",
                "link_id": None,
                "target_server_id": None,
            }
        else:
            resource["outputs"] = {**outputs, "of_tomorrow": {"kept": True}, "state_version": 99}
    pair.project.import_(state)
    pair.preview("--expect-no-changes")
    pair.refresh()
    assert pair.outputs()["status"] == "working"
    assert pair.outputs()["managed_ends"] == ["source", "target"]
    assert ("of_tomorrow" in pair.outputs()) == (kept == "tomorrow")
    pair.declare(jira, wiki, "primary=None", "timeout_seconds=60")
    pair.up()
    pair.finish()


def test_a_told_error_has_no_traceback(pair: Story, jira, wiki):
    """What a person reads is our sentence."""
    pair.declare(jira, wiki)
    wiki.stop()
    told = pair.up(check=False)
    assert told.returncode != 0
    says(told, "Nothing was changed", "refuses connections")
    says_not(told, "pulumi/dynamic/__main__.py", "pulumi_applinks/provider.py", "pulumi_applinks.provider")
    wiki.start()
    pair.finish()
