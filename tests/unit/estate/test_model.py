"""An estate as JSON, and back."""

from __future__ import annotations

import json

import pytest

from pulumi_applinks.estate import EstateError, from_json
from pulumi_applinks.estate.model import FORMAT, VERSION, unique_name


def test_an_estate_comes_back_as_it_was(pair):
    """What a later program reads is what was written."""
    estate = pair.read(details=True)

    assert from_json(estate.as_json()) == estate
    assert json.loads(estate.as_json())["format"] == FORMAT


def test_what_a_later_version_adds_is_ignored(pair):
    """A new field does not change the version."""
    estate = pair.read()
    data = estate.as_data()
    data["links"][0]["ends"][0]["colour"] = "green"
    data["weather"] = "fine"

    assert from_json(json.dumps(data)) == estate


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ("[]", "not an estate"),
        ('{"format": "something"}', "not an estate"),
        (json.dumps({"format": FORMAT, "version": VERSION + 1}), f"version {VERSION + 1}"),
        (
            json.dumps({"format": FORMAT, "version": VERSION, "applications": [{}], "links": []}),
            "named is missing",
        ),
    ],
)
def test_what_is_no_estate_is_told(text, says):
    """With what to give instead."""
    with pytest.raises(EstateError, match=says) as error:
        from_json(text)

    assert "applinks status --json" in str(error.value)


def test_a_name_that_is_taken_gets_a_number():
    """The first one that is free."""
    assert unique_name("wiki", []) == "wiki"
    assert unique_name("wiki", ["wiki", "wiki-2"]) == "wiki-3"
