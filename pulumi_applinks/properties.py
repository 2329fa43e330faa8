"""The conversion of the resource's properties: from the engine's values to the lifecycle's records, and back.

The inputs among the outputs, and the inputs that a refresh passes to the engine, are always the program's own. So credentials are never
sent to an address that somebody else wrote, whatever `ignore_changes` takes from a state. Observed values are only in `drift`, under the
input's path. A refresh also stores `drift` beside the inputs, so that a preview shows what an update repairs.

A state is an input, too: it may come from another version, from an import, or from somebody's editor. What is missing or invalid in it is
read again. Unknown properties in it are kept.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi.output import Unknown
from pulumi.runtime import rpc
from pydantic import ValidationError

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle import (
    BOTH,
    Declaration,
    Identity,
    LinkError,
    LinkObservation,
    Recorded,
    Report,
    Role,
    drift,
)
from pulumi_applinks.lifecycle.declaration import UNDECIDED, Malformed, WrongInput, declare, normalised
from pulumi_applinks.names import DEFAULTS, INPUTS, OUTPUTS, POLICIES, STATE_VERSION
from pulumi_applinks.rest import Message, same_address
from pulumi_applinks.rest.addresses import as_segment

_INPUTS_ARE_DECLARED = 3
"""The first version of the state in which the inputs are always the program's own."""
_ADDRESSES = ("url", "rpc_url", "api_url")
BROKEN = ("not-working", "elsewhere", "unreachable")
"""The recorded statuses of a link that does not work, or that has an end that does not answer."""


