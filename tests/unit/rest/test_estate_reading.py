"""What only an estate is read for: clocks, keys, OAuth 2.0 entries, which versions tell of a link after trying it."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import formatdate

import pytest
from hypothesis import given, strategies as st

from pulumi_applinks.rest import ApplicationClient, PublicKey
from pulumi_applinks.rest.answer import clock_ahead

URL = "https://jira.example.com"
ID = "3e3c8fef-0000-3000-8000-0000000034c5"
V1, V3 = f"{URL}/rest/applinks/1.0", f"{URL}/rest/applinks/3.0"
CONSUMER_INFO = f"{URL}/plugins/servlet/oauth/consumer-info"
MANIFEST = {"id": ID, "typeId": "jira", "name": "Jira", "url": URL}
PEM = "-----BEGIN PUBLIC KEY-----\nMIGf\nMA0G\n-----END PUBLIC KEY-----\n"


@pytest.fixture
def client() -> Iterator[ApplicationClient]:
    """A client without a login: who asks makes no difference here."""
    with ApplicationClient("jira", URL) as one:
        yield one


@pytest.mark.parametrize(
    ("date", "ahead"),
    [
        (formatdate(1000), -100.0),
        (formatdate(1200), 100.0),
        ("", None),
        ("yesterday", None),
        ("Wed, 99 Nov 2026 00:00:00 GMT", None),
    ],
)
def test_how_far_a_clock_is_ahead(date, ahead):
    """By the time that an answer tells; anything else is no time."""
    assert clock_ahead({"Date": date} if date else {}, 1100.0) == ahead


@given(
    st.text(max_size=60)
    | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,6} \d\d:\d\d:\d\d [+-]?\w{1,6}")
)
def test_any_text_is_a_time_or_none(text):
    """Whatever answers in an application's place."""
    found = clock_ahead({"Date": text}, 0.0)

    assert found is None or isinstance(found, float)


def test_the_clock_is_known_with_the_manifest(web, client):
    """Not before."""
    before = client.clock_ahead
    web.get(f"{V1}/manifest", json=MANIFEST, headers={"Date": formatdate(0)})
    client.manifest()
    after = client.clock_ahead

    assert before is None
    assert after is not None
    assert after < -1e9


def test_an_own_key(web, client):
    """As the servlet writes it, in XML; versions without one tell none."""
    body = f"<consumer><key>jira:1</key><name>Jira</name><publicKey>{PEM}</publicKey></consumer>"
    web.get(CONSUMER_INFO, body=body, content_type="application/xml")
    found = client.oauth.own_key()

    assert found is not None
    assert found.same_as(PublicKey(key="jira:1", public_key="MIGfMA0G"))
    web.upsert("GET", CONSUMER_INFO, status=404)
    assert client.oauth.own_key() is None


@pytest.mark.parametrize(
    ("key", "pem"), [("jira:2", PEM), ("jira:1", PEM.replace("MA0G", "MA0H")), ("jira:1", "")]
)
def test_keys_that_are_not_the_same(key, pem):
    """Of another application, another key, or none."""
    assert not PublicKey(key="jira:1", public_key=PEM).same_as(PublicKey(key=key, public_key=pem))


def test_accepted_keys(web, client):
    """Those of the consumers; none where there are none, and nothing from versions without the resource."""
    path = f"{URL}/rest/applinks-oauth/1.0/applicationlink/{ID}/authentication"
    web.get(path, json={"consumers": [{"key": "jira:1", "publicKey": PEM}], "configuredAuthProviders": []})
    keys = client.oauth.accepted_keys(ID)

    assert keys is not None
    assert [one.key for one in keys] == ["jira:1"]
    web.upsert("GET", path, json={"consumers": [], "configuredAuthProviders": []})
    assert client.oauth.accepted_keys(ID) == ()
    web.upsert("GET", path, status=404)
    assert client.oauth.accepted_keys(ID) is None


def entry(link_id, type_id):
    """An entry of the 3.0 list."""
    return {"id": link_id, "type": type_id, "name": link_id, "displayUrl": URL, "rpcUrl": URL}


def test_oauth2_entries_are_the_generic_ones_that_10_does_not_list(web, client):
    """1.0 is asked only where there are generic ones."""
    web.get(f"{V3}/applinks", json=[entry("a", "generic"), entry("b", "generic"), entry(ID, "confluence")])
    older = web.get(f"{V1}/applicationlink", json={"applicationLinks": [{"id": "a", "typeId": "generic"}]})

    assert client.links.oauth2_entries() == {"b"}
    assert older.call_count == 1


def test_without_generic_entries_10_is_not_asked(web, client):
    """Nor where there is no 3.0, which alone lists them."""
    web.get(f"{V3}/applinks", json=[entry(ID, "confluence")])
    older = web.get(f"{V1}/applicationlink", json={"applicationLinks": []})

    assert client.links.oauth2_entries() == frozenset()
    assert older.call_count == 0


def test_without_30_there_are_no_oauth2_entries_and_no_status(web, client):
    """The version is older than both."""
    web.get(f"{V3}/applinks", status=404)
    web.get(f"{V1}/applicationlink", json={"applicationLinks": [{"id": "a", "typeId": "generic"}]})
    before = client.tells_status  # as far as is known

    assert client.links.oauth2_entries() == frozenset()
    assert (before, client.version.tells_status) == (True, False)


def test_the_category_of_a_status_is_kept(web, client):
    """By it an application's page chooses its word."""
    body = {"working": False, "error": {"type": "CONNECTION_REFUSED", "category": "NETWORK_ERROR"}}
    web.get(f"{V3}/status/{ID}", json=body)
    status = client.links.status(ID)

    assert status is not None
    assert status.category == "NETWORK_ERROR"
