"""The two applications of a link, and how they are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.declaration import Declaration, Party, Role
from pulumi_applinks.lifecycle.together import side_by_side
from pulumi_applinks.rest import (
    SETTLE_SECONDS,
    ApplicationClient,
    ApplinksError,
    Deadline,
    DeadlineExceeded,
    Manifest,
    Status,
    Told,
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
            known = self._statuses[role, link_id] = written, self[role].client.status(link_id)
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
        found: dict[Role, T] = {}
        failures: dict[Role, ApplinksError] = {}

        def note(role: Role) -> None:
            try:
                found[role] = ask(role)
            except ApplinksError as error:
                failures[role] = error

        listed = list(roles)
        side_by_side([partial(note, role) for role in listed])
        in_order = [role for role in listed if role in found], [role for role in listed if role in failures]
        return {role: found[role] for role in in_order[0]}, {role: failures[role] for role in in_order[1]}


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
