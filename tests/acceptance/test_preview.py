"""A preview that asks: what an `up` would find fails the preview, and the applications are as they were."""

import pytest

from tests.acceptance.harness import Story, link, says, working


@pytest.mark.parametrize(
    "way", [pytest.param("environment", marks=pytest.mark.about_applications), "configuration"]
)
def test_what_an_up_would_find_fails_the_preview(pair: Story, jira, wiki, way):
    """A login that is wrong and a base URL that differs: by each way to ask for it, and not without."""
    pair.declare(jira, wiki)
    right = pair.environment["APPLINKS_WIKI_PASSWORD"]
    pair.environment["APPLINKS_WIKI_PASSWORD"] = "wrong"
    pair.preview()
    assert jira.requests.all("client") == wiki.requests.all("client") == []

    if way == "environment":
        pair.environment["APPLINKS_PREVIEW"] = "online"
    else:
        pair.project.config_set("applinks:preview", "online")
    told = pair.preview(check=False)
    assert told.returncode != 0
    says(told, f"target ({wiki.url}) refused the credentials 'wiki'")
    says(told, "[applinks/login-refused]", "Fix: Correct the credentials in the environment")
    pair.environment["APPLINKS_WIKI_PASSWORD"] = right
    jira.base_url = "https://jira.example.com"
    says(pair.preview(check=False), "[applinks/base-url-differs] It is https://jira.example.com.")
    jira.base_url = None
    pair.preview()
    assert {one.method for one in jira.requests.all("client")} == {"GET"}
    pair.up()
    pair.finish()


@pytest.mark.about_applications
def test_what_taking_over_would_do(pair: Story, jira, wiki):
    """The preview says which relocation, which name and which authentication; `up` does that."""
    jira.link_by_hand(wiki, name="Made by hand")
    pair.declare(jira, wiki, 'on_existing="adopt"')
    plain = pair.preview()
    says(plain, "That may relocate it, rename it and change its authentication.")
    pair.environment["APPLINKS_PREVIEW"] = "online"
    asked = pair.preview()
    says(asked, "'Made by hand'): it is taken over", "It is renamed from 'Made by hand' to 'Confluence'.")
    says(asked, "The authentication of outgoing requests changes from none to oauth.")
    assert jira.links[wiki.server_id].name == "Made by hand"
    pair.gives_up(jira, wiki.server_id)
    pair.up()
    assert working(jira, wiki)
    pair.finish()


@pytest.mark.about_applications
def test_a_change_that_an_application_would_refuse(pair: Story, jira, wiki):
    """It fails the preview of the update; a preview without a change asks nobody."""
    pair.declare(jira, wiki)
    pair.up()
    pair.environment["APPLINKS_PREVIEW"] = "online"
    jira.requests.clear()
    pair.preview("--expect-no-changes")
    assert jira.requests.all("client") == []
    pair.credentials("plain", wiki, "user")
    pair.declare(jira, wiki, credentials=("jira", "plain"))
    told = pair.preview(check=False)
    assert told.returncode != 0
    says(told, "the link cannot be changed: target", "[applinks/not-permitted]", "A preview changes nothing.")
    del pair.environment["APPLINKS_PREVIEW"]
    told = pair.up(check=False)
    says(told, "the new credentials cannot be stored: target", "Nothing was changed on either application.")
    pair.declare(jira, wiki)
    pair.finish()


def test_a_plain_preview_needs_no_login(pair: Story, jira, wiki):
    """As in a pipeline without secrets: of a new link, of nothing, of a change. An `up` and a preview that asks refuse."""
    names = [name for name in pair.environment if name.startswith("APPLINKS_")]
    kept = {name: pair.environment.pop(name) for name in names}
    pair.declare(jira, wiki)
    told = pair.preview()
    says(
        told, "warning: credentials that the program names are not available", "where <NAME> is JIRA or WIKI"
    )
    told = pair.up(check=False)
    assert told.returncode != 0
    says(told, "[applinks/credentials-missing]")
    assert jira.requests.written() == wiki.requests.written() == []

    pair.environment.update(kept)
    pair.up()
    for name in names:
        del pair.environment[name]
    pair.preview()
    pair.declare(jira, wiki, "primary=True")
    pair.preview()
    pair.environment["APPLINKS_PREVIEW"] = "online"
    told = pair.preview(check=False)
    assert told.returncode != 0
    says(told, "[applinks/credentials-missing]")
    del pair.environment["APPLINKS_PREVIEW"]
    pair.declare(jira, wiki)
    pair.environment.update(kept)
    pair.finish()


@pytest.mark.without(
    "with_plugin", "each link is refused when it is made: a check of a plugin may be a preview's"
)
def test_missing_credentials_of_a_program_are_one_error(pair: Story, jira, wiki):
    """It has all their names, and nothing is asked."""
    for name in [name for name in pair.environment if name.startswith("APPLINKS_")]:
        del pair.environment[name]
    stash = link(jira, "http://127.0.0.1:9/git", name="jira-git", credentials=("jira", "git"))
    pair.program(link(jira, wiki) + stash)
    told = pair.up(check=False)
    assert told.returncode != 0
    says(
        told, "there are no credentials named 'jira', 'wiki' and 'git'.", "where <NAME> is JIRA, WIKI or GIT"
    )
    assert jira.requests.written() == wiki.requests.written() == []
    pair.is_gone()
