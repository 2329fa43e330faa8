"""A world of applications, administrators and stacks, to which anything may happen in any order."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pulumi_applinks.lab.applications import Application, Fault, StoredLink
from pulumi_applinks.lab.applications.faults import Kind
from tests.reliability.books import Books, End
from tests.reliability.network import Network, believes, bring_up, take_over_address
from tests.reliability.programs import Declared, Programs
from tests.reliability.stacks import Run, Stack
from tests.unit.lifecycle.test_changes import HAND_MADE
from tests.words import flat

Verb = Literal["up", "up --refresh", "up together", "refresh", "destroy"]
Outage = Literal["down", "not ready", "broken", "refusing once"]
VERBS: tuple[Verb, ...] = ("up", "up --refresh", "refresh", "destroy")
OUTAGES: tuple[Outage, ...] = ("down", "not ready", "broken", "refusing once")
STACKS = ("one", "two")
OUTAGE_KINDS: dict[Outage, Kind] = {
    "down": "die",
    "not ready": "status",
    "broken": "drop",
    "refusing once": "status",
}
BY_HAND = {change.__name__.strip("_"): change for change in HAND_MADE}
"""What an administrator may do to a link, by name."""

_FOREVER = 10**9
_NAMES_AN_APPLICATION = re.compile(r"(source|target)( \(http|\.credentials)")


@dataclass
class FromThen(Fault):
    """Hits everything, after some requests of this program.

    Args:
        more: how many still go well.
    """

    more: int = 0

    def hits(self, method: str, path: str, origin: str) -> bool:
        """Whether it has begun; called by one thread at a time."""
        if origin == "client" and self.more > 0:
            self.more -= 1
            return False
        return self.more == 0 and self.times > 0


class World(Programs):
    """What happens; each event is a method, and takes effect only where it makes sense.

    Args:
        network: the applications.
        warnings: what the provider warns of, filled in by whoever catches it.
        threads: how many links a stack works on at once.
    """

    def __init__(self, network: Network, warnings: list[str], *, threads: int = 1) -> None:
        network.fresh()
        self.stacks = {name: Stack(name, threads=threads) for name in STACKS}
        super().__init__(network, Books(network, self.stacks), STACKS)
        self.warnings = warnings
        self._number = 0
        for name in network.applications:
            self.tell_environment(name)

    # What is done by hand

    def by_hand(self, here: str, there: str, change: str) -> None:
        """Somebody changes a link that a stack made."""
        target = self.network[there]
        links = self.network[here].links
        if change == "other_user" and not self._a_user_is_declared(here, there):
            return  # a refresh looks for a user only where one is declared: docs/links.md
        if target.server_id in links and not self.books.watches((here, target.server_id)):
            if change == "other_url":
                links[target.server_id].rpc_url = self.network.closed
            else:
                BY_HAND[change](self.network[here], target)

    def _a_user_is_declared(self, here: str, there: str) -> bool:
        """Whether every program that has the pair names the user that requests to this end run as."""
        users = [
            one.directions["incoming" if here == one.source else "outgoing"].get("execute_as")
            for program in self.programs.values()
            for one in program.values()
            if one.pair == {here, there}
        ]
        return bool(users) and all(users)

    def link_by_hand(self, here: str, there: str) -> None:
        """Somebody makes an end that no stack has: theirs, unless a program adopts it."""
        end = (here, self.network[there].server_id)
        if end[1] in self.network[here].links or end in self.books.managed():
            return
        self._number += 1
        self.network[here].link_by_hand(self.network[there], name=f"By hand {self._number}")
        self.books.unowned.add(end)
        self.books.watch([end])

    def duplicate(self, here: str, there: str) -> None:
        """Somebody adds another link to the same address: theirs, unless a program removes it."""
        self._number += 1
        end = (here, str(uuid.UUID(int=self._number, version=4)))
        self.network[here].link_by_hand(self.network[there], name=f"Duplicate {self._number}", link_id=end[1])
        self.books.unowned.add(end)
        self.books.watch([end])

    def primary_by_hand(self, here: str, there: str) -> None:
        """Somebody makes a stranger's link the primary one of its type again."""
        links = self.network[here].links
        strangers = [
            one for one in links.of_type(self.network.kinds[there]) if (here, one.id) in self.books.strangers
        ]
        if strangers:  # they are gone from an application that was installed anew
            links.make_primary(strangers[0].id)

    def unlink(self, one: str, two: str, *, both: bool = False) -> None:
        """Somebody deletes a stack's link on one end, or on both."""
        for here, there in ((one, two), (two, one))[: 2 if both else 1]:
            end = (here, self.network[there].server_id)
            if not self.books.watches(end):
                self.network[here].links.remove(end[1])

    # What befalls applications

    def move(self, name: str, *, keep_base_url: bool = False) -> None:
        """An application moves; whether it knows its new address is its administrator's doing."""
        if self.network[name].running:
            self.network[name].move(keep_base_url=keep_base_url)

    def reuse_address(self, name: str, by: str) -> None:
        """An application moves, and another one of the network gets its address."""
        one, other = self.network[name], self.network[by]
        if name != by and one.running and other.running:
            take_over_address(other, one)

    def install_anew(self, name: str) -> None:
        """An application is installed anew at its address: it has another server id and no links, and its old ones are nobody's."""
        application = self.network[name]
        self._number += 1
        application.server_id = str(uuid.UUID(int=self._number, version=4))
        for link in application.links:
            application.links.remove(link.id)
        self.books.emptied(name)

    def set_base_url(self, name: str) -> None:
        """An administrator tells an application its address."""
        believes(self.network[name], None)

    def outage(self, name: str, how: Outage, after: int = 0) -> None:
        """An application fails, until it recovers; after some more requests, and so in the middle of something."""
        application = self.network[name]
        if how == "down" and after == 0:
            application.stop()
        else:
            fault = FromThen("*", "*", OUTAGE_KINDS[how], after=how == "broken", more=after)
            if how != "refusing once":
                fault.status, fault.times = 503, _FOREVER
            application.faults.add(fault)

    def recover(self, name: str) -> None:
        """An application is well again."""
        self.network[name].faults.clear()
        bring_up(self.network[name])

    def rotate(self, name: str) -> None:
        """The administrator's password changes; nobody tells this program's environment yet."""
        self.network[name].users.rotate("sysadmin")

    def tell_environment(self, name: str) -> None:
        """The environment has the current password."""
        user = self.network[name].users["sysadmin"]
        os.environ[f"APPLINKS_{name.upper()}_USERNAME"] = user.name
        os.environ[f"APPLINKS_{name.upper()}_PASSWORD"] = user.password

    def forget_credentials(self, name: str) -> None:
        """The environment has no credentials of an application any more."""
        for part in ("USERNAME", "PASSWORD"):
            os.environ.pop(f"APPLINKS_{name.upper()}_{part}", None)

    def of_another_version(self, stack: str, *, older: bool) -> None:
        """A stack's state was written by another version: outputs of today are missing, or there is one that nobody knows."""
        for one in self.stacks[stack].resources.values():
            if older:
                one.outputs.pop("legacy", None)
                one.outputs.pop("state_version", None)
            else:
                one.outputs["of_a_later_version"] = {"kept": True}

    def point_at_copy(self, stack: str, name: str) -> None:
        """A copy of an application starts elsewhere, believing to be the original, and a program is pointed at it by mistake."""
        clone = self._clone(name)
        believes(clone, self.network[name].base_url)
        for declared in self.programs[stack].values():
            if name in declared.pair:
                declared.urls[name] = clone.url

    def link_with_clone(self, name: str) -> None:
        """Somebody tries to link an application with its clone: it is told why not, or that one does not answer."""
        clone = self._clone(name)
        believes(clone, None)
        stack = Stack("mistaken")
        declared = Declared(name, name, {name: self.network[name].url}, self.network.kinds).inputs()
        stack.program = {"twins": {**declared, "target": {**declared["target"], "url": clone.url}}}
        before = self.books.links()
        told = stack.up().errors["twins"]
        assert _NAMES_AN_APPLICATION.search(flat(told))
        assert self.books.links() == before
        clone.stop()

    def _clone(self, name: str) -> Application:
        original, clone = self.network[name], self.network.clones[name]
        bring_up(clone)
        clone.users, clone.server_id = original.users, original.server_id
        for link in clone.links:
            clone.links.remove(link.id)
        for link in original.links:
            copied = (link.id, link.type_id, link.name, link.display_url, link.rpc_url, link.primary)
            clone.links.add(StoredLink(*copied))
        return clone

    # What the engine does

    def run(self, stack: str, verb: Verb, *, replacing: Iterable[str] = ()) -> Run:
        """An operation: what fails says on which application, and nothing that is nobody's business is touched."""
        one = self.stacks[stack]
        one.program = {name: declared.inputs() for name, declared in self.programs[stack].items()}
        self._agree(stack)
        before, owned = len(self.warnings), self.books.managed()
        if verb == "destroy":
            run = one.destroy()
        elif verb == "refresh":
            run = one.refresh()
        else:
            run = one.up(
                refresh=verb == "up --refresh", together=verb == "up together", replacing=frozenset(replacing)
            )
        told = [*run.errors.values(), *self.warnings[before:]]
        for line in run.errors.values():
            assert _NAMES_AN_APPLICATION.search(flat(line)), f"names no application: {line}"
        for application in self.network.applications.values():
            password = application.users["sysadmin"].password
            assert not any(password in line for line in told), "an error tells a password"
        self._has_what_was_made(one, run)
        self.books.note(told)
        self._hand_over(stack, owned)
        self.books.hold()
        return run

    def _has_what_was_made(self, stack: Stack, run: Run) -> None:
        """What an operation has made stands at its end, whatever else it has done."""
        links = self.books.links()
        for name, how in run.ended.items():
            for end in self.books.ends_of(stack.resources[name]) if how in ("created", "replaced") else ():
                assert end in links, f"{name} was {how}, and is not there: {end}"

    def _agree(self, stack: str) -> None:
        """A program says what of others' it takes over, or removes; and where it believes the applications to be."""
        books = self.books
        for declared in self.programs[stack].values():
            for name, url in declared.urls.items():
                books.addresses[name].add(url)
            if declared.options.get("on_existing") == "adopt":
                books.unwatch((here, self.network[there].server_id) for here, there in declared.ends)
            if declared.options.get("on_duplicate") == "remove":
                books.unwatch(end for end in books.unowned if end[0] in declared.pair)

    def _hand_over(self, stack: str, owned: set[End]) -> None:
        """An end that a program had made, and now leaves to another program, stays where it is."""
        given_up = owned - self.books.managed()
        for declared in self.programs[stack].values():
            if declared.two_way and declared.options.get("manage") == "source":
                here, there = declared.both_ends[1]
                self.books.unowned |= given_up & {(here, self.network[there].server_id)}
