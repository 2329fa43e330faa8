"""The driver of the provider: it runs whole operations, each as the sequence of calls that the engine makes in one process.

Measured with the CLI 3.260.0; `test_sequences.py` compares this driver with the CLI, if the CLI is installed.

| operation | calls for each resource, in this order |
| --- | --- |
| `up`, a new resource | `check({}, news)`, `create` |
| `up` | `check(old inputs, news)`, `diff(old outputs, checked)`, and `update` if the diff reports changes |
| `up`, replaced | `check`, `diff`, `check({}, news)`, `delete`, `create` |
| `up --replace`, or a tainted resource | `check({}, news)`, `delete`, `create`: the engine does not call `diff` |
| `up`, no longer in the program | `delete`, after all others are done, if none of them failed |
| `up --refresh` | `read` and `diff(read outputs, inputs in the state)` of each; then as above, in the same process |
| `preview`, `preview --refresh` | the same without `create`, `update` and `delete`; the check is informed that it is a preview |
| `refresh` | `read`, `diff(read outputs, inputs in the state)` |
| `destroy` | `delete` |
| `destroy --refresh` | `read`, `diff`; then `delete`, in the same process |
| `refresh --run-program`, `destroy --run-program` | the same as without the option: the engine does not check the program's inputs |

The engine drops each property that is `None` when it sends values or keeps them in the state. The inputs that `read` returns replace those
in the state, and `ignore_changes` takes its values from them. After a failure, the engine keeps only the old state and starts nothing else,
unless `--continue-on-error` is given; a later run then deletes the resources that are no longer in the program.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, ResourceProvider, UpdateResult

from pulumi_applinks import ApplicationLink
from pulumi_applinks.names import IS_PREVIEW, RESOURCE_NAME
from pulumi_applinks.provider import ApplicationLinkError, ApplicationLinkProvider

Inputs = dict[str, Any]
Ended = Literal["created", "updated", "replaced", "deleted", "same", "read", "gone", "kept", "failed"]

PLUGIN_THREADS = 4
"""The number of calls that the plugin's server handles at once."""


class CompanyLink(ApplicationLink):
    """A subclass as a team with many links would write it."""


def token_of(kind: type[ApplicationLink]) -> str:
    """The type of a resource in a state."""
    return f"pulumi-python:{kind._resource_type_name}"


TOKEN = token_of(ApplicationLink)


class Cut(BaseException):
    """Raised when the process was killed: the engine knows nothing of what it did since its last answer."""


@dataclass(frozen=True)
class Goal:
    """A resource that a program registers.

    Args:
        inputs: the inputs of the link.
        protect: whether the engine refuses to delete it.
        retain: whether the engine forgets it instead of deleting it (`retain_on_delete`).
        ignore: the paths of the inputs that are taken from the state (`ignore_changes`).
        aliases: names that it might have had before.
        token: its type in the state.
        own_class: whether its class is defined in the program.
    """

    inputs: Inputs
    protect: bool = False
    retain: bool = False
    ignore: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    token: str = TOKEN
    own_class: bool = False


@dataclass
class Resource:
    """A link in the stack's state.

    Args:
        id: the id of the resource.
        outputs: the outputs of the last operation.
        inputs: the inputs that the last check or read returned.
        protect: the last value in the program.
        retain: likewise.
        tainted: whether the next `up` replaces it.
        pending: whether a replacement has deleted it and not recreated it yet.
        token: its type.
        declared: the inputs that the last check returned: those of the program, whatever a read has found since.
    """

    id: str
    outputs: dict[str, Any]
    inputs: Inputs = field(default_factory=dict)
    protect: bool = False
    retain: bool = False
    tainted: bool = False
    pending: bool = False
    token: str = TOKEN
    declared: Inputs = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """A command line that a user types.

    Args:
        verb: `up`, `preview`, `refresh` or `destroy`.
        refresh: `--refresh`.
        run_program: `--run-program`: it makes no difference to a provider that the environment configures.
        targets: `--target`, or `--target-replace`.
        excludes: `--exclude`.
        replaces: `--replace`, or `--target-replace`.
        going_on: `--continue-on-error`.
        together: whether deletions run at the same time as creations and changes, as between stacks; this is not an option of the CLI.
        line: the whole line, as it was typed.
    """

    verb: str
    refresh: bool = False
    run_program: bool = False
    targets: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    going_on: bool = False
    together: bool = False
    line: str = ""

    def __str__(self) -> str:
        return repr(self.line)

    @classmethod
    def parse(cls, line: str) -> Operation:
        """Parse a command line that identifies resources by their names in the program."""
        words = iter(line.split())
        found = cls(next(words), line=line)
        for word in words:
            if word == "--refresh":
                found = replace(found, refresh=True)
            elif word == "together":
                found = replace(found, together=True)
            elif word == "--run-program":
                found = replace(found, run_program=True)
            elif word == "--continue-on-error":
                found = replace(found, going_on=True)
            else:
                name = (next(words),)
                if word in ("--target", "--target-replace"):
                    found = replace(found, targets=found.targets + name)
                if word == "--exclude":
                    found = replace(found, excludes=found.excludes + name)
                if word in ("--replace", "--target-replace"):
                    found = replace(found, replaces=found.replaces + name)
        return found

    @property
    def preview(self) -> bool:
        """Whether the operation is a preview, which changes nothing."""
        return self.verb == "preview"

    def is_about(self, name: str) -> bool:
        """Whether a resource is among the targets."""
        return name not in self.excludes and (not self.targets or name in self.targets)


