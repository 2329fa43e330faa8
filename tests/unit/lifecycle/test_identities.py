"""Who answers, and what of that stands against a change: tables."""

from typing import Any

import pytest

from pulumi_applinks.lifecycle import Role
from pulumi_applinks.lifecycle.identities import identity_problems, not_up_yet, one_way_for_now
from pulumi_applinks.lifecycle.link import Recorded
from pulumi_applinks.rest import Manifest, url_derived_id
from tests.unit.lifecycle.tables import (
    JIRA_ID,
    NEITHER,
    OTHER_ID,
    URLS,
    WIKI_ID,
    declared,
    ends,
    failed,
    identity,
    manifest,
    recorded,
    same,
    surveyed,
)

NEW = Recorded()
MOVED: dict[str, Any] = {"moved": frozenset({"target"})}
ALONE: dict[str, Any] = {**MOVED, "identities": {"source": identity("source")}}
"""The target has moved since its link was made alone, and has never answered."""


@pytest.mark.parametrize(
    ("inputs", "managed", "failing", "expected"),
    [
        ({"on_unreachable_create": "one_way"}, (), "target", True),
        ({"on_unreachable_create": "one_way"}, ("source",), "target", True),
        ({"on_unreachable_create": "one_way"}, ("source", "target"), "target", False),
        ({"on_unreachable_create": "one_way"}, (), "source", False),
        ({}, (), "target", False),
        ({"on_unreachable_create": "one_way", "manage": "source"}, (), "target", False),
        (
            {"on_unreachable_create": "one_way", "two_way": False, "authentication": NEITHER},
            (),
            "target",
            False,
        ),
    ],
)
def test_a_link_that_is_one_way_for_now(inputs: dict[str, Any], managed: Any, failing: Role, expected: bool):
    """Only a target that was never there may come later, and only where the program says so."""
    survey = surveyed(failures={failing: failed(failing)}, known=Recorded(managed=managed))
    assert one_way_for_now(declared(**inputs), survey) is expected


@pytest.mark.parametrize(
    ("target", "known", "expected"),
    [
        ({}, NEW, None),
        ({"kind": "confluence"}, NEW, (url_derived_id(URLS["target"]), "confluence")),
        ({"kind": "confluence", "name": "Docs"}, NEW, (url_derived_id(URLS["target"]), "Docs")),
        (
            {"kind": "confluence", "rpc_url": "https://in.example"},
            NEW,
            (url_derived_id("https://in.example"), "confluence"),
        ),
        ({"kind": "confluence"}, Recorded(link_ids={"source": OTHER_ID}), (OTHER_ID, "confluence")),
    ],
)
def test_a_target_that_is_not_up_yet(target: dict[str, Any], known: Recorded, expected: Any):
    """It has the id that others compute for it, or the one that its link was made with."""
    found = not_up_yet(ends(declared(target={"url": URLS["target"], **target})), surveyed(known=known))
    assert (found and (found.server_id, found.name)) == expected
    assert found is None or (found.type_id, found.confirmed) == ("confluence", False)


def who(inputs: dict[str, Any], known: Recorded = NEW, **survey: Any) -> list[str]:
    """What stands against a change because of who answers."""
    return [
        told.flat for told in identity_problems(ends(declared(**inputs)), surveyed(**survey, known=known))
    ]


BOTH_ANSWER: dict[Role, Manifest] = {"source": manifest("source"), "target": manifest("target")}


@pytest.mark.parametrize(
    ("inputs", "said", "expected"),
    [
        ({}, {}, []),
        ({}, {"url": "HTTPS://WIKI.example.com:443/"}, []),
        (
            {},
            {"url": "https://old.example"},
            [
                "has another base URL in its own administration. It is https://old.example. If the application moved",
            ],
        ),
        ({"kind": "confluence"}, {}, []),
        (
            {"kind": "bamboo"},
            {},
            ["is declared as bamboo, but a confluence answers there. Correct target.kind or target.url"],
        ),
        ({}, {"applinks_version": "4.9"}, ["has applinks 4.9, whose REST interface can't set OAuth up"]),
        ({}, {"applinks_version": "5.0"}, []),
        ({}, {"applinks_version": None}, []),
        (
            {},
            {"id": JIRA_ID},
            [f"have the same server id. It is {JIRA_ID}: they are one application"],
        ),
    ],
)
def test_who_answers(inputs: dict[str, Any], said: dict[str, Any], expected: list[str]):
    """The target says this of itself."""
    target = {"url": URLS["target"], **inputs}
    found = who({"target": target}, manifests={**BOTH_ANSWER, "target": manifest("target", **said)})
    same(found, expected)
    assert all("target (https://wiki.example.com)" in sentence for sentence in found)


