"""Copies of applications: same server ids, keys, users and links; only the base URLs are their own. What each operation does with them."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_applinks.lab.applications import Application, Fault, Lab
from pulumi_applinks.provider import ApplicationLinkError
from tests.unit.lifecycle.conftest import Driver, inputs_for
from tests.words import flat

Pair = tuple[Application, Application]


@pytest.fixture
def production(driver: Driver, pair: Pair) -> Pair:
    """A Jira and a Confluence with a link that the driver's stack has."""
    driver.up(inputs_for(*pair))
    return pair


@pytest.fixture
def staging(lab: Lab, production: Pair) -> Pair:
    """Copies of both, with the links that came along."""
    jira, wiki = production
    return lab.copy(jira), lab.copy(wiki)


def links(*applications: Application) -> list[Any]:
    """The links of applications."""
    return [one.links.snapshot() for one in applications]


def lead(at: Application, to: Application) -> None:
    """Let a link point to another application with the same server id, as an administrator would by hand."""
    link = at.links[to.server_id]
    link.rpc_url = link.display_url = to.url


def status(driver: Driver) -> str:
    """The word in the state."""
    assert driver.state is not None
    return str(driver.state["status"])


def test_a_copy_is_as_its_original_but_for_its_base_url(production: Pair, staging: Pair):
    """And it lives apart from it."""
    for original, copy in zip(production, staging, strict=True):
        one, other = original.manifest(), copy.manifest()
        differing = {key for key in one if one[key] != other[key]}

        assert differing == {"url", "iconUrl", "iconUri"}
        assert (copy.keys, copy.consumer_key) == (original.keys, original.consumer_key)
        assert [user.password for user in copy.users] == [user.password for user in original.users]
        assert links(copy) == links(original)
        copy.links.remove(next(iter(copy.links)).id)
        copy.users.rotate("sysadmin")
        assert len(original.links) == 1
        assert original.users["sysadmin"].password != copy.users["sysadmin"].password


@pytest.mark.parametrize("ends", [("source",), ("target",), ("source", "target")])
def test_a_link_that_leads_to_a_copy_is_never_working(
    driver: Driver, production: Pair, staging: Pair, ends: tuple[str, ...]
):
    """A refresh says where it leads and warns, though both ends say that requests are answered; `up` leads it back."""
    (jira, wiki), (jira2, wiki2) = production, staging
    before = links(jira, wiki)
    for end in ends:
        lead(*((jira, wiki2) if end == "source" else (wiki, jira2)))
    driver.refresh()
    assert driver.state is not None
    detail = flat(driver.state["status_detail"])

    assert status(driver) == "elsewhere"
    for end, copy in (("source", wiki2), ("target", jira2)):
        assert (f"points to {copy.url}: a copy, or the same application under another address" in detail) is (
            end in ends
        )
    assert "[applinks/link-leads-elsewhere]" in driver.warnings[-1]
    assert "does not work" not in driver.warnings[-1]
    assert driver.up(inputs_for(jira, wiki)) == "updated"
    assert status(driver) == "working"
    assert links(jira, wiki) == before


@pytest.mark.parametrize("named", ["rpc_url", "api_url", "base URL"])
def test_an_address_that_is_named_is_the_application_s(lab: Lab, driver: Driver, pair: Pair, named: str):
    """By the program, or by the application itself: a link that leads there alone points to the application."""
    jira, wiki = pair
    proxy = lab.proxy(wiki)
    inputs = inputs_for(jira, wiki)
    if named != "base URL":
        inputs["target"][named] = proxy
    driver.up(inputs)
    if named == "base URL":
        wiki.base_url = proxy
    link = jira.links[wiki.server_id]
    link.rpc_url = link.display_url = proxy
    drift = driver.refresh()

    assert status(driver) == "working"
    assert drift is not None
    assert "target.url" in drift
    assert driver.warnings == []


def test_one_address_of_a_proxy_is_drift_and_not_elsewhere(lab: Lab, driver: Driver, production: Pair):
    """People are sent to the application itself."""
    jira, wiki = production
    jira.links[wiki.server_id].rpc_url = lab.proxy(wiki)
    drift = driver.refresh()

    assert drift is not None
    assert "target.rpc_url" in drift
    assert status(driver) == "working"


def test_a_one_way_link_to_a_copy(lab: Lab, driver: Driver, pair: Pair):
    """It is not one-way to the application that the program declares."""
    jira, wiki = pair
    inputs = inputs_for(jira, wiki, two_way=False, authentication=None)
    driver.up(inputs)
    lead(jira, lab.copy(wiki))
    driver.refresh()

    assert status(driver) == "elsewhere"


