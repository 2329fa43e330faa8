"""The fault sweep: for each operation, each request that it makes, and each fault.

The operation fails with an error that names the application, or succeeds. Running the program again without the fault reaches exactly
what it says on both ends; deleting leaves nothing; no other link is touched. Every pair of request and fault is run.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from pulumi_applinks.lab.applications import Application, Lab, StoredLink
from pulumi_applinks.provider import ApplicationLinkError
from tests.conftest import Tried
from tests.reliability.faults import FAULTS, arm
from tests.unit.lifecycle.conftest import Driver, inputs_for, log_in

OAUTH = {"outgoing": {"level": "oauth", "execute_as": "user"}, "incoming": {"level": "oauth"}}
IMPERSONATING = {
    "outgoing": {"level": "oauth-impersonation"},
    "incoming": {"level": "oauth-impersonation"},
}
NONE = {"outgoing": {"level": "none"}, "incoming": {"level": "none"}}
ONE_WAY = {"two_way": False, "authentication": NONE}
MOST_REQUESTS = 60


@dataclass
class Scene:
    """Two applications with links of others, and a stack with one link."""

    jira: Application
    wiki: Application
    driver: Driver
    foreign: dict[str, list[dict[str, Any]]]

    def wanted(self, **changes: Any) -> dict[str, Any]:
        """What the program declares."""
        return inputs_for(self.jira, self.wiki, **changes)

    def clear(self) -> None:
        """Both applications up and as they were, and an empty stack."""
        for application in (self.jira, self.wiki):
            application.faults.clear()
            application.start()
            for link in application.links:
                if link.name != "Somebody else's":
                    application.links.remove(link.id)
            for link in application.links:
                application.links.make_primary(link.id)
        self.driver.state = None

    def others_are_untouched(self) -> bool:
        """Whether the links of others are what they were."""
        now = {
            application.type_id: [
                link for link in application.links.snapshot() if link["name"] == "Somebody else's"
            ]
            for application in (self.jira, self.wiki)
        }
        return now == self.foreign

    def stands(self, wanted: dict[str, Any]) -> bool:
        """Whether both ends have exactly what the program says."""
        levels = wanted["authentication"]
        ends = [(self.jira, self.wiki, levels["outgoing"], levels["incoming"])]
        if wanted["two_way"]:
            ends.append((self.wiki, self.jira, levels["incoming"], levels["outgoing"]))
        elif self.jira.server_id in self.wiki.links:
            return False
        for here, there, outgoing, incoming in ends:
            link = here.links.get(there.server_id)
            if link is None or (link.rpc_url, link.display_url) != (there.url, there.url):
                return False
            if (link.outgoing.level, link.incoming.level) != (outgoing["level"], incoming["level"]):
                return False
            user = link.consumer.execute_as if link.consumer else None
            if user != incoming.get("execute_as"):
                return False
        return len(list(self.jira.links)) == 2 and len(list(self.wiki.links)) == (
            2 if wanted["two_way"] else 1
        )


@pytest.fixture
def scene(lab: Lab, drivers: Driver, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The scene."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    for here, type_id in ((jira, "confluence"), (wiki, "jira")):
        address = lab.closed_address()
        here.links.add(
            StoredLink(
                f"00000000-0000-3000-8000-{here.consumer_key[-8:]:0>12}",
                type_id,
                "Somebody else's",
                address,
                address,
            )
        )
    log_in(monkeypatch, "jira", jira)
    log_in(monkeypatch, "wiki", wiki)
    foreign = {application.type_id: application.links.snapshot() for application in (jira, wiki)}
    return Scene(jira, wiki, drivers, foreign)


@pytest.fixture
def lab() -> Any:
    """A network of its own."""
    with Lab() as network:
        yield network


@dataclass(frozen=True)
class Operation:
    """What is done, after what, and what the program says then."""

    before: Callable[[Scene], None]
    act: Callable[[Scene], object]
    wanted: Callable[[Scene], dict[str, Any]]


def _nothing(_scene: Scene) -> None:
    return None


def _made(**changes: Any) -> Callable[[Scene], None]:
    def before(scene: Scene) -> None:
        scene.driver.up(scene.wanted(**changes))

    return before


def _create(**changes: Any) -> Operation:
    return Operation(
        _nothing,
        lambda scene: scene.driver.up(scene.wanted(**changes)),
        lambda scene: scene.wanted(**changes),
    )


def _change(before: dict[str, Any], after: dict[str, Any]) -> Operation:
    return Operation(
        _made(**before),
        lambda scene: scene.driver.up(scene.wanted(**after)),
        lambda scene: scene.wanted(**after),
    )


def _moved(which: str) -> Operation:
    def before(scene: Scene) -> None:
        _made(authentication=OAUTH)(scene)
        getattr(scene, which).move()

    return Operation(
        before,
        lambda scene: scene.driver.up(scene.wanted(authentication=OAUTH)),
        lambda scene: scene.wanted(authentication=OAUTH),
    )


def _adoption() -> Operation:
    def before(scene: Scene) -> None:
        scene.jira.link_by_hand(scene.wiki, name="By hand")
        scene.wiki.link_by_hand(scene.jira)

    adopting = {"authentication": OAUTH, "on_existing": "adopt"}
    return Operation(
        before,
        lambda scene: scene.driver.up(scene.wanted(**adopting)),
        lambda scene: scene.wanted(**adopting),
    )


OPERATIONS: dict[str, Operation] = {
    "create one-way": _create(**ONE_WAY),
    "create without authentication": _create(authentication=NONE),
    "create with OAuth": _create(authentication=OAUTH),
    "create with impersonation": _create(authentication=IMPERSONATING),
    "relocate the target": _moved("wiki"),
    "relocate the source": _moved("jira"),
    "change authentication": _change({"authentication": OAUTH}, {"authentication": IMPERSONATING}),
    "complete": _change(ONE_WAY, {"authentication": OAUTH}),
    "go back to one-way": _change({"authentication": OAUTH}, ONE_WAY),
    "adopt": _adoption(),
    "read": Operation(
        _made(authentication=OAUTH),
        lambda scene: scene.driver.refresh(),
        lambda scene: scene.wanted(authentication=OAUTH),
    ),
}


def one(scene: Scene, operation: Operation, name: str, number: int) -> tuple[str | None, str | None]:
    """One fault at one request: how the operation ended, and what is wrong with that; nothing when there is no such request."""
    scene.clear()
    operation.before(scene)
    fault = arm(name, number, scene.jira, scene.wiki)
    told = ""
    try:
        operation.act(scene)
    except ApplicationLinkError as error:
        told = str(error)
    if not fault.seen:
        return None, None
    ended = "failed" if told else "succeeded"
    where = f"{name} at {number} ({fault.seen[0]})"
    for application in (scene.jira, scene.wiki):
        application.faults.clear()
        application.start()
    if told and not re.search(r"(source|target) \(http", told):
        return ended, f"{where}: names no application: {told}"
    wrong = _again(scene, operation, told)
    return ended, f"{where}: {wrong} after: {told or 'success'}" if wrong else None


def _again(scene: Scene, operation: Operation, told: str) -> str | None:
    """Run the program again, without the fault: what is wrong then, if anything."""
    wanted = operation.wanted(scene)
    try:
        scene.driver.up(wanted)
    except ApplicationLinkError as error:
        # What could not be undone was named, and is taken over when the program says so.
        if 'on_existing="adopt"' not in str(error) or "delete that link if it is there" not in told:
            return f"the next up says: {error}"
        adopting = {**copy.deepcopy(wanted), "on_existing": "adopt"}
        scene.driver.up(adopting)
    if scene.driver.refresh() != {}:
        scene.driver.up(wanted)
    if not scene.stands(wanted):
        return f"not as wanted: {scene.jira.links.snapshot()} {scene.wiki.links.snapshot()}"
    if scene.driver.refresh() != {} or (
        scene.driver.up(wanted) == "updated" and scene.driver.refresh() != {}
    ):
        return f"does not settle: {scene.driver.refresh()}"
    if not scene.others_are_untouched():
        return "a link of somebody else was changed"
    scene.driver.delete()
    if len(list(scene.jira.links)) != 1 or len(list(scene.wiki.links)) != 1:
        return "deleting left something"
    return None


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_fault_at_every_request(scene: Scene, name: str, tried: Tried):
    """Of one operation."""
    wrong: list[str] = []
    for fault in FAULTS:
        for number in range(1, MOST_REQUESTS):
            ended, problem = one(scene, OPERATIONS[name], fault, number)
            if ended is None:
                break
            tried(name, ended)
            if problem:
                wrong.append(problem)

    assert wrong == []


def test_every_fault_at_every_request_of_a_deletion(scene: Scene, tried: Tried):
    """It says what is left; a later try, without the fault, finishes it."""
    wrong: list[str] = []
    for name in FAULTS:
        for number in range(1, MOST_REQUESTS):
            scene.clear()
            scene.driver.up(scene.wanted(authentication=OAUTH))
            fault = arm(name, number, scene.jira, scene.wiki)
            told = ""
            try:
                scene.driver.delete()
            except ApplicationLinkError as error:
                told = str(error)
            if not fault.seen:
                break
            tried("delete", "failed" if told else "succeeded")
            where = f"{name} at {number} ({fault.seen[0]})"
            left = scene.wiki.server_id in scene.jira.links or scene.jira.server_id in scene.wiki.links
            for application in (scene.jira, scene.wiki):
                application.faults.clear()
                application.start()
            if left and not told:
                wrong.append(f"{where}: left something, and said nothing")
            if told and "As its administrator, open http" not in told:
                wrong.append(f"{where}: does not say where to look: {told}")
            if told:
                scene.driver.delete()
            if len(list(scene.jira.links)) != 1 or len(list(scene.wiki.links)) != 1:
                wrong.append(f"{where}: a second deletion left something")
            if not scene.others_are_untouched():
                wrong.append(f"{where}: a link of somebody else was changed")

    assert wrong == []
