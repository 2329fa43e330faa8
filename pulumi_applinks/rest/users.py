"""Look up an application's users, if its product has a public resource for that, and the rights of the login."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pulumi_applinks.rest import endpoints
from pulumi_applinks.rest.addresses import as_segment
from pulumi_applinks.rest.endpoints import Endpoint
from pulumi_applinks.rest.errors import NotPermitted, NotUnderstood, Refused
from pulumi_applinks.rest.models import UserDetails
from pulumi_applinks.rest.parsing import entries, listed
from pulumi_applinks.rest.products import product_name

if TYPE_CHECKING:
    from pulumi_applinks.rest.client import ApplicationClient

_SUPER_GROUP = "confluence-administrators"
"""Members of this group can do everything, whatever Confluence's permissions say [Atlassian: Confluence Groups for Administrators]."""

_PAGE = "1000"
"""How many entries one request asks for: Bitbucket's maximum, and more groups than any user has."""

_IS_ITS_SLUG = re.compile(r"[a-z0-9._-]+")


class Users:
    """The users of one application, and the rights of the login.

    Args:
        client: the application's client.
    """

    def __init__(self, client: ApplicationClient) -> None:
        self._client = client

    def get(self, name: str) -> UserDetails | None:
        """What the application reports about a user. Read once for all who share the session. Needs an administrator.

        Crowd shows its users to applications, not to administrators. No documented resource of Bamboo or Fisheye/Crucible looks up one
        user.

        Args:
            name: the name that the user logs in with.

        Returns:
            What is known; None if the product has no resource for it, or if the client does not understand the answer.

        Raises:
            CouldNotAsk: if no answer came.
        """
        return self._client.cache.user(name).get(
            lambda: self._look_up(name), self._client.deadline, self._client.label
        )[0]

    def login_is_system_administrator(self) -> bool:
        """Whether the login is a system administrator's.

        No resource shows this directly. A relocation checks the rights before it looks for the link. So relocating a link that does not
        exist shows it without changing anything: 403 for an administrator, 404 for a system administrator [S9]. Older versions let
        every administrator relocate, and answer 404 [S3].

        Raises:
            NotAuthenticated: if the login is not even an administrator's.
            ApplinksError: if the application can't be reached.
        """
        found, _ = self._client.cache.system_administrator.get(
            self._try_rights, self._client.deadline, self._client.label
        )
        return found

    def login_name(self) -> str | None:
        """The login's user name as the application reports it; None if its product has no resource for it, or it does not report it.

        Raises:
            CouldNotAsk: if no answer came.
        """
        asked = {
            "jira": (endpoints.JIRA_MYSELF, "name"),
            "confluence": (endpoints.CONFLUENCE_MYSELF, "username"),
            "stash": (endpoints.BITBUCKET_MYSELF, ""),
        }
        if (found := asked.get(self._client.manifest().type_id)) is None:
            return None
        endpoint, key = found
        try:
            answer = self._client.send(endpoint)
            name = answer.data().get(key) if key else answer.word()
        except (Refused, NotUnderstood, AttributeError):
            return None
        return name if isinstance(name, str) and name else None

    def _try_rights(self) -> bool:
        try:
            # Not an address: some firewalls block addresses in parameters.
            params = {"newUrl": "none", "nowarning": "false"}
            self._client.send(endpoints.RIGHTS, str(uuid.uuid4()), params=params)
        except NotPermitted as error:
            if error.asked.identifying:
                raise  # the manifest was refused, which says nothing about rights
            return False
        except Refused as error:
            if error.status == 401:
                raise
        return True

    def _look_up(self, name: str) -> UserDetails | None:
        type_id = self._client.manifest().type_id
        look_up: dict[str, Callable[[str], _Found | None]] = {
            "jira": self._in_jira,
            "confluence": self._in_confluence,
            "stash": self._in_bitbucket,
        }
        if type_id not in look_up:
            return None
        try:
            found = look_up[type_id](name)
        except (Refused, NotUnderstood):
            return None
        return None if found is None else UserDetails(*found, where=product_name(type_id))

    def _in_jira(self, name: str) -> _Found | None:
        """Use `GET /rest/api/2/user` [developer.atlassian.com/server/jira/platform/rest: user].

        Jira's groups do not show who is a system administrator: any group can have that permission, and no resource shows it.
        """
        user = self._one(endpoints.JIRA_USER, username=name)
        if user.get("errorMessages"):
            return _NOBODY
        return (True, _truth(user.get("active")), None) if _is(user, name) else None

    def _in_confluence(self, name: str) -> _Found | None:
        """Use `GET /rest/api/user` and `/rest/api/user/memberof` [developer.atlassian.com/server/confluence/rest: user]."""
        user = self._one(endpoints.CONFLUENCE_USER, username=name, expand="status")
        if user.get("statusCode") == 404:
            return _NOBODY
        if not _is(user, name, "username"):
            return None
        status = user.get("status")
        groups = self._page(endpoints.CONFLUENCE_GROUPS, username=name)
        # These words are not documented. Any other word is ignored.
        words = {"current": True, "active": True, "deactivated": False, "inactive": False}
        active = words.get(status.lower()) if isinstance(status, str) else None
        return True, active, any(_is(group, _SUPER_GROUP) for group in groups) or None

    def _in_bitbucket(self, name: str) -> _Found | None:
        """Use `GET /rest/api/1.0/users/{slug}`, and `GET /rest/api/1.0/users` with a filter for a global permission.

        The second one lists the users who have that permission themselves or through groups, including nested groups
        [developer.atlassian.com/server/bitbucket/rest: system maintenance, users].
        """
        user = self._one(endpoints.BITBUCKET_USER, as_segment(name.lower()))
        if any(
            str(one.get("exceptionName")).endswith(".NoSuchUserException") for one in _objects(user, "errors")
        ):
            # A slug replaces other characters, so this slug might not be the user's.
            return _NOBODY if _IS_ITS_SLUG.fullmatch(name.lower()) else None
        if not _is(user, name):
            return None
        return True, _truth(user.get("active")), self._is_bitbucket_administrator(name)

    def _is_bitbucket_administrator(self, name: str) -> bool | None:
        params = {"filter": name, "permission": "SYS_ADMIN", "limit": _PAGE}
        try:
            found = self._client.send(endpoints.BITBUCKET_USERS, params=params).data()
        except (Refused, NotUnderstood):
            return None
        users = listed(found, "values")
        if any(_is(user, name) for user in users or ()):
            return True
        whole = users is not None and isinstance(found, Mapping) and found.get("isLastPage") is True
        return False if whole else None

    def _one(self, endpoint: Endpoint, *filled_in: str, **params: str) -> Mapping[str, Any]:
        """One user, or what the application answers when there is no such user."""
        data = self._client.send(endpoint, *filled_in, params=params).data()
        return data if isinstance(data, Mapping) else {}

    def _page(self, endpoint: Endpoint, **params: str) -> list[dict[str, Any]]:
        """The entries of a list; none if the application does not list them."""
        try:
            return _objects(self._client.send(endpoint, params={**params, "limit": _PAGE}).data(), "results")
        except (Refused, NotUnderstood):
            return []


def _objects(data: Any, *keys: str) -> list[dict[str, Any]]:
    """The objects of a list, wherever the list is.

    Args:
        data: an answer.
        keys: where to look, in order.
    """
    return [one for one in entries(data, *keys) if isinstance(one, dict)]


_Found = tuple[bool, bool | None, bool | None]
_NOBODY: _Found = (False, None, None)


def _is(entry: Any, name: str, key: str = "name") -> bool:
    """Whether an entry has the name of a user or a group. No product distinguishes upper and lower case in these names."""
    return isinstance(entry, Mapping) and str(entry.get(key)).lower() == name.lower()


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None
