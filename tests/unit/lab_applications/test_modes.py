"""What is in front of an application, or is not up yet."""

import threading

import pytest
import requests

from pulumi_applinks.lab.applications.modes import IDENTITY_PROVIDER
from tests.unit.lab_applications.conftest import link_both_ways
from tests.unit.lab_applications.test_strict import bearer

V1 = "/rest/applinks/1.0"
V3 = "/rest/applinks/3.0"


def test_basic_authentication_switched_off(lab, ask):
    """Any request with it is refused, whatever it asks for; tokens work, and so does the manifest without a login."""
    jira = lab.start("jira")
    jira.modes.add("basic_off")
    for path in (f"{V1}/manifest", f"{V3}/applinks", "/rest/nowhere"):
        answer = ask(jira, "GET", path)
        assert answer.status_code == 403
        assert answer.json() == {"message": "Basic Authentication has been disabled on this instance."}

    assert ask(jira, "GET", f"{V1}/manifest", None).status_code == 200
    assert ask(jira, "GET", f"{V3}/applinks", None, headers=bearer(jira)).status_code == 200


@pytest.mark.parametrize(("type_id", "off"), [("jira", True), ("confluence", True), ("stash", False)])
def test_which_products_have_it_switched_off_by_default(lab, ask, type_id, off):
    """Jira 11 and Confluence 10."""
    application = lab.start(type_id, generation="11")

    assert ask(application, "GET", f"{V3}/applinks").status_code == (403 if off else 200)


@pytest.mark.parametrize(
    ("mode", "there", "status"),
    [
        ("starting", "/startup.jsp", 200),
        ("starting_503", "/startup.jsp", 503),
        ("set_up", "/secure/SetupMode!default.jspa", 200),
    ],
)
def test_an_application_that_is_not_up_leads_everybody_to_one_page(lab, ask, mode, there, status):
    """Whatever is asked for; after as many requests as the test says it is up."""
    jira = lab.start("jira")
    jira.modes.add(mode, requests=3)
    for path in (f"{V1}/manifest", "/secure/Dashboard.jspa"):
        answer = ask(jira, "GET", path, None)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(f"/jira{there}")
    answer = ask(jira, "GET", there, None)
    assert (answer.status_code, "<html>" in answer.text) == (status, True)

    assert ask(jira, "GET", f"{V1}/manifest", None).json()["id"] == jira.server_id


def test_an_application_whose_plugins_load(lab, ask):
    """Its pages are there, its resources are not."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    jira.modes.add("plugins_loading")

    assert ask(jira, "GET", f"{V1}/manifest", None).status_code == 404
    assert wiki.caller.is_online(jira.url)
    jira.modes.remove("plugins_loading")
    assert ask(jira, "GET", f"{V1}/manifest", None).status_code == 200


def test_a_firewall_refuses_a_url_in_a_parameter(lab, ask):
    """With a page of its own; the same in a body passes."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    jira.link_by_hand(wiki)
    jira.modes.add("firewall")
    for method, path in (
        ("POST", f"{V1}/relocateApplicationlink/{wiki.server_id}?nowarning=false&newUrl={wiki.url}"),
        ("GET", f"{V1}/applicationlinkForm/manifest?url=https%3A%2F%2Fwiki.example.com"),
    ):
        answer = ask(jira, method, path)
        assert (answer.status_code, answer.headers["Content-Type"]) == (403, "text/html;charset=UTF-8")
    body = {"name": "Docs", "displayUrl": wiki.url, "rpcUrl": wiki.url}

    assert ask(jira, "PUT", f"{V3}/applinks/{wiki.server_id}", json=body).status_code == 200


def test_a_single_sign_on_proxy_leads_to_the_identity_provider(lab, ask):
    """From all but some paths."""
    jira = lab.start("jira")
    jira.modes.add("single_sign_on")

    for path in (f"{V1}/manifest", f"{V3}/applinks", "/"):
        answer = ask(jira, "GET", path)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(IDENTITY_PROVIDER)
    assert ask(jira, "GET", "/rest/api/2/user?username=user").status_code == 200


