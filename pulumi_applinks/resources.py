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
    authentication_input,
    shown,
)
from pulumi_applinks.names import INPUTS, OUTPUTS, RESOURCE_NAME
from pulumi_applinks.provider import ApplicationLinkProvider


class ApplicationLink(Resource, module="applinks", name="ApplicationLink"):
    """A link between two applications, on both of them.

    `docs/reference.md` tells of every argument and output, from the table in `names.py`.

    Args:
        resource_name: the resource's name in the program.
        opts: the engine's options.

    Raises:
        TypeError: if `source`, `target` or `authentication` is of another type.
        ValueError: if `opts` has `import_`, or `delete_before_replace=False`.
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
    legacy: pulumi.Output[dict[str, Any]]
    state_version: pulumi.Output[int]
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
        on_broken: Literal["warn", "fail"] = "warn",
        on_legacy: Literal["report", "remove"] = "report",
        primary: pulumi.Input[bool] | None = None,
        reverse_primary: pulumi.Input[bool] | None = None,
        wait_for_target: pulumi.Input[float] = 0,
        timeout_seconds: pulumi.Input[float] = 120,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        given = locals()
        for role in ("source", "target"):
            if not isinstance(given[role], Application):
                raise TypeError(
                    f"ApplicationLink {resource_name!r}: {role} is {shown(given[role])}; give it as Application(url, ...)"
                )
        try:
            directions = None if authentication is None else authentication_input(authentication)
        except TypeError as error:
            raise TypeError(f"ApplicationLink {resource_name!r}: {error}") from None
        properties: dict[str, Any] = {
            **{name: given[name] for name in INPUTS},
            "source": source.as_input(),
            "target": target.as_input(),
            "authentication": directions,
            **dict.fromkeys(OUTPUTS),
            RESOURCE_NAME: resource_name,
        }
        super().__init__(ApplicationLinkProvider(), resource_name, properties, _options(resource_name, opts))


def _options(resource_name: str, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """The engine's options for a link: a replacement deletes first, because two links of one pair can't stand side by side."""
    if opts is not None and opts.import_ is not None:
        raise ValueError(
            f"ApplicationLink {resource_name!r}: import_ does not work for dynamic resources; take the link over with "
            f'on_existing="adopt" instead, or look at it without managing it with ResourceOptions(id="<source\'s server id>/<target\'s>")'
        )
    if opts is not None and opts.delete_before_replace is False:
        raise ValueError(
            f"ApplicationLink {resource_name!r}: delete_before_replace=False can't be had: a second link between the two applications "
            f"can't be made while the first one is there; leave the option away"
        )
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(delete_before_replace=True))
