"""What a program declares: the two applications, how to log in to them, and the forms of authentication.

These classes only carry values. Any value may be a Pulumi output that is not known in a preview. The provider checks what
the values mean, so that `pulumi preview` reports a mistake under the name of the property.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, overload

import pulumi

from pulumi_applinks.codes import Code
from pulumi_applinks.names import Kind


def _without_nothing(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


@dataclass(frozen=True)
class Credentials:
    """How to log in as an administrator, given in the program instead of by name.

    For a secret that another resource makes. It is stored, encrypted, in the stack's state, and goes stale there when the
    secret is rotated: `refresh` and `destroy` use the value of the last `up`. A name is better where possible.

    Args:
        username: the administrator's name; on a Cloud site, the e-mail address.
        password: the password; on a Cloud site, the API token.
        token: a personal access token, instead of the two above. Cloud sites have none.
    """

    username: pulumi.Input[str] | None = None
    password: pulumi.Input[str] | None = field(default=None, repr=False)
    token: pulumi.Input[str] | None = field(default=None, repr=False)

    if TYPE_CHECKING:

        @overload
        def __init__(self, username: pulumi.Input[str], password: pulumi.Input[str]) -> None: ...
        @overload
        def __init__(self, *, token: pulumi.Input[str]) -> None: ...
        def __init__(self, *_given: Any, **_named: Any) -> None: ...

    def as_input(self) -> dict[str, Any]:
        """Return the values as a resource's input. The password and the token are always secret."""
        return _without_nothing(
            {
                "username": self.username,
                "password": None if self.password is None else pulumi.Output.secret(self.password),
                "token": None if self.token is None else pulumi.Output.secret(self.token),
            }
        )


@dataclass(frozen=True)
class Application:
    """One application of a link.

    Args:
        url: the base URL, as the application's own administration shows it: people see it, and by default the other
            application and this program use it, too.
        rpc_url: where the *other application* reaches this one, when that is not `url` (behind a reverse proxy).
        api_url: where *this program* reaches it, when that is not `url`.
        credentials: the name under which an administrator's credentials are found (`APPLINKS_<NAME>_USERNAME` and
            `_PASSWORD`, or `_TOKEN`, in the environment; else the stack's secret configuration
            `applinks:credentials`), or `Credentials(...)`. Not needed for the target of a one-way link.
        name: the name of the link to this application on the other one. The application's own name if not given.
        kind: the application's type, checked against what answers at the URL. Needed only to link to an application
            that is not up yet.
        cloud: whether this is a Cloud site. Detected for addresses under `atlassian.net` and `jira.com`.
        manifest_needs_login: `True` if the application shows its manifest only with a login. The login is then sent
            there before it has identified itself: set this only if the address is certainly its own. It has no effect
            in a run that changes the address.
    """

    url: pulumi.Input[str]
    rpc_url: pulumi.Input[str] | None = None
    api_url: pulumi.Input[str] | None = None
    credentials: str | Credentials | None = None
    name: pulumi.Input[str] | None = None
    kind: Kind | None = None
    cloud: bool | None = None
    manifest_needs_login: bool | None = None

    def __post_init__(self) -> None:
        if isinstance(self.credentials, type):
            raise TypeError(
                f"credentials is {shown(self.credentials)}; give a name, or Credentials(...) with values [{Code.BAD_INPUT}]"
            )

    def as_input(self) -> dict[str, Any]:
        """Return the application as a resource's input."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        if isinstance(self.credentials, Credentials):
            values["credentials"] = self.credentials.as_input()
        return _without_nothing(values)


@dataclass(frozen=True)
class NoAuthentication:
    """Requests over the link are anonymous: only what the public may see is reachable."""

    def as_input(self) -> dict[str, Any]:
        """This form as a resource's input."""
        return {"level": "none"}


@dataclass(frozen=True)
class NonImpersonating:
    """OAuth without impersonation: 2LO requests run as one pre-configured user, for everybody.

    For applications that do not share their user base.

    Args:
        execute_as: the user, on the application that receives the request, whose permissions decide what a 2LO
            request sees. It must exist there and must not be a system administrator. Without it, 2LO requests
            are answered anonymously; people can still authorize themselves (3LO).
    """

    execute_as: pulumi.Input[str] | None = None

    def as_input(self) -> dict[str, Any]:
        """This form as a resource's input."""
        return _without_nothing({"level": "oauth", "execute_as": self.execute_as})


@dataclass(frozen=True)
class Impersonating:
    """OAuth with impersonation: requests run as the logged-in user.

    Only for applications that share one user base. Creating it needs a system administrator on both applications.
    """

    def as_input(self) -> dict[str, Any]:
        """This form as a resource's input."""
        return {"level": "oauth-impersonation"}


OneDirection = NoAuthentication | NonImpersonating | Impersonating
"""How requests in one direction are authenticated."""


@dataclass(frozen=True)
class PerDirection:
    """Different authentication for each direction, as the source sees them.

    Args:
        outgoing: for requests that the source makes to the target; an `execute_as` in it is a user of the target.
        incoming: for requests that the target makes to the source; an `execute_as` in it is a user of the source.
    """

    outgoing: OneDirection
    incoming: OneDirection


Authentication = NoAuthentication | NonImpersonating | Impersonating | PerDirection
"""How requests over a link are authenticated: the same in both directions, or `PerDirection`."""


def authentication_input(authentication: Authentication) -> dict[str, Any]:
    """Return an authentication as a resource's input.

    The result always has both directions, so that the state is the same however the program wrote it.

    Args:
        authentication: what the program says.

    Raises:
        TypeError: if it is of another type, or a class instead of an instance.
    """
    if isinstance(authentication, PerDirection):
        return {
            "outgoing": _direction_input("authentication.outgoing", authentication.outgoing),
            "incoming": _direction_input("authentication.incoming", authentication.incoming),
        }
    both = _direction_input("authentication", authentication, " or PerDirection(...)")
    return {"outgoing": both, "incoming": both}


def _direction_input(path: str, direction: OneDirection, or_else: str = "") -> dict[str, Any]:
    if not isinstance(direction, OneDirection):
        raise TypeError(
            f"{path} is {shown(direction)}; give NoAuthentication(), NonImpersonating(...), Impersonating(){or_else} [{Code.BAD_INPUT}]"
        )
    return direction.as_input()


def shown(value: object) -> str:
    """Describe a value of a wrong type in a message, without the value itself, which could be a secret."""
    if isinstance(value, type):
        return f"the class {value.__name__}, without the brackets that make one"
    return f"of type {type(value).__name__}"
