"""`ApplicationLink`: the resource that a program registers with the engine.

The type token `pulumi-python:dynamic/applinks:ApplicationLink` and the property names are contracts with people's
stacks: `tests/unit/test_contracts.py` freezes them. A class that is derived from `ApplicationLink` has the same token, unless it declares
its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from weakref import WeakKeyDictionary

import pulumi
from pulumi.dynamic import Resource
from pulumi.runtime import get_root_resource

from pulumi_applinks.codes import Code
from pulumi_applinks.inputs import (
    Application,
    Authentication,
    authentication_input,
    shown,
)
from pulumi_applinks.names import INPUTS, IS_PREVIEW, NAMED, OUTPUTS, PLUGIN_TYPE, RESOURCE_NAME
from pulumi_applinks.provider import ApplicationLinkProvider

if TYPE_CHECKING:
    from pulumi_applinks.outputs import Difference, Legacy, LinkEnd, LinkStatus
else:  # Pulumi inspects the types of outputs, and does not support typed dictionaries.
    Difference = Legacy = LinkEnd = dict[str, Any]
    LinkStatus = str

UNNAMED_TYPE = "pulumi-python:dynamic:Resource"
"""The token that Pulumi gives to a class without a token. In earlier versions all classes derived from `ApplicationLink` had it."""


class DeclaredLink:
    """The declaration of a link, for both kinds of provider."""

    source: pulumi.Output[dict[str, Any]]
    target: pulumi.Output[dict[str, Any]]
    authentication: pulumi.Output[dict[str, Any]]
    two_way: pulumi.Output[bool]

    link_id: pulumi.Output[str]
    """The link's id on the source: the target's server id."""
    reverse_link_id: pulumi.Output[str | None]
    """The reverse link's id on the target: the source's server id. `None` on a one-way link."""
    source_type: pulumi.Output[str]
    """The source's type, as the applinks plugin names it."""
    target_type: pulumi.Output[str]
    """The target's type, as the applinks plugin names it."""
    source_name: pulumi.Output[str]
    """The name of the source."""
    target_name: pulumi.Output[str]
    """The name of the target."""
    source_server_id: pulumi.Output[str]
    """The source's server id: the UUID in its manifest."""
    target_server_id: pulumi.Output[str | None]
    """The target's server id; `None` while it has not answered yet."""
    source_link: pulumi.Output[LinkEnd | None]
    """What the source says of its link: name, URLs, primary, authentication levels, execute-as user."""
    target_link: pulumi.Output[LinkEnd | None]
    """What the target says of the reverse link."""
    managed_ends: pulumi.Output[list[Literal["source", "target"]]]
    """The ends that this program has created: `source`, and `target` on a two-way link."""
    status: pulumi.Output[LinkStatus]
    """The state of the link in one word."""
    status_detail: pulumi.Output[str]
    """A sentence that explains the state."""
    drift: pulumi.Output[dict[str, Difference]]
    """What was found to differ from the program, by property: empty after an `up`."""
    legacy: pulumi.Output[Legacy]
    """The legacy authentication that was seen, by end: trusted applications and basic access."""
    state_version: pulumi.Output[int]
    """The version of the shape in which these outputs are stored."""

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
        watch_drift: bool = False,
        wait_for_target: pulumi.Input[float] = 0,
        timeout_seconds: pulumi.Input[float] = 120,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        given = locals()
        for role in ("source", "target"):
            if not isinstance(given[role], Application):
                raise TypeError(
                    f"ApplicationLink {resource_name!r}: {role} is {shown(given[role])}; give it as Application(url, ...) "
                    f"[{Code.BAD_INPUT}]"
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
        }
        self._register(
            resource_name,
            properties,
            pulumi.ResourceOptions.merge(opts, _deleting_first(resource_name, opts)),
        )

    def _register(self, name: str, properties: dict[str, Any], options: pulumi.ResourceOptions) -> None:
        """Register the resource with the engine."""
        raise NotImplementedError


