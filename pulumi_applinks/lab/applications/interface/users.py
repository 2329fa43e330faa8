"""The products' own public resources about users. Each answers only with what its documentation shows."""

from __future__ import annotations

import hashlib
from typing import Any

from werkzeug import Response

from pulumi_applinks.lab.applications.fields import ENTITIES
from pulumi_applinks.lab.applications.routes import Call, Routes
from pulumi_applinks.lab.applications.users import User
from pulumi_applinks.lab.applications.wire import json_answer

ADMINISTRATORS = {
    "jira": "jira-administrators",
    "confluence": "confluence-administrators",
    "crowd": "crowd-administrators",
}
"""For each product, the group whose members are system administrators in a default installation."""

USERS = {"jira": "jira-software-users", "confluence": "confluence-users", "crowd": "crowd-users"}
"""For each product, the group of everyone who may log in."""

_MYSELF = "developer.atlassian.com/server/jira/platform/rest: myself"
_WHOAMI = "ind (several public programs that take the user's name from it)"

_jira = Routes("page", "/", ENTITIES["jira_user"].source)
_confluence = Routes("page", "/", ENTITIES["confluence_user"].source)
BITBUCKET_SYSTEM_ADMINISTRATORS = "stash-system-administrators"
_bitbucket = Routes("page", "/", ENTITIES["bitbucket_user"].source)
_crowd = Routes("page", "/", ENTITIES["crowd_user"].source)

BY_TYPE = {"jira": _jira, "confluence": _confluence, "stash": _bitbucket, "crowd": _crowd}
"""The resources that each type of application adds; the other types have no public resource about users."""


def groups_of(type_id: str, user: User) -> list[str]:
    """The groups that a product reports for a user."""
    by_role = [USERS[type_id]] if user.may_log_in else []
    if user.is_sysadmin:
        by_role.append(ADMINISTRATORS[type_id])
    elif user.is_admin:
        by_role.append("site-administrators")
    return [*by_role, *user.groups]


def _named(call: Call, name: str | None = None) -> User | None:
    return call.application.users.find(name or call.request.args.get("username", ""))


def _key(user: User) -> str:
    return hashlib.sha1(user.name.encode()).hexdigest()[:32]


@_jira.add("GET", "/rest/api/2/user", guard="user", answers="jira_user")
def jira_user(call: Call) -> Response:
    """A user of Jira, by `username`; the groups with `expand=groups`."""
    return _jira_user(call, _named(call))


@_jira.add("GET", "/rest/api/2/myself", guard="user", answers="jira_user", source=_MYSELF)
def jira_myself(call: Call) -> Response:
    """The user who asks Jira."""
    return _jira_user(call, call.user)


def _jira_user(call: Call, user: User | None) -> Response:
    if user is None:
        name = call.request.args.get("username")
        return json_answer(404, {"errorMessages": [f"The user named '{name}' does not exist"], "errors": {}})
    base = call.application.base_url
    groups = groups_of("jira", user)
    items = [{"name": name, "self": f"{base}/rest/api/2/group?groupname={name}"} for name in groups]
    body = {
        "self": f"{base}/rest/api/2/user?username={user.name}",
        "key": user.name,
        "name": user.name,
        "emailAddress": f"{user.name}@example.com",
        "avatarUrls": {"48x48": f"{base}/secure/useravatar?size=large"},
        "displayName": user.name.title(),
        "active": user.active,
        "timeZone": "Etc/UTC",
        "groups": {
            "size": len(items),
            "items": items if "groups" in call.request.args.get("expand", "") else [],
        },
        "expand": "groups",
    }
    return json_answer(200, body)


@_confluence.add("GET", "/rest/api/user", guard="user", answers="confluence_user")
def confluence_user(call: Call) -> Response:
    """A user of Confluence, by `username`; whether the account is active with `expand=status`."""
    return _confluence_user(call, _named(call))


@_confluence.add("GET", "/rest/api/user/current", guard="user", answers="confluence_user")
def confluence_myself(call: Call) -> Response:
    """The user who asks Confluence."""
    return _confluence_user(call, call.user)


def _confluence_user(call: Call, user: User | None) -> Response:
    if user is None:
        return _no_confluence_user(call)
    picture = {"path": "/images/icons/profilepics/default.svg", "width": 48, "height": 48, "isDefault": True}
    body = {
        "type": "known",
        "username": user.name,
        "userKey": _key(user),
        "profilePicture": picture,
        "displayName": user.name.title(),
    }
    if "status" in call.request.args.get("expand", "").split(","):
        body["status"] = "current" if user.active else "deactivated"
    return json_answer(200, body)


