"""Past faults: each with the shortest order of events in which the model found it, and a patch that puts it back."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

from pulumi_applinks import properties
from pulumi_applinks.codes import Code
from pulumi_applinks.hooks import Hooks
from pulumi_applinks.lifecycle import (
    Declaration,
    End,
    LinkError,
    Report,
    Role,
    deletion,
    operations,
    report,
    survey,
)
from pulumi_applinks.lifecycle.run import Run
from pulumi_applinks.lifecycle.steps import Relocate
from pulumi_applinks.lifecycle.survey import Survey
from pulumi_applinks.names import INPUTS
from pulumi_applinks.rest import ApplicationClient, Message
from pulumi_applinks.rest.links import Links
from pulumi_applinks.rest.oauth import OAuth
from tests.driver import CompanyLink
from tests.reliability.orders import SETTLE, Event

ONE: Event = ("declare", "one", "a", "jira", "wiki", "as-user")
UP: Event = ("run", "one", "up")
REFRESH: Event = ("run", "one", "refresh")
REFRESHING: Event = ("run", "one", "up --refresh")


# The patches that put the faults back: each changes only as much as is needed to show the fault.


def _what_a_refresh_saw_is_kept() -> AbstractContextManager[object]:
    return mock.patch.multiple(
        Hooks,
        _is_registered=lambda self, declaration: True,
        _resource=lambda self, declaration: repr(declaration.source.url),
    )


@contextmanager
def _observed_is_declared() -> Iterator[None]:
    """The observed values replace the inputs, and an entry of drift without a value does not count."""
    outputs_of, recorded_drift = properties.outputs_of, properties._recorded_drift

    def overlaid(*arguments: Any, **more: Any) -> dict[str, Any]:
        outs = copy.deepcopy(outputs_of(*arguments, **more))
        for path, entry in outs["drift"].items():
            if properties._is_input(path):
                properties._put(outs, path, "" if entry["observed"] is None else entry["observed"])
        return outs

    def complete(state: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        entries = recorded_drift(state).items()
        return {path: entry for path, entry in entries if {"declared", "observed"} <= set(entry)}

    def as_they_stand(outputs: Mapping[str, Any]) -> dict[str, Any]:
        return {key: outputs[key] for key in INPUTS if key in outputs}

    with ExitStack() as patched:
        patched.enter_context(mock.patch.object(properties, "outputs_of", overlaid))
        patched.enter_context(mock.patch.object(properties, "_recorded_drift", complete))
        patched.enter_context(mock.patch.object(properties, "inputs_after_reading", as_they_stand))
        yield


@contextmanager
def _a_policy_waits_for_a_refresh() -> Iterator[None]:
    def recorded(state: Mapping[str, Any], _declaration: Declaration | None) -> dict[str, dict[str, Any]]:
        return properties._recorded_drift(state)

    with (
        mock.patch.object(properties, "drift_in", recorded),
        mock.patch.object(Hooks, "_warn_if_recorded_as_broken"),
    ):
        yield


def _a_name_is_no_drift() -> AbstractContextManager[object]:
    recorded = properties._recorded_drift

    def without_names(state: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        return {path: entry for path, entry in recorded(state).items() if not path.endswith(".name")}

    return mock.patch.object(properties, "_recorded_drift", without_names)


def _nothing_can_be_read() -> AbstractContextManager[object]:
    def reported(survey: Survey, managed: tuple[Role, ...]) -> Report:
        if not survey.found and not survey.strangers:
            told = survey.ends.source.label, "Run this again when the application answers."
            raise LinkError(Message(Code.NOTHING_READ, told[0], do=told[1]))
        return report.report(survey, managed)

    return mock.patch.object(operations, "report", reported)


def _no_key_is_compared() -> AbstractContextManager[object]:
    return mock.patch.object(OAuth, "accepted_keys", return_value=[])


def _undone_as_the_state_remembers() -> AbstractContextManager[object]:
    def undo(step: Relocate, end: End) -> None:
        before, address = step.before, step.before.rpc_url or step.desired.rpc_url
        end.client.links.relocate(step.link_id, address, without_contact=True)
        end.client.links.edit(step.link_id, name=before.name, rpc_url=address, display_url=before.display_url)

    return mock.patch.object(Relocate, "undo", undo)


def _left_without_a_look() -> AbstractContextManager[object]:
    def compared(_run: Run, _role: Role, _chain: object, link_ids: set[str]) -> dict[str, str]:
        return dict.fromkeys(link_ids, "might have changed")

    return mock.patch.object(Run, "_compared", compared)


def _half_told() -> AbstractContextManager[object]:
    not_deleted = deletion._not_deleted
    return mock.patch.object(
        deletion, "_not_deleted", lambda left, untouched, *_deleted: not_deleted(left, untouched)
    )


def _a_denial_is_believed() -> AbstractContextManager[object]:
    return mock.patch.object(survey, "_entry", survey._listed)


def _a_deleted_link_is_believed() -> AbstractContextManager[object]:
    return mock.patch.object(Links, "let_nodes_follow")


def _nobody_asks_where_the_original_is() -> AbstractContextManager[object]:
    end = Hooks._end
    return mock.patch.object(Hooks, "_end", lambda *given, **more: replace(end(*given, **more), left=None))


def _a_manifest_is_asked_with_a_login() -> AbstractContextManager[object]:
    always = property(lambda _: True, lambda *_: None)
    return mock.patch.object(ApplicationClient, "_manifest_needs_login", always, create=True)


def _a_class_has_a_type_of_its_own() -> AbstractContextManager[object]:
    return mock.patch.object(CompanyLink, "_resource_type_name", "dynamic:Resource")


@dataclass(frozen=True)
class Seeded:
    """A past fault.

    Args:
        what: what was wrong.
        shows: the beginning of the model's message.
        order: the order of events that shows it.
        put_back: a context in which the fault is back.
    """

    what: str
    shows: str
    order: tuple[Event, ...]
    put_back: Callable[[], AbstractContextManager[object]]


SEEDED = (
    Seeded(
        "destroy --refresh deletes nothing",
        "a:",
        (ONE, UP, ("run", "one", "destroy --refresh")),
        _what_a_refresh_saw_is_kept,
    ),
    Seeded(
        "up --refresh keeps what left the program",
        "a:",
        (ONE, UP, ("drop", "one", "a"), REFRESHING),
        _what_a_refresh_saw_is_kept,
    ),
    Seeded(
        "up --refresh --replace replaces nothing",
        "b: nothing is wrong",
        (ONE, UP, ("run", "one", "up --refresh --replace a")),
        _what_a_refresh_saw_is_kept,
    ),
    Seeded(
        "up --refresh of a tainted one replaces nothing",
        "b: nothing is wrong",
        (ONE, UP, ("taint", "one", "a"), REFRESHING),
        _what_a_refresh_saw_is_kept,
    ),
    Seeded(
        "a second refresh forgets drift",
        "b:",
        (ONE, UP, ("by_hand", "jira", "wiki", "no_user"), REFRESH),
        _observed_is_declared,
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
        _observed_is_declared,
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
        _observed_is_declared,
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
        _observed_is_declared,
    ),
    Seeded(
        "on_broken is stored, and not applied",
        "f:",
        (ONE, UP, ("outage", "wiki", "down"), REFRESH, ("change", "one", "a", {"on_broken": "fail"}), UP),
        _a_policy_waits_for_a_refresh,
    ),
    Seeded(
        "a stale key is never set again",
        "b:",
        (ONE, UP, ("restore", "jira"), REFRESHING),
        _no_key_is_compared,
    ),
    Seeded(
        "a stale consumer key is never set again",
        "b:",
        (ONE, UP, ("restore", "jira", {"consumer": True}), REFRESHING),
        _no_key_is_compared,
    ),
    Seeded(
        "a link is relocated to a copy silently",
        "e:",
        (ONE, UP, ("point_at_copy", "one", "wiki", {"knows": True}), UP),
        _nobody_asks_where_the_original_is,
    ),
    Seeded(
        "a class of one's own is another resource",
        "h:",
        (ONE, UP, ("tell_engine", "one", "a", {"subclass": True}), UP),
        _a_class_has_a_type_of_its_own,
    ),
    Seeded(
        "a login goes to whoever wants one",
        "the manifest at",
        (ONE, UP, ("outage", "wiki", "wanting a login"), REFRESH),
        _a_manifest_is_asked_with_a_login,
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
        _undone_as_the_state_remembers,
    ),
    Seeded(
        "what was undone is named as left",
        "the link",
        (("outage", "wiki", "refusing levels"), ONE, UP),
        _left_without_a_look,
    ),
    Seeded(
        "a name that was given for now stays",
        "b: a name that was given for now stays",
        (
            ("declare", "one", "a", "jira", "wiki", "oauth", {"target_name": "One"}),
            ("declare", "one", "b", "jira", "code", "oauth", {"target_name": "Two"}),
            UP,
            ("change", "one", "a", {"target_name": "Two"}),
            ("change", "one", "b", {"target_name": "One"}),
            UP,
        ),
        _a_name_is_no_drift,
    ),
    Seeded(
        "half deleted, half reported",
        "the link",
        (ONE, UP, ("outage", "jira", "refusing deletions"), ("run", "one", "destroy")),
        _half_told,
    ),
    Seeded(
        "an end is left on a node that lags",
        "a:",
        (("cluster", "jira", {"affinity": True, "lag": None}), ONE, UP, ("run", "one", "destroy")),
        _a_denial_is_believed,
    ),
    Seeded(
        "a replacement takes over the link that it has deleted, from a node that lags",
        "a was replaced, and is not there",
        (
            ("declare", "one", "a", "jira", "wiki", "none", {"two_way": False, "on_existing": "adopt"}),
            UP,
            ("cluster", "jira", {"affinity": False, "lag": 3}),
            ("run", "one", "up --refresh --replace a"),
        ),
        _a_deleted_link_is_believed,
    ),
    Seeded(
        "when every end has moved, a refresh says for ever to run it again",
        "i:",
        (ONE, UP, ("move", "jira"), ("move", "wiki"), ("follow", "one"), REFRESHING, SETTLE),
        _nothing_can_be_read,
    ),
)
