"""Examining one pair in depth: everything that a link needs, one thing after the other, on both applications.

It reads. One request of it is no GET: whether a login is a system administrator's is told by the relocation of a link that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.request import getproxies, proxy_bypass

from pulumi_applinks.credentials import Credentials
from pulumi_applinks.estate.diagnosis import Check, Diagnosis, Outcome
from pulumi_applinks.estate.model import Application, End, Link, Named
from pulumi_applinks.estate.reading import Reader, read_estate
from pulumi_applinks.rest import (
    ApplicationClient,
    ApplinksError,
    Basic,
    BasicAuthenticationOff,
    ConnectionLost,
    ConnectionRefused,
    DeadlineExceeded,
    ProxyFailure,
    PublicKey,
    TimedOut,
    TlsFailure,
    Token,
    UnknownHost,
    WebSudoRequired,
    same_address,
)
from pulumi_applinks.rest.addresses import host_of

CLOCKS_MAY_DIFFER = 60.0
"""By how much, in seconds, before it is worth a word: signed requests carry the time, and are refused when it is too far off."""

_STAGES: tuple[tuple[str, tuple[type[ApplinksError], ...]], ...] = (
    ("name", (UnknownHost,)),
    ("proxy", (ProxyFailure,)),
    ("connection", (ConnectionRefused, TimedOut, ConnectionLost, DeadlineExceeded)),
    ("TLS", (TlsFailure,)),
    ("manifest", (ApplinksError,)),
)
"""On the way to an application, in order, and what is raised when each fails."""


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


class _Side:
    """One application of the two, and how it is asked."""

    def __init__(self, application: Application, client: ApplicationClient, end: End | None) -> None:
        self.application = application
        self.client = client
        self.end = end
        self.name = application.name

    def passed(self, what: str, words: str) -> Check:
        return Check(what, self.name, "passed", words)

    def failed(self, what: str, words: str, next_: str) -> Check:
        return Check(what, self.name, "failed", words, next_)

    def not_possible(self, what: str, words: str, next_: str = "") -> Check:
        return Check(what, self.name, "not-possible", words, next_)

    def error(self, what: str, error: ApplinksError) -> Check:
        """An error's own words say what to do."""
        return self.not_possible(what, str(error), "Mend that, and run this again.")


class _Examination:
    def __init__(self, one: Named, other: Named, credentials: Credentials, reader: Reader) -> None:
        estate = read_estate([one, other], credentials, details=True, reader=reader)
        self._credentials = credentials
        self._link: Link | None = next(
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
            _Side(application, reader.client(application.named), ends.get(application.name))
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

    def _alone(self, side: _Side) -> Iterator[Check]:
        yield from _way(side)
        if side.application.seen is None:
            return
        yield _base_url(side)
        yield from self._login(side)

    def _login(self, side: _Side) -> Iterator[Check]:
        """Whether the login is let in, what it may do, and how."""
        name = side.application.named.credentials
        try:
            side.client.links()
        except BasicAuthenticationOff as error:
            yield side.failed("basic authentication", str(error), "Give a personal access token.")
            yield side.not_possible("login", "user names and passwords are not taken.")
            return
        except ApplinksError as error:
            yield side.failed("login", str(error), "Correct that, and run this again.")
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
        yield _clocks(first, second)
        yield _versions(first, second)
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

    def _link_on(self, side: _Side, remote: _Side) -> Iterator[Check]:
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
                str(error),
                "Give a user name and a password, or switch secure sessions off.",
            )
            return
        except ApplinksError as error:
            yield side.error("keys", error)
            return
        yield side.passed("secure sessions", "no further session is asked of this login.")
        yield _keys(side, remote, end, accepted)
        yield _user(side, end)

    def _sight(self, side: _Side, remote: _Side) -> Check:
        """What an application finds where it calls the other one."""
        named = remote.application.named
        address = (side.end.rpc_url if side.end else None) or named.rpc_url or named.url
        what = f"{remote.name} as seen from there"
        if not side.application.asked:
            return side.not_possible(what, "it could not be asked.")
        try:
            sighting = side.client.sees(address)
        except ApplinksError as error:
            return side.error(what, error)
        reach = f"See that {side.name} reaches {address}: name, firewall, proxy, and the certificate's authority in its truststore."
        known = remote.application.seen
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
                what, "its version does not tell, or a firewall keeps it from being asked."
            )
        said = f" It says: “{sighting.message}”" if sighting.message else ""
        return side.failed(what, words[sighting.kind] + said, reach)


def _way(side: _Side) -> Iterator[Check]:
    """The way to an application: each stage up to the one that fails."""
    url = side.application.named.reached_at
    error: ApplinksError | None = None
    try:
        side.client.manifest()
    except ApplinksError as failure:
        error = failure
    proxy = _proxy(url)
    failing = next((name for name, kinds in _STAGES if error is not None and isinstance(error, kinds)), None)
    seen = side.application.seen
    words = {
        "name": f"{host_of(url)} is known here.",
        "proxy": f"it is asked through the proxy {proxy}." if proxy else "it is asked without a proxy.",
        "connection": f"{host_of(url)} takes connections.",
        "TLS": "its certificate is trusted, and is for that host.",
        "manifest": f"it is {seen.type_id} {seen.version}, applinks {seen.applinks_version}, server id {seen.server_id}."
        if seen
        else "",
    }
    for name, _ in _STAGES:
        if name == failing:
            yield side.failed(name, str(error), "Correct that, and run this again.")
            return
        if name == "name" and proxy:
            yield side.not_possible(name, "the proxy looks it up.")
        elif name == "TLS" and not url.lower().startswith("https"):
            yield side.not_possible(name, "it is asked over http, where nothing is encrypted: logins, too.")
        else:
            yield side.passed(name, words[name])


