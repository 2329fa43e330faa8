"""Links over REST: what the plugin answers, by status and fields."""

import uuid

import pytest

from pulumi_applinks.lab.applications import Fault, StoredLink, Variants, id_of_url
from tests.unit.lab_applications.conftest import link_both_ways

V1 = "/rest/applinks/1.0"
V3 = "/rest/applinks/3.0"


@pytest.mark.parametrize("type_id", ["jira", "confluence", "stash", "bamboo", "crowd", "fecru", "refapp"])
def test_every_type_tells_who_it_is(lab, ask, type_id):
    """The manifest needs no login, and names id, type and base URL."""
    application = lab.start(type_id)
    manifest = ask(application, "GET", f"{V1}/manifest", user=None).json()

    assert (manifest["id"], manifest["typeId"], manifest["url"]) == (
        application.server_id,
        type_id,
        application.url,
    )


def test_the_older_resources_prefer_xml(lab, ask):
    """Without an Accept header the answer is XML; a suffix decides too."""
    jira = lab.start("jira")

    assert ask(jira, "GET", f"{V1}/manifest", accept="*/*").text.startswith("<manifest>")
    assert ask(jira, "GET", f"{V1}/manifest.json", accept="*/*").json()["typeId"] == "jira"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://example.com", "a9b9f043-36ce-3181-a08e-774e01113b31"),
        ("http://localhost:2990/jira", "688890b2-02b5-3eb4-a5f0-79f8067998b3"),
        ("https://jira.example.com/", "da27e63d-1539-3159-9f9f-7d07dc24f532"),
    ],
)
def test_the_id_of_an_application_that_does_not_tell_its_own(url, expected):
    """It follows from the URL."""
    assert id_of_url(url) == expected


@pytest.mark.parametrize(
    ("user", "older", "newer"),
    [(None, 401, 401), ("user", 401, 403), ("admin", 200, 200), ("locked", 401, 401)],
)
def test_who_may_read_the_links(lab, ask, user, older, newer):
    """Administrators alone; the older version does not distinguish anyone."""
    jira = lab.start("jira")

    assert ask(jira, "GET", f"{V1}/applicationlink", user=user).status_code == older
    assert ask(jira, "GET", f"{V3}/applinks", user=user).status_code == newer


def test_a_personal_access_token_logs_in(lab, ask):
    """As Bearer; a Cloud site has none."""
    jira, cloud = lab.start("jira"), lab.start("jira", cloud=True, tls=False)
    token = jira.users["admin"].tokens[0]
    bearer = {"Authorization": f"Bearer {token}"}

    assert ask(jira, "GET", f"{V3}/applinks", user=None, headers=bearer).status_code == 200
    assert ask(cloud, "GET", f"{V3}/applinks", user=None, headers=bearer).status_code == 401
    assert ask(cloud, "GET", f"{V3}/applinks", user="admin").status_code == 200


def put(ask, application, other, **changes):
    """PUT a link to another application."""
    body = {
        "id": other.server_id,
        "typeId": other.type_id,
        "name": other.name,
        "displayUrl": other.url,
        "rpcUrl": other.url,
        "isPrimary": False,
        **changes,
    }
    return ask(application, "PUT", f"{V1}/applicationlink/{body['id']}", json=body)


def test_a_put_makes_a_link_and_updates_it(lab, ask):
    """201, then 200; the first of its type is primary; a changed RPC URL is refused."""
    jira, wiki = lab.start("jira"), lab.start("confluence")

    assert put(ask, jira, wiki).status_code == 201
    assert jira.links[wiki.server_id].primary
    assert put(ask, jira, wiki, name="Docs").status_code == 200
    assert jira.links[wiki.server_id].name == "Docs"
    assert put(ask, jira, wiki, rpcUrl="http://127.0.0.1:1").status_code == 400


def test_a_taken_name_gets_a_number_when_a_link_is_made(lab, ask):
    """And is refused when one is updated."""
    jira, wiki, other = lab.start("jira"), lab.start("confluence"), lab.start("confluence")
    put(ask, jira, wiki)
    put(ask, jira, other)

    assert jira.links[other.server_id].name == "Confluence - 2"
    assert put(ask, jira, other, name="Confluence").status_code == 400


