"""The two applications of a link, and how they are asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pulumi_applinks.lifecycle.declaration import Declaration, Party, Role, other
from pulumi_applinks.lifecycle.observation import LinkObservation
from pulumi_applinks.rest import (
    ApplicationClient,
    CouldNotAsk,
    Deadline,
    DeadlineExceeded,
    Level,
    Link,
    Manifest,
    ServerFault,
    Status,
    admin_page,
    same_address,
)

WAIT_BETWEEN_TRIES = 1.0
LEGACY_CATEGORY = "DEPRECATED"
_LEGACY_CLASSES = (
    ("TrustedApps", Level.TRUSTED_APPLICATIONS),
    ("BasicAuthentication", Level.BASIC_ACCESS),
)


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


def may_come_up(error: Exception) -> bool:
    """Whether waiting may help: nobody answers yet, or an application says that it is not ready."""
    return isinstance(error, ServerFault) or (isinstance(error, CouldNotAsk) and error.may_pass)


def observe(ends: Ends, role: Role, link_id: str, links: list[Link] | None = None) -> LinkObservation | None:
    """What one end says of its link.

    Args:
        ends: both ends.
        role: the end to ask.
        link_id: the link's id there.
        links: the application's links, when they were read a moment ago.

    Returns:
        The link, or nothing when there is none.

    Raises:
        ApplinksError: if the application can't be asked or refuses.
    """
    client, remote = ends[role].client, ends[other(role)].party
    links = client.links() if links is None else links
    link = next((one for one in links if one.id == link_id), None)
    if link is None:
        return None
    authentication = client.authentication(link_id)
    return LinkObservation(
        id=link.id,
        name=link.name,
        display_url=link.display_url,
        rpc_url=link.rpc_url,
        primary=link.primary,
        outgoing=authentication.outgoing.value,
        incoming=authentication.incoming.value,
        execute_as=authentication.execute_as or None,
        duplicates=tuple(sorted(one.id for one in links if is_duplicate(one, link_id, remote))),
    )


def is_duplicate(link: Link, link_id: str, remote: Party) -> bool:
    """Whether another link points at the same application's address."""
    if link.id == link_id or link.system:
        return False
    addresses = [address for address in (link.rpc_url, link.display_url) if address]
    return any(
        same_address(address, known)
        for address in addresses
        for known in (remote.display_url, remote.called_at)
    )


def with_legacy_incoming(
    client: ApplicationClient, seen: LinkObservation, status: Status | None
) -> LinkObservation:
    """The observation, with a legacy level that only the status and the list of authenticators show.

    Trusted applications and basic access are not OAuth consumers, so an incoming one is invisible to the resource that
    lists those; the status resource says `LEGACY_*` then [S9].
    """
    error = status.error if status else None
    if error is None or error.category != LEGACY_CATEGORY or seen.incoming != Level.NONE.value:
        return seen
    found = client.authenticators(seen.id)
    for part, level in _LEGACY_CLASSES:
        if found and any(part in name for name in found[0]):
            return seen.model_copy(update={"incoming": level.value})
    return seen
