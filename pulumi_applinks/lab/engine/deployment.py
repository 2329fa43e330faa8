"""One deployment: what there was, what was done so far, and what the state has to say at any moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from pulumi_applinks.lab.engine.display import Display
from pulumi_applinks.lab.engine.provider import DynamicProvider, ProviderError
from pulumi_applinks.lab.engine.state import PROVIDER_TYPE, Resource, StateFile, now
from pulumi_applinks.lab.engine.values import UNKNOWN_ON_WIRE, Properties, secret_texts

Answer = TypeVar("Answer")


class FailedError(Exception):
    """A step failed; the user was told, and nothing else is to be started."""


@dataclass
class Context:
    """What every part of an operation needs.

    Attributes:
        project: the project's name.
        stack: the stack's name.
        provider: the dynamic provider's process.
        display: what the user sees.
        file: where the state is kept; None in a preview, which keeps nothing.
        parallel: how many steps may run at once.
        continue_on_error: whether what does not need a failed resource is done all the same.
    """

    project: str
    stack: str
    provider: DynamicProvider
    display: Display
    file: StateFile | None
    parallel: int = 16
    continue_on_error: bool = False

    @property
    def dry_run(self) -> bool:
        """Whether this is a preview."""
        return self.file is None

    @property
    def stack_urn(self) -> str:
        """The root resource's URN."""
        return f"urn:pulumi:{self.stack}::{self.project}::pulumi:pulumi:Stack::{self.project}-{self.stack}"

    @property
    def provider_urn(self) -> str:
        """The default provider's URN."""
        return f"urn:pulumi:{self.stack}::{self.project}::{PROVIDER_TYPE}::default"


class Deployment:
    """The resources of one deployment.

    Args:
        context: what the operation has.
        olds: the resources of the last state.
    """

    def __init__(self, context: Context, olds: list[Resource]) -> None:
        self.context = context
        self.olds = list(olds)
        self.done: list[Resource] = []
        self.renamed: dict[str, str] = {}
        self._lock = threading.RLock()
        self._running = threading.BoundedSemaphore(context.parallel)
        self._active = 0
        self._idle = threading.Condition()
        self.failure = threading.Event()
        self.failed: set[str] = set()
        """URNs of what failed, or was left because of that, when the others go on."""
        for old in olds:
            self.note_secrets(old.inputs, old.outputs)

    def note_secrets(self, *properties: Mapping[str, Any]) -> None:
        """What is secret in these properties is hidden in everything that is printed."""
        for one in properties:
            self.context.display.hide(secret_texts(dict(one)))

    def old(self, urn: str) -> Resource | None:
        """The resource that the state has under a URN, but for those that wait for their deletion."""
        return next((one for one in self.olds if one.urn == urn and not one.delete), None)

    def put(self, new: Resource, old: Resource | None = None) -> None:
        """A step is done: keep its result in place of the old resource."""
        with self._lock:
            if old is not None and not old.delete:
                self.forget(old, save=False)
            self.done.append(new)
            self.save()

    def forget(self, old: Resource, *, save: bool = True) -> None:
        """A resource is gone."""
        with self._lock:
            self.olds = [one for one in self.olds if one is not old]
            if save:
                self.save()

    def save(self) -> None:
        """Write what is known now, unless this is a preview."""
        if self.context.file is None:
            return
        with self._lock:
            self.context.file.save(self.snapshot())

    def snapshot(self) -> list[Resource]:
        """All resources there are now, each after those that it needs."""
        rest = [self._with_new_names(one) for one in self.olds]
        return without_dangling([*self.done, *rest])

    def _with_new_names(self, old: Resource) -> Resource:
        if not self.renamed or not old.needs & set(self.renamed):
            return old
        names = self.renamed
        return old.copy(
            parent=names.get(old.parent, old.parent),
            deletedWith=names.get(old.deletedWith, old.deletedWith),
            dependencies=[names.get(urn, urn) for urn in old.dependencies],
            propertyDependencies={
                key: [names.get(urn, urn) for urn in urns] for key, urns in old.propertyDependencies.items()
            },
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
            return self.asked(resource, call)

    def asked(self, resource: Resource, call: Callable[[], Answer]) -> Answer:
        """Call the provider; an error is shown under the resource.

        Raises:
            FailedError: the call failed.
        """
        try:
            return call()
        except ProviderError as problem:
            self.fail(resource, str(problem), problem.traceback)
            raise FailedError from None

    def fail(self, resource: Resource | None, message: str, traceback: str = "") -> None:
        """Show an error and let nothing else begin, unless the others are to go on."""
        self.context.display.failed(resource, message, traceback)
        if resource is not None and self.context.continue_on_error:
            self.failed.add(resource.urn)
        else:
            self.failure.set()

    def settle(self) -> None:
        """Wait for the steps that run."""
        with self._idle:
            self._idle.wait_for(lambda: self._active == 0)

    def default_provider(self, config: Properties, new_id: Callable[[], str]) -> str:
        """Record the default provider with its configuration; the answer is the reference that resources keep.

        Args:
            config: the stack's configuration.
            new_id: makes an id.
        """
        urn = self.context.provider_urn
        with self._lock:
            present = next((one for one in self.done if one.urn == urn), None)
            if present is None:
                old = self.old(urn)
                identity = old.id if old else UNKNOWN_ON_WIRE if self.context.dry_run else new_id()
                present = Resource(
                    urn, PROVIDER_TYPE, custom=True, id=identity, inputs=dict(config), outputs=dict(config)
                )
                changed = old is None or old.inputs != present.inputs
                present.created = old.created if old else now()
                present.modified = now() if changed or old is None else old.modified
                self.put(present, old)
        return f"{urn}::{present.id}"


def without_dangling(resources: list[Resource]) -> list[Resource]:
    """The resources, without references to others that are gone."""
    known = {one.urn for one in resources}
    found = []
    for one in resources:
        missing = {urn for urn in one.needs if urn not in known}
        if missing:
            one = one.copy(
                parent=one.parent if one.parent in known else "",
                deletedWith=one.deletedWith if one.deletedWith in known else "",
                dependencies=[urn for urn in one.dependencies if urn in known],
                propertyDependencies={
                    key: [urn for urn in urns if urn in known]
                    for key, urns in one.propertyDependencies.items()
                },
            )
        found.append(one)
    return found