def test_a_put_takes_xml_too(lab, ask):
    """As another application sends it."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    body = (
        f"<applicationLink><id>{wiki.server_id}</id><typeId>confluence</typeId><name>Docs</name>"
        f"<displayUrl>{wiki.url}</displayUrl><rpcUrl>{wiki.url}</rpcUrl><isPrimary>false</isPrimary></applicationLink>"
    )
    answer = ask(
        jira,
        "PUT",
        f"{V1}/applicationlink/{wiki.server_id}",
        data=body,
        headers={"Content-Type": "application/xml"},
    )

    assert answer.status_code == 201
    assert jira.links[wiki.server_id].name == "Docs"


@pytest.mark.parametrize("variants", [Variants(), Variants(unknown_link_status=404)])
def test_an_unknown_link(lab, ask, variants):
    """500 in the older version or 404, as it is played; 404 in 3.0."""
    jira = lab.start("jira", variants=variants)
    unknown = uuid.uuid4()

    assert ask(jira, "GET", f"{V1}/applicationlink/{unknown}").status_code == variants.unknown_link_status
    assert ask(jira, "GET", f"{V3}/applinks/{unknown}").status_code == 404
    assert ask(jira, "DELETE", f"{V1}/applicationlink/{unknown}").status_code == 404


def test_a_link_of_the_system_can_not_be_changed(lab, ask):
    """Nor by the administrator of a Cloud site; its RPC URL is hidden in the older version."""
    jira, wiki = lab.start("jira", cloud=True, tls=False), lab.start("confluence", cloud=True, tls=False)
    jira.system_link(wiki)

    assert ask(jira, "DELETE", f"{V1}/applicationlink/{wiki.server_id}").status_code == 403
    assert put(ask, jira, wiki, name="Docs").status_code == 403
    link = ask(jira, "GET", f"{V1}/applicationlink/{wiki.server_id}").json()
    assert link["isSystem"]
    assert "rpcUrl" not in link


def test_relocation_checks_rights_before_it_looks_for_the_link(lab, ask):
    """401, 403, 404 in that order, then what is at the new address."""
    jira, wiki, other = lab.start("jira"), lab.start("confluence"), lab.start("bamboo")
    jira.link_by_hand(wiki)

    def relocate(link_id, url, user="sysadmin", nowarning="false"):
        path = f"{V1}/relocateApplicationlink/{link_id}"
        params = {"newUrl": url, "nowarning": nowarning}
        return ask(jira, "POST", path, user=user, params=params).status_code

    assert relocate(uuid.uuid4(), wiki.url, user="user") == 401
    assert relocate(uuid.uuid4(), wiki.url, user="admin") == 403
    assert relocate(uuid.uuid4(), wiki.url) == 404
    nowhere = lab.closed_address()
    assert relocate(wiki.server_id, nowhere) == 409
    assert relocate(wiki.server_id, other.url) == 400
    assert relocate(wiki.server_id, nowhere, nowarning="true") == 204
    assert jira.links[wiki.server_id].rpc_url == nowhere
    wiki.move()
    assert relocate(wiki.server_id, wiki.url) == 204
    assert jira.links[wiki.server_id].display_url == wiki.url


def test_an_older_generation_relocates_for_any_administrator(lab, ask):
    """And leaves the display URL as it is [S3]."""
    jira, wiki = lab.start("jira", generation="3"), lab.start("confluence")
    jira.link_by_hand(wiki)
    before = wiki.url
    wiki.move()
    answer = ask(
        jira,
        "POST",
        f"{V1}/relocateApplicationlink/{wiki.server_id}",
        user="admin",
        params={"newUrl": wiki.url, "nowarning": "false"},
    )

    assert answer.status_code == 204
    assert (jira.links[wiki.server_id].rpc_url, jira.links[wiki.server_id].display_url) == (wiki.url, before)


@pytest.mark.parametrize(
    ("generation", "status", "oauth"), [("9", 404, 404), ("5", None, 404), ("3", None, None)]
)
def test_what_a_generation_serves(lab, ask, generation, status, oauth):
    """3.0 since the status came, applinks-oauth since 5; what is missing answers 404 without a JSON body."""
    jira = lab.start("jira", generation=generation)

    def known(path):
        answer = ask(jira, "GET", path)
        return answer.status_code if "json" in answer.headers["Content-Type"] else None

    assert known(f"{V3}/status/{uuid.uuid4()}") == status
    assert known(f"/rest/applinks-oauth/1.0/applicationlink/{uuid.uuid4()}/authentication") == oauth


def test_what_the_wizard_sees_at_an_address(lab, ask):
    """Each row of the protocol's table."""
    jira, wiki = lab.start("jira", installed_types=["jira", "confluence"]), lab.start("confluence")
    bamboo = lab.start("bamboo")

    def sees(url, **more):
        answer = ask(jira, "GET", f"{V1}/applicationlinkForm/manifest", params={"url": url}, **more)
        return answer.status_code, (answer.json() if answer.text.startswith("{") else answer.text)

    assert sees(wiki.url)[1]["id"] == wiki.server_id
    assert sees(wiki.url, headers={"X-Atlassian-Token": ""})[0] == 403
    assert sees("")[0] == 400
    assert sees("wiki")[0] == 400
    assert sees(lab.closed_address())[1]["code"] == "applinks.warning.unknown.host"
    redirecting = lab.start_other("redirect", to=wiki.url)
    assert sees(redirecting)[1]["params"] == {"redirectedUrl": wiki.url}
    assert sees(lab.start_other("html")) == (200, {})
    assert sees(bamboo.url)[0] == 400
    assert sees(jira.url)[0] == 409
    jira.link_by_hand(wiki)
    assert sees(wiki.url)[0] == 409


