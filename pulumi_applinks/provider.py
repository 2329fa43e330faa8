"""check / diff / create / read / update / delete, as the engine calls them.

The dotted path `pulumi_applinks.provider.ApplicationLinkProvider` is what a stack's state stores of this provider: it is frozen. An
instance carries nothing that is pickled, so that all links of a stack share one configured provider.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from pulumi_applinks import checks, properties
from pulumi_applinks.credentials import CONFIGURATION_KEY, Credentials, CredentialsError
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
from pulumi_applinks.rest import ApplicationClient, Applications, ApplinksError, Deadline, Login

P = ParamSpec("P")
R = TypeVar("R")

_beginning = threading.Lock()
"""Held while the first of the engine's calls makes what all share: an instance, which is pickled, can't hold a lock of its own."""

LOOK_SECONDS = 15.0
"""How long a preview looks at an address that changed."""


class ApplicationLinkError(Exception):
    """Raised to the engine, which shows it to a person: its last line says what to do."""


def _told(hook: Callable[P, R]) -> Callable[P, R]:
    """Let an error reach the engine as one message, without the chain of exceptions behind it."""

    @functools.wraps(hook)
    def telling(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return hook(*args, **kwargs)
        except (ApplinksError, LinkError, CredentialsError) as error:
            message = str(error)
        raise ApplicationLinkError(message)

    return telling


class ApplicationLinkProvider(ResourceProvider):
    """The provider of `ApplicationLink`."""

    serialize_as_secret_always = False
    _configuration: str | None = None
    _applications: Applications | None = None

    def configure(self, req: ConfigureRequest) -> None:
        """Keep the stack's credentials, for this process.

        Args:
            req: the stack's configuration.
        """
        self._configuration = req.config.get(CONFIGURATION_KEY)

    def close(self) -> None:
        """Close all connections, and forget what was read: what comes next is another operation."""
        with _beginning:
            if self._applications is not None:
                self._applications.close()
            self._applications = None

    @property
    def applications(self) -> Applications:
        """What this process knows of the applications: it serves one operation of the engine."""
        with _beginning:
            if self._applications is None:
                self._applications = Applications()
            return self._applications

    def _credentials(self) -> Credentials:
        return Credentials(os.environ, self._configuration)

    def _ends(self, declaration: Declaration, before: Declaration | None = None) -> Ends:
        return _ends(declaration, self._credentials(), self.applications, before)

    @_told
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """What is wrong with the program's inputs, as far as it can be known without asking an application."""
        declaration, findings = properties.parse(news)
        if declaration is not None:
            try:
                findings = checks.check(declaration, self._credentials())
            except CredentialsError as error:
                findings = [properties.Finding("source.credentials", str(error))]
        return CheckResult(news, [CheckFailure(finding.property, finding.reason) for finding in findings])

    @_told
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """What an update would do; an address that changed is looked at, to tell a moved application from another one."""
        changed = properties.changed_inputs(_olds, _news)
        drift: Mapping[str, Any] = _olds.get("drift") or {}
        replaces = [path.removesuffix("_server_id") for path in drift if path.endswith("_server_id")]
        declaration, _ = properties.parse(_news)
        if declaration is not None:
            moved = properties.moved_roles(changed)
            replaces += [
                role
                for role in sorted(moved)
                if self._is_another(declaration, role, _olds) and role not in replaces
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
        client = _client(role, party, None, Deadline(LOOK_SECONDS), self.applications)
        try:
            return client.manifest().id != str(known)
        except ApplinksError:
            return False  # not up yet: the update waits, or says so

    @_told
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Make the link on both ends; what was done before a failure is undone."""
        declaration = properties.declaration_of(props)
        outcome = reconcile(self._ends(declaration))
        outs = properties.outputs_of(props, declaration, outcome)
        return CreateResult(
            f"{outcome.identities['source'].server_id}/{outcome.identities['target'].server_id}", outs
        )

    @_told
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
        return ReadResult(id_, outs, {key: outs[key] for key in properties.INPUTS if key in outs})

    @_told
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Bring both ends to what the program says now."""
        changed = properties.changed_inputs(_olds, _news)
        only_policies = bool(changed) and changed <= properties.WITHOUT_REMOTE_CHANGE
        if only_policies and not _olds.get("drift"):
            return UpdateResult(properties.inputs_given(_olds, _news))
        declaration = properties.declaration_of(_news)
        recorded = properties.recorded_in(_olds, changed)
        before = properties.declaration_of(_olds)
        try:
            outcome = reconcile(self._ends(declaration, before), recorded)
        except Preflight as refusal:
            if not only_policies:
                raise
            # Whoever sets on_unreachable_delete="leave" because an end is gone for good must get it into the state.
            _warn(f"the drift of this link is not repaired: {refusal}")
            return UpdateResult(properties.inputs_given(_olds, _news))
        managed = tuple(
            role for role in declaration.managed if role in outcome.links or role in recorded.managed
        )
        outs = properties.outputs_of(_news, declaration, outcome, before=_olds, managed=managed)
        return UpdateResult(outs)

    @_told
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Delete both ends, each confirmed by reading it back."""
        declaration = properties.declaration_of(_props)
        left = delete(self._ends(declaration), properties.recorded_in(_props))
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
