"""The record of who owns which link; everything that a program does is checked with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pulumi_applinks.lab.applications import Application, StoredLink
from pulumi_applinks.lab.applications.stored import Links
from tests.driver import DrivenStack, Resource
from tests.reliability.network import Network
from tests.words import flat

EndKey = tuple[str, str]
"""An application, and the id of a link there."""
LinkBody = dict[str, Any]

_LEFTOVER = re.compile(r"link ([0-9a-f-]{36}) on (?:source|target) \((\S+?)\)")
_DOUBTED = re.compile(r"(?:source|target) \((\S+?)\) no longer has the link ([0-9a-f-]{36})")

_LEFT_WHERE_IT_MOVED = re.compile(
    r"the link was created with ([0-9a-f-]{36})\..*? delete the link ([0-9a-f-]{36})"
)
"""The message of a deletion if another application answers: the application whose end stays, and the link there."""


class Books:
    """The owners of the links.

    Args:
        network: the applications in their first state: the links that they have then are foreign.
        stacks: the stacks whose states it reads.
    """

    def __init__(self, network: Network, stacks: Mapping[str, DrivenStack]) -> None:
        self.network = network
        self.stacks = stacks
        self.strangers: set[EndKey] = set(self.links())
        self.unowned: set[EndKey] = set()
        """The ends that no stack knows: they were created manually, or a message named them."""
        self.cut_off: set[EndKey] = set()
        """The ends that a killed process created: no message could name them, and another stack's state can also have such an end."""
        self.addresses: dict[str, set[str]] = {name: set() for name in network.applications}
        """All addresses that programs ever had for each application."""
        self.primary_moves = False
        """Whether a program or an administrator chooses primary links: foreign links can then lose that status."""
        self._watched: dict[EndKey, LinkBody] = {}
        self.watch(self.strangers)

    def links(self) -> dict[EndKey, LinkBody]:
        """All links on the applications."""
        return {
            (name, link_id): shown(link)
            for name, application in self.network.applications.items()
            for link_id, link in standing(application).items()
        }

    def managed(self) -> set[EndKey]:
        """The ends in the states of the stacks."""
        return {
            end
            for stack in self.stacks.values()
            for one in stack.resources.values()
            if not one.pending
            for end in self.ends_of(one)
        }

    def ends_of(self, resource: Resource) -> set[EndKey]:
        """The ends of one resource."""
        outputs = resource.outputs
        found: set[EndKey] = set()
        if "source" in outputs["managed_ends"]:
            found.add((self._where(outputs, "source"), outputs["link_id"]))
        if "target" in outputs["managed_ends"]:
            found.add((self._where(outputs, "target"), outputs["source_server_id"]))
        return found

    def _where(self, outputs: Mapping[str, Any], role: str) -> str:
        """The application that has an end: a copy, if the program had the address of one and the link was made there."""
        name = self.application(outputs, role)
        copied = self.network.clones.get(name)
        return (
            f"the copy of {name}"
            if copied and copied.running and copied.url == outputs[role]["url"]
            else name
        )

    def pairs(self, stack: str) -> dict[str, frozenset[str]]:
        """The two applications of each link in a stack's state."""
        return {
            link: frozenset(self.application(one.outputs, role) for role in ("source", "target"))
            for link, one in self.stacks[stack].resources.items()
        }

    def application(self, outputs: Mapping[str, Any], role: str) -> str:
        """The application of an end in a state; if it was not up yet, only its credentials identify it."""
        known = self.network.of(str(outputs.get(f"{role}_server_id")))
        return known or str(outputs[role]["credentials"])

    def watch(self, ends: Iterable[EndKey]) -> None:
        """Record that no program may change these links from now on."""
        links = self.links()
        self._watched.update({end: links[end] for end in list(ends)})

    def watches(self, end: EndKey) -> bool:
        """Whether no program may change a link."""
        return end in self._watched

    def unwatch(self, ends: Iterable[EndKey]) -> None:
        """Record that a program adopts or removes these links."""
        for end in list(ends):
            if end not in self.strangers:
                self._watched.pop(end, None)

    def emptied(self, application: str) -> None:
        """Forget everything about an application's links: they are gone, and no program is responsible."""
        for ends in (self.strangers, self.unowned):
            ends -= {end for end in ends if end[0] == application}
        self._watched = {end: link for end, link in self._watched.items() if end[0] != application}

    def primary_links_move(self) -> None:
        """Ignore from now on whether a foreign link is primary."""
        self.primary_moves = True

    def forget(self, stack: str, link: str) -> None:
        """A link leaves a stack's state, and stays where it is (`pulumi state delete`)."""
        self.unowned |= self.ends_of(self.stacks[stack].resources.pop(link))

    def note(self, told: Iterable[str]) -> None:
        """Record the leftovers that errors and warnings name, and that a stack owns what is in its state."""
        for line in map(flat, told):
            doubted = [(link_id, address) for address, link_id in _DOUBTED.findall(line)]
            for link_id, address in [*_LEFTOVER.findall(line), *doubted]:
                self.unowned |= {
                    (name, link_id) for name, known in self.addresses.items() if address in known
                }
            for server_id, link_id in _LEFT_WHERE_IT_MOVED.findall(line):
                if (name := self.network.of(server_id)) is not None:
                    self.unowned.add((name, link_id))
        self.unowned -= self.managed()
        self.cut_off &= set(self.links())

    def hold(self) -> None:
        """Check that the foreign links are unchanged."""
        links = self.links()
        for end, before in self._watched.items():
            now = links.get(end)
            assert now is not None, f"a link that is nobody's business was deleted: {end}"
            if self.primary_moves:
                now, before = without_primary(now), without_primary(before)
            assert now == before, f"a link that is nobody's business was changed: {end}"


def without_primary(link: LinkBody) -> LinkBody:
    """A link without the primary flag, which its application can change when another link is deleted."""
    return {key: value for key, value in link.items() if key != "primary"}


def standing(application: Application) -> dict[str, StoredLink]:
    """An application's links; in a cluster, each link as known to the node that has noticed all its changes."""
    if application.cluster is None:
        return {one.id: one for one in application.links}
    found: dict[str, StoredLink] = {}
    for node in reversed(application.cluster._nodes):
        for one in node.links:
            if one.id not in node.unnoticed:
                found[one.id] = one
            elif node.unnoticed[one.id][0] is not None:  # changed on each node
                found.setdefault(one.id, one)
    return found


def shown(link: StoredLink) -> LinkBody:
    """A link as plain values."""
    alone = Links()
    alone.replace(link.id, link)
    (shown,) = alone.snapshot()
    return shown
