"""An answer that does not come in time: what is concluded from it, by whom, and what is said. The bounds are short here, nobody sleeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pulumi_applinks.lab.applications import Application, Fault
from pulumi_applinks.provider import ApplicationLinkProvider
from pulumi_applinks.rest import ApplicationClient
from tests.unit.lifecycle.conftest import Driver, inputs_for
from tests.unit.lifecycle.tables import IMPERSONATING, NEITHER

Pair = tuple[Application, Application]


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let applications not answer what they would ask another one for; the program does not wait for them then."""
    usual, hanging = ApplicationClient._longest_answer, list[Application]()

    def longest(client: ApplicationClient, request: Any) -> float:
        reads = request.asks_another and not request.asked.changes
        hangs = any(client.base_url == one.url for one in hanging)
        return 0.2 if reads and hangs else usual(client, request)

    def let(application: Application, path: str) -> None:
        hanging.append(application)
        application.faults.add(Fault("GET", path, kind="hang", times=99, origin="client"))

    monkeypatch.setattr(ApplicationClient, "_longest_answer", longest)
    return let


def _created(driver: Driver, pair: Pair, options: dict[str, Any]) -> None:
    driver.up(inputs_for(*pair, **options))


def _adopted(driver: Driver, pair: Pair, options: dict[str, Any]) -> None:
    driver.up(inputs_for(*pair, on_existing="adopt", **options))


def _updated(driver: Driver, pair: Pair, options: dict[str, Any]) -> None:
    driver.up(inputs_for(*pair, authentication=IMPERSONATING, **options))


def _relocated(driver: Driver, pair: Pair, options: dict[str, Any]) -> None:
    pair[1].move()
    driver.up(inputs_for(*pair, **options))


def _drifted_and_relocated(driver: Driver, pair: Pair, options: dict[str, Any]) -> None:
    jira, wiki = pair
    jira.links[wiki.server_id].name = "by hand"
    wiki.move()
    driver.up(inputs_for(*pair, **options))


def _refreshed(driver: Driver, _pair: Pair, _options: dict[str, Any]) -> None:
    driver.refresh()


VERBS: dict[str, tuple[bool, Callable[[Driver, Pair, dict[str, Any]], None]]] = {
    "create": (False, _created),
    "adopt": (False, _adopted),
    "update": (True, _updated),
    "relocate": (True, _relocated),
    "relocate what drifted": (True, _drifted_and_relocated),
    "refresh": (True, _refreshed),
}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("which", [(0,), (1,), (0, 1)], ids=["source", "target", "both"])
@pytest.mark.parametrize("on_broken", ["warn", "fail"])
@pytest.mark.parametrize("verb", VERBS)
def test_a_status_that_does_not_come_in_time(
    driver: Driver, pair: Pair, verb: str, on_broken: str, which: tuple[int, ...], silent: Callable[..., None]
):
    """Nobody knows whether the link works: it stays, no end is called unreachable, and the time that passed is said."""
    there, act = VERBS[verb]
    options: dict[str, Any] = {"on_broken": on_broken}
    if there:
        driver.up(inputs_for(*pair, **options))
    if verb == "adopt":
        pair[0].link_by_hand(pair[1])
        pair[1].link_by_hand(pair[0])
    for number in which:
        silent(pair[number], "*/3.0/status/*")
    try:
        act(driver, pair, options)
    finally:
        for application in pair:
            application.faults.clear()
    state = driver.state
    assert state is not None
    asked = {number for number in which if verb != "relocate" or number == 0}
    assert state["status"] == ("unknown" if asked else "working")
    assert ("did not answer within 0." in state["status_detail"]) is bool(asked)
    assert "says that did" not in state["status_detail"]
    assert state["drift"] == {}
    assert [len(application.links) for application in pair] == [1, 1]
    assert driver.warnings == []


def test_what_an_application_does_not_see_in_time(driver: Driver, pair: Pair, silent: Callable[..., None]):
    """It is not known, and what is known nowhere is in no change's way."""
    for application in pair:
        silent(application, "*/applicationlinkForm/manifest")
    try:
        driver.up(inputs_for(*pair, authentication=NEITHER))
    finally:
        for application in pair:
            application.faults.clear()
    assert [len(application.links) for application in pair] == [1, 1]


def test_the_time_of_a_look_is_not_that_of_the_update(
    driver: Driver, pair: Pair, monkeypatch: pytest.MonkeyPatch
):
    """A new address that does not answer while a preview looks is asked again by the update, which has more time."""
    monkeypatch.setattr("pulumi_applinks.hooks.LOOK_SECONDS", 0.2)
    jira, wiki = pair
    driver.up(inputs_for(jira, wiki))
    wiki.move()
    wiki.requests.clear()
    slow = wiki.faults.add(Fault("GET", "*/manifest", kind="hang", origin="client"))
    assert driver.up(inputs_for(jira, wiki)) == "updated"
    slow.released.set()
    assert driver.state is not None
    assert driver.state["status"] == "working"


def test_one_look_at_an_address_for_all_resources(
    driver: Driver, pair: Pair, monkeypatch: pytest.MonkeyPatch
):
    """Of many links to an application that moved and does not answer, only the first ones wait."""
    monkeypatch.setattr("pulumi_applinks.hooks.LOOK_SECONDS", 0.2)
    jira, wiki = pair
    driver.up(inputs_for(jira, wiki))
    assert driver.state is not None
    wiki.move()
    arrived: list[int] = []
    slow = Fault("GET", "*/manifest", kind="hang", times=9, origin="client", then=lambda: arrived.append(1))
    wiki.faults.add(slow)
    provider = ApplicationLinkProvider()
    for _ in range(3):
        wanted = inputs_for(jira, wiki)
        provider.check({}, wanted)
        assert not provider.diff(driver.id, driver.state, wanted).replaces
    provider.close()
    wiki.faults.clear()
    assert arrived == [1]


def test_a_relocation_that_meets_drift_tries_the_link_once_after_each_write(driver: Driver, pair: Pair):
    """What nothing was written after is not asked again, and what this operation did not write is not waited for."""
    jira, wiki = pair
    driver.up(inputs_for(jira, wiki))
    jira.links[wiki.server_id].name = "by hand"
    wiki.move()
    for application in pair:
        application.requests.clear()
    assert driver.up(inputs_for(jira, wiki)) == "updated"
    asked = [f"{one.method} {one.path}" for one in jira.requests.all("client")]
    kinds = [one.split("/")[0].strip() for one in asked if "/status/" in one or not one.startswith("GET")]
    assert kinds == ["POST", "GET", "PUT", "GET"]
    assert len([one for one in wiki.requests.all("client") if "/status/" in one.path]) == 1
