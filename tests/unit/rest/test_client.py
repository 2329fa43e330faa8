"""One application's interface: each version's answers become the same records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import responses
from hypothesis import example, given, settings, strategies as st
from responses import matchers

from pulumi_applinks.rest import (
    ApplicationClient,
    ApplinksError,
    Conflict,
    ConsumerUnavailable,
    Legacy,
    Level,
    Link,
    Manifest,
    NotApplinks,
    NotAuthenticated,
    OAuthConfig,
    RelocationNotReachable,
    UnexpectedAnswer,
    admin_page,
    normalised_url,
    same_address,
    shown_url,
    url_derived_id,
)

URL = "https://jira.example.com/jira"
ID = "3e3c8fef-0000-3000-8000-0000000034c5"
V1, V3 = f"{URL}/rest/applinks/1.0", f"{URL}/rest/applinks/3.0"
PACKAGE = "com.atlassian.applinks.api.auth.types."


@pytest.fixture
def client() -> Iterator[ApplicationClient]:
    """A client without a login: who asks makes no difference here."""
    with ApplicationClient(f"source ({URL})", URL) as one:
        yield one


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


def test_links_of_both_spellings(web, client):
    """3.0 first; what is missing there is read from 1.0, and asked there from then on."""
    web.get(f"{V3}/applinks", status=404)
    old = {
        "id": ID,
        "typeId": "confluence",
        "name": "Docs",
        "displayUrl": "https://wiki",
        "isPrimary": True,
        "isSystem": True,
    }
    web.get(f"{V1}/applicationlink", json={"applicationLinks": [old, {"name": "no id"}]})
    web.post(f"{V1}/applicationlink/primary/{ID}", json={})
    [link] = client.links()

    assert link == Link(
        id=ID, type_id="confluence", name="Docs", display_url="https://wiki", primary=True, system=True
    )
    client.make_primary(ID)
    client.links(ID)
    assert client.requests_sent == 4


def test_links_of_30(web, client):
    """A bare list with other names for the same fields."""
    web.get(f"{V3}/applinks", json=[_entry(ID)])

    assert [(link.rpc_url, link.what) for link in client.links()] == [("https://b", "application")]
    assert client.link("other") is None


def _entry(link_id: str, **changed: Any) -> dict[str, Any]:
    return {
        "id": link_id,
        "type": "confluence",
        "name": "Docs",
        "displayUrl": "https://a",
        "rpcUrl": "https://b",
        "primary": False,
        "system": False,
        **changed,
    }


def test_entries_that_are_no_links(web, client):
    """OAuth 2.0 clients, and entries that don't read as the interface writes them, break no list: they are told apart by name."""
    oauth2 = _entry("0f1e2d3c4b5a69788796a5b4c3d2e1f0", type="generic", name="Reporting app")
    broken = _entry(ID.replace("3", "4"), rpcUrl={"host": "b"}, primary="perhaps")
    without_id = [{"name": "no id"}, _entry(""), _entry(ID, id=[1])]
    web.get(f"{V3}/applinks", json=[oauth2, broken, *without_id, _entry(ID)])

    assert [(link.name, link.what) for link in client.links()] == [
        ("Reporting app", "generic"),
        ("Docs", "incomplete"),
        ("Docs", "application"),
    ]


def test_a_list_of_30_that_fails(web, client):
    """Because of an OAuth 2.0 client without an address: the older list is read, and changes still go to 3.0."""
    web.get(f"{V3}/applinks", status=500, json={"message": "no redirect URL"})
    older = {"id": ID, "typeId": "jira", "name": "Jira", "displayUrl": "https://a", "rpcUrl": "https://b"}
    web.get(f"{V1}/applicationlink", json={"applicationLinks": [older]})
    changed = web.put(f"{V3}/applinks/{ID}", json={})

    assert [link.what for link in client.links()] == ["application"]
    client.edit_link(ID, name="n", rpc_url="https://b", display_url="https://d")
    assert changed.call_count == 1


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

    assert client.sees("https://wiki").kind == kind


def test_what_an_application_says_of_an_address_is_quoted_as_sentences(web, client):
    """A list of them is no text for a person."""
    body = {"status": 400, "message": ["The type is not installed", "Try another"]}
    web.get(f"{V1}/applicationlinkForm/manifest", json=body, status=400)

    assert client.sees("https://wiki").message == "The type is not installed; Try another"


@pytest.mark.parametrize(("status", "expected"), [(403, False), (404, True), (204, True), (500, True)])
def test_who_is_a_system_administrator(web, client, status, expected):
    """Only a 403 says no; 401 is no administrator at all."""
    web.add("POST", _relocations(), status=status)

    assert client.is_system_administrator() is expected
    assert client.is_system_administrator() is expected
    assert len(web.calls) == 1


def test_no_administrator_at_all(web, client):
    """Is told as what it is."""
    web.add("POST", _relocations(), status=401)

    with pytest.raises(NotAuthenticated):
        client.is_system_administrator()


