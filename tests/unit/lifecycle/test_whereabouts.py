"""Whether a link points to an application, or to a copy of it: tables."""

import pytest

from pulumi_applinks.lifecycle.whereabouts import are_copies, leads_elsewhere, what_to_do
from pulumi_applinks.rest import Manifest

BASE, PROXY, COPY = (
    "https://wiki.example.com",
    "http://wiki.internal:8090",
    "https://staging.example.com/wiki",
)
ID, OTHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


@pytest.mark.parametrize(
    ("rpc_url", "display_url", "known", "expected"),
    [
        (BASE, BASE, [BASE], None),
        ("HTTPS://Wiki.Example.com:443/", BASE, [BASE], None),
        (PROXY, BASE, [BASE], None),
        (BASE, PROXY, [BASE], None),
        (PROXY, PROXY, [BASE, PROXY], None),
        (None, BASE, [BASE, None], None),
        (PROXY, PROXY, [BASE], PROXY),
        (COPY, COPY, [BASE, PROXY], COPY),
        (PROXY, COPY, [BASE], PROXY),
        (None, COPY, [BASE], COPY),
        (COPY, COPY, [None], None),
        (None, "", [BASE], None),
    ],
)
def test_where_a_link_leads(rpc_url, display_url, known, expected):
    """One known address is enough: the other one may be a proxy's. Where nothing is known, nothing is said."""
    assert leads_elsewhere((rpc_url, display_url), known) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((ID, BASE), (ID, COPY), True),
        ((ID, BASE), (ID, f"{BASE}/"), False),
        ((ID, BASE), (OTHER, COPY), False),
        ((ID, BASE), (OTHER, BASE), False),
    ],
)
def test_two_answers(one, other, expected):
    """One server id with two base URLs is two applications."""
    first, second = (Manifest(id=id_, type_id="confluence", url=url) for id_, url in (one, other))

    assert are_copies(first, second) is are_copies(second, first) is expected


def test_no_advice_gives_the_original_s_link_away():
    """Neither to adopt it nor to relocate it."""
    advice = what_to_do("wiki", "jira", "https://wiki.example.com/links")

    assert "leave that link alone" in advice
    assert [word for word in ("adopt", "applinks move") if word in advice] == []
