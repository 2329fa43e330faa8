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
    return _with_references(old, {urn: names.get(urn, urn) for urn in old.needs})


def without_dangling(resources: list[Resource]) -> list[Resource]:
    """The resources, without references to others that are gone."""
    known = {one.urn for one in resources}
    return [
        _with_references(one, {urn: urn if urn in known else "" for urn in one.needs}) for one in resources
    ]


def _with_references(one: Resource, new: Mapping[str, str]) -> Resource:
    """The resource, with other references to those that it needs; without those that are empty then."""
    if all(urn == now for urn, now in new.items()):
        return one

    def listed(urns: list[str]) -> list[str]:
        return [new[urn] for urn in urns if new[urn]]

    return one.copy(
        parent=new.get(one.parent, ""),
        deletedWith=new.get(one.deletedWith, ""),
        dependencies=listed(one.dependencies),
        propertyDependencies={key: listed(urns) for key, urns in one.propertyDependencies.items()},
    )
