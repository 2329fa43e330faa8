"""What each hook says of a refusal: the true cause is named, or is among those that it can be; a wrong one is never asserted."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

from pulumi_applinks.lab.applications import Application, Lab
from pulumi_applinks.lab.applications.generations import Generation
from tests.unit.lifecycle.conftest import Driver, inputs_for, log_in
from tests.unit.refusals import CAUSES, NAMED, OFF, TOKEN

Hook = Literal["create", "refresh", "destroy"]
HOOKS: tuple[Hook, ...] = ("create", "refresh", "destroy")
PRODUCTS: list[tuple[str, Generation]] = [
    ("jira", "3"),
    ("jira", "5"),
    ("jira", "9"),
    ("jira", "11"),
    ("confluence", "10"),
    ("stash", "5.4"),
    ("stash", "9"),
    ("bamboo", "9"),
]


def told_by(driver: Driver, hook: Hook, inputs: dict[str, Any], spoil: Callable[[], None]) -> str:
    """Everything that a hook says, in one line."""
    if hook != "create":
        driver.up(inputs)
    spoil()
    failed = ""
    try:
        {"create": lambda: driver.up(inputs), "refresh": driver.refresh, "destroy": driver.delete}[hook]()
    except Exception as error:
        failed = str(error)
    said = [failed, *driver.warnings, str((driver.state or {}).get("status_detail", ""))]
    return re.sub(r"\s+", " ", " ".join(said))


@pytest.mark.sampled(4)
@pytest.mark.parametrize(("type_id", "generation"), PRODUCTS)
@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("hook", HOOKS)
def test_why_a_login_is_refused(
    lab: Lab,
    driver: Driver,
    monkeypatch: pytest.MonkeyPatch,
    hook: Hook,
    cause: str,
    type_id: str,
    generation: Generation,
) -> None:
    """Whatever hook meets it, on whatever product."""
    application, wiki = lab.start(type_id, generation=generation), lab.start("confluence")
    application.modes.remove("basic_off")
    log_in(monkeypatch, "jira", application)
    log_in(monkeypatch, "wiki", wiki)
    level = "none" if generation == "3" else "oauth"
    both = {"outgoing": {"level": level}, "incoming": {"level": level}}
    inputs = inputs_for(application, wiki, authentication=both)
    spoil, causes = CAUSES[cause]
    told = told_by(driver, hook, inputs, lambda: spoil(application, os.environ))
    assert {one for one in NAMED if one in told} == causes, told
    assert (TOKEN in told) is (OFF in causes), told


@pytest.mark.parametrize("hook", HOOKS)
def test_a_manifest_behind_a_login_where_passwords_are_refused(
    pair: tuple[Application, Application], driver: Driver, hook: Hook
) -> None:
    """The variable for a token is named, and basic authentication is among the causes, where the program has the login sent there."""
    jira, wiki = pair
    inputs = inputs_for(jira, wiki)
    inputs["source"]["manifest_needs_login"] = True

    def spoil() -> None:
        jira.modes.add("manifest_needs_login")
        jira.modes.add("basic_off")

    told = told_by(driver, hook, inputs, spoil)
    assert TOKEN in told, told
    assert OFF in told, told


TRUST = "import the certificate of the authority of"


@pytest.fixture
def trusting(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts what the applications do not."""
    bundle = tmp_path / "bundle.pem"
    strange = lab.strange_ca_file
    bundle.write_bytes(Path(lab.ca_file).read_bytes() + Path(strange).read_bytes())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("generation", ["5", "9", "11"])
@pytest.mark.parametrize("one_way", [False, True])
@pytest.mark.parametrize("tls", [True, False])
def test_an_application_that_does_not_reach_the_other_one(
    lab: Lab,
    driver: Driver,
    monkeypatch: pytest.MonkeyPatch,
    tls: bool,
    one_way: bool,
    generation: Generation,
) -> None:
    """When the link is made: over https trust is among the causes, with the step; over http it is not."""
    jira = lab.start("jira", generation=generation)
    wiki = lab.start("confluence", tls="untrusted" if tls else False)
    jira.modes.remove("basic_off")
    log_in(monkeypatch, "jira", jira)
    log_in(monkeypatch, "wiki", wiki)
    if not tls:
        jira.caller.unreachable_urls.add(wiki.url)
    more: dict[str, Any] = {}
    if one_way:
        more = {
            "two_way": False,
            "authentication": {"outgoing": {"level": "none"}, "incoming": {"level": "none"}},
        }
    told = told_by(driver, "create", inputs_for(jira, wiki, **more), lambda: None)
    assert (TRUST in told) is tls, told
    assert "into the Java truststore of source" in told or not tls
    assert "a firewall or a proxy" in told


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("generation", ["5", "9", "10"])
@pytest.mark.parametrize("tls", [True, False])
def test_a_relocation_to_what_an_application_does_not_reach(
    lab: Lab, driver: Driver, monkeypatch: pytest.MonkeyPatch, tls: bool, generation: Generation
) -> None:
    """The same when the other application moved."""
    jira, wiki = lab.start("jira", generation=generation), lab.start("confluence")
    log_in(monkeypatch, "jira", jira)
    log_in(monkeypatch, "wiki", wiki)
    driver.up(inputs_for(jira, wiki))
    wiki.move(context=lab.context("untrusted" if tls else False))
    if not tls:
        jira.caller.unreachable_urls.add(wiki.url)
    told = told_by(driver, "create", inputs_for(jira, wiki), lambda: None)
    assert (TRUST in told) is tls, told
    assert "is up and reachable from there" in told


@pytest.mark.usefixtures("trusting")
def test_a_link_whose_certificate_is_not_trusted_any_more(
    lab: Lab, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refresh names trust and the step, as one of what it can be."""
    jira, wiki = lab.start("jira"), lab.start("confluence", tls=True)
    log_in(monkeypatch, "jira", jira)
    log_in(monkeypatch, "wiki", wiki)
    inputs = inputs_for(jira, wiki)

    def spoil() -> None:
        # As after the authority was removed from its truststore.
        jira.caller._pools.connection_pool_kw["ca_certs"] = lab.strange_ca_file
        jira.caller._pools.clear()

    told = told_by(driver, "refresh", inputs, spoil)
    assert "usually it does not trust the certificate, whose authority must be in its Java truststore" in told
