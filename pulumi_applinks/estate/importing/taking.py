"""Read what a stack would have stored if it had created a link. The survey is that of a refresh. Nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pulumi_applinks import lifecycle
from pulumi_applinks.estate.ends import ends_of
from pulumi_applinks.estate.importing.inventory import Declared, Entry, Inventory
from pulumi_applinks.estate.reading import Progress, Reader, ask_all, of_all
from pulumi_applinks.lifecycle import Declaration, Ends, LinkError
from pulumi_applinks.lifecycle.declaration import Malformed
from pulumi_applinks.rest import ApplinksError


@dataclass(frozen=True)
class Taken:
    """A link that is taken over.

    Args:
        entry: as the inventory has it.
        id: the id of the resource.
        inputs: as a stack stores them.
        outputs: as a stack stores them.
    """

    entry: Entry
    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]


@dataclass(frozen=True)
class NotTaken:
    """A link that differs from the inventory, or could not be read.

    Args:
        entry: as the inventory has it.
        reason: why it is not taken over, in a sentence.
    """

    entry: Entry
    reason: str


def take(
    inventory: Inventory, reader: Reader, progress: Callable[[Progress], None] | None = None
) -> list[Taken | NotTaken]:
    """Read each link that will be taken over, in the order of the inventory."""
    calls: dict[str, Callable[[], Taken | NotTaken]] = {
        entry.resource: partial(_taken, entry, inventory.applications, reader) for entry in inventory.taken
    }
    found: dict[str, Taken | NotTaken] = of_all(
        ask_all("reading the links", calls, progress or (lambda _: None))
    )
    return list(found.values())


def _taken(entry: Entry, applications: Mapping[str, Declared], reader: Reader) -> Taken | NotTaken:
    from pulumi_applinks.properties import outputs_of  # imports Pulumi itself

    try:
        declaration, inputs = entry.declaration(applications), entry.inputs(applications)
    except Malformed as error:
        return NotTaken(entry, f"the inventory declares it wrongly: {error}")
    ends = _ends(entry, declaration, applications, reader)
    try:
        for role in lifecycle.BOTH:
            ends[role].client.manifest()  # an application that does not answer may still have the link
        report = lifecycle.read(ends, lifecycle.Recorded())
    except (ApplinksError, LinkError) as error:
        return NotTaken(entry, error.told.flat)
    if report is None:
        return NotTaken(entry, f"neither {entry.source} nor {entry.target} has it any more.")
    identities = report.identities
    if report.health.word == "unreachable" or len(identities) < len(lifecycle.BOTH):
        return NotTaken(entry, report.health.detail)
    outputs = outputs_of(inputs, declaration, report)
    if outputs["drift"]:
        told = "; ".join(
            f"{path} is {one['observed']!r} on {one['on']}, and the inventory says {one['declared']!r}"
            for path, one in sorted(outputs["drift"].items())
            if path != "status"
        )
        return NotTaken(entry, f"it differs from the inventory: {told}. Scan again.")
    return Taken(entry, f"{identities['source'].server_id}/{identities['target'].server_id}", inputs, outputs)


def _ends(
    entry: Entry, declaration: Declaration, applications: Mapping[str, Declared], reader: Reader
) -> Ends:
    # Each application is asked at one address, whatever addresses a link has for it. Messages that a stack stores use roles, not names.
    clients = {role: reader.client(applications[name].named(name)) for role, name in entry.names.items()}
    return ends_of(declaration, clients, {}, declaration.timeout_seconds)
