"""The single checks of an examination. Each checks one thing, and returns the result and what to do about it.

What the preflight of a link checks is reported in the preflight's words. This module checks what `pulumi up` never checks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.request import getproxies, proxy_bypass

from pulumi_applinks.credentials import NamedCredentials
from pulumi_applinks.estate.diagnosis import Check
from pulumi_applinks.estate.model import EstateApplication, EstateEnd
from pulumi_applinks.rest import (
    ApplicationClient,
    ApplinksError,
    Basic,
    BasicAuthenticationOff,
    ConnectionLost,
    ConnectionRefused,
    DeadlineExceeded,
    NoLogin,
    NotSendable,
    NoWay,
    ProxyFailure,
    TimedOut,
    TlsFailure,
    Token,
    UnknownHost,
    WebSudoRequired,
    major_version,
    share_oauth,
)
from pulumi_applinks.rest.addresses import host_of

CLOCKS_MAY_DIFFER = 60.0
"""In seconds. Signed requests contain the time, and applications refuse them if it is too far off."""

_AGAIN = "Correct that, and run this again."
_STAGES: tuple[tuple[str, tuple[type[ApplinksError], ...]], ...] = (
    ("name", (UnknownHost,)),
    ("proxy", (ProxyFailure,)),
    ("connection", (ConnectionRefused, NoWay, TimedOut, ConnectionLost, DeadlineExceeded)),
    ("TLS", (TlsFailure,)),
    ("manifest", (ApplinksError,)),
)
"""The stages of a request to an application, in order, each with the errors that are raised if it fails."""


@dataclass(frozen=True)
class Side:
    """One of the two applications, and its client.

    Args:
        application: as it was read.
        client: the client that asks it.
        end: its end of the link; None if it has none.
    """

    application: EstateApplication
    client: ApplicationClient
    end: EstateEnd | None

    @property
    def name(self) -> str:
        """Its name in the estate."""
        return self.application.name

    def passed(self, what: str, words: str) -> Check:
        """Return a check that passed."""
        return Check(what, self.name, "passed", words)

    def failed(self, what: str, words: str, next_: str = _AGAIN) -> Check:
        """Return a check that failed, with what to do."""
        return Check(what, self.name, "failed", words, next_)

    def not_possible(self, what: str, words: str, next_: str = "") -> Check:
        """Return a check that was not possible, with the reason."""
        return Check(what, self.name, "not-possible", words, next_)

    def error(self, what: str, error: ApplinksError) -> Check:
        """Return a check that an error made impossible. The error's own message says what to do."""
        return self.not_possible(what, error.told.flat, "Fix that, and run this again.")


def way(side: Side) -> Iterator[Check]:
    """Check the connection to an application: each stage, up to the first that fails."""
    url = side.application.named.reached_at
    error: ApplinksError | None = None
    try:
        side.client.manifest()
    except ApplinksError as failure:
        error = failure
    if isinstance(error, NotSendable) and not isinstance(error, NoLogin):
        yield side.failed("request", error.told.flat)
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
            yield side.failed(name, error.told.flat)
            return
        if name == "name" and proxy:
            yield side.not_possible(name, "the proxy looks it up.")
        elif name == "TLS" and not url.lower().startswith("https"):
            yield side.not_possible(name, "it is asked over http, where nothing is encrypted: logins, too.")
        else:
            yield side.passed(name, words[name])


def _proxy(url: str) -> str | None:
    """Return the host of the proxy that the environment names for an address, without the proxy's credentials."""
    scheme, host = url.partition(":")[0].lower(), host_of(url)
    found = getproxies().get(scheme) or getproxies().get("all")
    return None if not found or proxy_bypass(host) else host_of(found if "//" in found else f"http://{found}")


