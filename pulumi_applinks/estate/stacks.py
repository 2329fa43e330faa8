"""What a stack's state says about an estate: which applications it links, and which ends it manages."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pulumi_applinks.estate.glossary import FindingCode
from pulumi_applinks.estate.model import EstateApplication, EstateEnd, EstateError, Named, unique_name
from pulumi_applinks.estate.sources import short_name
from pulumi_applinks.lifecycle import BOTH, other
from pulumi_applinks.names import CONFIGURATION_KEY, DYNAMIC_TYPE, PLUGIN_TYPE
from pulumi_applinks.rest import normalised_url
from pulumi_applinks.rest.redaction import quoted

_PULUMI_SECONDS = 120
_DYNAMIC = "pulumi-python:dynamic"
_OUR_PROVIDER = b"pulumi_applinks.provider"
"""Part of a link's pickled provider, which pickle stores by its dotted path."""


class StackError(EstateError):
    """Raised when a stack's state cannot be read."""


@dataclass(frozen=True)
class ManagedEnd:
    """An end that a stack manages.

    Args:
        resource: the name of the resource that manages it.
        server_id: the server id of the application that has the end; None if the state does not say.
        link_id: its id there; None if the state does not say.
        at: the addresses of the application that has it.
        remote: the addresses of the other application.
        meant: findings that its program declares on purpose.
        remote_id: the server id of the other application; None if the state does not say.
        urn: of the resource.
        wanted: whether the end should exist. It is False if the resource only looks it up, or is about to be deleted.
    """

    resource: str
    server_id: str | None
    link_id: str | None
    at: tuple[str, ...] = ()
    remote: tuple[str, ...] = ()
    meant: frozenset[FindingCode] = frozenset()
    remote_id: str | None = None
    urn: str = ""
    wanted: bool = True

    @property
    def is_known(self) -> bool:
        """Whether the state says which end it is."""
        return bool((self.server_id and self.link_id) or (self.at and self.remote))

    def is_at(self, application: EstateApplication, others: Iterable[EstateApplication] = ()) -> bool:
        """Whether an application is the one that has this end.

        The server id decides. If the state has no server id, the addresses decide.

        Args:
            application: of the estate.
            others: the applications of the estate. If several have the same server id, those that are not at the end's address are copies.
        """
        if not self.server_id:
            return meet(application.addresses, self.at)
        if application.seen is None or application.seen.server_id != self.server_id:
            return False
        alike = [one for one in others if one.seen is not None and one.seen.server_id == self.server_id]
        named = [one for one in alike if meet(one.addresses, self.at)]
        return not named or meet(application.addresses, self.at)

    def is_end(
        self, end: EstateEnd, application: EstateApplication, others: Iterable[EstateApplication] = ()
    ) -> bool:
        """Whether this is the given end.

        The ids decide. If the state has no ids, the addresses decide. An end that was created while the other application was down has an
        id of its own until it gets the other application's server id.

        Args:
            end: of the estate.
            application: the application that has the end.
            others: the applications of the estate. If several have the same server id, all but one are copies.
        """
        if not self.is_at(application, others):
            return False
        ids = (self.link_id, self.remote_id)
        return end.link_id in ids or (None in ids and meet(end.addresses, self.remote))


