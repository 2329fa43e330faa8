"""The provider's configuration: what it understands, and what it says of a mistake."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_applinks.estate import Named
from pulumi_applinks.plugin.configuration import parse


@pytest.mark.parametrize("sent", [lambda value: value, json.dumps], ids=["object", "JSON"])
def test_applications_and_credentials(sent: Any):
    """As objects, or as the JSON that the engine makes of them."""
    found, wrong = parse(
        {
            "version": "1.0.0",
            "applications": sent(
                {
                    "jira": "https://jira.example.com",
                    "wiki": {"url": "https://wiki.example.com", "credentials": "w"},
                }
            ),
            "credentials": sent({"jira": {"token": "t"}}),
            "preview": "online",
        }
    )

    assert wrong == {}
    assert found.applications == {
        "jira": Named("jira", "https://jira.example.com", credentials="jira"),
        "wiki": Named("wiki", "https://wiki.example.com", credentials="w"),
    }
    assert json.loads(found.credentials or "") == {"jira": {"token": "t"}}
    assert found.preview == "online"


@pytest.mark.parametrize(
    ("given", "property_", "reason"),
    [
        ({"aplications": "{}"}, "aplications", "is not known"),
        ({"applications": "jira"}, "applications", "must be an object"),
        ({"applications": {"jira": "jira.example.com"}}, "applications.jira", "must be a URL"),
        ({"applications": {"jira": {"api_url": "https://x"}}}, "applications.jira", "with url"),
        ({"applications": {"jira": {"url": "https://x", "user": "y"}}}, "applications.jira", "has no user"),
        ({"preview": "on"}, "preview", "must be online or offline"),
    ],
)
def test_a_mistake_is_named_by_its_property(given: dict[str, Any], property_: str, reason: str):
    """One reason for each property, and no value."""
    _, wrong = parse(given)

    assert reason in wrong[property_]
    assert len(wrong) == 1
