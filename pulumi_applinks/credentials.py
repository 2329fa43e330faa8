"""Credentials by name.

The environment comes first, because it is always current: `APPLINKS_<NAME>_TOKEN`, or `APPLINKS_<NAME>_USERNAME` and
`APPLINKS_<NAME>_PASSWORD`. `<NAME>` is the name in capitals, with an underscore for each character that is not a letter or a digit. Then
comes the stack's configuration `applinks:credentials`, a secret object.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pulumi_applinks.codes import Code
from pulumi_applinks.lifecycle.declaration import GivenCredentials
from pulumi_applinks.names import CONFIGURATION_KEY, variable_prefix
from pulumi_applinks.rest import Basic, Login, LoginError, Token

_PROGRAM = "Correct the Credentials(...) in the program and run `pulumi up`; refresh and destroy use those of the last `pulumi up`."


_STALE = (
    "If that was done since the last `pulumi up`: `pulumi refresh` and `pulumi destroy` still use the configuration stored then, unless "
    "they are run with --run-program."
)


class CredentialsError(LoginError):
    """Raised when a name has no usable credentials. The message says where this program looked for them."""


class NamedCredentials:
    """Looks up credentials by name.

    Args:
        environment: the environment variables.
        configured: the value of `applinks:credentials`: JSON as the engine passes it, if there is one. It is parsed only when a name is
            looked up in it.
        not_read: why that value could not be read, as a clause.
    """

    def __init__(
        self, environment: Mapping[str, str], configured: str | None = None, *, not_read: str = ""
    ) -> None:
        self._environment = environment
        self._configuration = configured
        self._not_read = not_read

    def login(self, given: str | GivenCredentials | None) -> Login | None:
        """Return the login for credentials.

        Args:
            given: a name, or credentials from the program, or None.

        Raises:
            CredentialsError: if a name is not found, half of a pair is missing, or the configured value is not an object of objects. It
                quotes no content.
        """
        if given is None:
            return None
        if isinstance(given, GivenCredentials):
            return _login(given.model_dump(), "the Credentials(...) in the program", "Give", _PROGRAM)
        prefix = variable_prefix(given)
        found = {
            part: self._environment[f"{prefix}_{part.upper()}"]
            for part in ("username", "password", "token")
            if self._environment.get(f"{prefix}_{part.upper()}")
        }
        if found:
            names = " and ".join(f"{prefix}_{part.upper()}" for part in found)
            return _login(
                found,
                f"the environment's {prefix}_…",
                "Set",
                f"Correct the credentials in the environment ({names}), which is always current and wins.",
            )
        configured = _parse(self._configuration).get(given)
        if configured is not None:
            key = f"{CONFIGURATION_KEY}.{given}"
            part = "token" if configured.get("token") else "password"
            return _login(
                configured,
                f"the configuration {key}",
                "Set",
                f"Correct the credentials in the configuration: `pulumi config set --secret --path {key}.{part}`. {_STALE} "
                f"{prefix}_… in the environment would win.",
            )
        raise self._none_for(given)

    def missing(self, names: Iterable[str]) -> CredentialsError:
        """Make one error for all names that have no credentials.

        Args:
            names: the names to look up. At least one of them has no credentials.
        """
        found = []
        for name in dict.fromkeys(names):
            try:
                self.login(name)
            except CredentialsError as error:
                if error.told.code is Code.CREDENTIALS_MISSING:
                    found.append(name)
        return self._none_for(*found)

    def _none_for(self, *names: str) -> CredentialsError:
        given = listed([repr(name) for name in names])
        variables = [variable_prefix(name) for name in names]
        prefix, key = variables[0], names[0]
        which = f"{prefix}_USERNAME and {prefix}_PASSWORD, or {prefix}_TOKEN, in the environment"
        if len(names) > 1:
            prefix, key = "APPLINKS_<NAME>", "<name>"
            which = (
                f"{prefix}_USERNAME and {prefix}_PASSWORD, or {prefix}_TOKEN, in the environment for each, where <NAME> is "
                f"{listed([one.removeprefix('APPLINKS_') for one in variables], 'or')}"
            )
        if self._not_read:
            return CredentialsError(
                Code.CREDENTIALS_MISSING,
                f"the environment has no credentials named {given}, and those of the stack could not be read: {self._not_read}",
                f"Correct what the Pulumi CLI names: set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE as for `pulumi up`, or "
                f"run `pulumi login`. Or set {which}.",
            )
        return CredentialsError(
            Code.CREDENTIALS_MISSING,
            f"there are no credentials named {given}",
            f"Set {which}; or username and password, or token, in the configuration: "
            f"`pulumi config set --secret --path {CONFIGURATION_KEY}.{key}.<username|password|token>`. {_STALE}",
        )


def listed(names: Sequence[str], word: str = "and") -> str:
    """Join names to a part of a sentence."""
    *others, last = names
    return f"{', '.join(others)} {word} {last}" if others else last


def _parse(configured: str | None) -> dict[str, dict[str, Any]]:
    if not configured:
        return {}
    try:
        value = json.loads(configured)
    except ValueError:
        value = None
    if not isinstance(value, dict) or not all(isinstance(entry, dict) for entry in value.values()):
        raise CredentialsError(
            Code.CREDENTIALS_INCOMPLETE,
            f"the configuration {CONFIGURATION_KEY} has no named credentials",
            f"Set each value with `pulumi config set --secret --path {CONFIGURATION_KEY}.<name>.<username|password|token>`.",
        )
    return value


def _login(found: Mapping[str, Any], where: str, verb: str, origin: str) -> Login:
    token, username, password = (found.get(part) for part in ("token", "username", "password"))
    if token and not password:
        return Token(str(token), origin)
    if username and password and not token:
        return Basic(str(username), str(password), origin)
    if token:
        raise CredentialsError(
            Code.CREDENTIALS_INCOMPLETE, f"{where} has both a token and a password", f"{verb} one of them."
        )
    missing = "password" if username else "username"
    raise CredentialsError(
        Code.CREDENTIALS_INCOMPLETE,
        f"{where} has no {missing}",
        f"{verb} a username and a password, or a token.",
    )
