"""What a refusal is said to mean: the cause that it is, or each that it can be; and never one that it is not."""

from __future__ import annotations

import errno
import os
import socket
from typing import Any

import pytest
import requests
import responses
import urllib3

from pulumi_applinks.codes import Code
from pulumi_applinks.rest import ApplicationClient, ApplinksError, Basic, Login, Token

URL = "https://wiki.example.com"
REST = f"{URL}/rest/applinks"
MANIFEST, LINKS = f"{REST}/1.0/manifest", f"{REST}/3.0/applinks"
ID = "3e3c8fef-0000-3000-8000-0000000034c5"
A_MANIFEST = {"id": ID, "typeId": "confluence", "name": "Wiki", "url": URL}
PASSWORD, TOKEN = Basic("admin", "planted-password"), Token("planted-token")
PAGE = "<html><head><title>Unauthorized (401)</title></head></html>"

WRONG = "password or the token is wrong or has expired"
CAPTCHA = "until a CAPTCHA is solved"
OFF = "Basic authentication is switched off"
REMOVED = "a proxy before the application removes the Authorization header"
RIGHTS = "but that user is not an administrator"
MAY_NOT_USE = "is not allowed to use the application"
FRONT = "its own login"
EVERYTHING = {WRONG, CAPTCHA, OFF, REMOVED, RIGHTS, MAY_NOT_USE, FRONT}


def bitbucket(kind: str) -> str:
    """An error as Bitbucket writes it."""
    name = f"com.atlassian.bitbucket.{kind}"
    return f'{{"errors": [{{"context": null, "message": "Bitbucket says so", "exceptionName": "{name}"}}]}}'


def seraph(*words: str) -> dict[str, str]:
    """What the products' login library says in a header."""
    return {"X-Seraph-LoginReason": ", ".join(words)}


DENIED = {"X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=https://wiki.example.com/login"}
NOT_CAPTCHA = {"X-Authentication-Denied-Reason": "OTHER_REASON; login-url=https://captcha.example.com/login"}
OWN = '{"message": "It says so", "status-code": 401}'

ANSWERS: list[tuple[str, int, dict[str, str], str, Code, set[str]]] = [
    ("a wrong password", 401, seraph("AUTHENTICATED_FAILED"), OWN, Code.LOGIN_REFUSED, {WRONG}),
    ("the same as a page", 401, seraph("AUTHENTICATED_FAILED"), PAGE, Code.LOGIN_REFUSED, {WRONG}),
    ("after another login", 401, seraph("OUT", "AUTHENTICATED_FAILED"), OWN, Code.LOGIN_REFUSED, {WRONG}),
    ("of a Bitbucket", 401, {}, bitbucket("auth.IncorrectPasswordAuthenticationException"), Code.LOGIN_REFUSED, {WRONG}),
    ("nothing is reported", 401, {}, OWN, Code.LOGIN_REFUSED, {WRONG, REMOVED}),
    ("a page that says nothing", 401, {}, PAGE, Code.LOGIN_REFUSED, {WRONG, FRONT, REMOVED}),
    ("words of a gateway", 401, {}, '{"error": "invalid_token"}', Code.LOGIN_REFUSED, {WRONG, FRONT, REMOVED}),
    ("nobody logged in", 401, seraph("OUT"), OWN, Code.LOGIN_REFUSED, {WRONG, REMOVED}),
    ("the same as a page", 401, seraph("OUT"), PAGE, Code.LOGIN_REFUSED, {WRONG, REMOVED}),
    ("a login without rights", 401, seraph("OK"), OWN, Code.LOGIN_LACKS_RIGHTS, {RIGHTS}),
    ("the same in a list", 401, seraph("OUT", "OK"), OWN, Code.LOGIN_LACKS_RIGHTS, {RIGHTS}),
    ("the same as a page", 401, seraph("OK"), PAGE, Code.LOGIN_LACKS_RIGHTS, {RIGHTS}),
    ("a user of another application", 401, seraph("AUTHORISATION_FAILED"), OWN, Code.LOGIN_LACKS_RIGHTS, {MAY_NOT_USE}),
    ("the same with 403", 403, seraph("AUTHORISATION_FAILED"), OWN, Code.LOGIN_LACKS_RIGHTS, {MAY_NOT_USE}),
    ("a CAPTCHA", 403, seraph("AUTHENTICATION_DENIED"), PAGE, Code.LOGIN_CAPTCHA, {CAPTCHA}),
    ("the same in another header", 403, DENIED, PAGE, Code.LOGIN_CAPTCHA, {CAPTCHA}),
    ("the same in a list", 401, seraph("OUT", "AUTHENTICATION_DENIED"), OWN, Code.LOGIN_CAPTCHA, {CAPTCHA}),
    ("of a Bitbucket", 403, {}, bitbucket("auth.CaptchaRequiredAuthenticationException"), Code.LOGIN_CAPTCHA, {CAPTCHA}),
    ("the same with 401", 401, {}, bitbucket("auth.CaptchaRequiredAuthenticationException"), Code.LOGIN_CAPTCHA, {CAPTCHA}),
    ("denied for a reason that is not known", 401, NOT_CAPTCHA, OWN, Code.LOGIN_REFUSED, {WRONG, REMOVED}),
]  # fmt: skip