@dataclass
class Run:
    """The result of an operation.

    Args:
        ended: the result for each link.
        errors: the provider's message for each link that failed.
        refused: the engine's message for each link that it refused to change.
        invalid: the errors in the inputs of each link whose check failed.
        calls: the calls of the provider, each with the resource's name, in the order in which they started.
        cut: whether the process was killed.
    """

    ended: dict[str, Ended] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    invalid: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    cut: bool = False

    @property
    def ok(self) -> bool:
        """Whether the exit code is 0."""
        return not (self.errors or self.refused or self.invalid or self.cut)

    @property
    def changes(self) -> dict[str, Ended]:
        """The results of the links that changed."""
        return {name: how for name, how in self.ended.items() if how not in ("same", "read")}

    @property
    def stops(self) -> bool:
        """Whether the engine starts nothing else."""
        return not self.ok


class DrivenStack:
    """A stack, with its program and its state.

    Args:
        name: the name of the stack.
        threads: the number of links that are handled at once.
        provider: creates the provider for an operation.
    """

    def __init__(
        self,
        name: str = "stack",
        *,
        threads: int = 1,
        provider: Callable[[], ResourceProvider] = ApplicationLinkProvider,
    ) -> None:
        self.name = name
        self.threads = threads
        self.program: dict[str, Goal] = {}
        self.resources: dict[str, Resource] = {}
        self._provider = provider

    def __repr__(self) -> str:
        return f"DrivenStack({self.name!r})"

    def run(self, operation: Operation | str) -> Run:
        """Run one operation, in one process of the provider."""
        asked = Operation.parse(operation) if isinstance(operation, str) else operation
        before = copy.deepcopy(self.resources) if asked.preview else None
        provider, run = self._provider(), Run()
        try:
            _InOneProcess(self, asked, provider, run).carry_out()
        finally:
            getattr(provider, "close", lambda: None)()
            if before is not None:
                self.resources = before
        return run

    def pending(self) -> set[str]:
        """The links that a preview would show as new, changed or deleted."""
        return set(self.run("preview").changes)

    def drift(self) -> dict[str, dict[str, Any]]:
        """The differences from the program that the last operation found, by link."""
        return {name: one.outputs["drift"] for name, one in self.resources.items() if one.outputs["drift"]}


