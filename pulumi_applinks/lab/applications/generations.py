"""The generations of the plugin: what each one has, and the source for it.

Sources: S9 and S3 are the interface of 9.1.4 and of 3.x; KB and doc are Atlassian's pages; ind is an independent public program that
talks to real instances; INF is inferred. If no source documents a fact for a generation, the nearest generation with a source applies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Generation = Literal["3", "5", "5.4", "9", "10", "11"]

_TOKENS = frozenset({"jira", "confluence", "stash", "bamboo"})


@dataclass(frozen=True, eq=False)
class Version:
    """The features of one generation.

    Args:
        applinks: the plugin's version, as the manifest reports it.
        products: the products' versions, by type.
        named: the products of the generation, for people to read.
        source: the source for the facts above.
        older: the versions of the interface under which the older resources are served.
        second: the versions under which the resources added in 2.0 are served; none before applinks-oauth existed.
        third: the versions under which the resources of 3.0 are served: links, status, capabilities, migration.
        xsrf: whether the plugin checks every POST with a form's content type, besides the annotated resources.
        tokens: the types that have personal access tokens.
        basic_off: the types that have basic authentication switched off by default.
        login_page: the types that redirect a request for an unknown REST path to the login page.
        oauth2: whether OAuth 2.0 clients and connections are listed.
        trusted: whether trusted applications exist.
    """

    applinks: str
    products: Mapping[str, str]
    named: str
    source: str
    older: tuple[str, ...]
    second: tuple[str, ...] = ("2.0", "3.0", "latest")
    third: tuple[str, ...] = ("3.0", "latest")
    xsrf: bool = True
    tokens: frozenset[str] = _TOKENS
    basic_off: frozenset[str] = field(default_factory=frozenset)
    login_page: frozenset[str] = field(default_factory=frozenset)
    oauth2: bool = True
    trusted: bool = True


_ALL = ("1.0", "2.0", "3.0", "latest")

GENERATIONS: dict[Generation, Version] = {
    "3": Version(
        "3.11.0",
        {"jira": "5.2.0", "confluence": "5.0.0", "stash": "2.0.0"},
        "any product before 2013",
        "S3",
        older=("1.0", "latest"),
        second=(),
        third=(),
        xsrf=False,
        tokens=frozenset(),
        oauth2=False,
    ),
    "5": Version(
        "5.0.0",
        {"jira": "7.0.0", "confluence": "5.9.1", "stash": "4.0.0"},
        "applinks 5.0 and 5.1: Jira 7.0, Confluence 5.9",
        "S3 and S9 (the resources), ind (no status before 5.2.6), INF (the rest)",
        older=("1.0", "2.0", "latest"),
        second=("2.0", "latest"),
        third=(),
        tokens=frozenset(),
        oauth2=False,
    ),
    "5.4": Version(
        "5.4.33",
        {"fecru": "4.8.0", "jira": "7.13.0", "confluence": "6.15.0", "stash": "5.16.0"},
        "applinks 5.2.6 to 8.x: Fisheye/Crucible 4.8, Jira 7.3, Confluence 6.1, Bitbucket 4.11",
        "doc (platform-module-usage: 5.4.33), ind (status and 3.0/applinks since 5.2.6), INF (the rest)",
        older=_ALL,
        tokens=frozenset({"stash"}),
        oauth2=False,
    ),
    "9": Version(
        "9.1.4",
        {"jira": "9.12.0", "confluence": "8.5.0", "stash": "8.9.0", "bamboo": "9.6.0", "crowd": "5.3.0"},
        "Jira 9, Confluence 8, Bitbucket 8, Bamboo 9, Crowd 5",
        "S9, doc (platform-module-usage)",
        older=_ALL,
        login_page=frozenset({"jira"}),
    ),
    "10": Version(
        "10.0.15",
        {"jira": "10.0.0", "confluence": "9.0.0", "stash": "9.0.0", "bamboo": "10.0.0", "crowd": "6.0.0"},
        "Platform 7: Jira 10, Confluence 9, Bitbucket 9, Bamboo 10, Crowd 6",
        "doc (platform-module-usage), INF: as S9, nothing is known about its interface",
        older=_ALL,
        login_page=frozenset({"jira"}),
    ),
    "11": Version(
        "11.2.0",
        {"jira": "11.3.0", "confluence": "10.2.0", "stash": "10.1.0", "bamboo": "12.0.0", "crowd": "7.2.0"},
        "Platform 8: Jira 11, Confluence 10, Bitbucket 10, Bamboo 12, Crowd 7",
        "doc (versions), ind (basic authentication is off, trusted applications are gone), INF: as S9",
        older=_ALL,
        basic_off=frozenset({"jira", "confluence"}),
        trusted=False,
    ),
}
"""The generations, by the name that `Lab.start` accepts."""


def usual(type_id: str) -> Generation:
    """The default generation of an application type: the last one that S9 documents.

    Fisheye and Crucible never had a generation after 5.4 [doc].

    Args:
        type_id: the type, as the plugin names it.
    """
    return "5.4" if type_id == "fecru" else "9"
