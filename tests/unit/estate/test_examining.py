"""One pair in depth: each fault shows in the check that is about it."""

from __future__ import annotations

import json

import pytest

from pulumi_applinks.estate import Named
from pulumi_applinks.estate.examining import examine
from pulumi_applinks.lab.applications import Fault


def examined(pair, **changes):
    """What the examination of the two found."""
    jira, wiki = pair.named("jira", "wiki")
    return examine(jira, changes.get("wiki", wiki), pair.credentials)


def outcomes(diagnosis, name, application="wiki"):
    """How a check of an application ended, and in what words."""
    return [
        (one.outcome, one.words)
        for one in diagnosis.checks
        if (one.name, one.application) == (name, application)
    ]


def failed(diagnosis):
    """What failed: the check, and whose."""
    return {(one.name, one.application) for one in diagnosis.failed}


def test_of_a_link_that_works_nothing_fails(pair):
    """Everything was looked at on both; nothing was changed."""
    diagnosis = examined(pair)
    names = {(one.name, one.application) for one in diagnosis.checks}

    assert failed(diagnosis) == set()
    for application, other in (("jira", "wiki"), ("wiki", "jira")):
        for name in (
            "name",
            "proxy",
            "connection",
            "TLS",
            "manifest",
            "base URL",
            "login",
            "rights",
            "basic authentication",
            "secure sessions",
            f"{other} as seen from there",
            f"the key of {other}",
            "user",
        ):
            assert (name, application) in names
    assert {name for name, application in names if application is None} == {
        "clocks",
        "versions",
        "link",
        "levels",
    }
    for application in pair.applications.values():
        assert application.requests.written() == []
        assert {
            one.path.split("/")[4] for one in application.requests.all("client") if one.method != "GET"
        } == {"relocateApplicationlink"}


def test_what_fails_says_what_to_do(pair):
    """Each of them."""
    pair["wiki"].links.remove(pair["jira"].server_id)
    pair["wiki"].verifier.skew = 900
    diagnosis = examined(pair)

    assert diagnosis.failed
    assert all(one.next for one in diagnosis.failed)


def test_an_application_that_is_not_there(pair):
    """The way ends where it ends; what comes after it is not told as passed."""
    pair["wiki"].stop()
    diagnosis = examined(pair)

    assert failed(diagnosis) >= {("connection", "wiki")}
    assert outcomes(diagnosis, "manifest") == []
    assert outcomes(diagnosis, "name")[0][0] == "passed"
    assert [outcome for outcome, _ in outcomes(diagnosis, "link", None)] == ["failed", "not-possible"]


def test_a_host_that_nobody_knows(pair):
    """The name is what fails."""
    diagnosis = examined(pair, wiki=Named("wiki", "http://wiki.invalid", credentials="wiki"))

    assert {name for name, application in failed(diagnosis) if application == "wiki"} == {"name"}


def test_a_certificate_that_is_not_trusted(pair, monkeypatch):
    """TLS is what fails; over http nothing is said of it."""
    secure = pair.lab.start("confluence", tls="untrusted")
    diagnosis = examined(pair, wiki=Named("wiki", secure.url, credentials="wiki"))

    assert ("TLS", "wiki") in failed(diagnosis)
    assert outcomes(diagnosis, "TLS", "jira")[0][0] == "not-possible"


def test_a_page_in_the_applications_place(pair):
    """The manifest is what fails."""
    pair["wiki"].faults.add(Fault("*", "*", kind="html", times=100, origin="client"))

    assert ("manifest", "wiki") in failed(examined(pair))


def test_a_base_url_that_is_another_one(pair):
    """As after a move of which nobody told the application."""
    pair["wiki"].base_url = "http://old.example.com/confluence"
    diagnosis = examined(pair)

    assert ("base URL", "wiki") in failed(diagnosis)
    assert "http://old.example.com/confluence" in outcomes(diagnosis, "base URL")[0][1]


def test_clocks_that_differ(pair):
    """By how much, and whose is ahead."""
    pair["wiki"].verifier.skew = 400
    (clocks,) = [one for one in examined(pair).checks if one.name == "clocks"]

    assert clocks.outcome == "failed"
    assert clocks.words.startswith("the clock of wiki is ahead of the other one's by ")


