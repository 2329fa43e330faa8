"""What taking a step back asks of an application: tables, with a client that notes what it is asked."""

from __future__ import annotations

from typing import Any
from unittest.mock import call

import pytest

from pulumi_applinks.lifecycle.errors import CannotBeUndone
from pulumi_applinks.lifecycle.link import LinkObservation
from pulumi_applinks.lifecycle.steps import (
    DeleteLink,
    MakeLink,
    MakePrimary,
    Relocate,
    RemoveLegacy,
    SetAuthentication,
    SetExecuteAs,
    Step,
    Upgrade,
)
from pulumi_applinks.rest import Authentication, Deadline, Level
from tests.unit.lifecycle.asking import (
    CLUSTER,
    LEVELS,
    LISTED,
    OLD,
    PRIMARY,
    PROVISIONAL,
    before,
    desired,
    edited,
    end_of,
    undoing,
    written,
)
from tests.unit.lifecycle.tables import (
    IMPERSONATION,
    NONE,
    OAUTH,
    URLS,
    WIKI_ID,
    entry,
)


def told(incoming: Level, outgoing: Level, execute_as: str | None = None) -> Authentication:
    """What the application says of the link's authentication before a step is undone."""
    return Authentication(incoming=incoming, outgoing=outgoing, execute_as=execute_as)


def legacy_none(**changes: Any) -> LinkObservation:
    """What stood there with legacy authentication."""
    return before(outgoing="basic-access", incoming="trusted-applications", **changes)


UNDOING: dict[str, tuple[Step, dict[str, Any], list[Any]]] = {
    "relocate what had no address": (
        Relocate("source", WIKI_ID, desired(), before(rpc_url=None)),
        {},
        [call.relocate(WIKI_ID, URLS["target"], without_contact=True), edited()],
    ),
    "relocate what is primary": (
        Relocate("source", WIKI_ID, desired(), before(rpc_url=OLD)),
        {"link": [PRIMARY, LISTED]},
        [
            call.relocate(WIKI_ID, OLD, without_contact=True),
            edited("Old", OLD),
            call.make_primary(WIKI_ID),
        ],
    ),
    "make primary what was so": (MakePrimary("source", WIKI_ID, WIKI_ID), {}, []),
    "make primary the first": (MakePrimary("source", WIKI_ID), {}, []),
    "set levels of an impersonating one": (
        SetAuthentication(
            "source", WIKI_ID, desired(), before(incoming="oauth-impersonation", execute_as="eve")
        ),
        {"authentication": told(OAUTH, OAUTH)},
        [
            call.set_oauth(WIKI_ID, LEVELS[IMPERSONATION, OAUTH]),
            call.set_execute_as(WIKI_ID, IMPERSONATION, "eve"),
        ],
    ),
    "set levels of legacy ones": (
        SetAuthentication("source", WIKI_ID, desired(), legacy_none()),
        {"authentication": told(OAUTH, OAUTH)},
        [call.set_oauth(WIKI_ID, LEVELS[NONE, NONE])],
    ),
    "set a user where a hand has changed the level": (
        SetExecuteAs("source", WIKI_ID, desired(), before(execute_as="eve")),
        {"authentication": told(IMPERSONATION, OAUTH)},
        [call.set_execute_as(WIKI_ID, IMPERSONATION, "eve")],
    ),
    "set a user where a hand has let nobody in since": (
        SetExecuteAs("source", WIKI_ID, desired(), before(execute_as="eve")),
        {"authentication": told(NONE, OAUTH)},
        [],
    ),
    "delete": (
        DeleteLink(
            "source", WIKI_ID, before(name="Old", rpc_url=OLD, execute_as="eve", primary=True), desired()
        ),
        {},
        [
            call.put_link(entry("source", name="Old", rpc_url=OLD)),
            call.set_oauth(WIKI_ID, LEVELS[OAUTH, OAUTH]),
            call.set_execute_as(WIKI_ID, OAUTH, "eve"),
            call.make_primary(WIKI_ID),
        ],
    ),
    "give the right id": (
        Upgrade("source", WIKI_ID, desired(), before(id=PROVISIONAL, name="Old", primary=True)),
        {"link": LISTED, **CLUSTER},
        [
            call.delete_link(WIKI_ID),
            call.put_link(entry("source", id=PROVISIONAL)),
            call.make_primary(PROVISIONAL),
        ],
    ),
    "give the right id to what was not primary": (
        Upgrade("source", WIKI_ID, desired(), before(id=PROVISIONAL)),
        {"delete_link": "missing"},
        [call.delete_link(WIKI_ID), call.put_link(entry("source", id=PROVISIONAL))],
    ),
}


@pytest.mark.parametrize("name", UNDOING)
def test_what_taking_a_step_back_writes(name: str):
    """What stood there before, in the order in which an application takes it."""
    step, answers, expected = UNDOING[name]
    assert undoing(step, **answers) == expected


@pytest.mark.parametrize(
    "step",
    [
        MakeLink("source", WIKI_ID, desired()),
        Upgrade("source", WIKI_ID, desired(), before(id=PROVISIONAL)),
    ],
)
def test_a_link_that_is_not_there_is_not_waited_for(step: Step):
    """That the application knows none is no contradiction then: it is asked once."""
    end, client = end_of(delete_link="missing")
    client.deadline = Deadline(1)
    step.undo(end)
    client.delete_link.assert_called_once_with(WIKI_ID)


NOT_TOLD = "the user that incoming requests ran as before is not known, and is not set again."


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (RemoveLegacy("source", WIKI_ID, desired(), before(), False), "legacy authentication that was removed is never recreated."),
        (DeleteLink("source", "d"), "a deleted duplicate is not recreated."),
        (DeleteLink("source", "d", before()), "a deleted duplicate is not recreated."),
        (SetExecuteAs("source", WIKI_ID, desired(), before(user_told=False)), NOT_TOLD),
    ],
)  # fmt: skip
def test_what_is_not_taken_back(step: Step, told: str):
    """It is reported, and nothing is written."""
    end, client = end_of()
    with pytest.raises(CannotBeUndone) as refusal:
        step.undo(end)
    assert refusal.value.told.flat == told
    assert written(client) == []
