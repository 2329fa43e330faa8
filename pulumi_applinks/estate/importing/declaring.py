"""An inventory's link as the program declares it: its inputs, as a stack stores them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_applinks.estate.importing.inventory import Declared, Entry
from pulumi_applinks.lifecycle import Declaration
from pulumi_applinks.lifecycle.declaration import declare
from pulumi_applinks.names import DEFAULTS


def declaration_of(entry: Entry, applications: Mapping[str, Declared]) -> Declaration:
    """A link as a record.

    Raises:
        Malformed: if its form is wrong.
    """
    return declare(_given(entry, applications))


def inputs_of(entry: Entry, applications: Mapping[str, Declared], *, adopt: bool = False) -> dict[str, Any]:
    """A link's inputs, as a stack stores them that ran the program.

    Args:
        entry: the link.
        applications: of the inventory.
        adopt: whether the program says that the link is to be adopted.

    Raises:
        Malformed: if their form is wrong.
    """
    from pulumi_applinks.properties import as_stored  # Pulumi itself comes with it

    given = _given(entry, applications)
    if adopt:
        given["on_existing"] = "adopt"
    return as_stored(given, declare(given))


def _given(entry: Entry, applications: Mapping[str, Declared]) -> dict[str, Any]:
    said: dict[str, Any] = {
        **DEFAULTS,
        "source": entry.party("source", applications).model_dump(exclude_none=True),
        "target": entry.party("target", applications).model_dump(exclude_none=True),
        "two_way": entry.two_way,
        "authentication": entry.authentication and entry.authentication.model_dump(exclude_none=True),
        "primary": entry.primary,
        "reverse_primary": entry.reverse_primary,
    }
    return {key: value for key, value in said.items() if value is not None}
