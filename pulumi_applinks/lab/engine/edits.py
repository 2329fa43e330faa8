"""Edits of a stack's state that ask no provider: the verbs of `state`."""

from __future__ import annotations

from collections.abc import Sequence

from pulumi_applinks.lab.engine.errors import EngineError
from pulumi_applinks.lab.engine.resources import Resource
from pulumi_applinks.lab.engine.snapshots import with_new_names, without_dangling
from pulumi_applinks.lab.engine.targets import Targets

FLAGS = {
    "taint": ("taint", True),
    "untaint": ("taint", False),
    "protect": ("protect", True),
    "unprotect": ("protect", False),
}
"""What a verb sets, and to what."""


def flag(resources: list[Resource], urns: Sequence[str], verb: str) -> str:
    """Set a flag of resources; the answer is what to tell."""
    name, value = FLAGS[verb]
    for urn in urns:
        setattr(_find(resources, urn), name, value)
    return f"{len(urns)} resources {verb}ed"


def delete(resources: list[Resource], urns: Sequence[str], *, force: bool, dependents: bool) -> str:
    """Take resources out of the state; the answer is what to tell.

    Args:
        resources: the stack's resources.
        urns: those to take out.
        force: protected ones, too.
        dependents: with everything that depends on them.

    Raises:
        EngineError: it is not there, it is protected, or others depend on it.
    """
    for urn in urns:
        first = _find(resources, urn)
        leaving = Targets(only=[urn]).with_dependents(resources)
        others = [one for one in resources if one.urn in leaving and one.urn != urn]
        if others and not dependents:
            listed = "".join(f" * {f'{chr(34)}{one.name}{chr(34)}':<15} ({one.urn})\n" for one in others)
            raise EngineError(
                f"{urn} can't be safely deleted because the following resources depend on it:\n{listed}\n"
                "Delete those resources first or pass --target-dependents."
            )
        for one in (first, *others):
            if one.protect and not force:
                raise EngineError(
                    f"{one.urn} can't be safely deleted because it is protected. "
                    "Re-run this command with --force to force deletion"
                )
        resources[:] = without_dangling([one for one in resources if one.urn not in leaving])
    return "Resource deleted" if len(urns) == 1 else f"{len(urns)} resources deleted"


def rename(resources: list[Resource], urn: str, name: str) -> str:
    """Give a resource another name; the answer is what to tell.

    Raises:
        EngineError: there is no such resource, or one of the new name.
    """
    found = _find(resources, urn)
    new = urn.removesuffix(found.name) + name
    if any(one.urn == new for one in resources):
        raise EngineError(f"a resource with the URN {new} exists already")
    found.urn = new
    resources[:] = [with_new_names(one, {urn: new}) for one in resources]
    return "Resource renamed"


def _find(resources: list[Resource], urn: str) -> Resource:
    for one in resources:
        if one.urn == urn:
            return one
    raise EngineError(f'No such resource "{urn}" exists in the current state')
