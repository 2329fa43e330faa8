"""The faults that were there: each with the shortest order of events that shows it, as the model found it, and what puts it back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from tests.reliability.orders import SETTLE, Event

ONE: Event = ("declare", "one", "a", "jira", "wiki", "as-user")
UP: Event = ("run", "one", "up")
REFRESH: Event = ("run", "one", "refresh")
REFRESHING: Event = ("run", "one", "up --refresh")


@dataclass(frozen=True)
class Seeded:
    """A fault.

    Args:
        what: was wrong.
        shows: how the model's sentence begins.
        order: of events.
        put_back: lets it be there again.
    """

    what: str
    shows: str
    order: tuple[Event, ...]
    put_back: Callable[[], AbstractContextManager[object]] = nullcontext


SEEDED = (
    Seeded("destroy --refresh deletes nothing", "a:", (ONE, UP, ("run", "one", "destroy --refresh"))),
    Seeded("up --refresh keeps what left the program", "a:", (ONE, UP, ("drop", "one", "a"), REFRESHING)),
    Seeded(
        "up --refresh --replace replaces nothing", "a:", (ONE, UP, ("run", "one", "up --refresh --replace a"))
    ),
    Seeded(
        "up --refresh of a tainted one replaces nothing", "a:", (ONE, UP, ("taint", "one", "a"), REFRESHING)
    ),
    Seeded(
        "a second refresh forgets drift", "b:", (ONE, UP, ("by_hand", "jira", "wiki", "no_user"), REFRESH)
    ),
    Seeded(
        "a login goes to the address of a copy that ignore_changes takes from the state",
        "d:",
        (
            ONE,
            UP,
            ("tell_engine", "one", "a", {"ignore": ("target.url",)}),
            ("by_hand", "jira", "wiki", "to a copy"),
            REFRESHING,
            UP,
        ),
    ),
    Seeded(
        "an observed level is refused as an input",
        "g:",
        (
            ONE,
            UP,
            ("tell_engine", "one", "a", {"ignore": ("authentication",)}),
            ("by_hand", "jira", "wiki", "no_outgoing"),
            REFRESHING,
            UP,
        ),
    ),
    Seeded(
        "an observed one-way link is refused as an input",
        "g:",
        (
            ONE,
            UP,
            ("tell_engine", "one", "a", {"ignore": ("two_way",)}),
            ("unlink", "wiki", "jira"),
            REFRESHING,
            UP,
        ),
    ),
    Seeded(
        "on_broken is stored, and not applied",
        "f:",
        (ONE, UP, ("restore", "jira"), REFRESH, ("change", "one", "a", {"on_broken": "fail"}), UP),
    ),
    Seeded("a stale key is never set anew", "b:", (ONE, UP, ("restore", "jira"), REFRESHING)),
    Seeded(
        "a stale consumer key is never set anew",
        "b:",
        (ONE, UP, ("restore", "jira", {"consumer": True}), REFRESHING),
    ),
    Seeded(
        "a link is relocated to a copy without a word",
        "e:",
        (ONE, UP, ("point_at_copy", "one", "wiki", {"knows": True}), UP),
    ),
    Seeded(
        "a class of one's own is another resource",
        "h:",
        (ONE, UP, ("tell_engine", "one", "a", {"subclass": True}), UP),
    ),
    Seeded(
        "a login goes to whoever wants one",
        "a login goes with the question",
        (ONE, UP, ("outage", "wiki", "wanting a login"), REFRESH),
    ),
    Seeded(
        "the undo of a relocation overwrites a name",
        "the link",
        (
            ONE,
            UP,
            ("by_hand", "jira", "wiki", "rename"),
            ("by_hand", "wiki", "jira", "no_incoming"),
            ("move", "wiki"),
            ("follow", "one"),
            ("rotate", "wiki"),
            UP,
        ),
    ),
    Seeded(
        "what was undone is named as left",
        "the link",
        (("outage", "wiki", "refusing levels"), ONE, UP),
    ),
    Seeded(
        "half deleted, half told",
        "the link",
        (ONE, UP, ("outage", "jira", "refusing deletions"), ("run", "one", "destroy")),
    ),
    Seeded(
        "an end is left on a node that lags",
        "a:",
        (("cluster", "jira", {"affinity": True, "lag": None}), ONE, UP, ("run", "one", "destroy")),
    ),
    Seeded(
        "when every end has moved, a refresh says for ever to run it again",
        "i:",
        (ONE, UP, ("move", "jira"), ("move", "wiki"), ("follow", "one"), REFRESHING, SETTLE),
    ),
)
