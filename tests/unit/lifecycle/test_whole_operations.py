"""Several hooks of one link in one process of the plugin, as one command of the engine calls them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable

import pytest

from pulumi_applinks.lab.applications import Application, Lab
from pulumi_applinks.provider import ApplicationLinkError
from tests.acceptance.harness import neighbours
from tests.unit.lifecycle.conftest import Driver, inputs_for
from tests.unit.lifecycle.forms import FORMS, HAND_MADE, _other_user, stands

Hand = Callable[[Application, Application], None]
Pair = tuple[Application, Application]

ENDS = ("source", "target", "both")


def _user(here: Application, there: Application, name: str | None) -> None:
    consumer = here.links[there.server_id].consumer
    assert consumer is not None
    consumer.execute_as = name


def _no_user(here: Application, there: Application) -> None:
    _user(here, there, None)


def _third_user(here: Application, there: Application) -> None:
    _user(here, there, "sysadmin")


HANDS = [
    pytest.param(hand, id=hand.__name__.strip("_"))
    for hand in (*(one for one in HAND_MADE if one is not _other_user), _no_user, _third_user)
]


def by_hand(pair: Pair, hand: Hand, ends: str) -> None:
    """Somebody changes one end, or both."""
    jira, wiki = pair
    for name, here, there in (("source", jira, wiki), ("target", wiki, jira)):
        if ends in (name, "both"):
            hand(here, there)


def is_gone(pair: Pair) -> bool:
    """Whether no end has the link."""
    return not any(len(application.links) for application in pair)


@pytest.mark.parametrize("hand", [None, *HANDS])
def test_a_refresh_and_a_deletion_in_one_operation(driver: Driver, pair: Pair, hand: Hand | None):
    """`destroy --refresh`, and `up --refresh` when the link has left the program: both ends are deleted, whatever the refresh found."""
    driver.up(inputs_for(*pair, authentication=FORMS["as-user"]))
    if hand is not None:
        by_hand(pair, hand, "source")
    driver.delete(refresh=True)

    assert is_gone(pair)
    assert not any("was left" in warning for warning in driver.warnings)


@pytest.mark.parametrize("refresh", [False, True])
@pytest.mark.parametrize("hand", [None, *HANDS])
def test_a_replacement_that_was_asked_for(driver: Driver, pair: Pair, hand: Hand | None, refresh: bool):
    """`up --replace`, `--target-replace` and a taint, with and without a refresh: the link is there afterwards, and the stack has it."""
    jira, wiki = pair
    wanted = inputs_for(*pair, authentication=FORMS["as-user"])
    driver.up(wanted)
    if hand is not None:
        by_hand(pair, hand, "target")
    assert driver.up(wanted, refresh=refresh, replace=True) == "replaced"

    stands(jira, wiki, "as-user")
    assert driver.up(wanted, refresh=True) == "same"
    assert not any("was left" in warning for warning in driver.warnings)


def test_a_resource_of_the_program_keeps_its_link(driver: Driver, pair: Pair):
    """A state that has one link twice: what leaves the program takes nothing from the resource that stays."""
    wanted = inputs_for(*pair)
    driver.up(wanted)
    assert driver.state is not None
    driver.stack.resources["twice"] = copy.deepcopy(driver.stack.resources["jira-wiki"])
    driver.up(wanted, refresh=True)

    assert [len(application.links) for application in pair] == [1, 1]
    assert any("the resource 'jira-wiki' of this program also has it" in told for told in driver.warnings)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("hand", HANDS)
@pytest.mark.parametrize(
    ("meanwhile", "ends"),
    [*(("nothing", end) for end in ENDS), ("source stops", "both"), ("target stops", "both")],
)
def test_a_refresh_after_a_refresh(driver: Driver, pair: Pair, hand: Hand, ends: str, meanwhile: str):
    """A state is the next refresh's input: the drift stays, also of an end that does not answer meanwhile, and one `up` repairs it."""
    jira, wiki = pair
    wanted = inputs_for(*pair, authentication=FORMS["as-user"])
    driver.up(wanted)
    by_hand(pair, hand, ends)
    found = driver.refresh()
    once = copy.deepcopy(driver.state)
    if found is None or once is None:  # gone on both ends
        assert ends == "both"
        return
    assert found != {}
    stopped = {"source stops": jira, "target stops": wiki}.get(meanwhile)
    if stopped is not None:
        stopped.stop()
    assert driver.refresh() == found
    if stopped is None:
        assert driver.state == once
    else:
        stopped.start()
    assert driver.up(wanted) == "updated"
    stands(jira, wiki, "as-user")
    assert driver.refresh() == {}


