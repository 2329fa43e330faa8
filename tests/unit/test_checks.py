"""What a preview can know without asking an application, and how it says so."""

from typing import Any, get_args

import pytest
from pulumi.runtime import rpc

from pulumi_applinks import names, properties
from pulumi_applinks.checks import check
from pulumi_applinks.credentials import NamedCredentials
from pulumi_applinks.properties import parse

ENVIRONMENT = {
    "APPLINKS_JIRA_USERNAME": "admin",
    "APPLINKS_JIRA_PASSWORD": "planted-password",
    "APPLINKS_WIKI_TOKEN": "planted-token",
}


def declared(**changes: Any) -> dict[str, Any]:
    """The inputs of an ordinary link, with some of them changed."""
    inputs: dict[str, Any] = {
        "source": {"url": "https://jira.example.com", "credentials": "jira"},
        "target": {"url": "https://wiki.example.com", "credentials": "wiki"},
        "authentication": {"outgoing": {"level": "oauth"}, "incoming": {"level": "oauth"}},
        "two_way": True,
    }
    return {**inputs, **changes}


def findings(inputs: dict[str, Any]) -> dict[str, str]:
    """What is wrong, by property."""
    declaration, wrong = parse(inputs)
    if declaration is not None:
        wrong = check(declaration, NamedCredentials(ENVIRONMENT))
    return {finding.property: finding.reason for finding in wrong}


def test_an_ordinary_link_is_fine():
    """Two applications with credentials pass."""
    assert findings(declared()) == {}


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("jira.example.com", "absolute"),
        ("/jira", "absolute"),
        ("ftp://jira.example.com", "absolute"),
        ("https://admin:hunter2@jira.example.com", "password"),
        ("admin:hunter2@jira.example.com", "password"),
        ("https://admin:hunter2/x@jira.example.com", "password"),
        ("https://jira.example.com:hunter2", "absolute"),
        ("jira.example.com?token=hunter2", "absolute"),
        ("https://jira.example.com?token=hunter2", "query"),
        ("https://jira.example.com#top", "fragment"),
        ("https://jira.example.com:99999", "absolute"),
        ("", "absolute"),
    ],
)
def test_a_bad_url_is_refused_under_its_property(url, word):
    """A URL that is not the absolute base URL of an application is refused, and a password in it is never repeated."""
    found = findings(declared(source={"url": url, "credentials": "jira"}))

    assert list(found) == ["source.url"]
    assert word in found["source.url"]
    assert "hunter2" not in found["source.url"]


@pytest.mark.parametrize(
    "twin", ["https://jira.example.com/", "https://JIRA.example.com", "https://jira.example.com:443"]
)
def test_an_application_is_not_linked_with_itself(twin):
    """The same address twice is refused however it is written."""
    found = findings(declared(target={"url": twin, "credentials": "wiki"}))

    assert "itself" in found["target.url"]


def test_a_two_way_link_needs_an_administrator_of_the_target():
    """Without the target's credentials the finding says which ways out there are."""
    found = findings(declared(target={"url": "https://wiki.example.com"}))

    assert "two_way=False" in found["target.credentials"]
    assert 'manage="source"' in found["target.credentials"]


def test_a_name_without_credentials_says_which_variables_to_set():
    """An unknown name is reported with the environment variables and the configuration key."""
    found = findings(declared(source={"url": "https://jira.example.com", "credentials": "the-jira"}))

    assert "APPLINKS_THE_JIRA_PASSWORD" in found["source.credentials"]
    assert "applinks:credentials.the-jira" in found["source.credentials"]


def test_authentication_on_a_one_way_link_is_refused():
    """A one-way link has no authentication, and the finding says what to do."""
    found = findings(declared(two_way=False))

    assert "two_way=True" in found["authentication"]


def test_an_unknown_level_names_those_there_are():
    """A state or a program with a level of its own gets the list."""
    found = findings(declared(authentication={"outgoing": {"level": "oath"}, "incoming": {"level": "oauth"}}))

    assert "'oauth-impersonation'" in found["authentication.outgoing.level"]


def test_execute_as_goes_with_non_impersonating_alone():
    """Impersonating requests run as the person who is logged in, so a pre-configured user contradicts."""
    found = findings(
        declared(
            authentication={
                "outgoing": {"level": "oauth-impersonation", "execute_as": "bot"},
                "incoming": {"level": "none"},
            }
        )
    )

    assert "NonImpersonating" in found["authentication.outgoing"]


def test_what_is_unknown_in_a_preview_passes():
    """A URL or a credential that another resource will make is not judged yet."""
    source = {"url": rpc.UNKNOWN, "credentials": {"username": "admin", "password": rpc.UNKNOWN}}

    assert findings(declared(source=source)) == {}


def test_a_two_way_that_is_unknown_asks_for_nothing_that_it_may_not_need():
    """Neither credentials of the target nor another authentication; a link with none is decided on when it is known."""
    inputs = declared(two_way=rpc.UNKNOWN, target={"url": "https://wiki.example.com"})
    del inputs["authentication"]

    assert findings(inputs) == {}
    declaration, _ = parse(inputs)
    assert declaration is not None
    assert properties.as_stored(inputs, declaration)["authentication"] == rpc.UNKNOWN


