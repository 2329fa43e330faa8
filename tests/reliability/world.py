"""A world of applications, administrators and stacks, where any events can happen in any order."""

from __future__ import annotations

import copy
import os
import re
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, get_args
from unittest import mock

from requests.adapters import HTTPAdapter

from pulumi_applinks.lab.applications import Application, Fault
from pulumi_applinks.lab.applications.oauth import key_pair
from pulumi_applinks.lab.troubles import FaultKind
from tests.driver import Cut, DrivenStack, Goal, Operation, Run
from tests.reliability.books import Books, EndKey
from tests.reliability.goals import reached
from tests.reliability.judge import Before, judge, look, objects
from tests.reliability.network import Network, believes, bring_up, play_cluster, take_over_address
from tests.reliability.programs import Declared, Programs
from tests.unit.lifecycle.forms import HAND_MADE
from tests.words import flat

Outage = Literal[
    "down", "not ready", "broken", "refusing once", "wanting a login", "refusing deletions", "refusing levels"
]
VERBS = ("up", "up --refresh", "refresh", "destroy", "destroy --refresh", "preview", "preview --refresh")
OUTAGES: tuple[Outage, ...] = get_args(Outage)
REFUSED: dict[Outage, tuple[str, str]] = {
    "refusing deletions": ("DELETE", "*"),
    "refusing levels": ("PUT", "/rest/applinks/3.0/status/*"),
}
"""For these outages, the method and the path of the only requests that are refused."""
STACKS = ("one", "two")
OUTAGE_KINDS: dict[Outage, tuple[FaultKind, int]] = {
    "down": ("die", 503),
    "broken": ("drop", 503),
    "wanting a login": ("status", 401),
}


def _no_user(here: Application, there: Application) -> None:
    consumer = here.links[there.server_id].consumer
    if consumer is not None:
        consumer.execute_as = None


BY_HAND = {change.__name__.strip("_"): change for change in (*HAND_MADE, _no_user)}
"""The changes that an administrator can make to a link, by name."""

_FOREVER = 10**9
_NAMES_AN_APPLICATION = re.compile(r"(source|target)( \(http|\.credentials)")


@dataclass
class FromThen(Fault):
    """A fault that hits every request, after a number of this program's requests.

    Args:
        more: the number of requests that still succeed.
    """

    more: int = 0

    def hits(self, method: str, path: str, origin: str) -> bool:
        """Whether the fault hits a request; only one thread at a time calls this."""
        if origin == "client" and self.more > 0:
            self.more -= 1
            return False
        return self.more == 0 and super().hits(method, path, origin)


