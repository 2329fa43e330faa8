"""One word for a link's state: a table."""

from typing import Any

import pytest

from pulumi_applinks.lifecycle.health import health
from pulumi_applinks.rest import Status
from tests.unit.lifecycle.tables import NEITHER, declared

LABELS: Any = {"source": "source (https://jira.example.com)", "target": "target (https://wiki.example.com)"}
WORKS = Status.model_validate({"working": True})


def says(kind: str) -> Status:
    """A status that is not well, by the application's own word for it."""
    return Status.model_validate({"working": False, "error": {"type": kind}})


MISMATCH = says("AUTH_LEVEL_MISMATCH")
REFUSED = says("CONNECTION_REFUSED")
NO_LINK_BACK = says("NO_REMOTE_APPLINK")
NEEDS_A_PERSON = says("REMOTE_AUTH_TOKEN_REQUIRED")
LEGACY = says("LEGACY_UPDATE")
OUTGOING: Any = {"outgoing": {"level": "oauth"}, "incoming": {"level": "none"}}


@pytest.mark.parametrize(
    ("inputs", "source", "target", "word", "broken"),
    [
        ({}, WORKS, WORKS, "working", False),
        ({}, WORKS, REFUSED, "not-working", True),
        ({}, REFUSED, WORKS, "not-working", True),
        ({}, MISMATCH, MISMATCH, "not-working", True),
        ({}, WORKS, None, "unknown", False),
        ({}, None, None, "unknown", False),
        ({}, WORKS, NEEDS_A_PERSON, "unknown", False),
        ({}, LEGACY, WORKS, "unknown", False),
        ({"authentication": OUTGOING}, WORKS, WORKS, "working", False),
        ({"authentication": OUTGOING}, WORKS, None, "working", False),
        ({"authentication": OUTGOING}, None, WORKS, "unknown", False),
        ({"authentication": NEITHER}, None, None, "no-authentication", False),
        ({"authentication": NEITHER, "two_way": False}, None, None, "one-way", False),
    ],
)
def test_what_two_statuses_say_together(
    inputs: dict[str, Any], source: Status | None, target: Status | None, word: str, broken: bool
):
    """`working` only of directions that were tried by the application that makes their requests."""
    found = health(declared(**inputs), LABELS, {"source": source, "target": target})
    assert (found.word, found.broken) == (word, broken)


@pytest.mark.parametrize(
    ("status", "word"),
    [(NO_LINK_BACK, "incomplete"), (MISMATCH, "incomplete"), (WORKS, "working"), (REFUSED, "not-working")],
)
def test_an_end_whose_other_end_is_another_programs(status: Status, word: str):
    """Ready is no fault; what works is said of the direction that was tried."""
    found = health(declared(manage="source"), LABELS, {"source": status})
    assert found.word == word
    if word == "working":
        assert "for the program of its own administrator to say" in found.detail


def test_the_worst_is_told_first():
    """Another application, then no answer, then a link that is gone."""
    statuses: Any = {"source": WORKS}
    gone: Any = ("target",)
    away: Any = {"target": "it refuses connections."}
    other: Any = {"target": "33333333-3333-4333-8333-333333333333"}
    assert health(declared(), LABELS, statuses, gone=gone).word == "incomplete"
    assert health(declared(), LABELS, statuses, gone=gone, unreachable=away).word == "unreachable"
    assert (
        "declare its new URL"
        in health(declared(), LABELS, statuses, unreachable=away, strangers=other).detail
    )


def test_what_was_not_tried_is_not_said_to_be_tried():
    """A relocation tries the end that was told; the other one's word is from the last time."""
    found = health(declared(), LABELS, {"source": WORKS}, untouched="target")
    assert found.word == "working"
    assert "Tried just now: requests that source" in found.detail
    assert "were answered when they were tried last" in found.detail
