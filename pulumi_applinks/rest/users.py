"""A user of one application, looked up where its product has a public resource for that."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_applinks.rest import calls
from pulumi_applinks.rest.addresses import as_segment
from pulumi_applinks.rest.calls import Call
from pulumi_applinks.rest.errors import NotUnderstood, Refused
from pulumi_applinks.rest.links import LinkResources
from pulumi_applinks.rest.parsing import entries
from pulumi_applinks.rest.products import product_name

_SUPER_GROUP = "confluence-administrators"
"""Its members may do everything, whatever Confluence's permissions say [Atlassian: Confluence Groups for Administrators]."""

_PAGE = "1000"
"""How many entries are asked for at once: the most that Bitbucket gives, and more than anybody has groups."""

_IS_ITS_SLUG = re.compile(r"[a-z0-9._-]+")


@dataclass(frozen=True)
class User:
    """What an application tells of a user.

    Args:
        exists: whether it knows the user.
        active: whether the user is active; None when that is not told.
        system_administrator: whether the user is a system administrator; None when that is not told.
        where: which product told.
    """

    exists: bool
    active: bool | None
    system_administrator: bool | None
    where: str


class UserResources(LinkResources):
    """The users of one application."""

    def user(self, name: str) -> User | None:
        """What is known of a user: read once for all who share what is known of the application. Takes an administrator.

        Crowd tells its users to applications, not to administrators; of Bamboo and Fisheye/Crucible no resource is documented that
        looks one user up.

        Args:
            name: as the user logs in.

        Returns:
            What is known; None where the product has no resource for it, or it says nothing that is understood.

        Raises:
            CouldNotAsk: if no answer came.
        """
        return self._seen.user(name).get(lambda: self._look_up(name), self.deadline, self.label)[0]

    def _look_up(self, name: str) -> User | None:
        type_id = self.manifest().type_id
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
        return None if found is None else User(*found, where=product_name(type_id))

    def _in_jira(self, name: str) -> _Found | None:
        """By `GET /rest/api/2/user` [developer.atlassian.com/server/jira/platform/rest: user].

        Jira's groups say nothing of system administrators: any group can have that permission, which no resource tells.
        """
        user = self._one(calls.JIRA_USER, username=name)
        if user.get("errorMessages"):
            return _NOBODY
        return (True, _truth(user.get("active")), None) if _is(user, name) else None

    def _in_confluence(self, name: str) -> _Found | None:
        """By `GET /rest/api/user` and `/rest/api/user/memberof` [developer.atlassian.com/server/confluence/rest: user]."""
        user = self._one(calls.CONFLUENCE_USER, username=name, expand="status")
        if user.get("statusCode") == 404:
            return _NOBODY
        if not _is(user, name, "username"):
            return None
        status = user.get("status")
        groups = self._page(calls.CONFLUENCE_GROUPS, username=name)
        # The words are not documented: any other one tells nothing.
        words = {"current": True, "active": True, "deactivated": False, "inactive": False}
        active = words.get(status.lower()) if isinstance(status, str) else None
        return True, active, any(_is(group, _SUPER_GROUP) for group in groups) or None

    def _in_bitbucket(self, name: str) -> _Found | None:
        """By `GET /rest/api/1.0/users/{slug}`, and the global permissions of the user and its groups.

        [developer.atlassian.com/server/bitbucket/rest: system, permission management]. Groups within groups are not followed.
        """
        user = self._one(calls.BITBUCKET_USER, as_segment(name.lower()))
        if any(
            str(one.get("exceptionName")).endswith(".NoSuchUserException") for one in _objects(user, "errors")
        ):
            # Other characters are replaced in a slug: whether it is the user's is not known then.
            return _NOBODY if _IS_ITS_SLUG.fullmatch(name.lower()) else None
        if not _is(user, name):
            return None
        powerful = any(
            _is(one.get("user"), name)
            for one in self._page(calls.BITBUCKET_GRANTS, filter=name)
            if _grants_all(one)
        )
        if not powerful:
            groups = [
                one.get("group") for one in self._page(calls.BITBUCKET_GROUP_GRANTS) if _grants_all(one)
            ]
            of_user = self._page(calls.BITBUCKET_GROUPS, context=name) if groups else []
            powerful = any(_is(group, str(one.get("name"))) for group in groups for one in of_user)
        return True, _truth(user.get("active")), powerful or None

    def _one(self, call: Call, *filled_in: str, **params: str) -> Mapping[str, Any]:
        """One user, or what the application says of there being none."""
        data = self._send(call, *filled_in, params=params).data()
        return data if isinstance(data, Mapping) else {}

    def _page(self, call: Call, **params: str) -> list[dict[str, Any]]:
        """Entries of a list; none when the application does not tell them."""
        try:
            return _objects(self._send(call, params={**params, "limit": _PAGE}).data(), "values", "results")
        except (Refused, NotUnderstood):
            return []


def _objects(data: Any, *keys: str) -> list[dict[str, Any]]:
    """The objects of a list, wherever it stands.

    Args:
        data: an answer.
        keys: where to look, in order.
    """
    return [one for one in entries(data, *keys) if isinstance(one, dict)]


_Found = tuple[bool, bool | None, bool | None]
_NOBODY: _Found = (False, None, None)


def _is(entry: Any, name: str, key: str = "name") -> bool:
    """Whether an entry is that of a user or a group: case makes no difference in any of the products."""
    return isinstance(entry, Mapping) and str(entry.get(key)).lower() == name.lower()


def _grants_all(entry: Mapping[str, Any]) -> bool:
    return entry.get("permission") == "SYS_ADMIN"


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None
