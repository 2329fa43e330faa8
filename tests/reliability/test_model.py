"""A model of whole operations in any order: programs, manual changes, moves, outages, copies, restores, two stacks and engines.

Each operation is the sequence of calls that the engine makes in one process (`driver.py`), and `judge.py` checks everything that must hold
after each. A search must reach each of the goals (`goals.py`). A failing order that a search finds is kept in `seeded.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, Phase, seed, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.conftest import Tried
from tests.reliability.goals import GOALS
from tests.reliability.network import KINDS, Network
from tests.reliability.orders import SETTLE, reduced
from tests.reliability.settling import settle
from tests.reliability.world import BY_HAND, OUTAGES, STACKS, World
from tests.unit.lifecycle.forms import FORMS

pytestmark = pytest.mark.usefixtures("passing")

EXAMPLES = 6
"""The number of orders that one search tries."""
SEARCHES = (2, 9)
"""The minimum number of searches in the short form, and the maximum until each goal is reached."""
STEPS = 16


stacks = st.sampled_from(STACKS)
links = st.sampled_from(("a", "b", "c"))
applications = st.sampled_from(tuple(KINDS))
pairs = st.sampled_from([(one, two) for one in KINDS for two in KINDS if one != two])
forms = st.sampled_from(tuple(FORMS))
options = st.fixed_dictionaries(
    {},
    optional={
        "two_way": st.booleans(),
        "manage": st.sampled_from(("both", "source")),
        "on_existing": st.sampled_from(("fail", "adopt")),
        "on_unreachable_create": st.sampled_from(("fail", "one_way")),
        "on_unreachable_relocate": st.sampled_from(("fail", "relocate")),
        "on_unreachable_delete": st.sampled_from(("fail", "leave")),
        "on_duplicate": st.sampled_from(("report", "remove")),
        "primary": st.sampled_from((True, None)),
        "reverse_primary": st.sampled_from((True, None)),
        "on_broken": st.sampled_from(("warn", "fail")),
    },
)
IGNORED = ("target.url", "source.url", "authentication", "two_way", "target.name")
to_the_engine = st.fixed_dictionaries(
    {},
    optional={
        "protect": st.booleans(),
        "retain": st.booleans(),
        "ignore": st.sampled_from([(), *((path,) for path in IGNORED)]),
        "subclass": st.booleans(),
    },
)
lines = st.builds(
    lambda verb, refresh, more: " ".join((verb, *(["--refresh"] if refresh else []), more)).strip(),
    st.sampled_from(("up", "up", "up", "destroy", "preview")),
    st.booleans(),
    st.sampled_from(("", "", "", "--continue-on-error")),
) | st.just("refresh")


numbers = st.integers(0, 19)
# The first one has many forms, so it is listed five times.
HANDS = (
    *("changes",) * 5,
    "deletes one",
    "deletes both",
    "makes",
    "duplicates",
    "makes another primary",
)

WAYS: dict[str, tuple[str, ...]] = {
    "one of several": ("manage=both", "another", "up", "destroy --refresh --target {link}", "up"),
    "protected": ("protect=True", "up", "destroy", "protect=False", "up"),
    "retained": ("retain=True", "up", "destroy", "retain=False", "on_existing=adopt", "up"),
    "another class": ("up", "subclass=True", "up", "subclass=False"),
    "ignored": ("form=oauth", "up", "ignore=authentication", "up", "no_outgoing", "refresh", "up", "ignore="),
    "broken, and to fail": ("up", "down", "refresh", "on_broken=fail", "up", "well", "on_broken=warn", "up"),
    "one-way for now": ("destroy", "on_unreachable_create=one_way", "down", "up", "well", "up"),
    "half deleted": ("manage=both", "up", "destroy cut 5", "destroy"),
    "half made": ("manage=both", "destroy", "up cut 9", "on_existing=adopt", "up"),
    "moved": ("form=oauth", "up", "move", "up --refresh"),
    "to a copy": ("form=oauth", "up", "to a copy", "refresh", "up"),
    "undone": ("form=oauth", "manage=both", "destroy", "refusing levels", "up", "well", "up"),
    "restored": ("form=oauth", "manage=both", "up", "restore", "refresh", "up"),
}
"""Events that a random search reaches too rarely: the command line, the change of the program, and the event that concerns the target."""


def something_is_declared(machine: Model) -> bool:
    """Whether a program declares a link, so that there is something to change manually."""
    return bool(machine.world.declared_ends())


class Model(RuleBasedStateMachine):
    """The events of a world, in any order.

    Args:
        world: the world.
        tried: counts what was tried.
        reached: the goals of all orders so far.
    """

    def __init__(self, world: World, tried: Tried, reached: set[str]) -> None:
        super().__init__()
        self.tried = tried
        self.world = world
        self.reached = reached
        self.duplicates = 0

    def _happens(self, what: str, event: str = "", *arguments: object, **more: object) -> None:
        self.tried(f"model: {what}", "happened")
        if event:
            self._does(event, *arguments, **more)

    def _does(self, event: str, *arguments: object, **more: object) -> object:
        return self.world.happen(event, *arguments, **more)

    def _pair(self, number: int) -> tuple[str, str]:
        """One of the pairs that a program declares, in either direction: a random pair would rarely be one of them."""
        ends = self.world.declared_ends()
        return ends[number % len(ends)]

    def _link(self, number: int) -> tuple[str, str]:
        """A stack, and one of the links that its program declares."""
        declared = self.world.declared()
        return declared[number % len(declared)]

    def _operates(self, stack: str, line: str, **more: object) -> None:
        run = self._does("run", stack, line, **more)
        ended = "was cut" if run.cut else "succeeded" if run.ok else "failed"  # type: ignore[attr-defined]
        self.tried(f"model: {line.partition(' ')[0]}{' --refresh' * ('--refresh' in line)}", ended)

    @initialize(
        first=st.lists(st.tuples(pairs, forms, options), min_size=1, max_size=3),
        second=st.lists(st.tuples(pairs, forms, options), max_size=2),
        way=st.sampled_from(tuple(WAYS)),
    )
    def both_programs_run(self, first, second, way):
        for stack, declared in zip(STACKS, (first, second), strict=True):
            for link, (pair, form, chosen) in zip("abc", declared, strict=False):
                self._does("declare", stack, link, *pair, form, **chosen)
            self._operates(stack, "up")
        self._takes(way, 0)

    @rule(stack=stacks, link=links, pair=pairs, form=forms, options=options)
    def a_program_declares_a_link(self, stack, link, pair, form, options):
        self._happens("a program declares a link", "declare", stack, link, *pair, form, **options)

    @rule(number=numbers, form=forms, options=options, named=st.booleans(), line=lines)
    @precondition(something_is_declared)
    def a_program_changes_a_link(self, number, form, options, named, line):
        stack, link = self._link(number)
        names = {
            f"{role}_name": f"{role} of {stack} {link}" if named else None for role in ("source", "target")
        }
        self._happens("a program changes a link", "change", stack, link, form=form, **names, **options)
        self._operates(stack, line)

    @rule(number=numbers, said=to_the_engine, line=lines)
    @precondition(something_is_declared)
    def a_program_says_something_to_the_engine(self, number, said, line):
        stack, link = self._link(number)
        self._happens("a program says something to the engine", "tell_engine", stack, link, **said)
        self._operates(stack, line)

    @rule(number=numbers, refresh=st.booleans())
    @precondition(something_is_declared)
    def a_link_leaves_a_program(self, number, refresh):
        stack, link = self._link(number)
        self._happens("a link leaves a program", "drop", stack, link)
        self._operates(stack, "up --refresh" if refresh else "up")

    @rule(
        number=numbers,
        what=st.sampled_from(HANDS),
        change=st.sampled_from((*BY_HAND, "to a copy", "to a copy")),
        looks=st.integers(0, 2),
    )
    @precondition(something_is_declared)
    def a_hand(self, number, what, change, looks):
        if what == "duplicates":
            self.duplicates += 1
            what = "makes" if self.duplicates > 2 else what
        self._happens(f"a hand {what}")
        pair = self._pair(number)
        if what == "changes":
            self._does("by_hand", *pair, change)
        elif what.startswith("deletes"):
            self._does("unlink", *pair, both=what.endswith("both"))
        elif what == "makes":
            self._does("link_by_hand", *pair)
        elif what == "duplicates":
            self._does("duplicate", *pair)
        else:
            self._does("primary_by_hand", *pair)
        stack, _ = self._link(number)
        for _ in range(looks):
            self._operates(stack, "refresh")
        if looks:
            self._operates(stack, "up")

    @rule(number=numbers, keep=st.booleans(), told=st.booleans(), line=lines)
    @precondition(something_is_declared)
    def an_application_moves(self, number, keep, told, line):
        self._happens("an application moves", "move", self._pair(number)[0], keep_base_url=keep)
        if told:
            for stack in STACKS:
                self._does("follow", stack)
        self._operates(self._link(number)[0], line)

    @rule(number=numbers, how=st.sampled_from(OUTAGES), after=st.integers(0, 15), line=lines)
    @precondition(something_is_declared)
    def an_application_fails(self, number, how, after, line):
        what = f"an application is {how}" + (", in the middle" if after else "")
        self._happens(what, "outage", self._pair(number)[0], how, after)
        for stack in STACKS:
            self._operates(stack, line)

    @rule(number=numbers, line=lines, after=st.integers(2, 25))
    @precondition(something_is_declared)
    def a_run_is_killed(self, number, line, after):
        stack, link = self._link(number)
        self._happens("a run is killed")
        self._operates(stack, line, cut=after)
        self._does("change", stack, link, on_existing="adopt")
        self._operates(stack, line)

    @rule(name=applications)
    def an_application_recovers(self, name):
        self._happens("an application recovers", "recover", name)
        self._does("set_base_url", name)

    @rule(number=numbers, told=st.booleans())
    @precondition(something_is_declared)
    def a_password_is_rotated(self, number, told):
        name = self._pair(number)[0]
        self._happens("a password is rotated", "rotate", name)
        if told:
            self._does("tell_environment", name)

    @rule(number=numbers, user=st.sampled_from(("admin", "user", None)), line=lines)
    @precondition(something_is_declared)
    def another_login_is_used(self, number, user, line):
        name = self._pair(number)[0]
        if user is None:
            self._happens("credentials are gone", "forget_credentials", name)
        else:
            self._happens("another login is used", "tell_environment", name, user)
        self._operates(self._link(number)[0], line)

    @rule(number=numbers)
    @precondition(something_is_declared)
    def an_application_is_installed_anew(self, number):
        self._happens("an application is installed again", "install_anew", self._pair(number)[0])

    @rule(number=numbers, consumer=st.booleans(), line=lines)
    @precondition(something_is_declared)
    def an_application_is_restored(self, number, consumer, line):
        self._happens("an application is restored", "restore", self._pair(number)[0], consumer=consumer)
        self._operates(self._link(number)[0], line)

    @rule(number=numbers, affinity=st.booleans(), line=lines)
    @precondition(something_is_declared)
    def an_application_becomes_a_cluster(self, number, affinity, line):
        self._happens(
            "an application becomes a cluster", "cluster", self._pair(number)[0], affinity=affinity, lag=3
        )
        stack, _ = self._link(number)
        self._operates(stack, "up")
        self._operates(stack, line)

    @rule(number=numbers, by=applications, told=st.booleans())
    @precondition(something_is_declared)
    def an_address_is_reused(self, number, by, told):
        self._happens("an address is reused", "reuse_address", self._pair(number)[0], by)
        if told:
            for stack in STACKS:
                self._does("follow", stack)

    @rule(
        number=numbers, new=st.sampled_from(("a", "b", "c", "d")), alias=st.booleans(), refresh=st.booleans()
    )
    @precondition(something_is_declared)
    def a_resource_is_renamed(self, number, new, alias, refresh):
        stack, link = self._link(number)
        self._happens("a resource is renamed", "rename", stack, link, new, alias=alias)
        self._operates(stack, "up --refresh" if refresh else "up")

    @rule(
        number=numbers,
        how=st.sampled_from(("--replace", "--target-replace", "taint")),
        refresh=st.booleans(),
        cut=st.sampled_from((None, None, 8, 14)),
    )
    @precondition(something_is_declared)
    def a_resource_is_replaced(self, number, how, refresh, cut):
        stack, link = self._link(number)
        self._happens(f"a resource is replaced: {how}")
        line = "up --refresh" if refresh else "up"
        if how == "taint":
            self._does("taint", stack, link)
        else:
            line = f"{line} {how} {link}"
        self._operates(stack, line, **({"cut": cut} if cut else {}))
        if cut:
            self._operates(stack, "up")

    @rule(number=numbers, line=lines, excluded=st.booleans())
    @precondition(something_is_declared)
    def an_engine_runs_for_some(self, number, line, excluded):
        stack, link = self._link(number)
        self._happens("an engine runs for some")
        self._operates(stack, f"{line} {'--exclude' if excluded else '--target'} {link}")

    @rule(number=numbers, way=st.sampled_from(tuple(WAYS)))
    @precondition(something_is_declared)
    def a_known_way_is_taken(self, number, way):
        self._takes(way, number)

    def _takes(self, way: str, number: int) -> None:
        stack, link = self._link(number)
        self._happens(f"a known way: {way}")
        declared = self.world.programs[stack][link]
        for name in declared.pair:
            self._is_well(name)
        self._does("follow", stack)
        for step in WAYS[way]:
            said, gives, value = step.partition("=")
            if step in ("down", "refusing levels"):
                self._does("outage", declared.target, step)
            elif step == "well":
                self._is_well(declared.target)
            elif step in ("no_outgoing", "to a copy"):
                self._does("by_hand", declared.source, declared.target, step)
            elif step in ("move", "restore"):
                self._does(step, declared.target)
                self._does("follow", stack)
            elif step == "another":
                taken = {one.pair for one in self.world.programs[stack].values()}
                free = next(
                    name for name in KINDS if name != declared.source and {declared.source, name} not in taken
                )
                self._does("declare", stack, "d", declared.source, free)
            elif gives and said in ("protect", "retain", "subclass"):
                self._does("tell_engine", stack, link, **{said: value == "True"})
            elif gives and said == "ignore":
                self._does("tell_engine", stack, link, ignore=(value,) if value else ())
            elif gives:
                self._does("change", stack, link, two_way=True, **{said: value})
            else:
                line, _, cut = step.format(link=link).partition(" cut ")
                self._operates(stack, line, **({"cut": int(cut)} if cut else {}))

    def _is_well(self, name: str) -> None:
        for event in ("recover", "set_base_url", "tell_environment"):
            self._does(event, name)

    @rule(stack=stacks, older=st.booleans())
    def a_state_is_of_another_version(self, stack, older):
        self._happens("a state is of another version", "of_another_version", stack, older=older)

    @rule(stack=stacks, here=st.sampled_from(("wiki", "code", "build")), form=forms, refresh=st.booleans())
    def two_links_of_one_type_change_primary(self, stack, here, form, refresh):
        self._happens("two links of one type change primary")
        for link, there in (("a", "jira"), ("b", "issues")):
            self._does("declare", stack, link, here, there, form)
        for there in ("jira", "issues"):
            self._does("primary_changes", stack, here, there)
            self._operates(stack, "up --refresh" if refresh else "up")

    @rule(stack=stacks, number=numbers, mistaken=st.booleans(), knows=st.booleans())
    @precondition(something_is_declared)
    def an_application_is_copied(self, stack, number, mistaken, knows):
        name = self._pair(number)[0]
        if mistaken:
            self._happens("a program is pointed at a copy", "point_at_copy", stack, name, knows=knows)
            self._operates(stack, "up")
        else:
            self._happens("an application is linked with its copy", "link_with_clone", name)

    @rule(stack=stacks, refresh=st.booleans())
    def a_program_is_told_where_everybody_is(self, stack, refresh):
        self._happens("a program gets everyone's address", "follow", stack)
        self._operates(stack, "up --refresh" if refresh else "up")

    @rule(stack=stacks, line=lines)
    def an_engine_runs(self, stack, line):
        self._operates(stack, line)

    def teardown(self):
        self.reached |= self.world.goals
        self.world.history.append(SETTLE)
        settle(self.world)
        self.tried("model: the dust settles", "converged, then nothing to do, then as before")


def search(
    make: Callable[[], World], tried: Tried, reached: set[str], examples: int, number: int | None
) -> None:
    """Try orders of events; if a check fails in one, print the shortest failing order.

    Args:
        make: creates a world.
        tried: counts what was tried.
        reached: the goals of all orders so far.
        examples: the number of orders.
        number: the number of the search, used as its seed; None for a new, random search.
    """
    worlds: list[World] = []

    def factory() -> Model:
        worlds[:] = [make()]
        return Model(worlds[0], tried, reached)

    with _shortest(make, worlds):
        _run(factory, examples, number)


def take_each_known_way(make: Callable[[], World], tried: Tried, reached: set[str]) -> None:
    """Run each known order from a working link, so that its goal does not depend on the luck of a search.

    Args:
        make: creates a world.
        tried: counts what was tried.
        reached: the goals of all orders so far.
    """
    for way in WAYS:
        worlds = [make()]
        with _shortest(make, worlds):
            machine = Model(worlds[0], tried, reached)
            machine._does("declare", STACKS[0], "a", "jira", "wiki", "oauth")
            machine._operates(STACKS[0], "up")
            machine._takes(way, 0)
            machine.teardown()


@contextmanager
def _shortest(make: Callable[[], World], worlds: list[World]) -> Iterator[None]:
    """If a check fails, print the shortest failing order."""
    try:
        yield
    except Exception as error:
        order = reduced(make, worlds[0].history, f"{type(error).__name__}: {error}")
        events = "\n".join(f"    {event!r}," for event in order)
        raise AssertionError(
            f"{error}\nThe order of events, for tests/reliability/seeded.py:\n{events}"
        ) from error


def _run(factory: Callable[[], Model], examples: int, number: int | None) -> None:
    run_state_machine_as_test(
        seed(number)(factory) if number is not None else factory,  # type: ignore[arg-type]  # its documentation allows a factory
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=False,
            database=None,
            print_blob=False,
            report_multiple_bugs=False,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.takes_minutes
@pytest.mark.timeout(7200)
def test_everything_holds_after_each_operation(
    network: Network, warnings: list[str], tried: Tried, soak: bool, search_seconds: float | None
):
    """Every check holds, each goal is reached, and in the end everything is as before."""
    reached: set[str] = set()

    def make() -> World:
        return World(network, warnings)

    take_each_known_way(make, tried, reached)
    least, most = SEARCHES
    for number in range(most):
        if number < least or set(GOALS) - reached:
            search(make, tried, reached, EXAMPLES, None if soak else number)
    until = time.monotonic() + (search_seconds or 0)
    while soak and time.monotonic() < until:
        search(make, tried, reached, 10 * EXAMPLES, None)
    missing = [goal for goal in GOALS if goal not in reached]
    assert missing == [], f"the search has not come to: {missing}"
