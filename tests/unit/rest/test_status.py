"""What an application says of a link becomes words of our own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from pulumi_applinks.lab.applications.status import CATEGORIES
from pulumi_applinks.rest import ApplicationClient, Level, OAuthConfig, Reason, Status

URL = "https://jira.example.com"
ID = "3e3c8fef-0000-3000-8000-0000000034c5"
OFF = {"enabled": False, "twoLoEnabled": False, "twoLoImpersonationEnabled": False}
ONLY_3LO = {**OFF, "enabled": True}
OAUTH = {**ONLY_3LO, "twoLoEnabled": True}


@pytest.fixture
def ask(web) -> Iterator[Any]:
    """The status that a client makes of an answer."""
    with ApplicationClient("source", URL) as client:

        def answered(**body: Any) -> Status | None:
            web.upsert("GET", f"{URL}/rest/applinks/3.0/status/{ID}", json=body)
            return client.links.status(ID)

        yield answered


def error(type_: str, category: str = "") -> dict[str, Any]:
    """An error of a status."""
    return {"type": type_, "category": category, "details": ["one", "two"]}


def test_a_status_with_all_its_parts(ask):
    """The levels of both ends, and the link as the resource reports it: neither primary nor system."""
    link = {
        "id": ID,
        "name": "Wiki",
        "type": "confluence",
        "displayUrl": "https://wiki",
        "rpcUrl": "http://wiki",
    }
    found = ask(
        link=link,
        working=True,
        localAuthentication={"incoming": OAUTH, "outgoing": OFF},
        remoteAuthentication=None,
    )

    assert (found.working, found.reason, found.told) == (True, None, "")
    assert (found.local, found.remote) == (OAuthConfig(incoming=Level.OAUTH), None)
    assert (found.link.name, found.link.type_id, found.link.rpc_url) == ("Wiki", "confluence", "http://wiki")
    assert not hasattr(found.link, "primary")
    assert ask(working=False, link={"name": "no id"}).link is None


@pytest.mark.parametrize("type_", [*CATEGORIES, "MANUAL_LEGACY_REMOVAL_WITH_OLD_EDIT", "OF_A_LATER_VERSION"])
def test_each_type_has_a_reason_and_plain_words(ask, type_):
    """The application's own word stands behind them, in parentheses, with its details."""
    found = ask(working=False, error=error(type_))

    assert found.reason in get_args(Reason)
    assert (found.reason == "unknown") is (type_ == "OF_A_LATER_VERSION")
    assert found.told.endswith(f" ({type_}: one two)")
    assert not re.search("[A-Z]{2,}_", found.told.partition(" (")[0])


@pytest.mark.parametrize(
    ("type_", "category", "reason"),
    [
        ("NO_REMOTE_APPLINK", "", "no-link-back"),
        ("AUTH_LEVEL_MISMATCH", "", "levels-differ"),
        ("DISABLED", "", "disabled"),
        ("LEGACY_UPDATE", "", "legacy"),
        ("LOCAL_AUTH_TOKEN_REQUIRED", "", "not-told"),
        ("OAUTH_SIGNATURE_INVALID", "", "refused"),
        ("OAUTH_TIMESTAMP_REFUSED", "", "clock"),
        ("UNKNOWN_HOST", "", "unreachable"),
        ("SSL_UNTRUSTED", "", "untrusted"),
        ("SYSTEM_LINK", "", "system"),
        ("GENERIC_LINK", "", "no-application"),
        ("REMOTE_VERSION_INCOMPATIBLE", "", "incompatible"),
        ("NO_OUTGOING_AUTH", "", "no-authentication"),
        ("AUTH_LEVEL_UNSUPPORTED", "", "unsupported"),
        ("NEW", "NETWORK_ERROR", "unreachable"),
        ("NEW", "ACCESS_ERROR", "not-told"),
        ("NEW", "DEPRECATED", "unsupported"),
        ("NEW", "", "unknown"),
    ],
)
def test_which_reason_a_type_has(ask, type_, category, reason):
    """As the lifecycle distinguishes them; a type of a later version is understood by its category."""
    assert ask(working=False, error=error(type_, category)).reason == reason


def test_a_user_that_can_not_be_used(ask):
    """Where both ends allow 2LO, the type of an unsupported level means that the signed request was refused [S9]."""
    both = {"incoming": OAUTH, "outgoing": OAUTH}
    refused = error("AUTH_LEVEL_UNSUPPORTED")
    found = ask(working=False, error=refused, localAuthentication=both, remoteAuthentication=both)
    assert found.reason == "refused"
    assert "the user that they run as" in found.told
    persons = {"incoming": OAUTH, "outgoing": ONLY_3LO}
    found = ask(working=False, error=refused, localAuthentication=both, remoteAuthentication=persons)
    assert (found.reason, "3LO" in found.told) == ("unsupported", True)


def test_a_status_that_gives_no_reason(ask):
    """Is reported as what it is; details that steer a terminal, or never end, don't get through."""
    assert ask(working=False).reason == "unknown"
    assert ask(working=False).told.startswith("the link does not work, and it gives no known reason")
    long = {"type": "DISABLED", "details": "\x1b[2J" + "x" * 5000}
    told = ask(working=False, error=long).told
    assert len(told) < 400
    assert told.isprintable()


def test_the_words_of_the_interface_stay_in_this_room():
    """The lifecycle knows reasons, not types."""
    lifecycle = Path(__file__).parents[3] / "pulumi_applinks" / "lifecycle"
    words = re.compile("|".join({*CATEGORIES, *CATEGORIES.values()} - {"UNKNOWN", "DISABLED", "SYSTEM"}))

    assert [
        path.name for path in lifecycle.glob("*.py") if words.search(path.read_text(encoding="utf-8"))
    ] == []
