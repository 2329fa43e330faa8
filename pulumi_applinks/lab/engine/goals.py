"""What a program asks for when it registers a resource."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pulumi_applinks.lab.engine.errors import EngineError, UnsupportedError
from pulumi_applinks.lab.engine.resources import Resource, name_of, urn_of
from pulumi_applinks.lab.engine.values import Properties, from_struct
from pulumi_applinks.lab.engine.workspace import parts

DYNAMIC = "pulumi-python:"


@dataclass
class Goal:
    """One registration.

    Attributes:
        resource: the resource as it is to be, with the program's inputs.
        aliases: URNs that it may have had.
        delete_before_replace: what the program wants of a replacement; None leaves it to the provider.
    """

    resource: Resource
    aliases: list[str] = field(default_factory=list)
    delete_before_replace: bool | None = None


def goal_of(request: Any, stack: str, project: str, renamed: dict[str, str]) -> Goal:
    """Read a registration.

    Args:
        request: the message.
        stack: the stack's name.
        project: the project's name.
        renamed: the resources found under an alias so far, from the old URN to the new one.

    Raises:
        UnsupportedError: the program wants something that this engine does not do.
    """
    _refuse(request)
    resource = Resource(
        urn=urn_of(stack, project, request.parent, request.type, request.name),
        type=request.type,
        custom=request.custom,
        inputs=from_struct(request.object),
        parent=request.parent,
        protect=request.protect,
        retainOnDelete=request.retainOnDelete,
        deletedWith=request.deletedWith,
        dependencies=list(request.dependencies),
        propertyDependencies={
            key: list(request.propertyDependencies[key].urns) for key in sorted(request.propertyDependencies)
        },
        additionalSecretOutputs=list(request.additionalSecretOutputs),
        ignoreChanges=list(request.ignoreChanges),
        replaceOnChanges=list(request.replaceOnChanges),
        customTimeouts=_timeouts(request.customTimeouts) if request.HasField("customTimeouts") else {},
    )
    return Goal(
        resource,
        list(_aliases(request, stack, project, renamed)),
        request.deleteBeforeReplace
        if request.deleteBeforeReplaceDefined or request.deleteBeforeReplace
        else None,
    )


def lookup_of(request: Any, stack: str, project: str) -> Resource:
    """Read what a program looks up: a resource by its id, which is not managed.

    Args:
        request: the message.
        stack: the stack's name.
        project: the project's name.

    Raises:
        UnsupportedError: the program wants something that this engine does not do.
    """
    if not request.type.startswith(DYNAMIC) or request.provider:
        stack_reference = request.type == "pulumi:pulumi:StackReference"
        raise UnsupportedError(
            f"the StackReference '{request.name}'"
            if stack_reference
            else f"reading {request.type} '{request.name}'"
        )
    return Resource(
        urn=urn_of(stack, project, request.parent, request.type, request.name),
        type=request.type,
        custom=True,
        external=True,
        id=request.id,
        inputs=from_struct(request.properties),
        parent=request.parent,
        dependencies=list(request.dependencies),
        additionalSecretOutputs=list(request.additionalSecretOutputs),
    )


def _refuse(request: Any) -> None:
    what = f"{request.type} '{request.name}'"
    if request.remote:
        raise UnsupportedError(f"the packaged component {what}")
    if request.custom and not request.type.startswith(DYNAMIC):
        raise UnsupportedError(f"{what}, which is not a Python dynamic resource and needs a provider plugin,")
    if request.provider or request.providers:
        raise UnsupportedError(f"the option 'provider' of {what}")
    if request.importId:
        raise EngineError(
            f"{what} cannot be imported: Pulumi's dynamic providers do not support the option 'import_'; "
            "let the provider's create take over what exists already"
        )
    for option in ("transforms", "replace_with", "state_migrations"):
        if getattr(request, option, None):
            raise UnsupportedError(f"the option '{option}' of {what}")
    if request.HasField("replacement_trigger"):
        raise UnsupportedError(f"the option 'replacement_trigger' of {what}")
    if request.HasField("hooks") and request.hooks.ListFields():
        raise UnsupportedError(f"the option 'hooks' of {what}")


def _timeouts(found: Any) -> dict[str, Any]:
    # Older SDKs have no time-out for reading.
    texts = {key: getattr(found, key, "") for key in ("create", "update", "delete", "read")}
    return {key: seconds(text) for key, text in texts.items() if text}


def seconds(text: str) -> int | float:
    """A duration such as `1h5m10s`, in seconds.

    Raises:
        EngineError: it is not a duration.
    """
    found = re.findall(r"([\d.]+)(ms|h|m|s)", text)
    if not found or "".join(number + unit for number, unit in found) != text:
        raise EngineError(f"{text!r} in custom_timeouts is not a duration such as '5m' or '1h30m'")
    size = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
    total = sum((float(number) * size[unit] for number, unit in found), start=0.0)
    return int(total) if total.is_integer() else total


def _aliases(request: Any, stack: str, project: str, renamed: dict[str, str]) -> Iterator[str]:
    yield from request.aliasURNs
    old_parents = [old for old, new in renamed.items() if new == request.parent]
    for alias in request.aliases:
        if alias.WhichOneof("alias") == "urn":
            yield alias.urn
            continue
        spec = alias.spec
        chosen = spec.WhichOneof("parent")
        if chosen == "parentUrn" and spec.parentUrn:
            parents = [spec.parentUrn]
        elif chosen == "noParent" and spec.noParent:
            parents = [""]
        else:
            parents = [request.parent, *old_parents]
        for parent in parents:
            yield urn_of(
                spec.stack or stack,
                spec.project or project,
                parent,
                spec.type or request.type,
                spec.name or request.name,
            )
    for parent in old_parents:
        yield urn_of(stack, project, parent, request.type, request.name)
        before, after = name_of(parent), name_of(request.parent)
        if request.name.startswith(after):
            yield urn_of(stack, project, parent, request.type, before + request.name[len(after) :])


def keep_ignored(news: Properties, olds: Properties, paths: list[str]) -> Properties:
    """The inputs with the old values where changes are to be ignored."""
    found = dict(news)
    for path in paths:
        found = _kept(found, olds, parts(path))
    return found


def _kept(new: Any, old: Any, path: list[str | int]) -> Any:
    key, *rest = path
    if key == "*":
        if isinstance(new, dict) and isinstance(old, dict):
            keys: list[str | int] = [*{*new, *old}]
        elif isinstance(new, list) and isinstance(old, list) and len(new) == len(old):
            keys = list(range(len(new)))
        else:
            return new
        for one in keys:
            new = _kept(new, old, [one, *rest])
        return new
    if isinstance(key, int):
        if not (isinstance(new, list) and isinstance(old, list) and key < len(old) and key < len(new)):
            return new
        value = _kept(new[key], old[key], rest) if rest else old[key]
        return [*new[:key], value, *new[key + 1 :]]
    if not isinstance(new, dict) or not isinstance(old, dict):
        return new
    if rest:
        return {**new, key: _kept(new[key], old[key], rest)} if key in new and key in old else new
    if key in old:
        return {**new, key: old[key]}
    return {name: value for name, value in new.items() if name != key}


def touches(paths: list[str], changed: list[str]) -> list[str]:
    """Which of the changed properties a list of property paths names."""
    firsts = {str(parts(path)[0]) for path in paths}
    return changed if "*" in firsts else [name for name in changed if name in firsts]
