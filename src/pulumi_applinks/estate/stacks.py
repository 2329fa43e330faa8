"""What a stack's state tells of an estate: which applications its links are between, and which ends it manages."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pulumi_applinks.estate.findings import in_stack
from pulumi_applinks.estate.model import (
    Application,
    End,
    Estate,
    EstateError,
    FindingCode,
    Link,
    Named,
    unique_name,
)
from pulumi_applinks.estate.sources import RESOURCE_TYPE, short_name
from pulumi_applinks.lifecycle import BOTH, other
from pulumi_applinks.names import CONFIGURATION_KEY
from pulumi_applinks.rest import normalised_url

_PULUMI_SECONDS = 120


class StackError(EstateError):
    """Raised when a stack's state can't be had, or does not read as one."""


@dataclass(frozen=True)
class ManagedEnd:
    """An end that a stack manages.

    Args:
        resource: the resource that manages it.
        server_id: of the application that has it; None where the state does not say.
        link_id: its id there; None where the state does not say.
        at: the addresses of the application that has it.
        remote: those of the other one.
        meant: what its program wants so, and is no finding.
    """

    resource: str
    server_id: str | None
    link_id: str | None
    at: tuple[str, ...] = ()
    remote: tuple[str, ...] = ()
    meant: frozenset[FindingCode] = frozenset()

    def is_end(self, end: End, application: Application, others: Iterable[Application] = ()) -> bool:
        """Whether it is that end: by ids, and only where the state has none by addresses.

        Args:
            end: of the estate.
            application: that has it.
            others: the applications of the estate: of those with one server id, all but one are copies.
        """
        if self.server_id and self.link_id:
            alike = [one for one in others if one.seen and one.seen.server_id == self.server_id]
            if any(_meet(one.addresses, self.at) for one in alike) and not _meet(
                application.addresses, self.at
            ):
                return False
            return (
                application.seen is not None
                and application.seen.server_id == self.server_id
                and end.link_id == self.link_id
            )
        return _meet(application.addresses, self.at) and _meet(end.addresses, self.remote)


def _meet(some: Iterable[str], others: Iterable[str]) -> bool:
    return bool({normalised_url(one) for one in some} & {normalised_url(one) for one in others})


@dataclass(frozen=True)
class Stack:
    """What a stack's state tells.

    Args:
        applications: that its links are between.
        managed: the ends that it manages.
        configured: its configuration of credentials, where that was read.
    """

    applications: tuple[Named, ...] = ()
    managed: tuple[ManagedEnd, ...] = ()
    configured: str | None = None


def exported(stack: str, directory: Path) -> Stack:
    """A stack, by its name: what `pulumi stack export` writes, with its configuration of credentials.

    Args:
        stack: its name.
        directory: of its project.

    Raises:
        StackError: if the CLI is missing or refuses.
    """
    program = shutil.which("pulumi")
    if program is None:
        raise StackError(
            "there is no `pulumi` on PATH to export the stack with: give the file that `pulumi stack export` wrote instead, or - for "
            "standard input."
        )
    text = _pulumi(program, ["stack", "export", "--stack", stack], directory)
    if text is None:
        raise StackError(
            f"`pulumi stack export --stack {stack}` failed: run it by itself to see why. Run this in the folder of the project, logged in "
            f"to its backend."
        )
    configured = _pulumi(program, ["config", "get", CONFIGURATION_KEY, "--stack", stack], directory)
    return replace(of_state(text, f"the stack {stack}"), configured=configured)


def _pulumi(program: str, arguments: list[str], directory: Path) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 - the CLI from PATH, with arguments of ours
            [program, *arguments, "--non-interactive"],
            cwd=directory,
            capture_output=True,
            text=True,
            timeout=_PULUMI_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def of_state(text: str, where: str) -> Stack:
    """What a state tells: an export, or the file of a local backend.

    Args:
        text: JSON.
        where: how messages name it.

    Raises:
        StackError: if it is no state.
    """
    try:
        data = json.loads(text)
    except ValueError:
        data = None
    if isinstance(data, Mapping) and isinstance(data.get("checkpoint"), Mapping):
        latest = data["checkpoint"].get("latest")
        data = {"deployment": latest or {}}
    deployment = data.get("deployment") if isinstance(data, Mapping) else None
    if not isinstance(deployment, Mapping):
        raise StackError(f"{where} is no state of a stack: give what `pulumi stack export` writes.")
    resources = [
        one
        for one in deployment.get("resources") or ()
        if isinstance(one, Mapping) and one.get("type") == RESOURCE_TYPE
    ]
    return Stack(tuple(_applications(resources)), tuple(_managed(resources)))


def _applications(resources: Iterable[Mapping[str, Any]]) -> Iterator[Named]:
    from pulumi_applinks.properties import inputs_of

    known: dict[str, Named] = {}
    for resource in resources:
        inputs = inputs_of({**(resource.get("inputs") or {}), **(resource.get("outputs") or {})})
        for role in ("source", "target"):
            values = inputs.get(role)
            if not isinstance(values, Mapping) or not isinstance(values.get("url"), str):
                continue
            address = normalised_url(values["url"])
            given = values.get("credentials")
            credentials = given if isinstance(given, str) else None
            before = known.get(address)
            if before is None:
                taken = [one.name for one in known.values()]
                name = unique_name(short_name(credentials, values["url"]), taken)
                known[address] = Named(
                    name,
                    values["url"],
                    _text(values, "rpc_url"),
                    _text(values, "api_url"),
                    credentials or name,
                    manifest_needs_login=values.get("manifest_needs_login") is True,
                )
            elif credentials and before.credentials == before.name:
                known[address] = replace(before, credentials=credentials)
    yield from known.values()


def _managed(resources: Iterable[Mapping[str, Any]]) -> Iterator[ManagedEnd]:
    from pulumi_applinks.properties import inputs_of, recorded_in

    for resource in resources:
        outputs = resource.get("outputs") or resource.get("inputs") or {}
        name = str(resource.get("urn", "")).rpartition("::")[2]
        # Where the state does not say which ends it manages, none of them is anybody else's.
        recorded = recorded_in(outputs, str(resource.get("id", "")), BOTH)
        inputs = inputs_of(outputs)
        for role in recorded.managed:
            identity = recorded.identities.get(role)
            yield ManagedEnd(
                name,
                identity.server_id if identity else None,
                recorded.link_ids.get(role),
                _addresses(inputs.get(role)),
                _addresses(inputs.get(other(role))),
                frozenset(_meant(inputs)),
            )


def _meant(inputs: Mapping[str, Any]) -> Iterator[FindingCode]:
    """What a program declares, and a person who looks at the applications alone would wonder about."""
    directions = inputs.get("authentication")
    levels = [one.get("level") for one in directions.values()] if isinstance(directions, Mapping) else []
    if inputs.get("two_way") is False:
        yield "one-way"
    if levels and set(levels) == {"none"}:
        yield "no-authentication"


def _addresses(values: Any) -> tuple[str, ...]:
    given = values if isinstance(values, Mapping) else {}
    return tuple(one for part in ("url", "rpc_url", "api_url") if (one := _text(given, part)))


def _text(values: Mapping[str, Any], key: str) -> str | None:
    value = values.get(key)
    return value if isinstance(value, str) and value else None


def with_managed(estate: Estate, managed: Iterable[ManagedEnd]) -> Estate:
    """An estate, with the ends that a stack manages marked as such.

    Args:
        estate: as it was read.
        managed: the ends.
    """
    listed = tuple(managed)

    def manager(end: End) -> ManagedEnd | None:
        application = estate.application(end.application)
        return next(
            (one for one in listed if application and one.is_end(end, application, estate.applications)), None
        )

    def marked(link: Link) -> Link:
        managers = [manager(end) for end in link.ends]
        resource = next((one.resource for one in managers if one is not None), None)
        meant = {code for one in managers if one is not None for code in one.meant}
        return replace(
            link,
            ends=tuple(
                replace(end, managed_by=one.resource) if one is not None else end
                for end, one in zip(link.ends, managers, strict=True)
            ),
            findings=tuple(
                in_stack(one, resource) if resource else one for one in link.findings if one.code not in meant
            ),
        )

    return replace(estate, links=tuple(map(marked, estate.links)))
