"""The rules that hold after each operation, whatever happened before; the letters are those of docs/internals/reliability.md.

a. Every link of ours is in a state, and every link in a state exists, unless a message names it. A deleted link is gone, and a replaced
   link is a different one.
b. A second refresh finds the same as the first. After an undisturbed `up --refresh`, everything is as the program says, a preview has
   nothing to do, and a refresh finds nothing.
c. What is recorded as `working` works. (The witness checks what errors say.)
d. No login goes to an address that no program names. (The witness checks that none goes to an application that was not identified.)
e. Foreign links and the links of copies are unchanged.
h. A resource of another class is the same resource.
g. The provider never refuses values that a refresh observed as if the program had declared them.
f. If an operation ends with 0, it has printed one line about each broken link; with `on_broken="fail"`, it does not end with 0.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_applinks.lab.applications import StoredLink
from pulumi_applinks.names import POLICIES
from pulumi_applinks.provider import ApplicationLinkProvider
from tests.acceptance.harness import status_of
from tests.driver import DrivenStack, Inputs, Operation, Resource, Run, with_ignored
from tests.reliability.books import EndKey, LinkBody, standing, without_primary
from tests.reliability.programs import Declared

if TYPE_CHECKING:
    from tests.reliability.world import World

BROKEN = ("not-working", "elsewhere", "unreachable")
"""The states that count as broken."""
_CODES = ("[applinks/does-not-work]", "[applinks/link-leads-elsewhere]")


@dataclass
class Before:
    """The state before an operation.

    Args:
        links: the link objects on the applications.
        resources: the resources of the stack.
        well: the applications without any problem.
        asked: the number of requests that each application and each copy had received.
        unowned: the known ends that belong to no stack.
        steady: whether no fault starts or ends by itself.
        copies: the links of the copies.
        warnings: the number of warnings so far.
    """

    links: dict[EndKey, StoredLink]
    resources: dict[str, Resource]
    well: set[str]
    asked: dict[tuple[str, bool], int]
    unowned: set[EndKey]
    steady: bool
    copies: dict[EndKey, LinkBody]
    warnings: int


def look(world: World, stack: DrivenStack) -> Before:
    """Record the state before an operation of a stack."""
    return Before(
        links=objects(world),
        resources=copy.deepcopy(stack.resources),
        well={name for name in world.network.applications if world.is_well(name)},
        asked={(name, is_copy): len(one.requests.all()) for name, is_copy, one in world.everybody()},
        unowned=set(world.books.unowned),
        steady=world.is_steady,
        copies=_of_copies(world),
        warnings=len(world.warnings),
    )


def judge(
    world: World, stack: DrivenStack, asked: Operation, run: Run, before: Before, told: list[str]
) -> None:
    """Check all rules after an operation.

    Args:
        world: the world.
        stack: the stack.
        asked: the operation.
        run: its result.
        before: the state before it.
        told: its errors and warnings, each in one line.

    Raises:
        AssertionError: if a rule is broken.
    """
    verdict = _Verdict(world, stack, asked, run, before, told)
    verdict.logins_stay_at_home()
    verdict.copies_are_as_they_were()
    verdict.nothing_is_lost()
    if not asked.preview:
        verdict.what_was_deleted_is_gone()
    verdict.what_is_ignored_is_valid()
    verdict.a_class_of_ones_own_is_no_other_resource()
    verdict.a_copy_is_never_followed_in_silence()
    verdict.in_calm_it_goes_well()
    if not run.ok or asked.preview:
        return
    verdict.nothing_is_remembered_that_is_gone()
    verdict.what_works_works()
    if asked.verb in ("up", "refresh"):
        verdict.broken_links_have_one_line()
    if world.looks_again and asked.verb == "refresh" and before.steady and world.is_steady:
        verdict.again_finds_the_same()
    if world.looks_again and asked.verb == "up" and any("for now" in line for line in told):
        verdict.again_puts_names_right()
    if asked.verb == "up" and asked.refresh:
        verdict.all_is_as_the_program_says()


@dataclass
class _Verdict:
    world: World
    stack: DrivenStack
    asked: Operation
    run: Run
    before: Before
    told: list[str]

    def logins_stay_at_home(self) -> None:
        """No login goes to an address that no program names."""
        said = set().union(*self.world.books.addresses.values())
        for name, is_copy, application in self.world.everybody():
            news = application.requests.all()[self.before.asked[name, is_copy] :]
            logins = [one.path for one in news if one.origin == "client" and one.login != "none"]
            if application.url not in said:
                what = "a copy of " * is_copy
                assert not logins, f"d: a login went to {what}{name}, which no program names: {logins}"

    def copies_are_as_they_were(self) -> None:
        """Nothing is written on a copy that no program names."""
        now = _of_copies(self.world)
        for end, link in self.before.copies.items():
            assert now.get(end) == link, (
                f"e: a link of a copy was changed: {end} was {link} and is {now.get(end)}"
            )

    def nothing_is_lost(self) -> None:
        """Every link is in a state, or a message named it, or it belongs to somebody else."""
        books = self.world.books
        lost = set(books.links()) - books.managed() - books.strangers - books.unowned - books.cut_off
        assert not lost, (
            f"a: {self.asked} leaves {lost}, which no state has, and names it nowhere: {self.told}"
        )

    def _meant(self, name: str) -> Inputs:
        """The program's inputs of a resource, with the ignored ones as they were before."""
        goal, known = self.stack.program[name], self.before.resources.get(name)
        return goal.inputs if known is None else with_ignored(goal.inputs, known.declared, goal.ignore)

    def what_is_ignored_is_valid(self) -> None:
        """The provider never refuses values that a refresh observed as if the program had declared them."""
        meant_by = {name: self._meant(name) for name in self.stack.program}
        for name, why in self.run.invalid.items():
            goal, meant = self.stack.program[name], meant_by[name]
            if name not in self.before.resources or not goal.ignore:
                continue
            others = [one for other, one in meant_by.items() if other != name]
            if _ends_of(meant) in map(_ends_of, others):
                continue  # another application now has the ignored address: the link is declared twice
            provider = ApplicationLinkProvider()
            assert provider.check({}, meant).failures, (
                f"g: {name} ignores {goal.ignore}, and is refused: {why}"
            )
            provider.close()

    def a_class_of_ones_own_is_no_other_resource(self) -> None:
        """A program whose links get another class keeps the same links."""
        for name in self.run.ended:
            goal = self.stack.program.get(name)
            was = next((one for known, one in self.before.resources.items() if known == name), None)
            assert goal is None or was is None or was.token == goal.token, (
                f"h: {name} has another class, and is another resource"
            )

    def a_copy_is_never_followed_in_silence(self) -> None:
        """A link points to a copy only if a message says so, while the original still answers at its address."""
        for name, ended in self.run.ended.items():
            was, now = self.before.resources.get(name), self.stack.resources.get(name)
            if was is None or now is None or ended != "updated" or self.asked.preview:
                continue
            for role in ("source", "target"):
                original = self.world.books.application(was.outputs, role)
                copied, at = self.world.network.clones.get(original), str(self._address(was.outputs, role))
                if self.world.is_well(original) and self.world.network[original].url == at:
                    followed = (
                        copied is not None
                        and copied.running
                        and copied.url == self._address(now.outputs, role)
                    )
                    said = any(
                        "copy" in line or (copied is not None and at in line and copied.url in line)
                        for line in self.told
                    )
                    assert not followed or said, (
                        f"e: {name} was led to a copy of {original} silently: {self.told}"
                    )

    def what_was_deleted_is_gone(self) -> None:
        """A deletion really deletes, and so does a replacement."""
        now, kept = objects(self.world), self.world.books.managed()
        for name, ended in self.run.ended.items():
            known = self.before.resources.get(name)
            if known is None or known.pending or known.retain or ended not in ("deleted", "replaced"):
                continue
            for end in self.world.books.ends_of(known):
                still = now.get(end)
                if still is None or end not in self.before.links or not self._could_be_asked(end, known):
                    continue
                if ended == "deleted" and end not in kept:
                    raise AssertionError(f"a: {name} was deleted, and {end} stands: {self.told}")
                if ended == "replaced" and still is self.before.links[end]:
                    raise AssertionError(f"a: {name} was replaced, and {end} is the same link: {self.told}")

    def _could_be_asked(self, end: EndKey, known: Resource) -> bool:
        name = end[0]
        if name not in self.world.network.applications:
            return False  # a copy
        role = next(
            role for role in ("source", "target") if self.world.books.application(known.outputs, role) == name
        )
        at = (known.outputs.get("drift") or {}).get(f"{role}.url", {}).get("declared") or known.outputs[role][
            "url"
        ]
        well = name in self.before.well and self.world.is_well(name)
        return well and at == self.world.network[name].url

    def nothing_is_remembered_that_is_gone(self) -> None:
        """What a refresh did not find is recorded as drift, or removed from the state."""
        links = self.world.books.links()
        for name, ended in self.run.ended.items():
            one = self.stack.resources.get(name)
            if ended != "read" or one is None or one.outputs["drift"]:
                continue
            gone = [
                end
                for end in self.world.books.ends_of(one)
                if end not in links and self._could_be_asked(end, one)
            ]
            assert not gone, f"a: the state has {gone}, which is not there, and no drift of it"

    def what_works_works(self) -> None:
        """A link that is recorded as `working` works."""
        for name, ended in self.run.ended.items():
            one = self.stack.resources.get(name)
            if one is None or ended not in ("created", "updated", "replaced", "read"):
                continue
            if ended == "updated" and self._was_only_stored(name):
                continue
            ends = self.world.books.ends_of(one)
            if one.outputs["status"] != "working" or not all(self.world.is_well(name) for name, _ in ends):
                continue
            # An application can report something else besides the declared authentication of the other direction.
            levels = one.outputs["authentication"]
            senders = {
                self.world.books.application(one.outputs, role)
                for role, direction in (("source", "outgoing"), ("target", "incoming"))
                if levels[direction]["level"] != "none" and not self._was_relocated(name, role)
            }
            wrong = [
                (here, link_id)
                for here, link_id in ends
                if here in senders and not self._works(here, link_id)
            ]
            assert not wrong, f"c: {name} is said to work, and {wrong} does not"

    def _was_only_stored(self, name: str) -> bool:
        """Whether only policies of a link without drift changed: that needs no request to an application."""
        was, now = self.before.resources.get(name), self.stack.resources[name].declared
        if was is None:  # it now has another name
            return False
        differing = {key for key in {*was.declared, *now} if was.declared.get(key) != now.get(key)}
        return differing <= POLICIES and not was.outputs["drift"]

    def _was_relocated(self, name: str, role: str) -> bool:
        """Whether an application's address changed: a simple relocation asks only the other end whether the link works."""
        was, now = self.before.resources.get(name), self.stack.resources[name]
        return was is not None and self._address(was.outputs, role) != self._address(now.outputs, role)

    def _works(self, here: str, link_id: str) -> bool:
        return bool(status_of(self.world.network[here], link_id).get("working"))

    def broken_links_have_one_line(self) -> None:
        """Each broken link is reported once; a link with `on_broken="fail"` has failed."""
        if self.asked.verb == "refresh":
            names = {name for name, ended in self.run.ended.items() if ended == "read"}
        else:
            names = {name for name in self.stack.program if self.asked.is_about(name)}
        for name in names & set(self.stack.resources):
            outputs = self.stack.resources[name].outputs
            if outputs["status"] not in BROKEN:
                continue
            if any("[applinks/drift-stays]" in line for line in self.told):
                continue  # a policy had to be stored although the link can't be repaired: the warning says so
            source, target = (self._address(outputs, role) for role in ("source", "target"))
            about = [
                line
                for line in self.told
                # The text after the code can name another link, whose message has the reason.
                if any(code in line for code in _CODES)
                and f"from {source} to {target}" in line.partition("[applinks/")[0]
            ]
            assert len(about) == 1, (
                f"f: {name} is {outputs['status']}, and that is reported {len(about)} times: {self.told}"
            )
            if self.asked.verb == "up":
                policy = self.stack.program[name].inputs.get("on_broken")
                assert policy != "fail", (
                    f"f: {name} is {outputs['status']} and on_broken is 'fail': exit code 0"
                )

    @staticmethod
    def _address(outputs: dict[str, object], role: str) -> object:
        party = outputs[role]
        drift = outputs["drift"]
        assert isinstance(party, dict)
        assert isinstance(drift, dict)
        return (drift.get(f"{role}.url") or {}).get("declared") or party["url"]

    def again_finds_the_same(self) -> None:
        """A second refresh finds nothing new."""
        first, ended = copy.deepcopy(self.stack.resources), self.run.ended
        again = self.stack.run(self.asked)
        assert again.ok, f"b: a second refresh fails: {again.errors}"
        expected = {name: how for name, how in ended.items() if how != "gone"}
        assert again.ended == expected, f"b: a refresh after a refresh: {again.ended}, not {expected}"
        for name, one in self.stack.resources.items():
            for what in ("outputs", "inputs"):
                was, is_ = getattr(first[name], what), getattr(one, what)
                unlike = {key for key in {*was, *is_} if was.get(key) != is_.get(key)}
                assert not unlike, (
                    f"b: a refresh after a refresh finds other {what} of {name}: "
                    f"{ {key: (was.get(key), is_.get(key)) for key in unlike} }"
                )

    def all_is_as_the_program_says(self) -> None:
        """Without disturbance, one `up --refresh` converges; a preview then has nothing to do, and a refresh finds nothing."""
        calm = [name for name in self.stack.program if self.asked.is_about(name) and self._is_calm(name)]
        declared = {name: self.world.programs[self.stack.name][name] for name in calm}
        for name, one in declared.items():
            self._stands(name, one)
        if not (self.world.looks_again and self._all_is_calm()):
            return
        pending = self.stack.pending()
        assert not pending, f"b: after {self.asked} a preview shows {pending} as to be changed: {self.told}"
        kept = copy.deepcopy(self.stack.resources)
        again = self.stack.run("refresh")
        assert again.ok, f"b: after {self.asked} a refresh fails: {again.errors}"
        assert not self.stack.drift(), f"b: after {self.asked} a refresh finds {self.stack.drift()}"
        assert set(self.stack.resources) == set(kept), f"b: after {self.asked} a refresh finds something gone"

    def in_calm_it_goes_well(self) -> None:
        """If no application has a problem, nothing fails, and no message says to wait for an application that is up."""
        books, stack = self.world.books, self.stack
        if self.run.cut or not self.run.errors or not all(self._is_well(name) for name in stack.program):
            return
        errors = [error for name, error in self.run.errors.items() if name in stack.program]
        waiting = [error for error in errors if "when the application answers" in error]
        assert not waiting, (
            f"i: everybody is up where the program says, and a message says to wait: {waiting}"
        )
        mine = [one.pair for one in self.world.programs[stack.name].values()]
        theirs = {
            pair for one in self.world.stacks if one != stack.name for pair in books.pairs(one).values()
        }
        known = set(books.pairs(stack.name).values())
        crowded = any(end[0] in pair for end in self.before.unowned for pair in mine)
        if (
            crowded
            or theirs & set(mine)
            or not all(map(self._is_calm, {*stack.program, *self.before.resources}))
            or (not self.asked.refresh and any(map(self._is_of_another, self.before.resources)))
        ):
            return
        renamed = {
            name for name, one in self.before.resources.items() if name not in stack.program or one.pending
        }
        policies = any(goal.inputs.get("on_broken") == "fail" for goal in stack.program.values())
        if not renamed and not policies and known <= set(mine):
            raise AssertionError(f"b: nothing is wrong, and {self.asked} fails: {self.run.errors}")

    def _is_well(self, name: str) -> bool:
        declared = self.world.programs[self.stack.name][name]
        return all(
            one in self.before.well
            and self.world.is_well(one)
            and declared.urls[one] == self.world.network[one].url
            for one in declared.pair
        )

    def _is_of_another(self, name: str) -> bool:
        """Whether an application was reinstalled since: the provider then refuses a change without a refresh."""
        outputs = self.before.resources[name].outputs
        known = (outputs.get(f"{role}_server_id") for role in ("source", "target"))
        return any(one and self.world.network.of(one) is None for one in known)

    def again_puts_names_right(self) -> None:
        """A temporary name of a link is replaced by the next `up`."""
        if self._all_is_calm():
            again = self.stack.run("up")
            assert again.ok, f"b: an up after {self.asked} fails: {again.errors}"
            for name, declared in self.world.programs[self.stack.name].items():
                wrong = self.world.unlike(declared)
                assert not wrong, f"b: a name that was given for now stays: {name}: {wrong}"

    def _all_is_calm(self) -> bool:
        everything = set(self.stack.program) | set(self.stack.resources)
        return all(self.asked.is_about(name) and self._is_calm(name) for name in everything)

    def _is_calm(self, name: str) -> bool:
        """Whether nothing prevents an operation from creating or changing a link."""
        declared, known = self.world.programs[self.stack.name].get(name), self.before.resources.get(name)
        if declared is None or declared.engine.get("ignore") or name not in self.stack.resources:
            return False
        if not self._is_well(name):
            return False
        return known is None or all(
            self._address(known.outputs, role)
            == self.world.network[self.world.books.application(known.outputs, role)].url
            for role in ("source", "target")
        )

    def _stands(self, name: str, declared: Declared) -> None:
        wrong = self.world.unlike(declared, for_now=any("for now" in line for line in self.told))
        assert not wrong, f"b: after {self.asked} {name} is not as the program says: {wrong}; {self.told}"
        outputs = self.stack.resources[name].outputs
        assert outputs["status"] not in BROKEN, (
            f"b: after {self.asked} {name} does not work: {outputs['status_detail']}"
        )


def _ends_of(inputs: Inputs) -> frozenset[str]:
    """The addresses of the two applications."""
    return frozenset(str(inputs[role]["url"]) for role in ("source", "target"))


def objects(world: World) -> dict[EndKey, StoredLink]:
    return {
        (name, link_id): one
        for name, application in world.network.applications.items()
        for link_id, one in standing(application).items()
    }


def _of_copies(world: World) -> dict[EndKey, LinkBody]:
    """The links of the copies that no program was pointed at."""
    said = set().union(*world.books.addresses.values())
    return {
        (f"the copy of {name}", str(link["id"])): without_primary(link)
        for name, application in world.network.clones.items()
        if application.running and application.url not in said
        for link in application.links.snapshot()
    }
