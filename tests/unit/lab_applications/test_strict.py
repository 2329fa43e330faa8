"""The lab is no kinder than what is known: fields, forgery checks, secure sessions, self links, and what is written down of a request."""

import pytest

from pulumi_applinks.lab.applications import Fault, Lab, User, Variants
from tests.unit.lab_applications.conftest import link_both_ways

V1 = "/rest/applinks/1.0"
V3 = "/rest/applinks/3.0"
AUTOCONFIG = "/plugins/servlet/applinks/auth/conf/oauth/autoconfig"


def bearer(application, user="sysadmin"):
    """The header of a personal access token."""
    return {"Authorization": f"Bearer {application.users[user].tokens[0]}"}


def older(application):
    """A link to an application, as the older resources take it."""
    return {
        "id": application.server_id,
        "typeId": application.type_id,
        "name": "Docs",
        "displayUrl": application.url,
        "rpcUrl": application.url,
    }


def test_a_status_tells_five_things_of_its_link(lab, ask):
    """Neither whether it is primary nor whether it is the system's."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    link_both_ways(jira, wiki)
    link = ask(jira, "GET", f"{V3}/status/{wiki.server_id}").json()["link"]

    assert sorted(link) == ["displayUrl", "id", "name", "rpcUrl", "type"]


@pytest.mark.parametrize("version", ["1.0", "3.0", "latest"])
def test_the_older_resources_answer_under_each_version(lab, ask, version):
    """And the link of an entity to itself has the version of the request; what was created is a bare list."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    root = f"/rest/applinks/{version}/applicationlink"
    expected = {"href": f"{jira.url}{root}/{wiki.server_id}", "rel": "self"}
    made = ask(jira, "PUT", f"{root}/{wiki.server_id}", json=older(wiki))

    assert made.json() == {"status-code": 201, "resources-created": [expected]}
    assert ask(jira, "GET", f"{root}/{wiki.server_id}").json()["link"] == [expected]
    provider = {"provider": "com.atlassian.applinks.api.auth.types.OAuthAuthenticationProvider", "config": {}}
    second = version if version != "1.0" else "2.0"
    path = f"/rest/applinks/{second}/applicationlink/{wiki.server_id}/authentication/provider"
    assert ask(jira, "PUT", path, json=provider).status_code == 201
    assert ask(jira, "DELETE", f"{root}/{wiki.server_id}").status_code == 200


def test_what_was_created_is_wrapped_in_xml(lab, ask):
    """In a list of links that are written in attributes."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    made = ask(jira, "PUT", f"{V1}/applicationlink/{wiki.server_id}", accept=None, json=older(wiki))

    assert (
        f'<resources-created><link href="{jira.url}{V1}/applicationlink/{wiki.server_id}" rel="self"/>'
        in made.text
    )


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"X-Atlassian-Token": ""}, True),
        ({"X-Atlassian-Token": "", "Content-Type": "text/plain"}, True),
        ({"X-Atlassian-Token": "", "Content-Type": "multipart/form-data"}, True),
        ({"X-Atlassian-Token": "", "Content-Type": "application/json"}, False),
        ({"X-Atlassian-Token": "no-check"}, False),
        ({"X-Atlassian-Token": "nocheck"}, False),
        ({"X-Atlassian-Token": "no-check", "User-Agent": "Mozilla/5.0"}, True),
    ],
)
def test_a_post_that_a_page_could_have_made_is_refused(lab, ask, headers, refused):
    """Without the header; and from a browser without the same origin, whatever the header."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    jira.link_by_hand(wiki)
    answer = ask(jira, "POST", f"{V1}/applicationlink/primary/{wiki.server_id}", headers=headers)

    assert answer.status_code == (403 if refused else 200)
    assert jira.requests.all()[-1].carried_out is not refused


