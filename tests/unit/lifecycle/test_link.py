"""Where an end and the program differ, and how drift is shown: tables."""

from typing import Any

import pytest

from pulumi_applinks.lifecycle import BOTH, LinkObservation, Role
from pulumi_applinks.lifecycle.link import desired_end, differences, drift
from tests.unit.lifecycle.tables import declared, identity, observed

AS_USER = {
    "outgoing": {"level": "oauth", "execute_as": "reader"},
    "incoming": {"level": "oauth", "execute_as": "bot"},
}


@pytest.mark.parametrize(
    ("inputs", "seen", "expected"),
    [
        ({}, {}, {}),
        ({}, {"name": "Old"}, {"name": ("Wiki", "Old")}),
        ({}, {"display_url": "https://WIKI.example.com:443/"}, {}),
        (
            {},
            {"display_url": "https://x.example"},
            {"display_url": ("https://wiki.example.com", "https://x.example")},
        ),
        (
            {},
            {"rpc_url": "https://x.example"},
            {"rpc_url": ("https://wiki.example.com", "https://x.example")},
        ),
        ({}, {"rpc_url": None}, {}),
        ({"primary": True}, {"primary": False}, {"primary": (True, False)}),
        ({"primary": False}, {"primary": True}, {}),
        ({"primary": None}, {"primary": False}, {}),
        ({}, {"outgoing": "none"}, {"outgoing": ("oauth", "none")}),
        ({}, {"incoming": "basic-access"}, {"incoming": ("oauth", "basic-access")}),
        ({}, {"execute_as": "eve"}, {"execute_as": (None, "eve")}),
        ({}, {"execute_as": "eve", "user_told": False}, {}),
        ({}, {"execute_as": "eve", "incoming": "none"}, {"incoming": ("oauth", "none")}),
        ({"authentication": AS_USER}, {}, {"execute_as": ("bot", None)}),
        ({"authentication": AS_USER}, {"execute_as": "bot"}, {}),
    ],
)
def test_differences_of_the_sources_end(inputs: dict[str, Any], seen: dict[str, Any], expected: object):
    """One row for each field, and for what is no difference."""
    desired = desired_end(declared(**inputs), "source", identity("target"))
    assert differences(desired, observed("source", **seen)) == expected


def found(
    declaration: Any, source: Any, target: Any, **acknowledged: tuple[str, ...]
) -> dict[str, dict[str, Any]]:
    """The drift of a link with these ends."""
    known = {key.replace("_", "."): value for key, value in acknowledged.items()}
    identities = {role: identity(role) for role in BOTH}
    links: dict[Role, LinkObservation | None] = {"source": source, "target": target}
    return drift(declaration, declaration.managed, identities, links, known)


def test_an_end_that_is_as_declared_has_not_drifted():
    """Nothing is said of it."""
    assert found(declared(), observed("source"), observed("target")) == {}


def test_gone_ends_are_shown_under_what_the_program_says():
    """The reverse link is `two_way`, the link itself has no input."""
    assert found(declared(), None, None) == {
        "two_way": {"declared": True, "observed": False, "on": "target"},
        "link": {"declared": "present", "observed": "gone", "on": "source"},
    }


def test_both_ends_that_say_the_same_are_one_entry():
    """A level that is off on both."""
    there = found(declared(), observed("source", outgoing="none"), observed("target", incoming="none"))
    key = "authentication.outgoing.level"
    assert there == {key: {"declared": "oauth", "observed": "none", "on": "both"}}


def test_both_ends_that_say_different_things_are_both_shown():
    """Not only the value of one of them."""
    there = found(
        declared(), observed("source", outgoing="none"), observed("target", incoming="oauth-impersonation")
    )
    shown = there["authentication.outgoing.level"]
    assert shown["on"] == "both"
    assert shown["observed"] == "none on source, oauth-impersonation on target"


@pytest.mark.parametrize(
    ("inputs", "known", "expected"),
    [
        ({}, (), ["x"]),
        ({}, ("x",), None),
        ({"on_duplicate": "remove", "on_legacy": "remove"}, ("x",), ["x"]),
    ],
)
@pytest.mark.parametrize("what", ["duplicates", "legacy"])
def test_what_is_not_the_programs_is_told_once(
    what: str, inputs: dict[str, Any], known: tuple[str, ...], expected: object
):
    """Reported until an `up` has reported it; always, where it will be removed."""
    there = found(
        declared(**inputs),
        observed("source", **{what: ("x",)}),
        observed("target"),
        **{f"{what}_source": known},
    )
    assert there.get(f"{what}.source", {}).get("observed") == expected
