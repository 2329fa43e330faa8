"""Stacks of several links: what the engine keeps of them, and the calls that it makes of the provider, in this process.

Each operation has a provider of its own, as each run of the engine has a process of its own. The links of an operation are worked on at
the same time where asked, as the plugin's server does. What fails keeps its state, and the rest goes on, as with
`--continue-on-error`: more orders of events come of that than of stopping.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal

from pulumi_applinks.provider import ApplicationLinkError, ApplicationLinkProvider

Inputs = dict[str, Any]
Program = Mapping[str, Inputs]
Ended = Literal["created", "updated", "replaced", "deleted", "same", "read", "gone", "failed"]

PLUGIN_THREADS = 4
"""How many calls the plugin's server works on at once."""


@dataclass
class Resource:
    """A link in the stack's state."""

    id: str
    outputs: dict[str, Any]


@dataclass
class Run:
    """What an operation came to.

    Args:
        ended: how, for each link.
        errors: what was told of those that failed.
    """

    ended: dict[str, Ended] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return not self.errors

    @property
    def changes(self) -> dict[str, Ended]:
        """What was not left as it was."""
        return {name: how for name, how in self.ended.items() if how not in ("same", "read")}


class Stack:
    """A stack: its program, and its state.

    Args:
        name: of the stack.
        threads: how many links are worked on at once.
    """

    def __init__(self, name: str = "stack", *, threads: int = 1) -> None:
        self.name = name
        self.threads = threads
        self.program: dict[str, Inputs] = {}
        self.resources: dict[str, Resource] = {}

    def __repr__(self) -> str:
        return f"Stack({self.name!r})"

    def up(
        self, *, refresh: bool = False, together: bool = False, replacing: frozenset[str] = frozenset()
    ) -> Run:
        """`up`, or `up --refresh`: delete what left the program after the rest was made or changed.

        Args:
            refresh: whether everything is read first. Nothing is changed when something could not be read.
            together: whether what left the program is deleted while the rest is made or changed, as happens between stacks.
            replacing: the links that the engine is told to replace (`--replace`): deleted first, as the provider asks for.
        """
        run = Run()
        if refresh:
            run = self.refresh()
            if not run.ok:
                return run
            run = Run()
        provider = ApplicationLinkProvider()
        left = [name for name in self.resources if name not in self.program]

        def one(name: str) -> Ended:
            if name not in self.program:
                return self._delete(provider, name)
            return self._goal(provider, name, replacing=name in replacing)

        if together:
            self._each(sorted([*self.program, *left]), one, run)
        else:
            self._each(self.program, one, run)
            self._each(left, one, run)
        return run

    def refresh(self) -> Run:
        """Read everything: what is gone leaves the state."""
        provider, run = ApplicationLinkProvider(), Run()
        self._each(list(self.resources), lambda name: self._read(provider, name), run)
        return run

    def destroy(self) -> Run:
        """Delete everything."""
        provider, run = ApplicationLinkProvider(), Run()
        self._each(list(self.resources), lambda name: self._delete(provider, name), run)
        return run

    def pending(self) -> set[str]:
        """The links that a preview would show as to be made, changed or deleted."""
        provider = ApplicationLinkProvider()
        found = {name for name in self.resources if name not in self.program}
        for name, inputs in self.program.items():
            known = self.resources.get(name)
            if known is None or _changes(provider, known, copy.deepcopy(inputs)):
                found.add(name)
        return found

    def drift(self) -> dict[str, dict[str, Any]]:
        """What the last operation found to differ from the program, by link."""
        return {name: one.outputs["drift"] for name, one in self.resources.items() if one.outputs["drift"]}

    def _each(self, names: Any, act: Callable[[str], Ended], run: Run) -> None:
        def one(name: str) -> None:
            try:
                run.ended[name] = act(name)
            except ApplicationLinkError as error:
                run.ended[name], run.errors[name] = "failed", str(error)

        if self.threads == 1:
            for name in list(names):
                one(name)
            return
        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(one, list(names)))

    def _goal(self, provider: ApplicationLinkProvider, name: str, *, replacing: bool) -> Ended:
        inputs = copy.deepcopy(self.program[name])
        known = self.resources.get(name)
        checked = provider.check(dict(known.outputs) if known else {}, inputs)
        if checked.failures:
            told = "; ".join(f"{one.property} {one.reason}" for one in checked.failures)
            raise ApplicationLinkError(told)
        if known is None:
            self._create(provider, name, inputs)
            return "created"
        # An engine that is told to replace a resource does not ask for a difference.
        diff = (
            None
            if replacing
            else provider.diff(known.id, copy.deepcopy(known.outputs), copy.deepcopy(inputs))
        )
        if diff is None or diff.replaces:
            self._delete(provider, name)
            self._create(provider, name, inputs)
            return "replaced"
        if diff.changes is False:
            return "same"
        updated = provider.update(known.id, copy.deepcopy(known.outputs), inputs)
        known.outputs = dict(updated.outs or {})
        return "updated"

    def _create(self, provider: ApplicationLinkProvider, name: str, inputs: Inputs) -> None:
        made = provider.create(inputs)
        self.resources[name] = Resource(made.id, dict(made.outs or {}))

    def _read(self, provider: ApplicationLinkProvider, name: str) -> Ended:
        known = self.resources[name]
        read = provider.read(known.id, copy.deepcopy(known.outputs))
        if not read.id:
            del self.resources[name]
            return "gone"
        known.outputs = dict(read.outs or {})
        return "read"

    def _delete(self, provider: ApplicationLinkProvider, name: str) -> Ended:
        known = self.resources[name]
        provider.delete(known.id, copy.deepcopy(known.outputs))
        del self.resources[name]
        return "deleted"


def _changes(provider: ApplicationLinkProvider, known: Resource, inputs: Inputs) -> bool:
    diff = provider.diff(known.id, copy.deepcopy(known.outputs), inputs)
    return diff.changes is not False or bool(diff.replaces)
