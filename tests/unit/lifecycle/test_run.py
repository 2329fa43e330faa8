"""Carrying a plan out, and taking it back: what is said is what was done. With clients that note what they are asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from pulumi_applinks.lifecycle import Ends, LinkError, Role
from pulumi_applinks.lifecycle.plan import Plan
from pulumi_applinks.lifecycle.run import Run, Undone
from pulumi_applinks.lifecycle.steps import (
    DeleteLink,
    EditLink,
    MakeLink,
    MakePrimary,
    RemoveLegacy,
    SetAuthentication,
    Step,
)
from pulumi_applinks.lifecycle.survey import EndSeen
from pulumi_applinks.rest import Authentication, Deadline, Level, Refused
from tests.unit.lifecycle.linked import raising
from tests.unit.lifecycle.tables import (
    IDS,
    JIRA_ID,
    WIKI_ID,
    asked,
    clients,
    declared,
    desired,
    entry,
    failed,
    far,
    observed,
    stands,
)
from tests.words import flat

NOTHING = "Nothing was changed on either application."
ON_SOURCE = "What this run had changed before was undone on source (https://jira.example.com): it was read again, and is as before."
PRIMARY_ID = "33333333-3333-4333-8333-333333333333"


def make(role: Role) -> MakeLink:
    """The step that makes an end's link."""
    return MakeLink(role, IDS[far(role)], desired(role))


def levels(role: Role) -> SetAuthentication:
    """The step that sets an end's levels."""
    return SetAuthentication(role, IDS[far(role)], desired(role), observed(role, outgoing="none"))


def told_levels(execute_as: str | None = None) -> Authentication:
    """What an application says of an end as it is declared."""
    return Authentication(incoming=Level.OAUTH, outgoing=Level.OAUTH, execute_as=execute_as)


def ends(source: dict[str, Any] | None = None, target: dict[str, Any] | None = None) -> Ends:
    """Both ends; what their clients are asked to write counts as written."""
    usual = {"links": [], "authentication": told_levels()}
    return clients(declared(), source={**usual, **(source or {})}, target={**usual, **(target or {})})


def writing(both: Ends, role: Role, answer: Any = None) -> Any:
    """A method of a client that changes something."""

    def write(*_arguments: Any, **_named: Any) -> Any:
        client: Any = both[role].client
        client.writes = (*client.writes, "a write")
        if isinstance(answer, Exception):
            raise answer
        return answer

    return write


def counting(both: Ends, role: Role, **answers: Any) -> None:
    """Let these methods change something."""
    for name, answer in answers.items():
        getattr(both[role].client, name).side_effect = writing(both, role, answer)


def plan(*claim: Step, **chains: tuple[Step, ...]) -> Plan:
    """A plan of these steps."""
    by_role: Any = chains
    return Plan(claim, by_role)


EMPTY: dict[Role, EndSeen] = {"source": EndSeen(), "target": EndSeen()}


def test_a_claim_that_fails_ends_the_run():
    """Nothing else is done; the error says what, where and why."""
    both = ends({"put_link": failed("source")})
    run = Run(both)
    with pytest.raises(LinkError) as failure:
        run.do(plan(make("source"), target=(make("target"),)), EMPTY)
    assert str(failure.value) == "creating the link failed: source is down [applinks/connection-refused]"
    assert [str(cause) for cause in failure.value.causes] == ["source is down [applinks/connection-refused]"]
    assert asked(both, "target") == []
    assert run.undo() == Undone((), NOTHING)


def test_a_step_that_fails_ends_its_chain():
    """And both failures are reported, each on its line."""
    begun = threading.Barrier(2)

    def failing(role: Role) -> Callable[..., None]:
        def fail(*_arguments: Any, **_named: Any) -> None:
            begun.wait(10)  # one that has failed keeps the other one from beginning
            raise failed(role)

        return fail

    both = ends({"put_link": failing("source")}, {"make_primary": failing("target")})
    with pytest.raises(LinkError) as failure:
        Run(both).do(
            plan(
                source=(make("source"), levels("source")),
                target=(MakePrimary("target", JIRA_ID), levels("target")),
            ),
            EMPTY,
        )
    lines = str(failure.value).splitlines()
    assert any(
        "creating the link failed: source is down [applinks/connection-refused]" in line for line in lines
    )
    assert asked(both, "source", "set_oauth") == asked(both, "target", "set_oauth") == []


def test_what_somebody_else_made_is_not_taken_back():
    """It is theirs; everything else is as it was."""
    both = ends()
    counting(both, "source", put_link="updated")
    run = Run(both)
    with pytest.raises(LinkError, match="somebody else"):
        run.do(plan(make("source")), EMPTY)
    assert run.undo() == Undone((), "Everything else is as it was before this run.")
    assert asked(both, "source", "delete_link") == []


WITHOUT_LEVELS: dict[Role, EndSeen] = {"source": stands("source", outgoing="none")}


@pytest.mark.parametrize(
    ("step", "before", "state", "verify"),
    [
        (make("source"), EMPTY, "it is still there", "delete that link if it is there"),
        (
            levels("source"),
            WITHOUT_LEVELS,
            "outgoing was 'none' and is 'oauth'",
            "look at that link: setting authentication (outgoing oauth, incoming oauth) could not be undone",
        ),
    ],
)
def test_what_can_not_be_taken_back_is_told(step: Step, before: Any, state: str, verify: str):
    """With the link, what is there, the reason and what its administrator has to check."""
    both = ends({"links": [entry("source")]})
    counting(both, "source", put_link="created", set_oauth=None)
    run = Run(both)
    run.do(plan(step), before)
    for name in ("delete_link", "set_oauth"):
        getattr(both.source.client, name).side_effect = failed("source")
    undone = run.undo()
    assert undone.told == "Everything else that this run did was undone; fix the above."
    assert [(one.end.role, one.link_id, one.state, flat(one.why), one.verify) for one in undone.left] == [
        (
            "source",
            WIKI_ID,
            f"is not as it was: {state}",
            "source is down [applinks/connection-refused]",
            verify,
        )
    ]


