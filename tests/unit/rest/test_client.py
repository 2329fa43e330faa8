"""Who an application is, what it sees of another one, and who asks: each version's answers become the same records."""

from __future__ import annotations

from typing import Any

import pytest
import responses
from hypothesis import given, settings, strategies as st

from pulumi_applinks.rest import (
    ApplicationClient,
    ApplinksError,
    NotApplinks,
    NotAuthenticated,
    UnexpectedAnswer,
)
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

    with pytest.raises(UnexpectedAnswer, match="is no manifest"):
        client.manifest()


def test_an_address_without_applinks(web, client):
    """Is told as such, with the context path to check."""
    web.get(f"{V1}/manifest", status=404)

    with pytest.raises(NotApplinks, match="context path"):
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
    """Told by status and fields, never by a text."""
    web.get(f"{V1}/applicationlinkForm/manifest", json=body, status=status)

    assert client.links.sees("https://wiki").kind == kind


def test_what_an_application_says_of_an_address_is_quoted_as_sentences(web, client):
    """A list of them is no text for a person."""
    body = {"status": 400, "message": ["The type is not installed", "Try another"]}
    web.get(f"{V1}/applicationlinkForm/manifest", json=body, status=400)

    assert client.links.sees("https://wiki").message == "The type is not installed; Try another"


@pytest.mark.parametrize(("status", "expected"), [(403, False), (404, True), (204, True), (500, True)])
def test_who_is_a_system_administrator(web, client, status, expected):
    """Only a 403 says no; 401 is no administrator at all."""
    web.add("POST", _relocations(), status=status)

    assert client.users.login_is_system_administrator() is expected
    assert client.users.login_is_system_administrator() is expected
    assert len(web.calls) == 1


def test_no_administrator_at_all(web, client):
    """Is told as what it is."""
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
