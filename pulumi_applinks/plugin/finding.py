"""Finds links between the applications of the provider's configuration, for `import`, `.get`, `list` and the functions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from pulumi_applinks.codes import Code
from pulumi_applinks.credentials import NamedCredentials
from pulumi_applinks.estate import EstateError, Reader, read_estate
from pulumi_applinks.estate.importing.inventory import Inventory
from pulumi_applinks.estate.importing.proposing import proposed
from pulumi_applinks.estate.importing.taking import NotTaken, Taken, take
from pulumi_applinks.lifecycle import LinkError
from pulumi_applinks.plugin.configuration import Configuration
from pulumi_applinks.rest import ApplinksError, Message


class Finder:
    """Finds links. It only reads.

    Args:
        configuration: the provider's configuration.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._credentials = NamedCredentials(os.environ, configuration.credentials)
        self._applications = configuration.applications

    def names(self, id_: str) -> bool:
        """Check whether an id consists of names from the configuration."""
        return self._applications.keys() >= {*id_.split("/")}

    def link(self, id_: str) -> Taken | None:
        """Return one link, in the form in which a stack that made it would store it; None if there is no such link.

        Args:
            id_: `SOURCE/TARGET`: two names from the configuration, or two server ids.

        Raises:
            LinkError: if the id does not name two applications of the configuration, or the link can't be a resource.
            ApplinksError: if an application can't be asked.
        """
        with closing(Reader(self._credentials)) as reader:
            source, target = self._pair(id_, reader)
            inventory = self._inventory([source, target], reader)
            entry = next(
                (one for one in inventory.links if {one.source, one.target} == {source, target}), None
            )
            if entry is None:
                for one in (one for one in inventory.left_out if {*one.between} == {source, target}):
                    raise _cannot(id_, f"{one.end}: {one.reason}", one.next)
                return None
            if entry.source != source:
                raise _cannot(
                    id_,
                    f"the link starts from {entry.source}, and only there",
                    f"Give {entry.source}/{entry.target}.",
                )
            (found,) = take(inventory.model_copy(update={"links": (entry,)}), reader)
        if isinstance(found, NotTaken):
            raise _cannot(id_, found.reason, "Run this again; if it stays, run `applinks doctor`.")
        return found

    def links(self, application: str | None = None) -> Iterator[dict[str, str]]:
        """List the links between the applications of the configuration that can be resources: an id for `link`, and a name for each.

        Args:
            application: the name of an application, to list only its links.

        Raises:
            LinkError: if the configuration does not name that application, or names none at all.
            ApplinksError: if an application can't be asked.
        """
        if not self._applications:
            do = "Set `applinks:applications`, and run `pulumi up` where a stack's provider is asked."
            raise LinkError(
                Message(Code.BAD_INPUT, "the provider's configuration names no applications", do=do)
            )
        if application is not None and application not in self._applications:
            raise self._unknown(
                f"there is no application {application!r} in the provider's configuration",
                "one of these names",
            )
        with closing(Reader(self._credentials)) as reader:
            for entry in self._inventory(list(self._applications), reader).links:
                if application in (None, entry.source, entry.target):
                    yield {"id": f"{entry.source}/{entry.target}", "name": entry.resource}

    def _inventory(self, names: list[str], reader: Reader) -> Inventory:
        named = [self._applications[name] for name in names]
        for one in named:
            reader.client(one).manifest()
        try:
            estate = read_estate(named, self._credentials, details=True, reader=reader)
            inventory = proposed(estate, self._credentials)
        except EstateError as error:
            raise LinkError(
                Message(Code.BAD_INPUT, str(error).rstrip("."), changed="Nothing was changed.")
            ) from None
        for silent in inventory.not_asked:
            raise LinkError(
                Message(
                    Code.NOTHING_READ,
                    f"the links of {silent.application} could not be read",
                    (silent.reason,),
                    changed="Nothing was changed.",
                )
            )
        return inventory

    def _pair(self, id_: str, reader: Reader) -> tuple[str, str]:
        parts = id_.split("/")
        if len(parts) == 2 and parts[0] != parts[1]:
            named = {name: name for name in self._applications}
            known = named if self.names(id_) else dict(self._server_ids(reader))
            if known.keys() >= {*parts}:
                return known[parts[0]], known[parts[1]]
        raise self._unknown(
            f"the id {id_!r} does not name two applications of the provider's configuration",
            "SOURCE/TARGET: two names, or two server ids",
        )

    def _unknown(self, what: str, wanted: str) -> LinkError:
        names = ", ".join(self._applications) or "none"
        do = f"Give {wanted}. Set `applinks:applications` to name more."
        return LinkError(Message(Code.BAD_INPUT, what, (f"It names {names}.",), do=do))

    def _server_ids(self, reader: Reader) -> Iterator[tuple[str, str]]:
        for name, named in self._applications.items():
            try:
                yield reader.client(named).manifest().id, name
            except ApplinksError:
                continue  # the link may be between two others


def _cannot(id_: str, reason: str, next_: str | None) -> LinkError:
    return LinkError(
        Message(
            Code.BAD_INPUT,
            f"{id_} cannot be taken over as it is",
            (reason,),
            changed="Nothing was changed.",
            do=next_ or "",
        )
    )


def summary(found: Taken) -> dict[str, Any]:
    """Return what the functions report of a link: ids for macros and remote links, and its state."""
    kept = ("link_id", "reverse_link_id", "source_server_id", "target_server_id", "status", "status_detail")
    return {"id": found.id, **{key: found.outputs[key] for key in kept if found.outputs.get(key) is not None}}