@pytest.mark.parametrize("name", ["delete_link", "set_oauth"])
@pytest.mark.parametrize("step", [make("source"), levels("source")])
def test_what_is_as_before_is_not_told_as_left(step: Step, name: str):
    """Also where a request that takes something back was refused: what is there is what counts."""
    there = [] if isinstance(step, MakeLink) else [entry("source")]
    told = Authentication(incoming=Level.OAUTH)
    both = ends({"links": there, "authentication": told})
    counting(both, "source", put_link="created", set_oauth=None)
    run = Run(both)
    run.do(plan(step), EMPTY if isinstance(step, MakeLink) else WITHOUT_LEVELS)
    getattr(both.source.client, name).side_effect = failed("source")
    assert run.undo() == Undone((), ON_SOURCE)


def test_what_several_steps_changed_is_told_once_for_each_link():
    """The link that was made, and the one that lost the primary place to it."""
    both = ends({"links": [entry("source")], "link": entry("source", id=PRIMARY_ID)})
    counting(both, "source", put_link="created", set_oauth=None, make_primary=None)
    run = Run(both)
    run.do(plan(make("source"), levels("source"), MakePrimary("source", WIKI_ID, PRIMARY_ID)), EMPTY)
    for name in ("delete_link", "set_oauth", "make_primary"):
        getattr(both.source.client, name).side_effect = failed("source")
    assert [(one.link_id, one.verify) for one in run.undo().left] == [
        (WIKI_ID, "delete that link if it is there"),
        (PRIMARY_ID, "make that link primary again if it is not"),
    ]


@pytest.mark.parametrize(
    ("step", "links", "state"),
    [
        (DeleteLink("source", PRIMARY_ID), [entry("source")], "is not as it was: it is gone"),
        (
            RemoveLegacy("source", WIKI_ID, desired("source"), observed("source"), asked=True),
            [entry("source")],
            "might have changed",
        ),
    ],
)
def test_what_nothing_takes_back_is_told(step: Step, links: list[Any], state: str):
    """A duplicate that was deleted, and legacy authentication."""
    both = ends({"links": links, "authentication": told_levels()})
    counting(both, "source", delete_link="deleted", migrate=True)
    run = Run(both)
    run.do(plan(step), {"source": stands("source", entry("source", id=PRIMARY_ID))})
    assert [(one.link_id, one.state) for one in run.undo().left] == [(step.link_id, state)]


AWAY = "https://x.example"
ANOTHER = entry("source", name="Old", id=PRIMARY_ID, rpc_url=AWAY, display_url=AWAY)
BEFORE: dict[Role, EndSeen] = {"source": stands("source", name="Old", execute_as="eve")}


@pytest.mark.parametrize(
    ("now", "why"),
    [
        ([entry("source", name="Old")], None),
        ([ANOTHER, entry("source", name="Old")], None),
        ([], "it is gone"),
        ([entry("source")], "name was 'Old' and is 'Wiki'"),
        ([entry("source", primary=True)], "name was 'Old' and is 'Wiki', primary was False and is True"),
    ],
)  # fmt: skip
def test_an_end_that_was_there_is_compared_with_what_it_was(now: list[Any], why: str | None):
    """Name, addresses, levels, user and primary: what differs is reported."""
    told = told_levels("eve")
    both = ends({"links": now, "link": entry("source"), "authentication": told})
    counting(both, "source", edit_link=None)
    run = Run(both)
    step = EditLink("source", WIKI_ID, desired("source"), observed("source", name="Old"), "New")
    run.do(plan(step), BEFORE)
    run.do(plan(), EMPTY)  # what stood there when the first plan began is what counts
    undone = run.undo()
    assert [(one.link_id, one.state, one.why, one.verify) for one in undone.left] == (
        [(WIKI_ID, f"is not as it was: {why}", None, "compare that link with what it was")] if why else []
    )
    assert (undone.told == ON_SOURCE) is (why is None)


def test_an_end_that_can_not_be_read_again():
    """Then nobody says that it is as before."""
    both = ends({"links": failed("source")})
    counting(both, "source", put_link="created")
    run = Run(both)
    run.do(plan(make("source")), EMPTY)
    assert [(one.link_id, flat(one.why)) for one in run.undo().left] == [
        (WIKI_ID, "source is down [applinks/connection-refused]")
    ]


@pytest.mark.parametrize("refused", [True, False])
def test_the_look_after_an_undo_has_time_of_its_own(refused: bool, monkeypatch: pytest.MonkeyPatch):
    """Whatever the operation and the steps have used up: an end that can't be read for want of time would be reported as left."""
    monkeypatch.setattr("pulumi_applinks.lifecycle.run.GRACE_SECONDS", 20.0)
    answer: Any = raising(Refused, "no") if refused else "created"
    both = ends({"put_link": answer, "make_primary": failed("source")})
    client: Any = both["source"].client
    left: list[float] = []

    def links(*_about: str, **_more: Any) -> list[Any]:
        left.append(client.deadline.remaining())
        return []

    client.links.side_effect = links
    run = Run(both)
    with pytest.raises(LinkError):
        run.do(plan(source=(make("source"), MakePrimary("source", WIKI_ID))), EMPTY)
    client.deadline = Deadline(0)
    run.undo()
    assert left
    assert min(left) > 15
