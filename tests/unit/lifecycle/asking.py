"""The source's end with a client that notes what it is asked, for the tables of steps."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock, call

from pulumi_applinks.lifecycle import End
from pulumi_applinks.lifecycle.link import Desired, LinkObservation, desired_end
from pulumi_applinks.lifecycle.steps import (
    Step,
)
from pulumi_applinks.rest import Deadline, OAuthConfig
from tests.unit.lifecycle.recorder import noting
from tests.unit.lifecycle.tables import (
    IMPERSONATION,
    NONE,
    OAUTH,
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
    """What should be on the source's end."""
    return desired_end(declared(**inputs), "source", identity("target"))


def end_of(**answers: Any) -> tuple[End, Mock]:
    """The source's end, and the client that notes what it is asked.

    Args:
        answers: of the client's methods: a value, or a list of one for each time.
    """
    client = noting()
    client.deadline = Deadline(0.01)
    client.link.return_value = None
    for name, answer in answers.items():
        setattr(getattr(client, name), "side_effect" if isinstance(answer, list) else "return_value", answer)
    return End("source", declared().source, client), client


def written(client: Mock) -> list[Any]:
    """What was asked to be changed."""
    return [one for one in client.method_calls if one[0] not in ("link", "links", "authentication")]


def doing(step: Step, **answers: Any) -> list[Any]:
    """What a step writes, when there is something to undo."""
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
