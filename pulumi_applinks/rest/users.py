"""A user of one application, looked up where its product has a public resource for that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_applinks.rest.answers import entries
from pulumi_applinks.rest.links import LinkResources
from pulumi_applinks.rest.misunderstandings import NotUnderstood
from pulumi_applinks.rest.products import UserResource, product_of
from pulumi_applinks.rest.refusals import Refused
from pulumi_applinks.rest.shared import Reading

_SUPER_GROUP = "confluence-administrators"
"""Its members may do everything, whatever Confluence's permissions say [Atlassian: Confluence Groups for Administrators]."""

_PAGE = 1000
"""How many entries are asked for at once: the most that Bitbucket gives, and more than anybody has groups."""


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
        reading: Reading[User | None] = self._seen.users.setdefault(name, Reading())
        return reading.get(lambda: self._look_up(name), self.deadline)[0]

    def _look_up(self, name: str) -> User | None:
        product = product_of(self.manifest().type_id)
        if product.users is None:
            return None
        look_up: dict[UserResource, Callable[[str], _Found | None]] = {
            "jira": self._in_jira,
            "confluence": self._in_confluence,
            "bitbucket": self._in_bitbucket,
        }
        try:
            found = look_up[product.users](name)
        except (Refused, NotUnderstood):
            return None
        return None if found is None else User(*found, where=product.name)

    def _in_jira(self, name: str) -> _Found | None:
        """By `GET /rest/api/2/user` [developer.atlassian.com/server/jira/platform/rest: user].

        Jira's groups say nothing of system administrators: any group can have that permission, which no resource tells.
        """
        user = self._one("/rest/api/2/user", username=name)
        if user.get("errorMessages"):
            return _NOBODY
        return (True, _truth(user.get("active")), None) if _is(user, name) else None

    def _in_confluence(self, name: str) -> _Found | None:
        """By `GET /rest/api/user` and `/rest/api/user/memberof` [developer.atlassian.com/server/confluence/rest: user]."""
        user = self._one("/rest/api/user", username=name, expand="status")
        if user.get("statusCode") == 404:
            return _NOBODY
        if not _is(user, name, "username"):
            return None
        status = user.get("status")
        groups = self._page("/rest/api/user/memberof", "results", username=name)
        active = status == "current" if isinstance(status, str) else None
        return True, active, any(_is(group, _SUPER_GROUP) for group in groups) or None

    def _in_bitbucket(self, name: str) -> _Found | None:
        """By the users, and the global permissions of the user and its groups.

        [developer.atlassian.com/server/bitbucket/rest: permission management]. Groups within groups are not followed.
        """
        admin = "/rest/api/1.0/admin"
        users = self._page(f"{admin}/users", "values", filter=name)
        user = next((one for one in users if _is(one, name)), None)
        if user is None:
            # A list that the filter did not make, or that goes on, does not say that there is no such user.
            whole = len(users) < _PAGE and all(
                name.lower() in " ".join(map(str, one.values())).lower() for one in users
            )
            return _NOBODY if whole else None
        direct = self._page(f"{admin}/permissions/users", "values", filter=name)
        powerful = any(_grants_all(one) and _is(one.get("user"), name) for one in direct)
        if not powerful:
            groups = [
                one.get("group")
                for one in self._page(f"{admin}/permissions/groups", "values")
                if _grants_all(one)
            ]
            of_user = self._page(f"{admin}/users/more-members", "values", context=name) if groups else []
            powerful = any(_is(group, str(one.get("name"))) for group in groups for one in of_user)
        return True, _truth(user.get("active")), powerful or None

    def _one(self, path: str, **params: str) -> Mapping[str, Any]:
        """One user, or what the application says of there being none."""
        answer = self._transport.send("GET", path, doing="looking the user up", params=params, allow={404})
        data = answer.data()
        return data if isinstance(data, Mapping) else {}

    def _page(self, path: str, key: str, **params: str) -> list[dict[str, Any]]:
        answer = self._transport.send(
            "GET", path, doing="looking the user up", params={**params, "limit": str(_PAGE)}
        )
        return [one for one in entries(answer.data(), key) if isinstance(one, dict)]


_Found = tuple[bool, bool | None, bool | None]
_NOBODY: _Found = (False, None, None)


def _is(entry: Any, name: str, key: str = "name") -> bool:
    """Whether an entry is that of a user or a group: case makes no difference in any of the products."""
    return isinstance(entry, Mapping) and str(entry.get(key)).lower() == name.lower()


def _grants_all(entry: Mapping[str, Any]) -> bool:
    return entry.get("permission") == "SYS_ADMIN"


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None
