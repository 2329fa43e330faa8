"""Large answers need at most 64 MiB of additional memory; each is measured in a separate process."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack

import pytest

from tests.conftest import Tried
from tests.reliability.hostile import bodies, wire
from tests.reliability.hostile.calls import known
from tests.reliability.hostile.server import Behaviour, HostileServer, answering

MOST = 64 * 1024
SECONDS = 5.0
"""The maximum processor time; the timeout of a request bounds the waiting."""
BODIES = (
    "a billion laughs",
    "a quadratic bomb",
    "deep XML",
    "deep lists",
    "deep objects",
    "many elements",
    "many attributes",
    "many lists",
    "many objects",
    "100,000 links",
    "20,000 links",
    "a link of a million letters",
    "complaints that steer a terminal",
)
JUST_ALLOWED = {
    "as many links as are read": b"[" + b",".join(b'{"id":"%05d"}' % n for n in range(29_900)) + b"]",
    "as many numbers as are read": b"[" + b"1e1," * 520_000 + b"1]",
    "as many names as are read": b'[{"id":"x",' + b",".join(b'"%06x":1' % n for n in range(180_000)) + b"}]",
    "as many elements as are read": b"<a>" + b'<list id="x"/>' * 29_900 + b"</a>",
    "as many nested elements as are read": b"<a>" + b"<list><id>x</id></list>" * 14_000 + b"</a>",
    "as much text as is read": b'[{"id":"x","name":"' + "é".encode() * 1_000_000 + b'"}]',
    "text of 4 bytes a letter": b'["' + "😀".encode() * 500_000 + b'"]',
}
GROUPS: dict[str, dict[str, Behaviour]] = {
    "endless": wire.LARGE,
    "strange": {name: answering(bodies.ALL[name]) for name in BODIES},
    "just allowed": {name: answering(body) for name, body in JUST_ALLOWED.items()},
}
SHORT = (
    "1 GiB",
    "1 GiB in chunks",
    "an endless extension of a chunk",
    "endless trailers",
    "large headers",
    "a gzip bomb",
    "deep XML",
    "deep lists",
    "100,000 links",
    "as many names as are read",
    "as many elements as are read",
)


@pytest.mark.parametrize("group", GROUPS)
def test_memory(tried: Tried, soak: bool, group: str):
    """Memory and time stay within their limits for any answer of any size."""
    cases = {name: behaviour for name, behaviour in GROUPS[group].items() if soak or name in SHORT}
    with ExitStack() as stack:
        urls = [stack.enter_context(HostileServer(known(behaviour))).url for behaviour in cases.values()]
        done = subprocess.run(
            [sys.executable, "-m", "tests.reliability.hostile.measured", *urls],
            capture_output=True,
            text=True,
            check=True,
            timeout=250,
        )
    measured = dict(zip(cases, (line.split("\t") for line in done.stdout.splitlines()), strict=True))
    for ended, _, _ in measured.values():
        tried(f"memory of what is {group}", ended)

    assert done.stderr == ""
    assert {
        name: one for name, one in measured.items() if int(one[1]) > MOST or float(one[2]) > SECONDS
    } == {}
