"""What a program says, as records, and what is wrong with it: tables."""

from typing import Any

import pytest

from pulumi_applinks.lifecycle.declaration import Direction, Malformed, declare, normalised, other
from tests.unit.lifecycle.tables import URLS, declared

OTHERS = ("https://rpc.example", "https://api.example")
SOURCE = {"url": URLS["source"]}
HAS_A_LOGIN = (
    "has a user or a password in it, which would end up in the state and in logs; give the URL without them, and the "
    "credentials by name"
)
UNKNOWN = "is not known: remove it, or correct its name"
NOBODY = "execute_as only works with NonImpersonating"
NOBODY_ELSE: dict[str, Any] = {"level": "oauth-impersonation", "execute_as": "x"}


def wrong(**inputs: Any) -> dict[str, str]:
    """What is wrong with inputs, by property."""
    with pytest.raises(Malformed) as refusal:
        declared(**inputs)
    found = {finding.property: finding.reason for finding in refusal.value.findings}
    assert str(refusal.value) == "; ".join(f"{path}: {reason}" for path, reason in found.items())
    return found


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("jira.example.com", "is not an absolute http or https URL, such as https://jira.example.com"),
        ("ftp://x.example", "is not an absolute http or https URL, such as https://jira.example.com"),
        ("https://", "is not an absolute http or https URL, such as https://jira.example.com"),
        ("https://x.example?y", "has a query or a fragment; give only the base URL"),
        ("https://x.example#y", "has a query or a fragment; give only the base URL"),
        ("https://x.example/?", "has a query or a fragment; give only the base URL"),
        ("https://x.example/#", "has a query or a fragment; give only the base URL"),
        ("https://x.example:0", "names port 0; give the port that the application listens on"),
        ("https://x.example:99999", "is not an absolute http or https URL, such as https://jira.example.com"),
        ("https://a:b@x.example", HAS_A_LOGIN),
    ],
)  # fmt: skip
@pytest.mark.parametrize("field", ["url", "rpc_url", "api_url"])
def test_a_url_that_can_not_be_used(field: str, url: str, reason: str):
    """Each with what to give instead; it is not quoted, for a password may be in it."""
    assert wrong(target={"url": URLS["target"], field: url}) == {f"target.{field}": reason}


def test_a_url_is_stored_without_its_last_slashes_and_blanks():
    """The usual ways to write it."""
    party = declared(target={"url": " http://wiki.example.com:8090/confluence// \n"}).target
    assert party.url == "http://wiki.example.com:8090/confluence"


NO_CREDENTIALS = {"source.credentials": "must be a text", "source.credentials.user": UNKNOWN}


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"two_way": "x"}, {"two_way": "must be True or False"}),
        ({"two_way": []}, {"two_way": "must be True or False"}),
        ({"source": "x"}, {"source": "must be an application: give it as Application(url, ...)"}),
        ({"source": {**SOURCE, "x": 1}}, {"source.x": UNKNOWN}),
        ({"x": 1}, {"x": UNKNOWN}),
        ({"timeout_seconds": "x"}, {"timeout_seconds": "must be a number of seconds"}),
        ({"timeout_seconds": []}, {"timeout_seconds": "must be a number of seconds"}),
        ({"timeout_seconds": float("inf")}, {"timeout_seconds": "must be a number of seconds"}),
        ({"timeout_seconds": 0}, {"timeout_seconds": "leaves no time: give more than 0 seconds"}),
        ({"wait_for_target": -1}, {"wait_for_target": "must be 0 or more seconds"}),
        ({"manage": "x"}, {"manage": "must be 'both' or 'source'"}),
        ({"source": {"url": 1}}, {"source.url": "must be a text"}),
        ({"source": {**SOURCE, "credentials": {"user": "x"}}}, NO_CREDENTIALS),
        ({"authentication": {"outgoing": NOBODY_ELSE}}, {"authentication.outgoing": NOBODY}),
        ({"authentication": {"outgoing": {"level": "none", "execute_as": "x"}}}, {"authentication.outgoing": NOBODY}),
        ({"two_way": "x", "manage": "y"}, {"two_way": "must be True or False", "manage": "must be 'both' or 'source'"}),
    ],
)  # fmt: skip
def test_what_is_wrong(inputs: dict[str, Any], expected: dict[str, str]):
    """Under its property, with what to do."""
    assert wrong(**inputs) == expected


def test_what_is_missing():
    """An end that is not given."""
    with pytest.raises(Malformed, match=r"^target: is not given$"):
        declare({"source": SOURCE})


