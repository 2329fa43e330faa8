"""From what is declared and what is there to the steps: tables."""

from typing import Any

import pytest

from pulumi_applinks.lifecycle.link import Recorded
from pulumi_applinks.lifecycle.plan import Plan, as_recorded, plan_change
from pulumi_applinks.lifecycle.steps import DeleteLink, EditLink, MakePrimary, Relocate
from pulumi_applinks.lifecycle.survey import EndSeen
from tests.unit.lifecycle.tables import (
    AS_BOT,
    IDS,
    IMPERSONATING,
    NEITHER,
    URLS,
    declared,
    ends,
    entry,
    observed,
    recorded,
    stands,
    surveyed,
)


def names(steps: Any) -> list[str]:
    """The kinds of steps, in order."""
    return [type(step).__name__ for step in steps]


def planned(*, source: EndSeen, target: EndSeen, known: Recorded | None = None, **inputs: Any) -> Plan:
    """What will be done, with these inputs."""
    both = ends(declared(**inputs))
    return plan_change(surveyed(both, source=source, target=target, known=known or recorded()))


def source_steps(seen: dict[str, Any], known: Recorded | None = None, **inputs: Any) -> list[Any]:
    """What is done on the source's end, which has this."""
    plan = planned(source=stands("source", **seen), target=stands("target"), known=known, **inputs)
    return [*plan.chains["source"], *plan.last]


def test_a_new_link_is_claimed_on_the_smaller_server_id_first():
    """Then both ends are made side by side, links before authentication."""
    plan = planned(source=EndSeen(), target=EndSeen(), known=Recorded())
    assert [(step.role, type(step).__name__) for step in plan.claim] == [("source", "MakeLink")]
    assert names(plan.chains["source"]) == ["SetAuthentication"]
    assert names(plan.chains["target"]) == ["MakeLink", "SetAuthentication"]
    assert {step.link_id for step in plan.chains["target"]} == {IDS["source"]}


@pytest.mark.parametrize(
    ("seen", "inputs", "expected"),
    [
        ({}, {}, []),
        ({"name": "Old"}, {}, ["EditLink"]),
        ({"display_url": "https://old.example"}, {}, ["EditLink"]),
        ({"rpc_url": "https://old.example"}, {}, ["Relocate", "EditLink"]),
        ({}, {"primary": True}, ["MakePrimary"]),
        ({"primary": True}, {"primary": True}, []),
        ({"outgoing": "none"}, {}, ["SetAuthentication"]),
        ({"outgoing": "trusted-applications"}, {}, ["SetAuthentication", "RemoveLegacy"]),
        ({}, {"authentication": AS_BOT}, ["SetExecuteAs"]),
        ({"execute_as": "bot"}, {"authentication": AS_BOT}, []),
        ({"execute_as": "eve"}, {}, ["SetExecuteAs"]),
        (
            {"execute_as": "bot", "outgoing": "none"},
            {"authentication": AS_BOT},
            ["SetAuthentication", "SetExecuteAs"],
        ),
        ({"user_told": False}, {}, ["SetExecuteAs"]),
        ({"execute_as": "bot"}, {"authentication": NEITHER}, ["SetAuthentication"]),
        (
            {"outgoing": "oauth-impersonation", "incoming": "oauth-impersonation"},
            {"authentication": IMPERSONATING},
            [],
        ),
        ({"duplicates": ("d",)}, {}, []),
        ({"duplicates": ("d",)}, {"on_duplicate": "remove"}, ["DeleteLink"]),
        ({"legacy": ("incoming trusted-applications",)}, {}, []),
        ({"legacy": ("incoming trusted-applications",)}, {"on_legacy": "remove"}, ["RemoveLegacy"]),
        ({"id": "provisional"}, {}, ["Upgrade"]),
        ({"id": "provisional", "name": "Old"}, {}, ["Upgrade", "EditLink"]),
    ],
)
def test_each_difference_is_a_step(seen: dict[str, Any], inputs: dict[str, Any], expected: list[str]):
    """And what is as declared is none."""
    steps = source_steps(seen, **inputs)
    assert names(steps) == expected
    where = {(step.role, "d" if isinstance(step, DeleteLink) else IDS["target"]) for step in steps}
    assert (
        {(step.role, step.link_id) for step in steps} == where <= {("source", "d"), ("source", IDS["target"])}
    )


