"""Search the almost real answers for one that does harm; an answer that was found has a name in `bodies.py` or `wire.py`.

The short form tries the same answers each time; in the long form, each search tries new ones for `--soak-minutes`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings, strategies as st

from pulumi_applinks.rest import ApplicationClient, Deadline
from tests.conftest import Tried
from tests.reliability.hostile import mutations
from tests.reliability.hostile.calls import ALMOST, CALLS, LABEL, LOGIN, known, wrong_with
from tests.reliability.hostile.server import Behaviour, HostileServer, answering

READING = ("manifest", "links", "sees", "status", "authentication", "legacy", "user")
SECONDS = 3.0


def search(
    examples: st.SearchStrategy[Behaviour],
    methods: Sequence[str],
    server: HostileServer,
    tried: Tried,
    what: str,
    count: int,
    seconds: float | None,
) -> None:
    """Try the examples of a strategy with some methods.

    Args:
        examples: the behaviours of the server.
        methods: the methods of the client.
        server: the server.
        tried: counts what was tried.
        what: what the search is for.
        count: the number of examples in the short form.
        seconds: the duration of the long form.
    """

    def one(behaviour: Behaviour, method: str) -> None:
        server.behaviour = known(behaviour, method)
        with ApplicationClient(
            LABEL, server.url, LOGIN, deadline=Deadline(SECONDS), read_timeout=0.5
        ) as client:
            ended, problem = wrong_with(client, method, SECONDS + ALMOST)
        tried(what, ended)
        assert problem == "", f"{method}: {problem}"

    end = time.monotonic() + (seconds or 0)
    while True:
        run: Callable[[], None] = settings(
            max_examples=2000 if seconds else count,
            deadline=None,
            database=None,
            derandomize=not seconds,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )(given(examples, st.sampled_from(methods))(one))
        (seed(secrets.randbits(64))(run) if seconds else run)()
        if time.monotonic() >= end:
            return


def test_answers_that_are_almost_real(server: HostileServer, tried: Tried, search_seconds: float | None):
    """Fields are removed, doubled, renamed or replaced, at any depth."""
    examples = mutations.almost_answers().map(answering)
    search(examples, READING, server, tried, "almost real answers", 400, search_seconds)


@pytest.mark.parametrize("status", [200, 400])
def test_bodies_with_other_bytes(
    server: HostileServer, tried: Tried, search_seconds: float | None, status: int
):
    """JSON and XML have bytes that are removed, replaced or doubled."""
    examples = mutations.almost_bytes(mutations.ANSWERS).map(lambda body: answering(body, status))
    search(examples, READING, server, tried, f"bodies with other bytes, {status}", 300, search_seconds)


def test_http_with_other_bytes(server: HostileServer, tried: Tried, search_seconds: float | None):
    """Status lines, headers, chunks and bodies have bytes that are removed, replaced or doubled."""
    examples = mutations.almost_bytes(mutations.BYTES).map(lambda data: lambda exchange: exchange.send(data))
    search(examples, sorted(CALLS), server, tried, "HTTP with other bytes", 200, search_seconds)
