"""Deletes resources, each after those that need it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from pulumi_applinks.lab.engine.deployment import Deployment, FailedError
from pulumi_applinks.lab.engine.resources import Resource


def delete_rest(deployment: Deployment, everything: list[Resource]) -> None:
    """Delete the resources that no step has come to, if they are among the targets.

    One that fails stays in the state, and so does everything that it needs; so does a protected one. Those that can be deleted at
    the same time are, whatever becomes of each.

    Args:
        deployment: what they belong to.
        everything: all resources there were, each after those that it needs.
    """
    targets = deployment.targets
    within = targets.with_dependents(everything)
    leaving = [one for one in deployment.olds if one.urn in within]
    unasked = [one for one in leaving if not (targets.dependents or targets.names(one.urn))]
    for one in unasked:
        deployment.incomplete = True
        deployment.fail(
            one,
            f"Resource '{one.urn}' will be destroyed but was not specified in --target list.\n"
            "Either include resource in --target list or pass --target-dependents to proceed.",
        )
    if unasked:
        return
    for one in deployment.olds:
        if one.urn not in within:
            deployment.display.step("same", one)
    urns = {one.urn for one in leaving if not one.delete}
    waiting = list(leaving)
    with ThreadPoolExecutor(deployment.parallel) as pool:
        while waiting and not deployment.failure.is_set():
            needed = {urn for one in waiting for urn in one.needs if urn != one.urn}
            ready = [one for one in reversed(waiting) if one.urn not in needed] or [waiting[-1]]
            leaves = {id(one) for one in ready}
            waiting = [one for one in waiting if id(one) not in leaves]
            list(pool.map(lambda one: _delete(deployment, one, urns), ready))


def _delete(deployment: Deployment, old: Resource, leaving: set[str]) -> None:
    skipped = (
        not old.custom
        or old.external
        or old.is_provider
        or old.retainOnDelete
        or old.pendingReplacement
        or (old.deletedWith and old.deletedWith in leaving)
    )
    try:
        if old.protect and not old.delete:
            deployment.fail(
                old,
                f'resource "{old.urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, either remove the '
                "`protect` flag from the resource in your Pulumi program and run `pulumi up`, or use the command:\n"
                f"`pulumi state unprotect '{old.urn}'`",
                step=True,
            )
            return
        if not deployment.dry_run and not skipped:
            deployment.asked(old, lambda: deployment.provider.delete(old), step=True)
    except FailedError:
        return
    # What is only looked up is not counted; the other half of a replacement was counted as such.
    if not (old.external or old.delete):
        deployment.display.step("delete", old, olds=old.outputs if old.custom else {})
    deployment.forget(old)
