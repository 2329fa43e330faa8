"""Any order of events: programs, hands, moves, outages, rotations, clones, two stacks on the same applications.

A failing order that is found is kept in test_kept_orders.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.conftest import Tried
from tests.reliability.network import KINDS, Network
from tests.reliability.settling import settle
from tests.reliability.world import BY_HAND, OUTAGES, STACKS, VERBS, World
from tests.unit.lifecycle.test_changes import FORMS

SHORT_EXAMPLES = 14
LONG_EXAMPLES = 50
STEPS = 25


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
    },
)


numbers = st.integers(0, 19)
# The first has many forms.
HANDS = (
    *("changes",) * 4,
    "deletes one",
    "deletes both",
    "makes",
    "duplicates",
    "makes another primary",
)


def something_is_declared(machine: AnyOrder) -> bool:
    """Whether a hand has something to do."""
    return bool(machine.world.declared_ends())


class AnyOrder(RuleBasedStateMachine):
    """Whatever happens, in whatever order.

    Args:
        network: the applications.
        warnings: what the provider warns of.
        tried: counts what was tried.
    """

    def __init__(self, network: Network, warnings: list[str], tried: Tried) -> None:
        super().__init__()
        self.tried = tried
        self.world = World(network, warnings)
        self.duplicates = 0

    def _happens(self, what: str) -> None:
        self.tried(f"any order: {what}", "happened")

    @initialize(
        first=st.lists(st.tuples(pairs, forms, options), min_size=1, max_size=3),
        second=st.lists(st.tuples(pairs, forms, options), max_size=2),
    )
    def both_programs_run(self, first, second):
        for stack, declared in zip(STACKS, (first, second), strict=True):
            for link, (pair, form, chosen) in zip("abc", declared, strict=False):
                self.world.declare(stack, link, pair[0], pair[1], form, **chosen)
            self._operates(stack, "up")

    def _pair(self, number: int) -> tuple[str, str]:
        """One of the pairs that a program declares, in either direction: others would seldom be met."""
        ends = self.world.declared_ends()
        return ends[number % len(ends)]

    @rule(stack=stacks, link=links, pair=pairs, form=forms, options=options)
    def a_program_declares_a_link(self, stack, link, pair, form, options):
        self._happens("a program declares a link")
        self.world.declare(stack, link, pair[0], pair[1], form, **options)

    @rule(number=numbers, form=forms, options=options, named=st.booleans())
    @precondition(something_is_declared)
    def a_program_changes_a_link(self, number, form, options, named):
        self._happens("a program changes a link")
        declared = self.world.declared()
        stack, link = declared[number % len(declared)]
        names = {
            f"{role}_name": f"{role} of {stack} {link}" if named else None for role in ("source", "target")
        }
        self.world.change(stack, link, form=form, **names, **options)
        self._operates(stack, "up")

    @rule(number=numbers)
    @precondition(something_is_declared)
    def a_link_leaves_a_program(self, number):
        self._happens("a link leaves a program")
        declared = self.world.declared()
        self.world.drop(*declared[number % len(declared)])

    @rule(number=numbers, what=st.sampled_from(HANDS), change=st.sampled_from(tuple(BY_HAND)))
    @precondition(something_is_declared)
    def a_hand(self, number, what, change):
        if what == "duplicates":
            self.duplicates += 1
            what = "makes" if self.duplicates > 2 else what
        self._happens(f"a hand {what}")
        pair = self._pair(number)
        if what == "changes":
            self.world.by_hand(*pair, change)
        elif what.startswith("deletes"):
            self.world.unlink(*pair, both=what.endswith("both"))
        elif what == "makes":
            self.world.link_by_hand(*pair)
        elif what == "duplicates":
            self.world.duplicate(*pair)
        else:
            self.world.primary_by_hand(*pair)

    @rule(number=numbers, keep=st.booleans(), told=st.booleans())
    @precondition(something_is_declared)
    def an_application_moves(self, number, keep, told):
        self._happens("an application moves")
        self.world.move(self._pair(number)[0], keep_base_url=keep)
        if told:
            for stack in STACKS:
                self.world.follow(stack)

    @rule(number=numbers, how=st.sampled_from(OUTAGES), after=st.integers(0, 15))
    @precondition(something_is_declared)
    def an_application_fails(self, number, how, after):
        self._happens(f"an application is {how}" + (", in the middle" if after else ""))
        self.world.outage(self._pair(number)[0], how, after)
        if after:
            for stack in STACKS:
                self._operates(stack, "up")

    @rule(name=applications)
    def an_application_recovers(self, name):
        self._happens("an application recovers")
        self.world.recover(name)
        self.world.set_base_url(name)

    @rule(number=numbers, told=st.booleans())
    @precondition(something_is_declared)
    def a_password_is_rotated(self, number, told):
        self._happens("a password is rotated")
        name = self._pair(number)[0]
        self.world.rotate(name)
        if told:
            self.world.tell_environment(name)

    @rule(number=numbers)
    @precondition(something_is_declared)
    def credentials_are_gone(self, number):
        self._happens("credentials are gone")
        self.world.forget_credentials(self._pair(number)[0])

    @rule(number=numbers)
    @precondition(something_is_declared)
    def an_application_is_installed_anew(self, number):
        self._happens("an application is installed anew")
        self.world.install_anew(self._pair(number)[0])

    @rule(number=numbers, by=applications, told=st.booleans())
    @precondition(something_is_declared)
    def an_address_is_reused(self, number, by, told):
        self._happens("an address is reused")
        self.world.reuse_address(self._pair(number)[0], by)
        if told:
            for stack in STACKS:
                self.world.follow(stack)

    @rule(number=numbers, new=st.sampled_from(("a", "b", "c", "d")))
    @precondition(something_is_declared)
    def a_resource_is_renamed(self, number, new):
        self._happens("a resource is renamed")
        declared = self.world.declared()
        stack, link = declared[number % len(declared)]
        self.world.rename(stack, link, new)
        self._operates(stack, "up")

    @rule(number=numbers)
    @precondition(something_is_declared)
    def a_resource_is_replaced(self, number):
        self._happens("a resource is replaced")
        declared = self.world.declared()
        stack, link = declared[number % len(declared)]
        self._operates(stack, "up", replacing=[link])

    @rule(stack=stacks, older=st.booleans())
    def a_state_is_of_another_version(self, stack, older):
        self._happens("a state is of another version")
        self.world.of_another_version(stack, older=older)

    @rule(stack=stacks, here=st.sampled_from(("wiki", "code", "build")), form=forms, refresh=st.booleans())
    def two_links_of_one_type_change_primary(self, stack, here, form, refresh):
        self._happens("two links of one type change primary")
        for link, there in (("a", "jira"), ("b", "issues")):
            self.world.declare(stack, link, here, there, form)
        for there in ("jira", "issues"):
            self.world.primary_changes(stack, here, there)
            self._operates(stack, "up --refresh" if refresh else "up")

    @rule(stack=stacks, number=numbers, mistaken=st.booleans())
    @precondition(something_is_declared)
    def an_application_is_cloned(self, stack, number, mistaken):
        name = self._pair(number)[0]
        if mistaken:
            self._happens("a program is pointed at a copy")
            self.world.point_at_copy(stack, name)
        else:
            self._happens("an application is linked with its clone")
            self.world.link_with_clone(name)

    @rule(stack=stacks)
    def a_program_is_told_where_everybody_is(self, stack):
        self._happens("a program is told where everybody is")
        self.world.follow(stack)
        self._operates(stack, "up")

    def _operates(self, stack, verb, **more):
        run = self.world.run(stack, verb, **more)
        self.tried(f"any order: {verb}", "failed" if run.errors else "succeeded")

    @rule(stack=stacks)
    def up(self, stack):
        self._operates(stack, "up")

    @rule(stack=stacks)
    def up_with_refresh(self, stack):
        self._operates(stack, "up --refresh")

    @rule(stack=stacks, verb=st.sampled_from(VERBS))
    def an_engine_runs(self, stack, verb):
        self._operates(stack, verb)

    def teardown(self):
        settle(self.world)
        self.tried("any order: the dust settles", "converged, then nothing to do, then as before")


def run(factory: Callable[[], RuleBasedStateMachine], examples: int) -> None:
    """Run orders of events."""
    run_state_machine_as_test(
        factory,  # type: ignore[arg-type]  # its documentation asks for what makes a machine
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(7200)
def test_any_order_of_events_settles(
    network: Network, warnings: list[str], tried: Tried, soak: bool, pytestconfig: pytest.Config
):
    """One `up --refresh` of each stack converges, a second changes nothing, and `destroy` leaves the applications as they were."""
    until = time.monotonic() + 60 * float(pytestconfig.getoption("--soak-minutes", 10) or 10)
    run(lambda: AnyOrder(network, warnings, tried), SHORT_EXAMPLES)
    while soak and time.monotonic() < until:
        run(lambda: AnyOrder(network, warnings, tried), LONG_EXAMPLES)