def _proxy(url: str) -> str | None:
    """The proxy that the environment names for an address, without what logs in to it."""
    scheme, host = url.partition(":")[0].lower(), host_of(url)
    found = getproxies().get(scheme) or getproxies().get("all")
    return None if not found or proxy_bypass(host) else host_of(found if "//" in found else f"http://{found}")


def _base_url(side: _Side) -> Check:
    seen, named = side.application.seen, side.application.named
    if seen is not None and same_address(seen.url, named.url):
        return side.passed("base URL", f"it believes that it is at {seen.url}, as it was named.")
    there = seen.url if seen else ""
    return side.failed(
        "base URL",
        f"it believes that it is at {there}, and was named with {named.url}.",
        f"Correct the base URL in its administration; or name it with {there}, and give the other address as rpc_url or api_url.",
    )


def _clocks(first: _Side, second: _Side) -> Check:
    one, other = first.client.clock_ahead, second.client.clock_ahead
    if one is None or other is None:
        return Check("clocks", None, "not-possible", "not both applications told the time.")
    difference = abs(one - other)
    if difference <= CLOCKS_MAY_DIFFER:
        return Check("clocks", None, "passed", "the clocks of the two do not differ by more than a minute.")
    ahead = first.name if one > other else second.name
    return Check(
        "clocks",
        None,
        "failed",
        f"the clock of {ahead} is ahead of the other one's by {difference:.0f} s: signed requests are refused when it is too far off.",
        "Set both by the same time server.",
    )


def _versions(first: _Side, second: _Side) -> Check:
    versions = [
        (side.application.seen.applinks_version if side.application.seen else None)
        for side in (first, second)
    ]
    if not all(versions):
        return Check("versions", None, "not-possible", "not both applications told the version of applinks.")
    majors = [int(major) if (major := (one or "").partition(".")[0]).isdecimal() else 0 for one in versions]
    told = f"applinks {versions[0]} on {first.name}, {versions[1]} on {second.name}"
    if min(majors) < 5 <= max(majors):
        return Check(
            "versions",
            None,
            "failed",
            f"{told}: versions before 5 can't be linked with later ones with OAuth.",
            "Update the older application.",
        )
    alike = (
        "the same major version"
        if majors[0] == majors[1]
        else "different major versions; Atlassian advises the same one"
    )
    return Check("versions", None, "passed", f"{told}: {alike}.")


def _keys(side: _Side, remote: _Side, end: End, accepted: tuple[PublicKey, ...] | None) -> Check:
    """Whether an application knows the other one by the key that it has."""
    what = f"the key of {remote.name}"
    if end.incoming in (None, "none", "trusted-applications", "basic-access"):
        return side.not_possible(what, "it accepts no OAuth requests over the link, and keeps no key.")
    if accepted is None:
        return side.not_possible(what, "its version does not tell.")
    try:
        own = remote.client.own_key()
    except ApplinksError as error:
        return side.error(what, error)
    if own is None:
        return side.not_possible(what, f"{remote.name} does not tell its own key.")
    if any(own.same_as(one) for one in accepted):
        return side.passed(what, f"it keeps the key that {remote.name} has.")
    return side.failed(
        what,
        f"it keeps another key than {remote.name} has: requests of that are refused. {remote.name} was installed anew, or copied.",
        f"Open {side.application.admin_page}, set the incoming authentication of the link {end.link_id} to none and then back: the key is "
        f"read anew. Or delete the link, and let `pulumi up` make it.",
    )


def _user(side: _Side, end: End) -> Check:
    """The user that incoming requests run as."""
    what = "user"
    if end.incoming != "oauth":
        return side.not_possible(what, "requests that come over the link do not run as one user.")
    if not end.user_told:
        return side.not_possible(what, "its version does not tell as whom requests run.")
    if end.execute_as is None:
        return side.passed(what, "requests without a person run anonymously, and see what is public.")
    name = repr(end.execute_as)
    try:
        found = side.client.user(end.execute_as)
    except ApplinksError as error:
        return side.error(what, error)
    correct = "Declare another user as execute_as, and run `pulumi up`; or correct the user there."
    if found is None:
        return side.not_possible(what, f"requests run as {name}; the product does not tell of its users.")
    if not found.exists:
        return side.failed(what, f"requests run as {name}, who does not exist.", correct)
    if found.active is False:
        return side.failed(what, f"requests run as {name}, who is not active.", correct)
    if found.system_administrator:
        return side.failed(
            what, f"requests run as {name}, a system administrator: they can do everything there.", correct
        )
    return side.passed(what, f"requests run as {name}, who exists.")
