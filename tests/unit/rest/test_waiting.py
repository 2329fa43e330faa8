"""An application that takes connections and never answers is waited for once, and not in silence; each request is logged."""

from __future__ import annotations

import inspect
import itertools
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from pulumi_applinks.resources import ApplicationLink
from pulumi_applinks.rest import (
    OPERATION_SECONDS,
    ApplicationClient,
    Applications,
    ApplinksError,
    Basic,
    ConnectionRefused,
    Deadline,
    TimedOut,
    logged_for,
)
from pulumi_applinks.rest.waiting import Waiting
from tests.reliability.hostile.calls import known
from tests.reliability.hostile.server import Exchange, HostileServer, answering

ANSWER_SECONDS = 1.0


def silent(_exchange: Exchange) -> None:
    """Take the request, and never answer."""
    threading.Event().wait(20)


def test_forty_links_among_twelve_applications_of_which_one_is_silent(monkeypatch):
    """Cost one wait; each of its links tells the failure for itself, and the status line says for whom it is waited."""
    monkeypatch.setattr("pulumi_applinks.rest.waiting.EVERY_SECONDS", 0.2)
    told: list[str] = []
    with ExitStack() as stack:
        servers = [stack.enter_context(HostileServer(known(answering(b"[]")))) for _ in range(11)]
        dead = stack.enter_context(HostileServer(silent))
        applications = Applications(told.append)
        stack.callback(applications.close)
        pairs = list(itertools.islice(itertools.combinations([dead, *servers], 2), 40))

        def refresh(number: int) -> list[str]:
            failures = []
            for server in pairs[number]:
                client = ApplicationClient(
                    f"link {number}",
                    server.url,
                    Basic("admin", "planted"),
                    read_timeout=ANSWER_SECONDS,
                    deadline=Deadline(60),
                    shared=applications.at(server.url),
                )
                for call in (client.manifest, client.links):
                    try:
                        call()
                    except TimedOut as error:
                        failures.append(str(error).split(" did not answer")[0])
            return failures

        began = time.monotonic()
        with ThreadPoolExecutor(4) as workers:
            failures = list(workers.map(refresh, range(40)))
        took = time.monotonic() - began

        assert took < 2 * ANSWER_SECONDS
        assert len(dead.received) == 1
        touched = [number for number, pair in enumerate(pairs) if dead in pair]
        assert [number for number, told_ in enumerate(failures) if told_] == touched
        assert all(failures[number] == [f"link {number}"] * 2 for number in touched)
        assert told[0].startswith(f"waiting for {dead.url.removeprefix('http://')}, ")


def test_nobody_watches_while_nothing_is_waited_for(monkeypatch):
    """The thread ends with the requests: a process that asks many applications one after the other keeps none."""
    monkeypatch.setattr("pulumi_applinks.rest.waiting.EVERY_SECONDS", 0.05)
    waiting = Waiting(lambda _: None)
    for _ in range(2):
        before = set(threading.enumerate())
        with waiting.on("wiki.example.com"):
            (watcher,) = set(threading.enumerate()) - before
        watcher.join(10)
        assert not watcher.is_alive()


def test_what_is_slow_because_it_asks_another_application_says_nothing_of_the_first():
    """The try of one link that takes too long keeps no other request back."""
    with HostileServer() as server:
        other = known(answering(b"[]"))
        server.behaviour = lambda exchange: (silent if "/status/" in exchange.path else other)(exchange)
        client = ApplicationClient("target", server.url, Basic("admin", "planted"), read_timeout=0.2)
        with pytest.raises(TimedOut):
            client.status("x")
        assert client.links() == []


def test_the_time_of_one_operation_is_not_that_of_the_next(monkeypatch):
    """An operation whose own time was up spoils it for the others only if it had waited for long."""
    with HostileServer(silent) as server:
        shared = Applications().at(server.url)

        def client(label: str, seconds: float) -> ApplicationClient:
            return ApplicationClient(
                label, server.url, deadline=Deadline(seconds), shared=shared, read_timeout=0.4
            )

        for label in ("one", "two"):
            with pytest.raises(ApplinksError, match="when the time for this operation was up"):
                client(label, 0.1).manifest()
        monkeypatch.setattr("pulumi_applinks.rest.cache.LONG", 0.1)
        with pytest.raises(ApplinksError, match="when the time for this operation was up"):
            client("three", 0.2).manifest()
        with pytest.raises(TimedOut, match="four did not answer within"):
            client("four", 60).manifest()
    assert len(server.received) == 3


def test_who_can_not_be_reached_is_asked_again_by_who_insists(lab):
    """To take back what was done, or to wait until it is up."""
    wiki = lab.start("confluence")
    wiki.stop()
    shared = Applications().at(wiki.url)
    client = ApplicationClient("target", wiki.url, shared=shared)
    with pytest.raises(ConnectionRefused):
        client.links()
    wiki.start()
    with pytest.raises(ConnectionRefused, match="another is not running"):
        ApplicationClient("another", wiki.url, shared=shared).manifest()
    client.insist()
    assert client.manifest().id == wiki.server_id


def test_each_request_is_logged(caplog):
    """Its address without the values of a query, and never a header or a body; for which resource it was."""
    caplog.set_level(logging.DEBUG, "pulumi_applinks.rest")
    with HostileServer(known(answering(b'{"id": "planted"}'))) as server:
        with logged_for("jira-wiki"):
            client = ApplicationClient("target", server.url, Basic("admin", "planted"))
        with pytest.raises(ApplinksError):
            client.sees("http://planted.example")
        url = server.url
    first, second = (record.getMessage() for record in caplog.records)
    assert first.startswith(f"GET {url}/rest/applinks/1.0/manifest: 200, ")
    assert first.endswith(" ms, try 1, for jira-wiki")
    assert f"GET {url}/rest/applinks/1.0/applicationlinkForm/manifest?url=…: 200, " in second
    assert "planted" not in caplog.text


def test_a_request_without_an_answer_is_logged(caplog, lab):
    """With what became of it."""
    caplog.set_level(logging.DEBUG, "pulumi_applinks.rest")
    with pytest.raises(ConnectionRefused):
        ApplicationClient("target", lab.closed_address()).manifest()
    assert "/manifest: ConnectionRefused, " in caplog.text


def test_the_time_of_an_operation_is_what_a_resource_declares():
    """The reference quotes the one; a program gets the other."""
    assert inspect.signature(ApplicationLink).parameters["timeout_seconds"].default == OPERATION_SECONDS