def test_on_broken_fails_over_a_link_that_leads_elsewhere(driver: Driver, production: Pair, staging: Pair):
    """It is drift, as a link that does not work is."""
    jira, wiki = production
    driver.up(inputs_for(jira, wiki, on_broken="fail"))
    lead(wiki, staging[0])
    drift = driver.refresh()

    assert drift is not None
    assert drift["status"] == {"declared": "working", "observed": "elsewhere", "on": "both"}


PAIRS = {"both": (True, True), "the source": (True, False), "the target": (False, True)}
"""Of which applications copies are declared, in place of the originals."""


def chosen(production: Pair, staging: Pair, which: str) -> Pair:
    """What a program declares."""
    source, target = (
        two if is_copy else one for one, two, is_copy in zip(production, staging, PAIRS[which], strict=True)
    )
    return source, target


@pytest.mark.parametrize("which", PAIRS)
@pytest.mark.parametrize("on_existing", ["fail", "adopt"])
def test_a_new_stack_takes_no_link_that_leads_to_an_original(
    driver: Driver, production: Pair, staging: Pair, which: str, on_existing: str
):
    """It is refused, nothing is changed on any of the four, and no advice gives the original's link away."""
    before = links(*production, *staging)
    new = Driver(driver.warnings)
    with pytest.raises(ApplicationLinkError) as refused:
        new.up(inputs_for(*chosen(production, staging, which), on_existing=on_existing))
    said = flat(refused.value)

    assert "[applinks/link-leads-elsewhere]" in said
    assert "a copy, or the same application under another address" in said
    if on_existing == "adopt":
        assert "the link is not taken over" in said
        assert "adopt" not in said
    assert links(*production, *staging) == before


def test_what_blocks_adoption_is_that_the_original_answers(driver: Driver, production: Pair, staging: Pair):
    """Also where this program does not reach it, and the application that has the link does."""
    jira, wiki = production
    new = Driver(driver.warnings)
    wanted = inputs_for(staging[0], wiki, on_existing="adopt")
    jira.faults.add(
        Fault("*", "*", "drop", times=10**9, origin="client")
    )  # as a firewall between the two would
    with pytest.raises(ApplicationLinkError, match="link-leads-elsewhere"):
        new.up(wanted)
    jira.faults.clear()
    jira.stop()

    assert new.up(wanted) == "created"
    assert wiki.links[jira.server_id].rpc_url == staging[0].url


@pytest.mark.parametrize("which", ["the source", "the target"])
def test_a_relocation_to_a_copy_warns(driver: Driver, production: Pair, staging: Pair, which: str):
    """The program's address is changed to a copy's while the original still answers: one anonymous request says."""
    moved = production[PAIRS[which].index(True)]
    role = which.removeprefix("the ")
    moved.requests.clear()
    assert driver.up(inputs_for(*chosen(production, staging, which))) == "updated"
    (warning,) = driver.warnings

    assert "[applinks/copy-answers]" in warning
    assert f"{role} ({staging[PAIRS[which].index(True)].url})" in flat(warning)
    assert f"what still answers at {moved.url}" in flat(warning)
    asked = [(one.method, one.path, one.user) for one in moved.requests.all("client")]
    assert asked == [("GET", "/rest/applinks/1.0/manifest", None)]


@pytest.mark.parametrize("how", ["moved", "another name", "gone to another one", "policy"])
def test_a_relocation_that_is_none_to_a_copy_does_not_warn(
    lab: Lab, driver: Driver, production: Pair, how: str
):
    """Nothing answers at the old address; the same application does; another one does; or no address changes."""
    jira, wiki = production
    inputs = inputs_for(jira, wiki)
    if how == "moved":
        wiki.move()
        inputs["target"]["url"] = wiki.url
    elif how == "another name":
        inputs["target"]["api_url"] = lab.proxy(wiki)
    elif how == "gone to another one":
        address, copy = wiki.url, lab.copy(wiki)
        inputs["target"]["url"] = copy.url
        wiki.server_id = "99999999-9999-4999-8999-999999999999"
        assert wiki.url == address
    else:
        inputs["timeout_seconds"] = 60
    driver.up(inputs)

    assert driver.warnings == []
    assert status(driver) == "working"


def test_a_deletion_leaves_copies_alone(driver: Driver, production: Pair, staging: Pair):
    """Those have the same ids, and are at other addresses."""
    before = links(*staging)
    for copy in staging:
        copy.requests.clear()
    driver.delete()

    assert [len(one.links) for one in production] == [0, 0]
    assert links(*staging) == before
    assert [one.requests.all("client") for one in staging] == [[], []]
