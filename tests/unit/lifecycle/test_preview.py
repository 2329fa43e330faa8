"""A preview that asks: it finds what an `up` would find, and changes nothing. On applications of the lab."""

from __future__ import annotations

import copy
from typing import Any

import pulumi
import pytest

from pulumi_applinks.lab.applications import Application, Fault, Lab
from pulumi_applinks.names import IS_PREVIEW
from pulumi_applinks.provider import ApplicationLinkError, ApplicationLinkProvider
from tests.unit.lifecycle.conftest import Driver, inputs_for, log_in
from tests.words import flat

Pair = tuple[Application, Application]


@pytest.fixture(autouse=True)
def _online(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPLINKS_PREVIEW", "online")


@pytest.fixture
def notes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a preview says in passing."""
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", told.append)
    return told


def preview(inputs: dict[str, Any], state: dict[str, Any] | None = None, id_: str = "") -> list[str]:
    """What blocks an `up`, as the preview shows it."""
    provider = ApplicationLinkProvider()
    wanted = {**copy.deepcopy(inputs), IS_PREVIEW: True}
    try:
        checked = provider.check(state or {}, wanted)
        assert IS_PREVIEW not in checked.inputs
        found = [flat(failure.reason) for failure in checked.failures]
        if state is not None and not found:
            provider.diff(id_, state, checked.inputs)
    except ApplicationLinkError as error:
        found = [flat(error)]
    finally:
        provider.close()
    return found


def only_read(*applications: Application) -> bool:
    """No request has changed anything: the look for a right asks for a link that does not exist."""
    return not [
        one
        for application in applications
        for one in application.requests.all("client")
        if one.method != "GET" and "relocateApplicationlink" not in one.path
    ]


@pytest.mark.parametrize("setting", ["", "offline"])
def test_a_plain_preview_asks_nobody(pair: Pair, monkeypatch: pytest.MonkeyPatch, setting: str):
    """Neither does the check of an `up`, whatever is set."""
    monkeypatch.setenv("APPLINKS_PREVIEW", setting)
    assert preview(inputs_for(*pair)) == []
    monkeypatch.setenv("APPLINKS_PREVIEW", "online")
    provider = ApplicationLinkProvider()
    assert provider.check({}, {**inputs_for(*pair), IS_PREVIEW: False}).failures == []
    provider.close()
    assert [application.requests.all("client") for application in pair] == [[], []]


def test_a_setting_that_is_none(pair: Pair, monkeypatch: pytest.MonkeyPatch):
    """Is refused by name."""
    monkeypatch.setenv("APPLINKS_PREVIEW", "on")
    (found,) = preview(inputs_for(*pair))
    assert (
        found == "applinks:preview (or APPLINKS_PREVIEW) is 'on': give online or offline [applinks/bad-input]"
    )


def test_what_taking_over_does(pair: Pair, notes: list[str], lab: Lab):
    """Each end that is there: what becomes of it, or that it is as declared."""
    jira, wiki = pair
    old = lab.closed_address()
    jira.link_by_hand(wiki, name="Old docs", url=old)
    assert preview(inputs_for(jira, wiki, on_existing="adopt")) == []
    (told,) = [flat(one) for one in notes]
    assert told.startswith(
        f"source ({jira.url}) already has the link (link {wiki.server_id}, 'Old docs'): it is taken over"
    )
    assert "It is renamed from 'Old docs' to 'Confluence'." in told
    assert f"It is relocated from {old} to {wiki.url}." in told
    assert "The authentication of outgoing requests changes from none to oauth." in told
    assert only_read(jira, wiki)


def test_what_is_waited_for_is_no_failure(pair: Pair, warnings: list[str], lab: Lab):
    """An `up` waits; the preview says so, and does not wait."""
    jira, wiki = pair
    wiki.stop()
    assert preview(inputs_for(jira, wiki, wait_for_target=300)) == []
    (told,) = [flat(one) for one in warnings]
    assert "[applinks/connection-refused]" in told
    assert "`pulumi up` waits for it, up to 300 s." in told
    (found,) = preview(inputs_for(jira, wiki))
    assert "set wait_for_target" in found


@pytest.mark.parametrize("page", [False, True])
def test_changed_credentials_are_tried_once(
    driver: Driver, pair: Pair, monkeypatch: pytest.MonkeyPatch, page: bool
):
    """A wrong one fails the `up`, and the state keeps the old one; a right one is stored; who is away can't try them."""
    jira, wiki = pair
    driver.up(inputs_for(jira, wiki))
    state = copy.deepcopy(driver.state)
    log_in(monkeypatch, "docs", wiki)
    new = inputs_for(jira, wiki)
    new["target"]["credentials"] = "docs"
    monkeypatch.setenv("APPLINKS_DOCS_PASSWORD", "wrong")
    if page:
        wiki.modes.add("failed_login_page")
        wiki.variants.tells_login_reason = False
    with pytest.raises(
        ApplicationLinkError, match=r"^the new credentials cannot be stored: target .* refused"
    ) as told:
        driver.up(new)
    assert "Nothing was changed on either application." in flat(told.value)
    assert driver.state == state
    (found,) = preview(new, state, driver.id)
    assert "refused the credentials 'docs'" in found
    log_in(monkeypatch, "docs", wiki)
    for application in pair:
        application.requests.clear()
    driver.up(new)
    assert driver.state is not None
    assert driver.state["target"]["credentials"] == "docs"
    assert len(wiki.requests.all("client")) == 2
    assert jira.requests.all("client") == []


def test_credentials_that_nobody_can_try(
    driver: Driver, pair: Pair, warnings: list[str], monkeypatch: pytest.MonkeyPatch
):
    """They are stored with a warning: whoever wants to leave an end behind must get the policy into the state."""
    jira, wiki = pair
    driver.up(inputs_for(jira, wiki))
    log_in(monkeypatch, "docs", wiki)
    wiki.faults.add(Fault("GET", "*", status=503, times=99, origin="client"))
    new = inputs_for(jira, wiki, on_unreachable_delete="leave")
    new["target"]["credentials"] = "docs"
    assert driver.up(new) == "updated"
    assert "So the new credentials could not be tried." in flat(warnings)
