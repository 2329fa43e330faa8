"""`ApplicationLink`: what the engine sees.

The type token `pulumi-python:dynamic/applinks:ApplicationLink` and the property names are contracts with people's
stacks: `tests/unit/test_contracts.py` freezes them.
"""

from __future__ import annotations

from typing import Any, Literal

import pulumi
from pulumi.dynamic import Resource

from pulumi_applinks.inputs import (
    Application,
    Authentication,
    NoAuthentication,
    NonImpersonating,
    authentication_input,
)
from pulumi_applinks.names import OUTPUTS
from pulumi_applinks.provider import ApplicationLinkProvider


class ApplicationLink(Resource, module="applinks", name="ApplicationLink"):
    """A link between two applications, on both of them.

    Args:
        resource_name: the resource's name in the program.
        source: the application that the link starts from.
        target: the application that it points at.
        authentication: `NonImpersonating(...)`, `Impersonating()`, `NoAuthentication()` or `PerDirection(...)`. A two-way
            link gets `NonImpersonating()` when nothing is said; a one-way link has none.
        two_way: whether the target links back. Needs an administrator's credentials for both applications, unless
            `manage` says that another program makes the other end.
        manage: `"both"` ends, or only the `"source"` end, when the administrator of the target runs a program that
            makes the other.
        on_existing: what to do when a link between the two is there already: `"fail"`, or `"adopt"` it and bring it
            to what the program says, never deleting first.
        on_unreachable_create: what to do when the target does not answer: `"fail"`, or make the link `"one_way"` now
            and complete it on a later `up` (`target.kind` has to be given then).
        on_unreachable_relocate: what to do when nothing answers at the new address: `"fail"`, or `"relocate"`
            without contact.
        on_unreachable_delete: what to do when an end can't be reached or refuses: `"fail"` keeps the resource for
            the next try, `"leave"` finishes with a warning that names the leftover link.
        on_duplicate: what to do about another link to the same address, which somebody added: `"report"` it, or
            `"remove"` it.
        primary: `True` makes it the source's primary link among those of the target's type. `False` and `None`
            leave that as it is: an application always has one primary link of a type, and chooses the first.
        reverse_primary: the same for the reverse link on the target.
        wait_for_target: seconds to wait for an application that does not answer yet, when it is created or moved.
        timeout_seconds: how long one operation may take, in seconds.
        opts: the engine's options.

    Raises:
        TypeError: if `source`, `target` or `authentication` is of another type.
    """

    source: pulumi.Output[dict[str, Any]]
    target: pulumi.Output[dict[str, Any]]
    authentication: pulumi.Output[dict[str, Any]]
    two_way: pulumi.Output[bool]

    link_id: pulumi.Output[str]
    """The link's id on the source: the target's server id."""
    reverse_link_id: pulumi.Output[str | None]
    """The reverse link's id on the target: the source's server id. Nothing on a one-way link."""
    source_type: pulumi.Output[str]
    target_type: pulumi.Output[str]
    source_name: pulumi.Output[str]
    target_name: pulumi.Output[str]
    source_server_id: pulumi.Output[str]
    target_server_id: pulumi.Output[str | None]
    managed_ends: pulumi.Output[list[str]]
    """The ends that this program has made: `source`, and `target` on a two-way link."""
    status: pulumi.Output[str]
    """`working`, `one-way`, `no-authentication`, `incomplete`, `not-working`, `unreachable` or `unknown`."""
    status_detail: pulumi.Output[str]
    """A sentence that says why."""
    source_link: pulumi.Output[dict[str, Any] | None]
    """What the source says of its link: name, URLs, primary, authentication levels, execute-as user."""
    target_link: pulumi.Output[dict[str, Any] | None]
    """What the target says of the reverse link."""
    drift: pulumi.Output[dict[str, Any]]
    """What was found to differ from the program, by property: empty after an `up`."""

    def __init__(
        self,
        resource_name: str,
        source: Application,
        target: Application,
        authentication: Authentication | None = None,
        two_way: pulumi.Input[bool] = True,
        *,
        manage: Literal["both", "source"] = "both",
        on_existing: Literal["fail", "adopt"] = "fail",
        on_unreachable_create: Literal["fail", "one_way"] = "fail",
        on_unreachable_relocate: Literal["fail", "relocate"] = "fail",
        on_unreachable_delete: Literal["fail", "leave"] = "fail",
        on_duplicate: Literal["report", "remove"] = "report",
        primary: pulumi.Input[bool] | None = None,
        reverse_primary: pulumi.Input[bool] | None = None,
        wait_for_target: pulumi.Input[float] = 0,
        timeout_seconds: pulumi.Input[float] = 120,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        for role, application in (("source", source), ("target", target)):
            if not isinstance(application, Application):
                raise TypeError(
                    f"ApplicationLink {resource_name!r}: {role} is {type(application).__name__}; "
                    f"give it as Application(url, ...)"
                )
        if authentication is None:
            authentication = NoAuthentication() if two_way is False else NonImpersonating()
        if not hasattr(authentication, "as_input"):
            raise TypeError(
                f"ApplicationLink {resource_name!r}: authentication is {authentication!r}; give NoAuthentication(), "
                f"NonImpersonating(...), Impersonating() or PerDirection(...)"
            )
        properties: dict[str, Any] = {
            "source": source.as_input(),
            "target": target.as_input(),
            "authentication": authentication_input(authentication),
            "two_way": two_way,
            "manage": manage,
            "on_existing": on_existing,
            "on_unreachable_create": on_unreachable_create,
            "on_unreachable_relocate": on_unreachable_relocate,
            "on_unreachable_delete": on_unreachable_delete,
            "on_duplicate": on_duplicate,
            "primary": primary,
            "reverse_primary": reverse_primary,
            "wait_for_target": wait_for_target,
            "timeout_seconds": timeout_seconds,
            **dict.fromkeys(OUTPUTS),
        }
        super().__init__(ApplicationLinkProvider(), resource_name, properties, opts)