def test_the_oldest_generation_checks_what_is_annotated(lab, ask):
    """The wizard's look at an address alone."""
    jira, wiki = lab.start("jira", generation="3"), lab.start("confluence")
    jira.link_by_hand(wiki)
    none = {"X-Atlassian-Token": ""}

    assert (
        ask(jira, "POST", f"{V1}/applicationlink/primary/{wiki.server_id}", headers=none).status_code == 200
    )
    form = f"{V1}/applicationlinkForm/manifest"
    assert ask(jira, "GET", form, params={"url": wiki.url}, headers=none).status_code == 403


def test_switching_oauth_off_by_the_servlet_takes_a_secure_session(lab, ask):
    """Basic authentication is led to the page that asks for the password again; a token passes in Confluence."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    link_both_ways(jira, wiki)
    for here, there, where in (
        (jira, wiki, "WebSudoAuthenticate"),
        (wiki, jira, "/confluence/authenticate.action"),
    ):
        answer = ask(here, "DELETE", f"{AUTOCONFIG}/{there.server_id}")
        assert (answer.status_code, where in answer.headers["Location"]) == (302, True)
        assert here.links[there.server_id].consumer is not None
    assert (
        ask(jira, "DELETE", f"{AUTOCONFIG}/{wiki.server_id}", None, headers=bearer(jira)).status_code == 302
    )
    assert (
        ask(wiki, "DELETE", f"{AUTOCONFIG}/{jira.server_id}", None, headers=bearer(wiki)).status_code == 200
    )


def test_the_servlet_leaves_two_legged_requests_registered(lab, ask):
    """It answers HTML, takes the consumer and 3LO, and nothing else."""
    stash, wiki = lab.start("stash"), lab.start("confluence")
    link_both_ways(stash, wiki)
    answer = ask(stash, "DELETE", f"{AUTOCONFIG}/{wiki.server_id}")

    assert (answer.status_code, answer.text) == (200, "")
    assert answer.headers["Content-Type"].startswith("text/html")
    link = stash.links[wiki.server_id]
    assert link.consumer is None
    assert {name.rpartition(".")[2] for name in link.outgoing_providers} == {
        "TwoLeggedOAuthAuthenticationProvider"
    }
    assert ask(stash, "PUT", f"{AUTOCONFIG}/{wiki.server_id}").status_code == 200
    assert (link.outgoing.level, link.incoming.level) == ("oauth", "oauth-3lo-only")


@pytest.mark.parametrize(
    ("variants", "basic", "token"),
    [
        (Variants(), 200, 200),
        (Variants(websudo_for_basic=True), 401, 200),
        (Variants(websudo_for_tokens=True), 200, 401),
    ],
)
def test_who_passes_where_a_secure_session_is_asked_for(lab, ask, variants, basic, token):
    """The answer says so in its body, and that the login itself is right."""
    jira = lab.start("jira", variants=variants)
    answers = [
        ask(jira, "GET", f"{V1}/applicationlink"),
        ask(jira, "GET", f"{V1}/applicationlink", None, headers=bearer(jira)),
    ]

    assert [one.status_code for one in answers] == [basic, token]
    for one in answers:
        if one.status_code == 401:
            assert one.json() == {"message": "This resource requires WebSudo.", "status-code": 401}
            assert one.headers["X-Seraph-LoginReason"] == "OK"
    assert ask(jira, "GET", f"{V3}/applinks").status_code == 200


def test_a_wrong_token_goes_on_anonymously(lab, ask):
    """What anybody may read is answered; the rest is refused without a reason."""
    jira = lab.start("jira")
    wrong = {"Authorization": "Bearer nonsense"}

    assert ask(jira, "GET", f"{V1}/manifest", None, headers=wrong).status_code == 200
    for path in (f"{V1}/applicationlink", f"{V3}/applinks"):
        answer = ask(jira, "GET", path, None, headers=wrong)
        assert answer.status_code == 401
        assert "X-Seraph-LoginReason" not in answer.headers


def test_an_unknown_path_of_jira_leads_to_the_login_page(lab, ask):
    """Although the login is right; the others say that there is nothing."""
    jira, stash = lab.start("jira"), lab.start("stash")
    answer = ask(jira, "GET", "/rest/unknown/1.0/thing")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/jira/login.jsp")
    assert ask(stash, "GET", "/rest/unknown/1.0/thing").status_code == 404


def test_a_session_is_begun_by_logging_in(lab, ask):
    """And lets its cookie in without a login, as the real ones do: who keeps it is found out."""
    jira = lab.start("jira")
    cookies = ask(jira, "GET", f"{V3}/applinks").cookies

    assert ask(jira, "GET", f"{V3}/applinks", None, cookies=cookies).status_code == 200
    assert jira.requests.all()[-1].login == "session"
    assert not ask(jira, "GET", f"{V1}/manifest", None).cookies


@pytest.mark.parametrize("wrong", [{"rpcUrl": None}, {"displayUrl": None}, {"isSystem": True}])
def test_an_address_that_is_missing_breaks_the_older_resources(lab, ask, wrong):
    """They look for none, and read none of a link of the system: 500, and nothing is made."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    for path in (f"{V1}/applicationlink/{wiki.server_id}", "/rest/applinks/2.0/applicationlink"):
        assert ask(jira, "PUT", path, json={**older(wiki), **wrong}).status_code == 500
    assert len(jira.links) == 0


