"""The provider's configuration: the addresses of applications, and the credentials for them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_applinks.estate import Named

_NOT_OURS = ("version", "pluginDownloadURL", "__internal")
"""Keys that the engine adds to a provider's inputs for its own use."""
_APPLICATION = ("url", "api_url", "credentials")


@dataclass(frozen=True)
class Configuration:
    """The provider's configuration.

    Args:
        applications: the applications by name.
        credentials: the credentials by name, as JSON.
        preview: whether a preview asks the applications: `online` or `offline`.
    """

    applications: Mapping[str, Named] = field(default_factory=dict)
    credentials: str | None = None
    preview: str | None = None


def parse(given: Mapping[str, Any]) -> tuple[Configuration, dict[str, str]]:
    """Parse the valid parts of the configuration, and find out what is wrong with the rest: reasons by property.

    Args:
        given: the provider's inputs. The engine sends objects as JSON, and omits values that are not known yet.
    """
    found, wrong = dict[str, Any](), dict[str, str]()
    for key, value in given.items():
        if key in _NOT_OURS or value is None:
            continue
        if key not in ("applications", "credentials", "preview"):
            wrong[key] = "is not known: remove it, or correct its name"
        elif key == "preview":
            found[key] = value
            if value not in ("online", "offline"):
                wrong[key] = "must be online or offline"
        else:
            opened = _opened(value)
            if isinstance(opened, Mapping):
                found[key] = opened
            else:
                wrong[key] = "must be an object"
    applications = {}
    for name, value in found.get("applications", {}).items():
        if reason := _application_problem(value):
            wrong[f"applications.{name}"] = reason
        elif isinstance(value, str):
            applications[name] = Named(name, value, credentials=name)
        else:
            applications[name] = Named(
                name, value["url"], api_url=value.get("api_url"), credentials=value.get("credentials") or name
            )
    credentials = json.dumps(found["credentials"]) if "credentials" in found else None
    return Configuration(applications, credentials, found.get("preview")), wrong


def _opened(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


def _application_problem(value: Any) -> str | None:
    if isinstance(value, str):
        return None if "://" in value else "must be a URL"
    if not isinstance(value, Mapping) or not isinstance(value.get("url"), str):
        return "must be a URL, or an object with url"
    unknown = [key for key in value if key not in _APPLICATION]
    if unknown:
        return f"has no {', '.join(unknown)}: it has {', '.join(_APPLICATION)}"
    return None
