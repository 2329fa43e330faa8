"""URLs: which are the same, what is shown of them, and the id that follows from one."""

from __future__ import annotations

import pytest
from hypothesis import example, given, strategies as st

from pulumi_applinks.rest import (
    admin_page,
    normalised_url,
    product_name,
    same_address,
    shown_url,
    url_derived_id,
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://example.com", "a9b9f043-36ce-3181-a08e-774e01113b31"),
        ("http://example.com//", "a9b9f043-36ce-3181-a08e-774e01113b31"),
        ("http://localhost:2990/jira", "688890b2-02b5-3eb4-a5f0-79f8067998b3"),
        ("https://jira.example.com", "da27e63d-1539-3159-9f9f-7d07dc24f532"),
    ],
)
def test_the_id_of_an_application_that_does_not_tell_its_own(url, expected):
    """As applications compute it from the URL."""
    assert url_derived_id(url) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://Wiki.example.com/", "https://wiki.example.com:443", True),
        ("http://wiki:80/x//", "HTTP://WIKI/x", True),
        ("https://wiki/x", "https://wiki/X", False),
        ("https://wiki", "http://wiki", False),
        ("https://bücher.example", "https://xn--bcher-kva.example", True),
        ("", "", False),
    ],
)
def test_when_two_addresses_are_the_same(one, other, same):
    """Up to trailing slashes, the case of the host and the default port."""
    assert same_address(one, other) is same


def test_what_a_message_shows_of_a_url():
    """Neither user nor query; and the page of links stands below it."""
    assert shown_url("https://u:p@wiki/x?os_password=p#f") == "https://wiki/x"
    assert admin_page("https://wiki/") == "https://wiki/plugins/servlet/applinks/listApplicationLinks"


@example("0\r/")
@given(st.text(max_size=30))
def test_any_text_can_be_asked_about_as_an_address(text):
    """Nothing that somebody writes as a URL ends in an error of a library."""
    assert same_address(text, text) == bool(text)
    assert normalised_url(normalised_url(text)) == normalised_url(text)
    assert url_derived_id(f"http://{text}") == url_derived_id(f"http://{text}")
    assert shown_url(text) is not None


def test_a_type_that_is_not_known():
    """Has the name that the plugin gives it."""
    assert product_name("subversion") == "subversion"
    assert product_name(None) == "application"
