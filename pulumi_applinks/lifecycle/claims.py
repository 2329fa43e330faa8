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
    """What all resources of one operation have claimed. Safe between threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.holders: dict[EndId, Claims] = {}
        self.kept: dict[EndId, Claims] = {}
        """Ends that resources of the program have and keep: a state may hold an end twice."""

    def keep(self, claims: Claims, ends: Iterable[EndId]) -> None:
        """Note ends that a resource has and keeps: the deletion of another resource leaves them.

        Args:
            claims: of one that the program has registered in this operation. What a refresh alone has looked at keeps nothing: it may
                be what is deleted next.
            ends: of its link.
        """
        with self.lock:
            self.kept.update(dict.fromkeys(ends, claims))


class Claims:
    """The claims of one resource.

    Args:
        register: of the engine's operation.
        resource: how messages name the resource.
        named: whether that is a name that a person finds in the program.
    """

    def __init__(self, register: Register, resource: str, *, named: bool = True) -> None:
        self.resource = resource
        self.named = named
        self._register = register

    def take(self, ends: Iterable[EndId]) -> None:
        """Claim ends for this resource: all of them, or none.

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
        """Forget the claims: the changes were undone."""
        register = self._register
        with register.lock:
            register.holders = {end: one for end, one in register.holders.items() if one is not self}

    def reason_to_leave(self, end: EndId) -> str | None:
        """Why a deletion leaves an end, as the end of a sentence; None when no other resource has it in this operation.

        Raises:
            LinkError: if it is not known which resource has it: then the state has to keep the end.
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
