"""Rules for application links, to start from: `pulumi preview --policy-pack examples/policy_pack`. It takes the package `pulumi-policy`.

A rule sees the inputs as a state stores them: a direction without a level, or a URL that another resource makes, is not known yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)

DYNAMIC = ("pulumi-python:dynamic:", "pulumi-python:dynamic/")
"""How the types of dynamic resources begin. A class that is derived from `ApplicationLink` may have named a type of its own."""
PLUGIN = "applinks:index:ApplicationLink"
"""The type of links that the plugin manages."""
SHARED_USERS = ("https://jira.example.com", "https://wiki.example.com")
"""The applications that share one user base."""
PRODUCTION = ("prod", "production")
"""The names of stacks whose links have to be complete."""


def _is_link(args: ResourceValidationArgs) -> bool:
    """A link is known by what it holds."""
    ours = args.resource_type == PLUGIN or args.resource_type.startswith(DYNAMIC)
    return ours and {"source", "target", "two_way"} <= set(args.props)


def _directions(properties: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    given = properties.get("authentication") or {}
    return {way: given.get(way) or {} for way in ("outgoing", "incoming")}


def _urls(properties: Mapping[str, Any]) -> list[str]:
    return [str((properties.get(role) or {}).get("url") or "") for role in ("source", "target")]


def _same(one: str, other: str) -> bool:
    """Whether two addresses are the same one, however they are spelled."""
    first, second = (urlsplit(url.rstrip("/")) for url in (one, other))
    ports = [url.port or {"http": 80, "https": 443}.get(url.scheme) for url in (first, second)]
    return (first.scheme, first.hostname, ports[0], first.path) == (
        second.scheme,
        second.hostname,
        ports[1],
        second.path,
    )


def no_anonymous_oauth(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """OAuth runs as a named user."""
    if not _is_link(args):
        return
    if not args.props.get("authentication") and args.props.get("two_way") is not False:
        report(
            "requests are answered anonymously: give authentication=NonImpersonating(execute_as=...)", None
        )
    for way, direction in _directions(args.props).items():
        if direction.get("level") == "oauth" and not direction.get("execute_as"):
            report(f"{way} requests are answered anonymously: give NonImpersonating(execute_as=...)", None)


def https_only(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Both applications are reached over TLS."""
    if not _is_link(args):
        return
    for url in _urls(args.props):
        if url and urlsplit(url).scheme != "https":
            report(f"{url} is not https", None)


def impersonation_takes_shared_users(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Impersonation is for applications that share one user base."""
    if not _is_link(args):
        return
    impersonates = any(
        direction.get("level") == "oauth-impersonation" for direction in _directions(args.props).values()
    )
    strangers = [url for url in _urls(args.props) if not any(_same(url, known) for known in SHARED_USERS)]
    if impersonates and strangers:
        report(f"no user base is shared with {' and '.join(strangers)}: give NonImpersonating(...)", None)


def two_way_in_production(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """Production has no link of which an end is missing."""
    if _is_link(args) and args.props.get("two_way") is False and pulumi.get_stack() in PRODUCTION:
        report(
            'the link is one-way: set two_way=True, or manage="source" where another program makes the other end',
            None,
        )


PolicyPack(
    name="applinks",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[
        ResourceValidationPolicy(
            name=rule.__name__.replace("_", "-"), description=rule.__doc__ or "", validate=rule
        )
        for rule in (no_anonymous_oauth, https_only, impersonation_takes_shared_users, two_way_in_production)
    ],
)
