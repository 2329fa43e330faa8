"""Signed requests between applications, whom they run as, and what the status says of them."""

import re

import pytest

from pulumi_applinks.lab.applications import BASIC, TRUSTED, Directory, Fault, Flags, Item
from pulumi_applinks.lab.applications.__main__ import main
from tests.unit.lab_applications.conftest import link_both_ways

V3 = "/rest/applinks/3.0"
OAUTH = "/rest/applinks-oauth/1.0"


def error_of(ask, here, there):
    """What an application says against its link to another one."""
    found = ask(here, "GET", f"{V3}/status/{there.server_id}").json()
    return (found["error"] or {}).get("type") if not found["working"] else "WORKING"


def test_a_link_works_by_a_signed_request(lab, ask):
    """The other application sees it come in, signed by the first."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    link_both_ways(jira, wiki)

    assert error_of(ask, jira, wiki) == "WORKING"
    assert wiki.requests.all("application")[-1].path == "/rest/applinks/latest/manifest"


def test_a_key_that_changed_is_found_out(lab, ask):
    """A signature with another key is refused."""
    jira, wiki, other = lab.start("jira"), lab.start("confluence"), lab.start("bamboo")
    link_both_ways(jira, wiki)
    consumer = wiki.links[jira.server_id].consumer
    assert consumer is not None
    consumer.public_key = other.keys.public
    assert error_of(ask, jira, wiki) == "OAUTH_SIGNATURE_INVALID"

    consumer.public_key = jira.keys.public
    wiki.verifier.skew = 3600
    assert error_of(ask, jira, wiki) == "OAUTH_TIMESTAMP_REFUSED"

    wiki.verifier.skew = 0
    consumer.key = "jira:unknown"
    assert error_of(ask, jira, wiki) == "OAUTH_PROBLEM"


def _other_end_gone(jira, wiki):
    wiki.links.remove(jira.server_id)


def _one_end_off(jira, wiki):
    wiki.links[jira.server_id].outgoing = Flags()


def _three_legged(jira, wiki):
    jira.links[wiki.server_id].outgoing = Flags.of("oauth-3lo-only")


def _both_off(jira, wiki):
    for here, there in ((jira, wiki), (wiki, jira)):
        here.links[there.server_id].outgoing = Flags()
        here.links[there.server_id].consumer = None


def _trusted(jira, wiki):
    jira.links[wiki.server_id].incoming_legacy = {TRUSTED}


def _basic_only(jira, wiki):
    _both_off(jira, wiki)
    jira.links[wiki.server_id].outgoing_providers = {BASIC, TRUSTED}


def _down(_jira, wiki):
    wiki.stop()


def _firewall(jira, wiki):
    jira.caller.unreachable_urls.add(wiki.url)


def _html(_jira, wiki):
    wiki.faults.add(Fault("GET", "/rest/applinks/1.0/manifest", kind="html"))


def _system(jira, wiki):
    jira.links[wiki.server_id].system = True


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_other_end_gone, "NO_REMOTE_APPLINK"),
        (_one_end_off, "AUTH_LEVEL_MISMATCH"),
        (_three_legged, "AUTH_LEVEL_UNSUPPORTED"),
        (_both_off, "DISABLED"),
        (_trusted, "MANUAL_LEGACY_REMOVAL"),
        (_basic_only, "MANUAL_LEGACY_UPDATE"),
        (_down, "CONNECTION_REFUSED"),
        (_firewall, "UNKNOWN"),
        (_html, "UNEXPECTED_RESPONSE_STATUS"),
        (_system, "SYSTEM_LINK"),
    ],
)
def test_what_the_status_says(lab, ask, change, expected):
    """Each way in which a link fails has its name, and the status answers 200 anyway."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    link_both_ways(jira, wiki)
    change(jira, wiki)

    assert error_of(ask, jira, wiki) == expected


def test_an_old_application_is_told_apart(lab, ask):
    """Applinks before 4.0.13 is incompatible; before the status, a person has to authorise the question."""
    jira, old, older = (
        lab.start("jira"),
        lab.start("confluence", generation="5"),
        lab.start("bamboo", generation="3"),
    )
    link_both_ways(jira, old)
    jira.link_by_hand(older)

    assert error_of(ask, jira, old) == "LOCAL_AUTH_TOKEN_REQUIRED"
    assert error_of(ask, jira, older) == "REMOTE_VERSION_INCOMPATIBLE"


def through(ask, here, there, user):
    """What a user sees of another application through the link."""
    return ask(here, "GET", f"/rest/lab/1.0/through/{there.server_id}", params={"as": user}).json()


