"""A link that the state has and an application denies: how long that is doubted, what it costs, and what is said. Nobody sleeps."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest

from pulumi_applinks.lab.applications import Application, Lab
from pulumi_applinks.provider import ApplicationLinkProvider
from pulumi_applinks.rest import SETTLE_SECONDS
from tests.unit.lifecycle.conftest import Driver, inputs_for, log_in
from tests.unit.rest.conftest import Clock
from tests.words import flat

LISTS = "/rest/applinks/3.0/applinks"


@pytest.fixture
def provider() -> Iterator[ApplicationLinkProvider]:
    """One operation of the engine."""
    found = ApplicationLinkProvider()
    yield found
    found.close()


def lists_read(application: Application) -> int:
    """How often its list was read since the last look."""
    found = sum(one.path == LISTS for one in application.requests.all("client"))
    application.requests.clear()
    return found


@pytest.mark.parametrize("verb", ["refresh", "delete", "up"])
def test_what_a_link_that_is_gone_costs(
    driver: Driver, pair: tuple[Application, Application], passing: Clock, verb: str
):
    """The list of that application is read again for a few seconds, and the other one's is not; it is said once."""
    jira, wiki = pair
    driver.up(inputs_for(jira, wiki))
    wiki.links.remove(jira.server_id)
    for application in pair:
        application.requests.clear()
    if verb == "up":
        # Something else is changed: an `up` without a change asks nobody.
        driver.up(inputs_for(jira, wiki, two_way=True, primary=True))
    else:
        getattr(driver, verb)()
    assert passing.now == pytest.approx(SETTLE_SECONDS)
    assert 1 <= lists_read(jira) <= 2
    assert 7 <= lists_read(wiki) <= 8
    told = [flat(one) for one in driver.warnings if "[applinks/link-gone]" in one]
    assert len(told) == 1
    assert f"target ({wiki.url}) no longer has the link {jira.server_id}, but the stack does" in told[0]
    assert "the nodes of a cluster can lag" in told[0]
    assert f"again, {SETTLE_SECONDS:g} s or more after" in told[0]


@pytest.mark.parametrize("verb", ["refresh", "delete"])
def test_what_a_refresh_has_noted_is_not_doubted_again(
    driver: Driver, pair: tuple[Application, Application], passing: Clock, verb: str
):
    """The state and the application agree by then."""
    jira, wiki = pair
    driver.up(inputs_for(jira, wiki))
    wiki.links.remove(jira.server_id)
    driver.refresh()
    before, told = passing.now, len(driver.warnings)
    lists_read(wiki)
    getattr(driver, verb)()
    assert (passing.now, lists_read(wiki)) == (before, 1)
    assert not [one for one in driver.warnings[told:] if "link-gone" in one]


@pytest.mark.parametrize("verb", ["refresh", "delete"])
def test_a_link_that_is_there_costs_nothing_more(
    driver: Driver, pair: tuple[Application, Application], passing: Clock, verb: str
):
    """Nothing is read again, and nobody waits."""
    driver.up(inputs_for(*pair))
    for application in pair:
        application.requests.clear()
    getattr(driver, verb)()
    assert [lists_read(one) for one in pair] == [1, 1]
    assert passing.now == 0


def test_links_of_one_application_share_the_doubt(
    lab: Lab,
    monkeypatch: pytest.MonkeyPatch,
    warnings: list[str],
    passing: Clock,
    provider: ApplicationLinkProvider,
):
    """However many are gone, one operation waits a few seconds for that application, and its list is read as often as for one."""
    wiki = lab.start("confluence")
    log_in(monkeypatch, "wiki", wiki)
    drivers: list[Driver] = []
    for number in range(4):
        jira = lab.start("jira")
        log_in(monkeypatch, f"jira{number}", jira)
        driver = Driver(warnings)
        source = {"url": jira.url, "credentials": f"jira{number}"}
        driver.up(inputs_for(jira, wiki, source=source))
        wiki.links.remove(jira.server_id)
        drivers.append(driver)
    passing.now = 0.0
    lists_read(wiki)
    for driver in drivers:
        assert driver.state is not None
        read = provider.read(driver.id, copy.deepcopy(driver.state))
        assert read.outs is not None
        assert read.outs["status"] == "incomplete"
    assert passing.now == pytest.approx(SETTLE_SECONDS)
    assert lists_read(wiki) <= 8
    assert len([one for one in warnings if "[applinks/link-gone]" in one]) == 4


def test_a_denial_is_not_believed_before_its_time(
    driver: Driver, pair: tuple[Application, Application], passing: Clock
):
    """An operation that has less time than a node may take to follow says so, and forgets nothing."""
    jira, wiki = pair
    driver.up(inputs_for(jira, wiki, timeout_seconds=2))
    before = copy.deepcopy(driver.state)
    for here, there in (pair, reversed(pair)):
        here.links.remove(there.server_id)
    with pytest.raises(Exception, match="the time for this operation was up"):
        driver.refresh()
    assert driver.state == before
