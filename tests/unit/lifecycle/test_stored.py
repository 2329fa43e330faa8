"""What an operation stores in a stack, by name and by type: other resources and later versions read it."""

from typing import Any

from pulumi_applinks.names import OUTPUTS
from tests.unit.lifecycle.conftest import Driver, inputs_for

TYPES: dict[str, type] = {
    "link_id": str,
    "reverse_link_id": str,
    "source_type": str,
    "target_type": str,
    "source_name": str,
    "target_name": str,
    "source_server_id": str,
    "target_server_id": str,
    "source_link": dict,
    "target_link": dict,
    "managed_ends": list,
    "status": str,
    "status_detail": str,
    "drift": dict,
    "legacy": dict,
    "state_version": int,
}


def test_an_id_is_both_server_ids(driver: Driver, pair):
    """`<source's>/<target's>`: it is reported in every message of the engine, and stays when an address changes."""
    jira, wiki = pair
    driver.up(inputs_for(jira, wiki))

    assert driver.id == f"{jira.server_id}/{wiki.server_id}"
    assert driver.state is not None
    assert (driver.state["link_id"], driver.state["reverse_link_id"]) == (wiki.server_id, jira.server_id)


def test_the_types_of_the_outputs(driver: Driver, pair):
    """Each output of a two-way link is of the type that programs know."""
    driver.up(inputs_for(*pair))
    state: dict[str, Any] = driver.state or {}

    assert {key: type(state[key]) for key in OUTPUTS} == TYPES
    assert state["managed_ends"] == ["source", "target"]
    assert {"id", "name", "display_url", "rpc_url", "primary", "outgoing", "incoming", "duplicates"} <= set(
        state["source_link"]
    )


def test_the_form_of_an_entry_of_drift(driver: Driver, pair):
    """Under the input's own path: what is declared, what was observed, on which end. The inputs stay as declared."""
    jira, wiki = pair
    driver.up(inputs_for(jira, wiki))
    jira.links[wiki.server_id].name = "By hand"
    wiki.links.remove(jira.server_id)

    assert driver.refresh() == {
        "target.name": {
            "declared": "Confluence",
            "observed": "By hand",
            "on": "source",
            "added": True,
        },
        "two_way": {"declared": True, "observed": False, "on": "target"},
    }
    assert driver.state is not None
    assert "name" not in driver.state["target"]
    assert driver.state["two_way"] is True