@pytest.mark.parametrize(("two_way", "level"), [(True, "oauth"), (False, "none"), ("false", "none")])
def test_the_authentication_that_a_program_leaves_open(two_way, level):
    """OAuth on a two-way link and none on a one-way link; what is stored says so."""
    inputs = declared(two_way=two_way, target={"url": "https://wiki.example.com"}, manage="source")
    del inputs["authentication"]
    declaration, _ = parse(inputs)

    assert declaration is not None
    assert (declaration.sends("source").level, declaration.accepts("source").level) == (level, level)
    assert properties.as_stored(inputs, declaration)["authentication"] == {
        "outgoing": {"level": level},
        "incoming": {"level": level},
    }


@pytest.mark.parametrize("part", ["url", "rpc_url", "api_url"])
@pytest.mark.parametrize("blank", [" ", "\n", "\t", "\u00a0", "\u200b"])
def test_blanks_around_a_url_are_taken_away_and_inner_ones_refused(part, blank):
    """A trailing line break of a file is nobody's mistake; a blank inside an address is."""
    application = {"url": "https://jira.example.com", "credentials": "jira"}
    inner = findings(declared(source={**application, part: f"https://jira.example.com/a{blank}b"}))
    assert list(inner) == [f"source.{part}"]
    assert "correct it" in inner[f"source.{part}"]
    if blank.isspace():
        around = declared(source={**application, part: f"{blank}https://jira.example.com{blank}"})
        assert findings(around) == {}
        declaration, _ = parse(around)
        assert declaration is not None
        assert getattr(declaration.source, part) == "https://jira.example.com"


@pytest.mark.parametrize(
    ("called", "stored"),
    [
        ("bitbucket", "stash"),
        ("Fisheye", "fecru"),
        ("crucible ", "fecru"),
        ("stash", "stash"),
        ("jira", "jira"),
    ],
)
def test_a_type_has_the_name_that_people_use(called, stored):
    """A product's name, or the plugin's name for its type: the state has the plugin's."""
    inputs = declared(source={"url": "https://jira.example.com", "credentials": "jira", "kind": called})
    declaration, _ = parse(inputs)

    assert declaration is not None
    assert declaration.source.kind == stored
    assert properties.as_stored(inputs, declaration)["source"]["kind"] == stored


def test_every_type_that_a_program_can_name_is_understood():
    """And each that a state can have is one of them."""
    understood = {names.ALSO_CALLED.get(kind, kind) for kind in get_args(names.Kind)}

    assert understood == set(get_args(names.TypeId))


def test_an_empty_user_is_refused():
    """It is neither a user nor no user."""
    oauth = {"level": "oauth"}
    found = findings(declared(authentication={"outgoing": {**oauth, "execute_as": " "}, "incoming": oauth}))

    assert "NonImpersonating()" in found["authentication.outgoing.execute_as"]


@pytest.mark.parametrize("seconds", ["soon", float("nan"), float("inf"), -1])
@pytest.mark.parametrize("name", ["wait_for_target", "timeout_seconds"])
def test_a_time_is_a_number_of_seconds(name, seconds):
    """Finite, and not negative."""
    assert "seconds" in findings(declared(**{name: seconds}))[name]


def test_credentials_that_nobody_needs_are_not_looked_for():
    """The target's of a one-way link, or of a link whose other end somebody else makes."""
    none = {"level": "none"}
    one_way = declared(
        target={"url": "https://wiki.example.com", "credentials": "nobody-has-these"},
        authentication={"outgoing": none, "incoming": none},
        two_way=False,
    )

    assert findings(one_way) == {}
    assert findings({**one_way, "two_way": True, "manage": "source"}) == {}
    assert list(findings({**one_way, "two_way": True})) == ["target.credentials"]


def test_a_cloud_site_is_checked_before_anything_is_asked():
    """No tokens, no plain http, no shared user base, and no way to a private address."""
    found = findings(
        declared(
            source={"url": "http://acme.atlassian.net", "credentials": "wiki", "kind": "bamboo"},
            target={"url": "https://wiki.internal", "credentials": "wiki"},
            authentication={
                "outgoing": {"level": "oauth-impersonation"},
                "incoming": {"level": "oauth-impersonation"},
            },
        )
    )

    assert set(found) == {
        "source.url",
        "source.kind",
        "source.credentials",
        "authentication",
        "target.rpc_url",
    }
    assert "API token" in found["source.credentials"]


def test_every_finding_is_told_at_once():
    """Two mistakes are two findings, not one after the other."""
    found = findings(
        declared(source={"url": "https://jira.example.com"}, target={"url": "https://wiki.example.com"})
    )

    assert set(found) == {"source.credentials", "target.credentials"}


def test_no_finding_repeats_a_secret():
    """A password that stands where a name belongs, or next to a mistake, is not in what is shown."""
    given = {"username": "admin", "password": "planted-password", "tokn": "planted-token"}
    found = findings(declared(source={"url": "https://jira.example.com", "credentials": given}))

    assert found
    assert "planted" not in str(found)


@pytest.mark.parametrize(
    "name", ["Wiki\nof all", "Wiki\u00a0of all", "Wiki\u200b", "\u202eikiW", "\x1b[2JWiki"]
)
def test_a_name_that_can_not_be_shown_is_refused(name):
    """What an application answers is shown without such characters: the name would drift for ever."""
    found = findings(
        declared(target={"url": "https://wiki.example.com", "credentials": "wiki", "name": name})
    )

    assert list(found) == ["target.name"]
    assert all(reason.isprintable() for reason in found.values())
    fine = {"url": "https://wiki.example.com", "credentials": "wiki", "name": "Prüfung 試験 “x” & more"}
    assert findings(declared(target=fine)) == {}
