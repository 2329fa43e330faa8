"""When a login is found out, where it goes, and what a refusal of it means."""

from __future__ import annotations

import pytest
import requests
import responses

from pulumi_applinks.codes import Code
from pulumi_applinks.rest import (
    ApplicationClient,
    ApplinksError,
    Basic,
    BasicAuthenticationOff,
    CouldNotAsk,
    Link,
    Login,
    LoginError,
    NoLogin,
    NotAuthenticated,
    NotPermitted,
    NotTheApplication,
    NotUpYet,
    RedirectedElsewhere,
    Token,
    WebSudoRequired,
)
from pulumi_applinks.rest.session import Session
from tests.words import flat

URL = "https://wiki.example.com"
REST = f"{URL}/rest/applinks"
MANIFEST, LINKS = f"{REST}/1.0/manifest", f"{REST}/3.0/applinks"
ID = "3e3c8fef-0000-3000-8000-0000000034c5"
A_MANIFEST = {"id": ID, "typeId": "confluence", "name": "Wiki", "url": URL}
LABEL = f"target ({URL})"
PASSWORD = Basic("admin", "planted-password")
DISABLED = {"message": "Basic Authentication has been disabled on this instance."}
PAGE = "<html><head><title>403 Forbidden</title></head></html>"


def asked(web: responses.RequestsMock) -> list[tuple[str, bool]]:
    """Each request's path, and whether it carried a login."""
    return [(str(call.request.path_url), "Authorization" in call.request.headers) for call in web.calls]


def test_a_login_is_found_out_by_the_first_request_that_takes_it(web):
    """Once; reading who the application is takes none."""
    web.get(MANIFEST, json=A_MANIFEST)
    web.get(LINKS, json=[])
    web.get(f"{REST}/3.0/status/x", status=404)
    found: list[Login] = []

    def find() -> Login:
        found.append(PASSWORD)
        return PASSWORD

    client = ApplicationClient(LABEL, URL, find)
    client.manifest()
    assert found == []
    client.links.all()
    client.links.status("x")
    assert found == [PASSWORD]


def test_a_login_that_can_not_be_had(web):
    """The request fails, names the application and quotes why; what needs no login continues."""
    web.get(MANIFEST, json=A_MANIFEST)

    def find() -> Login:
        raise LoginError(
            Code.CREDENTIALS_MISSING, "there are no credentials named 'wiki'", "Set APPLINKS_WIKI_TOKEN."
        )

    client = ApplicationClient(LABEL, URL, find)
    with pytest.raises(
        NoLogin,
        match=r"^there is no login for target \(.*\) \[applinks/credentials-missing\]\n  There are no credentials named",
    ) as caught:
        client.links.all()
    assert isinstance(caught.value, CouldNotAsk)
    assert not caught.value.may_pass
    assert client.manifest().id == ID
    assert asked(web) == [("/rest/applinks/1.0/manifest", False)]


def test_no_login_goes_where_nobody_has_said_who_it_is(web):
    """Neither to read nor to write; one manifest is enough for all that follows."""
    web.get(MANIFEST, status=404)
    client = ApplicationClient(LABEL, URL, PASSWORD)
    for call in (
        client.links.all,
        lambda: client.links.put(Link(id=ID)),
        client.users.login_is_system_administrator,
    ):
        with pytest.raises(NotUpYet):
            call()
    assert asked(web) == [("/rest/applinks/1.0/manifest", False)]
    web.replace("GET", MANIFEST, json=A_MANIFEST)
    web.get(LINKS, json=[])
    client.insist()
    client.links.all()
    assert asked(web)[1:] == [("/rest/applinks/1.0/manifest", False), ("/rest/applinks/3.0/applinks", True)]


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("body", ["", PAGE])
def test_a_manifest_that_only_a_login_may_read(web, status, body):
    """Is asked again with it where the program says so; for others with another login, or none, that says nothing."""
    web.get(MANIFEST, status=status, body=body, content_type="text/html", match=[_anonymous])
    web.get(MANIFEST, json=A_MANIFEST, match=[_logged_in])
    shared = Session()
    client = ApplicationClient(LABEL, URL, PASSWORD, session=shared, manifest_needs_login=True)
    other = ApplicationClient(LABEL, URL, session=shared, manifest_needs_login=True)
    with pytest.raises(ApplinksError, match=str(status)):
        other.manifest()
    assert client.manifest().id == other.manifest().id == ID
    assert [login for _, login in asked(web)] == [False, False, True]


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("body", ["", PAGE])
def test_who_does_not_show_who_it_is_gets_no_login(web, status, body):
    """It may be another application; what says that it is not is named."""
    web.get(MANIFEST, status=status, body=body, content_type="text/html")
    client = ApplicationClient(LABEL, URL, PASSWORD)
    for ask in (client.manifest, client.links.all):
        with pytest.raises(ApplinksError, match="manifest_needs_login") as caught:
            ask()
        assert "No login was sent" in flat(caught.value)
    assert [login for _, login in asked(web)] == [False, False]


