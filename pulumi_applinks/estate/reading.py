"""Read an estate: who answers at each address, what each application lists, and what it reports about each link after trying it.

Each application is asked once who it is, once for its links, and once about each of its ends. Only versions that do not report the status
of a link get further requests. Nothing is changed. No login is sent to an application that has not identified itself, unless the user
named it as one whose manifest needs a login.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import partial
from typing import TypeVar

from pulumi_applinks.credentials import NamedCredentials
from pulumi_applinks.estate.findings import CONNECTED, LOZENGES
from pulumi_applinks.estate.matching import Matching, Remote
from pulumi_applinks.estate.model import (
    ApplicationIdentity,
    Estate,
    EstateApplication,
    EstateEnd,
    Failure,
    Named,
)
from pulumi_applinks.lifecycle.ends import answers_of
from pulumi_applinks.lifecycle.whereabouts import are_copies
from pulumi_applinks.rest import (
    ApplicationClient,
    ApplinksError,
    BasicAuthenticationOff,
    CouldNotAsk,
    Deadline,
    DeadlineExceeded,
    Level,
    Link,
    Manifest,
    NoLogin,
    NotAuthenticated,
    NotLetIn,
    NotPermitted,
    Refused,
    Sessions,
    Status,
    TimedOut,
    WebSudoRequired,
    admin_page,
    normalised_url,
)
from pulumi_applinks.rest.errors.not_understood import NotUnderstood

T = TypeVar("T")


@dataclass(frozen=True)
class Progress:
    """The progress of the reading.

    Args:
        step: what is being read.
        done: how many items of this step are done.
        of: how many items this step has.
    """

    step: str
    done: int
    of: int


def ask_all(
    step: str, calls: Mapping[str, Callable[[], T]], progress: Callable[[Progress], None]
) -> dict[str, T | ApplinksError]:
    """Return what each application answers, or why it could not be asked.

    Args:
        step: a readable description of the question.
        calls: the calls that ask the applications.
        progress: called from this thread with the progress so far.
    """
    return answers_of(calls, lambda done: progress(Progress(step, done, len(calls))))


def of_all(answers: Mapping[str, T | ApplinksError]) -> dict[str, T]:
    """Return the answers, if there are no errors among them.

    Raises:
        ApplinksError: the first error among them.
    """
    found: dict[str, T] = {}
    for key, answer in answers.items():
        if isinstance(answer, ApplinksError):
            raise answer
        found[key] = answer
    return found


class Reader:
    """The clients of an estate's applications. All callers share what was read from an application.

    Args:
        credentials: where names of credentials are looked up.
        seconds: how long everything may take; no limit if not given. Each request has its own limit in any case.
    """

    def __init__(self, credentials: NamedCredentials, *, seconds: float | None = None) -> None:
        self._credentials = credentials
        self._applications = Sessions()
        self._deadline = Deadline(seconds)
        self._lock = threading.Lock()
        self._clients: dict[Named, ApplicationClient] = {}

    def client(self, named: Named) -> ApplicationClient:
        """Return the client of an application."""
        with self._lock:
            if named not in self._clients:
                self._clients[named] = ApplicationClient(
                    f"{named.name} ({named.url})",
                    named.reached_at,
                    partial(self._credentials.login, named.credentials),
                    deadline=self._deadline,
                    session=self._applications.at(named.reached_at),
                    credentials_name=named.credentials,
                    manifest_needs_login=named.manifest_needs_login,
                )
            return self._clients[named]

    @property
    def requests_sent(self) -> int:
        """How many requests were sent so far to all applications."""
        return sum(client.requests_sent for client in self._clients.values())

    def close(self) -> None:
        """Close all connections."""
        self._applications.close()


def read_estate(
    applications: Sequence[Named],
    credentials: NamedCredentials,
    *,
    details: bool = False,
    progress: Callable[[Progress], None] | None = None,
    reader: Reader | None = None,
) -> Estate:
    """Read the estate as it is now.

    An application that cannot be asked has a `failure`. Nothing is raised for it.

    Args:
        applications: to ask.
        credentials: where names of credentials are looked up.
        details: whether to also ask for the user that requests run as, and for legacy authentication. This takes one more request per end.
        progress: called from this thread with the progress so far.
        reader: the clients, if the caller needs them afterwards. It is then not closed.
    """
    if reader is not None:
        return _Reading(reader, details, progress or _quiet).estate(applications)
    with closing(Reader(credentials)) as own:
        return _Reading(own, details, progress or _quiet).estate(applications)


def _quiet(_: Progress) -> None:
    pass


class _Reading:
    def __init__(self, reader: Reader, details: bool, progress: Callable[[Progress], None]) -> None:
        self._reader = reader
        self._details = details
        self._progress = progress

    def estate(self, applications: Sequence[Named]) -> Estate:
        found = self._identified(applications)
        listed = self._listed([one for one in found.values() if one.asked], found)
        asked = self._asked(listed, found)
        ends = {name: [asked[f"{name}/{one.id}"][0] for one in links] for name, (links, _) in listed.items()}
        remotes = {key: remote for key, (_, remote) in asked.items()}
        oauth2 = frozenset(f"{name}/{link_id}" for name, (_, ids) in listed.items() for link_id in ids)
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        return replace(Matching(list(found.values()), ends, remotes, oauth2).estate(), read_at=now)

    def _identified(self, applications: Sequence[Named]) -> dict[str, EstateApplication]:
        """Find out who answers at each address. An application that is named twice is asked for its links only once."""
        found = {one.name: EstateApplication(one, admin_page=admin_page(one.url)) for one in applications}
        answers = ask_all(
            "identifying applications",
            {one.name: self._reader.client(one).manifest for one in applications},
            self._progress,
        )
        first: dict[str, Manifest] = {}
        for named in applications:
            answer, application = answers[named.name], found[named.name]
            if isinstance(answer, ApplinksError):
                found[named.name] = _failed(application, answer)
                continue
            application = replace(application, seen=_seen(answer))
            other = next(
                (name for name, one in first.items() if one.id == answer.id and not are_copies(one, answer)),
                None,
            )
            if other is None:
                first[named.name] = answer
            else:
                application = replace(
                    application, failure="same", told=_same(found[other].named, named, answer)
                )
            found[named.name] = application
        return found

    def _listed(
        self, applications: Iterable[EstateApplication], found: dict[str, EstateApplication]
    ) -> dict[str, tuple[list[Link], frozenset[str]]]:
        """Return what each application lists. If an application refuses, `found` records why."""
        answers = ask_all(
            "listing their links",
            {one.name: partial(self._list, one) for one in applications},
            self._progress,
        )
        listed: dict[str, tuple[list[Link], frozenset[str]]] = {}
        for name, answer in answers.items():
            if isinstance(answer, ApplinksError):
                found[name] = _failed(found[name], answer)
            else:
                links, oauth2 = answer
                listed[name] = (sorted(links, key=lambda link: (link.type_id, link.name, link.id)), oauth2)
        return listed

    def _list(self, application: EstateApplication) -> tuple[list[Link], frozenset[str]]:
        client = self._reader.client(application.named)
        links = client.links.all()
        return links, client.links.oauth2_entries()

    def _asked(
        self, listed: dict[str, tuple[list[Link], frozenset[str]]], found: dict[str, EstateApplication]
    ) -> dict[str, tuple[EstateEnd, Remote]]:
        """Return what each application reports about each of its links."""
        clients = {name: self._reader.client(found[name].named) for name in listed}
        calls = {
            f"{name}/{link.id}": partial(self._end, name, clients[name], link)
            # Take turns, so that not all requests go to one application at once while the others wait.
            for name, link in _in_turns({name: links for name, (links, _) in listed.items()})
        }
        return of_all(ask_all("trying the links", calls, self._progress))

    def _end(self, name: str, client: ApplicationClient, link: Link) -> tuple[EstateEnd, Remote]:
        """Return an end, and what it reports about the other end. If the application could not be asked, the end has the reason."""
        end = EstateEnd(
            application=name,
            link_id=link.id,
            name=link.name,
            type_id=link.type_id,
            what=link.what,
            display_url=link.display_url,
            rpc_url=link.rpc_url,
            primary=link.primary,
            lozenge={"system": "SYSTEM", "generic": "NON-ATLASSIAN"}.get(link.what),
        )
        if link.what != "application":
            return end, Remote()
        try:
            status = client.links.status(link.id) if client.version.tells_status else None
            end, remote = _with_status(end, status)
            if status is None or self._details or status.local is None:
                end = self._with_authentication(end, client, link, status)
            return end, remote
        except ApplinksError as error:
            return replace(end, failure=error.told.flat), Remote()

    def _with_authentication(
        self, end: EstateEnd, client: ApplicationClient, link: Link, status: Status | None
    ) -> EstateEnd:
        found = client.oauth.get(link.id)
        legacy = client.oauth.legacy(link.id) if status is not None and status.reason == "legacy" else None
        goes_out = {*found.legacy_outgoing, *(legacy.outgoing if legacy else ())}
        comes_in = legacy.incoming if legacy else ()
        # If a direction has no OAuth, its level is its legacy authentication.
        incoming = comes_in[0] if comes_in and not found.incoming.is_oauth else found.incoming
        return replace(
            end,
            incoming=incoming.value if end.incoming in (None, "none") else end.incoming,
            outgoing=found.outgoing.value if end.outgoing in (None, "none") else end.outgoing,
            execute_as=found.execute_as,
            user_told=found.user_told,
            legacy_incoming=tuple(level.value for level in comes_in),
            legacy_outgoing=tuple(level.value for level in Level if level in goes_out),
        )


def _with_status(end: EstateEnd, status: Status | None) -> tuple[EstateEnd, Remote]:
    if status is None:
        return end, Remote()
    local, remote = status.local, status.remote
    found = replace(
        end,
        incoming=local.incoming.value if local else None,
        outgoing=local.outgoing.value if local else None,
        working=None if status.reason == "no-answer" else status.working,
        reason=status.reason,
        told=status.told,
        lozenge=CONNECTED if status.working else LOZENGES.get(status.category),
    )
    if remote is None:
        return found, Remote()
    return found, Remote(remote.incoming.value, remote.outgoing.value)


def _in_turns(links: dict[str, list[Link]]) -> Iterable[tuple[str, Link]]:
    longest = max(map(len, links.values()), default=0)
    for number in range(longest):
        for name, listed in links.items():
            if number < len(listed):
                yield name, listed[number]


def _seen(manifest: Manifest) -> ApplicationIdentity:
    return ApplicationIdentity(
        manifest.id,
        manifest.type_id,
        manifest.name,
        manifest.url,
        manifest.version,
        manifest.applinks_version,
    )


def _same(first: Named, second: Named, manifest: Manifest) -> str:
    label = f"{second.name} ({second.url})"
    if normalised_url(first.reached_at) == normalised_url(second.reached_at):
        return f"{label} is named twice, also as {first.name}. It was asked once. Name it once."
    return (
        f"{label} has the server id of {first.name} ({manifest.id}) and its base URL: it is the same application under another address, or "
        f"a copy of it without its own id or base URL. It was not asked for its links. Name one of the two."
    )


def _failed(application: EstateApplication, error: ApplinksError) -> EstateApplication:
    return replace(application, failure=failure_of(error), told=error.told.flat, code=error.told.code.code)


_FAILURES: tuple[tuple[Failure, tuple[type[ApplinksError], ...]], ...] = (
    ("login", (NoLogin, NotAuthenticated, NotLetIn, NotPermitted, WebSudoRequired, BasicAuthenticationOff)),
    ("timeout", (TimedOut, DeadlineExceeded)),
    ("not-understood", (NotUnderstood,)),
    ("refused", (Refused,)),
    ("unreachable", (CouldNotAsk,)),
)


def failure_of(error: ApplinksError) -> Failure:
    """Return why an application could not be asked, in one word."""
    return next((word for word, kinds in _FAILURES if isinstance(error, kinds)), "not-understood")
