"""The verbs that change a stack (update, refresh and destroy), and their previews."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
import uuid
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from types import FrameType
from typing import Any, NoReturn, TypeVar

from pulumi_applinks.lab.engine.display import Display, Op
from pulumi_applinks.lab.engine.errors import EngineError, UnsupportedError
from pulumi_applinks.lab.engine.monitor import EngineService, FailedError, Monitor, served
from pulumi_applinks.lab.engine.plugin import PLUGIN, Child, DynamicProvider, ProviderError
from pulumi_applinks.lab.engine.state import PROVIDER_TYPE, STACK_TYPE, Resource, StateFile, urn_of
from pulumi_applinks.lab.engine.values import (
    Properties,
    changed,
    from_struct,
    is_secret,
    keep_ignored,
    mark_names,
    plain,
)
from pulumi_applinks.lab.engine.workspace import Workspace

Answer = TypeVar("Answer")

_PLAYED = (
    "type name parent custom object protect dependencies propertyDependencies deleteBeforeReplace deleteBeforeReplaceDefined "
    "ignoreChanges additionalSecretOutputs aliasURNs retainOnDelete acceptSecrets acceptResources accepts_byte_string "
    "supportsPartialValues supportsResultReporting aliasSpecs sourcePosition stackTrace parentStackTraceHandle"
)
"""The options that a registration may have. The engine refuses any other option by its name."""
_TICK = 0.02
"""Seconds between checks whether the program has ended."""
_AT_ONCE = 4 * (os.cpu_count() or 1)
"""How many steps may run at once."""
_SHOWN = 32
"""The program's exit code if the user has already seen what is wrong."""


@dataclass
class Settings:
    """The settings of an operation.

    Attributes:
        refresh: whether to read all resources first.
        run_program: whether a refresh or a destroy gives the provider the current configuration instead of that of the last update.
        diff: whether to show properties.
        debug: whether to show debug lines.
    """

    refresh: bool = False
    run_program: bool = False
    diff: bool = False
    debug: bool = False


