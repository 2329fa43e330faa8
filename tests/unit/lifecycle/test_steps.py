"""What each step asks of an application: tables, with a client that notes what it is asked."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any
from unittest.mock import Mock, call

import pytest

from pulumi_applinks.lifecycle import LinkError
from pulumi_applinks.lifecycle.errors import MadeMeanwhile
from pulumi_applinks.lifecycle.steps import (
    DeleteLink,
    EditLink,
    MakeLink,
    MakePrimary,
    Relocate,
    RemoveLegacy,
    SetAuthentication,
    SetExecuteAs,
    Step,
    Upgrade,
    put,
    remove_link,
)
from tests.unit.lifecycle.asking import (
    AS_BOT,
    CLUSTER,
    LISTED,
    OLD,
    PRIMARY,
    PROVISIONAL,
    before,
    desired,
    doing,
    edited,
    end_of,
    written,
)
from tests.unit.lifecycle.tables import (
    OAUTH,
    TYPES,
    WIKI_ID,
    entry,
)

STEPS: dict[str, tuple[Step, dict[str, Any], list[Any]]] = {
    "make, by its own id": (
        MakeLink("source", PROVISIONAL, desired()),
        {"put_link": "created"},
        [call.put_link(entry("source", id=PROVISIONAL))],
    ),
    "edit, with the RPC URL unchanged": (
        EditLink("source", WIKI_ID, desired(), before(), "Wiki"),
        {"link": entry("source", name="Old", rpc_url=OLD)},
        [edited(rpc_url=OLD)],
    ),
    "edit, without an RPC URL": (
        EditLink("source", WIKI_ID, desired(), before(), "Wiki"),
        {"link": entry("source", name="Old", rpc_url=None)},
        [edited()],
    ),
    "edit what is so already": (
        EditLink("source", WIKI_ID, desired(), before(), "Wiki"),
        {"link": LISTED},
        [],
    ),
    "edit, and keep primary": (
        EditLink("source", WIKI_ID, desired(), before(), "Wiki"),
        {"link": [PRIMARY, LISTED]},
        [edited(), call.make_primary(WIKI_ID)],
    ),
    "edit what stays primary": (
        EditLink("source", WIKI_ID, desired(), before(), "Wiki"),
        {"link": [PRIMARY, PRIMARY]},
        [edited()],
    ),
    "edit what is gone afterwards": (
        EditLink("source", WIKI_ID, desired(), before(), "Wiki"),
        {"link": [PRIMARY, None]},
        [edited()],
    ),
    "remove legacy": (
        RemoveLegacy("source", WIKI_ID, desired(), before(), False),
        {},
        [call.migrate(WIKI_ID)],
    ),
    "set a user, as is read": (
        SetExecuteAs("source", WIKI_ID, desired(authentication=AS_BOT), before()),
        {"set_execute_as": False, "authentication": Mock(user_told=True, execute_as="bot")},
        [call.set_execute_as(WIKI_ID, OAUTH, "bot")],
    ),
    "set a user that is not reported": (
        SetExecuteAs("source", WIKI_ID, desired(authentication=AS_BOT), before()),
        {"set_execute_as": False, "authentication": Mock(user_told=False, execute_as=None)},
        [call.set_execute_as(WIKI_ID, OAUTH, "bot")],
    ),
    "give the right id": (
        Upgrade("source", WIKI_ID, desired(), before(id=PROVISIONAL)),
        {"link": LISTED},
        [call.upgrade(PROVISIONAL, WIKI_ID)],
    ),
    "give the right id, at another address": (
        Upgrade("source", WIKI_ID, desired(), before(id=PROVISIONAL, rpc_url=OLD)),
        {"put_link": "created", **CLUSTER},
        [call.delete_link(PROVISIONAL), call.put_link(LISTED)],
    ),
    "give the right id, without the upgrade": (
        Upgrade("source", WIKI_ID, desired(), before(id=PROVISIONAL, primary=True)),
        {"put_link": "created", **CLUSTER},
        [
            call.upgrade(PROVISIONAL, WIKI_ID),
            call.delete_link(PROVISIONAL),
            call.put_link(LISTED),
            call.make_primary(WIKI_ID),
        ],
    ),
    "give the right id, without an address": (
        Upgrade("source", WIKI_ID, desired(), before(id=PROVISIONAL, rpc_url=None)),
        {"put_link": "created", **CLUSTER},
        [call.delete_link(PROVISIONAL), call.put_link(LISTED)],
    ),
}


@pytest.mark.parametrize("name", STEPS)
def test_what_a_step_writes(name: str):
    """And that there is something to undo."""
    step, answers, expected = STEPS[name]
    assert doing(step, **answers) == expected


AS_BOTS = "(outgoing none, incoming oauth)"


@pytest.mark.parametrize(
    ("step", "what"),
    [
        (MakeLink("source", WIKI_ID, desired()), "creating the link"),
        (EditLink("source", WIKI_ID, desired(), before(), "x"), "changing the link's name and display URL"),
        (Relocate("source", WIKI_ID, desired(), before()), "relocating the link to https://wiki.example.com"),
        (MakePrimary("source", WIKI_ID), "making the link primary"),
        (RemoveLegacy("source", WIKI_ID, desired(), before(), False), "removing the link's legacy authentication"),
        (SetAuthentication("source", WIKI_ID, desired(authentication=AS_BOT), before()), "setting authentication " + AS_BOTS),
        (SetExecuteAs("source", WIKI_ID, desired(authentication=AS_BOT), before()), "letting incoming requests run as 'bot'"),
        (SetExecuteAs("source", WIKI_ID, desired(), before()), "letting incoming requests run anonymously"),
        (DeleteLink("source", WIKI_ID), "deleting the link"),
        (Upgrade("source", WIKI_ID, desired(), before()), "giving the link its target's server id"),
    ],
)  # fmt: skip
def test_what_a_step_is_called(step: Step, what: str):
    """As part of a sentence that says that it failed."""
    assert step.what == what


def test_a_link_that_somebody_made_meanwhile():
    """It is theirs: refused, unless it may be taken over; then there is nothing to undo."""
    end, _ = end_of(put_link="updated")
    with pytest.raises(MadeMeanwhile, match=f"has created the link {WIKI_ID} on source"):
        MakeLink("source", WIKI_ID, desired()).do(end)
    assert MakeLink("source", WIKI_ID, desired(), True).do(end) is False
    upgrade = Upgrade("source", WIKI_ID, desired(), before(id=PROVISIONAL, rpc_url=OLD))
    end, _ = end_of(put_link="updated", delete_link="deleted")
    with pytest.raises(MadeMeanwhile, match=f"has created the link {WIKI_ID} on source"):
        upgrade.do(end)


def test_a_link_that_is_gone_when_it_is_to_be_edited():
    """Nothing is written."""
    end, client = end_of()
    with pytest.raises(LinkError) as refusal:
        EditLink("source", WIKI_ID, desired(), before(), "x").do(end)
    assert refusal.value.told.flat == f"source (https://jira.example.com) no longer has the link {WIKI_ID}."
    assert written(client) == []


def test_a_user_that_was_accepted_and_is_not_there():
    """What is read counts."""
    step = SetExecuteAs("source", WIKI_ID, desired(authentication=AS_BOT), before())
    end, _ = end_of(set_execute_as=False, authentication=Mock(user_told=True, execute_as="eve"))
    with pytest.raises(LinkError) as refusal:
        step.do(end)
    assert refusal.value.told.flat == (
        "source (https://jira.example.com) accepted that incoming requests run as 'bot', but reports 'eve'."
    )


STILL_THERE = r"^source \(https://jira\.example\.com\) accepted the deletion, but still has the link"


@pytest.mark.parametrize(
    ("told", "links", "was_there", "gone"),
    [
        ("deleted", [], True, True),
        ("unsure", [None], True, True),
        ("unsure", [LISTED, LISTED], True, False),
        ("unsure", [LISTED, None], True, True),
        ("missing", [], False, True),
        ("missing", [None], True, True),
        ("missing", [LISTED], True, False),
    ],
)
def test_whether_a_link_is_gone(told: str, links: list[Any], was_there: bool, gone: bool):
    """The application's own word counts, unless it contradicts what was seen: then it is read."""
    end, client = end_of(delete_link=told, link=links)
    told_of = nullcontext() if gone else pytest.raises(LinkError, match=STILL_THERE)
    with told_of:
        remove_link(end, WIKI_ID, was_there=was_there)
    assert client.link.call_args_list == [call(WIKI_ID)] * len(links)


def test_a_link_is_made_with_what_is_declared_or_as_it_was():
    """The type is the declared one, and so is an address that was hidden."""
    end, client = end_of(put_link="created")
    assert put(end, desired(), "x") == "created"
    put(end, desired(), "y", before(name="Old", display_url=OLD, rpc_url=None))
    assert client.method_calls == [
        call.put_link(entry("source", id="x")),
        call.put_link(entry("source", id="y", name="Old", display_url=OLD)),
    ]
    assert client.method_calls[0].args[0].type_id == TYPES["target"]
