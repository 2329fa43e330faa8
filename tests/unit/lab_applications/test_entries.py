"""Entries that are no usable links, and ids that are taken although no list shows them."""

import pytest

from pulumi_applinks.lab.applications import OAuth2Entry, StoredLink, Variants
from tests.unit.lab_applications.conftest import link_both_ways

V1 = "/rest/applinks/1.0"
V3 = "/rest/applinks/3.0"
OAUTH = "/rest/applinks-oauth/1.0"
CLIENT = OAuth2Entry(
    "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "Reports", "https://reports.example.com:8443/path?x=1"
)


def ids(answer):
    """The ids in a list."""
    found = answer.json()
    return [one["id"] for one in (found["applicationLinks"] if isinstance(found, dict) else found)]


def test_oauth_2_clients_are_listed_in_3_0_alone(lab, ask):
    """As if they were generic links, with scheme and host for an address, and no difference."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    jira.link_by_hand(wiki)
    jira.oauth2.append(CLIENT)
    listed = ask(jira, "GET", f"{V3}/applinks").json()

    assert listed[1] == {
        "id": CLIENT.id,
        "name": "Reports",
        "type": "generic",
        "system": False,
        "primary": False,
        **dict.fromkeys(("displayUrl", "rpcUrl"), "https://reports.example.com"),
        "properties": {},
        "data": {},
    }
    assert ids(ask(jira, "GET", f"{V3}/applicationlink")) == [wiki.server_id, CLIENT.id]
    assert ids(ask(jira, "GET", f"{V1}/applicationlink")) == [wiki.server_id]
    assert ask(jira, "GET", f"{V3}/applinks/{CLIENT.id}").status_code == 404


def test_a_client_without_a_redirect_makes_the_list_fail(lab, ask):
    """That of 3.0; 1.0 continues answering, and so does a generation without such clients."""
    jira, fecru = lab.start("jira"), lab.start("fecru")
    for application in (jira, fecru):
        application.oauth2.append(OAuth2Entry("1", "broken", None))

    assert ask(jira, "GET", f"{V3}/applinks").status_code == 500
    assert ask(jira, "GET", f"{V1}/applicationlink").status_code == 200
    assert ask(fecru, "GET", f"{V3}/applinks").json() == []


def test_a_generic_link_is_a_link(lab, ask):
    """Its id follows from its URL; its status says that it is none of an application."""
    jira = lab.start("jira")
    link = jira.generic_link("Build server", "https://build.example.com")

    assert (
        ids(ask(jira, "GET", f"{V1}/applicationlink")) == ids(ask(jira, "GET", f"{V3}/applinks")) == [link.id]
    )
    assert ask(jira, "GET", f"{V3}/status/{link.id}").json()["error"]["type"] == "GENERIC_LINK"
    body = {
        "typeId": "generic",
        "id": "ignored",
        "name": "Other",
        **dict.fromkeys(("rpcUrl", "displayUrl"), "https://o.example.com"),
    }
    assert ask(jira, "PUT", "/rest/applinks/2.0/applicationlink", json=body).status_code == 201
    assert "ignored" not in jira.links


def _corrupted(jira, wiki):
    jira.links[wiki.server_id].corrupted = True


def _plugin_gone(jira, _wiki):
    jira.installed_types -= {"confluence"}


@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize("spoil", [_corrupted, _plugin_gone])
def test_an_id_that_is_taken_but_not_listed(lab, ask, spoil, status):
    """No list shows it, and whatever touches it fails."""
    jira, wiki = lab.start("jira", variants=Variants(unusable_link_status=status)), lab.start("confluence")
    link_both_ways(jira, wiki)
    spoil(jira, wiki)
    taken = wiki.server_id
    body = {"id": taken, "typeId": "confluence", "name": "Docs", "displayUrl": wiki.url, "rpcUrl": wiki.url}
    flags = {"enabled": True, "twoLoEnabled": True, "twoLoImpersonationEnabled": False}

    for path in (f"{V1}/applicationlink", f"{V3}/applinks"):
        assert ids(ask(jira, "GET", path)) == []
    assert ask(jira, "GET", f"{V1}/listApplicationlinks").json() == {"list": []}
    expected = 400 if spoil is _plugin_gone else status
    assert ask(jira, "PUT", f"{V1}/applicationlink/{taken}", json=body).status_code == expected
    for method, path, sent in (
        ("PUT", f"{V3}/applinks/{taken}", {"name": "Docs", "displayUrl": wiki.url, "rpcUrl": wiki.url}),
        ("PUT", f"{V3}/status/{taken}/oauth", {"incoming": flags, "outgoing": flags}),
        ("PUT", f"{OAUTH}/applicationlink/{taken}/authentication/consumer?autoConfigure=true", {}),
        ("POST", f"{V1}/relocateApplicationlink/{taken}?newUrl={wiki.url}", {}),
        ("GET", f"{V3}/status/{taken}", None),
    ):
        assert ask(jira, method, path, json=sent).status_code == status, path
    assert not jira.requests.written()


def test_a_link_of_the_system_is_listed_as_such(lab, ask):
    """In both versions; 1.0 hides its RPC URL."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    jira.system_link(wiki)

    assert ask(jira, "GET", f"{V3}/applinks").json()[0]["system"] is True
    older = ask(jira, "GET", f"{V1}/applicationlink").json()["applicationLinks"][0]
    assert older["isSystem"] is True
    assert "rpcUrl" not in older


READINGS = {
    "unchanged, ignored": (Variants(), True, True),
    "unchanged, gives up": (Variants(primary_false="gives_up"), True, False),
    "false, ignored": (Variants(absent_primary="false"), True, True),
    "false, gives up": (Variants(absent_primary="false", primary_false="gives_up"), False, False),
}


@pytest.mark.parametrize("version", ["1.0", "3.0"])
@pytest.mark.parametrize("reading", READINGS)
def test_what_a_put_does_with_the_primary_place(lab, ask, reading, version):
    """No source says what an absent field, or false, means for the primary link: each reading is played."""
    variants, absent_keeps, false_keeps = READINGS[reading]
    jira = lab.start("jira", variants=variants)
    first, second = lab.start("confluence"), lab.start("confluence", name="Second")
    for one in (first, second):
        jira.link_by_hand(one)
    path, key, kind = {
        "1.0": (f"{V1}/applicationlink", "isPrimary", "typeId"),
        "3.0": (f"{V3}/applinks", "primary", "type"),
    }[version]

    def put(one, **more):
        body = {
            "id": one.server_id,
            kind: "confluence",
            "name": one.name,
            "displayUrl": one.url,
            "rpcUrl": one.url,
        }
        assert ask(jira, "PUT", f"{path}/{one.server_id}", json={**body, **more}).status_code == 200
        return jira.links[first.server_id].primary

    assert put(first) is absent_keeps
    put(first, **{key: True})
    assert put(first, **{key: False}) is false_keeps
    assert put(second, **{key: True}) is False
    assert [link.primary for link in jira.links] == [False, True]


def test_the_only_link_of_its_type_stays_primary(lab, ask):
    """Whatever false means: there is nobody to give the place to."""
    jira, wiki = lab.start("jira", variants=Variants(primary_false="gives_up")), lab.start("confluence")
    link: StoredLink = jira.link_by_hand(wiki)
    body = {"name": "Docs", "displayUrl": wiki.url, "rpcUrl": wiki.url, "primary": False}

    assert ask(jira, "PUT", f"{V3}/applinks/{wiki.server_id}", json=body).status_code == 200
    assert link.primary
