"""Every change among the forms of authentication, also where an end is of applinks 5.0: done, or refused with nothing changed."""

import copy
import itertools
from typing import Any

import pytest

from pulumi_applinks.lab.applications import Application, Lab
from tests.unit.lifecycle.conftest import Driver, inputs_for, log_in
from tests.unit.lifecycle.forms import FORMS

MORE_FORMS: dict[str, dict[str, Any]] = {
    **FORMS,
    "impersonating-out": {"outgoing": {"level": "oauth-impersonation"}, "incoming": {"level": "oauth"}},
    "impersonating-in": {"outgoing": {"level": "none"}, "incoming": {"level": "oauth-impersonation"}},
}
ROUND = [form for two in itertools.combinations(MORE_FORMS, 2) for form in two] + [next(iter(MORE_FORMS))]
CHANGES = list(itertools.pairwise(ROUND))
"""Each change once, each from where the one before ended."""

ORDER = ("none", "oauth", "oauth-impersonation")
PROVIDERS = {
    "none": [],
    "oauth": ["OAuth", "TwoLeggedOAuth"],
    "oauth-impersonation": ["OAuth", "TwoLeggedOAuth", "TwoLeggedOAuthWithImpersonation"],
}
GENERATIONS = [("5", "5"), ("9", "5"), ("5", "9"), ("9", "9")]
PAIRS = pytest.mark.parametrize(("source", "target"), GENERATIONS)

Pair = tuple[Application, Application]


@pytest.fixture
def pair(lab: Lab, monkeypatch: pytest.MonkeyPatch, source: Any, target: Any) -> Pair:
    """A Jira and a Confluence of two generations, with the credentials of both."""
    jira = lab.start("jira", generation=source)
    wiki = lab.start("confluence", generation=target)
    log_in(monkeypatch, "jira", jira)
    log_in(monkeypatch, "wiki", wiki)
    return jira, wiki


@pytest.fixture
def changes(soak: bool, source: Any, target: Any) -> list[tuple[str, str]]:
    """The round; in the short form a quarter of it, another one for each two generations."""
    part = len(CHANGES) // len(GENERATIONS)
    begin = part * GENERATIONS.index((source, target))
    return CHANGES if soak else CHANGES[begin : begin + part]


def secure_sessions(pair: Pair, *, on: bool) -> None:
    """Let both ask for secure administrator sessions, or none."""
    for application in pair:
        (application.modes.add if on else application.modes.remove)("secure_sessions")


def ends(pair: Pair, form: str) -> list[tuple[Application, Any, Any]]:
    """Each application, with what a form says of its outgoing and its incoming requests."""
    jira, wiki = pair
    out, into = MORE_FORMS[form]["outgoing"], MORE_FORMS[form]["incoming"]
    return [(jira, out, into), (wiki, into, out)]


def wrong(pair: Pair, form: str) -> list[str]:
    """Where an end has something else than a form says, to the single provider and the user; nothing when both have that."""
    found = []
    for number, (application, out, into) in enumerate(ends(pair, form)):
        link = application.links[pair[1 - number].server_id]
        names = sorted(
            name.rpartition(".")[2].removesuffix("AuthenticationProvider") for name in link.outgoing_providers
        )
        consumer = link.consumer
        has = (names, link.incoming.level, consumer.execute_as if consumer else None)
        wanted = (PROVIDERS[out["level"]], into["level"], into.get("execute_as"))
        if has != wanted:
            found.append(f"{application.type_id} has {has} instead of {wanted}")
    return found


def takes_away(pair: Pair, before: str, after: str) -> bool:
    """Whether a change takes something away on an end of applinks 5.0, which only its pages can."""
    for (application, out, into), (_, out_after, into_after) in zip(
        ends(pair, before), ends(pair, after), strict=True
    ):
        less = ORDER.index(out_after["level"]) < ORDER.index(out["level"])
        closes = into_after["level"] == "none" != into["level"]
        if application.generation == "5" and (less or closes):
            return True
    return False


def links(pair: Pair) -> list[Any]:
    """What is on both ends."""
    return [copy.deepcopy(application.links.by_id()) for application in pair]


def test_each_change_is_tried_once():
    """The round leaves none out."""
    assert sorted(CHANGES) == sorted(itertools.permutations(MORE_FORMS, 2))


@PAIRS
def test_any_form_becomes_any_other(driver: Driver, pair: Pair, changes: list[tuple[str, str]]):
    """Without secure sessions: both ends have what the new form says and nothing of the one before, and nothing drifts."""
    secure_sessions(pair, on=False)
    driver.up(inputs_for(*pair, authentication=MORE_FORMS[changes[0][0]]))
    failed = []
    for before, after in changes:
        changed = driver.up(inputs_for(*pair, authentication=MORE_FORMS[after]))
        failed += [f"{before} to {after}: {one}" for one in wrong(pair, after)]
        if (changed, drift := driver.refresh()) != ("updated", {}):
            failed.append(f"{before} to {after} is {changed}, and drifts: {drift}")
    assert failed == []
    driver.delete()
    assert [len(application.links) for application in pair] == [0, 0]


@PAIRS
def test_what_only_a_person_can_take_away_is_refused(
    driver: Driver, pair: Pair, changes: list[tuple[str, str]]
):
    """With secure sessions: what adds is done; what removes is reported with the page to open, and both ends are as they were.

    The same program goes through when the sessions are off.
    """
    secure_sessions(pair, on=True)
    driver.up(inputs_for(*pair, authentication=MORE_FORMS[changes[0][0]]))
    failed = []
    for before, after in changes:
        wanted = inputs_for(*pair, authentication=MORE_FORMS[after])
        stood, state, told = links(pair), copy.deepcopy(driver.state), ""
        try:
            driver.up(wanted)
        except Exception as error:
            told = str(error)
        if bool(told) != takes_away(pair, before, after):
            failed.append(f"{before} to {after} is {'' if told else 'not '}refused: {told}")
        if told:
            if not any(one.admin_page in told for one in pair if one.generation == "5"):
                failed.append(f"{before} to {after} does not say the page to open: {told}")
            if (links(pair), driver.state) != (stood, state):
                failed.append(f"{before} to {after} changed something: {told}")
            secure_sessions(pair, on=False)
            driver.up(wanted)
            secure_sessions(pair, on=True)
        failed += [f"{before} to {after}: {one}" for one in wrong(pair, after)]
    assert failed == []
