"""What only a real connection can show: certificates, proxies, and a connection that breaks off."""

from __future__ import annotations

import socket
import threading

import pytest

from pulumi_applinks.lab.applications import Lab
from pulumi_applinks.rest import (
    ApplicationClient,
    ConnectionLost,
    Deadline,
    ProxyFailure,
    TlsFailure,
)
from pulumi_applinks.rest.bounded_http import BoundedSession
from tests.unit.rest.conftest import Clock


def test_https_asked_of_plain_http():
    """Is a failure of TLS that says so."""
    with Lab() as lab:
        wiki = lab.start("confluence")
        with (
            ApplicationClient("target", wiki.url.replace("http:", "https:")) as client,
            pytest.raises(TlsFailure) as caught,
        ):
            client.manifest()
    assert caught.value.kind == "protocol"


def test_the_environment_is_read_once_for_each_host(monkeypatch):
    """With a proxy for one host and none for the other; what is set afterwards is for later processes."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    monkeypatch.setenv("NO_PROXY", "near.example.com")
    session = BoundedSession()

    def proxies() -> list[str | None]:
        addresses = ("https://far.example.com/jira", "https://near.example.com/wiki")
        settings = [session.merge_environment_settings(one, {}, True, None, None) for one in addresses]
        return [one["proxies"].get("https") for one in settings]

    read = proxies()
    assert read == ["http://proxy.example.com:3128", None]
    monkeypatch.delenv("HTTPS_PROXY")
    assert proxies() == read


def test_a_proxy_that_does_not_answer(monkeypatch):
    """Is reported as the proxy's failure, with the variables to look at."""
    with Lab() as lab:
        monkeypatch.setenv("HTTP_PROXY", lab.closed_address())
        monkeypatch.setenv("http_proxy", lab.closed_address())
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        with (
            ApplicationClient("target", "http://wiki.example") as client,
            pytest.raises(ProxyFailure, match="NO_PROXY"),
        ):
            client.manifest()


def test_a_connection_that_breaks_off():
    """In the middle of an answer; it is tried again before it is reported."""
    listener = socket.create_server(("127.0.0.1", 0))
    served = 0

    def serve() -> None:
        nonlocal served
        for _ in range(3):
            connection, _ = listener.accept()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
            connection.close()
            served += 1

    thread = threading.Thread(target=serve)
    thread.start()
    clock = Clock()
    port = listener.getsockname()[1]
    deadline = Deadline(60, clock=clock, sleep=clock.sleep)
    with (
        ApplicationClient("target", f"http://127.0.0.1:{port}", deadline=deadline) as client,
        pytest.raises(ConnectionLost, match="the connection to target was lost"),
    ):
        client.manifest()
    thread.join()
    listener.close()
    assert served == 3