def inputs_of(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs among the properties as the program declared them, without those that it did not give.

    Args:
        properties: inputs, or the outputs of the last operation.
    """
    found = {key: copy.deepcopy(properties[key]) for key in INPUTS if properties.get(key) is not None}
    # Before version 3 of the state, a refresh stored observed values in place of the inputs.
    for path, entry in _recorded_drift(properties).items():
        if _is_input(path):
            _put(found, path, None if entry.get("added") else entry.get("declared"))
    return found


def inputs_after_reading(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs that a state has after a refresh: the program's inputs, and the drift, which an update removes.

    Args:
        outputs: the outputs of the refresh.
    """
    return {**inputs_of(outputs), **({"drift": outputs["drift"]} if outputs["drift"] else {})}


def refuse_old_observations(state: Mapping[str, Any], news: Mapping[str, Any]) -> None:
    """Refuse inputs that might be values that a refresh observed.

    Before version 3 of the state, a refresh stored observed values as inputs, and `ignore_changes` takes them from there.

    Args:
        state: the outputs of the last operation.
        news: the inputs now.

    Raises:
        LinkError: if an input might be such a value. It looks the same as an input that a person has adapted to a manual change.
    """
    version = state.get("state_version")
    if isinstance(version, (int, float)) and version >= _INPUTS_ARE_DECLARED:
        return
    given = normalised(news)
    doubtful = sorted(
        path
        for path, entry in _recorded_drift(state).items()
        if _is_input(path) and _get(given, path) == entry.get("observed", "") != entry.get("declared")
    )
    if doubtful:
        raise LinkError(
            Message(
                Code.STATE_OF_OLD_REFRESH,
                "an earlier version of pulumi-applinks stored what it observed among the inputs in the stack's state",
                (f"It could be mistaken for what the program declares: {', '.join(doubtful)}.",),
                changed="Nothing was asked or changed.",
                do="Run `pulumi refresh` once, then `pulumi up`.",
            )
        )


def drift_in(state: Mapping[str, Any], declaration: Declaration | None) -> dict[str, dict[str, Any]]:
    """Return what an update has to repair: the recorded drift, and a status that the program does not accept.

    Args:
        state: the outputs of the last operation.
        declaration: what the program says now, if that is known. Its policy decides whether the recorded status is acceptable.
    """
    found = _recorded_drift(state)
    if declaration is not None:
        found.pop("status", None)
        found |= _status_drift(declaration, state.get("status"), broken=state.get("status") in BROKEN)
    return found


def _recorded_drift(state: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    # The engine does not store null, so an entry may lack the declared or the observed value.
    kept = state.get("drift")
    entries = kept.items() if isinstance(kept, Mapping) else ()
    return {str(path): dict(entry) for path, entry in entries if isinstance(entry, Mapping) and "on" in entry}


def _status_drift(declaration: Declaration, word: object, *, broken: bool) -> dict[str, dict[str, Any]]:
    if not broken or declaration.on_broken != "fail":
        return {}
    return {"status": {"declared": "working", "observed": word, "on": "both"}}


def _is_input(path: str) -> bool:
    return path.split(".")[0] in INPUTS


def _put(target: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for parent in parents:
        if not isinstance(target.get(parent), dict):
            target[parent] = {}
        target = target[parent]
    if value is None:
        target.pop(last, None)
    else:
        target[last] = value


def _get(source: Mapping[str, Any], path: str) -> Any:
    value: Any = source
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def declaration_of(properties: Mapping[str, Any]) -> Declaration:
    """Make the declaration from properties that were checked, or that come from a state.

    Raises:
        LinkError: if they are not a valid declaration.
    """
    declaration, findings = parse(properties)
    if declaration is None:
        raise LinkError(
            Message(
                Code.STATE_UNREADABLE,
                "the stack's state has no usable inputs of this link",
                tuple(f"{finding.property} {finding.reason}." for finding in findings),
                changed="Nothing was asked or changed.",
                do="Correct the state (`pulumi state edit`), or run `pulumi up` with the program's inputs.",
            )
        )
    return declaration


def parse(properties: Mapping[str, Any]) -> tuple[Declaration | None, list[WrongInput]]:
    """Make the declaration, as far as it is known in a preview, and find out what is wrong with its form.

    Args:
        properties: inputs, or the outputs of the last operation.

    Returns:
        The declaration, or None if its form is wrong; and all findings.
    """
    unknown: set[str] = set()
    known = _without_unknown(inputs_of(properties), "", unknown)
    try:
        return declare(known, frozenset(unknown)), []
    except Malformed as wrong:
        return None, wrong.findings


def of_another_kind(olds: Mapping[str, Any]) -> list[WrongInput]:
    """Check whether the engine mistakes a resource of another provider for this link, because both have the same alias.

    Args:
        olds: the inputs in the state; empty for a new resource.
    """
    if not olds or any(key in olds for key in INPUTS):
        return []
    reason = (
        "the stack has a resource of another provider under this name and the type pulumi-python:dynamic:Resource, which would be lost: "
        'give the link another name, or its class a type, as in class CompanyLink(ApplicationLink, module="company", name="Link")'
    )
    return [WrongInput("", reason, Code.BAD_INPUT)]


def _is_unknown(value: Any) -> bool:
    return isinstance(value, Unknown) or (isinstance(value, str) and value == rpc.UNKNOWN)


def _without_unknown(value: Any, path: str, unknown: set[str]) -> Any:
    if not isinstance(value, Mapping):
        return value
    kept: dict[str, Any] = {}
    for key, item in value.items():
        here = f"{path}.{key}" if path else str(key)
        if _is_unknown(item):
            unknown.add(here)
        elif item is not None:
            kept[key] = _without_unknown(item, here, unknown)
    return kept


def as_stored(news: Mapping[str, Any], declaration: Declaration) -> dict[str, Any]:
    """Return the inputs in the form that the state stores, however the program wrote them.

    Args:
        news: the program's inputs.
        declaration: the same as a record. It has the authentication that applies if the program does not give any.
    """
    stored = normalised(news)
    if stored.get("authentication") is None:
        decided = declaration.authentication
        stored["authentication"] = (
            rpc.UNKNOWN if decided == UNDECIDED else decided.model_dump(exclude_none=True)
        )
    return stored


@dataclass(frozen=True)
class Change:
    """What the program says, what the state has, and how they differ. It is made once from the engine's values.

    Args:
        declaration: what the program says now; for a refresh and a deletion, what it said last.
        before: what the program said last; None if there is nothing, or if it can't be read.
        changed: paths of the inputs that differ.
        drift: what an update has to repair; see `drift_in`.
        recorded: what the state has of the link.
    """

    declaration: Declaration
    before: Declaration | None
    changed: frozenset[str]
    drift: Mapping[str, dict[str, Any]]
    recorded: Recorded

    @property
    def of_policies_alone(self) -> bool:
        """Whether only policies have changed: inputs that can't change anything on an application."""
        return self.changed <= POLICIES

    @property
    def nothing_to_repair(self) -> bool:
        """Whether no application has to be asked, as far as the state shows."""
        return self.of_policies_alone and not self.drift


def compare(id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Change:
    """Compare the inputs with the last operation.

    Args:
        id_: the resource's id: both server ids.
        olds: the outputs of the last operation.
        news: the inputs now; the same object as `olds` if there are no new inputs.

    Raises:
        LinkError: if the inputs are not those of a link.
    """
    declaration = declaration_of(news)
    before = declaration if olds is news else parse(olds)[0]
    changed = frozenset() if olds is news else changed_inputs(olds, news)
    recorded = recorded_in(olds, id_, (before or declaration).managed, changed)
    return Change(declaration, before, changed, drift_in(olds, declaration), recorded)


def changed_inputs(old: Mapping[str, Any], new: Mapping[str, Any]) -> frozenset[str]:
    """Return the paths of the inputs that differ, two levels deep. Different spellings of one address are equal.

    Args:
        old: the outputs of the last operation.
        new: the inputs now.
    """
    before, after = ({**DEFAULTS, **normalised(inputs_of(given))} for given in (old, new))
    changed: set[str] = set()
    for key in INPUTS:
        mine, theirs = before.get(key), after.get(key)
        if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            changed |= {
                f"{key}.{part}"
                for part in {*mine, *theirs}
                if mine.get(part) != theirs.get(part)
                and not (part in _ADDRESSES and same_address(str(mine.get(part)), str(theirs.get(part))))
            }
        elif mine != theirs:
            changed.add(key)
    return frozenset(changed)


def recorded_in(
    state: Mapping[str, Any], id_: str, managed: tuple[Role, ...], changed: frozenset[str] = frozenset()
) -> Recorded:
    """Read what the outputs of the last operation say about the link.

    Args:
        state: those outputs; inputs alone are enough.
        id_: the resource's id: both server ids.
        managed: the ends that the program makes. They are used if the state does not say which ends were made.
        changed: the inputs that the program has changed since then.
    """
    addresses = {f"{role}.{part}": role for role in BOTH for part in _ADDRESSES}
    moved = frozenset(role for path, role in addresses.items() if path in changed)
    identities: dict[Role, Identity] = {}
    for role, from_id in zip(BOTH, _server_ids(id_), strict=True):
        server_id = _text(state, f"{role}_server_id")
        # A state without a link's id has only inputs. A state with it, but without a server id, was made while the application was down.
        if server_id is None and not _text(state, "link_id"):
            server_id = from_id
        if server_id:
            type_id, name = _text(state, f"{role}_type") or "", _text(state, f"{role}_name") or ""
            identities[role] = Identity(server_id=server_id, type_id=type_id, name=name)
    link_ids: dict[Role, str] = {}
    # A person can edit the state, and the id becomes a part of a URL.
    if link_id := _text(state, "link_id"):
        link_ids["source"] = as_segment(link_id, encoded=True)
    elif "target" in identities:
        link_ids["source"] = identities["target"].server_id
    if "source" in identities:
        link_ids["target"] = as_segment(identities["source"].server_id, encoded=True)
    kept = state.get("managed_ends")
    known = tuple(role for role in reversed(BOTH) if isinstance(kept, list) and role in kept)
    return Recorded(
        identities=identities,
        managed=known or managed,
        link_ids=link_ids,
        links={role: seen for role in BOTH if (seen := _link_before(state, role)) is not None},
        working=state.get("status") == "working",
        moved=moved,
        only_moved=bool(moved) and changed <= addresses.keys() and not _recorded_drift(state),
    )


def _server_ids(id_: str) -> tuple[str | None, str | None]:
    source, slash, target = id_.partition("/")
    return (source, target) if slash and source and target and "/" not in target else (None, None)


def _text(state: Mapping[str, Any], key: str) -> str | None:
    value = state.get(key)
    return value if isinstance(value, str) and value and not _is_unknown(value) else None


def outputs_of(
    properties: Mapping[str, Any],
    declaration: Declaration,
    report: Report,
    *,
    before: Mapping[str, Any] | None = None,
    reading: bool = False,
) -> dict[str, Any]:
    """Make the resource's outputs after an operation.

    Args:
        properties: the inputs as the engine passed them.
        declaration: the same as a record.
        report: what was read.
        before: the outputs of the last operation, for an end that did not answer.
        reading: whether this is a refresh. A refresh shows new duplicates as drift; an `up` has reported them itself.
    """
    state = before or {}
    known: dict[Role, LinkObservation | None] = {role: _link_before(state, role) for role in BOTH}
    links = {**known, **report.links}
    acknowledged: dict[str, tuple[str, ...]] = {}
    reported = _recorded_drift(state)
    for role, what in itertools.product(BOTH, ("duplicates", "legacy")):
        if not reading:
            acknowledged[f"{what}.{role}"] = getattr(links[role], what, ())
        else:
            news = reported.get(f"{what}.{role}", {}).get("observed", ())
            acknowledged[f"{what}.{role}"] = tuple({*getattr(known[role], what, ())} - {*news})
    # All ends that the program declares are compared with it, even ends that were not made yet.
    compared = tuple(role for role in declaration.managed if role not in report.strangers)
    found = drift(declaration, compared, report.identities, links, acknowledged)
    for role, server_id in report.strangers.items():
        found[f"{role}_server_id"] = {
            "declared": _text(state, f"{role}_server_id"),
            "observed": server_id,
            "on": role,
        }
    found |= _status_drift(declaration, report.health.word, broken=report.health.broken)
    inputs = inputs_of(properties)
    for path, entry in found.items():
        if _is_input(path) and _get(inputs, path) is None:
            entry["added"] = True
    ends = report.managed
    source, target = (report.identities.get(role) or _not_up_yet(state, role) for role in BOTH)
    source_link, target_link = links["source"], links["target"]
    legacy = {role: list(seen.legacy) for role in BOTH if (seen := links[role]) is not None and seen.legacy}
    return {
        **_unknown_outputs(state),
        **inputs,
        "link_id": source_link.id if source_link else target.server_id,
        "reverse_link_id": source.server_id if "target" in ends else None,
        "source_type": source.type_id,
        "target_type": target.type_id,
        "source_name": source.name,
        "target_name": target.name,
        "source_server_id": source.server_id if source.confirmed else None,
        "target_server_id": target.server_id if target.confirmed else None,
        "source_link": _plain(source_link),
        "target_link": _plain(target_link) if "target" in ends else None,
        "managed_ends": sorted(ends),
        "status": report.health.word,
        "status_detail": report.health.detail,
        "legacy": legacy,
        "drift": found,
        "state_version": STATE_VERSION,
    }


def _unknown_outputs(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outputs that a later version stored."""
    return {
        key: copy.deepcopy(value)
        for key, value in state.items()
        if key not in INPUTS and key not in OUTPUTS and not key.startswith("__")
    }


def _not_up_yet(state: Mapping[str, Any], role: Role) -> Identity:
    """Return what is known about an application that was down when the link was made, and has not answered since."""
    link_id, type_id, name = (_text(state, key) or "" for key in ("link_id", f"{role}_type", f"{role}_name"))
    return Identity(server_id=link_id, type_id=type_id, name=name, confirmed=False)


def _link_before(state: Mapping[str, Any], role: Role) -> LinkObservation | None:
    kept = state.get(f"{role}_link")
    if not isinstance(kept, Mapping):
        return None
    legacy = state.get("legacy")
    beside = legacy.get(role) if isinstance(legacy, Mapping) else None
    known = {key: value for key, value in kept.items() if not _is_unknown(value)}
    try:
        return LinkObservation.model_validate({**known, "legacy": beside or ()})
    except ValidationError:
        return None


def _plain(seen: LinkObservation | None) -> dict[str, Any] | None:
    return seen.model_dump(mode="json", exclude_none=True) if seen is not None else None


def inputs_given(outputs: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outputs of the last operation with new inputs, if nothing else has changed.

    Args:
        outputs: the outputs of the last operation.
        news: the inputs now.
    """
    kept = {
        key: copy.deepcopy(value)
        for key, value in outputs.items()
        if key not in INPUTS and not key.startswith("__")
    }
    return {**inputs_of(news), **kept, "drift": _recorded_drift(outputs)}
