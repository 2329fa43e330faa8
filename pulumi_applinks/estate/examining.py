"""Examining one pair in depth: everything that a link needs, one thing after the other, on both applications.

It reads. One request of it is no GET: whether a login is a system administrator's is told by the relocation of a link that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_applinks.credentials import Credentials
from pulumi_applinks.estate.checking import Side, base_url, clocks, keys, user, versions, way
from pulumi_applinks.estate.diagnosis import Check, Diagnosis, Outcome
from pulumi_applinks.estate.model import EstateLink, Named
from pulumi_applinks.estate.reading import Reader, read_estate
from pulumi_applinks.lifecycle.whereabouts import NOTHING_ANSWERS, leads_elsewhere, pointing_to, what_to_do
from pulumi_applinks.rest import (
    BEHIND_HTTPS,
    ApplinksError,
    Basic,
    BasicAuthenticationOff,
    Token,
    WebSudoRequired,
    leaves_https,
)


def examine(one: Named, other: Named, credentials: Credentials) -> Diagnosis:
    """Examine two applications and the link between them.

    Args:
        one: an application.
        other: the other one.
        credentials: where their names are looked up.
    """
    reader = Reader(credentials)
    try:
        return _Examination(one, other, credentials, reader).diagnosis()
    finally:
        reader.close()


class _Examination:
    def __init__(self, one: Named, other: Named, credentials: Credentials, reader: Reader) -> None:
        estate = read_estate([one, other], credentials, details=True, reader=reader)
        self._credentials = credentials
        self._link: EstateLink | None = next(
            (
                link
                for link in estate.links
                if link.far_side != "none"
                and link.state != "duplicated"
                and {*link.between} == {one.name, other.name}
            ),
            None,
        )
        ends = {end.application: end for end in self._link.ends} if self._link else {}
        first, second = (
            Side(application, reader.client(application.named), ends.get(application.name))
            for application in estate.applications
        )
        self._sides = (first, second)

    def diagnosis(self) -> Diagnosis:
        first, second = self._sides
        checks: list[Check] = []
        for side in self._sides:
            checks += self._alone(side)
        checks += self._both()
        for side, remote in ((first, second), (second, first)):
            checks += self._link_on(side, remote)
        return Diagnosis((first.application, second.application), self._link, tuple(checks))

    def _alone(self, side: Side) -> Iterator[Check]:
        yield from way(side)
        if side.application.seen is None:
            return
        yield base_url(side)
        yield from self._login(side)

    def _login(self, side: Side) -> Iterator[Check]:
        """Whether the login is let in, what it may do, and how."""
        name = side.application.named.credentials
        try:
            side.client.links()
        except BasicAuthenticationOff as error:
            yield side.failed("basic authentication", error.told.flat, "Give a personal access token.")
            yield side.not_possible("login", "user names and passwords are not taken.")
            return
        except ApplinksError as error:
            yield side.failed("login", error.told.flat, "Correct that, and run this again.")
            return
        login = self._credentials.login(name)
        if isinstance(login, Basic):
            yield side.passed("basic authentication", "user names and passwords are taken over REST.")
        elif isinstance(login, Token):
            yield side.not_possible("basic authentication", "not tried: a personal access token is used.")
        yield side.passed("login", "it is let in, and is an administrator's.")
        try:
            system = side.client.is_system_administrator()
        except ApplinksError as error:
            yield side.error("rights", error)
            return
        if system:
            yield side.passed("rights", "it is a system administrator's: everything can be done with it.")
        else:
            yield side.passed(
                "rights",
                "it is an administrator's, and no system administrator's: relocating a link and impersonation take one.",
            )

    def _both(self) -> Iterator[Check]:
        first, second = self._sides
        yield clocks(first, second)
        yield versions(first, second)
        if self._link is None:
            if first.application.asked and second.application.asked:
                yield Check(
                    "link",
                    None,
                    "failed",
                    f"neither {first.name} nor {second.name} has a link to the other one.",
                    "Declare one, and run `pulumi up`.",
                )
            else:
                yield Check("link", None, "not-possible", "the lists could not be read on both applications.")
            return
        link = self._link
        if not link.findings:
            yield Check("link", None, "passed", link.reason)
        for finding in link.findings:
            outcome: Outcome = "not-possible" if finding.severity == "unseen" else "failed"
            yield Check("link", None, outcome, finding.words, finding.mend)
        for direction in link.directions:
            what = f"requests of {direction.sender} to {direction.receiver}"
            if direction.level is None:
                yield Check(
                    "levels",
                    None,
                    "failed",
                    f"{what}: the two ends are set to different authentication, or do not tell.",
                    'Declare the link with on_existing="adopt" and the authentication that it should have, and run `pulumi up`.',
                )
            else:
                yield Check("levels", None, "passed", f"{what}: {direction.level}, on both ends.")

    def _link_on(self, side: Side, remote: Side) -> Iterator[Check]:
        """What one application sees of the other, and keeps of it."""
        yield self._sight(side, remote)
        end = side.end
        if end is None:
            return
        try:
            accepted = side.client.accepted_keys(end.link_id)
        except WebSudoRequired as error:
            yield side.failed(
                "secure sessions",
                error.told.flat,
                "Give a user name and a password, or switch secure sessions off.",
            )
            return
        except ApplinksError as error:
            yield side.error("keys", error)
            return
        yield side.passed("secure sessions", "no further session is asked of this login.")
        yield keys(side, remote, end, accepted)
        yield user(side, end)

    def _sight(self, side: Side, remote: Side) -> Check:
        """What an application finds where it calls the other one."""
        named = remote.application.named
        address = (side.end.rpc_url if side.end else None) or named.rpc_url or named.url
        what = f"{remote.name} as seen from there"
        known, end = remote.application.seen, side.end
        if known is not None and end is not None and end.link_id == known.server_id:
            there = leads_elsewhere(end.addresses, remote.application.addresses)
            if there is not None and end.reason not in NOTHING_ANSWERS:
                advice = what_to_do(side.name, remote.name, side.application.admin_page)
                return side.failed(what, f"its link {pointing_to(there)}.", advice)
        if not side.application.asked:
            return side.not_possible(what, "it could not be asked.")
        try:
            sighting = side.client.sees(address)
        except ApplinksError as error:
            return side.error(what, error)
        reach = (
            f"See that {side.name} reaches {address}: name, firewall, proxy, and over https the certificate's authority in its "
            "truststore."
        )
        if leaves_https(address, sighting.redirected_to or ""):
            reach = BEHIND_HTTPS
        if sighting.kind == "application" and sighting.manifest is not None:
            if known is None or sighting.manifest.id == known.server_id:
                return side.passed(what, f"it finds {sighting.manifest.name or remote.name} at {address}.")
            return side.failed(
                what, f"it finds another application at {address}: server id {sighting.manifest.id}.", reach
            )
        if sighting.kind == "conflict" and side.end is not None:
            return side.passed(what, f"it finds at {address} the application that it has a link to.")
        words = {
            "redirected": f"it is redirected from {address} to {sighting.redirected_to}.",
            "unreachable": f"it does not reach {address}.",
            "no_manifest": f"it finds something without application links at {address}.",
            "not_accepted": f"it does not accept {address}, or does not know that type of application.",
            "conflict": f"it finds itself at {address}, or an application that it has another link to.",
        }
        if sighting.kind not in words:
            return side.not_possible(
                what,
                sighting.message or "its version does not tell, or a firewall keeps it from being asked.",
            )
        said = f" It says: “{sighting.message}”" if sighting.message else ""
        return side.failed(what, words[sighting.kind] + said, reach)
