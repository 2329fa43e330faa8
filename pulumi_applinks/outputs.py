"""The types of a link's outputs: for programs that are type-checked."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from pulumi_applinks.names import LinkStatus as LinkStatus

LevelSeen = Literal[
    "none", "oauth", "oauth-impersonation", "oauth-3lo-only", "trusted-applications", "basic-access"
]
"""How requests in one direction are authenticated, as an application reports it."""


class _LinkEnd(TypedDict):
    id: str
    name: str
    display_url: str
    primary: bool
    outgoing: LevelSeen
    incoming: LevelSeen
    duplicates: list[str]


class LinkEnd(_LinkEnd, total=False):
    """What one application says of its end of a link; what there is none of is left out.

    `stale_key` is true where it knows the other application's requests by another key than that one has.
    `other_entries` are the names of entries for the same host that are no application links, such as OAuth 2.0 clients.
    """

    rpc_url: str
    execute_as: str
    other_entries: list[str]
    stale_key: bool


class _Difference(TypedDict):
    declared: Any
    observed: Any
    on: Literal["source", "target", "both"]


class Difference(_Difference, total=False):
    """Where an end says something else than the program; `added` when the program says nothing of it."""

    added: bool


class Legacy(TypedDict, total=False):
    """The legacy authentication that was seen on each end, such as `incoming trusted-applications`."""

    source: list[str]
    target: list[str]
