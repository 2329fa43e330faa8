"""Every change of a declaration, and every hand-made change, ends where the program says; nothing else is touched."""

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from pulumi_applinks.lab.applications import TRUSTED, Fault, Flags, Lab
from pulumi_applinks.provider import ApplicationLinkError
from tests.unit.lifecycle.conftest import Driver, inputs_for
from tests.words import flat

FORMS: dict[str, dict[str, Any]] = {
    "none": {"outgoing": {"level": "none"}, "incoming": {"level": "none"}},
    "oauth": {"outgoing": {"level": "oauth"}, "incoming": {"level": "oauth"}},
    "as-user": {
        "outgoing": {"level": "oauth", "execute_as": "user"},
        "incoming": {"level": "oauth", "execute_as": "admin"},
    },
    "impersonating": {
        "outgoing": {"level": "oauth-impersonation"},
        "incoming": {"level": "oauth-impersonation"},
    },
    "outgoing-only": {"outgoing": {"level": "oauth", "execute_as": "user"}, "incoming": {"level": "none"}},
    "incoming-only": {"outgoing": {"level": "none"}, "incoming": {"level": "oauth"}},
}


def stands(jira, wiki, form: str) -> None:
    """Both ends have what a form says."""
    wanted = FORMS[form]
    for here, there, direction in ((wiki, jira, "outgoing"), (jira, wiki, "incoming")):
        link = here.links[there.server_id]
        level = wanted[direction]["level"]
        assert link.incoming.level == level
        assert there.links[here.server_id].outgoing.level == level
        execute_as = link.consumer.execute_as if link.consumer else None
        assert execute_as == wanted[direction].get("execute_as")


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("before", "after"), list(itertools.permutations(FORMS, 2)))
def test_any_form_of_authentication_becomes_any_other(driver: Driver, pair, before, after):
    """An update on both ends, after which nothing has drifted."""
    jira, wiki = pair
    driver.up(inputs_for(jira, wiki, authentication=FORMS[before]))
    stands(jira, wiki, before)

    assert driver.up(inputs_for(jira, wiki, authentication=FORMS[after])) == "updated"
    stands(jira, wiki, after)
    assert driver.refresh() == {}
    driver.delete()
    assert len(jira.links) == len(wiki.links) == 0


def _rename(here, there):
    here.links[there.server_id].name = "By hand"


def _other_url(here, there):
    here.links[there.server_id].rpc_url = "http://old.example"


def _other_display(here, there):
    here.links[there.server_id].display_url = "http://shown.example"


def _no_outgoing(here, there):
    here.links[there.server_id].outgoing = Flags()


def _impersonating(here, there):
    here.links[there.server_id].outgoing = Flags.of("oauth-impersonation")


def _no_incoming(here, there):
    here.links[there.server_id].consumer = None


def _other_user(here, there):
    consumer = here.links[there.server_id].consumer
    if consumer is not None:
        consumer.execute_as = "admin"


def _trusted(here, there):
    here.links[there.server_id].incoming_legacy = {TRUSTED}


def _gone(here, there):
    here.links.remove(there.server_id)


HAND_MADE = (
    _rename,
    _other_url,
    _other_display,
    _no_outgoing,
    _impersonating,
    _no_incoming,
    _other_user,
    _trusted,
    _gone,
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.booleans(), st.sampled_from(HAND_MADE)), min_size=1, max_size=4),
    moves=st.sets(st.sampled_from(["jira", "wiki"])),
)
def test_whatever_was_changed_by_hand_is_repaired_by_one_up(driver: Driver, pair, changes, moves):
    """In any order and on either end, also together with moves: one refresh and one `up` converge, the next changes nothing."""
    jira, wiki = pair
    for application in pair:
        for link in application.links:
            application.links.remove(link.id)
    driver.state = None
    driver.up(inputs_for(jira, wiki, authentication=FORMS["as-user"]))
    for on_source, change in changes:
        here, there = (jira, wiki) if on_source else (wiki, jira)
        if there.server_id in here.links:
            change(here, there)
    driver.refresh()
    for name in moves:
        {"jira": jira, "wiki": wiki}[name].move()

    wanted = inputs_for(jira, wiki, authentication=FORMS["as-user"])
    driver.up(wanted)
    stands(jira, wiki, "as-user")
    assert jira.links[wiki.server_id].rpc_url == wiki.url
    assert driver.refresh() == {}
    assert driver.up(wanted) == "same"
    driver.delete()
    assert len(jira.links) == len(wiki.links) == 0


WRITES = 8


@pytest.mark.sampled(3)
@pytest.mark.parametrize("number", range(WRITES))
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("kind", ["status", "drop"])
def test_a_create_that_fails_at_any_write_leaves_nothing(driver: Driver, pair, number, after, kind):
    """Refused or lost, before or after it was carried out: both ends are as they were, and the next try succeeds."""
    jira, wiki = pair
    wanted = inputs_for(jira, wiki, authentication=FORMS["as-user"], primary=True, reverse_primary=True)
    # A lost connection is tried again, three times in all.
    fault = {
        "kind": kind,
        "after": after,
        "status": 500,
        "times": 3 if kind == "drop" else 1,
        "origin": "client",
    }
    end, path, method = WRITE_REQUESTS[number]
    {"jira": jira, "wiki": wiki}[end].faults.add(Fault(method, path, **fault))

    with pytest.raises(Exception, match=r"failed: (the connection to )?(source|target) .*"):
        driver.up(wanted)
    assert (len(jira.links), len(wiki.links)) == (0, 0)
    for application in pair:
        application.faults.clear()
    assert driver.up(wanted) == "created"
    stands(jira, wiki, "as-user")


WRITE_REQUESTS = [
    (end, path, method)
    for end in ("jira", "wiki")
    for path, method in (
        ("/rest/applinks/1.0/applicationlink/????????-*", "PUT"),
        ("/rest/applinks/1.0/applicationlink/primary/*", "POST"),
        ("/rest/applinks/3.0/status/*/oauth", "PUT"),
        ("/rest/applinks-oauth/1.0/applicationlink/*/authentication/consumer", "PUT"),
    )
]


def test_what_can_not_be_undone_is_named(driver: Driver, pair, lab: Lab):
    """An application that dies half-way through is told with the leftover link and where to look."""
    jira, wiki = pair
    wiki.faults.add(Fault("PUT", "/rest/applinks/3.0/status/*/oauth", origin="client"))
    wiki.faults.add(Fault("DELETE", "/rest/applinks/1.0/applicationlink/*", times=9, origin="client"))

    with pytest.raises(ApplicationLinkError) as caught:
        driver.up(inputs_for(jira, wiki))
    told = flat(caught.value)
    assert "delete that link if it is there" in told
    assert jira.server_id in told
    assert wiki.admin_page in told
    assert "Everything else that this run did was undone" in told
    assert len(jira.links) == 0
    assert jira.server_id in wiki.links


def test_only_repeatable_requests_make_a_link(driver: Driver, pair):
    """PUT by id, never the wizard's form: no application is given another one's password."""
    driver.up(inputs_for(*pair, authentication=FORMS["as-user"]))
    asked = [one for application in pair for one in application.requests.all("client")]

    assert {one.method for one in asked} == {"GET", "PUT"}
    assert {one.path.split("/")[3] for one in asked if one.method == "PUT"} == {"1.0", "3.0"}