def test_a_preconfigured_user_answers_for_everybody(lab, ask):
    """The same request, three execute-as users, three answers, whoever is logged in."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    wiki.content.items.append(Item("the minutes", frozenset({"user"})))
    link_both_ways(jira, wiki)
    consumer = wiki.links[jira.server_id].consumer
    assert consumer is not None
    seen = {}
    for execute_as in (None, "user", "admin"):
        consumer.execute_as = execute_as
        seen[execute_as] = through(ask, jira, wiki, "anybody")

    assert seen[None] == {"user": None, "items": ["a public page"]}
    assert seen["user"]["items"] == ["a public page", "a page for everybody who is logged in", "the minutes"]
    assert len(seen["admin"]["items"]) == 4


def test_impersonation_takes_a_shared_user_base(lab, ask):
    """With one directory a user sees what is theirs; a user whom the other application does not know sees nothing."""
    shared = Directory()
    jira, wiki = lab.start("jira", directory=shared), lab.start("confluence", directory=shared)
    stranger = lab.start("bamboo", directory=Directory([]))
    for there in (wiki, stranger):
        link_both_ways(jira, there, outgoing="oauth-impersonation")

    assert through(ask, jira, wiki, "user")["user"] == "user"
    assert through(ask, jira, wiki, "locked") == {"error": 401}
    assert through(ask, jira, stranger, "user") == {"error": 401}


def test_impersonation_is_set_by_a_system_administrator(lab, ask):
    """An administrator is refused with 403, and nothing changes."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    jira.link_by_hand(wiki)
    flags = Flags.of("oauth-impersonation").as_wire()
    path = f"{V3}/status/{wiki.server_id}/oauth"

    assert (
        ask(jira, "PUT", path, user="admin", json={"incoming": flags, "outgoing": flags}).status_code == 403
    )
    assert ask(jira, "PUT", path, json={"incoming": flags}).status_code == 500
    assert jira.links[wiki.server_id].outgoing == Flags()
    assert ask(jira, "PUT", path, json={"incoming": flags, "outgoing": flags}).status_code == 204


def test_incoming_oauth_needs_the_other_public_key(lab, ask):
    """409 when it can't be read, and the outgoing direction stays as it is."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    jira.link_by_hand(wiki)
    wiki.stop()
    flags = Flags.of("oauth").as_wire()
    answer = ask(
        jira, "PUT", f"{V3}/status/{wiki.server_id}/oauth", json={"incoming": flags, "outgoing": flags}
    )

    assert answer.status_code == 409
    assert jira.links[wiki.server_id].outgoing == Flags()


@pytest.mark.parametrize("name", ["user", "", "nobody-there", "sysadmin"])
def test_who_may_be_the_execute_as_user(lab, ask, name):
    """Anybody: REST looks neither whether the user exists nor whether it is a system administrator."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    jira.link_by_hand(wiki)
    path = f"{OAUTH}/applicationlink/{wiki.server_id}/authentication/consumer?autoConfigure=true"
    answer = ask(jira, "PUT", path, json={"twoLOAllowed": True, "executingTwoLOUser": name})

    assert answer.status_code == 201
    consumer = jira.links[wiki.server_id].consumer
    assert consumer is not None
    assert consumer.execute_as == (name or None)


def test_permission_to_delete_there_is_asked_over_the_link(lab, ask):
    """By code, always in a 200."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    link_both_ways(jira, wiki)
    path = f"/rest/applinks/1.0/permission/reciprocate-application-delete/{wiki.server_id}"

    assert ask(jira, "GET", path).json()["code"] == "NO_AUTHENTICATION"
    consumer = wiki.links[jira.server_id].consumer
    assert consumer is not None
    consumer.execute_as = "admin"
    assert ask(jira, "GET", path).json()["code"] == "ALLOWED"
    wiki.stop()
    assert ask(jira, "GET", path).json()["code"] == "NO_CONNECTION"


def test_the_page_shows_links_to_an_administrator(lab, ask):
    """Name, levels, execute-as user and state; a browser is asked to log in."""
    jira, wiki = lab.start("jira", name="<Tracker>"), lab.start("confluence", name="Docs & more")
    link_both_ways(jira, wiki)
    path = "/plugins/servlet/applinks/listApplicationLinks"
    page = ask(jira, "GET", path).text

    assert ask(jira, "GET", path, user="user").headers["WWW-Authenticate"].startswith("Basic")
    assert "&lt;Tracker&gt;" in page
    assert re.search("Docs &amp; more.*WORKING", page, re.S)


def test_the_command_line_refuses_what_the_lab_does_not_have():
    """By naming what it has."""
    with pytest.raises(SystemExit, match=r"no application 'jirra'.*confluence-cloud"):
        main(["jirra"])
