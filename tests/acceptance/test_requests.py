"""How many requests an operation makes: what a user waits for. Counted exactly, in each application's own log."""

from __future__ import annotations

import itertools

import pytest

from pulumi_applinks.lab.applications import Application, Lab
from tests.acceptance.harness import Story, working

TYPES = ("jira", "confluence", "stash", "bamboo")
M = len(TYPES)
N = M * (M - 1) // 2
AS_USER = 'authentication=NonImpersonating(execute_as="user"),'


class Network:
    """Four applications, each linked with each other one, and a stack with all six links."""

    def __init__(self, stack: Story, lab: Lab) -> None:
        self.stack = stack
        self.applications = {kind: lab.start(kind) for kind in TYPES}
        for name, application in self.applications.items():
            stack.credentials(name, application)
        stack.watch(*self.applications.values())

    def __getitem__(self, name: str) -> Application:
        return self.applications[name]

    def declare(self, more: str = "") -> None:
        """Write the program, with the addresses of now."""
        lines = [
            f'{name} = Application("{one.url}", credentials="{name}")'
            for name, one in self.applications.items()
        ]
        lines += [
            f'ApplicationLink("{one}-{two}", {one}, {two}, {more})'
            for one, two in itertools.combinations(self.applications, 2)
        ]
        self.stack.program("\n".join(lines))

    def counted(self) -> tuple[int, int]:
        """Requests since the last look: this program's, and those that the applications made among themselves."""
        found = [
            [len(application.requests.all(origin)) for origin in ("client", "application")]
            for application in self.applications.values()
        ]
        for application in self.applications.values():
            application.requests.clear()
        return sum(ours for ours, _ in found), sum(theirs for _, theirs in found)

    def all_work(self) -> bool:
        """Whether both ends of each link say that it works."""
        works = all(working(one, two) for one, two in itertools.combinations(self.applications.values(), 2))
        self.counted()
        return works


@pytest.fixture
def network(stack: Story, lab: Lab) -> Network:
    """The applications and the stack, with everything counted so far forgotten."""
    made = Network(stack, lab)
    made.declare()
    made.counted()
    return made


@pytest.mark.without("with_refresh", "it counts the requests of each operation")
def test_no_operation_makes_more_requests_than_it_has_to(network: Network):
    """N links among M applications: what is known about an application is read once, and each link takes what only it can say."""
    stack = network.stack
    stack.up()
    ours, theirs = network.counted()
    assert ours == 6 * N + 2 * M
    # Each end looks who the other one is, reads its key, and tries the link: manifest, what it can do, its levels, a signed request.
    assert theirs == 2 * N * 6
    assert network.all_work()

    stack.preview("--expect-no-changes")
    assert network.counted() == (0, 0)
    stack.refresh("--expect-no-changes")
    ours, theirs = network.counted()
    # Each direction is tried by the application that makes its requests.
    assert ours == 2 * M + 2 * N
    assert theirs == 8 * N

    network["stash"].move()
    network.declare()
    stack.up()
    pointing = M - 1
    ours, theirs = network.counted()
    # Who answers at the new address, and at those of the applications that are reported.
    assert ours == 2 * pointing + 1 + pointing
    assert theirs == 5 * pointing
    assert network.all_work()
    stack.settles()
    network.counted()

    stack.destroy()
    ours, theirs = network.counted()
    assert (ours, theirs) == (2 * N + 2 * M, 0)
    stack.is_gone()


@pytest.mark.about_applications
def test_what_a_user_for_incoming_requests_adds(network: Network):
    """Setting it takes one request more at each end, and so does reading it."""
    stack = network.stack
    network.declare(AS_USER)
    stack.up()
    # A user is looked up once on an application: Jira takes a request for that, Confluence and Bitbucket two; Bamboo says nothing.
    assert network.counted()[0] == 8 * N + 2 * M + 5
    assert network.all_work()
    stack.refresh("--expect-no-changes")
    assert network.counted()[0] == 2 * M + 2 * N + 2 * N
    stack.finish()
