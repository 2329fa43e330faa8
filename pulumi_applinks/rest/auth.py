"""How to log in to an application. A password or a token never shows in a `repr`."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from requests import PreparedRequest
from requests.auth import AuthBase

from pulumi_applinks.codes import Code
from pulumi_applinks.names import variable_prefix
from pulumi_applinks.rest.addresses import shown_url
from pulumi_applinks.rest.errors import Asked, NoLogin
from pulumi_applinks.rest.message import Message
from pulumi_applinks.rest.redaction import Secrets


@dataclass(frozen=True)
class Basic:
    """A user and a password; for a Cloud site an e-mail address and an API token.

    Args:
        username: the user who logs in.
        password: never shown.
        origin: where they come from and how to correct them there, in sentences; shown if an application refuses them.
    """

    username: str
    password: str = field(repr=False)
    origin: str = field(default="", repr=False, compare=False)

    @property
    def encoded(self) -> str:
        """Both, as the header contains them."""
        # Atlassian expects UTF-8 here. The class of requests would send Latin-1, and fail for other characters.
        return base64.b64encode(f"{self.username}:{self.password}".encode()).decode("ascii")

    @property
    def header(self) -> str:
        """The value of the `Authorization` header."""
        return f"Basic {self.encoded}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What messages must never quote."""
        return (self.encoded, self.password) if self.password else (self.encoded,)


@dataclass(frozen=True)
class Token:
    """A personal access token, sent as `Bearer`. Cloud sites do not have them.

    Args:
        token: never shown.
        origin: where it comes from and how to correct it there, in sentences; shown if an application refuses it.
    """

    token: str = field(repr=False)
    origin: str = field(default="", repr=False, compare=False)

    @property
    def header(self) -> str:
        """The value of the `Authorization` header."""
        return f"Bearer {self.token}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What messages must never quote."""
        return (self.token,) if self.token else ()


Login = Basic | Token


class LoginError(Exception):
    """Raised when a login is not available. It says where the provider looked for it, and how to provide it.

    Args:
        code: a code from the table.
        why: what is wrong, without a full stop.
        do: how to provide it, in sentences.
    """

    def __init__(self, code: Code, why: str, do: str) -> None:
        self.told = Message(code, why, do=do)
        super().__init__(str(self.told))


class Authorisation(AuthBase):
    """Puts the login into a request's header.

    Anonymous requests use it too, without a login. Otherwise requests would read `.netrc`.

    Args:
        login: how to log in; None to stay anonymous.
    """

    def __init__(self, login: Login | None) -> None:
        self._header = login.header if login else None

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Set or remove the header."""
        request.headers.pop("Authorization", None)
        if self._header is not None:
            request.headers["Authorization"] = self._header
        return request


class Account:
    """How one client logs in.

    Args:
        login: how to log in, if at all; or a function that finds it when the first request needs it.
        label: how messages name the application.
        base_url: where it is reached.
        name: the name that the program gives the credentials, if any.
        secrets: records what must not be shown.
    """

    def __init__(
        self,
        login: Login | Callable[[], Login | None] | None,
        label: str,
        base_url: str,
        name: str | None,
        secrets: Secrets,
    ) -> None:
        self._login = login
        self._label = label
        self._base_url = base_url
        self._name = name
        self._secrets = secrets
        if not callable(login):
            self._hide(login)

    @property
    def login(self) -> Login | None:
        """How to log in, if at all.

        Raises:
            NoLogin: if the login is not available.
        """
        login = self._login
        if callable(login):
            try:
                login = self._login = login()
            except LoginError as error:
                asked = Asked(self._label, "GET", shown_url(self._base_url), "logging in")
                raise NoLogin(asked, error.told) from None
            self._hide(login)
        return login

    def named_in(self, asked: Asked) -> Asked:
        """The request, with what messages say about the login."""
        login, name = self.login, self._name
        if login is None:
            return asked
        who = f"user {login.username!r}" if isinstance(login, Basic) else "personal access token"
        return replace(
            asked,
            login=f"the credentials {name!r} ({who})" if name else f"the {who}",
            origin=login.origin,
            token_variable=_token_for(login, name),
        )

    def _hide(self, login: Login | None) -> None:
        """Hide the secrets from now on, also in answers to anonymous requests: the application may know them from other requests."""
        public = (self._label, self._base_url, *([login.username] if isinstance(login, Basic) else []))
        self._secrets.add(login.secrets if login else (), public)


def _token_for(login: Login, name: str | None) -> str:
    """How to give a token instead of a password; empty if the login has no password."""
    if isinstance(login, Token):
        return ""
    return f"{variable_prefix(name)}_TOKEN" if name else "the token of its credentials"
