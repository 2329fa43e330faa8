"""The resource's properties: from what the engine hands over to the lifecycle's records, and back.

Where an end was read to differ from the program, the observed value stands under the input's own name in the outputs, so that a
`preview --refresh` shows `url: "observed" => "declared"`. What was declared is kept in `drift`, and taken from there again before
anything is asked: credentials never follow an address that somebody else wrote.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from pulumi.output import Unknown
from pulumi.runtime import rpc

from pulumi_applinks.lifecycle import (
    Declaration,
    Identity,
    LinkObservation,
    Outcome,
    Recorded,
    Role,
    drift,
)
from pulumi_applinks.lifecycle.declaration import UNDECIDED, Malformed, declare, normalised
from pulumi_applinks.lifecycle.declaration import Finding as Finding

# Each `as` says that it can be had from here, too.
from pulumi_applinks.names import INPUTS as INPUTS
from pulumi_applinks.names import OUTPUTS as OUTPUTS
from pulumi_applinks.rest.addresses import as_segment

_ROLES: tuple[Role, ...] = ("source", "target")
_ADDRESSES = ("url", "rpc_url", "api_url")


def inputs_of(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs among the properties, without those that are not given, as the program declared them.

    Args:
        properties: inputs, or the outputs of the last operation.
    """
    found = {key: copy.deepcopy(properties[key]) for key in INPUTS if properties.get(key) is not None}
    for path, entry in (properties.get("drift") or {}).items():
        if _is_input(path):
            _put(found, path, entry["declared"], remove=bool(entry.get("added")))
    return found


def _is_input(path: str) -> bool:
    return path.split(".")[0] in INPUTS