@pytest.mark.parametrize(
    ("two_way", "unknown", "levels"),
    [
        (True, frozenset[str](), ("oauth", "oauth")),
        (False, frozenset[str](), ("none", "none")),
        (True, frozenset({"authentication"}), (None, None)),
        (True, frozenset({"two_way"}), (None, None)),
        (True, frozenset({"target.url"}), ("oauth", "oauth")),
    ],
)
def test_authentication_that_is_left_open(two_way: bool, unknown: frozenset[str], levels: Any):
    """It goes by whether the target links back, where that is known."""
    found = declare({"source": SOURCE, "target": SOURCE, "two_way": two_way}, unknown).authentication
    assert (found.outgoing.level, found.incoming.level) == levels


def test_the_addresses_of_an_application():
    """Where it is seen, called and reached."""
    bare = declared().target
    assert (bare.display_url, bare.called_at, bare.reached_at) == (URLS["target"],) * 3
    full = declared(target={"url": URLS["target"], "rpc_url": OTHERS[0], "api_url": OTHERS[1]}).target
    assert (full.display_url, full.called_at, full.reached_at) == (URLS["target"], *OTHERS)
    with pytest.raises(LookupError, match=r"^the URL is not known in this preview$"):
        _ = declared(target={}).target.display_url


@pytest.mark.parametrize(
    ("application", "expected"),
    [
        ({"url": "https://x.atlassian.net"}, True),
        ({"url": "https://atlassian.net"}, True),
        ({"url": "https://x.jira.com"}, True),
        ({"url": "https://xatlassian.net"}, False),
        ({"url": "https://x.example"}, False),
        ({}, False),
        ({"url": "https://x.example", "cloud": True}, True),
        ({"url": "https://x.atlassian.net", "cloud": False}, False),
    ],
)
def test_a_cloud_site(application: dict[str, Any], expected: bool):
    """By its address, unless the program says."""
    assert declared(target=application).target.is_cloud is expected


LEVELS: dict[str, Any] = {
    "outgoing": {"level": "oauth", "execute_as": "out"},
    "incoming": {"level": "oauth-impersonation"},
}


def test_both_directions_as_each_end_sees_them():
    """What the source sends, the target accepts."""
    found = declared(authentication=LEVELS)
    outgoing, incoming = found.authentication.outgoing, found.authentication.incoming
    assert (outgoing.execute_as, incoming.level) == ("out", "oauth-impersonation")
    assert [found.sends(role) for role in ("source", "target")] == [outgoing, incoming]
    assert [found.accepts(role) for role in ("source", "target")] == [incoming, outgoing]
    assert (found.party("source"), found.party("target")) == (found.source, found.target)
    assert (other("source"), other("target")) == ("target", "source")
    assert Direction().as_level.value == "none"
    assert incoming.as_level.value == "oauth-impersonation"


@pytest.mark.parametrize(
    ("outgoing", "incoming", "any_", "impersonating"),
    [
        ("none", "none", False, False),
        ("oauth", "none", True, False),
        ("none", "oauth", True, False),
        ("oauth-impersonation", "none", True, True),
        ("none", "oauth-impersonation", True, True),
        (None, None, False, False),
    ],
)
def test_whether_anything_is_authenticated(
    outgoing: str | None, incoming: str | None, any_: bool, impersonating: bool
):
    """In either direction."""
    levels = {"outgoing": {"level": outgoing}, "incoming": {"level": incoming}}
    found = declare({"source": SOURCE, "target": SOURCE, "authentication": levels}, frozenset({"two_way"}))
    assert (found.authentication.any, found.authentication.impersonating) == (any_, impersonating)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({}, ("target", "source")),
        ({"manage": "source"}, ("source",)),
        ({"two_way": False, "authentication": None}, ("source",)),
    ],
)
def test_the_ends_that_a_program_makes(inputs: dict[str, Any], expected: tuple[str, ...]):
    """The remote one first."""
    known = {key: value for key, value in inputs.items() if value is not None}
    assert declare({"source": SOURCE, "target": SOURCE, **known}).managed == expected


def test_inputs_as_they_are_stored():
    """Blanks at an end of a text go, and types have the plugin's names; what is not known stays as it is."""
    given = {
        "source": {"url": " x\n", "kind": "Bitbucket", "cloud": True},
        "target": "unknown",
        "primary": " x ",
    }
    assert normalised(given) == {
        "source": {"url": "x", "kind": "stash", "cloud": True},
        "target": "unknown",
        "primary": " x ",
    }
    assert normalised({"target": {"kind": "JIRA"}, "source": {"kind": None}}) == {
        "target": {"kind": "jira"},
        "source": {"kind": None},
    }
