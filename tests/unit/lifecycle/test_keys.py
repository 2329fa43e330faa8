"""An application that was restored has another key pair or consumer key: that is drift of the other end, and an `up` repairs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pulumi_applinks.lab.applications import Application, Fault
from pulumi_applinks.lab.applications.oauth import key_pair
from pulumi_applinks.provider import ApplicationLinkError
from tests.unit.lifecycle.conftest import Driver, inputs_for


def _another_pair(application: Application) -> None:
    application._keys = key_pair()


def _another_name(application: Application) -> None:
    object.__setattr__(application, "consumer_key", f"{application.type_id}:of-the-restored-one")


RESTORED: dict[str, Callable[[Application], None]] = {"pair": _another_pair, "name": _another_name}
AS_USER = {"outgoing": {"level": "oauth", "execute_as": "user"}, "incoming": {"level": "oauth"}}


@pytest.mark.parametrize("how", RESTORED)
@pytest.mark.parametrize("which", ["source", "target"])
def test_a_key_that_is_another_one_since_is_drift_and_is_repaired(
    driver: Driver, pair: tuple[Application, Application], warnings: list[str], which: str, how: str
):
    """A refresh shows it each time, on the end that keeps the old one; an `up` lets that end read it again, and the link works."""
    jira, wiki = pair
    wanted = inputs_for(jira, wiki, authentication=AS_USER)
    driver.up(wanted)
    RESTORED[how]({"source": jira, "target": wiki}[which])
    keeper = "target" if which == "source" else "source"
    for _ in range(2):
        assert driver.refresh() == {
            f"oauth_key.{keeper}": {
                "declared": f"the current key of {which}",
                "observed": "an outdated key",
                "on": keeper,
            }
        }
        assert "Run `pulumi up`" in warnings[-1]
    assert driver.up(wanted) == "updated"
    assert driver.state is not None
    assert (driver.state["status"], driver.state["drift"]) == ("working", {})
    consumer = wiki.links[jira.server_id].consumer
    assert consumer is not None
    assert consumer.execute_as == "user"
    assert driver.refresh() == {}
    assert driver.up(wanted) == "same"


def test_any_update_repairs_it(driver: Driver, pair: tuple[Application, Application]):
    """Even one that never got it: the link is tried at its end."""
    jira, wiki = pair
    driver.up(inputs_for(jira, wiki))
    _another_pair(jira)
    driver.up(inputs_for(jira, wiki, primary=True))
    assert driver.state is not None
    assert driver.state["status"] == "working"
    assert driver.refresh() == {}


def test_requests_that_are_refused_for_another_reason_are_no_drift_of_a_key(
    driver: Driver, pair: tuple[Application, Application]
):
    """The keys are compared: that requests are refused says nothing of them."""
    jira, wiki = pair
    wanted = inputs_for(jira, wiki, authentication=AS_USER)
    driver.up(wanted)
    wiki.users.remove("user")
    assert driver.refresh() == {}
    assert driver.state is not None
    assert driver.state["status"] == "not-working"


def test_an_end_that_refuses_to_read_the_key_again(driver: Driver, pair: tuple[Application, Application]):
    """The error says so, and that nothing was changed, where nothing was; the drift stays."""
    jira, wiki = pair
    wanted: dict[str, Any] = inputs_for(jira, wiki)
    driver.up(wanted)
    _another_pair(jira)
    driver.refresh()
    wiki.faults.add(Fault("PUT", "/rest/applinks-oauth/*", status=403, times=9, origin="client"))
    with pytest.raises(ApplicationLinkError) as told:
        driver.up(wanted)
    assert "reading the other application's public key again failed" in str(told.value)
    assert "Nothing was changed on either application." in str(told.value)
    wiki.faults.clear()
    assert driver.up(wanted) == "updated"
    assert driver.refresh() == {}