def meet(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether two lists of addresses have one in common."""
    return bool({normalised_url(one) for one in some} & {normalised_url(one) for one in others})


@dataclass(frozen=True)
class StackState:
    """What a stack's state says.

    Args:
        applications: the applications that it links.
        managed: the ends that it manages.
        configured: its configuration of credentials, if that was read.
        not_configured: why the configuration was not read, as a clause; empty if it was read, or if nothing tried to read it.
        unread: the resources that may be links and have an end that is not known.
    """

    applications: tuple[Named, ...] = ()
    managed: tuple[ManagedEnd, ...] = ()
    configured: str | None = None
    not_configured: str = ""
    unread: tuple[str, ...] = ()


def exported(stack: str, directory: Path) -> StackState:
    """Read a stack by its name: what `pulumi stack export` writes, and its configuration of credentials.

    Raises:
        StackError: if the CLI is missing or refuses.
    """
    program = shutil.which("pulumi")
    if program is None:
        raise StackError(
            "`pulumi` is not on PATH, so the stack cannot be exported. Give a file that `pulumi stack export` wrote, or - for "
            "standard input."
        )
    text, failed = _pulumi(program, ["stack", "export", "--stack", stack], directory)
    if failed:
        raise StackError(f"{failed}. Run this in the folder of the project, logged in to its backend.")
    configured, failed = _pulumi(program, ["config", "get", CONFIGURATION_KEY, "--stack", stack], directory)
    found = of_state(text, f"the stack {stack}")
    return replace(found, configured=None if failed else configured, not_configured=failed)


def _pulumi(program: str, arguments: list[str], directory: Path) -> tuple[str, str]:
    """Run the CLI. Return its standard output and, as a clause that quotes a line of it, why it failed; empty if it did not fail."""
    command = f"`pulumi {' '.join(arguments)}`"
    try:
        done = subprocess.run(  # noqa: S603 - the CLI from PATH, with arguments of ours
            [program, *arguments, "--non-interactive"],
            cwd=directory,
            capture_output=True,
            text=True,
            timeout=_PULUMI_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "", f"{command} did not end within {_PULUMI_SECONDS} seconds"
    except OSError as error:
        return "", f"{command} cannot be run: {error.strerror}"
    if done.returncode == 0:
        return done.stdout, ""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    # The CLI may also print a notice about a newer version.
    said = next((line for line in lines if line.startswith("error:")), lines[-1] if lines else "")
    why = f" and says {quoted(said)!r}" if said else ", and says nothing"
    return "", f"{command} ends with exit code {done.returncode}{why}"


def of_state(text: str, where: str) -> StackState:
    """Read a state, which is an export or the file of a local backend.

    Raises:
        StackError: if the text is not a state.
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
        raise StackError(f"{where} is not the state of a stack. Give the output of `pulumi stack export`.")
    links: list[Mapping[str, Any]] = []
    unread: list[str] = []
    for one in deployment.get("resources") or ():
        if isinstance(one, Mapping) and (found := _is_link(one)) is not False:
            if found:
                links.append(one)
            if not found or not all(end.is_known for end in _managed([one])):
                unread.append(f"{_name(one)} ({one.get('type')})")
    return StackState(tuple(_applications(links)), tuple(_managed(links)), unread=tuple(unread))


def _is_link(resource: Mapping[str, Any]) -> bool | None:
    """Whether a resource of a state is a link. Its contents decide, since a user's own class may have another type.

    Returns:
        None if it is not known.
    """
    type_ = str(resource.get("type"))
    if type_ in (DYNAMIC_TYPE, PLUGIN_TYPE):
        return True
    if not type_.startswith((f"{_DYNAMIC}:", f"{_DYNAMIC}/")):
        return False
    held = _held(resource)
    provider = held.get("__provider")
    if isinstance(provider, str):
        with suppress(ValueError):
            return _OUR_PROVIDER in base64.b64decode(provider, validate=True)
    if not held:
        return None
    # The names can be read even if the values are secrets, which the state only has in encrypted form.
    if not all(isinstance(held.get(role), Mapping) for role in BOTH):
        return False
    return True if "managed_ends" in held else None


def _held(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties of a resource. If an input and an output have the same name, the output counts."""
    parts = (resource.get("inputs"), resource.get("outputs"))
    return {key: value for part in parts if isinstance(part, Mapping) for key, value in part.items()}


def _name(resource: Mapping[str, Any]) -> str:
    return str(resource.get("urn", "")).rpartition("::")[2]


def _applications(resources: Iterable[Mapping[str, Any]]) -> Iterator[Named]:
    from pulumi_applinks.properties import inputs_of

    known: dict[str, Named] = {}
    for resource in resources:
        inputs = inputs_of(_held(resource))
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
        parts = (resource.get("outputs"), resource.get("inputs"))
        outputs = next((one for one in parts if isinstance(one, Mapping) and one), {})
        # If the state does not say which ends it manages, it manages both.
        recorded = recorded_in(outputs, str(resource.get("id", "")), BOTH)
        inputs = inputs_of(outputs)
        for role in recorded.managed:
            here, there = (recorded.identities.get(one) for one in (role, other(role)))
            yield ManagedEnd(
                _name(resource),
                here.server_id if here else None,
                recorded.link_ids.get(role),
                _addresses(inputs.get(role)),
                _addresses(inputs.get(other(role))),
                frozenset(_meant(inputs)),
                there.server_id if there else None,
                str(resource.get("urn", "")),
                not resource.get("external") and not resource.get("delete"),
            )


def _meant(inputs: Mapping[str, Any]) -> Iterator[FindingCode]:
    """Yield the findings to omit because the program declares that state on purpose."""
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
