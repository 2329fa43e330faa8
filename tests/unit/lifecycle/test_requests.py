"""How many requests an operation makes, exactly: what a user waits for."""

from tests.unit.lifecycle.conftest import Driver, inputs_for

OAUTH_AS_USER = {
    "outgoing": {"level": "oauth", "execute_as": "user"},
    "incoming": {"level": "oauth"},
}


def asked(*applications) -> list[str]:
    """What this program asked since the last look."""
    found = []
    for application in applications:
        found += [f"{one.method} {one.path}" for one in application.requests.all("client")]
        application.requests.clear()
    return found


def test_how_many_requests_each_operation_makes(driver: Driver, pair):
    """A preview with nothing changed makes none; the others are counted here, so that a change is seen."""
    jira, wiki = pair
    wanted = inputs_for(jira, wiki, authentication=OAUTH_AS_USER)
    counts = {}
    driver.up(wanted)
    counts["create"] = len(asked(*pair))
    driver.up(wanted)
    counts["nothing to do"] = len(asked(*pair))
    driver.refresh()
    counts["refresh"] = len(asked(*pair))
    wiki.move()
    driver.up(inputs_for(jira, wiki, authentication=OAUTH_AS_USER))
    counts["relocate"] = len(asked(*pair))
    driver.delete()
    counts["delete"] = len(asked(*pair))

    assert counts == {"create": 13, "nothing to do": 0, "refresh": 7, "relocate": 4, "delete": 6}


def test_only_repeatable_requests_make_a_link(driver: Driver, pair):
    """PUT by id, never the wizard's form; no application is given another one's password."""
    jira, wiki = pair
    driver.up(inputs_for(jira, wiki, authentication=OAUTH_AS_USER))
    requests = asked(*pair)

    assert not [one for one in requests if one.startswith("POST")]
    assert {one.split()[1].split("/")[3] for one in requests if one.startswith("PUT")} == {"1.0", "3.0"}