class _InOneProcess:
    """One operation.

    Args:
        stack: the stack.
        asked: the command line.
        provider: the provider that serves it.
        run: the result to fill in.
    """

    def __init__(self, stack: DrivenStack, asked: Operation, provider: ResourceProvider, run: Run) -> None:
        self._stack = stack
        self._asked = asked
        self._provider = provider
        self._run = run
        self._lock = threading.Lock()

    def carry_out(self) -> None:
        """Carry out the operation."""
        asked, resources = self._asked, self._stack.resources
        if asked.verb == "refresh" or asked.refresh:
            self._each(filter(asked.is_about, list(resources)), self._read)
        if asked.verb == "refresh" or self._run.stops:
            return
        if asked.refresh:
            # The results of a refresh do not count, except for resources that it did not find.
            self._run.ended = {name: how for name, how in self._run.ended.items() if how == "gone"}
        if asked.verb == "destroy":
            self._each(filter(asked.is_about, list(resources)), self._delete)
            return
        program = self._stack.program
        for name, goal in program.items():
            self._find_old(name, goal)
        left = [name for name in resources if name not in program and asked.is_about(name)]
        wanted = [name for name in program if asked.is_about(name)]
        if asked.together:
            self._each(
                sorted([*wanted, *left]), lambda name: (self._goal if name in program else self._delete)(name)
            )
            return
        self._each(wanted, self._goal)
        if not self._run.stops:
            self._each(left, self._delete)

    def _find_old(self, name: str, goal: Goal) -> None:
        """Move a resource in the state to its new name; one that has another type is a different resource."""
        resources = self._stack.resources
        known = resources.get(name)
        if known is not None and known.token != goal.token:
            resources[f"{name} as {known.token.rpartition(':')[2]}"] = resources.pop(name)
        if name not in resources:
            old = next((alias for alias in goal.aliases if alias in resources), None)
            if old is not None:
                resources[name] = resources.pop(old)

    def _each(self, names: Iterable[str], act: Callable[[str], Ended | None]) -> None:
        def one(name: str) -> None:
            run = self._run
            if run.stops and not (self._asked.going_on and not run.cut):
                return
            try:
                ended = act(name)
            except ApplicationLinkError as error:
                run.ended[name], run.errors[name] = "failed", str(error)
            except _Refused as error:
                run.ended[name], run.refused[name] = "failed", str(error)
            except _Invalid as error:
                run.ended[name], run.invalid[name] = "failed", str(error)
            except Cut:
                run.ended[name], run.cut = "failed", True
            else:
                if ended is not None:
                    run.ended[name] = ended

        if self._stack.threads == 1:
            for name in list(names):
                one(name)
            return
        with ThreadPoolExecutor(self._stack.threads) as pool:
            list(pool.map(one, list(names)))

    def _call(self, name: str, hook: str, *arguments: Any) -> Any:
        with self._lock:
            self._run.calls.append((name, hook))
        return getattr(self._provider, hook)(*(_sent(one) for one in arguments))

    # The steps of the engine

    def _check(self, name: str, goal: Goal, olds: Inputs, news: Inputs) -> Inputs:
        given = {**news, RESOURCE_NAME: name, IS_PREVIEW: self._asked.preview}
        checked: CheckResult = self._call(name, "check", olds, given)
        if checked.failures:
            raise _Invalid("; ".join(f"{one.property} {one.reason}" for one in checked.failures))
        return dict(_sent(checked.inputs))

    def _goal(self, name: str) -> Ended:
        goal, known = self._stack.program[name], self._stack.resources.get(name)
        forced = known is not None and (known.tainted or name in self._asked.replaces)
        wanted = goal.inputs if known is None else with_ignored(goal.inputs, known.inputs, goal.ignore)
        fresh = known is None or forced or known.pending
        inputs = self._check(name, goal, {} if fresh or known is None else known.inputs, wanted)
        if known is None:
            return self._create(name, goal, inputs, "created")
        if not fresh:
            diff: DiffResult = self._call(name, "diff", known.id, known.outputs, inputs)
            changes = known.inputs != inputs if diff.changes is None else diff.changes
            if not (changes and diff.replaces):
                return self._update(name, goal, inputs) if changes else self._same(name, goal)
            inputs = self._check(name, goal, {}, goal.inputs)
        if known.protect and goal.protect:
            raise _Refused(f"unable to replace resource {name!r} as it is currently marked for protection")
        if self._asked.preview:
            return "replaced"
        if not known.pending:
            if not known.retain:
                self._call(name, "delete", known.id, known.outputs)
            known.pending = True
        return self._create(name, goal, inputs, "replaced")

    def _same(self, name: str, goal: Goal) -> Ended:
        known = self._stack.resources[name]
        known.protect, known.retain = goal.protect, goal.retain
        return "same"

    def _create(self, name: str, goal: Goal, inputs: Inputs, ended: Ended) -> Ended:
        if not self._asked.preview:
            made: CreateResult = self._call(name, "create", inputs)
            outputs = _sent(made.outs or {})
            self._stack.resources[name] = Resource(
                made.id, outputs, inputs, goal.protect, goal.retain, token=goal.token, declared=inputs
            )
        return ended

    def _update(self, name: str, goal: Goal, inputs: Inputs) -> Ended:
        known = self._stack.resources[name]
        if not self._asked.preview:
            updated: UpdateResult = self._call(name, "update", known.id, known.outputs, inputs)
            known.outputs, known.inputs, known.declared = _sent(updated.outs or {}), inputs, inputs
            self._same(name, goal)
        return "updated"

    def _read(self, name: str) -> Ended:
        resources = self._stack.resources
        known = resources[name]
        if known.pending:
            return "same"
        read: ReadResult = self._call(name, "read", known.id, known.outputs)
        if not read.id:
            del resources[name]
            return "gone"
        outputs = _sent(read.outs or {})
        self._call(name, "diff", known.id, outputs, known.inputs)
        known.outputs = outputs
        if read.inputs is not None:
            known.inputs = _sent(read.inputs)
        return "read"

    def _delete(self, name: str) -> Ended:
        known = self._stack.resources[name]
        if known.protect:
            raise _Refused(f"resource {name!r} cannot be deleted because it is protected")
        if not (self._asked.preview or known.retain or known.pending):
            self._call(name, "delete", known.id, known.outputs)
        del self._stack.resources[name]
        return "kept" if known.retain else "deleted"


def _sent(value: Any) -> Any:
    """A value after it went through the engine or its state: every None in a mapping is dropped."""
    if isinstance(value, Mapping):
        return {key: _sent(one) for key, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [_sent(one) for one in value]
    return value


class _Refused(Exception):
    """Raised when the engine refuses to change a resource."""


class _Invalid(Exception):
    """Raised when a check failed."""


def with_ignored(news: Inputs, olds: Inputs, paths: Iterable[str]) -> Inputs:
    """The program's inputs, with the ignored ones replaced by those of the state."""
    found = copy.deepcopy(news)
    for path in paths:
        *parents, last = path.split(".")
        there: Any = found
        here: Any = olds
        for parent in parents:
            there = there.setdefault(parent, {}) if isinstance(there, dict) else {}
            here = here.get(parent) if isinstance(here, Mapping) else None
        if isinstance(here, Mapping) and last in here:
            there[last] = copy.deepcopy(here[last])
        else:
            there.pop(last, None)
    return found