@pytest.mark.parametrize("login", [PASSWORD, TOKEN], ids=["password", "token"])
@pytest.mark.parametrize(
    ("status", "headers", "body", "code", "causes"),
    [row[1:] for row in ANSWERS],
    ids=[row[0] for row in ANSWERS],
)
def test_why_a_login_is_refused(
    web: responses.RequestsMock,
    status: int,
    headers: dict[str, str],
    body: str,
    code: Code,
    causes: set[str],
    login: Login,
) -> None:
    """By status, headers and fields: a known cause alone, otherwise each that it can be, the credentials first; its words are quoted."""
    web.get(MANIFEST, json=A_MANIFEST)
    web.get(LINKS, status=status, headers=headers, body=body)
    client = ApplicationClient("target", URL, login, credentials_name="wiki")
    for _ in range(2):
        with pytest.raises(ApplinksError) as caught:
            client.links.all()
    told = caught.value.told
    assert told.code is code, told.flat
    assert {cause for cause in EVERYTHING if cause in told.flat} == causes
    assert any(
        words in told.request
        for words in ("It says so", "Bitbucket says so", "Unauthorized (401)", "invalid_token")
    )
    assert ("OTHER_REASON" in told.request) is (headers == NOT_CAPTCHA)
    # Every try counts towards the CAPTCHA that locks the user out.
    assert len(web.calls) == 2


@pytest.mark.parametrize("word", ["AUTHENTICATED_FAILED", "AUTHORISATION_FAILED", "AUTHENTICATION_DENIED"])
@pytest.mark.parametrize("before", ["", "OUT, "])
def test_a_success_to_somebody_who_was_not_let_in(web, word, before):
    """Is what anybody sees: an empty list there would say that a link is gone."""
    web.get(MANIFEST, json=A_MANIFEST)
    web.get(LINKS, json=[], headers={"X-Seraph-LoginReason": before + word})
    with pytest.raises(ApplinksError):
        ApplicationClient("target", URL, PASSWORD).links.all()


@pytest.mark.parametrize("words", [["OK"], ["OUT", "OK"], ["OUT"], []])
def test_a_success_to_somebody_who_was_let_in(web, words):
    """However many words there are; `OUT` alone does not say that a login failed."""
    web.get(MANIFEST, json=A_MANIFEST)
    web.get(LINKS, json=[], headers=seraph(*words))
    assert ApplicationClient("target", URL, PASSWORD).links.all() == []


