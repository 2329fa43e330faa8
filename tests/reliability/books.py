"""The account of what belongs to whom, against which everything that a program does is held."""

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
"""What a deletion says where another application answers: whose end is left, and the link there."""


class Books:
    """Who has which link.

    Args:
        network: the applications, as at the beginning: what they have now is strangers'.
        stacks: whose state is looked at.
    """

    def __init__(self, network: Network, stacks: Mapping[str, DrivenStack]) -> None:
        self.network = network
        self.stacks = stacks
        self.strangers: set[EndKey] = set(self.links())
        self.unowned: set[EndKey] = set()
        """Ends that are there by hand, or that a message named: no stack knows them."""
        self.cut_off: set[EndKey] = set()
        """Ends that a killed process made: no one could be notified, whoever else's state has such an end."""
        self.addresses: dict[str, set[str]] = {name: set() for name in network.applications}
        """Where each application was ever said to be."""
        self.primary_moves = False
        """Whether a program or a hand chooses primary links: those of others then are no more."""
        self._watched: dict[EndKey, LinkBody] = {}
        self.watch(self.strangers)

    def links(self) -> dict[EndKey, LinkBody]:
        """Everything that is on the applications."""
        return {
            (name, link_id): shown(link)
            for name, application in self.network.applications.items()
            for link_id, link in standing(application).items()
        }

    def managed(self) -> set[EndKey]:
        """The ends that the stacks know as theirs."""
        return {
            end
            for stack in self.stacks.values()
            for one in stack.resources.values()
            if not one.pending
            for end in self.ends_of(one)
        }

    def ends_of(self, resource: Resource) -> set[EndKey]:
        """The ends that one resource has."""
        outputs = resource.outputs
        found: set[EndKey] = set()
        if "source" in outputs["managed_ends"]:
            found.add((self._where(outputs, "source"), outputs["link_id"]))
        if "target" in outputs["managed_ends"]:
            found.add((self._where(outputs, "target"), outputs["source_server_id"]))
        return found

    def _where(self, outputs: Mapping[str, Any], role: str) -> str:
        """The application that an end is on: a copy, where a program was pointed at one and went there."""
        name = self.application(outputs, role)
        copied = self.network.clones.get(name)
        return (
            f"the copy of {name}"
            if copied and copied.running and copied.url == outputs[role]["url"]
            else name
        )

    def pairs(self, stack: str) -> dict[str, frozenset[str]]:
        """The applications that each link in a stack's state is between."""
        return {
            link: frozenset(self.application(one.outputs, role) for role in ("source", "target"))
            for link, one in self.stacks[stack].resources.items()
        }

    def application(self, outputs: Mapping[str, Any], role: str) -> str:
        """Which application an end in a state is on; one that was not up yet is known by its credentials alone."""
        known = self.network.of(str(outputs.get(f"{role}_server_id")))
        return known or str(outputs[role]["credentials"])

    def watch(self, ends: Iterable[EndKey]) -> None:
        """From now on no program may change these links."""
        links = self.links()
        self._watched.update({end: links[end] for end in list(ends)})

    def watches(self, end: EndKey) -> bool:
        """Whether no program may change a link."""
        return end in self._watched

    def unwatch(self, ends: Iterable[EndKey]) -> None:
        """A program says that these are its own, or to be removed."""
        for end in list(ends):
            if end not in self.strangers:
                self._watched.pop(end, None)

    def emptied(self, application: str) -> None:
        """Nothing that an application had is there any more, and nobody has to answer for it."""
        for ends in (self.strangers, self.unowned):
            ends -= {end for end in ends if end[0] == application}
        self._watched = {end: link for end, link in self._watched.items() if end[0] != application}

    def primary_links_move(self) -> None:
        """Strangers' links are compared without that from now on."""
        self.primary_moves = True

    def forget(self, stack: str, link: str) -> None:
        """A link leaves a stack's state, and stays where it is (`pulumi state delete`)."""
        self.unowned |= self.ends_of(self.stacks[stack].resources.pop(link))

    def note(self, told: Iterable[str]) -> None:
        """Note the leftovers that errors and warnings name, and that what a stack has now is its own."""
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
        """Nothing that is nobody's business was touched."""
        links = self.links()
        for end, before in self._watched.items():
            now = links.get(end)
            assert now is not None, f"a link that is nobody's business was deleted: {end}"
            if self.primary_moves:
                now, before = without_primary(now), without_primary(before)
            assert now == before, f"a link that is nobody's business was changed: {end}"


def without_primary(link: LinkBody) -> LinkBody:
    """A link, without what its application decides when another one goes."""
    return {key: value for key, value in link.items() if key != "primary"}


def standing(application: Application) -> dict[str, StoredLink]:
    """An application's links; of a cluster, as the node knows each of them that has noticed everything about it."""
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
