"""One pair in depth: each fault shows in the check that is about it."""

from __future__ import annotations

import json

import pytest

from pulumi_applinks.estate import Named
from pulumi_applinks.estate.examining import examine
from pulumi_applinks.lab.applications import Fault

KEY = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"


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


def consumer(pair):
    """What the Confluence keeps of the Jira's requests."""
    return pair["wiki"].links[pair["jira"].server_id].consumer


def faulty(name, path, **how):
    """A fault of an application."""
    return lambda pair: pair[name].faults.add(Fault("*", path, times=100, origin="client", **how))


def test_of_a_link_that_works_nothing_fails(pair):
    """Everything was looked at on both; nothing was changed. A summary for support says the same, without a secret."""
    diagnosis = examined(pair)
    names = {(one.name, one.application) for one in diagnosis.checks}
    alone = ("name", "proxy", "connection", "TLS", "manifest", "base URL", "login", "rights", "user")

    assert failed(diagnosis) == set()
    assert {name for name, application in names if application is None} == {
        "clocks",
        "versions",
        "link",
        "levels",
    }
    for application, other in (("jira", "wiki"), ("wiki", "jira")):
        both = (
            "basic authentication",
            "secure sessions",
            f"{other} as seen from there",
            f"the key of {other}",
        )
        assert {(name, application) for name in (*alone, *both)} <= names
    for application in pair.applications.values():
        assert application.requests.written() == []
        assert {
            one.path.split("/")[4] for one in application.requests.all("client") if one.method != "GET"
        } == {"relocateApplicationlink"}
    ticket, data = diagnosis.as_ticket(), diagnosis.as_json()
    assert "jira 9.12.0, applinks 9.1.4" in ticket
    assert "| login | wiki | passed |" in ticket
    assert json.loads(data)["ok"] is True
    secrets = [pair[name].users["sysadmin"].password for name in ("jira", "wiki")]
    assert not any(secret in ticket + data for secret in secrets)


@pytest.mark.parametrize(
    ("spoil", "check", "says"),
    [
        (lambda pair: pair["wiki"].stop(), "connection", "refuses connections"),
        # A page in the application's place.
        (faulty("wiki", "*", kind="html"), "manifest", ""),
        # A move that the application does not know about.
        (
            lambda pair: setattr(pair["wiki"], "base_url", "http://old.example.com/confluence"),
            "base URL",
            "has another base URL in its own administration. It is http://old.example.com/confluence.",
        ),
        # The words are those that the provider has for it.
        (
            lambda pair: pair.environment.update(APPLINKS_WIKI_PASSWORD="planted-and-wrong"),
            "login",
            "",
        ),
        (lambda pair: pair["wiki"].modes.add("basic_off"), "basic authentication", ""),
        # What reads a link's authentication asks for a further session.
        (
            faulty("wiki", "/rest/applinks-oauth/1.0/applicationlink/*", status=401),
            "secure sessions",
            "",
        ),
        # An application was restored from a copy.
        (
            lambda pair: setattr(consumer(pair), "public_key", KEY),
            "the key of jira",
            "outdated key of jira",
        ),
        (lambda pair: setattr(consumer(pair), "execute_as", "nobody"), "user", "has no user 'nobody'"),
        (
            lambda pair: setattr(consumer(pair), "execute_as", "sysadmin"),
            "user",
            "'sysadmin' is a system administrator",
        ),
    ],
)
def test_what_is_wrong_fails(pair, spoil, check, says):
    """In the check that is about it, with what to do; and not on the other application. No password is in it."""
    spoil(pair)
    diagnosis = examined(pair)

    assert (check, "wiki") in failed(diagnosis)
    assert (check.replace("jira", "wiki"), "jira") not in failed(diagnosis)
    assert any(says in words for _, words in outcomes(diagnosis, check))
    assert all(one.next for one in diagnosis.failed)
    assert "planted-and-wrong" not in diagnosis.as_json() + diagnosis.as_ticket()


def test_the_way_ends_where_it_ends(pair):
    """What comes after it is not reported as passed; what takes both is not possible."""
    pair["wiki"].stop()
    diagnosis = examined(pair)

    assert outcomes(diagnosis, "manifest") == []
    assert outcomes(diagnosis, "name")[0][0] == "passed"
    assert [outcome for outcome, _ in outcomes(diagnosis, "link", None)] == ["failed", "not-possible"]


def test_a_host_that_nobody_knows_and_a_certificate_that_nobody_trusts(pair):
    """The name is what fails, or TLS; over http nothing is said of that."""
    unknown = examined(pair, wiki=Named("wiki", "http://wiki.invalid", credentials="wiki"))
    assert {name for name, application in failed(unknown) if application == "wiki"} == {"name"}

    secure = pair.lab.start("confluence", tls="untrusted")
    diagnosis = examined(pair, wiki=Named("wiki", secure.url, credentials="wiki"))
    assert ("TLS", "wiki") in failed(diagnosis)
    assert outcomes(diagnosis, "TLS", "jira")[0][0] == "not-possible"


def test_clocks_that_differ(pair):
    """By how much, and whose is ahead."""
    pair["wiki"].verifier.skew = 400
    (clocks,) = [one for one in examined(pair).checks if one.name == "clocks"]

    assert clocks.outcome == "failed"
    assert clocks.words.startswith("the clock of wiki is ahead of the other one's by ")


def test_an_administrator_who_is_no_system_administrator(pair):
    """It is enough for most; what it is not enough for is reported."""
    admin = pair["wiki"].users["admin"]
    pair.environment |= {"APPLINKS_WIKI_USERNAME": admin.name, "APPLINKS_WIKI_PASSWORD": admin.password}
    ((outcome, words),) = outcomes(examined(pair), "rights")

    assert outcome == "passed"
    assert "not a system administrator's" in words


def test_an_application_that_the_other_one_does_not_reach(scene):
    """It is here that it answers; from there it does not."""
    jira, wiki = scene.start("jira", "jira"), scene.start("wiki", "confluence")
    jira.link_by_hand(wiki, url=scene.lab.closed_address())
    wiki.link_by_hand(jira)
    diagnosis = examined(scene)

    assert ("wiki as seen from there", "jira") in failed(diagnosis)
    assert ("jira as seen from there", "wiki") not in failed(diagnosis)


def test_one_end_is_examined_although_the_other_one_is_not_let_in(pair):
    """What its application sees and keeps is looked at anyway."""
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
