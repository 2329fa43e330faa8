"""check / diff / create / read / update / delete: what the provider does when the engine calls."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from pulumi_applinks import checks, properties
from pulumi_applinks.credentials import Credentials, CredentialsError
from pulumi_applinks.lifecycle import (
    Declaration,
    End,
    Ends,
    LinkError,
    Party,
    Preflight,
    Role,
    delete,
    read,
    reconcile,
)
from pulumi_applinks.names import INPUTS, POLICIES
from pulumi_applinks.rest import ApplicationClient, Applications, ApplinksError, Deadline, Login

TOLD = (ApplinksError, LinkError, CredentialsError)
"""The errors whose messages are for a person."""

LOOK_SECONDS = 15.0
"""How long a preview looks at an address that changed."""


class Hooks:
    """What the engine asks for, in one process, which serves one operation of the engine: from several threads at once.

    Args:
        configuration: the stack's configuration of credentials, JSON as the engine hands it over, if there is one.
    """

    def __init__(self, configuration: str | None) -> None:
        self._configuration = configuration
        self._applications = Applications()

    def close(self) -> None:
        """Close all connections."""
        self._applications.close()

    def _credentials(self) -> Credentials:
        return Credentials(os.environ, self._configuration)

    def _ends(self, declaration: Declaration, before: Declaration | None = None) -> Ends:
        return _ends(declaration, self._credentials(), self._applications, before)

    def check(self, news: dict[str, Any]) -> CheckResult:
        """What is wrong with the program's inputs, as far as it can be known without asking an application."""
        declaration, findings = properties.parse(news)
        if declaration is not None:
            news = properties.as_stored(news, declaration)
            try:
                findings = checks.check(declaration, self._credentials())
            except CredentialsError as error:
                findings = [properties.Finding("source.credentials", str(error))]
        return CheckResult(news, [CheckFailure(finding.property, finding.reason) for finding in findings])

    def diff(self, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """What an update would do; an address that changed is looked at, to tell a moved application from another one."""
        changed = properties.changed_inputs(olds, news)
        drift: Mapping[str, Any] = olds.get("drift") or {}
        replaces = [path.removesuffix("_server_id") for path in drift if path.endswith("_server_id")]
        declaration, _ = properties.parse(news)
        if declaration is not None:
            moved = properties.moved_roles(changed)
            replaces += [
                role
                for role in sorted(moved)
                if self._is_another(declaration, role, olds) and role not in replaces
            ]
        for role in replaces:
            _warn(
                f"another application answers at the {role}'s address: the link is deleted and made anew, with another link id. Macros "
                f"and apps that keep the old id have to be pointed at the new one."
            )
        # With no answer the engine compares the inputs itself, property by property, which is what `replace_on_changes` goes by.
        undecided = bool(changed) and not drift and not replaces
        return DiffResult(
            changes=None if undecided else bool(changed or drift or replaces),
            replaces=replaces,
            delete_before_replace=bool(replaces),
        )

    def _is_another(self, declaration: Declaration, role: Role, state: Mapping[str, Any]) -> bool:
        known = state.get(f"{role}_server_id")
        party = declaration.party(role)
        if not known or any(
            path.startswith(f"{role}.") and path.endswith("url") for path in declaration.unknown
        ):
            return False
        client = _client(role, party, None, Deadline(LOOK_SECONDS), self._applications)
        try:
            return client.manifest().id != str(known)
        except ApplinksError:
            return False  # not up yet: the update waits, or says so

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Make the link on both ends; what was done before a failure is undone."""
        declaration = properties.declaration_of(props)
        outcome = reconcile(self._ends(declaration))
        outs = properties.outputs_of(props, declaration, outcome)
        return CreateResult(
            f"{outcome.identities['source'].server_id}/{outcome.identities['target'].server_id}", outs
        )

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Both ends as they are now; gone when no end has the link any more."""
        declaration = properties.declaration_of(props)
        recorded = properties.recorded_in(props)
        reading = read(self._ends(declaration), recorded)
        if reading is None:
            return ReadResult(None, {})
        outs = properties.outputs_of(
            props,
            declaration,
            reading.outcome,
            before=props,
            managed=recorded.managed,
            replaced=reading.replaced,
            reading=True,
        )
        # The engine shows an update as the way from the inputs in the state to those of the program: it is told what it observed.
        return ReadResult(id_, outs, {key: outs[key] for key in INPUTS if key in outs})

    def update(self, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Bring both ends to what the program says now."""
        changed = properties.changed_inputs(olds, news)
        only_policies = bool(changed) and changed <= POLICIES
        if only_policies and not olds.get("drift"):
            return UpdateResult(properties.inputs_given(olds, news))
        declaration = properties.declaration_of(news)
        recorded = properties.recorded_in(olds, changed)
        before = properties.declaration_of(olds)
        try:
            outcome = reconcile(self._ends(declaration, before), recorded)
        except Preflight as refusal:
            if not only_policies:
                raise
            # Whoever sets on_unreachable_delete="leave" because an end is gone for good must get it into the state.
            _warn(f"the drift of this link is not repaired: {refusal}")
            return UpdateResult(properties.inputs_given(olds, news))
        managed = tuple(
            role for role in declaration.managed if role in outcome.links or role in recorded.managed
        )
        outs = properties.outputs_of(news, declaration, outcome, before=olds, managed=managed)
        return UpdateResult(outs)

    def delete(self, props: dict[str, Any]) -> None:
        """Delete both ends, each confirmed by the application or read back."""
        declaration = properties.declaration_of(props)
        left = delete(self._ends(declaration), properties.recorded_in(props))
        for leftover in left:
            _warn(f"left behind: {leftover}")


def _ends(
    declaration: Declaration,
    credentials: Credentials,
    applications: Applications,
    before: Declaration | None,
) -> Ends:
    """Both ends, with clients that share what this process knows of the applications.

    A credential that the program has dropped with the end it was for is taken from what it said before, to take that end down.
    """
    deadline = Deadline(declaration.timeout_seconds)
    ends: dict[Role, End] = {}
    for role in ("source", "target"):
        party = declaration.party(role)
        given = party.credentials
        if given is None and before is not None:
            given = before.party(role).credentials
        login = credentials.login(given)
        name = given if isinstance(given, str) else None
        ends[role] = End(role, party, _client(role, party, login, deadline, applications, name))
    return Ends(declaration, ends["source"], ends["target"], deadline, _warn)


def _client(
    role: Role,
    party: Party,
    login: Login | None,
    deadline: Deadline,
    applications: Applications,
    name: str | None = None,
) -> ApplicationClient:
    return ApplicationClient(
        f"{role} ({party.display_url})",
        party.reached_at,
        login,
        deadline=deadline,
        shared=applications.at(party.reached_at),
        credentials_name=name,
    )


def _warn(message: str) -> None:
    pulumi.log.warn(message)
