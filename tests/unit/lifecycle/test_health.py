"""The sentences for the state of a link, and whether they are about a broken one: a table."""

from types import SimpleNamespace
from typing import Any

import pytest

from pulumi_applinks.lifecycle.health import Health, health
from tests.unit.lifecycle.tables import NEITHER, declared

LABELS: Any = {"source": "jira", "target": "wiki"}
OUTGOING = {"outgoing": {"level": "oauth"}, "incoming": {"level": "none"}}
INCOMING = {"outgoing": {"level": "none"}, "incoming": {"level": "oauth"}}


def says(reason: str | None = None, told: str = "it is so") -> Any:
    """What an application says after trying a link."""
    return SimpleNamespace(working=reason is None, reason=reason, told=told)


BOTH_WORK: Any = {"source": says(), "target": says()}
TRIED = "When they were last tried, requests that jira makes and requests that wiki makes over the link were answered."
ONE_TRIED = "When they were last tried, requests that jira makes over the link were answered."
SET_UP = "The link is set up; it is not known whether requests over it are answered: "
AWAY = (
    "points to http://copy: a copy, or the same application under another address. `pulumi up` relocates it to the address that the "
    "program declares; if that one is the copy's, correct the program."
)
MISSING = " The program of the administrator of wiki shows whether its requests are answered."


@pytest.mark.parametrize(
    ("inputs", "statuses", "more", "expected"),
    [
        ({}, BOTH_WORK, {}, Health("working", TRIED)),
        (
            {},
            {"source": says()},
            {"untouched": "target"},
            Health(
                "working",
                f"{ONE_TRIED} Those of wiki were answered when they were tried before; its end was not changed.",
            ),
        ),
        ({"manage": "source"}, {"source": says()}, {}, Health("working", ONE_TRIED + MISSING)),
        ({"authentication": OUTGOING}, BOTH_WORK, {}, Health("working", ONE_TRIED)),
        (
            {"authentication": OUTGOING},
            {"source": says()},
            {"untouched": "target"},
            Health("working", ONE_TRIED),
        ),
        (
            {},
            BOTH_WORK,
            {"strangers": {"source": "x", "target": "y"}},
            Health(
                "not-working",
                "another application (server id x) answers at jira; another application (server id y) "
                "answers at wiki. If the linked application moved, declare its new URL.",
                broken=True,
            ),
        ),
        (
            {},
            BOTH_WORK,
            {"unreachable": {"source": "Down.", "target": "Up."}},
            Health(
                "unreachable",
                "Down. Up. The recorded values of the two ends are from the last time they answered.",
                broken=True,
            ),
        ),
        (
            {},
            BOTH_WORK,
            {"gone": ("source", "target")},
            Health("incomplete", "the link on jira is gone; the link on wiki is gone.", broken=True),
        ),
        (
            {},
            BOTH_WORK,
            {"elsewhere": {"target": "http://copy"}},
            Health("elsewhere", f"the link on wiki {AWAY}", broken=True),
        ),
        (
            {},
            {"source": says("unreachable"), "target": says()},
            {"elsewhere": {"source": "http://gone"}},
            Health(
                "not-working",
                "jira says that it is so. Check that jira reaches https://wiki.example.com: name, firewall, proxy, and over https "
                "the certificate's authority in its truststore.",
                broken=True,
            ),
        ),
        (
            {"two_way": False, "authentication": NEITHER},
            {"source": says("no-link-back")},
            {"elsewhere": {"source": "http://copy"}},
            Health("elsewhere", f"the link on jira {AWAY}", broken=True),
        ),
        (
            {"two_way": False, "authentication": NEITHER},
            {},
            {},
            Health(
                "one-way",
                "jira can read what is public on wiki. To complete the link, set two_way=True with "
                "credentials of an administrator of the target, or let its administrator create a link "
                "back.",
            ),
        ),
        (
            {"authentication": NEITHER},
            BOTH_WORK,
            {},
            Health(
                "no-authentication",
                "Both links are there; requests over them are anonymous and see what is public.",
            ),
        ),
        (
            {"manage": "source"},
            {"source": says("no-link-back")},
            {},
            Health(
                "incomplete",
                "The end on jira is ready; the administrator of wiki must create the other end with the "
                "same authentication.",
            ),
        ),
        (
            {"manage": "source"},
            {"source": says("levels-differ")},
            {},
            Health(
                "incomplete",
                "The end on jira is ready; the administrator of wiki must create the other end with the "
                "same authentication.",
            ),
        ),
        (
            {"manage": "source"},
            {"source": says("disabled")},
            {},
            Health(
                "incomplete",
                "The end on jira is ready; the administrator of wiki must create the other end with the "
                "same authentication.",
            ),
        ),
        (
            {"manage": "source"},
            {"source": says("unknown")},
            {},
            Health("not-working", "jira says that it is so. Check the log of jira.", broken=True),
        ),
        (
            {},
            {"source": says("disabled", "one"), "target": says("unknown", "two")},
            {},
            Health(
                "not-working",
                "jira says that one; wiki says that two. Run `pulumi refresh` and `pulumi up`; if that does not help, check that "
                "jira reaches wiki at https://wiki.example.com. Check the log of wiki.",
                broken=True,
            ),
        ),
        (
            {},
            {"source": says("not-told", "nothing"), "target": None},
            {},
            Health(
                "unknown", f"{SET_UP}jira says that nothing; the applinks version of wiki does not report it."
            ),
        ),
        (
            {},
            {"source": says(), "target": says("legacy", "old")},
            {},
            Health("unknown", f"{SET_UP}wiki says that old."),
        ),
        (
            {"authentication": INCOMING, "manage": "source"},
            {"source": says()},
            {},
            Health(
                "unknown",
                "The link is set up; only wiki, which this program does not manage, makes requests over it.",
            ),
        ),
    ],
)
def test_the_sentence_of_a_state(inputs: dict[str, Any], statuses: Any, more: Any, expected: Health):
    """The word, the sentence, and whether it is broken."""
    assert health(declared(**inputs), LABELS, statuses, **more) == expected


@pytest.mark.parametrize(
    ("inputs", "source", "target", "word"),
    [
        ({}, says(), says("unreachable"), "not-working"),
        ({}, says(), None, "unknown"),
        ({}, None, None, "unknown"),
        ({"authentication": OUTGOING}, says(), None, "working"),
        ({"authentication": OUTGOING}, None, says(), "unknown"),
    ],
)
def test_what_two_statuses_say_together(inputs: dict[str, Any], source: Any, target: Any, word: str):
    """`working` only of directions that were tried by the application that makes their requests."""
    statuses: Any = {"source": source, "target": target}
    assert health(declared(**inputs), LABELS, statuses).word == word


def test_the_worst_is_said_first():
    """Another application, then no answer, then a link that is gone."""
    gone: Any = {"gone": ("target",)}
    away: Any = {**gone, "unreachable": {"target": "it refuses connections."}}
    other: Any = {**away, "strangers": {"target": "33333333-3333-4333-8333-333333333333"}}
    words = [health(declared(), LABELS, BOTH_WORK, **more).word for more in (gone, away, other)]
    assert words == ["incomplete", "unreachable", "not-working"]