def test_a_name_that_another_link_has_is_set_aside():
    """So that two links can swap their names in two runs."""
    other = entry("source", id="33333333-3333-4333-8333-333333333333", name="Docs")
    party = {"url": URLS["target"], "credentials": "wiki", "name": "Docs"}
    there = stands("source", other, name="Old")
    (edit,) = plan_change(
        surveyed(ends(declared(target=party)), source=there, target=stands("target"), known=recorded())
    ).chains["source"]
    assert isinstance(edit, EditLink)
    assert edit.name == "Docs - 2"


def test_taking_primary_back_gives_it_to_the_one_that_had_it():
    """The link that is primary in the list that was read."""
    first = entry("source", id="33333333-3333-4333-8333-333333333333", primary=True)
    plan = planned(source=stands("source", first), target=stands("target"), primary=True)
    (step,) = plan.chains["source"]
    assert isinstance(step, MakePrimary)
    assert step.previous == first.id


def test_a_link_that_becomes_one_way_loses_its_reverse_link():
    """With manage="source" it stays: another program has it from now on."""
    there: dict[str, Any] = {"source": stands("source"), "target": stands("target", id="mine")}
    (deletion,) = planned(**there, two_way=False, authentication=NEITHER).chains["target"]
    assert isinstance(deletion, DeleteLink)
    assert (deletion.link_id, deletion.before) == ("mine", observed("target", id="mine"))
    assert "target" not in planned(**there, manage="source").chains


@pytest.mark.parametrize(
    ("source", "target", "first"),
    [
        ({"outgoing": "oauth-impersonation", "incoming": "none"}, {"outgoing": "none"}, ["source"]),
        ({"outgoing": "none"}, {"outgoing": "oauth-impersonation", "incoming": "none"}, ["target"]),
        ({"outgoing": "oauth-impersonation"}, {"outgoing": "oauth-impersonation"}, []),
        ({"outgoing": "none"}, {"incoming": "none"}, []),
    ],
)
def test_the_end_that_alone_loses_authentication_goes_first(source, target, first):
    """It can be refused, and then the other end has gained nothing that would have to be undone."""
    plan = planned(source=stands("source", **source), target=stands("target", **target))

    assert [step.role for step in plan.claim] == first
    assert {role for role, chain in plan.chains.items() if chain} == {"source", "target"} - set(first)


MOVED: Any = {
    "source": {"url": URLS["source"], "credentials": "jira"},
    "target": {"url": "https://new.example", "credentials": "wiki"},
}


def test_a_relocation_is_a_plan_of_one_step():
    """On the end that is reported."""
    known = recorded(moved=frozenset({"target"}), only_moved=True)
    survey = as_recorded(surveyed(ends(declared(**MOVED)), known=known))
    assert survey is not None
    (step,) = plan_change(survey).steps
    assert isinstance(step, Relocate)
    assert (step.role, step.desired.rpc_url, step.without_contact) == ("source", "https://new.example", False)


@pytest.mark.parametrize(
    ("known", "inputs", "survey"),
    [
        ({"only_moved": False}, {}, {}),
        ({"moved": frozenset({"source", "target"})}, {}, {}),
        ({"working": False}, {}, {}),
        ({"links": {"source": observed("source")}}, {}, {}),
        ({}, {"authentication": NEITHER}, {}),
        ({}, {"manage": "source"}, {}),
        ({}, {}, {"strangers": {"source": "33333333-3333-4333-8333-333333333333"}}),
        ({}, {}, {"strangers": {"target": "33333333-3333-4333-8333-333333333333"}}),
        ({"identities": {}}, {}, {}),
        (
            {
                "links": {
                    "source": observed("source", rpc_url="https://new.example"),
                    "target": observed("target"),
                }
            },
            {},
            {},
        ),
    ],
)
def test_anything_more_than_a_relocation_goes_the_whole_way(
    known: dict[str, Any], inputs: dict[str, Any], survey: dict[str, Any]
):
    """No application is written to that was not identified, and no end that the state is not sure of."""
    state = recorded(**{"moved": frozenset({"target"}), "only_moved": True, **known})
    assert as_recorded(surveyed(ends(declared(**MOVED, **inputs)), **survey, known=state)) is None
