"""The applications in their own process (`python -m benchmarks.world 40`), and the class that controls this process."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any, Protocol

from pulumi_applinks.lab.applications import Application, Flags, Lab

KINDS = ("jira", "confluence", "stash", "bamboo")


@dataclass(frozen=True)
class Counted:
    """Requests that the applications received.

    Attributes:
        client: the requests of the client that manages the links. Each of them costs the latency.
        application: the requests from other applications, on behalf of a client.
    """

    client: int
    application: int


class World:
    """Lab applications in another process, so that their work is measured separately.

    Args:
        applications: how many.
    """

    def __init__(self, applications: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.world", str(applications)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lock = threading.Lock()
        self.facts: list[dict[str, Any]] = self._answer()

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._process.communicate()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the applications' process has ended; its own lines say why")
        return json.loads(line)

    def _asked(self, do: str, *values: Any) -> Any:
        assert self._process.stdin is not None
        with self._lock:
            self._process.stdin.write(json.dumps([do, *values]) + "\n")
            self._process.stdin.flush()
            return self._answer()

    def far(self, milliseconds: float) -> None:
        """Make clients wait that long for each answer from now on."""
        self._asked("far", milliseconds / 1000)

    def reset(self) -> None:
        """Remove all links, as at the start."""
        self._asked("reset")

    def link(self, pairs: list[tuple[int, int]]) -> None:
        """Create links with OAuth on both ends without requests, for scripts that only read or delete."""
        self._asked("link", pairs)

    def move(self, number: int) -> None:
        """Move one application to another port."""
        self.facts = self._asked("move", number)

    def counted(self) -> Counted:
        """The requests since the last call."""
        return Counted(**self._asked("counted"))

    def cpu(self) -> float:
        """The applications' processor time so far, in seconds."""
        return float(self._asked("cpu"))


class _Doing(Protocol):
    def __call__(self, *values: Any) -> Any:
        """Carry out the command."""


class _Served:
    def __init__(self, lab: Lab, count: int) -> None:
        self._all = [
            lab.start(KINDS[number % len(KINDS)], name=f"Application {number}") for number in range(count)
        ]
        for application in self._all:
            _ = application.keys  # created now, because that takes long and is not part of any operation
            application.known_capabilities = {}

    def facts(self) -> list[dict[str, Any]]:
        return [
            {
                "url": one.url,
                "type": one.type_id,
                "name": one.name,
                "id": one.server_id,
                "username": one.users["sysadmin"].name,
                "password": one.users["sysadmin"].password,
            }
            for one in self._all
        ]

    def far(self, seconds: float) -> None:
        for one in self._all:
            one.latency = seconds

    def reset(self) -> None:
        for one in self._all:
            for link in list(one.links):
                one.links.remove(link.id)

    def link(self, pairs: list[tuple[int, int]]) -> None:
        for first, second in pairs:
            ends = (self._all[first], self._all[second])
            for here, there in (ends, ends[::-1]):
                _link(here, there)

    def move(self, number: int) -> list[dict[str, Any]]:
        self._all[number].move()
        return self.facts()

    def counted(self) -> dict[str, int]:
        total = {"client": 0, "application": 0}
        for one in self._all:
            for origin, count in one.requests.counts().items():
                total[origin] += count
            one.requests.clear()
        return total

    def cpu(self) -> float:
        used = resource.getrusage(resource.RUSAGE_SELF)
        return used.ru_utime + used.ru_stime


def _link(here: Application, there: Application) -> None:
    if there.server_id not in here.links:
        here.link_by_hand(there)
    here.accept(there)
    here.links[there.server_id].outgoing = Flags.of("oauth")


def main() -> None:
    """Start the number of applications that the command line gives, and carry out the commands on standard input."""
    with Lab() as lab:
        served = _Served(lab, int(sys.argv[1]))
        print(json.dumps(served.facts()), flush=True)
        for line in sys.stdin:
            do, *values = json.loads(line)
            doing: _Doing = getattr(served, do)
            print(json.dumps(doing(*values)), flush=True)


if __name__ == "__main__":
    main()