def test_the_wizard_makes_both_ends(lab, ask):
    """With the other administrator's password, and OAuth on both."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    admin = wiki.users["sysadmin"]
    body = {
        "applicationLink": {
            "typeId": "confluence",
            "name": "Docs",
            "rpcUrl": wiki.url,
            "displayUrl": wiki.url,
        },
        "username": admin.name,
        "password": admin.password,
        "createTwoWayLink": True,
        "configFormValues": {"trustEachOther": True, "shareUserbase": False},
    }
    answer = ask(jira, "POST", f"{V1}/applicationlinkForm/createAppLink", json=body)

    assert answer.status_code == 200
    assert answer.json()["autoConfigurationSuccessful"] is True
    for here, there in ((jira, wiki), (wiki, jira)):
        assert ask(here, "GET", f"{V3}/status/{there.server_id}").json()["working"] is True
    again = ask(jira, "POST", f"{V1}/applicationlinkForm/createAppLink", json=body)
    assert again.status_code == 400
    wrong = {
        **body,
        "password": "wrong",
        "applicationLink": {**body["applicationLink"], "rpcUrl": wiki.url + "/"},
    }
    jira.links.remove(wiki.server_id)
    refused = ask(jira, "POST", f"{V1}/applicationlinkForm/createAppLink", json=wrong)
    assert (refused.status_code, refused.json()["fields"]) == (400, ["authorization"])


def test_the_wizard_asks_whether_the_other_end_lets_in_and_reaches_back(lab, ask):
    """Who does not answer the first question is an error of the server, who does not answer the second one is a bad request [S9]."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    admin = wiki.users["sysadmin"]
    body = {"username": admin.name, "password": admin.password, "remoteUrl": wiki.url, "rpcUrl": jira.url}

    def status(**more: str) -> int:
        answer = ask(jira, "POST", f"{V1}/applicationlinkForm/details", json={**body, **more})
        return int(answer.status_code)

    assert status() == 200
    assert status(password="wrong") == 400
    for path, told in (("*/authenticationinfo", 500), ("*/authenticationinfo/id/*", 400)):
        wiki.faults.add(Fault("GET", path, "drop"))
        assert status() == told


def test_a_reciprocal_deletion_goes_to_the_other_end_first(lab, ask):
    """As the link's own requests: refused there, nothing is deleted here."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    link_both_ways(jira, wiki)
    path = f"{V1}/applicationlink/{wiki.server_id}?reciprocate=true"

    assert ask(jira, "DELETE", path).status_code == 500
    assert wiki.server_id in jira.links
    consumer = wiki.links[jira.server_id].consumer
    assert consumer is not None
    consumer.execute_as = "admin"
    assert ask(jira, "DELETE", path).status_code == 200
    assert (len(jira.links), len(wiki.links)) == (0, 0)


def test_an_upgrade_gives_a_link_its_real_id(lab, ask):
    """When it was made while the other application was down."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    provisional = id_of_url(wiki.url)
    jira.links.add(StoredLink(provisional, "confluence", "Docs", wiki.url, wiki.url))
    wiki.stop()
    path = f"{V1}/upgrade/ual/{provisional}"

    assert ask(jira, "POST", path, json={}).status_code == 400
    wiki.start()
    assert ask(jira, "POST", path, json={}).status_code == 200
    assert [link.id for link in jira.links] == [wiki.server_id]


def test_faults_hit_what_they_are_meant_for(lab, ask):
    """Once, on their path; what comes after is carried out first."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    jira.faults.add(Fault("PUT", "/rest/applinks/1.0/applicationlink/*", status=502, after=True))
    jira.faults.add(Fault("GET", f"{V1}/manifest", kind="html"))

    assert put(ask, jira, wiki).status_code == 502
    assert wiki.server_id in jira.links
    assert "Log in" in ask(jira, "GET", f"{V1}/manifest").text
    assert ask(jira, "GET", f"{V1}/manifest").json()["id"] == jira.server_id


def test_an_application_moves_while_it_runs(lab, ask):
    """The old address refuses connections; the base URL follows unless it is kept."""
    import requests

    jira = lab.start("jira")
    old = jira.url
    jira.move(context_path="/tracker", keep_base_url=True)

    assert jira.url != old
    assert jira.url.endswith("/tracker")
    assert ask(jira, "GET", f"{V1}/manifest").json()["url"] == old
    with pytest.raises(requests.ConnectionError):
        requests.get(old, timeout=5)
