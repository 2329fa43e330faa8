"""The user that requests run as is looked up where the product says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from responses import matchers

from pulumi_applinks.rest import ApplicationClient, CouldNotAsk, Sessions, UserDetails

URL = "https://app.example.com/x"
ID = "3e3c8fef-0000-3000-8000-0000000034c5"


@pytest.fixture
def look_up(web) -> Callable[[str], UserDetails | None]:
    """Looks the bot up on an application of a type."""

    def look(type_id: str) -> UserDetails | None:
        manifest = {"id": ID, "typeId": type_id, "url": URL, "applinksVersion": "9.1.4"}
        web.upsert("GET", f"{URL}/rest/applinks/1.0/manifest", json=manifest)
        with ApplicationClient("target", URL) as client:
            return client.users.get("bot")

    return look


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, {"name": "Bot", "active": True}, UserDetails(True, True, None, "Jira")),
        (200, {"name": "bot", "active": False}, UserDetails(True, False, None, "Jira")),
        (
            404,
            {"errorMessages": ["The user named 'bot' does not exist"], "errors": {}},
            UserDetails(False, None, None, "Jira"),
        ),
        (404, {"message": "null for uri"}, None),
        (403, {"errorMessages": ["no"]}, None),
        (501, {}, None),
        (200, ["bot"], None),
        (200, {"name": "robot", "active": True}, None),
    ],
)
def test_in_jira(web, look_up, status, body, expected):
    """Whether the user exists and is active; what is not Jira's own word says nothing."""
    asked = [matchers.query_param_matcher({"username": "bot"})]
    web.get(f"{URL}/rest/api/2/user", json=body, status=status, match=asked)

    assert look_up("jira") == expected


@pytest.mark.parametrize(
    ("status", "body", "groups", "expected"),
    [
        (
            200,
            {"username": "bot", "status": "current"},
            ["confluence-users"],
            UserDetails(True, True, None, "Confluence"),
        ),
        (200, {"username": "bot", "status": "deactivated"}, [], UserDetails(True, False, None, "Confluence")),
        (
            200,
            {"username": "bot"},
            ["confluence-administrators"],
            UserDetails(True, None, True, "Confluence"),
        ),
        (
            404,
            {"statusCode": 404, "message": "No user found"},
            [],
            UserDetails(False, None, None, "Confluence"),
        ),
        (404, {}, [], None),
    ],
)
def test_in_confluence(web, look_up, status, body, groups, expected):
    """Also whether the user is in the group that may do everything."""
    web.get(f"{URL}/rest/api/user", json=body, status=status)
    web.get(
        f"{URL}/rest/api/user/memberof", json={"results": [{"type": "group", "name": one} for one in groups]}
    )

    assert look_up("confluence") == expected


BOT = {"name": "bot", "slug": "bot", "active": True}
NO_SUCH_USER = {"errors": [{"exceptionName": "com.atlassian.bitbucket.user.NoSuchUserException"}]}


@pytest.mark.parametrize(
    ("answer", "system_administrator"),
    [
        ({"values": [], "isLastPage": True}, False),
        ({"values": [{"name": "robot"}], "isLastPage": True}, False),
        ({"values": [{"name": "Robot"}, {"name": "Bot"}], "isLastPage": False}, True),
        ({"values": [{"name": "robot"}], "isLastPage": False}, None),
        ({"isLastPage": True}, None),
        ({"values": ["bot"], "isLastPage": True}, None),
        ([], None),
    ],
)
def test_who_is_a_system_administrator_in_bitbucket(web, look_up, answer, system_administrator):
    """Those that the application lists, and nobody else; half a list or something else says nothing."""
    web.get(f"{URL}/rest/api/1.0/users/bot", json=BOT)
    asked = {"filter": "bot", "permission": "SYS_ADMIN", "limit": "1000"}
    web.get(f"{URL}/rest/api/1.0/users", json=answer, match=[matchers.query_param_matcher(asked)])

    assert look_up("stash") == UserDetails(True, True, system_administrator, "Bitbucket")


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, {**BOT, "active": False}, UserDetails(True, False, None, "Bitbucket")),
        (404, NO_SUCH_USER, UserDetails(False, None, None, "Bitbucket")),
        (404, {"errors": [{"exceptionName": "other"}]}, None),
        (404, {"errors": ["other"]}, None),
        (200, {**BOT, "name": "somebody else"}, None),
        (401, {}, None),
    ],
)
def test_in_bitbucket(web, look_up, status, body, expected):
    """Whether the user exists and is active, also where permissions are not reported."""
    web.get(f"{URL}/rest/api/1.0/users/bot", json=body, status=status)
    web.get(f"{URL}/rest/api/1.0/users", status=401, json={})

    assert look_up("stash") == expected


