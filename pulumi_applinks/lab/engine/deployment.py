"""One deployment: what there was, what was done so far, and what the state has to say at any moment."""

from __future__ import annotations

import errno
import os
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn, TypeVar

from pulumi_applinks.lab.engine.display import Display
from pulumi_applinks.lab.engine.provider import DynamicProvider, ProviderError
from pulumi_applinks.lab.engine.resources import PROVIDER_TYPE, Resource, now, urn_of
from pulumi_applinks.lab.engine.snapshots import snapshot
from pulumi_applinks.lab.engine.state import StateFile
from pulumi_applinks.lab.engine.targets import Targets
from pulumi_applinks.lab.engine.values import UNKNOWN_ON_WIRE, Properties

Answer = TypeVar("Answer")


class FailedError(Exception):
    """A step failed; the user was told, and nothing else is to be started."""


class Deployment:
    """The resources of one deployment, and what each step of it needs.

    Args:
        olds: the resources of the last state.
        project: the project's name.
        stack: the stack's name.
        engine: the address of the engine's log.
        provider: the dynamic provider's process.
        display: what the user sees.
        file: where the state is kept; None in a preview, which keeps nothing.
        targets: which resources it is about.
        parallel: how many steps may run at once.
        continue_on_error: whether what does not need a failed resource is done all the same.
    """

    def __init__(
        self,
        olds: list[Resource],
        *,
        project: str,
        stack: str,
        engine: str,
        provider: DynamicProvider,
        display: Display,
        file: StateFile | None,
        targets: Targets,
        parallel: int,
        continue_on_error: bool,
    ) -> None:
        self.project = project
        self.stack = stack
        self.engine = engine
        self.provider = provider
        self.display = display
        self.file = file
        self.dry_run = file is None
        self.targets = targets
        self.parallel = parallel
        self.continue_on_error = continue_on_error
        self.stack_urn = display.stack_urn
        self.provider_urn = urn_of(stack, project, "", PROVIDER_TYPE, "default")
        self.done: list[Resource] = []
        self.renamed: dict[str, str] = {}
        self._by_urn: dict[str, Resource] = {}
        self._lock = threading.RLock()
        self._running = threading.BoundedSemaphore(parallel)
        self._active = 0
        self._idle = threading.Condition()
        self.failure = threading.Event()
        self.incomplete = False
        """Whether a step failed, and the operation as a whole is told to have failed."""
        self.refused = False
        """Whether it was the engine itself that could not go on."""
        self._problem = ""
        self._told = False
        self._unwritten: list[Resource] = []
        self.failed: set[str] = set()
        """URNs of what failed, or was left because of that, when the others go on."""
        self._take(olds)
        self._begin()

    def old(self, urn: str) -> Resource | None:
        """The resource that the state has under a URN, but for those that wait for their deletion."""
        with self._lock:
            return next(
                (one for one in self._olds_by_urn.get(urn, ()) if not one.delete and self._is_old(one)), None
            )

    @property
    def olds(self) -> list[Resource]:
        """The resources of the last state that no step has replaced or deleted."""
        with self._lock:
            return list(self._olds.values())

    def restate(self, olds: list[Resource]) -> None:
        """These are the resources of the last state, from now on; nothing was done on them yet."""
        with self._lock:
            self._take(olds)
            self.save()
            self._begin()

    def _begin(self) -> None:
        if self.file is not None and not self._problem:
            try:
                self.file.journal.open()
            except OSError as problem:
                self._stop_writing(problem)
                self._tell_what_is_unwritten()

    def _take(self, olds: list[Resource]) -> None:
        self._olds = dict(enumerate(olds))
        self._numbers = {id(one): number for number, one in self._olds.items()}
        self._olds_by_urn: dict[str, list[Resource]] = {}
        for one in olds:
            self._olds_by_urn.setdefault(one.urn, []).append(one)
        self._next = len(olds)

    def _is_old(self, one: Resource) -> bool:
        return self._numbers.get(id(one)) in self._olds

    def put(self, new: Resource, old: Resource | None = None) -> None:
        """A step is done: keep its result in place of the old resource, or beside one that waits for its deletion."""
        with self._lock:
            stays = old is not None and old.delete
            if old is not None and not stays:
                self._olds.pop(self._numbers.get(id(old), -1), None)
            self._numbers[id(new)] = self._next
            self._next += 1
            self.done.append(new)
            self._by_urn[new.urn] = new
            self._note(*[new] if old is None else [new, old])

    def forget(self, old: Resource) -> None:
        """A resource is gone."""
        with self._lock:
            self._olds.pop(self._numbers.get(id(old), -1), None)
            self._note(old)

    def keep(self, changed: Resource) -> None:
        """Something about a resource has changed."""
        with self._lock:
            self._note(changed)

    def present(self, urn: str) -> Resource | None:
        """What was registered under a URN."""
        return self._by_urn.get(urn)

    def _note(self, *resources: Resource) -> None:
        if self.file is None:
            return
        there: dict[int, Resource | None] = {}
        for one in resources:
            number = self._numbers.get(id(one))
            if number is not None:
                there[number] = one if number in self._olds or self._by_urn.get(one.urn) is one else None
        try:
            self.file.note(there, self.renamed)
        except OSError as problem:
            self._unwritten += resources
            self._stop_writing(problem)
        if self.file.journal.full:
            self._stop_writing(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))

    def _stop_writing(self, problem: OSError) -> None:
        self._problem = problem.strerror or str(problem)
        self.refused = True
        self.failure.set()

    def save(self) -> None:
        """Write everything, unless this is a preview; tell what could not be written, and let nothing else begin then."""
        file = self.file
        if file is None:
            return
        with self._lock:
            try:
                file.save(snapshot(self.done, self.olds, self.renamed))
                self._unwritten.clear()
            except OSError as problem:
                self._stop_writing(problem)
            if self._problem:
                self._tell_what_is_unwritten()

    def _tell_what_is_unwritten(self) -> None:
        if self._told or self.file is None:
            return
        self._told = True
        lost = "".join(f"\n  {one.urn} ({one.id})" for one in self._unwritten)
        self.fail(
            None,
            f"the state cannot be written to {self.file.path.parent}: {self._problem}. "
            + (
                f"What was done with these is recorded nowhere, so look after them before you run the command again:{lost}"
                if lost
                else "What was done is recorded: make room, or mend what stands against writing, and run the command again."
            ),
        )

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._idle:
            self._active += 1
        try:
            with self._running:
                yield
        finally:
            with self._idle:
                self._active -= 1
                self._idle.notify_all()

    def run(self, resource: Resource, call: Callable[[], Answer]) -> Answer:
        """Do one step; at most so many at once.

        Raises:
            FailedError: it failed, or another one has before this one began.
        """
        with self._counted():
            if self.failure.is_set():
                raise FailedError
            return self.asked(resource, call, step=True)

    def asked(self, resource: Resource, call: Callable[[], Answer], *, step: bool = False) -> Answer:
        """Call the provider; an error is shown under the resource.

        Args:
            resource: which one it is about.
            call: the call.
            step: whether it is a step, and not the planning of one.

        Raises:
            FailedError: the call failed.
        """
        try:
            return call()
        except ProviderError as problem:
            self.fail(resource, str(problem), step=step)
            raise FailedError from None

    def fail(self, resource: Resource | None, message: str, *, step: bool = False) -> None:
        """Show an error and let nothing else begin, unless the others are to go on.

        Args:
            resource: what failed; None for the engine itself.
            message: the error's text.
            step: whether a step failed, and not the planning of one.
        """
        if step:
            self.incomplete = True
            message = f"Preview failed: {message}" if self.dry_run else message
        self.display.fail(resource.urn if resource is not None else "", message)
        self.refused = self.refused or resource is None
        if resource is not None and self.continue_on_error:
            self.failed.add(resource.urn)
        else:
            self.failure.set()

    def refuse(self, resource: Resource, message: str, *, step: bool = False) -> NoReturn:
        """Show an error, and do not go on.

        Raises:
            FailedError: always.
        """
        self.fail(resource, message, step=step)
        raise FailedError

    def settle(self) -> None:
        """Wait for the steps that run."""
        with self._idle:
            self._idle.wait_for(lambda: self._active == 0)

    def default_provider(self, config: Properties) -> str:
        """Record the default provider with its configuration; the answer is the reference that resources keep.

        Args:
            config: the stack's configuration.
        """
        urn = self.provider_urn
        with self._lock:
            present = self.present(urn)
            if present is None:
                old = self.old(urn)
                identity = old.id if old else UNKNOWN_ON_WIRE if self.dry_run else str(uuid.uuid4())
                present = Resource(
                    urn, PROVIDER_TYPE, custom=True, id=identity, inputs=dict(config), outputs=dict(config)
                )
                changed = old is None or old.inputs != present.inputs
                present.created = old.created if old else now()
                present.modified = now() if changed or old is None else old.modified
                self.put(present, old)
        return f"{urn}::{present.id}"