@pytest.mark.parametrize(
    ("login", "name", "token"),
    [(PASSWORD, "my wiki", "APPLINKS_MY_WIKI_TOKEN"), (PASSWORD, None, "the token of its credentials"), (TOKEN, "my wiki", None)],
)  # fmt: skip
@pytest.mark.parametrize(
    "body", ['{"message": "Basic Authentication has been disabled on this instance."}', PAGE]
)
def test_a_manifest_behind_a_login_that_refuses_a_password(web, login, name, token, body):
    """Nothing is left that could say whether basic authentication is switched off: it is named, with the variable for a token."""
    web.get(MANIFEST, status=403, body=body)
    with pytest.raises(ApplinksError) as caught:
        ApplicationClient("target", URL, login, credentials_name=name, manifest_needs_login=True).links.all()
    told = caught.value.told.flat
    assert ("basic authentication is switched off there" in told) is (token is not None)
    assert token is None or f"as {token}" in told
    assert "personal access token of a user instead" in told or token is None


REFUSALS: list[tuple[int, str, str, list[str]]] = [
    (403, PAGE, "GET", ["a login page, a firewall or a proxy"]),
    (405, PAGE, "DELETE", ["blocks DELETE", "a proxy or its filter"]),
    (501, PAGE, "DELETE", ["blocks DELETE", "a proxy or its filter"]),
    (500, PAGE, "DELETE", ["the application's own server, or of a proxy"]),
    (200, PAGE, "GET", ["a login page, a firewall or a proxy", "removes the Authorization header"]),
    (
        403,
        '{"message": "no"}',
        "GET",
        ["That needs an administrator", "by a firewall, or by a list of allowed addresses"],
    ),
    (
        407,
        "",
        "GET",
        [
            "asks for its own login",
            "If the environment names none, the proxy is in front of the application",
        ],
    ),
    (429, "", "GET", ["limits the rate", "The limit may also be that of a proxy"]),
    (
        503,
        bitbucket("maintenance.MaintenanceException"),
        "GET",
        ["not up yet, or something answers", "Bitbucket says so"],
    ),
]


@pytest.mark.parametrize(("status", "body", "method", "words"), REFUSALS)
def test_what_something_in_between_may_be(web, monkeypatch, status, body, method, words):
    """Each candidate, and no single one where the answer does not say."""
    monkeypatch.setattr("pulumi_applinks.rest.client.FIRST_PAUSE", 0.0)
    web.get(MANIFEST, json=A_MANIFEST)
    web.get(LINKS, status=status, body=body)
    web.delete(f"{REST}/1.0/applicationlink/{ID}", status=status, body=body)
    client = ApplicationClient("target", URL, TOKEN)
    with pytest.raises(ApplinksError) as caught:
        client.links.all() if method == "GET" else client.links.delete(ID)
    assert [one for one in words if one not in caught.value.told.flat] == []


@pytest.mark.parametrize(
    "path", ["/rest/applinks/3.0/applinks", "/login.jsp?permissionViolation=true", "/sso"]
)
@pytest.mark.parametrize("host", ["wiki.example.com", "wiki.example.com:8080", "new.example.com"])
@pytest.mark.parametrize("manifest", [False, True])
def test_no_message_advises_http_in_place_of_https(web, path, host, manifest):
    """The application's own settings of its proxy are at fault; the address that it points to is shown, and not advised."""
    led = {"status": 302, "headers": {"Location": f"http://{host}{path}"}}
    web.get(MANIFEST, **led) if manifest else web.get(MANIFEST, json=A_MANIFEST)
    web.get(LINKS, **led)
    with pytest.raises(ApplinksError) as caught:
        ApplicationClient("target", URL, PASSWORD).links.all()
    told = caught.value.told
    assert told.code is Code.REDIRECTED
    assert "http://" not in told.do
    assert 'scheme="https", proxyName and proxyPort' in told.do
    assert ("new address with https" in told.do) is (host == "new.example.com")


def unreached(error: Exception) -> ApplinksError:
    """What a client says when the library raises that."""
    with responses.RequestsMock() as web, ApplicationClient("target", URL) as client:
        web.get(MANIFEST, body=error)
        with pytest.raises(ApplinksError) as caught:
            client.manifest()
    return caught.value