def test_a_manifest_that_only_a_login_may_read(lab, ask):
    """The others are refused, other applications among them."""
    jira, wiki = lab.start("jira"), lab.start("confluence")
    link_both_ways(jira, wiki)
    wiki.modes.add("manifest_needs_login")

    assert ask(wiki, "GET", f"{V1}/manifest", None).status_code == 401
    assert ask(wiki, "GET", f"{V1}/manifest", "user").json()["id"] == wiki.server_id
    assert ask(jira, "GET", f"{V3}/status/{wiki.server_id}").json()["working"] is False


def test_a_failed_login_that_goes_on(lab, ask):
    """200 with what the public sees, and the reason in a header."""
    jira = lab.start("jira")
    jira.modes.add("failed_login_goes_on")
    wrong = {"Authorization": "Basic bm9ib2R5OndyaXRlcw=="}
    answer = ask(jira, "GET", f"{V1}/manifest", None, headers=wrong)

    assert (answer.status_code, answer.headers["X-Seraph-LoginReason"]) == (200, "AUTHENTICATED_FAILED")
    assert ask(jira, "GET", f"{V3}/applinks", None, headers=wrong).status_code == 401


def test_an_application_that_never_answers(lab):
    """It takes the connection; a waiting client is released when the test says so."""
    jira = lab.start("jira")
    waiting = threading.Event()
    jira.hang().then = waiting.set
    failed: list[BaseException] = []

    def wait() -> None:
        try:
            requests.get(f"{jira.url}{V1}/manifest", timeout=60)
        except requests.ConnectionError as error:
            failed.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    assert waiting.wait(30)
    jira.faults.clear()
    thread.join(30)

    assert len(failed) == 1
    assert requests.get(f"{jira.url}{V1}/manifest", timeout=60).status_code == 200


@pytest.mark.parametrize("type_id", ["jira", "stash"])
def test_a_captcha(lab, ask, type_id):
    """A right password is refused, too: by a header, or in Bitbucket's own form; a token and the public are not asked for one."""
    application = lab.start(type_id)
    application.modes.add("captcha")
    answer = ask(application, "GET", f"{V3}/applinks")

    assert answer.status_code == 403
    if type_id == "stash":
        (error,) = answer.json()["errors"]
        assert error["exceptionName"].endswith(".CaptchaRequiredAuthenticationException")
    else:
        assert answer.headers["X-Seraph-LoginReason"] == "AUTHENTICATION_DENIED"
        assert answer.headers["X-Authentication-Denied-Reason"].startswith("CAPTCHA_CHALLENGE; login-url=")
    assert ask(application, "GET", f"{V1}/manifest", None).status_code == 200
    assert ask(application, "GET", f"{V3}/applinks", None, headers=bearer(application)).status_code == 200


def test_a_proxy_that_removes_the_login(lab, ask):
    """The application answers as to anybody, and says nothing of the login."""
    jira = lab.start("jira")
    jira.modes.add("login_removed")
    answer = ask(jira, "GET", f"{V3}/applinks")

    assert (answer.status_code, "X-Seraph-LoginReason" in answer.headers) == (401, False)
    assert ask(jira, "GET", f"{V1}/manifest").status_code == 200


def test_a_failed_login_with_a_page(lab, ask):
    """Of the server, which is no answer of the interface."""
    jira = lab.start("jira")
    jira.modes.add("failed_login_page")
    wrong = {"Authorization": "Basic bm9ib2R5OndyaXRlcw=="}
    answer = ask(jira, "GET", f"{V3}/applinks", None, headers=wrong)

    assert (answer.status_code, "<html>" in answer.text) == (401, True)
    assert answer.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"
    assert ask(jira, "GET", f"{V3}/applinks").status_code == 200
