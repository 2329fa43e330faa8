"""The schema: made from the tables, as other languages read it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_applinks.names import INPUTS, OUTPUTS, PLUGIN_TYPE, POLICIES
from pulumi_applinks.plugin.schema import schema, semantic_version


def test_it_has_each_input_and_output():
    """Of the table, by the names that a state has."""
    link = schema()["resources"][PLUGIN_TYPE]

    assert set(link["inputProperties"]) == set(INPUTS)
    assert set(link["properties"]) == {*INPUTS, *OUTPUTS}
    assert set(schema()["types"]["applinks:index:Application"]["properties"]) >= {
        path.partition(".")[2] for path in POLICIES if path.startswith("source.")
    }


def test_each_reference_leads_to_a_type():
    """And each type is used."""

    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"].removeprefix("#/types/")} if "$ref" in value else set[str]()
            return own.union(*(references(one) for one in value.values()))
        return set[str]().union(*map(references, value)) if isinstance(value, list) else set()

    used = references(json.loads(json.dumps(schema())))

    assert used - {"pulumi.json#/Any"} == set(schema()["types"])


def test_a_generated_package_does_not_have_the_name_of_this_one():
    """Pulumi's generator would call it `pulumi_applinks`, which is what a program imports its declarations from."""
    assert schema()["language"]["python"]["packageName"] not in ("", "pulumi_applinks")


@pytest.mark.parametrize(
    ("given", "semantic"),
    [
        ("0.1.0", "0.1.0"),
        ("0.2.dev7+g1234567.d20261130", "0.2.0-dev.7"),
        ("1.0rc1", "1.0.0-rc.1"),
        ("1.2.3.post1", "1.2.3-post.1"),
    ],
)
def test_the_version_is_one_that_the_engine_reads(given: str, semantic: str):
    """Python's own form is none."""
    assert semantic_version(given) == semantic
