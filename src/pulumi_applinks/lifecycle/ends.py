"""The two applications of a link, and how they are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.declaration import Declaration, Party, Role
from pulumi_applinks.lifecycle.together import side_by_side
from pulumi_applinks.rest import (
    ApplicationClient,
    ApplinksError,
    Deadline,
    DeadlineExceeded,
    Manifest,
    Told,
    admin_page,
)

WAIT_BETWEEN_TRIES = 1.0
SETTLE_SECONDS = 5.0
"""How long an answer is doubted that contradicts what this operation has seen or done: the nodes of a cluster follow one another."""

BOTH: tuple[Role, ...] = ("source", "target")

K = TypeVar("K")
T = TypeVar("T")


@dataclass(frozen=True)
class End:
    """One end: the application as declared, and how it is asked.

    Args:
        role: which end.
        party: the application.
        client: asks it.
        left: where the program reached it before this operation; None where that is the same address.
    """

    role: Role
    party: Party
    client: ApplicationClient
    left: str | None = None

    @property
    def label(self) -> str:
        """How messages name it: "target (https://wiki.example.com)"."""
        return f"{self.role} ({self.party.display_url})"

    def admin_page(self) -> str:
        """Where its administrator sees its links."""
        return admin_page(self.party.display_url)

    def told(self, code: Code, what: str, *why: str, do: str = "") -> Told:
        """A message about this application; see `Told`."""
        return Told(code, what, why, do=do, application=self.label)

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
                if not error.may_pass or patience.remaining() <= WAIT_BETWEEN_TRIES:
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
    notify: Callable[[Told], None]
    anonymous: Callable[[str], ApplicationClient] = _without_login

    def __getitem__(self, role: Role) -> End:
        return self.source if role == "source" else self.target

    @property
    def wrote(self) -> bool:
        """Whether a request of this operation changed an application, or may have."""
        return any(self[role].client.writes for role in BOTH)

    def each(self, roles: Iterable[K], ask: Callable[[K], T]) -> dict[K, T | ApplinksError]:
        """Ask ends side by side.

        Args:
            roles: which, or what of which.
            ask: asks one.

        Returns:
            What each answered, or why it could not be asked.
        """

        def told(role: K) -> T | ApplinksError:
            try:
                return ask(role)
            except ApplinksError as error:
                return error

        listed = list(roles)
        answers = side_by_side([partial(told, role) for role in listed])
        return dict(zip(listed, answers, strict=True))


def settled(deadline: Deadline, look: Callable[[], bool]) -> bool:
    """Look until something is so, or until a node of a cluster has had the time to follow.

    Args:
        deadline: bounds the looking.
        look: whether it is so.
    """
    patience, pause = deadline.within(SETTLE_SECONDS), 0.1
    while not look():
        if patience.remaining() <= pause:
            return False
        patience.sleep(pause)
        pause *= 2
    return True