def test_a_name_with_characters_that_a_slug_has_not(web):
    """That no such slug is known does not say that there is no such user."""
    web.get(f"{URL}/rest/applinks/1.0/manifest", json={"id": ID, "typeId": "stash", "url": URL})
    web.get(f"{URL}/rest/api/1.0/users/bot%40example.com", json=NO_SUCH_USER, status=404)

    with ApplicationClient("target", URL) as client:
        assert client.users.get("bot@example.com") is None


def test_groups_that_are_not_told(web, look_up):
    """Leave it open whether the user is a system administrator."""
    web.get(f"{URL}/rest/api/user", json={"username": "bot"})
    web.get(f"{URL}/rest/api/user/memberof", status=403, json={})

    assert look_up("confluence") == UserDetails(True, None, None, "Confluence")


def test_a_user_of_many_links(web):
    """Is looked up once for all that ask for it."""
    web.get(f"{URL}/rest/applinks/1.0/manifest", json={"id": ID, "typeId": "jira", "url": URL})
    web.get(f"{URL}/rest/api/2/user", json=BOT)
    shared = Sessions().at(URL)
    clients = [ApplicationClient("target", URL, session=shared) for _ in range(3)]

    assert {client.users.get("bot") for client in clients} == {UserDetails(True, True, None, "Jira")}
    assert len(web.calls) == 2


@pytest.mark.parametrize("type_id", ["crowd", "bamboo", "fecru", "refapp"])
def test_products_that_do_not_tell(web, look_up, type_id):
    """Are not asked."""
    assert look_up(type_id) is None
    assert len(web.calls) == 1


def test_an_application_that_does_not_answer(web, look_up):
    """Is reported as such."""
    web.get(f"{URL}/rest/api/2/user", body=ConnectionRefusedError())

    with pytest.raises(CouldNotAsk):
        look_up("jira")


@pytest.mark.parametrize(
    ("body", "expected"),
    [("bot\n", "bot"), ("", None), ("<html>bot</html>", None), ("two words", None), ("b" * 2000, None)],
)
def test_whose_login_it_is_in_bitbucket(web, body, expected):
    """One word of plain text; anything else says nothing."""
    web.get(f"{URL}/rest/applinks/1.0/manifest", json={"id": ID, "typeId": "stash", "url": URL})
    web.get(f"{URL}/plugins/servlet/applinks/whoami", body=body, content_type="text/plain")

    with ApplicationClient("target", URL) as client:
        assert client.users.login_name() == expected


@pytest.mark.parametrize(
    ("type_id", "path", "body", "expected"),
    [
        ("jira", "rest/api/2/myself", {"name": "bot"}, "bot"),
        ("jira", "rest/api/2/myself", ["bot"], None),
        ("confluence", "rest/api/user/current", {"type": "anonymous"}, None),
        ("confluence", "rest/api/user/current", {"type": "known", "username": "bot"}, "bot"),
    ],
)
def test_whose_login_it_is(web, type_id, path, body, expected):
    """As the product's resource about the one who asks says."""
    web.get(f"{URL}/rest/applinks/1.0/manifest", json={"id": ID, "typeId": type_id, "url": URL})
    web.get(f"{URL}/{path}", json=body)

    with ApplicationClient("target", URL) as client:
        assert client.users.login_name() == expected
