"""Each method of the client, with each hostile answer, returns a result or raises our error that names the application, in time."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from pulumi_applinks.rest import ApplicationClient, Deadline, UnexpectedAnswer
from tests.conftest import Tried
from tests.reliability.hostile import bodies, wire
from tests.reliability.hostile.calls import ALMOST, CALLS, LABEL, LOGIN, known, wrong_with
from tests.reliability.hostile.server import Behaviour, HostileServer, answering

DEADLINE = 5.0
READ = 0.3
LONG = 50_000
FEW = ("links", "set_oauth", "authentication")


def each(
    methods: Iterable[str], server: HostileServer, behaviour: Behaviour, what: str, tried: Tried
) -> list[str]:
    """What is wrong with each method."""
    wrong = []
    for name in methods:
        server.behaviour = known(behaviour, name)
        with ApplicationClient(
            LABEL, server.url, LOGIN, deadline=Deadline(DEADLINE), read_timeout=READ
        ) as client:
            ended, problem = wrong_with(client, name, DEADLINE + ALMOST)
        tried(what, ended)
        if problem:
            wrong.append(f"{name}: {problem}")
    return wrong


@pytest.mark.parametrize("name", wire.BROKEN)
def test_broken_http(server: HostileServer, tried: Tried, name: str):
    """Any rule of HTTP can be broken."""
    assert each(CALLS, server, wire.BROKEN[name], "broken HTTP", tried) == []


@pytest.mark.parametrize("name", bodies.ALL)
@pytest.mark.parametrize("status", [200, 400])
def test_strange_bodies(server: HostileServer, tried: Tried, soak: bool, name: str, status: int):
    """A body can contain anything, in a success and in a refusal."""
    body = bodies.ALL[name]
    methods = CALLS if soak or (status == 200 and len(body) < LONG) else FEW

    assert each(methods, server, answering(body, status), f"strange bodies, {status}", tried) == []


@pytest.mark.parametrize("name", wire.SLOW)
@pytest.mark.parametrize("bound", ["request", "operation"])
def test_slow_answers(server: HostileServer, tried: Tried, soak: bool, name: str, bound: str):
    """Occasional bytes extend neither the time limit of a request nor that of the operation."""
    read, deadline = (0.2, None) if bound == "request" else (60.0, 0.2)
    wrong = []
    for method in CALLS if soak else FEW[:2]:
        server.behaviour = known(wire.SLOW[name], method)
        with ApplicationClient(
            LABEL, server.url, LOGIN, deadline=Deadline(deadline), read_timeout=read
        ) as client:
            ended, problem = wrong_with(client, method, 2 * min(read, deadline or read) + ALMOST)
        tried(f"slow answers, bound by the {bound}", ended)
        late = ("a result",) if method in ("sees", "status", "legacy") else ("TimedOut", "DeadlineExceeded")
        if problem or ended not in late:
            wrong.append(f"{method}: {ended} {problem}")

    assert wrong == []


@pytest.mark.parametrize(
    "name",
    [
        "true",
        "a number",
        "text",
        "a list of nothing",
        "a list of numbers",
        "a list of lists",
        "links that are no objects",
        "a manifest that is elsewhere",
        "a status with lists",
        "complaints of other types",
    ],
)
def test_what_is_no_list_does_not_say_that_there_are_no_links(server: HostileServer, name: str):
    """Otherwise, a refresh would forget the link, and a deletion would leave it."""
    server.behaviour = known(answering(bodies.ALL[name]))
    with (
        ApplicationClient(LABEL, server.url, LOGIN) as client,
        pytest.raises(UnexpectedAnswer, match="is not a list of links"),
    ):
        client.links.all()


@pytest.mark.parametrize("body", [b"[]", b"null", b"{}", b'{"applicationLinks": []}', b"<applicationLinks/>"])
def test_an_empty_list_is_one_however_it_is_written(server: HostileServer, body: bytes):
    """Each version writes it in its own way."""
    server.behaviour = known(answering(body))
    with ApplicationClient(LABEL, server.url, LOGIN) as client:
        assert client.links.all() == []
