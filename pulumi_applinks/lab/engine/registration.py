"""From what a program registers to what is done: same, create, update or replace."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from pulumi_applinks.lab.engine import diffs
from pulumi_applinks.lab.engine.deployment import Deployment, FailedError
from pulumi_applinks.lab.engine.errors import EngineError
from pulumi_applinks.lab.engine.goals import Goal, goal_of, keep_ignored, lookup_of, touches
from pulumi_applinks.lab.engine.provider import invalid
from pulumi_applinks.lab.engine.resources import STACK_TYPE, Resource, now
from pulumi_applinks.lab.engine.snapshots import with_new_names
from pulumi_applinks.lab.engine.values import UNKNOWN, UNKNOWN_ON_WIRE, Properties, mark_names


@dataclass
class _Plan:
    """What is to be done for one registration."""

    op: str
    new: Resource
    old: Resource | None
    before: list[Resource]
    """What a replacement deletes first, dependents ahead of what they need; None is left for later."""


class Registrar:
    """Serves the registrations of one run of the program.

    Args:
        deployment: what it changes.
        config: the stack's configuration, for the default provider.
    """

    def __init__(self, deployment: Deployment, config: Properties) -> None:
        self.deployment = deployment
        self._config = config
        self._planning = threading.Lock()
        self.urns: set[str] = set()
        """What the program has registered."""
        self._gone: dict[str, Resource] = {}
        self._left_out: set[str] = set()

    @property
    def goes_on(self) -> bool:
        """Whether a resource that failed keeps the others from nothing."""
        return self.deployment.continue_on_error and not self.deployment.failure.is_set()

    def urn_of(self, request: Any) -> str:
        """The URN of what a registration asks for."""
        return self._goal(request).resource.urn

    def _goal(self, request: Any) -> Goal:
        return goal_of(request, self.deployment.stack, self.deployment.project, self.deployment.renamed)

    def register(self, request: Any) -> Resource:
        """Do what a registration asks for; the answer is the resource as it is then.

        Raises:
            FailedError: a step failed; it was shown.
            EngineError: the registration cannot be served.
        """
        with self._planning:
            if self.deployment.failure.is_set():
                raise FailedError
            plan = self._plan(self._goal(request))
        return self._execute(plan)

    def look_up(self, request: Any) -> Resource:
        """Read a resource that the program does not manage.

        Raises:
            FailedError: it could not be read; that was shown.
            EngineError: the look-up cannot be served.
        """
        with self._planning:
            if self.deployment.failure.is_set():
                raise FailedError
            new = lookup_of(request, self.deployment.stack, self.deployment.project)
            self._take(new)
            new.provider = self.deployment.default_provider(self._config)
            old = self.deployment.old(new.urn)
        if new.id != UNKNOWN_ON_WIRE:
            new = self.deployment.run(new, lambda: self.deployment.provider.look_up(new))
        if old is not None and not old.external and old.id != new.id:
            old.delete = True
            self.deployment.display.step("replace", new, olds=old.outputs, news=new.outputs)
        if old is not None:
            changed = diffs.changed(old.inputs, new.inputs) or diffs.changed(old.outputs, new.outputs)
            new.created, new.modified = old.created, now() if changed else old.modified
        self.deployment.put(new, old)
        return new

    def _take(self, new: Resource) -> None:
        if new.urn in self.urns:
            self.deployment.refuse(new, f"Duplicate resource URN '{new.urn}'; try giving it a unique name")
        self.urns.add(new.urn)

    def _plan(self, goal: Goal) -> _Plan:
        new = goal.resource
        self._take(new)
        if new.needs & self.deployment.failed:
            self.deployment.failed.add(new.urn)
            raise FailedError
        old = self._find_old(goal)
        if new.type != STACK_TYPE and not self.deployment.targets.include(new):
            if old is not None:
                return _Plan("same", with_new_names(old.copy(urn=new.urn), self.deployment.renamed), old, [])
            self._left_out.add(new.urn)
            return _Plan("same", new, None, [])
        if new.custom:
            new.provider = self.deployment.default_provider(self._config)
            plan = self._plan_dynamic(goal, old)
            self._refuse_without(new)
            return plan
        new.outputs = dict(old.outputs) if old else mark_names(new.inputs, new.additionalSecretOutputs)
        if old is None:
            return _Plan("create", new, None, [])
        return _Plan("update" if diffs.changed(old.inputs, new.inputs) else "same", new, old, [])

    def _refuse_without(self, new: Resource) -> None:
        """Refuse what needs a resource that is no target and does not exist yet."""
        for urn in sorted(new.needs & self._left_out):
            self.deployment.incomplete = self.deployment.dry_run
            self.deployment.refuse(
                new, f"Resource '{new.urn}' depends on '{urn}' which was was not specified in --target list."
            )

    def _find_old(self, goal: Goal) -> Resource | None:
        urn = goal.resource.urn
        for candidate in (urn, *goal.aliases):
            old = self.deployment.old(candidate) or self._gone.get(candidate)
            if old is not None:
                if candidate != urn:
                    self.deployment.renamed[candidate] = urn
                return old
        return None

    def _plan_dynamic(self, goal: Goal, old: Resource | None) -> _Plan:
        new = goal.resource
        gone = old is not None and (old.external or old.pendingReplacement or old.urn in self._gone)
        forced = old is not None and (old.taint or self.deployment.targets.replaces(new.urn))
        if old is not None:
            new.inputs = keep_ignored(new.inputs, old.inputs, new.ignoreChanges)
        wanted = new.inputs
        new.inputs = self._checked(new, old.inputs if old and not gone and not forced else {}, wanted)
        if old is None:
            return _Plan("create", new, None, [])
        if gone:
            return _Plan("replace", new, old, [])
        if forced:  # the provider is not asked, so it cannot say what comes first
            return self._plan_replacement(new, old, delete_first=goal.delete_before_replace or False)
        diff = self.deployment.asked(new, lambda: self.deployment.provider.diff(old, new.inputs))
        changed = diffs.changed(old.inputs, new.inputs)
        replaces = list(diff.replaces)
        if diff.changes is None:
            # Only then does the engine know the changed properties, as with the real one: replaceOnChanges has no effect else.
            diff.changes = bool(changed)
            replaces += touches(new.replaceOnChanges, changed)
        if diff.changes and replaces:
            new.inputs = self._checked(new, {}, wanted)
            first = goal.delete_before_replace
            return self._plan_replacement(
                new, old, delete_first=diff.delete_before_replace if first is None else first
            )
        return _Plan("update" if diff.changes else "same", new, old, [])

    def _plan_replacement(self, new: Resource, old: Resource, *, delete_first: bool) -> _Plan:
        if old.protect and new.protect:
            self.deployment.refuse(
                new,
                f'unable to replace resource "{new.urn}"\nas it is currently marked for protection. To unprotect the resource, '
                "remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`",
            )
        before: list[Resource] = []
        if delete_first:
            dependents = list(self._dependents_to_replace(old))
            for one in dependents:
                if one.protect:
                    self.deployment.refuse(
                        one, f"unable to replace resource '{one.urn}' as it is marked for protection"
                    )
            before = [*reversed(dependents), old]
            for one in before:
                self._gone[one.urn] = one
        return _Plan("replace", new, old, before)

    def _dependents_to_replace(self, root: Resource) -> Iterator[Resource]:
        """The resources that cannot stay when the root is deleted, since their inputs would force their replacement."""
        replaced = {root.urn}
        for one in self.deployment.olds:
            if (
                not one.custom
                or one.is_provider
                or one.delete
                or one.urn in replaced
                or one.pendingReplacement
            ):
                continue
            if one.deletedWith in replaced:
                replaced.add(one.urn)
                yield one
                continue
            inputs = {
                key: UNKNOWN if replaced & set(one.propertyDependencies.get(key, ())) else value
                for key, value in one.inputs.items()
            }
            lost = [key for key, value in inputs.items() if value is UNKNOWN]
            if not lost:
                continue
            diff = self.deployment.asked(one, partial(self.deployment.provider.diff, one, inputs))
            if diff.replaces or (diff.changes is None and touches(one.replaceOnChanges, lost)):
                replaced.add(one.urn)
                yield one

    def _checked(self, new: Resource, olds: Properties, news: Properties) -> Properties:
        inputs, failures = self.deployment.asked(
            new, lambda: self.deployment.provider.check(new.urn, olds, news)
        )
        for name, reason in failures:
            self.deployment.fail(new, invalid(new, news, name, reason))
        if failures:
            raise FailedError
        return inputs

    def _execute(self, plan: _Plan) -> Resource:
        new, old = plan.new, plan.old
        new.created = old.created if old and plan.op in ("same", "update") else now()
        new.modified = old.modified if old and plan.op == "same" else now()
        left_out = new.urn in self._left_out
        if new.custom and not left_out:
            self._do(plan)
        elif plan.op == "same" and old is not None:
            new.extra = old.extra
        self.deployment.display.step(plan.op, new, olds=old.inputs if old else {}, news=new.inputs)  # type: ignore[arg-type]
        if not left_out:
            self.deployment.put(new, old)
        return new

    def _do(self, plan: _Plan) -> None:
        new, old, provider = plan.new, plan.old, self.deployment.provider
        if plan.op == "same" and old is not None:
            new.id, new.extra = old.id, old.extra
            new.outputs = mark_names(old.outputs, new.additionalSecretOutputs)
            return
        if self.deployment.dry_run:
            new.id = old.id if old and plan.op == "update" else ""
            new.outputs = mark_names(new.inputs, new.additionalSecretOutputs)
            return
        if plan.op == "update" and old is not None:
            new.id = old.id
            new.outputs = self.deployment.run(new, lambda: provider.update(old, new))
            return
        for one in plan.before:
            self._delete_first(one)
        new.id, new.outputs = self.deployment.run(new, lambda: provider.create(new))
        if plan.op == "replace" and old is not None and not (old.pendingReplacement or old.external):
            old.delete = True
            old.protect = False

    def _delete_first(self, old: Resource) -> None:
        if not old.retainOnDelete:
            self.deployment.run(old, lambda: self.deployment.provider.delete(old))
        old.pendingReplacement = True
        self.deployment.keep(old)

    def register_outputs(self, urn: str, outputs: Properties) -> None:
        """Keep the outputs that a component, or the stack, has.

        Raises:
            EngineError: nobody registered the component.
        """
        found = self.deployment.present(urn)
        if urn in self._left_out:
            return
        if found is None:
            raise EngineError(f"outputs were given for '{urn}', which is not registered")
        if found.type != STACK_TYPE:
            outputs = mark_names(outputs, found.additionalSecretOutputs)
        if diffs.changed(found.outputs, outputs):
            found.modified = now()
        found.outputs = outputs
        self.deployment.keep(found)