def no_connection(number: int) -> Exception:
    """What the library raises when the operating system makes no connection."""
    cause = OSError(number, os.strerror(number))
    try:
        raise urllib3.exceptions.NewConnectionError(object(), "planted") from cause  # type: ignore[arg-type]
    except urllib3.exceptions.NewConnectionError as error:
        return requests.ConnectionError(error)


def lookup(number: int) -> Exception:
    """What the library raises when a name service gives no address."""
    error = socket.gaierror(number, "planted")
    return requests.ConnectionError(urllib3.exceptions.NameResolutionError("x", object(), error), error)  # type: ignore[arg-type]


def tunnel(status: str) -> Exception:
    """What the library raises when a proxy makes no tunnel."""
    cause = OSError(f"Tunnel connection failed: {status} planted")
    return requests.exceptions.ProxyError(urllib3.exceptions.ProxyError("planted 407 407", cause))


CAUSES: list[tuple[Any, Code, str]] = [
    (lookup(socket.EAI_NONAME), Code.UNKNOWN_HOST, "does not know wiki.example.com"),
    (lookup(socket.EAI_AGAIN), Code.UNKNOWN_HOST, "it has none, or did not answer"),
    (no_connection(errno.ECONNREFUSED), Code.CONNECTION_REFUSED, ", or a firewall, refuses connections"),
    (no_connection(errno.ENETUNREACH), Code.NOT_REACHABLE, f"says: {os.strerror(errno.ENETUNREACH)}"),
    (no_connection(errno.EHOSTUNREACH), Code.NOT_REACHABLE, f"says: {os.strerror(errno.EHOSTUNREACH)}"),
    (no_connection(errno.EPERM), Code.NOT_REACHABLE, f"says: {os.strerror(errno.EPERM)}"),
    (no_connection(errno.EADDRNOTAVAIL), Code.NOT_REACHABLE, "could not connect to wiki.example.com"),
    (tunnel("407"), Code.PROXY_FAILURE, "names for wiki.example.com asks for its own login"),
    (
        tunnel("403"),
        Code.PROXY_FAILURE,
        "answered 403: it blocks this machine, or cannot reach",
    ),
    (
        tunnel("504"),
        Code.PROXY_FAILURE,
        "answered 504: it blocks this machine, or cannot reach",
    ),
    (requests.exceptions.ProxyError("at port 407"), Code.PROXY_FAILURE, "could not be used"),
    (requests.exceptions.InvalidProxyURL("planted"), Code.PROXY_FAILURE, "could not be used"),
    (
        requests.exceptions.InvalidSchema("planted"),
        Code.NOT_SENDABLE,
        "or the proxy in the environment",
    ),
    (requests.exceptions.InvalidURL("planted"), Code.NOT_SENDABLE, "or the proxy in the environment"),
    (OSError("no such bundle: planted"), Code.NOT_SENDABLE, "Correct REQUESTS_CA_BUNDLE"),
    (OSError(errno.EMFILE, "planted"), Code.NOT_SENDABLE, f"says: {os.strerror(errno.EMFILE)}"),
    (requests.exceptions.RetryError("planted"), Code.CONNECTION_LOST, "HTTP library says: RetryError"),
]


@pytest.mark.parametrize(("error", "code", "words"), CAUSES, ids=[f"{code.code}-{n}" for n, (_, code, _) in enumerate(CAUSES)])  # fmt: skip
def test_why_no_answer_came(monkeypatch, error, code, words):
    """By kinds and numbers of errors; the system's words and the library's class are quoted, its texts never."""
    monkeypatch.setattr("pulumi_applinks.rest.client.FIRST_PAUSE", 0.0)
    told = unreached(error).told
    assert (told.code, words in told.flat) == (code, True), told.flat
    assert "planted" not in told.flat
    assert "within 0 s" not in told.flat
