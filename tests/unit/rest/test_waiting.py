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

from pulumi_applinks.lab.applications import Fault
from pulumi_applinks.resources import ApplicationLink
from pulumi_applinks.rest import (
    ANSWER_SECONDS as ANSWER,
    OPERATION_SECONDS,
    ApplicationClient,
    ApplinksError,
    Basic,
    ConnectionRefused,
    Deadline,
    DeadlineExceeded,
    ServerFault,
    Sessions,
    TimedOut,
    endpoints,
    logged_for,
)
from pulumi_applinks.rest.endpoints import Endpoint
from pulumi_applinks.rest.errors import Asked
from pulumi_applinks.rest.status import Unanswered
from pulumi_applinks.rest.transport import Request
from pulumi_applinks.rest.waiting import Waiting
from tests.reliability.hostile.calls import known
from tests.reliability.hostile.server import Exchange, HostileServer, answering
from tests.unit.rest.conftest import Clock

ANSWER_SECONDS = 1.0


def silent(_exchange: Exchange) -> None:
    """Take the request, and never answer."""
    threading.Event().wait(20)


def test_forty_links_among_twelve_applications_of_which_one_is_silent(monkeypatch):
    """Cost one wait; each of its links reports the failure, and the status line says for whom it is waited."""
    monkeypatch.setattr("pulumi_applinks.rest.waiting.EVERY_SECONDS", 0.2)
    told: list[str] = []
    with ExitStack() as stack:
        servers = [stack.enter_context(HostileServer(known(answering(b"[]")))) for _ in range(11)]
        dead = stack.enter_context(HostileServer(silent))
        applications = Sessions(told.append)
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
                    session=applications.at(server.url),
                )
                for call in (client.manifest, client.links.all):
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
    """What takes too long then keeps no other request back, and is not known: it is neither a failure nor an answer."""
    slow = ("/status/", "/listApplicationlinks", "/applicationlinkForm/")
    with HostileServer() as server:
        other = known(answering(b"[]"))
        server.behaviour = lambda exchange: (
            silent if any(part in exchange.path for part in slow) else other
        )(exchange)
        client = ApplicationClient("target", server.url, Basic("admin", "planted"), read_timeout=0.1)
        status = client.links.status("x")
        assert isinstance(status, Unanswered)
        assert (status.working, status.reason, status.local) == (False, "no-answer", None)
        assert (
            status.told == f"did not answer within {status.seconds:.3g} s when it was asked to try the link"
        )
        assert 0.2 <= status.seconds < 5
        assert client.oauth.legacy("x") is None
        sighting = client.links.sees("http://wiki.example")
        assert (sighting.kind, str(sighting.message)[:24]) == ("not_told", "it did not answer within")
        assert client.links.all() == []


def test_a_proxy_that_waits_no_longer_for_a_status(lab):
    """504 is its word for silence; any other failure of a status is one."""
    wiki = lab.start("confluence")
    admin = wiki.users["admin"]
    client = ApplicationClient("target", wiki.url, Basic(admin.name, admin.password))
    wiki.faults.add(Fault("GET", "*/status/*", status=504, times=3))
    assert isinstance(client.links.status("x"), Unanswered)
    wiki.faults.add(Fault("GET", "*/status/*", status=500))
    with pytest.raises(ServerFault):
        client.links.status("x")


@pytest.mark.parametrize(
    "call", [one for one in vars(endpoints).values() if isinstance(one, Endpoint)], ids=str
)
def test_how_long_each_answer_may_take(call):
    """The usual time; or half of what is left of the operation where the application asks another one first."""
    clock = Clock()
    deadline = Deadline(120, clock=clock, sleep=clock.sleep)
    client = ApplicationClient("target", "http://wiki.example", deadline=deadline)

    def longest(after: float) -> float:
        clock.now = after
        asked = Asked("target", call.method, "http://wiki.example", call.doing, changing=call.changing)
        return client._longest_answer(Request(asked, asked.url, None, asks_another=call.asks_another))

    times = [longest(after) for after in (0, 40, 100)]
    changes = call.method != "GET" if call.changing is None else call.changing
    if not call.asks_another:
        assert times == [ANSWER] * 3
    else:
        assert times == ([60, 40, ANSWER] if changes else [60, 40, 10])
    unbounded = ApplicationClient("target", "http://wiki.example")
    asked = Asked("target", call.method, "http://wiki.example", call.doing)
    request = Request(asked, asked.url, None, asks_another=call.asks_another)
    assert unbounded._longest_answer(request) == (60 if call.asks_another else ANSWER)


@pytest.mark.parametrize("seconds", [0.1, 0.3])
def test_the_time_of_one_operation_is_not_that_of_the_next(seconds):
    """However long an operation has waited when its own time was up: that says nothing to one that has more of it."""
    with HostileServer(silent) as server:
        shared = Sessions().at(server.url)

        def client(label: str, seconds: float) -> ApplicationClient:
            return ApplicationClient(
                label, server.url, deadline=Deadline(seconds), session=shared, read_timeout=0.4
            )

        for label in ("one", "two"):
            told = f"{label} did not answer before the time for this"
            with pytest.raises(DeadlineExceeded, match=told) as failure:
                client(label, seconds).manifest()
            assert f"Gave up after {failure.value.seconds:.3g} s." in str(failure.value)
            assert seconds / 2 < failure.value.seconds < seconds + 5
        server.behaviour = known(answering(b"[]"))
        assert client("three", 60).manifest().id


def test_who_can_not_be_reached_is_asked_again_by_who_insists(lab):
    """To undo what was done, or to wait until it is up."""
    wiki = lab.start("confluence")
    wiki.stop()
    shared = Sessions().at(wiki.url)
    client = ApplicationClient("target", wiki.url, session=shared)
    with pytest.raises(ConnectionRefused):
        client.links.all()
    wiki.start()
    with pytest.raises(ConnectionRefused, match="another is not running"):
        ApplicationClient("another", wiki.url, session=shared).manifest()
    client.insist()
    assert client.manifest().id == wiki.server_id


def test_each_request_is_logged(caplog):
    """Its address without the values of a query, and never a header or a body; for which resource it was."""
    caplog.set_level(logging.DEBUG, "pulumi_applinks.rest")
    with HostileServer(known(answering(b'{"id": "planted"}'))) as server:
        with logged_for("jira-wiki"):
            client = ApplicationClient("target", server.url, Basic("admin", "planted"))
        with pytest.raises(ApplinksError):
            client.links.sees("http://planted.example")
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
