"""Each hook of the provider, with each hostile answer, ends in time: with an error that names the application, or a true result."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal

import pulumi
import pytest

from pulumi_applinks.lab.applications import Application, Lab
from pulumi_applinks.provider import ApplicationLinkError, ApplicationLinkProvider
from tests.conftest import Tried
from tests.reliability.hostile import bodies, wire
from tests.reliability.hostile.calls import MOST_WORDS, texts_in
from tests.reliability.hostile.relay import Relay
from tests.reliability.hostile.server import Behaviour, HostileServer, answering
from tests.unit.lifecycle.conftest import inputs_for, log_in
from tests.words import flat

Hook = Literal["create", "read", "update", "diff", "delete"]
HOOKS: tuple[Hook, ...] = ("create", "read", "update", "diff", "delete")
SECONDS = 30.0
ANSWERS: dict[str, Behaviour] = {
    **{name: answering(body) for name, body in bodies.ALL.items() if len(body) < 200_000},
    **wire.BROKEN,
    "1 GiB": wire.LARGE["1 GiB"],
    "a gzip bomb": wire.LARGE["a gzip bomb"],
}
MOST_REQUESTS = 25
SAMPLE = 9
"""In the short form, a hook gets one of this many answers."""
LIES = {
    "an empty list",
    "an empty object",
    "links under a key",
    "links without anything",
    "an attribute that is a child too",
    "null",
    "10,000 links",
    "a link called",
    "doubled keys",
    "a link of",
    "a link that",
    "a link whose addresses",
    "a number of 4,000 digits",
    "a number beyond",
    "UTF-16",
    "UTF-32",
    "a mark before",
    "deflate",
}
"""Answers that are, or start like, a list of an application: they can mean that there is no such link."""


@dataclass
class Stage:
    """A link whose two ends are behind relays."""

    jira: Application
    wiki: Application
    relays: tuple[Relay, Relay]
    inputs: dict[str, Any]
    id: str
    state: dict[str, Any]

    def act(self, hook: Hook) -> object:
        """Call one of the provider's hooks, as one operation of the engine."""
        with closing(ApplicationLinkProvider()) as provider:
            return self._act(provider, hook)

    def _act(self, provider: ApplicationLinkProvider, hook: Hook) -> object:
        inputs, state = copy.deepcopy(self.inputs), copy.deepcopy(self.state)
        if hook == "create":
            return provider.create(inputs).outs
        if hook == "read":
            return provider.read(self.id, state)
        if hook == "delete":
            return provider.delete(self.id, state)
        if hook == "diff":
            state["target"]["url"] += "/before"
            return provider.diff(self.id, state, inputs).__dict__
        inputs["target"]["name"] = "Another name"
        return provider.update(self.id, state, inputs).outs

    def disarm(self) -> None:
        """Let both applications answer for themselves."""
        for relay in self.relays:
            relay.arm(None, lambda *_: False)

    def restore(self, hook: Hook) -> None:
        """Restore the state before a hook: two ends, or none before a create."""
        self.disarm()
        for here in (self.jira, self.wiki):
            for link in here.links:
                here.links.remove(link.id)
        if hook != "create":
            with closing(ApplicationLinkProvider()) as provider:
                made = provider.create(copy.deepcopy(self.inputs))
            self.id, self.state = made.id, made.outs or {}


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Two applications, each behind a relay, and a link."""
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", told.append)
    with Lab() as lab:
        jira, wiki = lab.start("jira"), lab.start("confluence")
        log_in(monkeypatch, "jira", jira)
        log_in(monkeypatch, "wiki", wiki)
        relays = Relay(jira), Relay(wiki)
        with HostileServer(relays[0]) as one, HostileServer(relays[1]) as other:
            inputs = {**inputs_for(jira, wiki), "timeout_seconds": 10.0}
            inputs["source"]["api_url"] = one.url + jira.context_path
            inputs["target"]["api_url"] = other.url + wiki.context_path
            yield Stage(jira, wiki, relays, inputs, "", {})


def meets(stage: Stage, hook: Hook, name: str, end: int, number: int) -> tuple[str, str]:
    """Run one hook with one hostile answer to one request of one application; return the result, and what is wrong with it."""
    if hook not in ("read", "diff"):
        stage.restore(hook)
    stage.relays[end].arm(ANSWERS[name], lambda at, *_: at == number)
    began = time.monotonic()
    try:
        outcome = stage.act(hook)
        ended = "an outcome"
        shown: list[str] = texts_in(outcome)
    except ApplicationLinkError as error:
        ended, outcome, shown = "an error", None, str(error).split("\n")
        if "source (http" not in flat(error) and "target (http" not in flat(error):
            return ended, f"names no application: {error}"
        if len(str(error)) > 3 * MOST_WORDS:
            return ended, f"has {len(str(error))} characters"
    except Exception as error:
        return "another exception", repr(error)[:300]
    finally:
        took = time.monotonic() - began
        met = stage.relays[end].met
        stage.disarm()
    if not met:
        return "no such request", ""
    if took > SECONDS:
        return ended, f"took {took:.1f} s"
    odd = [text for text in shown if not text.isprintable()]
    if odd:
        return ended, f"steers a terminal: {odd[0][:200]!r}"
    if any(len(text) > 3 * MOST_WORDS for text in shown):
        return ended, "keeps a text without end"
    lie = any(name.startswith(one) for one in LIES)
    if not lie and hook == "read" and outcome is not None and not getattr(outcome, "id", None):
        return ended, "says that the link is gone, and it is there"
    if (
        not lie
        and hook == "delete"
        and ended == "an outcome"
        and (list(stage.jira.links) or list(stage.wiki.links))
    ):
        return ended, "says that it is deleted, and it is there"
    return ended, ""


@pytest.mark.parametrize("hook", HOOKS)
def test_each_hook(stage: Stage, tried: Tried, soak: bool, hook: Hook):
    """In the short form, one request gets each answer; in the long form, every request does."""
    wrong = []
    stage.restore(hook)
    for relay in stage.relays:
        relay.arm(None, lambda *_: False)
    stage.act(hook)
    counts = [min(relay.number, MOST_REQUESTS) for relay in stage.relays]
    stage.restore(hook)
    requests = [(end, number) for end in (0, 1) for number in range(1, counts[end] + 1)]
    for turn, name in enumerate(ANSWERS):
        # A step without a common divisor with the count reaches every request in turn.
        chosen = requests if soak else [requests[turn * 7 % len(requests)]]
        if not soak and turn % SAMPLE != HOOKS.index(hook):
            continue
        for end, number in chosen:
            ended, problem = meets(stage, hook, name, end, number)
            tried(f"hostile answers to {hook}", ended)
            if problem:
                wrong.append(f"{name} to request {number} of {('source', 'target')[end]}: {problem}")

    assert wrong == [], "\n".join(wrong)
