"""Credentials reach only the application that they are for: the servers here record everything that they receive."""

from __future__ import annotations

import base64
import contextlib
import json
import re
from collections.abc import Callable, Iterator

import pytest

from pulumi_applinks.lab.applications import Application, Lab
from pulumi_applinks.provider import ApplicationLinkError
from pulumi_applinks.rest import ApplicationClient, ApplinksError, Basic, Deadline, Login, ProxyFailure, Token
from tests.conftest import Tried
from tests.reliability.hostile.bodies import ID, MANIFEST
from tests.reliability.hostile.calls import CALLS, LABEL, known
from tests.reliability.hostile.relay import Relay
from tests.reliability.hostile.server import Exchange, HostileServer, answering
from tests.unit.lifecycle.conftest import Driver, inputs_for, log_in

PASSWORD = "planted-Pa55/word+ü"
LOGINS: dict[str, Login] = {"password": Basic("admin", PASSWORD), "token": Token("planted-t0ken")}
CANARIES = (
    PASSWORD.encode(),
    b"planted",
    base64.b64encode(f"admin:{PASSWORD}".encode()),
    b"Authorization: Basic",
    b"Authorization: Bearer",
)


def carried(server: HostileServer) -> list[bytes]:
    """The planted credentials that a server received."""
    return [canary for canary in CANARIES if canary.lower() in server.everything.lower()]


@pytest.fixture
def application() -> Iterator[HostileServer]:
    """The application that the credentials are for."""
    with HostileServer() as server:
        yield server


@pytest.fixture
def drivers(warnings: list[str]) -> Driver:
    """An empty stack."""
    return Driver(warnings)


@pytest.fixture
def stranger() -> Iterator[HostileServer]:
    """Another server, which answers everything as an application would."""
    with HostileServer(answering(b"[]")) as server:
        yield server


def leading_to(url: str, status: int) -> Callable[[Exchange], None]:
    """A behaviour that redirects every request to the same path at another address."""

    def redirect(exchange: Exchange) -> None:
        head = (
            f"HTTP/1.1 {status} Elsewhere\r\nLocation: {url}{exchange.path}\r\nContent-Length: 0\r\n"
            f"Set-Cookie: JSESSIONID=planted; Path=/\r\n\r\n"
        )
        exchange.send(head.encode())

    return redirect


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("kind", LOGINS)
def test_a_redirect_to_another_host(application, stranger, tried: Tried, status: int, kind: str):
    """No method follows it: the other host (here, another port) receives no request."""
    for name, call in CALLS.items():
        application.behaviour = known(leading_to(stranger.url, status), name)
        told = pytest.raises(ApplinksError, match="The credentials are not sent there")
        with (
            ApplicationClient(LABEL, application.url, LOGINS[kind], deadline=Deadline(10)) as client,
            contextlib.nullcontext()
            if name == "user"
            else told,  # information about a user that is not reported is unknown
        ):
            assert call(client) is None
        tried("redirects to another host", "not followed")

    assert stranger.received == []


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("headers", ["WWW-Authenticate: Basic realm=x\r\n", ""])
@pytest.mark.parametrize("kind", LOGINS)
def test_a_stranger_that_wants_a_login(stranger, tried: Tried, status: int, headers: str, kind: str):
    """No call sends it a login: a server that has not identified itself gets none, not even to identify itself."""
    head = f"HTTP/1.1 {status} No\r\n{headers}Content-Length: 0\r\n\r\n"
    stranger.behaviour = lambda exchange: exchange.send(head.encode())
    for name, call in CALLS.items():
        told = pytest.raises(ApplinksError, match="does not identify itself without a login")
        with (
            ApplicationClient(LABEL, stranger.url, LOGINS[kind], deadline=Deadline(10)) as client,
            contextlib.suppress(ApplinksError)
            if name == "user"
            else told,  # information about a user that is not reported is unknown
        ):
            call(client)
        tried("a stranger that wants a login", "it gets none")

    assert stranger.received
    assert carried(stranger) == []


@pytest.mark.parametrize("address", ["//{}", "http://admin:x@{}", "http:\\\\{}", "/\\{}", "http:///{}", "{}"])
def test_a_redirect_that_only_looks_like_the_same_host(application, stranger, address):
    """The credentials are not sent there, however the address is spelt."""
    host = stranger.url.removeprefix("http://")

    def redirect(exchange: Exchange) -> None:
        if exchange.path.startswith("/rest/"):
            where = address.format(host)
            exchange.send(f"HTTP/1.1 302 X\r\nLocation: {where}/x\r\nContent-Length: 0\r\n\r\n".encode())
        else:
            exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")

    application.behaviour = known(redirect)
    with (
        ApplicationClient(LABEL, application.url, LOGINS["password"], deadline=Deadline(10)) as client,
        contextlib.suppress(ApplinksError),
    ):
        client.links.all()
    assert carried(stranger) == []