def _anonymous(request: requests.PreparedRequest) -> tuple[bool, str]:
    return "Authorization" not in request.headers, ""


def _logged_in(request: requests.PreparedRequest) -> tuple[bool, str]:
    return "Authorization" in request.headers, ""


def test_basic_authentication_that_is_switched_off(web):
    """Message by behaviour: the manifest, which anybody may read, is refused to a user name and password. It is looked at once."""
    web.get(MANIFEST, json=A_MANIFEST, match=[_anonymous])
    web.get(MANIFEST, json=DISABLED, status=403, match=[_logged_in])
    web.get(LINKS, json=DISABLED, status=403)
    client = ApplicationClient(LABEL, URL, PASSWORD, credentials_name="my wiki")
    for _ in range(3):
        with pytest.raises(BasicAuthenticationOff, match="APPLINKS_MY_WIKI_TOKEN") as caught:
            client.links.all()
    assert (
        f"/rest/applinks* and /rest/applinks-oauth* with PUT {URL}/rest/basicauth/1.0/config"
        in caught.value.told.flat
    )
    assert len(web.calls) == 3


@pytest.mark.parametrize(
    ("login", "body", "error", "requests_made"),
    [
        (PASSWORD, '{"message": "no"}', NotPermitted, 3),
        (PASSWORD, PAGE, NotTheApplication, 3),
        (Token("planted-token"), '{"message": "no"}', NotPermitted, 2),
    ],
)
def test_another_403(web, login, body, error, requests_made):
    """Is the application's, or a firewall's; a token is never asked about."""
    web.get(MANIFEST, json=A_MANIFEST)
    web.get(LINKS, body=body, status=403)
    with pytest.raises(error):
        ApplicationClient(LABEL, URL, login).links.all()
    assert len(web.calls) == requests_made


def test_a_403_to_somebody_who_was_let_in(web):
    """Is a question of rights, and costs no further request."""
    web.get(MANIFEST, json=A_MANIFEST)
    web.get(LINKS, json=[])
    web.put(f"{REST}/1.0/applicationlink/{ID}", json={"message": "no", "status-code": 403}, status=403)
    client = ApplicationClient(LABEL, URL, PASSWORD)
    client.links.all()
    with pytest.raises(NotPermitted):
        client.links.put(Link(id=ID))
    assert len(web.calls) == 3


@pytest.mark.parametrize("headers", [{"X-Seraph-LoginReason": "OK"}, {}])
def test_a_secure_administrator_session(web, headers):
    """Who has just read the list, which takes an administrator, is neither wrong nor without rights."""
    web.get(MANIFEST, json=A_MANIFEST)
    web.get(LINKS, json=[])
    web.put(
        f"{REST}/1.0/applicationlink/{ID}",
        json={"message": "?", "status-code": 401},
        status=401,
        headers=headers,
    )
    client = ApplicationClient(LABEL, URL, Token("planted-token"))
    client.links.all()
    with pytest.raises(WebSudoRequired, match="secure administrator session"):
        client.links.put(Link(id=ID))
    assert client.writes == ()


def test_a_login_that_is_refused_is_not_tried_by_each_link(web):
    """Every try counts towards the CAPTCHA that locks the user out."""
    web.get(MANIFEST, json=A_MANIFEST)
    web.get(LINKS, status=401, headers={"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"})
    shared = Session()
    for label in ("one", "another"):
        with pytest.raises(NotAuthenticated, match=f"{label} refused"):
            ApplicationClient(label, URL, PASSWORD, session=shared).links.all()
    assert len(web.calls) == 2


@pytest.mark.parametrize(
    ("location", "advice"),
    [
        (
            "https://sso.example.com/authorize?client_id=planted",
            "Let the proxy or firewall pass /rest/applinks",
        ),
        (
            "https://new.example.com/wiki/rest/applinks/1.0/manifest",
            "set its URL to https://new.example.com/wiki",
        ),
    ],
)
def test_a_redirect_to_a_single_sign_on_is_no_new_address(web, location, advice):
    """Only where the same interface is asked for there, the application may have moved."""
    web.get(MANIFEST, status=302, headers={"Location": location})
    with pytest.raises(RedirectedElsewhere, match=advice) as caught:
        ApplicationClient(LABEL, URL, PASSWORD).links.all()
    assert "planted" not in str(caught.value)
    assert advice.startswith("Let") is ("set its URL to" not in str(caught.value))