class Operation:
    """One verb on one stack, or its preview, which changes nothing and stores nothing.

    Args:
        workspace: the project and the stack.
        file: the stack's state.
        settings: the settings of the operation.
        dry_run: whether this is a preview.
    """

    def __init__(self, workspace: Workspace, file: StateFile, settings: Settings, *, dry_run: bool) -> None:
        self._workspace = workspace
        self._file = file
        self._settings = settings
        self._dry_run = dry_run
        self._config = workspace.config()
        self._stack_urn = self._urn(STACK_TYPE, f"{workspace.name}-{workspace.stack}")
        self.display = Display(
            dry_run, self._stack_urn, workspace.secrets(), with_diff=settings.diff, verbose=settings.debug
        )
        self._failure = threading.Event()
        self._incomplete = False
        self.interrupted = False
        self._planning = threading.Lock()
        self._writing = threading.Lock()
        self._steps = threading.BoundedSemaphore(_AT_ONCE)
        self._registered: set[str] = set()
        self._environment = {**os.environ, "PULUMI_PROJECT": workspace.name}
        self._environment.pop("PULUMI_CONFIG_PASSPHRASE", None)  # only the engine may see it

    def _urn(self, type_: str, name: str, parent: str = "") -> str:
        return urn_of(self._workspace.stack, self._workspace.name, parent, type_, name)

    def run(self, verb: str) -> Display:
        """Run the verb: `preview`, `up`, `refresh` or `destroy`."""
        with ExitStack() as stack:
            if not self._dry_run:
                stack.enter_context(self._file.locked())
            self._resources = self._file.load()
            if not self._dry_run:
                self._file.save(self._resources)  # if this fails, nothing is started
            stack.enter_context(self._interruptible())
            self._engine = stack.enter_context(served(EngineService(self.display)))
            self._provider = DynamicProvider(lambda: self._child(PLUGIN, self._engine))
            stack.callback(self.display.end)
            stack.callback(self._say_how_it_ended)
            stack.callback(self._provider.stop)
            title = {"refresh": "refresh", "destroy": "destroy"}.get(verb, "update")
            doing = f"Previewing {title}" if self._dry_run else f"{title.removesuffix('e').capitalize()}ing"
            self.display.line(f"{doing} ({self._workspace.stack}):\n")
            {"refresh": self._refresh, "destroy": self._destroy}.get(verb, self._update)()
        return self.display

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Handle Ctrl-C: running steps are finished, and no other step starts. A second Ctrl-C ends the process."""
        numbers = (signal.SIGINT, signal.SIGTERM)

        def interrupt(number: int, frame: FrameType | None) -> None:
            self.interrupted = True
            self._failure.set()
            for one in numbers:
                signal.signal(one, signal.SIG_DFL)
            # Do not use `print`: the signal may have interrupted it.
            told = "interrupted: what has started is finished first; another interruption ends it at once\n"
            os.write(sys.stderr.fileno(), told.encode())

        before = {number: signal.signal(number, interrupt) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _say_how_it_ended(self) -> None:
        if self.interrupted:
            self.display.fail("", "interrupted: what had started was finished, and nothing else was started")
        elif self._incomplete:
            self.display.log("error", f"{'preview' if self._dry_run else 'update'} failed")

    def _child(self, *arguments: str, **more: str) -> Child:
        return Child(arguments, self._workspace.folder, {**self._environment, **more}, self.display.say)

    # Errors

    def _fail(self, resource: Resource | None, message: str, *, step: bool = False) -> None:
        """Show an error, and start no further steps.

        Args:
            resource: what failed; None for the engine itself.
            message: the error's text.
            step: whether a step failed, as opposed to the planning of a step.
        """
        self._incomplete = self._incomplete or step
        self.display.fail(resource.urn if resource else "", message)
        self._failure.set()

    def refuse(self, problem: EngineError) -> None:
        """Show what the engine does not support, and start no further steps."""
        self._fail(None, str(problem))

    def _stop(self, resource: Resource, message: str) -> NoReturn:
        self._fail(resource, message)
        raise FailedError

    def _ask(self, resource: Resource, call: Callable[[], Answer], *, step: bool = True) -> Answer:
        """Call the provider. An error is shown under the resource."""
        try:
            return call()
        except ProviderError as problem:
            self._fail(resource, str(problem), step=step)
            raise FailedError from None

    @contextmanager
    def _step(self) -> Iterator[None]:
        """Limit how many steps run at once. A step includes recording its result in the state."""
        with self._steps:
            if self._failure.is_set():
                raise FailedError
            yield

    def _settle(self) -> None:
        """Wait for the running steps."""
        with self._planning:
            for _ in range(_AT_ONCE):
                self._steps.acquire()
        self._steps.release(_AT_ONCE)

    # State

    def _put(self, new: Resource) -> None:
        with self._writing:
            self._resources[new.urn] = new
            self._save(new)

    def _forget(self, old: Resource) -> None:
        with self._writing:
            self._resources.pop(old.urn, None)
            self._save(old)

    def _save(self, done: Resource) -> None:
        if self._dry_run:
            return
        try:
            self._file.save(self._resources)
        except OSError as problem:
            self._fail(
                done,
                f"what was done with this resource ({done.id}) can't be recorded: the state can't be written to "
                f"{self._file.path.parent}: {problem.strerror}. Check it before you run the command again.",
            )

    def _configure_as_recorded(self) -> None:
        """Give the provider the configuration of the last update from the state, as the real engine does, or the current configuration."""
        recorded = (one.inputs for one in self._resources.values() if one.type == PROVIDER_TYPE)
        self._provider.configure(self._config if self._settings.run_program else next(recorded, {}))

    # Update

    def _update(self) -> None:
        if self._settings.refresh:
            self._configure_as_recorded()
            self._read_all(whole=False)
        if self._failure.is_set():
            return
        self._provider.configure(self._config)
        olds = list(self._resources)
        before = self._outputs()
        if self._run_program():
            self._delete([urn for urn in olds if urn not in self._registered and urn in self._resources])
            self.display.outputs(before, self._outputs())

    def _outputs(self) -> Properties:
        stack = self._resources.get(self._stack_urn)
        return stack.outputs if stack else {}

    def _run_program(self) -> bool:
        """Run the program, and return whether it succeeded and nothing failed."""
        program = self._workspace.program
        if not (program / "__main__.py" if program.is_dir() else program).is_file():
            self.refuse(EngineError(f"unable to find the program: {program} has no __main__.py"))
            return False
        with served(Monitor(self)) as monitor:
            child = self._child(
                str(program),
                PULUMI_STACK=self._workspace.stack,
                PULUMI_ROOT_DIRECTORY=str(self._workspace.directory),
                PULUMI_MONITOR=monitor,
                PULUMI_ENGINE=self._engine,
                PULUMI_DRY_RUN=str(self._dry_run).lower(),
                PULUMI_PARALLEL=str(_AT_ONCE),
                PULUMI_CONFIG=json.dumps(plain(self._config)),
                PULUMI_CONFIG_SECRET_KEYS=json.dumps(
                    [key for key, value in self._config.items() if is_secret(value)]
                ),
            )
            try:
                while child.poll() is None and not self._failure.wait(_TICK):
                    pass
                if self._failure.is_set():
                    self._settle()
                    child.muted = True
                    return False
            finally:
                code = child.stop()
        if code not in (0, _SHOWN):
            self.display.log(
                "error", f"an unhandled error occurred: program exited with non-zero exit code: {code}"
            )
        self.display.failed = self.display.failed or code != 0
        return code == 0

    def register(self, request: Any) -> Resource:
        """Carry out a registration, and return the resource as it is afterwards.

        Raises:
            FailedError: a step failed. The failure was already shown.
            UnsupportedError: the program asks for something that this engine does not support.
        """
        with self._planning:
            if self._failure.is_set():
                raise FailedError
            new = self._goal(request)
            old = self._resources.get(new.urn)
            op = self._plan(new, old, first=request.deleteBeforeReplace)
        with self._step():
            if new.custom:
                self._carry_out(op, new, old)
            self.display.step(op, new, old.inputs if old else {}, inputs=True)
            self._put(new)
        return new

    def _goal(self, request: Any) -> Resource:
        """Return the resource as the program declares it."""
        what = f"{request.type} '{request.name}'"
        if request.custom and not request.type.startswith("pulumi-python:"):
            raise UnsupportedError(
                f"{what}, which is not a Python dynamic resource and needs a provider plugin,"
            )
        for option, value in request.ListFields():
            if option.name not in _PLAYED.split() and str(value):
                name = re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", option.name)
                raise UnsupportedError(f"the option '{name}' of {what}")
        for alias in request.aliasURNs:
            if alias in self._resources:
                raise UnsupportedError(f"renaming {what}, whose alias {alias} is in the state,")
        new = Resource(
            urn=self._urn(request.type, request.name, request.parent),
            type=request.type,
            custom=request.custom,
            inputs=from_struct(request.object),
            parent=request.parent,
            protect=request.protect,
            retainOnDelete=request.retainOnDelete,
            dependencies=list(request.dependencies),
            additionalSecretOutputs=list(request.additionalSecretOutputs),
        )
        if new.urn in self._registered:
            self._stop(new, f"Duplicate resource URN '{new.urn}'; try giving it a unique name")
        self._registered.add(new.urn)
        for path in request.ignoreChanges:
            if not all(part.isidentifier() for part in path.split(".")):
                raise UnsupportedError(f"the path {path!r} under 'ignore_changes' of {what}")
            if old := self._resources.get(new.urn):
                new.inputs = keep_ignored(new.inputs, old.inputs, path)
        return new

    def _plan(self, new: Resource, old: Resource | None, *, first: bool) -> Op:
        """Check the inputs of a registration, and return what must be done for it according to the provider."""
        if not new.custom:
            new.outputs = dict(old.outputs) if old else mark_names(new.inputs, new.additionalSecretOutputs)
            return "create" if old is None else "update" if changed(old.inputs, new.inputs) else "same"
        new.provider = self._default_provider()
        wanted = new.inputs
        new.inputs = self._checked(new, old.inputs if old else {}, wanted)
        if old is None:
            return "create"
        differs, replaces, says_first = self._ask(
            new, lambda: self._provider.diff(old, new.inputs), step=False
        )
        differs = changed(old.inputs, new.inputs) if differs is None else differs
        if not (differs and replaces):
            return "update" if differs else "same"
        if old.protect and new.protect:
            self._stop(
                new,
                f'unable to replace resource "{new.urn}"\nas it is currently marked for protection. To unprotect the resource, '
                "remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`",
            )
        if not (first or says_first):
            raise UnsupportedError(f"replacing {new.type} '{new.name}' without delete_before_replace")
        new.inputs = self._checked(new, {}, wanted)
        return "replace"

    def _default_provider(self) -> str:
        """Record the default provider with its configuration, and return the reference that resources store."""
        urn = self._urn(PROVIDER_TYPE, "default")
        old = self._resources.get(urn)
        identity = old.id if old else str(uuid.uuid4())
        self._registered.add(urn)
        with self._writing:  # written to the file with the next step
            self._resources[urn] = Resource(urn, PROVIDER_TYPE, True, identity, self._config, self._config)
        return f"{urn}::{identity}"

    def _checked(self, new: Resource, olds: Properties, news: Properties) -> Properties:
        inputs, failures = self._ask(new, lambda: self._provider.check(new.urn, olds, news), step=False)
        for name, reason in failures:
            where = f": property {name}" if name else ""
            self._fail(new, f"{new.type} resource '{new.name}'{where} has a problem: {reason}")
        if failures:
            raise FailedError
        return inputs

    def _carry_out(self, op: Op, new: Resource, old: Resource | None) -> None:
        provider = self._provider
        if op == "same" and old is not None:
            new.id, new.outputs = old.id, mark_names(old.outputs, new.additionalSecretOutputs)
        elif self._dry_run:
            new.id = old.id if old and op == "update" else ""
            new.outputs = mark_names(new.inputs, new.additionalSecretOutputs)
        elif op == "update" and old is not None:
            new.id = old.id
            new.outputs = self._ask(new, lambda: provider.update(old, new))
        else:
            if old is not None and not old.retainOnDelete:
                self._ask(old, lambda: provider.delete(old))
            if old is not None:
                self._forget(old)
            new.id, new.outputs = self._ask(new, lambda: provider.create(new))

    def register_outputs(self, urn: str, outputs: Properties) -> None:
        """Store the outputs of a component or of the stack."""
        found = self._resources[urn]
        names = [] if found.type == STACK_TYPE else found.additionalSecretOutputs
        self._put(replace(found, outputs=mark_names(outputs, names)))

    # Refresh

    def _refresh(self) -> None:
        self._configure_as_recorded()
        self._read_all(whole=True)

    def _read_all(self, *, whole: bool) -> None:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda old: self._read(old, whole), list(self._resources.values())))

    def _read(self, old: Resource, whole: bool) -> None:
        """Read one resource.

        Args:
            old: as the state has it.
            whole: whether the refresh is the whole operation, as opposed to the first part of another operation.
        """
        if not old.custom or old.is_provider:
            if whole:
                self.display.step("same", old)
            return
        try:
            with self._step():
                found = self._ask(old, lambda: self._provider.read(old))
                if found is None:
                    self._forget(old)
                    self.display.step("delete" if whole else "refresh", replace(old, outputs={}), old.outputs)
                    return
                new = replace(old, inputs=found[0], outputs=found[1])
                differs, _, _ = self._ask(old, lambda: self._provider.diff(new, old.inputs))
                if changed(vars(old), vars(new)):
                    self._put(new)
        except FailedError:
            return
        drifted = changed(old.outputs, new.outputs)
        if whole:
            differs = drifted if differs is None else differs
            self.display.step("update" if differs else "same", new, old.outputs)
        elif drifted:
            self.display.step("refresh", new, old.outputs)

    # Destroy

    def _destroy(self) -> None:
        self._configure_as_recorded()
        if self._settings.refresh:
            self._read_all(whole=False)
        if not self._failure.is_set():
            self._delete(list(self._resources))

    def _delete(self, urns: Collection[str]) -> None:
        """Delete resources, each after those that need it. If one fails, the resource stays, and so does everything that it needs."""
        needed_by: dict[str, set[str]] = {urn: set() for urn in urns}
        for urn in urns:
            for needed in self._resources[urn].needs & needed_by.keys():
                needed_by[needed].add(urn)
        order = TopologicalSorter(needed_by)
        order.prepare()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            while ready := order.get_ready():
                gone = pool.map(self._delete_one, [self._resources[urn] for urn in ready])
                order.done(*(urn for urn, is_gone in zip(ready, gone, strict=True) if is_gone))

    def _delete_one(self, old: Resource) -> bool:
        if old.protect:
            self._fail(
                old,
                f'resource "{old.urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, remove the '
                "`protect` flag from the resource in your Pulumi program and run `pulumi up`",
                step=True,
            )
            return False
        asks = old.custom and not old.is_provider and not old.retainOnDelete and not self._dry_run
        try:
            with self._step():
                if asks:
                    self._ask(old, lambda: self._provider.delete(old))
                self._forget(old)
        except FailedError:
            return False
        self.display.step("delete", old, old.outputs if old.custom else {})
        return True
