"""Single checks of an examination: each looks at one thing, and says how that is, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.request import getproxies, proxy_bypass

from pulumi_applinks.estate.diagnosis import Check
from pulumi_applinks.estate.model import EstateApplication, EstateEnd
from pulumi_applinks.rest import (
    BEHIND_HTTPS,
    ApplicationClient,
    ApplinksError,
    ConnectionLost,
    ConnectionRefused,
    DeadlineExceeded,
    NoLogin,
    NotSendable,
    NoWay,
    ProxyFailure,
    PublicKey,
    TimedOut,
    TlsFailure,
    UnknownHost,
    leaves_https,
    same_address,
)
from pulumi_applinks.rest.addresses import host_of

CLOCKS_MAY_DIFFER = 60.0
"""By how much, in seconds, before it is worth a word: signed requests carry the time, and are refused when it is too far off."""

_STAGES: tuple[tuple[str, tuple[type[ApplinksError], ...]], ...] = (
    ("name", (UnknownHost,)),
    ("proxy", (ProxyFailure,)),
    ("connection", (ConnectionRefused, NoWay, TimedOut, ConnectionLost, DeadlineExceeded)),
    ("TLS", (TlsFailure,)),
    ("manifest", (ApplinksError,)),
)
"""On the way to an application, in order, and what is raised when each fails."""


class Side:
    """One application of the two, and how it is asked.

    Args:
        application: as it was read.
        client: asks it.
        end: what it has of the link; None when it has none.
    """

    def __init__(
        self, application: EstateApplication, client: ApplicationClient, end: EstateEnd | None
    ) -> None:
        self.application = application
        self.client = client
        self.end = end
        self.name = application.name

    def passed(self, what: str, words: str) -> Check:
        """A check of it that passed."""
        return Check(what, self.name, "passed", words)

    def failed(self, what: str, words: str, next_: str) -> Check:
        """A check of it that failed, with what to do."""
        return Check(what, self.name, "failed", words, next_)

    def not_possible(self, what: str, words: str, next_: str = "") -> Check:
        """A check of it that was not possible, with why."""
        return Check(what, self.name, "not-possible", words, next_)

    def error(self, what: str, error: ApplinksError) -> Check:
        """An error's own words say what to do."""
        return self.not_possible(what, error.told.flat, "Mend that, and run this again.")


def way(side: Side) -> Iterator[Check]:
    """The way to an application: each stage up to the one that fails."""
    url = side.application.named.reached_at
    error: ApplinksError | None = None
    try:
        side.client.manifest()
    except ApplinksError as failure:
        error = failure
    if isinstance(error, NotSendable) and not isinstance(error, NoLogin):
        yield side.failed("request", error.told.flat, "Correct that, and run this again.")
        return
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
        if error is not None and name == failing:
            yield side.failed(name, error.told.flat, "Correct that, and run this again.")
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


def base_url(side: Side) -> Check:
    """Whether an application believes that it is where it was named."""
    seen, named = side.application.seen, side.application.named
    if seen is not None and same_address(seen.url, named.url):
        return side.passed("base URL", f"it believes that it is at {seen.url}, as it was named.")
    there = seen.url if seen else ""
    correct = f"Correct the base URL in its administration; or name it with {there}, and give the other address as rpc_url or api_url."
    if leaves_https(named.url, there):
        correct = BEHIND_HTTPS
    return side.failed(
        "base URL", f"it believes that it is at {there}, and was named with {named.url}.", correct
    )


def clocks(first: Side, second: Side) -> Check:
    """Whether the clocks of the two differ by more than signed requests may."""
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


def versions(first: Side, second: Side) -> Check:
    """Whether the versions of applinks fit together."""
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


def keys(side: Side, remote: Side, end: EstateEnd, accepted: tuple[PublicKey, ...] | None) -> Check:
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
        f"read again. Where a stack has the link, `pulumi refresh` and `pulumi up` do that.",
    )


def user(side: Side, end: EstateEnd) -> Check:
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