def _relocations() -> Any:
    import re

    return re.compile(rf"{re.escape(V1)}/relocateApplicationlink/.*")


def test_a_relocation(web, client):
    """A new address at which nothing answers has its own error; without contact it is said to the application."""
    web.post(
        f"{V1}/relocateApplicationlink/{ID}",
        status=409,
        match=[matchers.query_param_matcher({"newUrl": "https://new", "nowarning": "false"})],
    )
    web.post(
        f"{V1}/relocateApplicationlink/{ID}",
        status=204,
        match=[matchers.query_param_matcher({"newUrl": "https://new", "nowarning": "true"})],
    )
    with pytest.raises(RelocationNotReachable, match="reached nothing at https://new"):
        client.relocate(ID, "https://new")
    client.relocate(ID, "https://new", without_contact=True)


def test_an_edit_on_a_version_without_30(web, client):
    """Is a PUT of the whole link; a link that is gone is not made again."""
    web.get(f"{V3}/applinks", status=404)
    web.get(f"{V1}/applicationlink", json={"applicationLinks": [{"id": ID, "typeId": "jira", "rpcUrl": "u"}]})
    put = web.put(f"{V1}/applicationlink/{ID}", json={})
    client.edit_link(ID, name="n", rpc_url="u", display_url="d")
    assert put.call_count == 1
    client.edit_link("gone", name="n", rpc_url="u", display_url="d")
    assert put.call_count == 1


def test_an_edit_takes_no_place_as_primary(web, client):
    """It never says that the link is primary, also when it was read as such; nor does it leave out what some versions need."""
    listed = {"id": ID, "type": "jira", "rpcUrl": "https://u", "primary": True}
    web.get(f"{V3}/applinks", json=[listed])
    sent = {"name": "n", "rpcUrl": "https://u", "displayUrl": "https://d"}
    web.put(f"{V3}/applinks/{ID}", json={}, match=[matchers.json_params_matcher(sent)])
    client.edit_link(ID, name="n", rpc_url="https://u", display_url="https://d")
    web.replace("PUT", f"{V3}/applinks/{ID}", status=400, json={"errors": []})
    whole = {**sent, "id": ID, "typeId": "jira", "isPrimary": False, "isSystem": False}
    old = web.put(f"{V1}/applicationlink/{ID}", json={}, match=[matchers.json_params_matcher(whole)])
    client.edit_link(ID, name="n", rpc_url="https://u", display_url="https://d")
    assert old.call_count == 1


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({}, "application"),
        ({"system": True}, "system"),
        ({"type": "generic"}, "generic"),
        ({"type": "subversion"}, "unknown-type"),
        ({"type": ""}, "incomplete"),
        ({"id": "0f1e2d3c4b5a69788796a5b4c3d2e1f0"}, "incomplete"),
        ({"name": " "}, "incomplete"),
        ({"displayUrl": "/wiki"}, "incomplete"),
        ({"rpcUrl": None}, "incomplete"),
        ({"broken": True}, "incomplete"),
    ],
)
def test_what_an_entry_is(changed, what):
    """An application's link is what reads as one; a program may touch nothing else."""
    entry = {"id": ID, "type": "jira", "name": "n", "displayUrl": "https://d", "rpcUrl": "http://r/x"}

    assert Link.model_validate({**entry, **changed}).what == what


@pytest.mark.parametrize(
    ("version", "sets_oauth"), [("9.1.4", True), ("5.0.0-m1", True), ("4.3", False), ("", None), ("x", None)]
)
def test_versions_that_set_oauth(version, sets_oauth):
    """Since 5; what is not told is not guessed."""
    manifest = {"id": ID, "typeId": "jira", "url": URL, "applinksVersion": version}

    assert Manifest.model_validate(manifest).sets_oauth is sets_oauth


def _provider(name: str) -> dict[str, Any]:
    return {"provider": PACKAGE + name, "module": "m", "config": {}}


@pytest.mark.parametrize(
    ("providers", "level"),
    [
        ([], Level.NONE),
        (["OAuthAuthenticationProvider"], Level.OAUTH_3LO_ONLY),
        (["OAuthAuthenticationProvider", "TwoLeggedOAuthAuthenticationProvider"], Level.OAUTH),
        (["TwoLeggedOAuthWithImpersonationAuthenticationProvider"], Level.OAUTH_IMPERSONATION),
        (["TrustedAppsAuthenticationProvider"], Level.TRUSTED_APPLICATIONS),
        (["BasicAuthenticationProvider"], Level.BASIC_ACCESS),
        (["CorsAuthenticationProvider"], Level.NONE),
    ],
)
@pytest.mark.parametrize("key", ["configuredAuthProviders", "authenticationProviders"])
def test_the_outgoing_level(web, client, providers, level, key):
    """By the strongest provider, whatever the list is called."""
    path = f"{URL}/rest/applinks-oauth/1.0/applicationlink/{ID}/authentication"
    web.get(path, json={"consumers": [], key: [_provider(name) for name in providers]})

    assert client.authentication(ID).outgoing is level


