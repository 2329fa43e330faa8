"""The two applications of a link, and the requests to them. Requests that do not depend on each other run at the same time."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TypeVar

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.declaration import Declaration, Party, Role
from pulumi_applinks.rest import (
    SETTLE_SECONDS,
    ApplicationClient,
    ApplinksError,
    Deadline,
    DeadlineExceeded,
    Manifest,
    Message,
    Status,
    admin_page,
)

WAIT_BETWEEN_TRIES = 1.0
BOTH: tuple[Role, ...] = ("source", "target")

T = TypeVar("T")


@dataclass(frozen=True)
class End:
    """One end: the application as declared, and its client.

    Args:
        role: which end.
        party: the application.
        client: sends requests to it.
        left: the address at which the program reached it before this operation; None if that is the same address.
        name: its name in messages. By default that is the role.
    """

    role: Role
    party: Party
    client: ApplicationClient
    left: str | None = None
    name: str = ""

    @property
    def label(self) -> str:
        """Its name and address in messages: "target (https://wiki.example.com)"."""
        return f"{self.name or self.role} ({self.party.display_url})"

    def admin_page(self) -> str:
        """Return the address of the page on which its administrator sees its links."""
        return admin_page(self.party.display_url)

    def told(self, code: Code, what: str, *why: str, do: str = "") -> Message:
        """Make a message about this application; see `Message`."""
        return Message(code, what, why, do=do, application=self.label)

    def manifest(self, wait: float, deadline: Deadline) -> Manifest:
        """Return the manifest of the application that answers at the address.

        Args:
            wait: how long to wait until the application is up, in seconds.
            deadline: limits the wait.

        Raises:
            ApplinksError: if nothing answers, or what answers isn't an application.
        """
        patience = deadline.within(wait)
        again = False
        while True:
            try:
                return self.client.manifest(again=again)
            except DeadlineExceeded:
                raise
            except ApplinksError as error:
                if not error.may_pass or patience.interrupted or patience.remaining() <= WAIT_BETWEEN_TRIES:
                    raise
            patience.sleep(WAIT_BETWEEN_TRIES)
            again = True


def _without_login(url: str) -> ApplicationClient:
    return ApplicationClient(url, url)


@dataclass(frozen=True)
class Ends:
    """Both ends, and the deadline of the operation.

    `anonymous` makes a client without a login for an address that neither end has now.
    """

    declaration: Declaration
    source: End
    target: End
    deadline: Deadline
    notify: Callable[[Message], None]
    anonymous: Callable[[str], ApplicationClient] = _without_login
    _statuses: dict[tuple[Role, str], tuple[int, Status | None]] = field(default_factory=dict, repr=False)

    def __getitem__(self, role: Role) -> End:
        return self.source if role == "source" else self.target

    @property
    def wrote(self) -> bool:
        """Whether a request of this operation has changed an application, or might have."""
        return any(self[role].client.writes for role in BOTH)

    def status(self, role: Role, link_id: str, *, again: bool = False) -> Status | None:
        """Let an end try its link, and return the result. The end is asked once, and once more after this operation has written.

        Args:
            role: which end.
            link_id: the link's id there.
            again: whether to ask again, because the last answer is in doubt.
        """
        written = sum(len(self[one].client.writes) for one in BOTH)
        known = self._statuses.get((role, link_id))
        if again or known is None or known[0] != written:
            known = self._statuses[role, link_id] = written, self[role].client.links.status(link_id)
        return known[1]

    def each(
        self, roles: Iterable[Role], ask: Callable[[Role], T]
    ) -> tuple[dict[Role, T], dict[Role, ApplinksError]]:
        """Ask several ends at the same time.

        Args:
            roles: which ends.
            ask: asks one end.

        Returns:
            The answers; and the errors of the ends that could not be asked.
        """

        def asked(role: Role) -> tuple[T] | ApplinksError:
            try:
                return (ask(role),)
            except ApplinksError as error:
                return error

        listed = list(roles)
        answers = dict(zip(listed, side_by_side([partial(asked, role) for role in listed]), strict=True))
        failures = {role: one for role, one in answers.items() if isinstance(one, ApplinksError)}
        return {role: one[0] for role, one in answers.items() if isinstance(one, tuple)}, failures


def settled(deadline: Deadline, look: Callable[[], bool]) -> bool:
    """Repeat a check until it succeeds, or until each node of a cluster has had the time to synchronize.

    Args:
        deadline: limits the repetition.
        look: the check.
    """
    patience, pause = deadline.within(SETTLE_SECONDS), 0.1
    while not look():
        if patience.expired:
            return False
        patience.sleep(pause)
        pause *= 2
    return True


AT_ONCE = 16
"""How many calls of `answers_of` run at the same time for all applications together; for one of them the limit is `MOST_CONNECTIONS`."""


def side_by_side(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Call functions at the same time. Each has its own thread, except the first.

    Args:
        calls: the functions.

    Returns:
        Their values, in order.

    Raises:
        Exception: the first exception in the order of the calls, after all calls have ended.
        KeyboardInterrupt: immediately.
    """
    others = [_started(call) for call in calls[1:]]
    try:
        first = [call() for call in calls[:1]]
    except Exception:
        wait(others)
        raise
    wait(others)
    return [*first, *(other.result() for other in others)]


def answers_of(
    calls: Mapping[str, Callable[[], T]], done: Callable[[int], None] = lambda _: None
) -> dict[str, T | ApplinksError]:
    """Ask many applications, several at the same time. Return each answer or error, in the order of the calls.

    Args:
        calls: the functions that ask.
        done: called from this thread with the number of calls that have ended, first with 0.

    Raises:
        Exception: any exception except an `ApplinksError`, immediately. An interruption is raised immediately, too. Calls that have not
            started are then skipped.
    """
    waiting, running, found = iter(calls.items()), dict[Future[T], str](), dict[str, T | ApplinksError]()
    done(0)
    while len(found) < len(calls):
        for key, call in islice(waiting, AT_ONCE - len(running)):
            running[_started(call)] = key
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            try:
                answer: T | ApplinksError = future.result()
            except ApplinksError as error:
                answer = error
            found[running.pop(future)] = answer
            done(len(found))
    return {key: found[key] for key in calls}


def _started(call: Callable[[], T]) -> Future[T]:
    """Start a call in its own thread: a daemon thread, so that an interrupted program can exit."""
    future: Future[T] = Future()

    def settle() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # raised in the thread that waits for the result
            future.set_exception(error)

    # The context has the engine's settings, which warnings need.
    run = contextvars.copy_context().run
    threading.Thread(target=run, args=(settle,), name="applinks", daemon=True).start()
    return future
