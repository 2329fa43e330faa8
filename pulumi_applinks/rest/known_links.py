"""The links of one application, as the provider has read them and changed them since."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Literal

from pulumi_applinks.rest.deadline import SETTLE_SECONDS, Deadline
from pulumi_applinks.rest.models import Link
from pulumi_applinks.rest.single_flight import LONGEST_WAIT, Reading, tick


class Changes:
    """The program's changes to the links of one application."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.touched: dict[str, int] = {}
        self.written: dict[str, Link | None] = {}
        self.follows: dict[str, Deadline] = {}
        """For each deleted link: how long the application's nodes might still show it."""
        self.unsettled = 0
        """The tick since which it is not known which links are primary."""
        self.firsts: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


class KnownLinks:
    """The links of one application as one login sees them, with the program's changes since they were read.

    Args:
        changes: the program's changes with any login.
    """

    def __init__(self, changes: Changes | None = None) -> None:
        self._reading: Reading[list[Link]] = Reading()
        self._changes = changes or Changes()

    @property
    def known(self) -> bool:
        """Whether the list was read, which needs an administrator."""
        return self._reading.known

    def get(
        self,
        ask: Callable[[], list[Link]],
        deadline: Deadline,
        label: str,
        about: tuple[str, ...],
        *,
        primary: bool = True,
        since: int = 0,
    ) -> list[Link]:
        """The links: see `Links.all` and `Reading.get`."""
        with self._changes.lock:
            since = max(since, *(self._changes.touched.get(one, 0) for one in about), 0)
            since = max(since, self._changes.unsettled) if primary else since
        return self._now(*self._reading.get(ask, deadline, label, since=since))

    def _now(self, found: list[Link], asked: int) -> list[Link]:
        with self._changes.lock:
            touched = self._changes.touched
            written = {
                one: link for one, link in self._changes.written.items() if touched.get(one, 0) > asked
            }
        by_id = {link.id: link for link in found} | written
        return [link for link in by_id.values() if link is not None]

    def _known(self) -> list[Link] | None:
        """The links as far as they are known without a request."""
        kept = self._reading.kept()
        return None if kept is None else self._now(*kept)

    @contextmanager
    def first_alone(self, link: Link, deadline: Deadline) -> Iterator[None]:
        """Wrap a request that may add a link. If two links may be the first of their type, one waits for the other.

        The first one becomes primary [S9], so the order must be known.
        """
        with self._changes.lock:
            first = self._changes.firsts[link.type_id]
        held = first.acquire(timeout=min(deadline.remaining(), LONGEST_WAIT))
        try:
            if held and any(one.type_id == link.type_id for one in self._known() or ()):
                first.release()
                held = False
            yield
        finally:
            if held:
                first.release()

    @contextmanager
    def changing(
        self, link_id: str, *, primary: Literal["kept", "made"] | None = None
    ) -> Iterator[Callable[[Link | None], None]]:
        """Wrap a request that changes a link. What was read before its end no longer describes the link.

        It also no longer says which links are primary, unless that follows from what is known.

        Args:
            link_id: the link's id.
            primary: `made` if the link becomes the primary one of its type; `kept` if no link becomes or stops being primary. If not
                given, it stays certain which links are primary only if that follows from what is known.

        Returns:
            A function that takes the link as it is from now on, or None if it is gone.
        """
        self._touch(link_id)
        told: list[Link | None] = []
        try:
            yield told.append
        finally:
            known = self._known()
            link, settled = _outcome(known, link_id, told[-1]) if told else (None, False)
            if not told:
                settled = any(one.id == link_id and not one.primary for one in known or ())
            self._touch(link_id, settled=primary == "kept" or (primary is None and settled))
            if told:
                with self._changes.lock:
                    self._changes.written[link_id] = link

    def note_deletion(self, link_id: str) -> None:
        """Record that the program has just deleted a link."""
        self._changes.follows[link_id] = Deadline(SETTLE_SECONDS)

    def let_nodes_follow(self, link_id: str, deadline: Deadline) -> None:
        """Wait until each node of a cluster has had time to notice that the program deleted this link. Do not wait for other links.

        Args:
            link_id: the link's id.
            deadline: the operation's deadline, whose clock stops meanwhile.
        """
        follows = self._changes.follows.get(link_id)
        if follows is None:
            return
        with deadline.waiting(follows.remaining()):
            deadline.sleep(follows.remaining())
        if self._changes.follows.pop(link_id, None) is not None:
            self._touch(link_id)  # another link's operation may have read from an outdated node meanwhile

    def doubt(self, link_ids: Iterable[str]) -> None:
        """Record that someone may have changed these links since they were read."""
        for link_id in link_ids:
            self._touch(link_id, settled=False)

    def _touch(self, link_id: str, *, settled: bool = True) -> None:
        with self._changes.lock:
            self._changes.touched[link_id] = tick()
            if not settled:
                self._changes.unsettled = self._changes.touched[link_id]


def _outcome(known: list[Link] | None, link_id: str, link: Link | None) -> tuple[Link | None, bool]:
    """A link that was written or deleted, with its current `primary`; and whether it is certain which links are primary.

    The first link of a type becomes primary. When the primary one is deleted, another one becomes primary [S9].
    """
    before = next((one for one in known or () if one.id == link_id), None)
    type_id = link.type_id if link else before.type_id if before else ""
    others = [one for one in known or () if one.id != link_id and one.type_id == type_id]
    if link is None:
        return None, known is not None and (before is None or not before.primary or not others)
    if before is not None:
        return link.model_copy(update={"primary": before.primary}), not before.primary
    settled = known is not None and (not others or any(one.primary for one in others))
    return link.model_copy(update={"primary": not others}), settled