@pytest.mark.parametrize(
    "inputs",
    [{"authentication": NEITHER}, {"manage": "source"}, {"authentication": NEITHER, "two_way": False}],
)
def test_an_old_target_is_no_problem_where_nothing_is_set_on_it(inputs: dict[str, Any]):
    """Without authentication, or when another program makes that end."""
    old = manifest("target", applinks_version="4.9")
    assert who(inputs, manifests={**BOTH_ANSWER, "target": old}) == []


def test_another_application_answers():
    """Both server ids are told, and the ways out."""
    told = manifest("target", id=OTHER_ID)
    found = who({}, recorded(), manifests={**BOTH_ANSWER, "target": told}, strangers={"target": OTHER_ID})
    same(found, [f"Its server id is {OTHER_ID}, the link was made with {WIKI_ID}. Point target.url at"])


def test_one_application_alone_is_no_clone():
    """The same id twice takes two that answer."""
    assert who({"on_unreachable_create": "one_way"}, manifests={"source": manifest("source")}) == []


KIND = {"target": {"url": URLS["target"], "kind": "confluence"}}


@pytest.mark.parametrize(
    ("inputs", "known", "role", "expected"),
    [
        ({}, NEW, "target", ["is down. If it is only not up yet, set wait_for_target. To make the link on source"]),
        ({}, NEW, "source", ["is down. If it is only not up yet"]),
        ({"on_unreachable_create": "one_way"}, NEW, "target", ['is down. To link to it before it is up, give its type as target.kind']),
        ({"on_unreachable_create": "one_way", **KIND}, NEW, "target", []),
        ({"on_unreachable_create": "one_way", **KIND}, NEW, "source", ["is down. If it is only"]),
        ({"on_unreachable_create": "one_way", **KIND}, recorded(), "target", ["is down. If it is only"]),
        ({"on_unreachable_relocate": "relocate"}, recorded(**MOVED), "target", []),
        ({"on_unreachable_relocate": "relocate"}, recorded(**MOVED), "source", ["is down."]),
        ({"on_unreachable_relocate": "relocate"}, recorded(), "target", ["is down."]),
        ({"on_unreachable_relocate": "relocate"}, recorded(identities={}, **MOVED), "target", ["is down."]),
        ({}, recorded(**MOVED), "target", ['To relocate the link before it answers, set on_unreachable_relocate="relocate".']),
        ({}, recorded("source", **ALONE), "target", ['To relocate the link before it answers, set on_unreachable_relocate="relocate".']),
        ({"on_unreachable_relocate": "relocate", **KIND}, recorded("source", **ALONE), "target", []),
    ],
)  # fmt: skip
def test_an_application_that_does_not_answer(
    inputs: dict[str, Any], known: Recorded, role: Role, expected: list[str]
):
    """It is waited for, done without where the program says so, or told."""
    same(who(inputs, known, failures={role: failed(role)}), expected)


@pytest.mark.parametrize(("waited", "told"), [(2.04, "2 s"), (15.26, "15.3 s"), (1234.5, "1234.5 s")])
def test_how_long_an_application_was_waited_for(waited: float, told: str):
    """As it was measured, whatever the program allows."""
    found = who({"wait_for_target": 300.0}, failures={"target": failed("target")}, waited={"target": waited})
    same(found, [f"is down. It was waited for, {told}. To make the link on source"])


def test_what_does_not_pass_is_not_waited_for():
    """Nobody is told to wait for what waiting does not mend."""
    found = who({}, failures={"target": failed("target", may_pass=False)})
    assert found == ["target is down."]
