"""All checks of a declaration that need no answer from an application."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from pulumi_applinks.codes import Code
from pulumi_applinks.credentials import CredentialsError, NamedCredentials
from pulumi_applinks.lifecycle import BOTH, Declaration, other
from pulumi_applinks.lifecycle.declaration import WrongInput
from pulumi_applinks.rest import Token, same_address

PRIVATE_SUFFIXES = (".local", ".internal", ".lan", ".localhost", ".corp", ".home.arpa")


def check(
    declaration: Declaration, credentials: NamedCredentials, named: Iterable[str] = ()
) -> list[WrongInput]:
    """Find out what is wrong with a declaration.

    Args:
        declaration: the declaration, as far as it is known.
        credentials: looks up the credentials by name.
        named: the names of all credentials that the program's links need. If one is missing, the finding lists all missing ones.
    """
    return [
        *_addresses(declaration),
        *_ends(declaration),
        *_logins(declaration, credentials, named),
        *_cloud(declaration, credentials),
    ]


def _addresses(declaration: Declaration) -> Iterator[WrongInput]:
    for role in BOTH:
        if declaration.party(role).url is None and f"{role}.url" not in declaration.unknown:
            yield WrongInput(f"{role}.url", f"is not given: give the base URL of the {role}")
        for part in ("url", "rpc_url", "api_url"):
            address = getattr(declaration.party(role), part) or ""
            if any(character.isspace() or not character.isprintable() for character in address):
                yield WrongInput(
                    f"{role}.{part}",
                    "has a blank, a line break or another character that cannot be shown: correct it, or write a blank as %20",
                )
        name = declaration.party(role).name
        if name and not name.isprintable():
            yield WrongInput(
                f"{role}.name",
                "has a character that cannot be shown, such as a line break, a no-break space or a zero-width character: omit it, because "
                "answers of an application are shown without such characters, and would never be the same",
            )
    source, target = declaration.source, declaration.target
    if source.url and target.url and same_address(source.url, target.url):
        yield WrongInput(
            "target.url",
            "is the source's own URL: an application cannot be linked with itself; give another application",
        )
    elif source.url and target.url and same_address(source.called_at, target.called_at):
        yield WrongInput(
            "target.rpc_url", "is also an address of the source: give the address of another application"
        )


def _ends(declaration: Declaration) -> Iterator[WrongInput]:
    for way in ("outgoing", "incoming"):
        if getattr(declaration.authentication, way).execute_as == "":
            yield WrongInput(
                f"authentication.{way}.execute_as",
                "is empty: give the name of a user, or NonImpersonating() to let 2LO requests be answered anonymously",
            )
    if not declaration.two_way:
        if declaration.authentication.any:
            yield WrongInput(
                "authentication",
                "needs both ends, and two_way=False creates only the source's: omit authentication, or set two_way=True "
                '(with manage="source" if the target\'s administrator creates the other end)',
            )
        if declaration.reverse_primary is not None:
            yield WrongInput(
                "reverse_primary", "is about the reverse link, and two_way=False creates none: omit it"
            )


def _logins(
    declaration: Declaration, credentials: NamedCredentials, named: Iterable[str]
) -> Iterator[WrongInput]:
    missing: dict[str, str] = {}
    for role in BOTH:
        party = declaration.party(role)
        path = f"{role}.credentials"
        if any(unknown == path or unknown.startswith(path + ".") for unknown in declaration.unknown):
            continue
        if role not in declaration.managed or (role == "target" and "two_way" in declaration.unknown):
            continue
        if not party.credentials:
            way_out = ', or set two_way=False to create only the source\'s link, or manage="source" if its administrator creates the other'
            yield WrongInput(
                path,
                f"is not given, and an administrator of the {role} is needed to create its end: give the name of its "
                f"credentials{way_out if role == 'target' else ''}",
            )
            continue
        try:
            credentials.login(party.credentials)
        except CredentialsError as error:
            if error.told.code is Code.CREDENTIALS_MISSING and isinstance(party.credentials, str):
                missing[party.credentials] = path
            else:
                yield WrongInput(path, error.told.flat.rstrip("."), error.told.code)
    if missing:
        told = credentials.missing((*named, *missing)).told
        yield WrongInput(next(iter(missing.values())), told.flat.rstrip("."), told.code)


def _cloud(declaration: Declaration, credentials: NamedCredentials) -> Iterator[WrongInput]:
    for role in BOTH:
        party = declaration.party(role)
        if not party.is_cloud or party.url is None:
            continue
        if urlsplit(party.url).scheme != "https":
            yield WrongInput(f"{role}.url", "is a Cloud site's and must begin with https://")
        if party.kind not in (None, "jira", "confluence"):
            yield WrongInput(
                f"{role}.kind",
                "of a Cloud site is jira or confluence: Atlassian has no other product with links in its Cloud",
            )
        try:
            login = credentials.login(party.credentials)
        except CredentialsError:
            login = None
        if isinstance(login, Token):
            yield WrongInput(
                f"{role}.credentials",
                "is a personal access token, which Cloud sites do not have: give the administrator's e-mail as username and an API "
                "token as password",
            )
        if declaration.authentication.impersonating:
            yield WrongInput(
                "authentication",
                "impersonates, which needs a shared user base, but a Cloud site has its own: use NonImpersonating(execute_as=...)",
            )
        remote = declaration.party(other(role))
        if remote.url and not _is_private(party.url) and _is_private(remote.called_at):
            yield WrongInput(
                f"{other(role)}.rpc_url",
                f"would be {remote.called_at}, a private address that a Cloud site cannot reach: give one that is reachable from the "
                f"internet",
            )


def _is_private(url: str) -> bool:
    host = (urlsplit(url).hostname or "").lower()
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(PRIVATE_SUFFIXES)
