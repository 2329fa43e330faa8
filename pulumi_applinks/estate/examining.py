"""Examine one pair of applications in depth: a preflight of their link, also if it does not exist yet, and what `pulumi up` never checks.

It only reads. One request is not a GET: the attempt to relocate a link that does not exist shows whether the login is a system
administrator's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial

from pulumi_applinks.codes import Code
from pulumi_applinks.credentials import NamedCredentials
from pulumi_applinks.estate.causes import worst_first
from pulumi_applinks.estate.checking import Side, clocks, keys, login, versions, way
from pulumi_applinks.estate.diagnosis import Check, Diagnosis, Outcome
from pulumi_applinks.estate.ends import ends_of, step_of
from pulumi_applinks.estate.model import Estate, EstateLink, Named
from pulumi_applinks.estate.reading import Progress, Reader, ask_all, of_all, read_estate
from pulumi_applinks.lifecycle import (
    BOTH,
    Declaration,
    Direction,
    Directions,
    Identity,
    LinkObservation,
    Party,
    Recorded,
    Role,
    other,
    problems,
)
from pulumi_applinks.lifecycle.preflight import sight_problems
from pulumi_applinks.lifecycle.survey import EndSeen, Survey, identify
from pulumi_applinks.lifecycle.whereabouts import NOTHING_ANSWERS, leads_elsewhere, pointing_to, what_to_do
from pulumi_applinks.rest import ApplinksError, Message, Sighting, UserDetails

_OF_USERS = (Code.USER_MISSING, Code.USER_NOT_ACTIVE, Code.USER_TOO_POWERFUL)


def examine(one: Named, other_one: Named, credentials: NamedCredentials) -> Diagnosis:
    """Examine two applications and the link between them."""
    with closing(Reader(credentials)) as reader:
        return _examined(one, other_one, credentials, reader)


def examine_all(
    estate: Estate,
    credentials: NamedCredentials,
    reader: Reader,
    progress: Callable[[Progress], None] = lambda _: None,
) -> list[Diagnosis]:
    """Examine each pair of applications in an estate that has a link, the worst link first.

    Args:
        estate: as it was read.
        credentials: where names of credentials are looked up.
        reader: the reader that read the estate. It does not ask again for what it knows about an application.
        progress: called from this thread with the progress so far.
    """
    named = {one.name: one.named for one in estate.applications}
    pairs = dict.fromkeys(
        frozenset(link.between)
        for link in worst_first(estate.links)
        if link.far_side in ("asked", "not-asked") and len({*link.between}) == 2
    )
    listed = [[named[name] for name in named if name in pair] for pair in pairs]
    calls = {
        f"{one.name} {two.name}": partial(_examined, one, two, credentials, reader) for one, two in listed
    }
    return [*of_all(ask_all("examining the links", calls, progress)).values()]


def _examined(one: Named, other_one: Named, credentials: NamedCredentials, reader: Reader) -> Diagnosis:
    estate = read_estate([one, other_one], credentials, details=True, reader=reader)
    link = next(
        (
            link
            for link in estate.links
            if link.far_side != "none"
            and link.state != "duplicated"
            and {*link.between} == {one.name, other_one.name}
        ),
        None,
    )
    ends = {end.application: end for end in link.ends} if link else {}
    source, target = (
        Side(application, reader.client(application.named), ends.get(application.name))
        for application in estate.applications
    )
    checks = tuple(_Examination(source, target, link).checks(credentials))
    return Diagnosis((source.application, target.application), link, checks)


class _Examination:
    def __init__(self, source: Side, target: Side, link: EstateLink | None) -> None:
        self._sides: dict[Role, Side] = {"source": source, "target": target}
        self._link = link
        self._sights = {role: self._sight(role) for role in BOTH}
        self._users = {role: self._user(role) for role in BOTH}
        self._survey = self._surveyed()
        told = (*problems(self._survey), *(sight_problems(self._survey) if link is not None else ()))
        self._problems = tuple(dict.fromkeys(told))

    def checks(self, credentials: NamedCredentials) -> Iterator[Check]:
        """Yield all checks, in the order in which a person would make them."""
        for role, side in self._sides.items():
            yield from way(side)
            if side.application.seen is not None:
                at = f"its base URL is {side.application.seen.url}, as given."
                yield self._of_preflight(role, "base URL", (Code.BASE_URL_DIFFERS,), at)
                yield from login(side, credentials)
        yield clocks(*self._sides.values())
        yield versions(*self._sides.values())
        yield from self._both()
        for role, side in self._sides.items():
            yield self._seen_from(role)
            if side.end is not None:
                found = list(keys(side, self._sides[other(role)], side.end))
                yield from found
                if found[0].outcome == "passed":
                    yield self._runs_as(role)

    def _address(self, role: Role) -> str:
        """Return the address where an application calls the other one."""
        end, named = self._sides[role].end, self._sides[other(role)].application.named
        return (end.rpc_url if end else None) or named.rpc_url or named.url

    def _sight(self, role: Role) -> Sighting | ApplinksError | None:
        side = self._sides[role]
        try:
            return side.client.links.sees(self._address(role)) if side.application.asked else None
        except ApplinksError as error:
            return error

    def _user(self, role: Role) -> UserDetails | ApplinksError | None:
        side = self._sides[role]
        try:
            return side.client.users.get(side.end.execute_as) if side.end and side.end.execute_as else None
        except ApplinksError as error:
            return error

    def _surveyed(self) -> Survey:
        """Return a survey of what was read, like the survey before a change that takes the link over unchanged."""
        clients = {role: side.client for role, side in self._sides.items()}
        names = {role: side.name for role, side in self._sides.items()}
        survey = identify(ends_of(self._declared(), clients, names), Recorded())
        silent = {role: self._unidentified(role) for role in BOTH if role not in survey.identities}
        found = {role: self._found(role) for role in BOTH if role in survey.manifests}
        return replace(survey, identities={**survey.identities, **silent}, found=found)

    def _declared(self) -> Declaration:
        source, target = (self._party(role) for role in BOTH)
        incoming, outgoing = (
            Direction(execute_as=side.end.execute_as if side.end else None) for side in self._sides.values()
        )
        ways = Directions(outgoing=outgoing, incoming=incoming)
        return Declaration(source, target, authentication=ways, on_existing="adopt")

    def _party(self, role: Role) -> Party:
        named = self._sides[role].application.named
        return Party(url=named.url, rpc_url=self._address(other(role)), api_url=named.api_url)

    def _unidentified(self, role: Role) -> Identity:
        """Return the identity of an application that does not answer here, from the other one's link or from what the other one sees."""
        end, sight = self._sides[other(role)].end, self._sights[other(role)]
        manifest = sight.manifest if isinstance(sight, Sighting) else None
        id_ = end.link_id if end else manifest.id if manifest else ""
        return Identity(server_id=id_, type_id="", name=self._sides[role].name, confirmed=False)

    def _found(self, role: Role) -> EndSeen:
        end, sight, user = self._sides[role].end, self._sights[role], self._users[role]
        seen = None
        if end is not None:
            seen = LinkObservation(
                id=end.link_id, name=end.name, display_url=end.display_url, rpc_url=end.rpc_url
            )
        return EndSeen(
            seen=seen,
            sighting=sight if isinstance(sight, Sighting) else None,
            user=user if isinstance(user, UserDetails) else None,
        )

    def _of_preflight(self, role: Role, what: str, codes: tuple[Code, ...], passed: str) -> Check:
        """Return a check. If the preflight has a finding about it, the check failed, in the preflight's words."""
        side, label = self._sides[role], self._survey.ends[role].label
        for told in self._problems:
            if told.code in codes and told.application == label:
                return self._failed(side, what, told)
        return side.passed(what, passed)

    def _failed(self, side: Side, what: str, told: Message) -> Check:
        return side.failed(what, replace(told, do="").flat, step_of(told, self._survey.ends))

    def _both(self) -> Iterator[Check]:
        link, sides = self._link, self._sides.values()
        if link is None and not all(side.application.asked for side in sides):
            yield Check("link", None, "not-possible", "the lists could not be read on both applications.")
        elif link is None:
            first, second = (side.name for side in sides)
            words = f"neither {first} nor {second} has a link to the other one."
            yield Check("link", None, "failed", words, "Declare one, and run `pulumi up`.")
        elif not link.findings:
            yield Check("link", None, "passed", link.reason)
        for finding in link.findings if link else ():
            outcome: Outcome = "not-possible" if finding.severity == "unseen" else "failed"
            yield Check("link", None, outcome, finding.words, finding.mend)
        for direction in link.directions if link else ():
            what = f"requests of {direction.sender} to {direction.receiver}"
            if direction.level is None:
                words = f"{what}: the two ends have different authentication, or do not report it."
                do = 'Declare the link with on_existing="adopt" and the authentication that it should have, and run `pulumi up`.'
                yield Check("levels", None, "failed", words, do)
            else:
                yield Check("levels", None, "passed", f"{what}: {direction.level}, on both ends.")

    def _seen_from(self, role: Role) -> Check:
        """Check what an application finds at the address where it calls the other one."""
        side, remote, sight = self._sides[role], self._sides[other(role)], self._sights[role]
        what, known, end = f"{remote.name} as seen from there", remote.application.seen, side.end
        if known is not None and end is not None and end.link_id == known.server_id:
            there = leads_elsewhere(end.addresses, remote.application.addresses)
            if there is not None and end.reason not in NOTHING_ANSWERS:
                advice = what_to_do(side.name, remote.name, side.application.admin_page)
                return side.failed(what, f"its link {pointing_to(there)}.", advice)
        if sight is None:
            return side.not_possible(what, "it could not be asked.")
        if isinstance(sight, ApplinksError):
            return side.error(what, sight)
        if sight.kind == "not_told":
            silent = "its version does not report it, or a firewall blocks the request."
            return side.not_possible(what, sight.message or silent)
        passed = f"it finds at {self._address(role)} the application that it has a link to."
        if sight.manifest is not None:
            passed = f"it finds {sight.manifest.name or remote.name} at {self._address(role)}."
        return self._of_preflight(role, what, (Code.NOT_SEEN,), passed)

    def _runs_as(self, role: Role) -> Check:
        """Check the user that incoming requests run as."""
        side, user, what = self._sides[role], self._users[role], "user"
        end = side.end
        if end is None or end.incoming != "oauth":
            return side.not_possible(what, "requests that come over the link do not run as one user.")
        if not end.user_told:
            return side.not_possible(what, "its version does not report the user that requests run as.")
        if end.execute_as is None:
            return side.passed(what, "requests without a person run anonymously, and see what is public.")
        if isinstance(user, ApplinksError):
            return side.error(what, user)
        runs = f"requests run as {end.execute_as!r}"
        if user is None:
            return side.not_possible(what, f"{runs}; the product does not report its users.")
        return self._of_preflight(role, what, _OF_USERS, f"{runs}, who exists.")