class ApplicationLink(DeclaredLink, Resource, module="applinks", name="ApplicationLink"):
    """A link between two applications, on both of them.

    Args:
        resource_name: the resource's name in the program.
        source: the application that the link starts from.
        target: the application that it points at.
        authentication: `NonImpersonating(...)`, `Impersonating()`, `NoAuthentication()` or `PerDirection(...)`. By
            default a two-way link gets `NonImpersonating()`, and a one-way link has none.
        two_way: whether the target links back. Needs an administrator's credentials for both applications, unless
            `manage` says that another program creates the other end.
        manage: `"both"` ends, or only the `"source"` end, when the administrator of the target runs a program that
            creates the other.
        on_existing: what to do when a link between the two already exists: `"fail"`, or `"adopt"` it and bring it to
            what the program says, never deleting first.
        on_unreachable_create: what to do when the target does not answer: `"fail"`, or create the link `"one_way"`
            now and complete it on a later `up` (`target.kind` is then required).
        on_unreachable_relocate: what to do when nothing answers at the new address: `"fail"`, or `"relocate"` without
            contact.
        on_unreachable_delete: what to do when an end cannot be reached or refuses: `"fail"` keeps the resource for
            the next try, `"leave"` finishes with a warning that names the leftover link.
        on_duplicate: what to do about another link to the same address, which somebody added: `"report"` it, or
            `"remove"` it.
        on_broken: what to do about a link that does not work, or whose end does not answer: `"warn"` once for the
            link, with the reason and the next step; or `"fail"`: it is drift under `status`, so that
            `--expect-no-changes` ends non-zero, and `up` tries the link again and fails with the reason.
        on_legacy: what to do about trusted applications or basic access beyond what the program declares: `"report"`
            them, or `"remove"` them.
        primary: `True` makes it the source's primary link among those of the target's type. `False` and `None` leave
            it unchanged: an application always has one primary link of a type, and chooses the first.
        reverse_primary: the same for the reverse link on the target.
        watch_drift: whether each `preview` and `up` reads this link first, as a refresh does, so that they show and
            repair drift without one. It costs the requests of a refresh. The plugin does that; with the dynamic
            provider it has no effect.
        wait_for_target: seconds to wait for an application that does not answer yet, when it is created or moved.
        timeout_seconds: how long one operation may take, in seconds, not counting `wait_for_target`. Undoing a failed
            one has another 30 seconds for each step.
        opts: the engine's options.

    Raises:
        TypeError: if `source`, `target` or `authentication` is of another type.
        ValueError: if `opts` has `import_`, or `delete_before_replace=False`.
    """

    _once_unnamed: ClassVar[bool] = False
    """Whether a state may contain links of this class with `UNNAMED_TYPE`."""

    def __init_subclass__(cls, module: str = "", name: str = "", **kwargs: Any) -> None:
        """Keep the type token in a derived class, unless it declares one, as in `class Link(ApplicationLink, module="x", name="Link")`."""
        kept = cls._resource_type_name
        super().__init_subclass__(module=module, name=name or "Resource", **kwargs)
        cls._once_unnamed = not (module or name)
        if cls._once_unnamed:
            cls._resource_type_name = kept

    def _register(self, name: str, properties: dict[str, Any], options: pulumi.ResourceOptions) -> None:
        if options.import_ is not None:
            raise ValueError(
                f"ApplicationLink {name!r}: import_ does not work for dynamic resources; adopt the link with "
                f'on_existing="adopt" instead, or read it without managing it with '
                f"ResourceOptions(id=\"<source's server id>/<target's>\") "
                f"[{Code.BAD_INPUT}]"
            )
        aliases = [PLUGIN_TYPE, *([UNNAMED_TYPE] if self._once_unnamed else [])]
        options.aliases = [*(options.aliases or ()), *(pulumi.Alias(type_=one) for one in aliases)]
        properties[NAMED] = _all_named(properties)
        properties[IS_PREVIEW] = pulumi.runtime.is_dry_run()
        Resource.__init__(self, ApplicationLinkProvider(), name, {**properties, RESOURCE_NAME: name}, options)


_named: WeakKeyDictionary[pulumi.Resource, dict[str, None]] = WeakKeyDictionary()
"""The names of the credentials of each program, by its stack. A process can run several programs."""


def _all_named(properties: Mapping[str, Any]) -> pulumi.Output[list[str]] | None:
    """Return the names of the credentials that all links of the program need, so that one message can list all missing ones.

    The output is read when the link is registered, which is after the program has declared its links.
    """
    stack = get_root_resource()
    if stack is None:
        return None
    names = _named.setdefault(stack, {})
    both = properties["two_way"] is True and properties["manage"] == "both"
    for role in ("source", "target") if both else ("source",):
        if isinstance(name := properties[role].get("credentials"), str):
            names[name] = None
    return pulumi.Output.from_input(True).apply(lambda _: list(names))


def _deleting_first(resource_name: str, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """Return options with which a replacement deletes first, because two links between the same applications cannot coexist."""
    if opts is not None and opts.delete_before_replace is False:
        raise ValueError(
            f"ApplicationLink {resource_name!r}: delete_before_replace=False is not supported: a second link between the two "
            f"applications cannot be created while the first one exists; omit the option [{Code.BAD_INPUT}]"
        )
    return pulumi.ResourceOptions(delete_before_replace=True)
