"""What bounds a connection beside the socket's own time-out: a slow name service, many addresses, what libraries log."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time

import pytest

from pulumi_applinks.rest import (
    ApplicationClient,
    ApplinksError,
    NotUpYet,
    TimedOut,
    UnexpectedAnswer,
    UnknownHost,
)
from tests.reliability.hostile import wire
from tests.reliability.hostile.server import HostileServer, answering


def test_a_name_service_that_does_not_answer(monkeypatch):
    """Is waited for no longer than for a connection."""
    released = threading.Event()

    def slow(*_args: object, **_kwargs: object) -> list[object]:
        released.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    began = time.monotonic()
    with (
        ApplicationClient("target", "http://wiki.example", connect_timeout=0.2) as client,
        pytest.raises(TimedOut, match=r"did not accept a connection within 0\.2 s"),
    ):
        client.manifest()
    released.set()
    assert time.monotonic() - began < 5


def test_a_name_that_nobody_knows(monkeypatch):
    """Is reported as that."""

    def unknown(*_args: object, **_kwargs: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with ApplicationClient("target", "http://wiki.example") as client, pytest.raises(UnknownHost):
        client.manifest()


def test_many_addresses_share_the_time_of_one_connection(monkeypatch):
    """A host of many addresses that are all silent takes no longer than one of a single address."""
    full = socket.create_server(("0.0.0.0", 0), backlog=0)
    port = full.getsockname()[1]
    waiting = [socket.socket() for _ in range(8)]
    for one in waiting:
        one.setblocking(False)
        one.connect_ex(("127.0.0.1", port))
    real = socket.getaddrinfo
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{n}", port)) for n in range(1, 11)]

    def many(host: str, *args: object, **kwargs: object) -> object:
        return found if host == "wiki.example" else real(host, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", many)
    began = time.monotonic()
    with (
        ApplicationClient("target", f"http://wiki.example:{port}", connect_timeout=1.0) as client,
        pytest.raises(TimedOut),
    ):
        client.manifest()
    took = time.monotonic() - began
    for one in (*waiting, full):
        one.close()
    assert took < 8


def test_a_silent_address_before_the_right_one(monkeypatch):
    """The application is reached, within the time of one connection."""
    real = socket.getaddrinfo
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(HostileServer(answering(b"[]")))
        port = int(server.url.rpartition(":")[2])
        full = stack.enter_context(socket.create_server(("127.0.0.2", port), backlog=0))
        for one in [stack.enter_context(socket.socket()) for _ in range(8)]:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{n}", port)) for n in (2, 1)]

        def both(host: str, *args: object, **kwargs: object) -> object:
            return found if host == "wiki.example" else real(host, *args, **kwargs)  # type: ignore[arg-type]

        monkeypatch.setattr(socket, "getaddrinfo", both)
        client = ApplicationClient("target", f"http://wiki.example:{port}", connect_timeout=1.0)
        assert stack.enter_context(client).links.all() == []
        assert len(server.received) == 1


def test_a_tls_connection_that_gets_no_answer():
    """Is bounded by the time of a connection, and reported as none."""
    began = time.monotonic()
    with (
        HostileServer() as server,
        ApplicationClient("target", server.url.replace("http:", "https:"), connect_timeout=0.3) as client,
        pytest.raises(TimedOut, match=r"did not accept a connection within 0\.3 s"),
    ):
        client.links.all()
    assert time.monotonic() - began < 5


def test_a_tls_connection_that_is_given_up_late(monkeypatch: pytest.MonkeyPatch):
    """Where this machine is so busy that the connection's own thread gives up before it is looked at: the same is said."""
    wait = threading.Event.wait
    monkeypatch.setattr(threading.Event, "wait", lambda event, _timeout=None: wait(event))
    with (
        HostileServer() as server,
        ApplicationClient("target", server.url.replace("http:", "https:"), connect_timeout=0.1) as client,
        pytest.raises(TimedOut, match=r"did not accept a connection within 0\.1 s"),
    ):
        client.links.all()


def test_an_application_that_wants_to_be_asked_in_days():
    """It does not wait for it, even without a deadline."""
    with (
        HostileServer(wire.BROKEN["a Retry-After of years"]) as server,
        ApplicationClient("target", server.url) as client,
        pytest.raises(NotUpYet),
    ):
        client.links.all()
    assert len(server.received) == 1


@pytest.mark.parametrize(("name", "shown"), [("deflate", None), ("brotli", "unexpected compression")])
def test_compressed_answers(name, shown):
    """Are read where a proxy compresses without being asked, and refused when they can't be."""
    with HostileServer(wire.BROKEN[name]) as server, ApplicationClient("target", server.url) as client:
        if shown is None:
            assert client.links.all() == []
        else:
            with pytest.raises(UnexpectedAnswer, match=shown):
                client.links.all()


@pytest.mark.parametrize("name", wire.BROKEN)
def test_nothing_is_logged_beyond_what_is_told(name, caplog, capfd):
    """No library's warning, which would have a traceback and the whole address."""
    with (
        caplog.at_level(logging.WARNING),
        HostileServer(wire.BROKEN[name]) as server,
        ApplicationClient("target", server.url) as client,
        contextlib.suppress(ApplinksError),
    ):
        client.links.sees("http://jira.example/planted")
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
