"""A world of applications, administrators and stacks, to which anything may happen in any order."""

from __future__ import annotations

import copy
import math
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
from pulumi_applinks.rest import SETTLE_SECONDS, Deadline
from tests.driver import Cut, DrivenStack, Goal, Operation, Run
from tests.reliability.books import Books, EndKey
from tests.reliability.goals import reached
from tests.reliability.judge import Before, judge, look, objects
from tests.reliability.network import Network, believes, bring_up, take_over_address
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
"""What alone is refused, by method and path."""
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
        """Whether it has started; called by one thread at a time."""
        if origin == "client" and self.more > 0:
            self.more -= 1
            return False
        return self.more == 0 and super().hits(method, path, origin)


class World(Programs):
    """What happens; each event is a method, and takes effect only where it makes sense.

    Args:
        network: the applications.
        warnings: what the provider warns of, filled in by whoever catches it.
        threads: how many links a stack works on at once.
        make: makes a stack of that name, when it is not one of this process.
        looks_again: whether what an operation came to is looked at by others, too; they take time.
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
        """What has happened, as `happen` takes it."""
        self.goals: set[str] = set()
        """What was reached on the way."""
        self.tags: dict[tuple[str, str], set[str]] = {}
        """What has befallen a link, by its stack and its name: for the goals."""
        self._number = 0
        self._running = 0
        self._lock = threading.Lock()
        for name in network.applications:
            self.tell_environment(name)

    def happen(self, what: str, *arguments: Any, **more: Any) -> Any:
        """An event, by the name of its method: an order of events is data, and can be kept."""
        self.history.append((what, *arguments, *([more] if more else [])))
        return getattr(self, what)(*arguments, **more)

    def everybody(self) -> Iterator[tuple[str, bool, Application]]:
        """Each application, and each copy."""
        for name, application in self.network.applications.items():
            yield name, False, application
        for name, application in self.network.clones.items():
            yield name, True, application

    def is_well(self, name: str) -> bool:
        """Whether an application is up, knows its address, answers as one, and lets this program's environment in."""
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
        """Whether what fails continues failing: nothing begins, or ends, by itself."""
        faults = [fault for one in self.network.applications.values() for fault in one.faults._faults]
        clusters = [one.cluster for one in self.network.applications.values() if one.cluster is not None]
        forever = all(
            isinstance(one, FromThen) and not one.more and one.times > _FOREVER // 2 for one in faults
        )
        return forever and not clusters

    # What is done by hand

    def by_hand(self, here: str, there: str, change: str) -> None:
        """Somebody changes a link that a stack made."""
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
        """Note for the goals what befalls all links between, or with, some applications."""
        for stack in self.stacks:
            for name, pair in self.books.pairs(stack).items():
                if pair.issuperset(applications):
                    self.tags.setdefault((stack, name), set()).add(tag)

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
        if strangers:  # they are gone from an application that was installed again
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
        """An application is installed again at its address: it has another server id and no links, and its old ones are nobody's."""
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
        """An application fails, until it recovers; after some more requests, and so in the middle of something."""
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
        """An application is well again."""
        self.network[name].faults.clear()
        bring_up(self.network[name])

    def rotate(self, name: str) -> None:
        """The administrator's password changes; this program's environment does not have the new one yet."""
        self.network[name].users.rotate("sysadmin")

    def tell_environment(self, name: str, user_name: str = "sysadmin") -> None:
        """The environment has the current password; of another user, who may have fewer rights."""
        user = self.network[name].users[user_name]
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

    def copy(self, name: str) -> Application:
        """A copy of an application starts elsewhere, with everything that it has; only its base URL is another one."""
        copied = self._clone(name)
        believes(copied, None)
        return copied

    def point_at_copy(self, stack: str, name: str, *, knows: bool = False) -> None:
        """A program is pointed at a copy by mistake.

        Args:
            stack: whose program.
            name: of the original.
            knows: whether the copy has its own base URL; else it believes to be the original.
        """
        clone = self.copy(name)
        if not knows:
            believes(clone, self.network[name].base_url)
        for declared in self.programs[stack].values():
            if name in declared.pair:
                declared.urls[name] = clone.url

    def restore(self, name: str, *, consumer: bool = False) -> None:
        """An application is restored from a backup: it has another key pair, or signs under another consumer key, too."""
        self.network[name]._keys = key_pair()
        self._tag("stale", name)
        if consumer:
            self._number += 1
            self.network[name].consumer_key = f"{self.network.kinds[name]}:{name}-{self._number}"

    def cluster(self, name: str, *, affinity: bool = True, lag: int | None = None) -> None:
        """An application continues as two nodes, of which one lags."""
        if self.network[name].cluster is None:
            # Its clock is the program's: the one that passes, where time is `passing`.
            within = math.inf if lag is None else SETTLE_SECONDS - 0.1
            self.network[name].play_cluster(
                affinity=affinity, lag=lag, within=within, clock=Deadline(None).now
            )

    def taint(self, stack: str, link: str) -> None:
        """`pulumi state taint`."""
        if link in self.stacks[stack].resources:
            self.stacks[stack].resources[link].tainted = True

    def link_with_clone(self, name: str) -> None:
        """Somebody tries to link an application with its clone: the answer says why not, or that one does not answer."""
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

    # What the engine does

    def run(self, stack: str, line: str, *, cut: int | None = None) -> Run:
        """An operation, after which everything is held that has to hold.

        Args:
            stack: that it is on.
            line: what is typed, with the names of links in place of URNs.
            cut: after how many requests the process is killed.
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
        """What the engine forgets without a call, and what a killed process had made: no one could be notified."""
        for name, how in run.ended.items():
            known = before.resources.get(name)
            if known is not None and (how == "kept" or (known.retain and how in ("replaced", "failed"))):
                self.books.unowned |= self.books.ends_of(known)
        if run.cut:
            now = objects(self)  # a replacement makes links that have the ids of those that it has deleted
            made = {end for end in now if now[end] is not before.links.get(end)} - self.books.strangers
            self.books.unowned |= made
            self.books.cut_off |= made
        self.books.unowned -= self.books.managed()

    def _has_what_was_made(self, stack: DrivenStack, run: Run) -> None:
        """What an operation has made is at its end, whatever else it has done."""
        links = self.books.links()
        for name, how in run.ended.items():
            for end in self.books.ends_of(stack.resources[name]) if how in ("created", "replaced") else ():
                assert end in links or end[0] not in self.network.applications, (
                    f"{name} was {how}, and is not there: {end}"
                )

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

    def _hand_over(self, stack: str, owned: set[EndKey]) -> None:
        """An end that a program had made, and now leaves to another program, stays where it is."""
        given_up = owned - self.books.managed()
        for resource in self.stacks[stack].resources.values():
            # Where a program followed a copy, the original keeps its end: that it went to a copy was said.
            copies = {
                name for name, _ in self.books.ends_of(resource) if name not in self.network.applications
            }
            self.books.unowned |= {end for end in given_up if f"the copy of {end[0]}" in copies}
        for declared in self.programs[stack].values():
            if declared.two_way and declared.options.get("manage") == "source":
                here, there = declared.both_ends[1]
                self.books.unowned |= given_up & {(here, self.network[there].server_id)}

    def unlike(self, declared: Declared, *, for_now: bool = False) -> list[str]:
        """What is not exactly as a program says, on both ends.

        Args:
            declared: what it says.
            for_now: whether it was said that a link has another name for now.
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
        """Whether another link of that type wants to be the primary one, too."""
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
    """Kill the provider's process after some requests: nothing that it would send after them is sent."""
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
    with changed:  # what had been sent is carried out anyway
        changed.wait_for(lambda: under_way[0] == 0, timeout=30)