def test_no_session_of_an_application_is_kept(application):
    """A session cookie is not sent back even to the application that set it; a balancer's cookie is."""

    def answer(exchange: Exchange) -> None:
        status = b'{"working": true}' if "/status/" in exchange.path else b"[]"
        body = json.dumps(MANIFEST).encode() if exchange.path.endswith("manifest") else status
        names = (
            "JSESSIONID",
            "BITBUCKETSESSIONID",
            "crowd.token_key",
            "seraph.rememberme.cookie",
            "cloud.session.token",
        )
        cookies = "".join(f"Set-Cookie: {name}=planted; Path=/\r\n" for name in (*names, "ROUTE"))
        # A cookie with an unknown name can be that of a session if it comes with the answer to a login.
        cookies += "Set-Cookie: late=planted; Path=/\r\n" if b"Authorization" in exchange.request else ""
        head = f"HTTP/1.1 200 OK\r\n{cookies}Content-Length: {len(body)}\r\n\r\n"
        exchange.send(head.encode() + body)

    application.behaviour = answer
    with ApplicationClient(LABEL, application.url, LOGINS["password"]) as client:
        client.links.all()
        client.links.status(ID)
    sent = re.findall(rb"(?im)^cookie: (.*)\r$", application.everything)
    assert sent == [b"ROUTE=planted"] * 2


def test_what_netrc_knows_is_not_used(application, tmp_path, monkeypatch):
    """It is used neither for an anonymous request nor instead of the program's login."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login admin password planted-netrc\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    application.behaviour = known(answering(b"[]"))
    encoded = base64.b64encode(b"admin:planted-netrc")
    for login in (None, *LOGINS.values()):
        with ApplicationClient(LABEL, application.url, login) as client:
            client.manifest()
            client.links.all()
    assert encoded not in application.everything
    assert application.everything.count(b"Authorization: ") == 2


@pytest.fixture
def through_proxy(monkeypatch: pytest.MonkeyPatch, stranger: HostileServer) -> HostileServer:
    """Send all requests through a proxy that asks for a login."""
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, stranger.url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    stranger.behaviour = lambda exchange: exchange.send(
        b"HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"
    )
    return stranger


@pytest.mark.parametrize("name", CALLS)
def test_a_proxy_that_wants_a_login(through_proxy: HostileServer, name: str):
    """The proxy does not get the application's login: on https, it sees only the host."""
    with (
        ApplicationClient(LABEL, "https://wiki.example", LOGINS["password"], deadline=Deadline(10)) as client,
        pytest.raises(ProxyFailure, match="asks for its own login"),
    ):
        CALLS[name](client)
    assert carried(through_proxy) == []
    assert through_proxy.received[0].startswith(b"CONNECT wiki.example:443 ")


def test_a_proxy_on_plain_http(through_proxy: HostileServer):
    """The proxy sees the whole request, like every machine on the way, but it never gets a login of its own."""
    with (
        ApplicationClient(LABEL, "http://wiki.example", LOGINS["password"], deadline=Deadline(10)) as client,
        pytest.raises(ProxyFailure, match="asks for its own login"),
    ):
        client.links.all()
    assert b"proxy-authorization" not in through_proxy.everything.lower()
    assert len(through_proxy.received) == 1


def test_the_lab_is_told_nothing_that_is_for_the_other_end(monkeypatch, drivers: Driver):
    """A create, a refresh and a deletion send each end's credentials only to that end."""
    with Lab() as lab:
        jira, wiki = lab.start("jira"), lab.start("confluence")
        log_in(monkeypatch, "jira", jira)
        log_in(monkeypatch, "wiki", wiki)
        with HostileServer(Relay(jira)) as before_jira, HostileServer(Relay(wiki)) as before_wiki:
            inputs = inputs_for(jira, wiki)
            inputs["source"]["api_url"] = before_jira.url + jira.context_path
            inputs["target"]["api_url"] = before_wiki.url + wiki.context_path
            drivers.up(inputs)
            drivers.refresh()
            drivers.delete()
        for server, own, other in ((before_jira, jira, wiki), (before_wiki, wiki, jira)):
            assert basic(own) in server.everything
            assert basic(other) not in server.everything
            assert other.users["sysadmin"].password.encode() not in server.everything


@pytest.mark.parametrize("where", ["rpc_url", "manifest"])
def test_an_address_that_leads_elsewhere(monkeypatch, drivers: Driver, stranger, where: str):
    """Credentials never go to the address that an application reports for itself, or to the one that the other application has for it."""
    with Lab() as lab:
        jira, wiki = lab.start("jira"), lab.start("confluence")
        log_in(monkeypatch, "jira", jira)
        log_in(monkeypatch, "wiki", wiki)
        inputs = inputs_for(jira, wiki)
        if where == "rpc_url":
            inputs["target"]["rpc_url"] = stranger.url
        else:
            wiki_manifest = {
                "id": wiki.server_id,
                "typeId": "confluence",
                "name": "Wiki",
                "version": "9",
                "applinksVersion": "9.1.4",
                "url": stranger.url,
            }
            behaviour = answering(json.dumps(wiki_manifest).encode())
            stopping = HostileServer(behaviour)
            inputs["target"]["api_url"] = stopping.url
        with pytest.raises(ApplicationLinkError):
            drivers.up(inputs)
        if where == "manifest":
            stopping.stop()
            assert b"Authorization: OAuth" not in stranger.everything
        for application in (jira, wiki):
            assert basic(application) not in stranger.everything
            assert application.users["sysadmin"].password.encode() not in stranger.everything
        assert not re.search(rb"authorization: (basic|bearer)", stranger.everything, re.I)


def basic(application: Application) -> bytes:
    """The administrator's login, as it appears in a request."""
    user = application.users["sysadmin"]
    return base64.b64encode(f"{user.name}:{user.password}".encode())
