"""What each step asks of an application, and what taking it back does: tables, with a client that notes what it is asked."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any
from unittest.mock import Mock, call

import pytest

from pulumi_applinks.lifecycle import End, LinkError
from pulumi_applinks.lifecycle.errors import MadeMeanwhile
from pulumi_applinks.lifecycle.link import Desired, LinkObservation, desired_end
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
from pulumi_applinks.rest import ApplicationClient, Deadline, OAuthConfig
from tests.unit.lifecycle.tables import (
    IMPERSONATION,
    NONE,
    OAUTH,
    TYPES,
    URLS,
    WIKI_ID,
    declared,
    entry,
    identity,
    observed,
)

OLD = "https://old.example"
PROVISIONAL = "44444444-4444-3444-8444-444444444444"
AS_BOT = {"outgoing": {"level": "none"}, "incoming": {"level": "oauth", "execute_as": "bot"}}


def desired(**inputs: Any) -> Desired:
    """What should stand on the source's end."""
    return desired_end(declared(**inputs), "source", identity("target"))


def end_of(**answers: Any) -> tuple[End, Mock]:
    """The source's end, and the client that notes what it is asked.

    Args:
        answers: of the client's methods: a value, or a list of one for each time.
    """
    client = Mock(spec=ApplicationClient)
    client.deadline = Deadline(0.01)
    client.link.return_value = None
    for name, answer in answers.items():
        setattr(getattr(client, name), "side_effect" if isinstance(answer, list) else "return_value", answer)
    return End("source", declared().source, client), client


def written(client: Mock) -> list[Any]:
    """What was asked to be changed."""
    return [one for one in client.method_calls if one[0] not in ("link", "links", "authentication")]


def doing(step: Step, **answers: Any) -> list[Any]:
    """What a step writes, when there is something to take back."""
    end, client = end_of(**answers)
    assert step.do(end) is True
    return written(client)


def undoing(step: Step, **answers: Any) -> list[Any]:
    """What taking a step back writes."""
    end, client = end_of(**answers)
    step.undo(end)
    return written(client)


def before(**changes: Any) -> LinkObservation:
    """What stood there."""
    return observed("source", **changes)


MADE = (NONE, OAUTH, IMPERSONATION)
LEVELS = {(one, two): OAuthConfig(incoming=one, outgoing=two) for one in MADE for two in MADE}
CLUSTER = {"delete_link": "deleted"}
LISTED = entry("source")
RENAMED = entry("source", name="Old")
PRIMARY = entry("source", name="Old", primary=True)


def edited(name: str = "Wiki", rpc_url: str = URLS["target"], display_url: str = URLS["target"]) -> Any:
    """An edit."""
    return call.edit_link(WIKI_ID, name=name, rpc_url=rpc_url, display_url=display_url)


