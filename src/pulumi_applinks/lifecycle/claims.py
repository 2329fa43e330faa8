"""Which ends this operation of the engine has made, adopted or changed, and for which resource."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.errors import LinkError
from pulumi_applinks.rest import Told

End = tuple[str, str]
"""An application's server id, and the id of a link there."""


class Register:
    """What all resources of one operation have claimed. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holders: dict[End, tuple[object, str]] = {}
        self._kept: dict[End, str] = {}
        """Ends that resources of the program have and keep; a state may hold one twice."""

    def take(self, claims: Claims, ends: Iterable[End]) -> None:
        """Claim ends, all of them or none."""
        wanted = list(ends)
        with self._lock:
            for end in wanted:
                holder = self._holders.get(end)
                if holder is not None and holder[0] is not claims:
                    raise LinkError(
                        Told(
                            Code.DECLARED_TWICE,
                            f"{claims.resource} and {holder[1]} declare the same link",
                            changed=f"Nothing was changed for {claims.resource}.",
                            do="Declare each link once: remove one of the two resources from the program.",
                        )
                    )
            self._holders.update(dict.fromkeys(wanted, (claims, claims.resource)))

    def keep(self, resource: str, ends: Iterable[End]) -> None:
        """Note ends that a resource of the program has, and that are not to be replaced: no other one's deletion takes them down.

        Args:
            resource: how messages name it.
            ends: of its link.
        """
        with self._lock:
            self._kept.update(dict.fromkeys(ends, resource))

    def give_back(self, claims: Claims) -> None:
        """Forget what was claimed."""
        with self._lock:
            self._holders = {end: holder for end, holder in self._holders.items() if holder[0] is not claims}

    def holder(self, end: End) -> str | None:
        """Who has claimed an end."""
        with self._lock:
            holder = self._holders.get(end)
        return holder[1] if holder else None

    def reason_to_leave(self, end: End) -> str | None:
        """Why a deletion leaves an end, as the end of a sentence; None when nobody else has it."""
        holder = self.holder(end)
        with self._lock:
            keeper = self._kept.get(end)
        if holder:
            return f"{holder} made it or took it over in this same run"
        return f"{keeper} of this program has it, too" if keeper else None


class Claims:
    """The claims of one resource.

    Args:
        register: of the engine's operation.
        resource: how messages name the resource.
    """

    def __init__(self, register: Register, resource: str) -> None:
        self.resource = resource
        self._register = register

    def take(self, ends: Iterable[End]) -> None:
        """Claim ends for this resource.

        Raises:
            LinkError: if another resource has claimed one of them in this operation.
        """
        self._register.take(self, ends)

    def give_back(self) -> None:
        """Forget the claims: what was done was taken back."""
        self._register.give_back(self)

    def holder(self, server_id: str, link_id: str) -> str | None:
        """Which resource has claimed an end in this operation; None when none has."""
        return self._register.holder((server_id, link_id))

    def reason_to_leave(self, server_id: str, link_id: str) -> str | None:
        """Why a deletion leaves an end, as the end of a sentence; None when no other resource has it in this operation."""
        return self._register.reason_to_leave((server_id, link_id))
