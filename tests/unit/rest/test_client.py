"""Who an application is, what it sees of another one, and who asks: each version's answers become the same records."""

from __future__ import annotations

from email.utils import formatdate
from typing import Any

import pytest
import responses
from hypothesis import given, settings, strategies as st

from pulumi_applinks.rest import (
    ApplicationClient,
    ApplinksError,
    NotAuthenticated,
    PublicKey,
    UnexpectedAnswer,
)
from pulumi_applinks.rest.answer import clock_ahead
from tests.unit.rest.conftest import ID, URL, V1, V3


@pytest.mark.parametrize(
    "body",
    [
        f'{{"id": "{ID}", "typeId": "jira", "name": "Jira", "url": "{URL}", "applinksVersion": "9.1.4", "new": [1]}}',
        f"<manifest><id>{ID}</id><typeId>jira</typeId><name>Jira</name><url>{URL}</url>"
        "<applinksVersion>9.1.4</applinksVersion></manifest>",
        f'\ufeff{{"id": "{ID}", "typeId": "jira", "name": null, "url": "{URL}", "applinksVersion": "9.1.4"}}',
    ],
)
def test_a_manifest_in_json_or_xml(web, client, body):
    """Unknown fields, absent ones and a byte order mark make no difference."""
    web.get(f"{V1}/manifest", body=body.encode())
    manifest = client.manifest()

    assert (manifest.id, manifest.type_id, manifest.url, manifest.applinks_version) == (
        ID,
        "jira",
        URL,
        "9.1.4",
    )


@pytest.mark.parametrize(
    "body", ["{}", '{"id": "../../etc", "typeId": "jira", "url": "x"}', "[]", '"text"', "7"]
)
def test_what_is_no_manifest(web, client, body):
    """An id that is no UUID, which would end up in paths, is refused like any other nonsense."""
    web.get(f"{V1}/manifest", body=body)

    with pytest.raises(UnexpectedAnswer, match="is not a manifest"):
        client.manifest()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"id": ID, "typeId": "confluence", "url": "https://wiki"}, "application"),
        (200, {"code": "x", "warning": "w", "params": {"redirectedUrl": "https://new"}}, "redirected"),
        (200, {"code": "x", "warning": "w"}, "unreachable"),
        (200, {}, "no_manifest"),
        (400, {"message": ["no such type"]}, "not_accepted"),
        (409, {"message": ["it is me"]}, "conflict"),
        (404, {}, "not_told"),
    ],
)
def test_what_an_application_sees(web, client, status, body, kind):
    """Message by status and fields, never by a text."""
    web.get(f"{V1}/applicationlinkForm/manifest", json=body, status=status)

    assert client.links.sees("https://wiki").kind == kind


def test_what_an_application_says_of_an_address_is_quoted_as_sentences(web, client):
    """A list of them is no text for a person."""
    body = {"status": 400, "message": ["The type is not installed", "Try another"]}
    web.get(f"{V1}/applicationlinkForm/manifest", json=body, status=400)

    assert client.links.sees("https://wiki").message == "The type is not installed; Try another"


@pytest.mark.parametrize(("status", "expected"), [(403, False), (404, True), (204, True), (500, True)])
def test_who_is_a_system_administrator(web, client, status, expected):
    """Only a 403 says no; 401 is not an administrator at all."""
    web.add("POST", _relocations(), status=status)

    assert client.users.login_is_system_administrator() is expected
    assert client.users.login_is_system_administrator() is expected
    assert len(web.calls) == 1


def test_no_administrator_at_all(web, client):
    """Is reported as what it is."""
    web.add("POST", _relocations(), status=401)

    with pytest.raises(NotAuthenticated):
        client.users.login_is_system_administrator()


def _relocations() -> Any:
    import re

    return re.compile(rf"{re.escape(V1)}/relocateApplicationlink/.*")


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["id", "list", "error", "status", "x"]), inner, max_size=3)
        ),
        max_leaves=6,
    )
)
def test_any_answer_is_a_record_or_an_error_of_ours(body):
    """Whatever JSON an application answers, no library's traceback comes out."""
    told: list[str] = []
    with responses.RequestsMock(assert_all_requests_are_fired=False) as web:
        for path in (f"{V1}/manifest", f"{V3}/applinks", f"{V3}/status/{ID}", f"{V1}/listApplicationlinks"):
            web.get(path, json=body)
        web.get(f"{URL}/rest/applinks-oauth/1.0/applicationlink/{ID}/authentication", json=body)
        with ApplicationClient("source", URL) as client:
            for ask in (
                client.manifest,
                client.links.all,
                lambda: client.links.status(ID),
                lambda: client.oauth.get(ID),
                lambda: client.oauth.legacy(ID),
            ):
                try:
                    ask()
                except ApplinksError as error:
                    told.append(str(error))
    assert all("source" in message for message in told)


CONSUMER_INFO = f"{URL}/plugins/servlet/oauth/consumer-info"
MANIFEST = {"id": ID, "typeId": "jira", "name": "Jira", "url": URL}
PEM = "-----BEGIN PUBLIC KEY-----\nMIGf\nMA0G\n-----END PUBLIC KEY-----\n"


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
    """By the time that an answer says; anything else is no time."""
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
    """As the servlet writes it, in XML; versions without one do not report it."""
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
    before = client.version.tells_status  # as far as is known

    assert client.links.oauth2_entries() == frozenset()
    assert (before, client.version.tells_status) == (True, False)


def test_the_category_of_a_status_is_kept(web, client):
    """By it an application's page chooses its word."""
    body = {"working": False, "error": {"type": "CONNECTION_REFUSED", "category": "NETWORK_ERROR"}}
    web.get(f"{V3}/status/{ID}", json=body)
    status = client.links.status(ID)

    assert status is not None
    assert status.category == "NETWORK_ERROR"
