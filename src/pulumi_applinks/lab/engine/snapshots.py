"""The resources of a stack in their order: each after those that it needs."""

from __future__ import annotations

from collections.abc import Mapping

from pulumi_applinks.lab.engine.resources import Resource


def snapshot(done: list[Resource], olds: list[Resource], renamed: Mapping[str, str]) -> list[Resource]:
    """All resources of a stack, each after those that it needs.

    Args:
        done: what an operation has made or looked at.
        olds: what it has not come to.
        renamed: the resources found under an alias, from the old URN to the new one.
    """
    resources = without_dangling([*done, *(with_new_names(one, renamed) for one in olds)])
    by_urn = {one.urn: one for one in resources if not one.delete}
    ordered: dict[int, Resource] = {}
    placed: set[int] = set()

    def place(one: Resource) -> None:
        if id(one) not in placed:
            placed.add(id(one))
            for urn in sorted(one.needs & set(by_urn)):
                place(by_urn[urn])
            ordered[id(one)] = one

    for one in resources:
        place(one)
    return list(ordered.values())


def with_new_names(old: Resource, names: Mapping[str, str]) -> Resource:
    """The resource, with references to others under their new names."""
    if not names or not old.needs & set(names):
        return old
    return old.copy(
        parent=names.get(old.parent, old.parent),
        deletedWith=names.get(old.deletedWith, old.deletedWith),
        dependencies=[names.get(urn, urn) for urn in old.dependencies],
        propertyDependencies={
            key: [names.get(urn, urn) for urn in urns] for key, urns in old.propertyDependencies.items()
        },
    )


def without_dangling(resources: list[Resource]) -> list[Resource]:
    """The resources, without references to others that are gone."""
    known = {one.urn for one in resources}
    found = []
    for one in resources:
        if not one.needs <= known:
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
