"""The two applications of a link, and how they are asked: side by side where that does not depend on each other."""

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
    """One end: the application as declared, and how it is asked.

    Args:
        role: which end.
        party: the application.
        client: asks it.
        left: where the program reached it before this operation; None where that is the same address.
        name: what messages call it; its role where it has no other name.
    """

    role: Role
    party: Party
    client: ApplicationClient
    left: str | None = None
    name: str = ""

    @property
    def label(self) -> str:
        """How messages name it: "target (https://wiki.example.com)"."""
        return f"{self.name or self.role} ({self.party.display_url})"

    def admin_page(self) -> str:
        """Where its administrator sees its links."""
        return admin_page(self.party.display_url)

    def told(self, code: Code, what: str, *why: str, do: str = "") -> Message:
        """A message about this application; see `Message`."""
        return Message(code, what, why, do=do, application=self.label)

    def manifest(self, wait: float, deadline: Deadline) -> Manifest:
        """Who answers at the address.

        Args:
            wait: how long to wait for it to come up, in seconds.
            deadline: bounds the wait.

        Raises:
            ApplinksError: if nothing, or no application, answers.
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
    """Both ends, and the deadline of the operation; `anonymous` gives what asks without a login at an address that no end has now."""

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
        """Whether a request of this operation changed an application, or may have."""
        return any(self[role].client.writes for role in BOTH)

    def status(self, role: Role, link_id: str, *, again: bool = False) -> Status | None:
        """What an end says of its link after trying it. It is asked once, and once more after this operation has written.

        Args:
            role: which end.
            link_id: the link's id there.
            again: whether to ask although it was asked: its answer is doubted.
        """
        written = sum(len(self[one].client.writes) for one in BOTH)
        known = self._statuses.get((role, link_id))
        if again or known is None or known[0] != written:
            known = self._statuses[role, link_id] = written, self[role].client.links.status(link_id)
        return known[1]

    def each(
        self, roles: Iterable[Role], ask: Callable[[Role], T]
    ) -> tuple[dict[Role, T], dict[Role, ApplinksError]]:
        """Ask ends side by side.

        Args:
            roles: which.
            ask: asks one.

        Returns:
            What each answered; and why an end could not be asked.
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
    """Look until something is so, or until a node of a cluster has had the time to follow.

    Args:
        deadline: bounds the looking.
        look: whether it is so.
    """
    patience, pause = deadline.within(SETTLE_SECONDS), 0.1
    while not look():
        if patience.expired:
            return False
        patience.sleep(pause)
        pause *= 2
    return True


AT_ONCE = 16
"""Calls of `answers_of` at the same time, of all applications together; to one application there are fewer (`MOST_CONNECTIONS`)."""


def side_by_side(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Call functions at the same time, each in a thread of its own except for the first.

    Args:
        calls: the functions.

    Returns:
        Their values, in order.

    Raises:
        Exception: the first one's in order, when all have ended.
        KeyboardInterrupt: at once.
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
    """Ask many applications, some at the same time: what each answered, or why it could not be asked; in the order of the calls.

    Args:
        calls: the functions that ask.
        done: called from this thread with the number of calls that have ended, first with 0.

    Raises:
        Exception: anything but an `ApplinksError`, at once. So is an interruption; calls that have not started are left out then.
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
    """A call in a thread of its own: a daemon, so that an interrupted program ends."""
    future: Future[T] = Future()

    def settle() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # raised by whoever waits for it
            future.set_exception(error)

    # The engine's settings, which a warning needs, are kept in the context.
    run = contextvars.copy_context().run
    threading.Thread(target=run, args=(settle,), name="applinks", daemon=True).start()
    return future
