"""A manifest that needs a login: the program says so, or the login stays here; and it stays where the address changes in this run."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from pulumi_applinks.lab.applications import Application
from pulumi_applinks.provider import ApplicationLinkError, ApplicationLinkProvider
from tests.unit.lifecycle.conftest import Driver, inputs_for
from tests.words import flat

MANIFEST = "/rest/applinks/1.0/manifest"


@pytest.fixture
def one_way(pair: tuple[Application, Application]) -> dict[str, Any]:
    """A link from an application that shows only to a login who it is, and so can't be linked back to."""
    jira, wiki = pair
    inputs = inputs_for(jira, wiki, two_way=False, authentication=None)
    inputs["source"]["manifest_needs_login"] = True
    jira.modes.add("manifest_needs_login")
    jira.requests.clear()
    return inputs


def logins(application: Application) -> list[str]:
    """The paths that were asked with a login."""
    return [one.path for one in application.requests.all("client") if one.user is not None]


def test_the_program_says_so(driver: Driver, pair: tuple[Application, Application], one_way: dict[str, Any]):
    """Each operation asks without a login, and then with it."""
    jira, _ = pair
    for operation in (lambda: driver.up(one_way), driver.refresh, driver.delete):
        jira.requests.clear()
        operation()
        first, second = jira.requests.all("client")[:2]
        assert [(one.path, one.user) for one in (first, second)] == [(MANIFEST, None), (MANIFEST, "sysadmin")]
    assert (len(jira.links), driver.warnings) == (0, [])


@pytest.mark.parametrize("said", [None, False])
def test_the_program_does_not_say_so(
    driver: Driver, pair: tuple[Application, Application], one_way: dict[str, Any], said: bool | None
):
    """No login goes there, and the message names what says otherwise."""
    one_way["source"]["manifest_needs_login"] = said
    with pytest.raises(ApplicationLinkError) as refused:
        driver.up(one_way)

    assert "[applinks/manifest-needs-login]" in flat(refused.value)
    assert "set manifest_needs_login on it" in flat(refused.value)
    assert "Nothing was changed" in flat(refused.value)
    assert logins(pair[0]) == []


def test_it_changes_nothing_on_an_application(
    driver: Driver, pair: tuple[Application, Application], one_way: dict[str, Any]
):
    """Taken out of the program it is only stored."""
    driver.up(one_way)
    pair[0].requests.clear()
    del one_way["source"]["manifest_needs_login"]

    assert driver.up(one_way) == "updated"
    assert pair[0].requests.all("client") == []


@pytest.mark.parametrize("part", ["url", "api_url"])
def test_no_login_goes_to_an_address_that_changes_in_this_run(
    driver: Driver, pair: tuple[Application, Application], one_way: dict[str, Any], part: str
):
    """However the program says it; what continues without is a relocation without contact, and then the next run asks as before."""
    jira, _ = pair
    driver.up(one_way)
    jira.move()
    before, jira.base_url = jira.url, jira.url if part == "url" else one_way["source"]["url"]
    one_way["source"][part] = before
    jira.requests.clear()
    with pytest.raises(ApplicationLinkError, match="manifest-needs-login"):
        driver.up(one_way)

    assert jira.requests.all("client") != []
    assert logins(jira) == []


def test_nor_for_another_link_of_the_same_run(
    driver: Driver, pair: tuple[Application, Application], one_way: dict[str, Any]
):
    """Which has no address from before."""
    jira, wiki = pair
    driver.up(one_way)
    jira.move()
    moved = copy.deepcopy(one_way)
    moved["source"]["url"] = jira.url
    provider = ApplicationLinkProvider()
    assert driver.state is not None
    provider.diff(driver.id, driver.state, moved)
    jira.requests.clear()
    with pytest.raises(ApplicationLinkError, match="manifest-needs-login"):
        provider.create(moved)
    provider.close()

    assert logins(jira) == []
    provider = ApplicationLinkProvider()
    wiki.requests.clear()
    provider.create({**moved, "on_existing": "adopt"})  # in another run the address is that of the program
    provider.close()
    assert MANIFEST in logins(jira)