def test_3_0_takes_json_alone(lab, ask):
    """The older resources take XML, too."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    jira.link_by_hand(wiki)
    text = f"<applicationLink><name>Docs</name><rpcUrl>{wiki.url}</rpcUrl><displayUrl>{wiki.url}</displayUrl></applicationLink>"
    as_xml = {"Content-Type": "application/xml"}

    assert ask(jira, "PUT", f"{V3}/applinks/{wiki.server_id}", data=text, headers=as_xml).status_code == 415


def test_what_the_log_tells_of_a_request(lab: Lab, ask):
    """Whether somebody logged in and how, who it was taken for, and whether a write was carried out."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    jira.link_by_hand(wiki)
    jira.faults.add(Fault("DELETE", f"{V1}/applicationlink/*", kind="bad_gateway", after=True))
    primary = f"{V1}/applicationlink/primary"
    ask(jira, "GET", f"{V1}/manifest", None)
    ask(jira, "GET", f"{V1}/applicationlink", None, headers=bearer(jira, "admin"))
    ask(jira, "POST", f"{primary}/{wiki.server_id}", "user")
    ask(jira, "POST", f"{primary}/00000000-0000-4000-8000-000000000001")
    ask(jira, "POST", f"{primary}/{wiki.server_id}")
    ask(jira, "DELETE", f"{V1}/applicationlink/{wiki.server_id}")
    ask(jira, "GET", f"{V1}/applicationlink", None, headers={"Authorization": "Basic bm9ib2R5OndyaXRlcw=="})

    assert [(one.login, one.user, one.status, one.carried_out) for one in jira.requests.all()] == [
        ("none", None, 200, False),
        ("token", "admin", 200, False),
        ("basic", "user", 401, False),
        ("basic", "sysadmin", 500, False),
        ("basic", "sysadmin", 200, True),
        ("basic", "sysadmin", 502, True),
        ("basic", None, 401, False),
    ]
    assert [one.method for one in jira.requests.written()] == ["POST", "DELETE"]


def test_a_user_whose_account_is_inactive_is_not_let_in(lab, ask):
    """Neither with a password nor with a token."""
    jira = lab.start("jira")
    gone = jira.users.add(User("gone", "secret", "admin", tokens=("token",), active=False))

    assert ask(jira, "GET", f"{V3}/applinks", gone.name).status_code == 401
    assert ask(jira, "GET", f"{V3}/applinks", None, headers=bearer(jira, gone.name)).status_code == 401