@_confluence.add("GET", "/rest/api/user/memberof", guard="user", answers="confluence_groups")
def confluence_groups(call: Call) -> Response:
    """The groups of a user of Confluence, by `username`."""
    user = _named(call)
    if user is None:
        return _no_confluence_user(call)
    found = [{"type": "group", "name": name} for name in groups_of("confluence", user)]
    return json_answer(200, {"results": found, "start": 0, "limit": 200, "size": len(found)})


def _no_confluence_user(call: Call) -> Response:
    name = call.request.args.get("username")
    return json_answer(404, {"statusCode": 404, "message": f"No user found with username : {name}"})


@_bitbucket.add("GET", "/plugins/servlet/applinks/whoami", guard="open", answers="name", source=_WHOAMI)
def bitbucket_myself(call: Call) -> Response:
    """The name of the user who asks Bitbucket, as plain text; nothing where nobody is logged in."""
    return Response(call.user.name if call.user else "", 200, content_type="text/plain;charset=UTF-8")


@_bitbucket.add("GET", "/rest/api/1.0/users/<slug>", guard="user", answers="bitbucket_user")
def bitbucket_user(call: Call, slug: str) -> Response:
    """A user of Bitbucket, by its slug."""
    user = _named(call, slug)
    if user is None:
        error = {
            "context": None,
            "message": f"There is no user {slug}",
            "exceptionName": "com.atlassian.bitbucket.user.NoSuchUserException",
        }
        return json_answer(404, {"errors": [error]})
    return json_answer(200, _bitbucket_user(user))


def _bitbucket_user(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "emailAddress": f"{user.name}@example.com",
        "id": int(_key(user)[:6], 16),
        "displayName": user.name.title(),
        "active": user.active,
        "slug": user.name,
        "type": "NORMAL",
    }


@_bitbucket.add("GET", "/rest/api/1.0/users", guard="user", answers="bitbucket_users")
def bitbucket_users(call: Call) -> Response:
    """Bitbucket's active users: `filter` looks for a part of the name, `permission` for a global one, also of groups and those within."""
    args, users = call.request.args, call.application.users
    wanted = args.get("permission")
    found = [
        user
        for user in users
        if user.active and args.get("filter", "").lower() in user.name.lower()
        if wanted is None or wanted in _GRANTED[user.role] or wanted in _by_group(users.groups_of(user))
    ]
    limit, start = int(args.get("limit", "25")), int(args.get("start", "0"))
    page, is_last = found[start : start + limit], start + limit >= len(found)
    body = {"size": len(page), "limit": limit, "isLastPage": is_last, "start": start}
    values = [_bitbucket_user(user) for user in page]
    return json_answer(
        200, {**body, "values": values, **({} if is_last else {"nextPageStart": start + limit})}
    )


_USER = ("LICENSED_USER",)
_GRANTED = {"user": _USER, "admin": ("ADMIN", *_USER), "sysadmin": ("SYS_ADMIN", "ADMIN", *_USER)}


def _by_group(groups: set[str]) -> tuple[str, ...]:
    return _GRANTED["sysadmin"] if BITBUCKET_SYSTEM_ADMINISTRATORS in groups else ()


@_crowd.add("GET", "/rest/usermanagement/1/user", guard="open", answers="crowd_user")
def crowd_user(call: Call) -> Response:
    """A user of Crowd, by `username`: shown for an application's name and password, not for a user's [doc]."""
    application = call.application
    given = call.request.authorization
    if given is None or (given.username, given.password) not in application.crowd_applications.items():
        return Response("Application failed to authenticate", 401, content_type="text/plain")
    user = _named(call)
    if user is None:
        name = call.request.args.get("username")
        return json_answer(404, {"reason": "USER_NOT_FOUND", "message": f"User <{name}> does not exist"})
    here = f"{application.base_url}/rest/usermanagement/1/user"
    body = {
        "link": {"href": f"{here}?username={user.name}", "rel": "self"},
        "name": user.name,
        "password": {"link": {"href": f"{here}/password?username={user.name}", "rel": "edit"}},
        "key": _key(user),
        "active": user.active,
        "attributes": {"link": {"href": f"{here}/attribute?username={user.name}", "rel": "self"}},
        "first-name": user.name.title(),
        "last-name": "Example",
        "display-name": user.name.title(),
        "email": f"{user.name}@example.com",
    }
    return json_answer(200, body)
