"""The schema of the plugin, made from the table of inputs and outputs. Classes for other languages are generated from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import MISSING, fields
from functools import cache
from importlib.metadata import version
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from pulumi_applinks.names import (
    DYNAMIC_TYPE,
    OUTPUTS,
    PLUGIN_TYPE,
    ApplicationInputs,
    Kind,
    LinkInputs,
)
from pulumi_applinks.outputs import LevelSeen, LinkStatus

_STRING, _BOOLEAN, _NUMBER = ({"type": one} for one in ("string", "boolean", "number"))
_PLAIN: dict[type, dict[str, Any]] = {bool: _BOOLEAN, float: _NUMBER, str: _STRING}
_LEVELS = ("none", "oauth", "oauth-impersonation")


GET_LINK, GET_LINKS, GET_STATUS = (
    f"applinks:index:{name}" for name in ("getApplicationLink", "getApplicationLinks", "getStatus")
)
"""The tokens of the functions."""


def _type(name: str) -> str:
    return f"applinks:index:{name}"


def _reference(name: str) -> dict[str, Any]:
    return {"$ref": f"#/types/{_type(name)}"}


def _choice(words: Iterable[str], description: str) -> dict[str, Any]:
    return {"type": "string", "description": description, "enum": [{"value": word} for word in words]}


def _text(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"


def _object(description: str, properties: dict[str, Any], required: Iterable[str] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        **({"required": sorted(required)} if required else {}),
    }


_SPECIAL: dict[str, dict[str, Any]] = {
    "source": _reference("Application"),
    "target": _reference("Application"),
    "authentication": _reference("Authentication"),
    "credentials": {"oneOf": [_STRING, _reference("Credentials")]},
    "kind": _STRING,
}
_RESULTS: dict[str, dict[str, Any]] = {
    "source_link": _reference("LinkEnd"),
    "target_link": _reference("LinkEnd"),
    "managed_ends": {"type": "array", "items": _STRING},
    "drift": {"type": "object", "additionalProperties": {"$ref": "pulumi.json#/Any"}},
    "legacy": {"type": "object", "additionalProperties": {"type": "array", "items": _STRING}},
    "state_version": {"type": "integer"},
}


def _inputs(table: type) -> dict[str, Any]:
    """Make the properties for a table of inputs, from its types and descriptions."""
    properties, types = {}, get_type_hints(table)
    for row in fields(table):
        words = _text(row.metadata["description"])
        kind = _SPECIAL.get(row.name)
        if kind is None:
            given = types[row.name]
            kept = [one for one in get_args(given) if one is not NoneType]
            if get_origin(given) is Literal:
                kind, words = _STRING, f"{words} One of {', '.join(f'`{word}`' for word in kept)}."
            else:
                kind = _PLAIN[kept[0] if kept else given]
        default = {}
        if row.default is not MISSING and row.default is not None:
            default = {"default": row.default}
        properties[row.name] = {**kind, "description": words, **default}
    return properties


def _types() -> dict[str, Any]:
    direction: dict[str, dict[str, Any]] = {
        "level": {**_STRING, "description": f"One of {', '.join(f'`{level}`' for level in _LEVELS)}."},
        "execute_as": {
            **_STRING,
            "description": "With the level `oauth`: the user of the receiving application that requests run as.",
        },
    }
    application = _inputs(ApplicationInputs)
    application["kind"] = {
        **_STRING,
        "description": f"{application['kind']['description']} One of {', '.join(_kinds())}.",
    }
    secret = {**_STRING, "secret": True}
    end: dict[str, dict[str, Any]] = {
        name: dict(_STRING) for name in ("id", "name", "display_url", "rpc_url", "execute_as")
    }
    end |= {name: dict(_BOOLEAN) for name in ("primary", "stale_key")}
    end |= {name: {"type": "array", "items": _STRING} for name in ("duplicates", "other_entries")}
    levels = f"One of {', '.join(f'`{level}`' for level in get_args(LevelSeen))}."
    end |= {name: {**_STRING, "description": levels} for name in ("outgoing", "incoming")}
    return {
        _type("Application"): _object("One application of a link.", application, ["url"]),
        _type("Credentials"): _object(
            "How to log in as an administrator: a user name and a password, or a token. It is stored, encrypted, in the stack's state.",
            {"username": _STRING, "password": secret, "token": secret},
        ),
        _type("Direction"): _object("How requests in one direction are authenticated.", direction, ["level"]),
        _type("Authentication"): _object(
            "How requests over the link are authenticated, as the source sees them.",
            {"outgoing": _reference("Direction"), "incoming": _reference("Direction")},
        ),
        _type("LinkEnd"): _object(
            "What one application says of its end of a link.",
            end,
            ["id", "name", "display_url", "primary", "outgoing", "incoming", "duplicates"],
        ),
        _type("ConfiguredApplication"): _object(
            "An application that the provider's configuration names.",
            {
                name: {key: value for key, value in application[name].items() if key != "default"}
                for name in ("url", "api_url", "credentials")
            },
            ["url"],
        ),
    }


def _kinds() -> list[str]:
    return [f"`{word}`" for one in get_args(Kind) for word in (get_args(one) or (one,))]


def _configuration() -> dict[str, Any]:
    return {
        "applications": {
            "type": "object",
            "additionalProperties": {"oneOf": [_STRING, _reference("ConfiguredApplication")]},
            "description": "Applications by a name of yours: the base URL, or an object. `import`, `get` and the functions know "
            "applications by these names; a link's own inputs do not need them.",
        },
        "credentials": {
            "type": "object",
            "additionalProperties": _reference("Credentials"),
            "secret": True,
            "description": "Credentials by name. `APPLINKS_<NAME>_…` in the environment wins.",
        },
        "preview": _choice(("offline", "online"), "Whether a preview asks the applications."),
    }


_ONE = {
    "type": "string",
    "description": "The name of an application in the provider's configuration: its links only.",
}


def _functions() -> dict[str, Any]:
    pair = {
        role: {
            **_STRING,
            "description": f"The {role}'s name in the provider's configuration, or its server id.",
        }
        for role in ("source", "target")
    }
    words = {**OUTPUTS, "id": "the resource's id."}

    def results(*names: str) -> dict[str, Any]:
        return _object("", {name: {**_STRING, "description": _text(words[name])} for name in names}, ["id"])

    links = {
        "type": "array",
        "items": {"type": "object", "additionalProperties": _STRING},
        "description": "The id and a name of each.",
    }
    ids = ("id", "link_id", "reverse_link_id", "source_server_id", "target_server_id")
    return {
        GET_LINK: {
            "description": "A link between two applications, whoever manages it: its ids, for macros and remote links.",
            "inputs": _object("", pair, pair),
            "outputs": results(*ids, "status", "status_detail"),
        },
        GET_STATUS: {
            "description": "Whether a link works. Each application tries it.",
            "inputs": _object("", pair, pair),
            "outputs": results(*ids, "status", "status_detail"),
        },
        GET_LINKS: {
            "description": "The links between the applications of the provider's configuration.",
            "inputs": _object("", {"application": _ONE}),
            "outputs": _object("", {"links": links}, ["links"]),
        },
    }


def semantic_version(given: str) -> str:
    """Convert a version of this package to the engine's form: three numbers, and a pre-release part if there is one.

    Args:
        given: the version in Python's form, such as `0.2.dev7+g1234567` or `1.0rc1`.
    """
    release, before = re.match(r"([\d.]*\d)[.]?([a-z]+\d+)?", given).groups("")  # type: ignore[union-attr]
    numbers = [*release.split("."), "0", "0"][:3]
    return "-".join([".".join(numbers), *([re.sub(r"(?<=[a-z])(?=\d)", ".", before)] if before else [])])


@cache
def schema() -> dict[str, Any]:
    """Make the schema for the engine and the generators of classes."""
    inputs = _inputs(LinkInputs)
    outputs = {
        name: {**_RESULTS.get(name, _STRING), "description": _text(words)} for name, words in OUTPUTS.items()
    }
    outputs["status"]["description"] += f" One of {', '.join(f'`{word}`' for word in get_args(LinkStatus))}."
    declared = {
        name: {key: value for key, value in one.items() if key != "default"} for name, one in inputs.items()
    }
    optional = {"reverse_link_id", "target_server_id", "source_server_id", "source_link", "target_link"}
    return {
        "name": "applinks",
        "displayName": "Atlassian application links",
        "version": semantic_version(version("pulumi-applinks")),
        "description": "Atlassian application links as code: makes, relocates, repairs and deletes both ends.",
        "keywords": ["pulumi", "category/infrastructure", "kind/native", "atlassian", "applinks"],
        "license": "Apache-2.0",
        "config": {"variables": _configuration()},
        "provider": {
            "description": "Where applications are, and how to log in to them.",
            "inputProperties": _configuration(),
        },
        "types": _types(),
        "resources": {
            PLUGIN_TYPE: {
                "description": "A link between two applications, on both of them.",
                "inputProperties": inputs,
                "requiredInputs": ["source", "target"],
                "properties": {**declared, **outputs},
                "required": sorted({"source", "target", "authentication"} | outputs.keys() - optional),
                "aliases": [{"type": DYNAMIC_TYPE}],
                "listInputs": _object("Which links to list.", {"application": _ONE}),
            }
        },
        "functions": _functions(),
        # A generated package must not have the name of this package, `pulumi_applinks`.
        "language": {"python": {"packageName": "pulumi_applinks_generated"}},
    }


def text(*, versioned: bool = True) -> str:
    """Return the schema as JSON.

    Args:
        versioned: whether to include the version, which changes with each commit.
    """
    kept = {key: value for key, value in schema().items() if versioned or key != "version"}
    return json.dumps(kept, indent=2, ensure_ascii=False) + "\n"
