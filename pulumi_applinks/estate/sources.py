"""The applications that the user names on the command line or in a file. The module `stacks` reads those of a stack."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import yaml
from pydantic import TypeAdapter, ValidationError

from pulumi_applinks.estate.model import EstateError, Named
from pulumi_applinks.lifecycle.declaration import Url
from pulumi_applinks.rest import normalised_url

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def named(text: str) -> Named:
    """Return an application from `NAME=URL`. Its credentials have the same name.

    Raises:
        EstateError: if the text has another form.
    """
    name, equals, url = text.partition("=")
    if not equals or "://" in name:
        raise EstateError(f"{_shown(text)} is not NAME=URL. Give, for example, jira=https://jira.example.com")
    return _named(name.strip(), {"url": url.strip()}, f"--application {name}")


def of_file(text: str, where: str) -> tuple[Named, ...]:
    """Return the applications of a YAML file.

    Args:
        text: the text of the file: `applications:`, and below it each name with its URL, or with `url`, `rpc_url`, `api_url`,
            `credentials`, `site` and `manifest_needs_login`.
        where: how messages name the file.

    Raises:
        EstateError: if the file has another form.
    """
    data = from_yaml(text, where)
    listed = data.get("applications") if isinstance(data, Mapping) else None
    if not isinstance(listed, Mapping) or not listed:
        raise EstateError(
            f"{where} has no applications. Write `applications:`, and below it each name with its URL, such as `jira: "
            f"https://jira.example.com`."
        )
    return tuple(
        _named(str(name), {"url": values} if isinstance(values, str) else values, f"{where}, {name}")
        for name, values in listed.items()
    )


def from_yaml(text: str, where: str) -> Any:
    """Return the data of a YAML file.

    Raises:
        EstateError: if it is not YAML.
    """
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" in line {mark.line + 1}" if mark is not None else ""
        raise EstateError(f"{where} is not YAML{line}.") from None


def _named(name: str, values: Any, where: str) -> Named:
    if not NAME.fullmatch(name):
        raise EstateError(f"{where}: a name has letters, digits, dots, dashes and underscores.")
    if not isinstance(values, Mapping):
        raise EstateError(f"{where}: give the URL, or `url:` with other keys.")
    known = ("url", "rpc_url", "api_url", "credentials", "site", "manifest_needs_login")
    if strange := sorted(str(one) for one in values if one not in known):
        raise EstateError(f"{where}: {strange[0]} is not known. Known: {', '.join(known)}.")
    if not isinstance(values.get("manifest_needs_login", False), bool):
        raise EstateError(f"{where}: manifest_needs_login must be true or false.")
    if not values.get("url"):
        raise EstateError(f"{where}: url is not given.")
    urls = {
        part: checked_url(values[part], f"{where}: {part}")
        for part in ("url", "rpc_url", "api_url")
        if values.get(part)
    }
    return Named(
        name,
        urls["url"],
        urls.get("rpc_url"),
        urls.get("api_url"),
        str(values.get("credentials") or name),
        str(values["site"]) if values.get("site") else None,
        values.get("manifest_needs_login") is True,
    )


_URL: TypeAdapter[str] = TypeAdapter(Url)


def checked_url(value: Any, where: str) -> str:
    """Return a base URL without slashes at its end.

    Raises:
        EstateError: if the value is not a base URL, or has a password in it. The message does not quote the value.
    """
    try:
        return _URL.validate_python(value)
    except ValidationError as error:
        message = error.errors(include_url=False, include_input=False)[0]["msg"]
        raise EstateError(f"{where} {message.removeprefix('Value error, ')}") from None


def short_name(credentials: str | None, url: str) -> str:
    """Return a name for an application: the name of its credentials, or else the first part of its host.

    If the host starts with a digit, the context path is used instead where there is one.
    """
    if credentials and NAME.fullmatch(credentials):
        return credentials
    parts = urlsplit(url)
    host = parts.hostname or "application"
    return (
        (parts.path.strip("/").replace("/", "-") or host.partition(".")[0])
        if host[0].isdigit()
        else host.partition(".")[0]
    )


def _shown(text: str) -> str:
    """Quote a text for a message, without what could be a password in a URL."""
    return repr(text.rpartition("@")[2])


def together(*groups: Iterable[Named]) -> tuple[Named, ...]:
    """Combine the applications of several sources. If an address occurs several times, its first occurrence counts.

    Raises:
        EstateError: if two different applications have the same name.
    """
    known: dict[str, Named] = {}
    names: dict[str, Named] = {}
    for one in (one for group in groups for one in group):
        address = normalised_url(one.url)
        if address in known:
            continue
        other = names.get(one.name)
        if other is not None:
            raise EstateError(
                f"two applications are named {one.name}: {other.url} and {one.url}. Give each its own name."
            )
        known[address] = names[one.name] = one
    return tuple(known.values())