def test_a_login_that_is_refused(pair):
    """The words are the ones that the provider has for it; the password is not among them."""
    pair.environment["APPLINKS_WIKI_PASSWORD"] = "planted-and-wrong"
    diagnosis = examined(pair)

    assert ("login", "wiki") in failed(diagnosis)
    assert "planted-and-wrong" not in diagnosis.as_json() + diagnosis.as_ticket()


def test_an_administrator_who_is_no_system_administrator(pair):
    """It is enough for most; what it is not enough for is told."""
    admin = pair["wiki"].users["admin"]
    pair.environment |= {"APPLINKS_WIKI_USERNAME": admin.name, "APPLINKS_WIKI_PASSWORD": admin.password}
    ((outcome, words),) = outcomes(examined(pair), "rights")

    assert outcome == "passed"
    assert "no system administrator's" in words


def test_basic_authentication_that_is_off(pair):
    """As newer products have it."""
    pair["wiki"].modes.add("basic_off")
    diagnosis = examined(pair)

    assert ("basic authentication", "wiki") in failed(diagnosis)


def test_secure_sessions_that_a_token_does_not_pass(scene):
    """What reads a link's authentication asks for one."""
    scene.start("jira", "jira", generation="9")
    scene.start("wiki", "confluence")
    scene.link("jira", "wiki")
    jira = scene["jira"]
    jira.faults.add(
        Fault(
            "GET",
            "/rest/applinks-oauth/1.0/applicationlink/*",
            kind="status",
            status=401,
            times=9,
            origin="client",
        )
    )
    diagnosis = examined(scene)

    assert ("secure sessions", "jira") in failed(diagnosis)


def test_a_key_that_is_another_one(pair):
    """As after a restore of an application from a copy."""
    pair["wiki"].links[
        pair["jira"].server_id
    ].consumer.public_key = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"
    diagnosis = examined(pair)

    assert ("the key of jira", "wiki") in failed(diagnosis)
    assert ("the key of wiki", "jira") not in failed(diagnosis)


@pytest.mark.parametrize("user", ["nobody", "sysadmin"])
def test_a_user_that_requests_should_not_run_as(pair, user):
    """One that does not exist, and one who may do everything."""
    pair["wiki"].links[pair["jira"].server_id].consumer.execute_as = user
    diagnosis = examined(pair)

    assert ("user", "wiki") in failed(diagnosis)
    assert user in outcomes(diagnosis, "user")[0][1]


def test_an_application_that_the_other_one_does_not_reach(scene):
    """It is here that it answers; from there it does not."""
    jira, wiki = scene.start("jira", "jira"), scene.start("wiki", "confluence")
    jira.link_by_hand(wiki, url=scene.lab.closed_address())
    wiki.link_by_hand(jira)
    diagnosis = examined(scene)

    assert ("wiki as seen from there", "jira") in failed(diagnosis)
    assert ("jira as seen from there", "wiki") not in failed(diagnosis)


def test_one_end_is_examined_although_the_other_one_is_not_let_in(pair):
    """What its application sees and keeps is looked at all the same."""
    pair["wiki"].modes.add("basic_off")
    diagnosis = examined(pair)

    assert outcomes(diagnosis, "wiki as seen from there", "jira")[0][0] == "passed"
    assert outcomes(diagnosis, "the key of wiki", "jira")[0][0] == "passed"
    assert outcomes(diagnosis, "jira as seen from there")[0][0] == "not-possible"
    assert outcomes(diagnosis, "link", None)[0][0] == "not-possible"


def test_two_that_have_no_link(scene):
    """That is what fails."""
    scene.start("jira", "jira")
    scene.start("wiki", "confluence")

    assert failed(examined(scene)) == {("link", None)}


def test_what_is_told_to_support(pair):
    """Versions, the link, each check; as JSON it says whether all is well."""
    diagnosis = examined(pair)
    ticket = diagnosis.as_ticket()
    secrets = [pair["jira"].users["sysadmin"].password, pair["wiki"].users["sysadmin"].password]

    assert "jira 9.12.0, applinks 9.1.4" in ticket
    assert "| login | wiki | passed |" in ticket
    assert json.loads(diagnosis.as_json())["ok"] is True
    assert not any(secret in ticket + diagnosis.as_json() for secret in secrets)
