"""The provider's work for each call of the engine: check, diff, create, read, update and delete."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from pulumi_applinks import checks, logs, properties
from pulumi_applinks.codes import Code
from pulumi_applinks.credentials import CredentialsError, NamedCredentials
from pulumi_applinks.lifecycle import (
    BOTH,
    Claims,
    Declaration,
    End,
    Ends,
    Leftover,
    Preflight,
    Recorded,
    Register,
    Report,
    Role,
    create,
    delete,
    foresee,
    is_another,
    login_problems,
    read,
    update,
)
from pulumi_applinks.lifecycle.declaration import WrongInput
from pulumi_applinks.messages import EVENTS_VARIABLE, TOLD, Messages
from pulumi_applinks.names import IS_PREVIEW, NAMED, RESOURCE_NAME
from pulumi_applinks.properties import Change
from pulumi_applinks.rest import (
    ApplicationClient,
    Deadline,
    Login,
    Message,
    Sessions,
    logged_for,
    normalised_url,
    same_address,
    summed,
    wrapped,
)
from pulumi_applinks.settings import Settings

LOOK_SECONDS = 15.0
"""How long a preview asks a changed address, in seconds, for all resources with that address together."""
_PAUSE_WHEN_INTERRUPTED = 1.0


_ADOPTS = Message(
    Code.ADOPTS,
    'on_existing="adopt": an existing link is taken over',
    ("That may relocate it, rename it and change its authentication.",),
)


class Hooks:
    """The engine's calls in one process, which serves one operation of the engine. The engine calls from several threads.

    Args:
        configuration: the stack's configuration of credentials: JSON as the engine passes it, if there is one.
        preview: the stack's configuration of previews, `online` or `offline`. The environment overrides it.
        log: the engine's log, if it already receives this process's lines. By default, it is the log of the engine that started this
            process.
    """

    def __init__(
        self, configuration: str | None, preview: str | None = None, *, log: logs.EngineLog | None = None
    ) -> None:
        self._configuration = configuration
        self._settings = Settings(os.environ, preview)
        self._asks = False
        """Whether this operation is an online preview."""
        self._applications = Sessions(waiting=(log or logs.begin(logs.of_this_process())).status)
        self._left = Sessions()
        """The sessions, without a login, for addresses that the program does not declare. They are separate from `_applications`, so that a
        failure at such an address affects no other request."""
        self._changed: set[str] = set()
        """The new addresses of the applications whose address the program has changed."""
        self._register = Register()
        self._lock = threading.Lock()
        self._declared: dict[tuple[str, str], str] = {}
        """The resource that declares an end, by the address of the end's application and that of the other application."""
        self._looks: dict[str, Deadline] = {}
        """The remaining time to ask each changed address."""
        self._registered: dict[str, str | None] = {}
        """The names of the resources that the program has registered in this operation, by what they declare. Only `check` gets a name."""
        self._messages = Messages(os.environ.get(EVENTS_VARIABLE))
        self._program_runs = False
        """Whether this operation runs a program. A refresh does not run one."""
        self._interrupted = threading.Event()

    def close(self) -> None:
        """Close all connections."""
        self._applications.close()
        self._left.close()

    def interrupt(self) -> None:
        """Stop waiting for applications. Running requests continue, and their results are recorded."""
        self._interrupted.set()

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Check the program's inputs, as far as that is possible without asking an application. An online preview asks them as well."""
        self._program_runs = True
        name = news.pop(RESOURCE_NAME, None)
        is_preview = news.pop(IS_PREVIEW, False)
        if is_preview and self._settings.asks:
            self._asks = True
        # A refresh stores `drift` beside the inputs, and with `ignore_changes` the engine may copy it from there.
        news.pop("drift", None)
        named = news.pop(NAMED, None) or ()
        declaration, findings = properties.parse(news)
        if declaration is not None:
            news = properties.as_stored(news, declaration)
            try:
                credentials = NamedCredentials(os.environ, self._configuration)
                findings = checks.check(declaration, credentials, named)
            except CredentialsError as error:
                findings = [WrongInput("source.credentials", error.told.flat, error.told.code)]
            # The engine does not report to a plugin whether this is a preview. If an `up` needs the credentials, the change itself fails.
            if is_preview is not False and not self._settings.asks:
                findings = self._without_missing_credentials(findings)
            findings += self._register_as(name if isinstance(name, str) else None, declaration)
            findings += self._settings.findings()
            findings += properties.of_another_kind(olds)
            asking = self._asks and not olds and not findings and not declaration.unknown
            with self._about(declaration):
                for one in findings:
                    self._messages.note(Message(one.code, f"{one.property} {one.reason}".strip()), "error")
                problems = self._foreseen(declaration) if asking else ()
                for problem in problems:
                    self._messages.note(problem, "error")
                failures = [
                    *(CheckFailure(one.property, self._reason(one)) for one in findings),
                    *(CheckFailure("", str(self._messages.brief(problem))) for problem in problems),
                ]
                if not olds and not asking and self._settings.in_this_run(declaration).on_existing == "adopt":
                    self._messages.say_once(_ADOPTS, "info")
            return CheckResult(news, failures)
        return CheckResult(news, [CheckFailure(one.property, self._reason(one)) for one in findings])

    def _reason(self, finding: WrongInput) -> str:
        if finding.code is Code.CREDENTIALS_MISSING and (first := self._messages.first(finding.reason)):
            finding = replace(finding, reason=f"is missing: the message of {first} says how to set it")
        return wrapped(f"{finding.reason} [{finding.code}]")

    def _without_missing_credentials(self, findings: list[WrongInput]) -> list[WrongInput]:
        """Replace the findings about missing credentials by one warning.

        An offline preview needs no login, for example in a pipeline without secrets.
        """
        missing = [one for one in findings if one.code is Code.CREDENTIALS_MISSING]
        if missing:
            self._messages.say_once(
                Message(
                    Code.CREDENTIALS_MISSING,
                    "credentials that the program names are not available",
                    (
                        *(f"{one.reason[0].upper()}{one.reason[1:]}." for one in missing),
                        "A preview needs none.",
                    ),
                    do="Provide them for `pulumi up`.",
                ),
                key=str(Code.CREDENTIALS_MISSING),
            )
        return [one for one in findings if one not in missing]

    def _foreseen(self, declaration: Declaration, change: Change | None = None) -> tuple[Message, ...]:
        """Find out what would block an `up`, for an online preview."""
        ends = self._ends(self._settings.in_this_run(declaration), change.before if change else None)
        blocked, notes = foresee(ends, change.recorded if change else Recorded())
        for note in notes:
            self._messages.say(note, "info")
        return blocked

    def _register_as(self, name: str | None, declaration: Declaration) -> list[WrongInput]:
        """Remember the name of a resource. Refuse a second resource that declares the same end."""
        with self._lock:
            self._registered[_declares(declaration)] = name
            for end in _ends_declared(declaration) if name else ():
                other_one = self._declared.setdefault(end, str(name))
                if other_one != name:
                    return [
                        WrongInput(
                            "target",
                            f"is linked with the source by two resources of this program, {other_one!r} and {name!r}: declare each link "
                            f"once, and remove one of the two",
                            Code.DECLARED_TWICE,
                        )
                    ]
        return []

    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Find out what an update would do. Ask a changed address whether the same application answers there, or another one."""
        properties.refuse_old_observations(olds, news)
        change = properties.compare(id_, olds, news)
        with self._about(change.declaration):
            replaces = self._replaced(change, id_)
            if change.nothing_to_repair:
                self._warn_if_recorded_as_broken(olds)
            # A refresh calls this, too. A resource that the program has not registered will be deleted, so it keeps no ends.
            if not change.changed and not replaces and self._is_registered(change.declaration):
                self._register.keep(self._claims(change.declaration), change.recorded.end_ids)
            if self._asks and not change.declaration.unknown and not replaces:
                self._look_ahead(change)
        # Without an answer here, the engine itself compares the inputs, property by property. `replace_on_changes` depends on that.
        undecided = bool(change.changed) and not change.drift and not replaces
        return DiffResult(
            changes=None if undecided else bool(change.changed or change.drift or replaces),
            replaces=list(replaces),
            delete_before_replace=True,
        )

    def _replaced(self, change: Change, id_: str) -> list[Role]:
        """Find the ends at which another application answers."""
        # If an end is gone permanently, on_unreachable_delete="leave" must be stored first: a replacement deletes by the stored inputs.
        if "on_unreachable_delete" in change.changed and change.of_policies_alone:
            return []
        moved, drift = change.recorded.moved, change.drift
        found: list[Role] = [
            role
            for role in BOTH
            if (self._is_another(change, role) if role in moved else f"{role}_server_id" in drift)
        ]
        # A refresh calls this, too, but only an operation that runs a program replaces anything. So a refresh says nothing.
        for role in found if self._program_runs else ():
            self._messages.say_once(
                Message(
                    Code.REPLACES,
                    f"another application answers at the {role}'s address",
                    ("The link is deleted and recreated, with another link id.",),
                    do="Update macros and apps that use the old id.",
                ),
                key=f"{id_} {role}",
            )
        return found

    def look_ahead(
        self, news: Mapping[str, Any], id_: str = "", olds: Mapping[str, Any] | None = None
    ) -> None:
        """Find out what would block a creation or an update, for an online preview.

        Args:
            news: the inputs.
            id_: the id of the resource that will be updated.
            olds: its outputs; None for a creation.

        Raises:
            Preflight: if something would block it.
        """
        declaration, _ = properties.parse(news)
        if not self._settings.asks or declaration is None or declaration.unknown:
            return
        with self._about(declaration):
            if olds is not None:
                self._look_ahead(properties.compare(id_, olds, news))
            elif problems := self._foreseen(declaration):
                raise Preflight("the link cannot be made", problems, changed="A preview changes nothing.")

    def _is_another(self, change: Change, role: Role) -> bool:
        declaration = change.declaration
        if any(path.startswith(f"{role}.") and path.endswith("url") for path in declaration.unknown):
            return False
        address = normalised_url(declaration.party(role).reached_at)
        with self._lock:
            look = self._looks.setdefault(address, Deadline(LOOK_SECONDS))
        ends = self._ends(declaration, change.before, deadline=look.within(declaration.timeout_seconds))
        if not self._program_runs:
            ends = replace(ends, notify=lambda _: None)
        # An application that is not up yet is not another one: the update waits for it, or reports it.
        return is_another(ends, change.recorded, role)

    def _look_ahead(self, change: Change) -> None:
        """Raise what would block an update as an error of an online preview."""
        problems = self._login_problems(change)
        if not problems and not change.nothing_to_repair:
            problems = list(self._foreseen(change.declaration, change))
        if problems:
            raise Preflight("the link cannot be changed", problems, changed="A preview changes nothing.")

    def _login_problems(self, change: Change) -> list[Message]:
        """Check the credentials that the program has changed."""
        declaration = change.declaration
        roles = [role for role in declaration.managed if f"{role}.credentials" in change.changed]
        return login_problems(self._ends(declaration), change.recorded, roles) if roles else []

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Make the link on both ends. If that fails, undo what was done."""
        declaration = properties.declaration_of(props)
        with self._about(declaration):
            report = create(self._ends(self._settings.in_this_run(declaration)), self._claims(declaration))
            outs = properties.outputs_of(props, declaration, report)
            self._warn_if_broken(report, outs)
        return CreateResult(_id(report), outs)

    def half_made(self, props: dict[str, Any], left: Sequence[Leftover]) -> CreateResult | None:
        """Read, once, what a failed creation has left; None if it has left nothing, or if that can't be read.

        Args:
            props: the inputs.
            left: what could not be undone. Only these ends become this resource's: any other link may be somebody else's.
        """
        roles = {one.end.role for one in left}
        declaration = properties.declaration_of(props)
        with self._about(declaration):
            try:
                report = read(self._ends(declaration), Recorded())
            except TOLD:
                return None
            if report is None or len(report.identities) < len(BOTH):
                return None
            links = {role: seen for role, seen in report.links.items() if role in roles and seen is not None}
            if not links:
                return None
            report = replace(report, links=links, managed=tuple(links))
            outs = properties.outputs_of(props, declaration, report)
        return CreateResult(_id(report), outs)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read both ends. The resource is gone if no end has the link any more."""
        known = properties.compare(id_, props, props)
        with self._about(known.declaration):
            report = read(self._ends(known.declaration), known.recorded)
            if report is None:
                return ReadResult(None, {})
            outs = properties.outputs_of(props, known.declaration, report, before=props, reading=True)
            self._warn_if_broken(report, outs)
        return ReadResult(id_, outs, properties.inputs_after_reading(outs))

    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Change both ends so that they match the program."""
        change = properties.compare(id_, olds, news)
        declaration, policies_alone = change.declaration, bool(change.changed) and change.of_policies_alone
        with self._about(declaration):
            claims = self._claims(declaration)
            # The link belongs to this resource even if the update fails.
            self._register.keep(claims, change.recorded.end_ids)
            # Otherwise a wrong login would only be noticed when it is next needed, in a refresh or a destroy.
            if policies_alone and (problems := self._login_problems(change)):
                raise Preflight("the new credentials cannot be stored", problems)
            if policies_alone and not change.drift:
                self._warn_if_recorded_as_broken(olds)
                return UpdateResult(properties.inputs_given(olds, news))
            try:
                ends = self._ends(self._settings.in_this_run(declaration), change.before)
                report = update(ends, change.recorded, claims)
            except TOLD as refusal:
                has_to_work = "on_broken" in change.changed and declaration.on_broken == "fail"
                if not policies_alone or has_to_work:
                    raise
                # If an end is gone permanently, it must be possible to store on_unreachable_delete="leave" in the state.
                told = summed("the drift of this link is not repaired", [refusal.told])
                self._messages.say(replace(told, code=Code.DRIFT_STAYS))
                return UpdateResult(properties.inputs_given(olds, news))
            outs = properties.outputs_of(news, declaration, report, before=olds)
            self._warn_if_broken(report, outs)
        return UpdateResult(outs)

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Delete both ends. Each deletion is confirmed by the application, or the end is read again."""
        known = properties.compare(id_, props, props)
        with self._about(known.declaration):
            ends = self._ends(known.declaration)
            for left in delete(ends, known.recorded, self._claims(known.declaration)):
                self._messages.say(left)

    def _ends(
        self, declaration: Declaration, before: Declaration | None = None, *, deadline: Deadline | None = None
    ) -> Ends:
        """Make both ends, with clients that share what this process has read from the applications.

        If the program has removed an end together with its credentials, the credentials it gave before are used to delete that end.
        """
        within = deadline or Deadline(
            declaration.timeout_seconds, sleep=self._pause, interrupted=self._interrupted.is_set
        )
        source, target = (self._end(role, declaration, before, within) for role in BOTH)

        def anonymous(url: str) -> ApplicationClient:
            return ApplicationClient(url, url, deadline=within, session=self._left.at(url))

        return Ends(declaration, source, target, within, self._notify, anonymous)

    def _notify(self, told: Message) -> None:
        # A user that could not be checked is only information, because no change of the program can fix it.
        self._messages.say_once(told, "info" if told.code is Code.USER_NOT_KNOWN else "warning")

    def _end(
        self, role: Role, declaration: Declaration, before: Declaration | None, deadline: Deadline
    ) -> End:
        party = declaration.party(role)
        given = party.credentials
        if given is None and before is not None:
            given = before.party(role).credentials

        def login() -> Login | None:
            return NamedCredentials(os.environ, self._configuration).login(given)

        here, left = normalised_url(party.reached_at), None
        if (
            before is not None
            and before.party(role).url
            and not same_address(before.party(role).reached_at, here)
        ):
            left = before.party(role).reached_at
            self._changed.add(here)
        client = ApplicationClient(
            f"{role} ({party.display_url})",
            party.reached_at,
            login,
            deadline=deadline,
            session=self._applications.at(here),
            credentials_name=given if isinstance(given, str) else None,
            manifest_needs_login=bool(party.manifest_needs_login) and here not in self._changed,
        )
        return End(role, party, client, left)

    def _pause(self, seconds: float) -> None:
        """Wait until the time is over or the operation is interrupted. After an interruption, wait at most a second."""
        if self._interrupted.is_set():
            time.sleep(min(seconds, _PAUSE_WHEN_INTERRUPTED))
        else:
            self._interrupted.wait(seconds)

    @contextmanager
    def _about(self, declaration: Declaration) -> Iterator[None]:
        """Assign the requests and messages inside the `with` block to one link."""
        with (
            logged_for(self._name(declaration)),
            self._messages.about(self._resource(declaration), declaration.source.url, declaration.target.url),
        ):
            yield

    def _claims(self, declaration: Declaration) -> Claims:
        return Claims(self._register, self._name(declaration), named=self._resource(declaration) is not None)

    def _is_registered(self, declaration: Declaration) -> bool:
        """Check whether the program has registered a resource with this declaration in this operation."""
        return _declares(declaration) in self._registered

    def _resource(self, declaration: Declaration) -> str | None:
        """Return the name of the resource with this declaration; None if there is none, or its name is not known."""
        return self._registered.get(_declares(declaration))

    def _name(self, declaration: Declaration) -> str:
        """Return how messages name a link: by its resource if the program was run in this operation, otherwise by its URLs."""
        if name := self._resource(declaration):
            return f"the resource {name!r}"
        source, target = (
            party.url or "an address that is not known yet"
            for party in (declaration.source, declaration.target)
        )
        return f"the link from {source} to {target}"

    def _warn_if_broken(self, report: Report, outs: Mapping[str, Any]) -> None:
        if report.health.broken:
            self._warn_of(outs)

    def _warn_if_recorded_as_broken(self, olds: Mapping[str, Any]) -> None:
        if olds.get("status") in properties.BROKEN:
            self._warn_of(olds)

    def _warn_of(self, outputs: Mapping[str, Any]) -> None:
        self._messages.say_once(
            _broken(outputs), key=f"broken {_links(outputs)}", status=outputs.get("status")
        )


def _id(report: Report) -> str:
    return "/".join(report.identities[role].server_id for role in BOTH)


def _links(outputs: Mapping[str, Any]) -> str:
    source, target = (properties.inputs_of(outputs).get(role) or {} for role in BOTH)
    return f"the link from {source.get('url')} to {target.get('url')}"


def _broken(outputs: Mapping[str, Any]) -> Message:
    if outputs.get("status") == "elsewhere":
        return Message(
            Code.LINK_LEADS_ELSEWHERE,
            f"an end of {_links(outputs)} points to another address (status elsewhere)",
            (f"{outputs.get('status_detail')}",),
        )
    return Message(
        Code.DOES_NOT_WORK,
        f"{_links(outputs)} does not work (status {outputs.get('status')})",
        (str(outputs.get("status_detail")),),
        do=_next_step(outputs),
    )


def _next_step(outputs: Mapping[str, Any]) -> str:
    """Say what to do about a link that does not work. An `up` only repairs what differs from the program."""
    differing = properties.drift_in(outputs, None).keys() - {"status"}
    if any(path.endswith("_server_id") for path in differing):
        return "If the application moved, declare its new URL. Then run `pulumi up`."
    if differing and outputs.get("status") != "unreachable":
        return "Run `pulumi up`: it brings the link to what the program says."
    return "Run `pulumi refresh` when that is fixed; if an application moved, declare its new URL and run `pulumi up`."


def _declares(declaration: Declaration) -> str:
    source, target = declaration.source, declaration.target
    addresses = (source.url, source.rpc_url, target.url, target.rpc_url)
    return repr(([one and normalised_url(one) for one in addresses], declaration.managed))


def _ends_declared(declaration: Declaration) -> list[tuple[str, str]]:
    """List the ends that a program declares. Each is identified by its application's address and that of the other application."""
    if declaration.source.url is None or declaration.target.url is None:
        return []
    source, target = normalised_url(declaration.source.url), normalised_url(declaration.target.url)
    return [(source, target) if role == "source" else (target, source) for role in declaration.managed]
