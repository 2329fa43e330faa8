"""A creation that fails leaves nothing, or names what is left; and it takes requests that can be repeated."""

import pytest

from pulumi_applinks.lab.applications import Fault, Lab
from pulumi_applinks.provider import ApplicationLinkError
from tests.unit.lifecycle.conftest import Driver, inputs_for
from tests.unit.lifecycle.forms import FORMS, stands
from tests.words import flat

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
    """An application that dies half-way through is reported with the leftover link and where to look."""
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