def login(side: Side, credentials: NamedCredentials) -> Iterator[Check]:
    """Check whether the application accepts the login, and which rights it has."""
    try:
        side.client.links.all()
    except BasicAuthenticationOff as error:
        yield side.failed("basic authentication", error.told.flat, "Give a personal access token.")
        yield side.not_possible("login", "user names and passwords are not accepted.")
        return
    except ApplinksError as error:
        yield side.failed("login", error.told.flat)
        return
    given = credentials.login(side.application.named.credentials)
    if isinstance(given, Basic):
        yield side.passed("basic authentication", "user names and passwords are accepted over REST.")
    elif isinstance(given, Token):
        yield side.not_possible("basic authentication", "not tried: a personal access token is used.")
    yield side.passed("login", "it is let in, and is an administrator's.")
    try:
        system = side.client.users.login_is_system_administrator()
    except ApplinksError as error:
        yield side.error("rights", error)
        return
    words = "it is an administrator's but not a system administrator's: relocating a link and impersonation need one."
    if system:
        words = "it is a system administrator's: it has every right that links need."
    yield side.passed("rights", words)


def clocks(first: Side, second: Side) -> Check:
    """Check whether the clocks of the two applications differ by more than signed requests allow."""
    one, other = first.client.clock_ahead, second.client.clock_ahead
    if one is None or other is None:
        return Check("clocks", None, "not-possible", "at least one application does not report its time.")
    difference = abs(one - other)
    if difference <= CLOCKS_MAY_DIFFER:
        return Check("clocks", None, "passed", "the clocks of the two do not differ by more than a minute.")
    ahead = first.name if one > other else second.name
    return Check(
        "clocks",
        None,
        "failed",
        f"the clock of {ahead} is ahead of the other one's by {difference:.0f} s: signed requests are refused when it is too far off.",
        "Synchronize both with the same time server.",
    )


def versions(first: Side, second: Side) -> Check:
    """Check whether the applinks versions are compatible."""
    found = [
        one.application.seen.applinks_version if one.application.seen else None for one in (first, second)
    ]
    if not all(found):
        return Check(
            "versions",
            None,
            "not-possible",
            "at least one application does not report its version of applinks.",
        )
    told = f"applinks {found[0]} on {first.name}, {found[1]} on {second.name}"
    if not share_oauth(*found):
        words = f"{told}: versions before 5 cannot be linked to later ones with OAuth."
        return Check("versions", None, "failed", words, "Update the older application.")
    alike = "different major versions; Atlassian advises the same one"
    return Check(
        "versions",
        None,
        "passed",
        f"{told}: {'the same major version' if major_version(found[0]) == major_version(found[1]) else alike}.",
    )


def keys(side: Side, remote: Side, end: EstateEnd) -> Iterator[Check]:
    """Check whether the login may see the OAuth settings of the link, and whether they have the other application's current key."""
    what = f"the key of {remote.name}"
    try:
        accepted = side.client.oauth.accepted_keys(end.link_id)
    except WebSudoRequired as error:
        do = "Give a user name and a password, or switch secure sessions off."
        yield side.failed("secure sessions", error.told.flat, do)
        return
    except ApplinksError as error:
        yield side.error("keys", error)
        return
    yield side.passed("secure sessions", "this login needs no further session.")
    if end.incoming in (None, "none", "trusted-applications", "basic-access"):
        yield side.not_possible(what, "it accepts no OAuth requests over the link, and has no key.")
        return
    try:
        own = remote.client.oauth.own_key()
    except ApplinksError as error:
        yield side.error(what, error)
        return
    if accepted is None or own is None:
        silent = "its version" if accepted is None else remote.name
        yield side.not_possible(
            what, f"{silent} does not report {'the keys' if accepted is None else 'its own key'}."
        )
    elif any(own.same_as(one) for one in accepted):
        yield side.passed(what, f"it has the current key of {remote.name}.")
    else:
        yield side.failed(
            what,
            f"it has an outdated key of {remote.name} and refuses its requests: {remote.name} was reinstalled or copied.",
            f"Open {side.application.admin_page}, set the incoming authentication of the link {end.link_id} to none and then back: the "
            f"key is read again. Where a stack has the link, `pulumi refresh` and `pulumi up` do that.",
        )