def _overlay(inputs: dict[str, Any], found: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    for path, entry in found.items():
        if _is_input(path):
            if _get(inputs, path) is None:
                entry["added"] = True
            _put(inputs, path, entry["observed"] if entry["observed"] is not None else "")
    return inputs


def _put(target: dict[str, Any], path: str, value: Any, *, remove: bool = False) -> None:
    *parents, last = path.split(".")
    for parent in parents:
        target = target.setdefault(parent, {})
    if remove:
        target.pop(last, None)
    else:
        target[last] = value


def _get(source: Mapping[str, Any], path: str) -> Any:
    value: Any = source
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def declaration_of(properties: Mapping[str, Any]) -> Declaration:
    """The declaration in properties that were checked.

    Raises:
        Malformed: if they were not.
    """
    declaration, findings = parse(properties)
    if declaration is None:
        raise Malformed(findings)
    return declaration


def parse(properties: Mapping[str, Any]) -> tuple[Declaration | None, list[Finding]]:
    """The declaration, as far as it is known in a preview, and what is wrong with its form.

    Args:
        properties: inputs, or the outputs of the last operation.

    Returns:
        The declaration, or nothing where its form is wrong; every finding.
    """
    unknown: set[str] = set()
    known = _without_unknown(inputs_of(properties), "", unknown)
    try:
        return declare(known, frozenset(unknown)), []
    except Malformed as wrong:
        return None, wrong.findings


def _without_unknown(value: Any, path: str, unknown: set[str]) -> Any:
    if not isinstance(value, Mapping):
        return value
    kept: dict[str, Any] = {}
    for key, item in value.items():
        here = f"{path}.{key}" if path else str(key)
        if item == rpc.UNKNOWN or isinstance(item, Unknown):
            unknown.add(here)
        elif item is not None:
            kept[key] = _without_unknown(item, here, unknown)
    return kept


def as_stored(news: Mapping[str, Any], declaration: Declaration) -> dict[str, Any]:
    """The inputs as the state keeps them, however the program wrote them.

    Args:
        news: what the program gives.
        declaration: the same as a record, which decides on the authentication where the program says nothing.
    """
    stored = normalised(news)
    if stored.get("authentication") is None:
        decided = declaration.authentication
        stored["authentication"] = (
            rpc.UNKNOWN if decided == UNDECIDED else decided.model_dump(exclude_none=True)
        )
    return stored


def changed_inputs(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    """Paths of the inputs that differ, two levels deep.

    Args:
        old: the outputs of the last operation.
        new: the inputs now.
    """
    before, after = normalised(inputs_of(old)), normalised(inputs_of(new))
    changed: set[str] = set()
    for key in INPUTS:
        mine, theirs = before.get(key), after.get(key)
        if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            changed |= {f"{key}.{part}" for part in {*mine, *theirs} if mine.get(part) != theirs.get(part)}
        elif mine != theirs:
            changed.add(key)
    return changed


def moved_roles(changed: set[str]) -> frozenset[Role]:
    """The applications whose address changed."""
    return frozenset(role for role in _ROLES if any(f"{role}.{part}" in changed for part in _ADDRESSES))


def recorded_in(state: Mapping[str, Any], changed: set[str] | None = None) -> Recorded:
    """What the outputs of the last operation know of the link.

    Args:
        state: those outputs.
        changed: the inputs that the program has changed since.
    """
    changed = changed or set()
    moved = moved_roles(changed)
    links = {role: seen for role in _ROLES if (seen := _link_before(state, role)) is not None}
    identities: dict[Role, Identity] = {
        role: Identity(
            server_id=state[f"{role}_server_id"], type_id=state[f"{role}_type"], name=state[f"{role}_name"]
        )
        for role in _ROLES
        if state.get(f"{role}_server_id")
    }
    link_ids: dict[Role, str] = {}
    if state.get("link_id"):
        # A state can be edited by hand, and an id becomes a part of an address.
        link_ids["source"] = as_segment(state["link_id"], encoded=True)
    if state.get("source_server_id"):
        link_ids["target"] = as_segment(state["source_server_id"], encoded=True)
    managed: tuple[Role, ...] = tuple(role for role in ("target", "source") if role in state["managed_ends"])
    addresses = {f"{role}.{part}" for role in moved for part in _ADDRESSES}
    return Recorded(
        identities=identities,
        managed=managed,
        link_ids=link_ids,
        links=links,
        moved=moved,
        only_moved=bool(moved) and changed <= addresses and not state.get("drift"),
    )


def outputs_of(
    properties: Mapping[str, Any],
    declaration: Declaration,
    outcome: Outcome,
    *,
    before: Mapping[str, Any] | None = None,
    managed: tuple[Role, ...] | None = None,
    replaced: Mapping[Role, str] | None = None,
    reading: bool = False,
) -> dict[str, Any]:
    """The resource's outputs after an operation.

    Args:
        properties: the inputs as the engine handed them over.
        declaration: the same as a record.
        outcome: what was read.
        before: the outputs of the operation before, for an end that did not answer.
        managed: the ends that were made; those that have a link if not given.
        replaced: ends at whose address another application answers.
        reading: whether this is a refresh, which tells of new duplicates; an `up` has reported them.
    """
    links: dict[Role, LinkObservation | None] = {
        role: _link_before(before, role) if before is not None else None for role in _ROLES
    }
    links.update(outcome.links)
    outcome = outcome.model_copy(update={"links": links})
    acknowledged: dict[Role, tuple[str, ...]] = {}
    for role in _ROLES:
        seen = links[role]
        if not reading and seen is not None:
            acknowledged[role] = seen.duplicates
        elif before is not None:
            known = _link_before(before, role)
            reported = (before.get("drift") or {}).get(f"duplicates.{role}", {}).get("observed", ())
            acknowledged[role] = tuple(set(known.duplicates if known else ()) - set(reported))
    found = drift(declaration, outcome, acknowledged)
    for role, server_id in (replaced or {}).items():
        found[f"{role}_server_id"] = {
            "declared": _get(before or {}, f"{role}_server_id"),
            "observed": server_id,
            "on": role,
        }
    outputs = _overlay(inputs_of(properties), found)
    ends = (
        managed
        if managed is not None
        else tuple(role for role in ("target", "source") if outcome.links.get(role))
    )
    source, target = (
        outcome.identities.get(role) or _not_up_yet(before or {}, role) for role in ("source", "target")
    )
    source_link, target_link = links["source"], links["target"]
    provisional = source_link.id if source_link else target.server_id
    return {
        **outputs,
        "link_id": provisional,
        "reverse_link_id": source.server_id if "target" in ends else None,
        "source_type": source.type_id,
        "target_type": target.type_id,
        "source_name": source.name,
        "target_name": target.name,
        "source_server_id": source.server_id,
        "target_server_id": target.server_id if target.confirmed else None,
        "source_link": _plain(source_link),
        "target_link": _plain(target_link) if "target" in ends else None,
        "managed_ends": sorted(ends),
        "status": outcome.word,
        "status_detail": outcome.detail,
        "drift": found,
    }


def _not_up_yet(state: Mapping[str, Any], role: Role) -> Identity:
    """What is known of an application that has not answered since the link was made without it."""
    return Identity(
        server_id=state["link_id"],
        type_id=state[f"{role}_type"],
        name=state[f"{role}_name"],
        confirmed=False,
    )


def _link_before(state: Mapping[str, Any] | None, role: Role) -> LinkObservation | None:
    kept = (state or {}).get(f"{role}_link")
    return LinkObservation.model_validate(kept) if kept else None


def _plain(seen: LinkObservation | None) -> dict[str, Any] | None:
    return seen.model_dump(mode="json", exclude_none=True) if seen is not None else None


def inputs_given(outputs: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs of the last operation with other inputs, when nothing but those changed.

    Args:
        outputs: the outputs of the last operation.
        news: the inputs now.
    """
    kept = {key: copy.deepcopy(value) for key, value in outputs.items() if key in OUTPUTS}
    return {**_overlay(inputs_of(news), kept.get("drift") or {}), **kept}