STEPS: dict[str, tuple[Step, dict[str, Any], list[Any]]] = {
    "make": (MakeLink("source", WIKI_ID, desired()), {"put_link": "created"}, [call.put_link(LISTED)]),
    "make, by its own id": (
        MakeLink("source", PROVISIONAL, desired()),
        {"put_link": "created"},
        [call.put_link(entry("source", id=PROVISIONAL))],
    ),
    "edit": (EditLink("source", WIKI_ID, desired(), before(), "Wiki"), {"link": RENAMED}, [edited()]),
    "edit a name aside": (
        EditLink("source", WIKI_ID, desired(), before(), "Wiki - 2"),
        {"link": RENAMED},
        [edited("Wiki - 2")],
    ),
    "edit an address": (
        EditLink("source", WIKI_ID, desired(), before(), "Wiki"),
        {"link": entry("source", display_url=OLD)},
        [edited()],
    ),
    "edit, with the RPC URL as it stands": (
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
    "relocate": (
        Relocate("source", WIKI_ID, desired(), before()),
        {},
        [call.relocate(WIKI_ID, URLS["target"], without_contact=False)],
    ),
    "relocate without contact": (
        Relocate("source", WIKI_ID, desired(), before(), True),
        {},
        [call.relocate(WIKI_ID, URLS["target"], without_contact=True)],
    ),
    "make primary": (MakePrimary("source", WIKI_ID, "x"), {}, [call.make_primary(WIKI_ID)]),
    "remove legacy": (
        RemoveLegacy("source", WIKI_ID, desired(), before(), False),
        {},
        [call.migrate(WIKI_ID)],
    ),
    "set levels": (
        SetAuthentication("source", WIKI_ID, desired(authentication=AS_BOT), before()),
        {},
        [call.set_oauth(WIKI_ID, LEVELS[OAUTH, NONE])],
    ),
    "set a user": (
        SetExecuteAs("source", WIKI_ID, desired(authentication=AS_BOT), before()),
        {"set_execute_as": True},
        [call.set_execute_as(WIKI_ID, OAUTH, "bot")],
    ),
    "set no user": (
        SetExecuteAs("source", WIKI_ID, desired(), before()),
        {"set_execute_as": True},
        [call.set_execute_as(WIKI_ID, OAUTH, None)],
    ),
    "set a user, as is read": (
        SetExecuteAs("source", WIKI_ID, desired(authentication=AS_BOT), before()),
        {"set_execute_as": False, "authentication": Mock(user_told=True, execute_as="bot")},
        [call.set_execute_as(WIKI_ID, OAUTH, "bot")],
    ),
    "set a user that is not told": (
        SetExecuteAs("source", WIKI_ID, desired(authentication=AS_BOT), before()),
        {"set_execute_as": False, "authentication": Mock(user_told=False, execute_as=None)},
        [call.set_execute_as(WIKI_ID, OAUTH, "bot")],
    ),
    "delete": (DeleteLink("source", WIKI_ID), CLUSTER, [call.delete_link(WIKI_ID)]),
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
    """And that there is something to take back."""
    step, answers, expected = STEPS[name]
    assert doing(step, **answers) == expected


def legacy_none(**changes: Any) -> LinkObservation:
    """What stood there with legacy authentication."""
    return before(outgoing="basic-access", incoming="trusted-applications", **changes)


UNDOING: dict[str, tuple[Step, dict[str, Any], list[Any]]] = {
    "make": (MakeLink("source", WIKI_ID, desired()), CLUSTER, [call.delete_link(WIKI_ID)]),
    "edit": (
        EditLink("source", WIKI_ID, desired(), before(name="Old", display_url=OLD), "Wiki"),
        {"link": LISTED},
        [edited("Old", display_url=OLD)],
    ),
    "relocate": (
        Relocate("source", WIKI_ID, desired(), before(name="Old", rpc_url=OLD, display_url=OLD)),
        {},
        [call.relocate(WIKI_ID, OLD, without_contact=True), edited("Old", OLD, OLD)],
    ),
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
            edited(rpc_url=OLD),
            call.make_primary(WIKI_ID),
        ],
    ),
    "make primary": (MakePrimary("source", WIKI_ID, "x"), {}, [call.make_primary("x")]),
    "make primary what was so": (MakePrimary("source", WIKI_ID, WIKI_ID), {}, []),
    "make primary the first": (MakePrimary("source", WIKI_ID), {}, []),
    "set levels": (
        SetAuthentication("source", WIKI_ID, desired(), before(outgoing="none", execute_as="eve")),
        {},
        [
            call.set_oauth(WIKI_ID, LEVELS[OAUTH, NONE]),
            call.set_execute_as(WIKI_ID, OAUTH, "eve"),
        ],
    ),
    "set levels of nobody": (
        SetAuthentication("source", WIKI_ID, desired(), before(incoming="none", execute_as="eve")),
        {},
        [call.set_oauth(WIKI_ID, LEVELS[NONE, OAUTH])],
    ),
    "set levels of an impersonating one": (
        SetAuthentication(
            "source", WIKI_ID, desired(), before(incoming="oauth-impersonation", execute_as="eve")
        ),
        {},
        [
            call.set_oauth(WIKI_ID, LEVELS[IMPERSONATION, OAUTH]),
            call.set_execute_as(WIKI_ID, IMPERSONATION, "eve"),
        ],
    ),
    "set levels of legacy ones": (
        SetAuthentication("source", WIKI_ID, desired(), legacy_none()),
        {},
        [call.set_oauth(WIKI_ID, LEVELS[NONE, NONE])],
    ),
    "set a user": (
        SetExecuteAs("source", WIKI_ID, desired(), before(execute_as="eve")),
        {},
        [call.set_execute_as(WIKI_ID, OAUTH, "eve")],
    ),
    "set a user where nobody was let in": (
        SetExecuteAs("source", WIKI_ID, desired(), before(incoming="none")),
        {},
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
    "delete what was not primary": (
        DeleteLink("source", WIKI_ID, before(), desired()),
        {},
        [call.put_link(LISTED), call.set_oauth(WIKI_ID, LEVELS[OAUTH, OAUTH])],
    ),
    "give the right id": (
        Upgrade("source", WIKI_ID, desired(), before(id=PROVISIONAL, name="Old", primary=True)),
        {"link": LISTED, **CLUSTER},
        [
            call.delete_link(WIKI_ID),
            call.put_link(entry("source", id=PROVISIONAL, name="Old")),
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


NOT_TOLD = "the user that incoming requests ran as before was not told, and is not set again."
AS_BOTS = "(outgoing none, incoming oauth)"


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (RemoveLegacy("source", WIKI_ID, desired(), before(), False), "legacy authentication that was removed is never made again."),
        (DeleteLink("source", "d"), "a deleted duplicate is not made again."),
        (DeleteLink("source", "d", before()), "a deleted duplicate is not made again."),
        (SetExecuteAs("source", WIKI_ID, desired(), before(user_told=False)), NOT_TOLD),
    ],
)  # fmt: skip
def test_what_is_not_taken_back(step: Step, told: str):
    """It is told, and nothing is written."""
    end, client = end_of()
    with pytest.raises(LinkError) as refusal:
        step.undo(end)
    assert str(refusal.value) == told
    assert written(client) == []


@pytest.mark.parametrize(
    ("step", "what"),
    [
        (MakeLink("source", WIKI_ID, desired()), "making the link"),
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
    """It is theirs: refused, unless it may be taken over; then there is nothing to take back."""
    end, _ = end_of(put_link="updated")
    with pytest.raises(MadeMeanwhile, match=f"made the link {WIKI_ID} on source"):
        MakeLink("source", WIKI_ID, desired()).do(end)
    assert MakeLink("source", WIKI_ID, desired(), True).do(end) is False
    upgrade = Upgrade("source", WIKI_ID, desired(), before(id=PROVISIONAL, rpc_url=OLD))
    end, _ = end_of(put_link="updated", delete_link="deleted")
    with pytest.raises(MadeMeanwhile, match=f"made the link {WIKI_ID} on source"):
        upgrade.do(end)


def test_a_link_that_is_gone_when_it_is_to_be_edited():
    """Nothing is written."""
    end, client = end_of()
    with pytest.raises(LinkError) as refusal:
        EditLink("source", WIKI_ID, desired(), before(), "x").do(end)
    assert str(refusal.value) == f"source (https://jira.example.com) has no link {WIKI_ID} any more."
    assert written(client) == []


def test_a_user_that_was_accepted_and_is_not_there():
    """What is read counts."""
    step = SetExecuteAs("source", WIKI_ID, desired(authentication=AS_BOT), before())
    end, _ = end_of(set_execute_as=False, authentication=Mock(user_told=True, execute_as="eve"))
    with pytest.raises(LinkError) as refusal:
        step.do(end)
    assert str(refusal.value) == (
        "the application accepted that incoming requests run as 'bot', but says 'eve'."
    )


STILL_THERE = r"^the application accepted the deletion, but still has the link\.$"


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
