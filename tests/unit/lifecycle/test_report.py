"""What an operation reads back, and what it reports: tables, with clients that note what they are asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from pulumi_applinks.lifecycle import BOTH, Ends, LinkError, Role
from pulumi_applinks.lifecycle.plan import Plan
from pulumi_applinks.lifecycle.report import read_back, report, warn_of_the_rest
from pulumi_applinks.lifecycle.steps import EditLink, SetAuthentication, Step
from pulumi_applinks.lifecycle.survey import EndSeen
from pulumi_applinks.rest import Authentication, Deadline
from tests.unit.lifecycle.tables import (
    BOTH_OAUTH,
    IDS,
    NEITHER,
    WIKI_ID,
    clients,
    declared,
    desired,
    entry,
    failed,
    far,
    observed,
    recorded,
    stands,
    status,
    surveyed,
)
from tests.unit.rest.conftest import Clock

AS_EVE = {"outgoing": {"level": "oauth"}, "incoming": {"level": "oauth", "execute_as": "eve"}}


def ends(source: dict[str, Any] | None = None, **inputs: Any) -> Ends:
    """Both ends, that work and say all of it in their status."""
    found: dict[Role, dict[str, Any]] = {
        role: {"status": status(link=entry(role)), "authentication": BOTH_OAUTH} for role in BOTH
    }
    return clients(declared(**inputs), source={**found["source"], **(source or {})}, target=found["target"])


def changed(*roles: Role) -> Plan:
    """A plan that changes these ends."""
    chains: Mapping[Role, tuple[Step, ...]] = {
        role: (SetAuthentication(role, IDS[far(role)], desired(role), observed(role)),) for role in roles
    }
    return Plan((), chains)


def reads(both: Ends, role: Role) -> list[str]:
    """What an end was asked, in order."""
    client: Any = both[role].client
    return [one[0] for one in client.method_calls]


def test_an_end_that_was_not_changed_is_asked_for_its_status_alone():
    """What was read of it before stands; where it was tried before, and nothing was written, it is not asked once more."""
    both = ends()
    after = read_back(surveyed(both, source=stands("source"), target=stands("target")), changed())
    assert (reads(both, "source"), after.seen("source")) == (["status"], observed("source"))
    assert after.found["source"].status is both.source.client.links.status(WIKI_ID)
    both = ends()
    survey = surveyed(both, source=stands("source"), target=stands("target"))
    said = both.status("source", WIKI_ID)
    after = read_back(survey, changed())
    assert (reads(both, "source"), after.found["source"].status) == (["status"], said)
    client: Any = both.target.client
    client.writes = ("a write",)
    read_back(survey, changed())
    assert reads(both, "source") == ["status"] * 2


@pytest.mark.parametrize("remembered", [True, False])
def test_what_was_written_is_doubted_and_what_is_only_remembered_leads_to_a_look(
    passing: Clock, remembered: bool
):
    """An end that says something else is asked again, since a node may have to follow; once where both ends are looked at next."""
    both = ends({"status": status(local=None), "authentication": Authentication()})
    both = replace(both, deadline=Deadline(60))
    survey = replace(surveyed(both, source=EndSeen(), target=stands("target")), remembered=remembered)
    with pytest.raises(LinkError):
        read_back(survey, changed("source"))
    asked = reads(both, "source").count("status")
    assert (asked > 2, bool(passing.pauses)) == (not remembered, not remembered)
    assert asked == 1 + len(passing.pauses)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (status(link=entry("source")), ["status", "links"]),
        (status(link=entry("source", id="x")), ["status", "links"]),
        (status(link=entry("source", rpc_url=None)), ["status", "links"]),
        (status(), ["status", "links"]),
        (status(local=None, link=entry("source")), ["status", "links", "authentication"]),
        (status("legacy", link=entry("source")), ["status", "links", "authentication", "legacy"]),
        (None, ["status", "links", "authentication"]),
    ],
)
def test_an_end_that_was_changed(told: Any, expected: list[str]):
    """Its status says what it has where it can; else it is read."""
    both = ends({"status": told, "links": [entry("source", primary=True)]})
    survey = surveyed(both, source=EndSeen(), target=stands("target"))
    found = read_back(survey, changed("source")).found["source"]
    assert reads(both, "source") == expected
    assert (found.status, found.seen) == (told, observed("source", primary=True))


def test_after_a_relocation_alone_what_it_did_not_touch_is_as_it_was_recorded():
    """The user, the place and the duplicates."""
    kept = observed(
        "source", execute_as="eve", primary=True, duplicates=("d",), rpc_url="https://old.example"
    )
    both = ends(authentication=AS_EVE)
    survey = surveyed(both, source=EndSeen(seen=kept), target=stands("target"), known=recorded())
    after = read_back(replace(survey, remembered=True), changed("source"))
    assert (reads(both, "source"), reads(both, "target")) == (["status"], [])
    assert after.seen("source") == observed("source", execute_as="eve", primary=True, duplicates=("d",))
    done = report(after, ("target", "source"))
    assert (done.links["target"], done.health.word) == (observed("target"), "working")
    assert (
        "Those of target (https://wiki.example.com) were answered when they were tried before"
        in done.health.detail
    )


ACCEPTED = "source (https://jira.example.com) accepted"
NOT_AS_TOLD = "[applinks/not-as-told]"
PAGE = "https://jira.example.com/plugins/servlet/applinks/listApplicationLinks"
BOTH_LEVELS = "\n".join(
    (
        "2 reasons [applinks/several-reasons]",
        f"  - {ACCEPTED} outgoing 'oauth', but reports 'none' {NOT_AS_TOLD}",
        f"  - {ACCEPTED} incoming 'oauth', but reports 'none' {NOT_AS_TOLD}",
    )
)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"status": None, "links": []}, f"{ACCEPTED} the link, but does not list it {NOT_AS_TOLD}\n  Fix: Check {PAGE} for it."),
        ({"status": None, "links": [entry("source", name="Old")]}, f"{ACCEPTED} name 'Wiki', but reports 'Old' {NOT_AS_TOLD}"),
        ({"status": None, "authentication": Authentication()}, BOTH_LEVELS),
        ({"status": failed("source")}, "the current state of the link could not be read: source is down [applinks/connection-refused]"),
    ],
)  # fmt: skip
def test_an_end_that_says_something_else(answers: dict[str, Any], expected: str):
    """Each difference is reported."""
    survey = surveyed(ends(answers), source=EndSeen(), target=stands("target"))
    with pytest.raises(LinkError) as failure:
        read_back(survey, changed("source"))
    told = re.sub("\n    +", " ", str(failure.value))
    assert told == f"the link was changed, but is not as the program says: {expected}"


def test_a_name_that_was_given_for_now_is_no_difference():
    """Another link has the declared one; a message says so."""
    aside = "Wiki - 2"
    both = ends({"status": None, "links": [entry("source", name=aside)]})
    told: list[str] = []
    both = replace(both, notify=lambda one: told.append(one.flat))
    step = EditLink("source", WIKI_ID, desired("source"), observed("source"), aside)
    survey = surveyed(both, source=EndSeen(), target=stands("target"), known=recorded())
    warn_of_the_rest(read_back(survey, Plan((), {"source": (step,)})))
    assert [sentence.partition(".")[0] for sentence in told] == ["source (https://jira"]
    assert "another link named 'Wiki', so this one is named 'Wiki - 2' for now." in told[0]
    assert "give target another name with Application(name=...)." in told[0]


def test_the_report_of_a_change():
    """What is on each end, and that it works; what is not the program's to change is warned of."""
    told: list[str] = []
    both = clients(declared(), source={}, target={}, told=told)
    found: dict[Role, EndSeen] = {
        "target": EndSeen(seen=observed("target", duplicates=("d", "e")), status=status()),
        "source": EndSeen(
            seen=observed("source", legacy=("incoming basic-access", "outgoing basic-access")),
            status=status(),
        ),
    }
    survey = surveyed(both, source=found["source"], target=found["target"])
    done = report(survey, ("target", "source"))
    warn_of_the_rest(survey)
    assert dict(done.links) == {role: end.seen for role, end in found.items()}
    assert (done.health.word, dict(done.strangers)) == ("working", {})
    assert done.identities == survey.identities
    assert len(told) == 2
    assert told[0].startswith(
        "target (https://wiki.example.com) has other links to the address of source (https://jira.example.com). They are: d, e. This"
    )
    assert 'set on_duplicate="remove"' in told[0]
    assert told[1].startswith(
        "source (https://jira.example.com) has legacy authentication in addition to what is declared. It is: incoming basic-access, "
    )
    assert 'set on_legacy="remove"' in told[1]