def test_the_incoming_level_and_its_user(web, client):
    """By the consumer's flags; one of the opposite direction, which generic links have, does not count."""
    path = f"{URL}/rest/applinks-oauth/1.0/applicationlink/{ID}/authentication"
    consumers = [
        {"key": "b", "outgoing": True, "twoLOImpersonationAllowed": True},
        {"key": "a", "twoLOAllowed": True, "executingTwoLOUser": "bot"},
    ]
    web.get(path, json={"consumers": consumers})

    found = client.authentication(ID)
    assert (found.incoming, found.execute_as, found.outgoing) == (Level.OAUTH, "bot", Level.NONE)


def test_authentication_on_versions_without_oauth_resources(web, client):
    """Is read from the list of the administration page."""
    for root in ("applinks-oauth/1.0", "applinks/2.0"):
        web.get(f"{URL}/rest/{root}/applicationlink/{ID}/authentication", status=404)
    entry = {
        "application": {"id": ID},
        "configuredInboundAuthenticators": [PACKAGE + "TrustedAppsAuthenticationProvider"],
        "configuredOutboundAuthenticators": [PACKAGE + "BasicAuthenticationProvider"],
    }
    web.get(f"{V1}/listApplicationlinks", json={"list": [{"application": {"id": "other"}}, entry]})

    found = client.authentication(ID)
    assert (found.incoming, found.outgoing) == (Level.TRUSTED_APPLICATIONS, Level.BASIC_ACCESS)


def test_setting_oauth(web, client):
    """The flags of both directions; a public key that can't be read has its own error; a legacy level is never made."""
    sent = {
        "incoming": {"enabled": True, "twoLoEnabled": True, "twoLoImpersonationEnabled": False},
        "outgoing": {"enabled": False, "twoLoEnabled": False, "twoLoImpersonationEnabled": False},
    }
    web.put(f"{V3}/status/{ID}/oauth", status=204, match=[matchers.json_params_matcher(sent)])
    client.set_oauth(ID, OAuthConfig(incoming=Level.OAUTH, outgoing=Level.NONE))
    web.replace("PUT", f"{V3}/status/{ID}/oauth", status=409)
    with pytest.raises(ConsumerUnavailable, match="public key") as caught:
        client.set_oauth(ID, OAuthConfig(incoming=Level.OAUTH))
    assert isinstance(caught.value, Conflict)
    with pytest.raises(ValueError, match="never made"):
        client.set_oauth(ID, OAuthConfig(incoming=Level.BASIC_ACCESS))


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
                client.links,
                lambda: client.status(ID),
                lambda: client.authentication(ID),
                lambda: client.legacy(ID),
            ):
                try:
                    ask()
                except ApplinksError as error:
                    told.append(str(error))
    assert all("source" in message for message in told)


def test_legacy_authentication_beside_oauth(web, client):
    """Is told of both directions, whatever level stands beside it; of a link that is not in the list, nothing is told."""
    entry = {
        "application": {"id": ID},
        "configuredInboundAuthenticators": [
            PACKAGE + "OAuthAuthenticationProvider",
            PACKAGE + "TrustedAppsAuthenticationProvider",
        ],
        "configuredOutboundAuthenticators": [PACKAGE + "BasicAuthenticationProvider"],
    }
    web.get(f"{V1}/listApplicationlinks", json={"list": [entry]})

    assert client.legacy(ID) == Legacy(incoming=(Level.TRUSTED_APPLICATIONS,), outgoing=(Level.BASIC_ACCESS,))
    assert client.legacy("other") is None
    web.replace("GET", f"{V1}/listApplicationlinks", status=404)
    assert client.legacy(ID) is None


def test_the_password_of_basic_access(web, client):
    """Which the application answers in clear, is nowhere in what is read; the level beside OAuth is."""
    basic = {
        "provider": PACKAGE + "BasicAuthenticationProvider",
        "config": {"username": "u", "password": "hunter2"},
    }
    both = [_provider("TwoLeggedOAuthAuthenticationProvider"), basic]
    web.get(
        f"{URL}/rest/applinks-oauth/1.0/applicationlink/{ID}/authentication",
        json={"configuredAuthProviders": both},
    )
    found = client.authentication(ID)

    assert (found.outgoing, found.legacy_outgoing) == (Level.OAUTH, (Level.BASIC_ACCESS,))
    assert "hunter2" not in repr(found)


def test_levels_by_kind():
    """OAuth, what it replaces, and what a program can declare."""
    assert [level.value for level in Level if level.makeable] == ["none", "oauth", "oauth-impersonation"]
    assert {level for level in Level if level.is_oauth == level.is_legacy} == {Level.NONE}
