"""Which ends this operation of the engine has made, adopted or changed, and for which resource."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.errors import LinkError
from pulumi_applinks.rest import Message

EndId = tuple[str, str]
"""An application's server id, and the id of a link there."""


class Register:
    """The claims of all resources in one operation. Thread-safe."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.holders: dict[EndId, Claims] = {}
        self.kept: dict[EndId, Claims] = {}
        """Ends that resources of the program have and keep. A state may contain the same end twice."""

    def keep(self, claims: Claims, ends: Iterable[EndId]) -> None:
        """Record ends that a resource has and keeps, so that the deletion of another resource does not delete them.

        Args:
            claims: of a resource that the program has registered in this operation. A resource that only a refresh has read keeps
                nothing, because it may be deleted next.
            ends: the ends of its link.
        """
        with self.lock:
            self.kept.update(dict.fromkeys(ends, claims))


class Claims:
    """The claims of one resource.

    Args:
        register: the register of the engine's operation.
        resource: how messages name the resource.
        named: whether a person can find that name in the program.
    """

    def __init__(self, register: Register, resource: str, *, named: bool = True) -> None:
        self.resource = resource
        self.named = named
        self._register = register

    def take(self, ends: Iterable[EndId]) -> None:
        """Claim ends for this resource: either all of them or none.

        Raises:
            LinkError: if another resource has claimed one of them in this operation.
        """
        wanted = list(ends)
        with self._register.lock:
            holders = self._register.holders
            for end in wanted:
                holder = holders.get(end, self)
                if holder is not self:
                    raise LinkError(
                        Message(
                            Code.DECLARED_TWICE,
                            f"{self.resource} and {holder.resource} declare the same link",
                            changed=f"Nothing was changed for {self.resource}.",
                            do="Declare each link once: remove one of the two resources from the program.",
                        )
                    )
            holders.update(dict.fromkeys(wanted, self))

    def give_back(self) -> None:
        """Remove the claims of this resource, because its changes were undone."""
        register = self._register
        with register.lock:
            register.holders = {end: one for end, one in register.holders.items() if one is not self}

    def reason_to_leave(self, end: EndId) -> str | None:
        """Say why a deletion must keep an end, as the end of a sentence; None if no other resource has the end in this operation.

        Raises:
            LinkError: if another resource has the end, but its name is not known. The state must then keep the end.
        """
        with self._register.lock:
            holder, keeper = self._register.holders.get(end), self._register.kept.get(end)
        other = holder or keeper
        if other is None:
            return None
        if not other.named:
            raise LinkError(
                Message(
                    Code.NOT_DELETED,
                    f"the link {end[1]} belongs to another resource of this program, whose name is not known",
                    (f"It is {other.resource}.",),
                    changed="Nothing was deleted. The resource stays in the stack.",
                    do="If one of the two should go, remove it from the state with `pulumi state delete`.",
                )
            )
        return (
            f"{other.resource} created it or took it over in the same run"
            if holder
            else f"{other.resource} of this program also has it"
        )