INPUT_PATHS = (
    "source", "source.url", "source.rpc_url", "source.name", "target", "target.url", "target.rpc_url", "target.name",
    "authentication", "authentication.outgoing", "authentication.incoming.level", "authentication.incoming.execute_as",
    "two_way", "primary", "drift",
)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "ends"),
    [*((path, "both") for path in INPUT_PATHS), *(("target.url", end) for end in ENDS[:2])],
)
def test_what_was_observed_is_never_taken_for_declared(
    driver: Driver, pair: Pair, lab: Lab, path: str, ends: str, sample: Callable[[Iterable[Hand]], list[Hand]]
):
    """With `ignore_changes` the engine takes a value from the state: that is the program's, and no login goes to an observed address."""
    trap = lab.start("confluence")
    jira, wiki = pair

    def to_the_trap(here: Application, there: Application) -> None:
        here.links[there.server_id].rpc_url = here.links[there.server_id].display_url = trap.url

    wanted = inputs_for(*pair, authentication=FORMS["as-user"])
    for hand in (to_the_trap, *sample((*HAND_MADE, _no_user))):
        driver.up(wanted)
        by_hand(pair, hand, ends)
        driver.refresh()
        driver.up(wanted, ignore_changes=[path])
        driver.up(wanted, refresh=True, ignore_changes=[path])
        stands(jira, wiki, "as-user")
        assert jira.links[wiki.server_id].rpc_url == wiki.url
        assert wiki.links[jira.server_id].rpc_url == jira.url
    driver.delete(refresh=True)
    assert is_gone(pair)
    assert trap.requests.all("client") == []


@pytest.mark.parametrize("refresh_first", [False, True])
def test_a_policy_on_what_is_recorded_applies_at_once(driver: Driver, pair: Pair, refresh_first: bool):
    """A link that is known not to work, and that gets on_broken="fail": the next `up` fails, as each one does until the link works."""
    _, wiki = pair
    wanted = inputs_for(*pair)
    driver.up(wanted)
    wiki.stop()
    driver.refresh()
    assert driver.state is not None
    assert driver.state["status"] == "unreachable"

    failing = {**wanted, "on_broken": "fail"}
    for _ in range(2):
        with pytest.raises(ApplicationLinkError):
            driver.up(failing, refresh=refresh_first)
    driver.warnings.clear()
    assert driver.up({**wanted, "timeout_seconds": 60}, refresh=refresh_first) == "updated"
    assert [told for told in driver.warnings if "does not work (status unreachable)" in told]
    wiki.start()
    assert driver.up(failing) == "updated"
    assert driver.up(failing) == "same"


@pytest.mark.parametrize("adopting", [False, True])
def test_a_name_taken_for_now_is_drift(driver: Driver, pair: Pair, lab: Lab, adopting: bool):
    """Another link has the name when the program wants it, and gives it up afterwards: the next `up` puts it right."""
    jira, wiki = pair
    if adopting:
        jira.link_by_hand(wiki, name="By hand")
    else:
        driver.up(inputs_for(jira, wiki))
    other = neighbours(lab, jira, "confluence")[0]
    wanted = inputs_for(jira, wiki, on_existing="adopt" if adopting else "fail")
    wanted["target"]["name"] = other.name
    driver.up(wanted)
    assert jira.links[wiki.server_id].name == f"{other.name} - 2"
    assert driver.state is not None
    assert list(driver.state["drift"]) == ["target.name"]

    other.name = "Renamed"
    assert driver.up(wanted) == "updated"
    assert jira.links[wiki.server_id].name == wanted["target"]["name"]
    assert driver.up(wanted, refresh=True) == "same"


@pytest.mark.parametrize("path", ["target.url", "authentication.incoming.level"])
def test_what_an_earlier_version_observed(driver: Driver, pair: Pair, path: str):
    """Such a value may stand among the inputs of an old state: it is refused as the program's until a refresh has put that right."""
    jira, wiki = pair
    wanted = inputs_for(jira, wiki)
    driver.up(wanted)
    jira.links[wiki.server_id].display_url = "http://shown.example"
    jira.links[wiki.server_id].consumer = None
    wiki.links.remove(jira.server_id)
    driver.refresh()
    assert driver.state is not None
    observed = driver.state["drift"][path]["observed"]
    before = copy.deepcopy(driver.state)
    driver.state["state_version"] = 2
    for values in (driver.state, driver.inputs):
        *parents, last = path.split(".")
        for part in parents:
            values = values[part]
        values[last] = observed
    with pytest.raises(ApplicationLinkError, match="Run `pulumi refresh` once"):
        driver.up(wanted, ignore_changes=[path])
    assert driver.refresh() == before["drift"]
    assert driver.up(wanted, ignore_changes=[path]) == "updated"
    assert driver.refresh() == {}
