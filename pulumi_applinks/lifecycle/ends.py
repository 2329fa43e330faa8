"""The two applications of a link, and how they are asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pulumi_applinks.lifecycle.declaration import Declaration, Party, Role
from pulumi_applinks.lifecycle.problems import LinkError
from pulumi_applinks.rest import (
    ApplicationClient,
    CouldNotAsk,
    Deadline,
    DeadlineExceeded,
    Manifest,
    ServerFault,
    admin_page,
)

WAIT_BETWEEN_TRIES = 1.0


@dataclass(frozen=True)
class End:
    """One end: the application as declared, and the client that asks it."""

    role: Role
    party: Party
    client: ApplicationClient

    @property
    def label(self) -> str:
        """How messages name it: "target (https://wiki.example.com)"."""
        return self.client.label

    def admin_page(self) -> str:
        """Where its administrator sees its links."""
        return admin_page(self.party.kind, self.party.display_url)

    def manifest(self, wait: float, deadline: Deadline) -> Manifest:
        """Who answers at the address.

        Args:
            wait: how long to wait for it to come up, in seconds.
            deadline: bounds the wait.

        Raises:
            ApplinksError: if nothing, or no application, answers.
        """
        patience = deadline.within(wait)
        while True:
            try:
                return self.client.manifest()
            except DeadlineExceeded:
                raise
            except (CouldNotAsk, ServerFault) as error:
                if not may_come_up(error) or patience.remaining() <= WAIT_BETWEEN_TRIES:
                    raise
                patience.sleep(WAIT_BETWEEN_TRIES)


@dataclass(frozen=True)
class Ends:
    """Both ends, and the deadline of the operation."""

    declaration: Declaration
    source: End
    target: End
    deadline: Deadline
    notify: Callable[[str], None]

    def __getitem__(self, role: Role) -> End:
        return self.source if role == "source" else self.target


def remove_link(end: End, link_id: str) -> None:
    """Delete an end's link, and make sure that it is gone.

    Args:
        end: the end.
        link_id: the link's id there.

    Raises:
        ApplinksError: if the application can't be asked or refuses.
        LinkError: if it still has the link.
    """
    if not end.client.delete_link(link_id) and end.client.link(link_id) is not None:
        raise LinkError("the application accepted the deletion, but still has the link.")


def may_come_up(error: Exception) -> bool:
    """Whether waiting may help: nobody answers yet, or an application says that it is not ready."""
    return isinstance(error, ServerFault) or (isinstance(error, CouldNotAsk) and error.may_pass)
