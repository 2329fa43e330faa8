"""Many links at once, on the plugin's four threads; and two stacks that create a link for the same pair at the same time."""

from __future__ import annotations

import itertools
import random
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from pulumi_applinks.lab.applications import TYPES, Application, Fault, Lab
from pulumi_applinks.lab.applications.faults import Faults
from tests.conftest import Tried
from tests.driver import PLUGIN_THREADS, Run
from tests.reliability.network import Network
from tests.reliability.settling import settle
from tests.reliability.world import World
from tests.unit.lifecycle.forms import FORMS

KINDS = [kind for kind in TYPES if kind != "refapp"]
FAULTS = {
    "reset before": Fault("*", "*", "drop"),
    "reset after": Fault("*", "*", "drop", after=True),
    "500 before": Fault("*", "*", status=500),
    "500 after": Fault("*", "*", status=500, after=True),
    "not ready": Fault("*", "*", status=503),
    "throttled": Fault("*", "*", status=429),
}


@pytest.fixture(autouse=True)
def _environment(network: Network) -> None:
    """The environment, restored when the module's applications stop."""


@dataclass
class SomeRequests(Fault):
    """A fault that hits a random choice of this program's requests.

    Args:
        chance: the probability for each request.
        seed: the seed of the choice.
    """

    chance: float = 0.006
    seed: int = 0
    _random: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self._random.seed(self.seed)
        self.times = 10**9

    def hits(self, method: str, path: str, origin: str) -> bool:
        """Whether the fault hits a request; only one thread at a time calls this."""
        return origin == "client" and self._random.random() < self.chance


def trouble(network: Network, seed: int) -> None:
    """Make some requests to every application fail."""
    chosen = random.Random(seed)
    for application in network.applications.values():
        for kind in FAULTS.values():
            application.faults.add(
                SomeRequests("*", "*", kind.kind, kind.status, kind.after, seed=chosen.randrange(2**32))
            )


def peace(network: Network) -> None:
    """Remove all faults."""
    for application in network.applications.values():
        application.faults.clear()


def many(lab: Lab, applications: int) -> Network:
    """A network of that many applications, of all types, with timeouts that suit a busy machine."""
    kinds = {f"app{number}": KINDS[number % len(KINDS)] for number in range(applications)}
    return Network(lab, kinds, clones=False, timeout=20)


@pytest.mark.timeout(900, method="thread")  # no gentler method would end a deadlock
@pytest.mark.parametrize(
    ("applications", "links"),
    [
        pytest.param(10, 45, id="45 links among 10 applications"),  # 10 applications have 45 pairs
        pytest.param(21, 200, id="200 links among 21 applications"),
    ],
)
def test_many_links_are_made_changed_and_deleted_together(
    warnings: list[str], tried: Tried, soak: bool, applications: int, links: int
):
    """With random faults on four threads, each link ends as it should, none is lost, and nothing waits forever."""
    if links > 45 and not soak:
        pytest.skip("200 links are for `make soak`: 45 are tried here")
    seed = random.SystemRandom().randrange(2**32)
    print(f"the seed is {seed}")
    chosen = random.Random(seed)
    with Lab() as lab:
        network = many(lab, applications)
        world = World(network, warnings, threads=PLUGIN_THREADS)
        pairs = list(itertools.combinations(network.applications, 2))[:links]
        chosen.shuffle(pairs)
        assert len(pairs) == links
        for number, (source, target) in enumerate(pairs):
            # A third of the links are created later, while others are changed and deleted.
            if number % 3:
                form = chosen.choice(tuple(FORMS))
                world.declare("one", f"link{number}", source, target, form)
        trouble(network, seed)
        note(tried, links, "made", world.run("one", "up --continue-on-error"))
        for number, (source, target) in enumerate(pairs):
            if number % 3 == 0:
                world.declare("one", f"link{number}", source, target, chosen.choice(tuple(FORMS)))
            elif number % 3 == 1:
                world.change("one", f"link{number}", form=chosen.choice(tuple(FORMS)))
            else:
                world.drop("one", f"link{number}")
        note(
            tried,
            links,
            "made, changed and deleted together",
            world.run("one", "up together --continue-on-error"),
        )
        peace(network)
        settle(world)
        tried(f"{links} links at once: without faults", "exactly as the program says")


def note(tried: Tried, links: int, what: str, run: Run) -> None:
    """Count the results of the links."""
    for ended in run.ended.values():
        tried(f"{links} links at once: {what}", ended)


class Meeting(Faults):
    """Lets two requests that create a link in at the same time, before either stack can see the other's link.

    Args:
        parties: the barrier at which they wait; the applications share it.
    """

    def __init__(self, parties: threading.Barrier) -> None:
        super().__init__()
        self._parties = parties

    def take(self, method: str, path: str, origin: str) -> Fault | None:
        """Wait for the other one."""
        if method == "PUT" and re.match(r"/rest/applinks/1\.0/applicationlink/[0-9a-f]{8}-", path):
            # The barrier is broken after its use or a timeout: then every request passes.
            try:
                self._parties.wait(timeout=3)
            except threading.BrokenBarrierError:
                pass
            else:
                self._parties.abort()
        return super().take(method, path, origin)


@pytest.fixture
def rivals(warnings: list[str], network: Network) -> World:
    """A world with two stacks, without any link."""
    return World(network, warnings)


@pytest.fixture
def undisturbed(network: Network) -> Iterator[None]:
    """The network; afterwards its applications get their own faults back."""
    kept = {name: application.faults for name, application in network.applications.items()}
    yield
    for name, application in network.applications.items():
        application.faults = kept[name]


def meet(*applications: Application) -> None:
    """Let the first requests that create a link in at the same time, on any application."""
    parties = threading.Barrier(2)
    for application in applications:
        application.faults = Meeting(parties)


@pytest.mark.timeout(900, method="thread")
@pytest.mark.usefixtures("undisturbed")
@pytest.mark.parametrize("met", [True, False], ids=["both have looked", "at the same moment"])
@pytest.mark.parametrize("turned", [False, True], ids=["same direction", "other direction"])
def test_two_stacks_want_the_same_pair_at_the_same_time(
    rivals: World, tried: Tried, soak: bool, met: bool, turned: bool
):
    """One stack wins, the other one gets an error, and the winner's link is as its program says."""
    world, network = rivals, rivals.network
    for number in range(50 if soak else 3):
        one, two = ("jira", "wiki") if number % 2 else ("wiki", "jira")
        world.declare("one", "a", one, two, "as-user")
        world.declare("two", "a", *((two, one) if turned else (one, two)), "oauth")
        if met:
            meet(network["jira"], network["wiki"])
        together = threading.Barrier(2)

        def run(stack: str, together: threading.Barrier = together) -> Run:
            together.wait()
            return world.run(stack, "up")

        with ThreadPoolExecutor(2) as pool:
            runs = dict(zip(("one", "two"), pool.map(run, ("one", "two")), strict=True))
        how = {stack: run.ended["a"] for stack, run in runs.items()}
        tried("two stacks, one pair", ", ".join(sorted(how.values())))
        assert sorted(how.values()) == ["created", "failed"], how
        loser = next(stack for stack, ended in how.items() if ended == "failed")
        assert re.search(r"is already linked with|in the meantime", runs[loser].errors["a"]), runs[
            loser
        ].errors["a"]
        world.drop(loser, "a")
        settle(world)
        world.drop("one", "a")
        world.drop("two", "a")
