"""The verbs that change a stack: update, refresh, destroy, and their previews."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from pulumi_applinks.lab.engine import diffs, imports
from pulumi_applinks.lab.engine.deletion import delete_rest
from pulumi_applinks.lab.engine.deployment import Deployment, FailedError
from pulumi_applinks.lab.engine.display import Display
from pulumi_applinks.lab.engine.monitor import EngineService, served
from pulumi_applinks.lab.engine.program import run_program
from pulumi_applinks.lab.engine.provider import DynamicProvider
from pulumi_applinks.lab.engine.registration import Registrar
from pulumi_applinks.lab.engine.resources import PROVIDER_TYPE, STACK_TYPE, Resource, now, urn_of
from pulumi_applinks.lab.engine.snapshots import without_dangling
from pulumi_applinks.lab.engine.state import StateFile
from pulumi_applinks.lab.engine.targets import Targets, missing
from pulumi_applinks.lab.engine.values import Properties
from pulumi_applinks.lab.engine.workspace import Workspace


@dataclass
class Operation:
    """One verb on one stack.

    Attributes:
        workspace: the project and the stack.
        file: the stack's state.
        environment: what the program and its provider get.
        refresh: read all resources before an update.
        current_config: configure the provider from the stack's settings in a refresh or a destroy, too.
        with_diff: show properties.
        verbose: show debug lines.
        parallel: how many steps may run at once.
        continue_on_error: in an update, do what does not need a failed resource; nothing is deleted then.
        targets: which resources it is about.
    """

    workspace: Workspace
    file: StateFile
    environment: Mapping[str, str]
    refresh: bool = False
    current_config: bool = False
    with_diff: bool = False
    verbose: bool = False
    parallel: int = 16
    continue_on_error: bool = False
    targets: Targets = field(default_factory=Targets)

    @property
    def _stack_urn(self) -> str:
        project, stack = self.workspace.name, self.workspace.stack
        return urn_of(stack, project, "", STACK_TYPE, f"{project}-{stack}")

    def _provider(self, engine: str, display: Display) -> DynamicProvider:
        environment = {**self.environment, "PULUMI_PROJECT": self.workspace.name}
        return DynamicProvider(self.workspace.folder, environment, engine, display.say)

    @contextmanager
    def _deployment(self, dry_run: bool) -> Iterator[Deployment]:
        display = Display(
            dry_run,
            self._stack_urn,
            self.workspace.secrets(self.file.crypter),
            with_diff=self.with_diff,
            verbose=self.verbose,
        )
        olds = self.file.load()
        if not dry_run and self.file.unfinished:
            self.file.save(olds)
        with served(EngineService(display)) as engine:
            deployment = Deployment(
                olds,
                project=self.workspace.name,
                stack=self.workspace.stack,
                engine=engine,
                provider=self._provider(engine, display),
                display=display,
                file=None if dry_run else self.file,
                targets=replace(self.targets),
                parallel=self.parallel,
                continue_on_error=self.continue_on_error,
            )
            try:
                yield deployment
            except KeyboardInterrupt:
                deployment.fail(
                    None, "interrupted: the steps that were running were waited for, nothing else was begun"
                )
                deployment.settle()
                raise
            finally:
                deployment.provider.stop()
                deployment.save()
                if deployment.incomplete:
                    display.log("error", f"{'preview' if dry_run else 'update'} failed")
                display.diagnostics()
                display.summary()

    def _configure_from_state(self, deployment: Deployment) -> None:
        """The provider gets what the state has from the last update, as with the real engine; or the settings of today."""
        if self.current_config:
            config = self.workspace.config(self.file.crypter)
        else:
            old = next((one for one in deployment.olds if one.type == PROVIDER_TYPE), None)
            config = old.inputs if old else {}
        deployment.provider.configure(config)

    def _configure_now(self, deployment: Deployment, config: Properties) -> None:
        """The provider gets the settings of today, in a new process if it was given others before."""
        if not deployment.provider.configured_with(config):
            deployment.provider.stop()
            deployment.provider = self._provider(deployment.engine, deployment.display)
        deployment.provider.configure(config)

    def update(self, *, dry_run: bool) -> Display:
        """Run the program, and make the stack what it describes."""
        config = self.workspace.config(self.file.crypter)
        with self._deployment(dry_run) as deployment:
            display = deployment.display
            display.line(f"{'Previewing update' if dry_run else 'Updating'} ({self.workspace.stack}):\n")
            if self.refresh:
                self._configure_from_state(deployment)
                self._read_all(deployment, count=False)
            self._configure_now(deployment, config)
            stack = deployment.old(deployment.stack_urn)
            old_outputs = dict(stack.outputs) if stack else {}
            registrar = Registrar(deployment, config)
            olds = deployment.olds
            self._refuse_missing(deployment, self.targets.replaced, {one.urn for one in olds})
            if not deployment.failure.is_set() and run_program(
                registrar, self.workspace, self.environment, config
            ):
                new = deployment.present(deployment.stack_urn)
                if not deployment.failed:
                    delete_rest(deployment, olds)
                self._refuse_missing(
                    deployment, self.targets.only, {*registrar.urns, *(one.urn for one in olds)}
                )
                display.outputs(old_outputs, new.outputs if new else {})
        return display

    def _refuse_missing(self, deployment: Deployment, urns: Sequence[str], known: Collection[str]) -> None:
        for urn in missing(urns, known):
            hint = "" if "$" in urn else " Did you forget to escape $ in your shell?"
            deployment.fail(None, f"Target '{urn}' could not be found in the stack.{hint}")

    def read_all(self, *, dry_run: bool) -> Display:
        """Refresh: make the state what there is."""
        with self._deployment(dry_run) as deployment:
            display = deployment.display
            display.line(f"{'Previewing refresh' if dry_run else 'Refreshing'} ({self.workspace.stack}):\n")
            self._configure_from_state(deployment)
            self._read_all(deployment, count=True)
        return display

    def _read_all(self, deployment: Deployment, *, count: bool) -> None:
        olds = deployment.olds
        within = self.targets.with_dependents(olds) if self.targets.dependents else None

        def read(old: Resource) -> Resource | None:
            asked = self.targets.names(old.urn) if within is None else old.urn in within
            return self._read(deployment, old, count) if asked else None

        with ThreadPoolExecutor(deployment.parallel) as pool:
            news = list(pool.map(read, olds))
        kept = [old if new is None else new for old, new in zip(olds, news, strict=True) if new is not _GONE]
        deployment.restate(without_dangling(kept))

    def _read(self, deployment: Deployment, old: Resource, count: bool) -> Resource | None:
        """Read one resource; `_GONE` if it is, None if it could not be asked or need not be."""
        display = deployment.display
        if not old.custom or old.is_provider or old.pendingReplacement or old.delete:
            if count:
                display.step("same", old)
            return None
        try:
            new = deployment.run(old, lambda: deployment.provider.read(old))
            if new is None:
                display.step("delete" if count else "refresh", old, olds=old.outputs)
                return _GONE
            drifted: bool | None = bool(diffs.changed(old.outputs, new.outputs))
            if not old.external:
                drifted = deployment.run(old, lambda: deployment.provider.diff(new, old.inputs)).changes
        except FailedError:
            return None
        changed = diffs.changed(old.outputs, new.outputs) or diffs.changed(old.inputs, new.inputs)
        if changed:
            new.modified = now()
        if drifted is None:
            drifted = bool(changed)
        if count:
            display.step("update" if drifted else "same", new, olds=old.outputs, news=new.outputs)
        elif changed:
            display.step("refresh", new, olds=old.outputs, news=new.outputs)
        return new

    def import_(self, path: Path, *, protect: bool, dry_run: bool) -> Display:
        """Take what an import file describes into the state."""
        config = self.workspace.config(self.file.crypter)
        resources = imports.read_file(path, self._stack_urn, protect=protect)
        with self._deployment(dry_run) as deployment, suppress(FailedError):
            display = deployment.display
            known = deployment.old(deployment.provider_urn)
            config = known.inputs if known is not None else config
            display.line(f"{'Previewing import' if dry_run else 'Importing'} ({self.workspace.stack}):\n")
            deployment.provider.configure(config)
            imports.import_all(deployment, resources, config)
        return display

    def delete(self, *, dry_run: bool) -> Display:
        """Destroy: delete everything."""
        with self._deployment(dry_run) as deployment:
            display = deployment.display
            display.line(f"{'Previewing destroy' if dry_run else 'Destroying'} ({self.workspace.stack}):\n")
            self._configure_from_state(deployment)
            if self.refresh:
                self._read_all(deployment, count=False)
            if not deployment.failure.is_set():
                delete_rest(deployment, deployment.olds)
        return display


_GONE = Resource("", "", custom=False)


def environment_for_children() -> dict[str, str]:
    """The environment without what only the engine may know: the passphrase."""
    hidden = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")
    return {key: value for key, value in os.environ.items() if key not in hidden}