def test_an_end_that_could_not_be_asked_is_the_programs_when_it_was_before():
    """As after a relocation without contact; what is recorded of it is from the last time."""
    there = EndSeen(seen=observed("source"), status=status())
    down: dict[Role, Any] = {"target": failed("target")}
    done = report(surveyed(source=there, failures=down), BOTH)
    assert (done.managed, done.health.word) == (BOTH, "unreachable")
    assert done.health.detail.startswith("target is down. The")
    one_way = surveyed(ends(two_way=False, authentication=NEITHER), source=there, failures=down)
    assert report(one_way, ("source",)).health.word == "one-way"


EMPTY = EndSeen()
TRIED: dict[Role, EndSeen] = {role: EndSeen(seen=observed(role), status=status()) for role in BOTH}
DOWN: dict[str, Any] = {"failures": {"target": failed("target")}}


@pytest.mark.parametrize(
    ("inputs", "managed", "read", "word"),
    [
        ({}, BOTH, TRIED, "working"),
        ({}, BOTH, {"source": TRIED["source"], "target": EMPTY}, "incomplete"),
        ({}, ("source",), {"source": TRIED["source"]}, "one-way"),
        ({}, ("source",), {"source": TRIED["source"], **DOWN}, "one-way"),
        ({}, BOTH, {"source": TRIED["source"], **DOWN}, "unreachable"),
        ({}, BOTH, {"source": EMPTY, **DOWN}, "unreachable"),
        ({}, BOTH, {"source": TRIED["source"], "strangers": {"target": "x"}}, "not-working"),
        ({"manage": "source"}, ("source",), {"source": TRIED["source"]}, "working"),
        ({"two_way": False, "authentication": NEITHER}, ("source",), {**DOWN, "source": TRIED["source"]}, "one-way"),
        ({"authentication": NEITHER}, BOTH, TRIED, "no-authentication"),
    ],
)  # fmt: skip
def test_the_report_of_a_refresh(inputs: dict[str, Any], managed: Any, read: dict[str, Any], word: str):
    """An end that was asked and has no link lost it; one that was not asked may have it."""
    survey = surveyed(ends(**inputs), **read)
    done = report(survey, managed)
    assert (done.health.word, done.managed, done.strangers) == (word, managed, survey.strangers)
    assert done.links == {role: end.seen for role, end in survey.found.items()}
    assert done.identities == survey.identities
