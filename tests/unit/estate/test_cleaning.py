"""What may be removed, and what may not."""

from __future__ import annotations

import pytest

from pulumi_applinks.estate import EstateError, Reader
from pulumi_applinks.estate.cleaning import candidates, chosen
from pulumi_applinks.estate.managing import with_managed
from pulumi_applinks.estate.stacks import ManagedEnd
from pulumi_applinks.estate.writing import delete_end
from pulumi_applinks.lab.applications import Fault, OAuth2Entry, StoredLink, id_of_url
from pulumi_applinks.lifecycle import LinkError
from pulumi_applinks.rest import ApplinksError
from tests.unit.estate.scene import SOMEBODY


@pytest.fixture
def littered(pair):
    """An estate with one of everything that leads nowhere, and of everything that stays."""
    jira, wiki = pair["jira"], pair["wiki"]
    git = pair.start("git", "stash")
    gone = pair.lab.closed_address()
    pair.link("jira", "git")
    wiki.link_by_hand(jira, link_id=SOMEBODY, name="Old Jira")
    wiki.links.add(StoredLink(id_of_url(gone), "bamboo", "CI", gone, gone))
    git.links.add(StoredLink("22222222-2222-4222-8222-222222222222", "crowd", "Crowd", "", ""))
    jira.system_link(pair.lab.start("fecru"))
    jira.generic_link("Script", "https://script.example.com")
    jira.oauth2.append(
        OAuth2Entry("33333333-3333-4333-8333-333333333333", "Client", "https://client.example.com")
    )
    return pair


def test_what_leads_nowhere_may_be_removed(littered):
    """One end each; neither a link that works, nor the system's, generic and OAuth 2.0 ones."""
    found = {one.key: one.finding.code for one in candidates(littered.read())}
    gone = next(link.id for link in littered["wiki"].links if link.type_id == "bamboo")

    assert found == {
        f"wiki/{SOMEBODY}": "duplicated",
        f"wiki/{gone}": "orphaned",
        "git/22222222-2222-4222-8222-222222222222": "corrupted",
    }


def test_a_one_way_link_may_be_removed(pair):
    """Whoever was asked has none back."""
    pair["wiki"].links.remove(pair["jira"].server_id)

    assert [(one.key, one.finding.code) for one in candidates(pair.read())] == [
        (f"jira/{pair['wiki'].server_id}", "one-way")
    ]


def test_one_of_two_that_may_be_the_right_one_may_not(pair):
    """Which of two links to an application is the right one, only its server id tells."""
    git = pair.lab.start("stash")
    pair["jira"].link_by_hand(git)
    pair["jira"].link_by_hand(git, link_id=SOMEBODY, name="Second")
    states = {link.key: link.state for link in pair.read().links}

    assert states[f"jira/{SOMEBODY}"] == "duplicated"
    assert f"jira/{SOMEBODY}" not in {one.key for one in candidates(pair.read())}


def test_what_nobody_could_look_at_may_not(pair):
    """An application that could not be asked may have the other end."""
    pair["wiki"].stop()

    assert candidates(pair.read()) == []


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("jira/{wiki}", "it leads somewhere"),
        ("jira/nothing", "there is no such link"),
        ("git/{wiki}", "there is no such link"),
    ],
)
def test_what_may_not_be_removed_is_told(littered, key, says):
    """Every reason at once; the rest is not removed either."""
    ids = {name: application.server_id for name, application in littered.applications.items()}
    with pytest.raises(EstateError, match=says):
        chosen(littered.read(), [f"wiki/{SOMEBODY}", key.format(**ids)])


def test_what_a_stack_manages_is_not_removed(littered):
    """Whatever it is."""
    managed = ManagedEnd("old", littered["wiki"].server_id, SOMEBODY)
    with pytest.raises(EstateError, match="the given stack manages it, as old"):
        chosen(with_managed(littered.read(), [managed]), [f"wiki/{SOMEBODY}"])


def remove(pair, key):
    """Remove an end, as the command does."""
    reader = Reader(pair.credentials)
    try:
        estate = pair.read()
        (one,) = chosen(estate, [key])
        delete_end(one.end, estate, reader)
    finally:
        reader.close()


def test_one_end_is_removed_and_nothing_else(littered):
    """The application confirmed it, and all other links are as they were."""
    before = {name: one.links.snapshot() for name, one in littered.applications.items()}
    remove(littered, f"wiki/{SOMEBODY}")
    after = {name: one.links.snapshot() for name, one in littered.applications.items()}

    assert [link for link in before["wiki"] if link["id"] != SOMEBODY] == after.pop("wiki")
    assert {name: before[name] for name in after} == after
    assert [one.method for one in littered["wiki"].requests.written()] == ["DELETE"]


@pytest.mark.parametrize("kind", ["html", "drop"])
def test_a_removal_that_nobody_confirmed_is_none(littered, kind):
    """It is an error, and the link stands."""
    path = f"/rest/applinks/1.0/applicationlink/{SOMEBODY}"
    littered["wiki"].faults.add(Fault("DELETE", path, kind=kind, times=9))
    with pytest.raises((ApplinksError, LinkError)):
        remove(littered, f"wiki/{SOMEBODY}")

    assert SOMEBODY in littered["wiki"].links
