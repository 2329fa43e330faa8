"""Taking a step back restores what that step changed, and leaves what a hand has changed meanwhile: each kind of step, each field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pulumi_applinks.lab.applications import Application, Lab, StoredLink
from pulumi_applinks.lab.applications.flags import Flags
from pulumi_applinks.lifecycle import End, Ends, LinkObservation, Role
from pulumi_applinks.lifecycle.declaration import declare
from pulumi_applinks.lifecycle.link import Desired
from pulumi_applinks.lifecycle.plan import Plan
from pulumi_applinks.lifecycle.run import Run
from pulumi_applinks.lifecycle.steps import (
    EditLink,
    MakePrimary,
    Relocate,
    SetAuthentication,
    SetExecuteAs,
    Step,
)
from pulumi_applinks.lifecycle.survey import EndSeen, observe
from pulumi_applinks.rest import ApplicationClient, Deadline, Level, Token

OAUTH, IMPERSONATION = Flags.of("oauth"), Flags.of("oauth-impersonation")
ADDRESS = "https://by.hand.example.com"


def _incoming(link: StoredLink) -> None:
    assert link.consumer is not None
    link.consumer.impersonation = True


def _outgoing(link: StoredLink) -> None:
    link.outgoing = IMPERSONATION


def _user(link: StoredLink) -> None:
    assert link.consumer is not None
    link.consumer.execute_as = "eve"


def _set(field: str, value: Any) -> Callable[[StoredLink], None]:
    return lambda link: setattr(link, field, value)


HANDS: dict[str, Callable[[StoredLink], None]] = {
    "name": _set("name", "By hand"),
    "display_url": _set("display_url", ADDRESS),
    "rpc_url": lambda link: _set("rpc_url", link.rpc_url.replace("127.0.0.1", "localhost"))(link),
    "outgoing": _outgoing,
    "incoming": _incoming,
    "execute_as": _user,
}
"""What a hand does to a link, by the field that it changes."""

Making = Callable[[Desired, LinkObservation, str], Step]


def edit(desired: Desired, before: LinkObservation, _new: str) -> Step:
    """A new name, and no more."""
    return EditLink("source", desired.id, desired, before, "Renamed")


def show(desired: Desired, before: LinkObservation, _new: str) -> Step:
    """Another display URL, and no more."""
    shown = desired.model_copy(update={"display_url": "https://shown.example.com"})
    return EditLink("source", desired.id, shown, before, before.name)


def move(desired: Desired, before: LinkObservation, new: str) -> Step:
    """Another address."""
    return Relocate("source", desired.id, desired.model_copy(update={"rpc_url": new}), before, True)


def sends(desired: Desired, before: LinkObservation, _new: str) -> Step:
    """Another outgoing level."""
    return SetAuthentication(
        "source", desired.id, desired.model_copy(update={"outgoing": Level.NONE}), before
    )


def accepts(desired: Desired, before: LinkObservation, _new: str) -> Step:
    """Another incoming level, with which the user goes, too."""
    return SetAuthentication(
        "source", desired.id, desired.model_copy(update={"incoming": Level.NONE}), before
    )


def runs_as(desired: Desired, before: LinkObservation, _new: str) -> Step:
    """Another user."""
    return SetExecuteAs("source", desired.id, desired.model_copy(update={"execute_as": None}), before)


STEPS: dict[str, tuple[Making, set[str]]] = {
    "rename": (edit, {"name"}),
    "display": (show, {"display_url"}),
    "relocate": (move, {"rpc_url"}),
    "outgoing": (sends, {"outgoing"}),
    "incoming": (accepts, {"incoming", "execute_as"}),
    "user": (runs_as, {"execute_as"}),
    "primary": (lambda desired, *_: MakePrimary("source", desired.id, None), set()),
}
"""Each kind of step, and the fields that are its own."""


def _ends(jira: Application, wiki: Application) -> tuple[Ends, End]:
    declaration = declare(
        {
            "source": {"url": jira.url, "credentials": "jira"},
            "target": {"url": wiki.url, "credentials": "wiki"},
            "authentication": {"outgoing": {"level": "oauth"}, "incoming": {"level": "oauth"}},
        }
    )
    deadline = Deadline(60)
    applications: dict[Role, Application] = {"source": jira, "target": wiki}
    source, target = (
        End(
            role,
            declaration.party(role),
            ApplicationClient(
                role, one.url, Token(one.users["sysadmin"].tokens[0], "the test"), deadline=deadline
            ),
        )
        for role, one in applications.items()
    )
    return Ends(declaration, source, target, deadline, lambda _told: None), source


@pytest.mark.sampled(3)
@pytest.mark.parametrize("undone", [False, True], ids=["before it is done", "before it is undone"])
@pytest.mark.parametrize(
    ("name", "hand"), [(name, hand) for name, (_, own) in STEPS.items() for hand in HANDS if hand not in own]
)
def test_what_a_hand_has_changed_meanwhile_stays(lab: Lab, name: str, hand: str, undone: bool):
    """What the step changed is as it was read, and every other field as it is now."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    link = jira.link_by_hand(wiki)
    wiki.link_by_hand(jira)
    make, own = STEPS[name]
    link.outgoing = OAUTH
    ends, end = _ends(jira, wiki)
    end.client.oauth.set_execute_as(link.id, Level.OAUTH, "user")
    before = observe(ends, "source", link.id)
    assert before is not None
    desired = Desired(
        type_id=wiki.type_id,
        **before.model_dump(include={"id", "name", "display_url", "rpc_url", "primary", "execute_as"}),
        outgoing=Level(before.outgoing),
        incoming=Level(before.incoming),
    )
    step = make(desired, before, lab.closed_address())
    run, plan = Run(ends), Plan((step,), {})
    seen: dict[Role, EndSeen] = {"source": EndSeen(seen=before)}
    if undone:
        run.do(plan, seen)
    HANDS[hand](link)
    by_hand = getattr(_read(ends, link.id), hand)
    if not undone:
        run.do(plan, seen)
    overwritten = (
        getattr(_read(ends, link.id), hand) != by_hand
    )  # what is declared goes along with some requests
    left = run.undo().left
    now = _read(ends, link.id)
    assert {field: getattr(now, field) for field in own} == {field: getattr(before, field) for field in own}
    if not overwritten:
        assert getattr(now, hand) == by_hand
        assert [hand in leftover.state for leftover in left] == [True]


def _read(ends: Ends, link_id: str) -> LinkObservation:
    """What is there, asked again."""
    source = ends.source
    fresh = ApplicationClient("source", source.client.base_url, source.client._account.login)
    fresh.deadline = Deadline(60)
    found = observe(replace(ends, source=replace(source, client=fresh)), "source", link_id)
    assert found is not None
    return found
