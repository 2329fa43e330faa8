"""Trusted applications and basic access beside OAuth: what shows them, what the status says of them, and what removes them."""

import pytest

from pulumi_applinks.lab.applications import BASIC, TRUSTED, Directory, Flags
from tests.unit.lab_applications.conftest import link_both_ways

V1 = "/rest/applinks/1.0"
V3 = "/rest/applinks/3.0"
OAUTH = "/rest/applinks-oauth/1.0"


@pytest.fixture
def linked(lab):
    """Two linked applications with one user base, so that a user of one is one of the other."""
    shared = Directory()
    jira, wiki = lab.start("jira", directory=shared), lab.start("confluence", directory=shared)
    link_both_ways(jira, wiki)
    return jira, wiki


def no_oauth(jira, wiki):
    """Take OAuth away on both ends."""
    for here, there in ((jira, wiki), (wiki, jira)):
        here.links[there.server_id].outgoing = Flags()
        here.links[there.server_id].consumer = None


def type_of(ask, here, there, user="sysadmin"):
    """What the status says."""
    return ask(here, "GET", f"{V3}/status/{there.server_id}", user).json()["error"]["type"]


def test_the_lists_show_the_classes_and_the_authentication_the_password(linked, ask):
    """Beside those of OAuth; the stored name and password of basic access are answered in clear."""
    jira, wiki = linked
    link = jira.links[wiki.server_id]
    link.give_basic_access("reader", "planted")
    link.give_trust(outgoing=False)
    entry = ask(jira, "GET", f"{V1}/listApplicationlinks").json()["list"][0]

    assert BASIC in entry["configuredOutboundAuthenticators"]
    assert TRUSTED in entry["configuredInboundAuthenticators"]
    told = ask(jira, "GET", f"{OAUTH}/applicationlink/{wiki.server_id}/authentication").json()
    configs = {one["provider"]: one["config"] for one in told["configuredAuthProviders"]}
    assert configs.pop(BASIC) == {"username": "reader", "password": "planted"}
    assert set(map(str, configs.values())) == {"{}"}
    assert "planted" not in repr(link)


def _basic(jira, wiki):
    jira.links[wiki.server_id].give_basic_access("user", wiki.users["user"].password)


def _basic_sysadmin(jira, wiki):
    jira.links[wiki.server_id].give_basic_access("sysadmin", wiki.users["sysadmin"].password)


def _trusted_from_there(jira, wiki):
    jira.links[wiki.server_id].give_trust(outgoing=False)


def _trusted_both(jira, wiki):
    jira.links[wiki.server_id].give_trust()
    wiki.links[jira.server_id].give_trust()


@pytest.mark.parametrize(
    ("change", "beside", "alone"),
    [
        (_basic, "LEGACY_REMOVAL", "MANUAL_LEGACY_UPDATE"),
        (_basic_sysadmin, "LEGACY_REMOVAL", "LEGACY_UPDATE"),
        (_trusted_from_there, "MANUAL_LEGACY_REMOVAL", "MANUAL_LEGACY_UPDATE"),
        (_trusted_both, "LEGACY_REMOVAL", "LEGACY_UPDATE"),
    ],
)
def test_what_the_status_says_of_it(linked, ask, change, beside, alone):
    """Beside OAuth it will be removed, alone it will be updated; by hand, unless it lets a system administrator in there."""
    change(*linked)
    assert type_of(ask, *linked) == beside

    no_oauth(*linked)
    assert type_of(ask, *linked) == alone


def test_an_application_without_migration_is_edited_in_the_old_way(lab, ask):
    """Where the other end trusts nobody any more and cannot be asked to migrate."""
    jira, old = lab.start("jira"), lab.start("confluence", generation="5")
    link_both_ways(jira, old, "oauth-impersonation", "oauth-impersonation")
    jira.links[old.server_id].give_trust(outgoing=False)
    old.links[jira.server_id].consumer.execute_as = "admin"

    assert type_of(ask, jira, old, "admin") == "MANUAL_LEGACY_REMOVAL_WITH_OLD_EDIT"


def migrated(ask, here, there, user="sysadmin"):
    """Ask for a migration."""
    return ask(here, "POST", f"{V3}/migration/{there.server_id}", user)


def test_migration_removes_what_stands_beside_oauth(linked, ask):
    """Basic access on this end, trust on both; the link works afterwards."""
    jira, wiki = linked
    _trusted_both(jira, wiki)
    jira.links[wiki.server_id].give_basic_access("reader", "planted")
    answer = migrated(ask, jira, wiki)

    oauth_alone = {"oauth": True, "basic": False, "trusted": False}
    assert answer.json() == {
        "incoming": oauth_alone,
        "outgoing": oauth_alone,
        "capabilities": ["STATUS_API", "MIGRATION_API"],
    }
    assert jira.links[wiki.server_id].basic_access is None
    assert not wiki.links[jira.server_id].incoming_legacy
    assert ask(jira, "GET", f"{V3}/status/{wiki.server_id}").json()["working"] is True


def test_migration_sets_oauth_up_where_it_may(linked, ask):
    """On both ends, when what is there lets a system administrator in on the other one; else nothing changes."""
    jira, wiki = linked
    no_oauth(jira, wiki)
    _basic(jira, wiki)
    assert migrated(ask, jira, wiki).json()["outgoing"] == {"oauth": False, "basic": True, "trusted": False}

    _basic_sysadmin(jira, wiki)
    assert migrated(ask, jira, wiki).json()["outgoing"] == {"oauth": True, "basic": False, "trusted": False}
    assert wiki.links[jira.server_id].incoming.level == "oauth"


def test_who_may_migrate(linked, ask):
    """Trusted applications take a system administrator; ends that do not agree are a conflict."""
    jira, wiki = linked
    _trusted_both(jira, wiki)
    assert migrated(ask, jira, wiki, "admin").status_code == 403

    wiki.links[jira.server_id].consumer = None
    assert migrated(ask, jira, wiki).status_code == 409
    assert TRUSTED in jira.links[wiki.server_id].incoming_legacy