class World(Programs):
    """A world and its events: each event is a method, and does nothing where it makes no sense.

    Args:
        network: the applications.
        warnings: the provider's warnings, which the caller collects here.
        threads: the number of links that a stack handles at once.
        make: creates the stack of a given name, if it does not run in this process.
        looks_again: whether further operations check the result of an operation; this takes time.
    """

    def __init__(
        self,
        network: Network,
        warnings: list[str],
        *,
        threads: int = 1,
        make: Callable[[str], DrivenStack] | None = None,
        looks_again: bool = True,
    ) -> None:
        network.fresh()
        warnings.clear()
        self.stacks = {name: make(name) if make else DrivenStack(name, threads=threads) for name in STACKS}
        super().__init__(network, Books(network, self.stacks), STACKS)
        self.warnings = warnings
        self.looks_again = looks_again
        self.history: list[tuple[Any, ...]] = []
        """The events so far, in the form that `happen` accepts."""
        self.goals: set[str] = set()
        """The goals that were reached so far."""
        self.tags: dict[tuple[str, str], set[str]] = {}
        """What happened to each link, by its stack and its name; the goals need it."""
        self._number = 0
        self._running = 0
        self._lock = threading.Lock()
        for name in network.applications:
            self.tell_environment(name)

    def happen(self, what: str, *arguments: Any, **more: Any) -> Any:
        """Run an event by the name of its method, so that an order of events is data and can be stored."""
        self.history.append((what, *arguments, *([more] if more else [])))
        return getattr(self, what)(*arguments, **more)

    def everybody(self) -> Iterator[tuple[str, bool, Application]]:
        """Each application, and each copy."""
        for name, application in self.network.applications.items():
            yield name, False, application
        for name, application in self.network.clones.items():
            yield name, True, application

    def is_well(self, name: str) -> bool:
        """Whether an application runs without faults, knows its address, has consistent nodes, and accepts this environment's login."""
        one = self.network.applications.get(name)
        if one is None:
            return False  # a copy
        user = one.users["sysadmin"]
        prefix = f"APPLINKS_{name.upper()}_"
        return (
            one.running
            and not one.faults._faults
            and one.base_url == one.url
            and (one.cluster is None or one.cluster.lag == 0)
            and os.environ.get(prefix + "USERNAME") == user.name
            and os.environ.get(prefix + "PASSWORD") == user.password
        )

    @property
    def is_steady(self) -> bool:
        """Whether no fault starts or ends by itself."""
        faults = [fault for one in self.network.applications.values() for fault in one.faults._faults]
        clusters = [one.cluster for one in self.network.applications.values() if one.cluster is not None]
        forever = all(
            isinstance(one, FromThen) and not one.more and one.times > _FOREVER // 2 for one in faults
        )
        return forever and not clusters

    # Manual changes

    def by_hand(self, here: str, there: str, change: str) -> None:
        """An administrator changes a link that a stack made."""
        target = self.network[there]
        links = self.network[here].links
        if change in ("other_user", "no_user") and not self._a_user_is_declared(here, there):
            return  # a refresh looks for a user only where one is declared: docs/behaviour.md
        if target.server_id in links and not self.books.watches((here, target.server_id)):
            if change == "other_url":
                links[target.server_id].rpc_url = self.network.closed
            elif change == "to a copy":
                copied = self.copy(there)
                links[target.server_id].rpc_url = links[target.server_id].display_url = copied.url
                self._tag(change, here, there)
            else:
                BY_HAND[change](self.network[here], target)

    def _tag(self, tag: str, *applications: str) -> None:
        """Record, for the goals, an event that concerns all links with, or between, some applications."""
        for stack in self.stacks:
            for name, pair in self.books.pairs(stack).items():
                if pair.issuperset(applications):
                    self.tags.setdefault((stack, name), set()).add(tag)

    def _a_user_is_declared(self, here: str, there: str) -> bool:
        """Whether every program that declares the pair names the user that requests to this end run as."""
        users = [
            one.directions["incoming" if here == one.source else "outgoing"].get("execute_as")
            for program in self.programs.values()
            for one in program.values()
            if one.pair == {here, there}
        ]
        return bool(users) and all(users)

    def link_by_hand(self, here: str, there: str) -> None:
        """An administrator creates an end that no stack has; it belongs to the administrator, unless a program adopts it."""
        end = (here, self.network[there].server_id)
        if end[1] in self.network[here].links or end in self.books.managed():
            return
        self._number += 1
        self.network[here].link_by_hand(self.network[there], name=f"By hand {self._number}")
        self.books.unowned.add(end)
        self.books.watch([end])

    def duplicate(self, here: str, there: str) -> None:
        """An administrator adds another link to the same address; it belongs to the administrator, unless a program removes it."""
        self._number += 1
        end = (here, str(uuid.UUID(int=self._number, version=4)))
        self.network[here].link_by_hand(self.network[there], name=f"Duplicate {self._number}", link_id=end[1])
        self.books.unowned.add(end)
        self.books.watch([end])

    def primary_by_hand(self, here: str, there: str) -> None:
        """An administrator makes a foreign link the primary one of its type again."""
        links = self.network[here].links
        strangers = [
            one for one in links.of_type(self.network.kinds[there]) if (here, one.id) in self.books.strangers
        ]
        if strangers:  # an application that was reinstalled has none
            links.make_primary(strangers[0].id)

    def unlink(self, one: str, two: str, *, both: bool = False) -> None:
        """An administrator deletes a stack's link on one end or on both."""
        for here, there in ((one, two), (two, one))[: 2 if both else 1]:
            end = (here, self.network[there].server_id)
            if not self.books.watches(end):
                self.network[here].links.remove(end[1])

    # Events that concern applications

    def move(self, name: str, *, keep_base_url: bool = False) -> None:
        """An application moves; its administrator decides whether it knows its new address."""
        if self.network[name].running:
            self.network[name].move(keep_base_url=keep_base_url)

    def reuse_address(self, name: str, by: str) -> None:
        """An application moves, and another one of the network gets its address."""
        one, other = self.network[name], self.network[by]
        if name != by and one.running and other.running:
            take_over_address(other, one)

    def install_anew(self, name: str) -> None:
        """An application is reinstalled at its address: it has another server id and no links, and nobody owns its old links."""
        application = self.network[name]
        application.cluster = None
        self._number += 1
        application.server_id = str(uuid.UUID(int=self._number, version=4))
        for link in application.links:
            application.links.remove(link.id)
        self.books.emptied(name)

    def set_base_url(self, name: str) -> None:
        """An administrator sets an application's base URL."""
        believes(self.network[name], None)

    def outage(self, name: str, how: Outage, after: int = 0) -> None:
        """An application fails until it recovers; it can fail after some more requests, so in the middle of an operation."""
        application = self.network[name]
        if how == "down" and after == 0:
            application.stop()
        else:
            kind, status = OUTAGE_KINDS.get(how, ("status", 503))
            method, path = REFUSED.get(how, ("*", "*"))
            fault = FromThen(method, path, kind, status, after=how == "broken", more=after)
            if how != "refusing once":
                fault.times = _FOREVER
            application.faults.add(fault)

    def recover(self, name: str) -> None:
        """An application recovers."""
        self.network[name].faults.clear()
        bring_up(self.network[name])

    def rotate(self, name: str) -> None:
        """The administrator's password changes; this program's environment does not have the new password yet."""
        self.network[name].users.rotate("sysadmin")

    def tell_environment(self, name: str, user_name: str = "sysadmin") -> None:
        """The environment gets a user's current password; the user can be another one with fewer rights."""
        user = self.network[name].users[user_name]
        os.environ[f"APPLINKS_{name.upper()}_USERNAME"] = user.name
        os.environ[f"APPLINKS_{name.upper()}_PASSWORD"] = user.password

    def forget_credentials(self, name: str) -> None:
        """The environment loses the credentials of an application."""
        for part in ("USERNAME", "PASSWORD"):
            os.environ.pop(f"APPLINKS_{name.upper()}_{part}", None)

    def of_another_version(self, stack: str, *, older: bool) -> None:
        """A stack's state was written by another version: some outputs are missing, or there is an unknown one."""
        for one in self.stacks[stack].resources.values():
            if older:
                one.outputs.pop("legacy", None)
                one.outputs.pop("state_version", None)
            else:
                one.outputs["of_a_later_version"] = {"kept": True}

    def copy(self, name: str) -> Application:
        """A copy of an application starts at another address; it has everything of the original except the base URL."""
        copied = self._clone(name)
        believes(copied, None)
        return copied

    def point_at_copy(self, stack: str, name: str, *, knows: bool = False) -> None:
        """A program gets the address of a copy by mistake.

        Args:
            stack: the stack with the program.
            name: the name of the original.
            knows: whether the copy has its own base URL; otherwise it has that of the original.
        """
        clone = self.copy(name)
        if not knows:
            believes(clone, self.network[name].base_url)
        for declared in self.programs[stack].values():
            if name in declared.pair:
                declared.urls[name] = clone.url

    def restore(self, name: str, *, consumer: bool = False) -> None:
        """An application is restored from a backup: it has another key pair and, optionally, another consumer key."""
        self.network[name]._keys = key_pair()
        self._tag("stale", name)
        if consumer:
            self._number += 1
            self.network[name].consumer_key = f"{self.network.kinds[name]}:{name}-{self._number}"

    def cluster(self, name: str, *, affinity: bool = True, lag: int | None = None) -> None:
        """An application becomes two nodes, and each notices the other's changes late."""
        if self.network[name].cluster is None:
            play_cluster(self.network[name], affinity, lag)

    def taint(self, stack: str, link: str) -> None:
        """`pulumi state taint`."""
        if link in self.stacks[stack].resources:
            self.stacks[stack].resources[link].tainted = True

    def link_with_clone(self, name: str) -> None:
        """A program tries to link an application with its clone: the error says why this is impossible, or that one does not answer."""
        clone = self._clone(name)
        believes(clone, None)
        stack = DrivenStack("mistaken")
        declared = Declared(name, name, {name: self.network[name].url}, self.network.kinds).inputs()
        stack.program = {"twins": Goal({**declared, "target": {**declared["target"], "url": clone.url}})}
        before = self.books.links()
        run = stack.run("up")
        told = {**run.errors, **run.invalid}["twins"]
        assert _NAMES_AN_APPLICATION.search(flat(told))
        assert self.books.links() == before
        clone.stop()

    def _clone(self, name: str) -> Application:
        original, clone = self.network[name], self.network.clones[name]
        bring_up(clone)
        clone.users, clone.server_id = original.users, original.server_id
        for link in clone.links:
            clone.links.remove(link.id)
        clone._keys, clone.consumer_key = original._keys, original.consumer_key
        for link in original.links:
            clone.links.add(copy.deepcopy(link))
        return clone

    # Operations of the engine

    def run(self, stack: str, line: str, *, cut: int | None = None) -> Run:
        """Run an operation, and check everything that must hold after it.

        Args:
            stack: the stack.
            line: the command line, with the names of links in place of URNs.
            cut: the number of requests after which the process is killed.
        """
        one, asked = self.stacks[stack], Operation.parse(line)
        one.program = {name: declared.goal() for name, declared in self.programs[stack].items()}
        self._agree(stack)
        before, owned = look(self, one), self.books.managed()
        with self._lock:
            self._running += 1
            alone = self._running == 1
        with _cut_after(cut):
            run = one.run(asked)
        told = [*run.errors.values(), *self.warnings[before.warnings :]]
        for text in run.errors.values():
            assert _NAMES_AN_APPLICATION.search(flat(text)), f"names no application: {text}"
        for application in self.network.applications.values():
            password = application.users["sysadmin"].password
            assert not any(password in text for text in told), "a message has a password"
        if not asked.preview:
            self._has_what_was_made(one, run)
        self.books.note(told)
        self._hand_over(stack, owned)
        self._engine_left(run, before)
        self.books.hold()
        with self._lock:
            alone = alone and self._running == 1
            self._running -= 1
        if alone:
            flat_told = [flat(text) for text in told]
            self.goals |= reached(self, one, asked, run, before, flat_told)
            judge(self, one, asked, run, before, flat_told)
        return run

    def _engine_left(self, run: Run, before: Before) -> None:
        """Account for what the engine forgets without a call, and for what a killed process made: no message could name these."""
        for name, how in run.ended.items():
            known = before.resources.get(name)
            if known is not None and (how == "kept" or (known.retain and how in ("replaced", "failed"))):
                self.books.unowned |= self.books.ends_of(known)
        if run.cut:
            now = objects(self)  # a replacement creates links with the ids of the deleted ones
            made = {end for end in now if now[end] is not before.links.get(end)} - self.books.strangers
            self.books.unowned |= made
            self.books.cut_off |= made
        self.books.unowned -= self.books.managed()

    def _has_what_was_made(self, stack: DrivenStack, run: Run) -> None:
        """Check that what an operation created is there at its end, whatever else it did."""
        links = self.books.links()
        for name, how in run.ended.items():
            for end in self.books.ends_of(stack.resources[name]) if how in ("created", "replaced") else ():
                assert end in links or end[0] not in self.network.applications, (
                    f"{name} was {how}, and is not there: {end}"
                )

    def _agree(self, stack: str) -> None:
        """Account for the foreign links that a program adopts or removes, and for the addresses that it has for the applications."""
        books = self.books
        for declared in self.programs[stack].values():
            for name, url in declared.urls.items():
                books.addresses[name].add(url)
            if declared.options.get("on_existing") == "adopt":
                books.unwatch((here, self.network[there].server_id) for here, there in declared.ends)
            if declared.options.get("on_duplicate") == "remove":
                books.unwatch(end for end in books.unowned if end[0] in declared.pair)

    def _hand_over(self, stack: str, owned: set[EndKey]) -> None:
        """Account for an end that a program made and now leaves to another program: it stays."""
        given_up = owned - self.books.managed()
        for resource in self.stacks[stack].resources.values():
            # If a program followed a copy, the original keeps its end; a message has named the copy.
            copies = {
                name for name, _ in self.books.ends_of(resource) if name not in self.network.applications
            }
            self.books.unowned |= {end for end in given_up if f"the copy of {end[0]}" in copies}
        for declared in self.programs[stack].values():
            if declared.two_way and declared.options.get("manage") == "source":
                here, there = declared.both_ends[1]
                self.books.unowned |= given_up & {(here, self.network[there].server_id)}

    def unlike(self, declared: Declared, *, for_now: bool = False) -> list[str]:
        """The differences from a program, on both ends.

        Args:
            declared: the link that the program declares.
            for_now: whether a message said that a link temporarily has another name.
        """
        wrong: list[str] = []
        outgoing, incoming = declared.directions["outgoing"], declared.directions["incoming"]
        wanted = (
            (outgoing, incoming, "target_name", "primary"),
            (incoming, outgoing, "source_name", "reverse_primary"),
        )
        for (here, there), (out, in_, name, primary) in zip(declared.both_ends, wanted, strict=True):
            remote = self.network[there]
            found = self.network[here].links.get(remote.server_id)
            if (here, there) not in declared.ends:
                if (
                    found is not None
                    and (here, remote.server_id) not in self.books.unowned | self.books.managed()
                ):
                    wrong.append(f"{here} has a link to {there} still")
                continue
            if found is None:
                wrong.append(f"{here} has no link to {there}")
                continue
            user = found.consumer.execute_as if found.consumer else None
            compared = {
                "name": (found.name, (declared.options.get(name) or remote.name)),
                "addresses": ((found.rpc_url, found.display_url), (remote.url, remote.url)),
                "outgoing": (found.outgoing.level, out["level"]),
                "incoming": (found.incoming.level, in_["level"]),
                "execute_as": (user, in_.get("execute_as")),
                "primary": (found.primary or not declared.options.get(primary), True),
            }
            if for_now:
                del compared["name"]
            if self._wants_primary(here, there):
                del compared["primary"]
            wrong += [
                f"{what} on {here}: {is_!r}, not {said!r}"
                for what, (is_, said) in compared.items()
                if is_ != said
            ]
        return wrong

    def _wants_primary(self, here: str, there: str) -> bool:
        """Whether the programs want several links of that type to be primary."""
        wanting = {
            end
            for program in self.programs.values()
            for one in program.values()
            for key, end in zip(("primary", "reverse_primary"), one.both_ends, strict=True)
            if one.options.get(key)
            and end[0] == here
            and self.network.kinds[end[1]] == self.network.kinds[there]
        }
        return len(wanting) > 1


@contextmanager
def _cut_after(requests: int | None) -> Iterator[None]:
    """Simulate that the provider's process is killed after some requests: it sends nothing more."""
    if requests is None:
        yield
        return
    send, left, under_way, changed = HTTPAdapter.send, [requests], [0], threading.Condition()

    def sending(adapter: HTTPAdapter, request: Any, **more: Any) -> Any:
        if "X-Lab-Origin" in request.headers:
            return send(adapter, request, **more)
        with changed:
            left[0] -= 1
            if left[0] < 0:
                raise Cut
            under_way[0] += 1
        try:
            return send(adapter, request, **more)
        finally:
            with changed:
                under_way[0] -= 1
                changed.notify_all()

    with mock.patch.object(HTTPAdapter, "send", sending):
        yield
    with changed:  # requests that were already sent are still carried out
        changed.wait_for(lambda: under_way[0] == 0, timeout=30)
