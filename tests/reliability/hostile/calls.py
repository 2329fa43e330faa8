"""Every method of the client, and its permitted results."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from pulumi_applinks.rest import ApplicationClient, ApplinksError, Basic, Level, Link, OAuthConfig
from tests.reliability.hostile.bodies import ID, MANIFEST
from tests.reliability.hostile.server import Behaviour, Exchange, answering
from tests.words import flat

LABEL = "target (http://wiki.example)"
LOGIN = Basic("admin", "planted-password")
MOST_WORDS = 4000
"""The maximum length of a message, in characters."""
ALMOST = 5.0
"""The time that a busy machine may take beyond the limit, in seconds."""

CALLS: dict[str, Callable[[ApplicationClient], object]] = {
    "manifest": lambda client: client.manifest(),
    "links": lambda client: client.links.all(),
    "link": lambda client: client.links.get(ID),
    "sees": lambda client: client.links.sees("http://jira.example"),
    "is_system_administrator": lambda client: client.users.login_is_system_administrator(),
    "put_link": lambda client: client.links.put(Link(id=ID)),
    "edit_link": lambda client: client.links.edit(ID, name="n", rpc_url="r", display_url="d"),
    "make_primary": lambda client: client.links.make_primary(ID),
    "relocate": lambda client: client.links.relocate(ID, "http://jira.example"),
    "delete_link": lambda client: client.links.delete(ID),
    "upgrade": lambda client: client.links.upgrade(ID, ID),
    "status": lambda client: client.links.status(ID),
    "authentication": lambda client: client.oauth.get(ID),
    "legacy": lambda client: client.oauth.legacy(ID),
    "user": lambda client: client.users.get("bot"),
    "set_oauth": lambda client: client.oauth.set_levels(
        ID, OAuthConfig(incoming=Level.OAUTH, outgoing=Level.OAUTH)
    ),
    "set_execute_as": lambda client: client.oauth.set_execute_as(ID, Level.OAUTH, "bot"),
    "migrate": lambda client: client.oauth.migrate(ID),
}


def known(behaviour: Behaviour, method: str = "") -> Behaviour:
    """A behaviour that first identifies the application, because the client sends no login before that.

    Args:
        behaviour: the behaviour for all other requests.
        method: the method of the client; the one that requests the manifest gets `behaviour` at once.
    """
    introduces = answering(json.dumps(MANIFEST).encode())

    def behave(exchange: Exchange) -> None:
        asked = exchange.path == "/rest/applinks/1.0/manifest" and method != "manifest"
        (introduces if asked else behaviour)(exchange)

    return behave


def wrong_with(client: ApplicationClient, name: str, seconds: float) -> tuple[str, str]:
    """Call a method that meets a hostile answer.

    Args:
        client: the client, with the label `LABEL` and the login `LOGIN`.
        name: the name of the method.
        seconds: the time that it may take.

    Returns:
        The result, and what is wrong with it; empty if nothing is.
    """
    began = time.monotonic()
    try:
        shown = CALLS[name](client)
        ended = "a result"
    except ApplinksError as error:
        ended, shown = type(error).__name__, str(error)
        if LABEL not in flat(shown):
            return ended, f"names no application: {shown[:200]!r}"
        if len(shown) > MOST_WORDS:
            return ended, f"has {len(shown)} characters"
        shown = shown.split("\n")
    except Exception as error:
        return "another exception", repr(error)[:300]
    took = time.monotonic() - began
    if took > seconds:
        return ended, f"took {took:.1f} s"
    odd = [text for text in texts_in(shown) if not text.isprintable()]
    if odd:
        return ended, f"steers a terminal: {odd[0][:200]!r}"
    if any("planted" in text for text in texts_in(shown)):
        return ended, f"shows a secret: {shown!r}"
    return ended, ""


def texts_in(value: Any) -> list[str]:
    """Every text in a result, including those in records, lists and dictionaries."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.items() for text in texts_in(list(item))]
    if isinstance(value, (list, tuple, set, frozenset)):
        return [text for item in value for text in texts_in(item)]
    fields = getattr(value, "__dict__", None)
    return texts_in(fields) if fields else []
