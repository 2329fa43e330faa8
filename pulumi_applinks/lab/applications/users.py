"""The users of an application."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

UserRole = Literal["user", "admin", "sysadmin"]


@dataclass(frozen=True)
class User:
    """One user.

    Args:
        name: the login name; on a Cloud site an e-mail address.
        password: the password; on a Cloud site an API token.
        role: the user's rights; a `sysadmin` is also an `admin`.
        can_login: whether the user is allowed to log in.
        active: whether the account is active; a user whose account is inactive cannot log in either.
        groups: the user's groups, besides those that come with the role.
        tokens: personal access tokens. Cloud sites have none.
    """

    name: str
    password: str = field(repr=False)
    role: UserRole = "user"
    can_login: bool = True
    tokens: tuple[str, ...] = field(default=(), repr=False)
    active: bool = True
    groups: tuple[str, ...] = ()

    @property
    def may_log_in(self) -> bool:
        """Whether the user can log in."""
        return self.can_login and self.active

    @property
    def is_admin(self) -> bool:
        """Whether the user may administer the application."""
        return self.role in ("admin", "sysadmin")

    @property
    def is_sysadmin(self) -> bool:
        """Whether the user may administer the system."""
        return self.role == "sysadmin"


class Directory:
    """A user base; several applications can share one.

    Args:
        users: its users. By default, a system administrator, an administrator, a plain user and a user who can't log in.
        domain: the domain of the names, if they are e-mail addresses.
    """

    def __init__(self, users: Iterable[User] | None = None, *, domain: str | None = None) -> None:
        self._lock = threading.Lock()
        given = default_users(domain) if users is None else users
        self._users = {user.name: user for user in given}
        self.within: dict[str, str] = {}
        """The parent group of each nested group."""

    def groups_of(self, user: User) -> set[str]:
        """The groups of a user, including the parents of those groups."""
        found: set[str] = set()
        waiting = list(user.groups)
        while waiting:
            group = waiting.pop()
            if group not in found:
                found.add(group)
                waiting.extend(filter(None, [self.within.get(group)]))
        return found

    def __getitem__(self, name: str) -> User:
        """A user, by its name or by the part of it before the @.

        Raises:
            KeyError: if there is no such user.
        """
        with self._lock:
            for user in self._users.values():
                if name in (user.name, user.name.partition("@")[0]):
                    return user
        raise KeyError(name)

    def __iter__(self) -> Iterator[User]:
        with self._lock:
            return iter(list(self._users.values()))

    def find(self, name: str) -> User | None:
        """The user with exactly this name."""
        with self._lock:
            return self._users.get(name)

    def add(self, user: User) -> User:
        """Add a user, or replace the user who has that name."""
        with self._lock:
            self._users[user.name] = user
        return user

    def remove(self, name: str) -> None:
        """Remove a user."""
        with self._lock:
            self._users.pop(name, None)

    def rotate(self, name: str) -> User:
        """Give a user a new password and new tokens; the old ones no longer work."""
        user = self[name]
        return self.add(replace(user, password=_secret(), tokens=tuple(_secret() for _ in user.tokens)))

    def with_password(self, name: str, password: str) -> User | None:
        """The user with this name and password."""
        user = self.find(name)
        if user and secrets.compare_digest(user.password.encode(), password.encode()):
            return user
        return None

    def with_token(self, token: str) -> User | None:
        """The user with this personal access token."""
        for user in self:
            if any(secrets.compare_digest(known.encode(), token.encode()) for known in user.tokens):
                return user
        return None


class Sessions:
    """The login sessions, one per user."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: dict[str, str] = {}

    def of(self, name: str) -> str:
        """The session of a user."""
        with self._lock:
            return self._of.setdefault(name, secrets.token_hex(16))

    def get(self, session: str) -> str | None:
        """The name of the user whose session this is; None if there is no such session."""
        with self._lock:
            return next((name for name, known in self._of.items() if known == session), None)


def default_users(domain: str | None = None) -> list[User]:
    """One user of each kind, with random passwords and tokens.

    Args:
        domain: the domain for names that are e-mail addresses.
    """
    at = f"@{domain}" if domain else ""

    def user(name: str, role: UserRole, *, can_login: bool = True) -> User:
        tokens = () if domain else (_secret(),)
        return User(name + at, _secret(), role, can_login, tokens)

    return [
        user("sysadmin", "sysadmin"),
        user("admin", "admin"),
        user("user", "user"),
        user("locked", "user", can_login=False),
    ]


def _secret() -> str:
    # It starts with a letter, so that a command line does not take it for an option.
    return f"p{secrets.token_urlsafe(15)}"
