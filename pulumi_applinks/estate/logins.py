"""The login that is used for each application, and the rights that it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from pulumi_applinks.credentials import CredentialsError, NamedCredentials
from pulumi_applinks.estate.model import Failure, Named
from pulumi_applinks.estate.reading import Progress, Reader, ask_all, failure_of
from pulumi_applinks.rest import ApplinksError, Basic, NotPermitted, Token, product_name

FORMAT = "pulumi-applinks-logins"
VERSION = 1
"""The version of the JSON."""

Rights = Literal["system-administrator", "administrator", "none", "unknown"]

RIGHTS: dict[Rights, str] = {
    "system-administrator": "system administrator: everything that links need",
    "administrator": "administrator: not for relocating and impersonation",
    "none": "not an administrator: it can't list links",
    "unknown": "not known",
}
"""What a login may do with each of these rights."""


@dataclass(frozen=True)
class ApplicationLogin:
    """The login that is used for one application.

    Args:
        name: of the application.
        url: where the application is asked.
        product: its product name and version; empty if it did not answer.
        login: the user's name. For a token, the name that the application reports, if its product can report it.
        rights: the rights of the login.
        failure: why they are not known, in one word.
        told: the same, in sentences.
    """

    name: str
    url: str
    product: str = ""
    login: str = ""
    rights: Rights = "unknown"
    failure: Failure | None = None
    told: str = ""


def logins(
    applications: Sequence[Named],
    credentials: NamedCredentials,
    reader: Reader,
    progress: Callable[[Progress], None] = lambda _: None,
) -> list[ApplicationLogin]:
    """Return the login that is used for each application, with its rights, in the order in which the applications were named.

    Args:
        applications: to ask.
        credentials: where names of credentials are looked up.
        reader: the clients.
        progress: called from this thread with the progress so far.
    """
    calls = {one.name: partial(_login, one, credentials, reader) for one in applications}
    answers = ask_all("asking for rights", calls, progress)
    return [
        answer
        if isinstance(answer, ApplicationLogin)
        else ApplicationLogin(one.name, one.reached_at, failure=failure_of(answer), told=answer.told.flat)
        for one in applications
        for answer in (answers[one.name],)
    ]


def _login(named: Named, credentials: NamedCredentials, reader: Reader) -> ApplicationLogin:
    client = reader.client(named)
    manifest = client.manifest()
    product = f"{product_name(manifest.type_id)} {manifest.version or ''}".strip()
    found = ApplicationLogin(named.name, named.reached_at, product)
    try:
        given = credentials.login(named.credentials)
    except CredentialsError as error:
        return replace(found, failure="login", told=f"{named.name}: {error.told.flat}")
    whose = (
        given.username if isinstance(given, Basic) else "a token" if isinstance(given, Token) else "anonymous"
    )
    found = replace(found, login=whose)
    try:
        if isinstance(given, Token) and (name := client.users.login_name()):
            found = replace(found, login=f"{name} (by token)")
        client.links.all()
        system = client.users.login_is_system_administrator()
    except NotPermitted as error:
        return replace(found, rights="none", failure=failure_of(error), told=error.told.flat)
    except ApplinksError as error:
        return replace(found, failure=failure_of(error), told=error.told.flat)
    return replace(found, rights="system-administrator" if system else "administrator")
