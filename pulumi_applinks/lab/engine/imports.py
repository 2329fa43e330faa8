"""Takes resources that exist already into the state, as an import file describes them."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

from pulumi_applinks.lab.engine.deployment import Deployment
from pulumi_applinks.lab.engine.errors import EngineError, UnsupportedError
from pulumi_applinks.lab.engine.goals import DYNAMIC
from pulumi_applinks.lab.engine.provider import invalid
from pulumi_applinks.lab.engine.resources import STACK_TYPE, Resource, now, urn_of
from pulumi_applinks.lab.engine.values import Properties, from_json


def read_file(path: Path, stack_urn: str, *, protect: bool) -> list[Resource]:
    """The resources of an import file.

    Args:
        path: the file.
        stack_urn: the root resource's URN.
        protect: whether to protect them.

    Raises:
        EngineError: it is not an import file, or a resource lacks something.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        specs = document.get("resources") or []
        urns: dict[str, str] = dict(document.get("nameTable") or {})
        return [_resource(one, urns, stack_urn, protect) for one in specs]
    except (OSError, ValueError, AttributeError) as problem:
        raise EngineError(f"could not read import file: {problem}") from None


def _resource(spec: dict[str, Any], urns: dict[str, str], stack_urn: str, protect: bool) -> Resource:
    type_, name, id_, parent = (str(spec.get(key) or "") for key in ("type", "name", "id", "parent"))
    if not type_.startswith(DYNAMIC):
        raise UnsupportedError(
            f"{type_} '{name}', which is not a Python dynamic resource and needs a provider plugin,"
        )
    if not name:
        raise EngineError(f"resource '{id_}' of type '{type_}' has no name")
    if not id_:
        raise EngineError(f"resource '{name}' of type '{type_}' has no ID")
    if parent and parent not in urns:
        raise EngineError(
            f"the parent '{parent}' for resource '{name}' of type '{type_}' has no entry in 'nameTable'"
        )
    stack, project = stack_urn.split(":", 3)[2], stack_urn.split("::", 2)[1]
    urn = urn_of(stack, project, urns.get(parent, ""), type_, str(spec.get("logicalName") or name))
    urns[name] = urn
    return Resource(
        urn,
        type_,
        custom=True,
        id=id_,
        inputs=_properties(spec.get("inputs")),
        outputs=_properties(spec.get("outputs")),
        parent=urns.get(parent, stack_urn),
        protect=protect,
        created=now(),
        modified=now(),
    )


def _properties(found: Any) -> Properties:
    opened: Properties = from_json(found or {}, json.loads)
    return opened


def import_all(deployment: Deployment, resources: list[Resource], config: Properties) -> None:
    """Take resources into the state; a provider validates the inputs, and is asked for what the file does not say.

    Args:
        deployment: what they come to belong to.
        resources: what the file says.
        config: the stack's configuration, for the default provider.

    Raises:
        FailedError: one could not be imported; that was shown.
    """
    for old in deployment.olds:
        deployment.display.step("same", old)
    if deployment.old(deployment.stack_urn) is None:
        stack = Resource(deployment.stack_urn, STACK_TYPE, custom=False, created=now(), modified=now())
        deployment.display.step("create", stack)
        deployment.put(stack)
    for new in resources:
        new.provider = deployment.default_provider(config)
        known = deployment.old(new.urn)
        if known is not None and known.id == new.id:
            continue
        if known is not None:
            deployment.refuse(new, f"resource '{new.urn}' already exists", step=True)
        if not new.outputs:
            # As the real engine does: with the id alone, by which the SDK does not know whose it is.
            deployment.run(new, partial(deployment.provider.read, new.copy(inputs={}, outputs={})))
        _, failures = deployment.run(new, partial(deployment.provider.check, new.urn, new.inputs, new.inputs))
        if failures:
            deployment.display.log(
                "warning",
                "One or more imported inputs failed to validate. This is almost certainly a bug in the `pulumi-python` provider. "
                "The import will still proceed, but you will need to edit the generated code after copying it into your program.",
                new.urn,
            )
        for name, reason in failures:
            deployment.display.log("warning", invalid(new, new.inputs, name, reason), new.urn)
        deployment.display.step("import", new, olds=new.inputs, news=new.inputs)
        deployment.put(new)
