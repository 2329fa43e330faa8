"""The table of inputs and outputs: the name, the type, the default and the description of each.

From this table `lifecycle/declaration.py` makes its records, `resources.py` makes the resource's properties, and `make reference` makes the
page `docs/reference.md` and the arguments in docstrings. The names are contracts with people's stacks; `tests/unit/test_contracts.py`
freezes the released ones. This module imports no other module of the project, and no library, because each program imports it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from types import MappingProxyType
from typing import Literal, TypeVar

T = TypeVar("T")

DYNAMIC_TYPE = "pulumi-python:dynamic/applinks:ApplicationLink"
"""The type of a link that the dynamic provider manages."""
PLUGIN_TYPE = "applinks:index:ApplicationLink"
"""The type of a link that the plugin manages. A stack can change from one to the other: each is an alias of the other."""
CONFIGURATION_KEY = "applinks:credentials"
RESOURCE_NAME = "resource_name"
"""A property that passes the name of a resource to the check. It is not an input, and is not stored."""
IS_PREVIEW = "is_preview"
"""A property that says to the check whether this is a preview; None if that is not known. It is not an input, and is not stored."""
NAMED = "named_credentials"
"""A property that passes the names of all credentials that the program's links need to the check. It is not an input, and is not stored."""
PREVIEW_KEY = "applinks:preview"
"""The key of the stack's setting for previews. The environment variable `APPLINKS_PREVIEW` overrides it."""
STATE_VERSION = 3
"""The version of the format in which outputs are stored. 0.1.0 did not store a version."""

TypeId = Literal["jira", "confluence", "stash", "bamboo", "crowd", "fecru", "refapp"]
"""An application's type as the applinks plugin names it, and as a state stores it."""
Kind = Literal[TypeId, "bitbucket", "fisheye", "crucible"]
"""An application's type as a program names it: the product's name, or the plugin's."""
ALSO_CALLED: Mapping[str, TypeId] = MappingProxyType(
    {"bitbucket": "stash", "fisheye": "fecru", "crucible": "fecru"}
)
"""Products whose name is not the plugin's name for their type."""
LinkProblem = Literal["one-way", "no-authentication", "not-working", "elsewhere", "unknown"]
"""The problem of a link, declared or found in an estate, in one word."""
LinkStatus = Literal["working", LinkProblem, "incomplete", "unreachable"]
"""The state of a declared link in one word."""


def _input(default: T, words: str, *, remote: bool = True) -> T:
    """Make one row of the table: an input with its default.

    Args:
        default: the value if the program gives none.
        words: the description for the reference.
        remote: whether a change of the input can change something on an application.
    """
    return field(default=default, metadata={"description": words, "remote": remote})


@dataclass(frozen=True)
class ApplicationInputs:
    """What a program says of one application, as a state stores it; only `url` has to be given."""

    url: str | None = _input(
        None,
        "the base URL, as the application's own administration shows it: people see it, and by default the other "
        "application and this program use it, too.",
    )
    rpc_url: str | None = _input(
        None,
        "where the *other application* reaches this one, when that is not `url` (behind a reverse proxy).",
    )
    api_url: str | None = _input(None, "where *this program* reaches it, when that is not `url`.")
    credentials: object = _input(
        None,
        "the name under which an administrator's credentials are found (`APPLINKS_<NAME>_USERNAME` and `_PASSWORD`, or `_TOKEN`, in the "
        "environment; else the stack's secret configuration `applinks:credentials`), or `Credentials(...)`. Not needed for the target "
        "of a one-way link.",
        remote=False,
    )
    name: str | None = _input(
        None,
        "the name of the link to this application on the other one. The application's own name if not given.",
    )
    kind: TypeId | None = _input(
        None,
        "the application's type, checked against what answers at the URL. Needed only to link to an application that is not up yet.",
    )
    cloud: bool | None = _input(
        None,
        "whether this is a Cloud site. Detected for addresses under `atlassian.net` and `jira.com`.",
    )
    manifest_needs_login: bool | None = _input(
        None,
        "`True` if the application shows its manifest only with a login. The login is then sent there before it has identified itself: set "
        "this only if the address is certainly its own. It has no effect in a run that changes the address.",
        remote=False,
    )


@dataclass(frozen=True)
class LinkInputs:
    """What a program says of a link, as a state stores it; only `source` and `target` have to be given."""

    source: ApplicationInputs = field(
        metadata={"description": "the application that the link starts from.", "remote": True}
    )
    target: ApplicationInputs = field(
        metadata={"description": "the application that it points at.", "remote": True}
    )
    authentication: object = _input(
        None,
        "`NonImpersonating(...)`, `Impersonating()`, `NoAuthentication()` or `PerDirection(...)`. By default a two-way link "
        "gets `NonImpersonating()`, and a one-way link has none.",
    )
    two_way: bool = _input(
        True,
        "whether the target links back. Needs an administrator's credentials for both applications, unless `manage` says that another "
        "program creates the other end.",
    )
    manage: Literal["both", "source"] = _input(
        "both",
        '`"both"` ends, or only the `"source"` end, when the administrator of the target runs a program that creates the other.',
    )
    on_existing: Literal["fail", "adopt"] = _input(
        "fail",
        'what to do when a link between the two already exists: `"fail"`, or `"adopt"` it and bring it to what the program says, '
        "never deleting first.",
        remote=False,
    )
    on_unreachable_create: Literal["fail", "one_way"] = _input(
        "fail",
        'what to do when the target does not answer: `"fail"`, or create the link `"one_way"` now and complete it on a later `up` '
        "(`target.kind` is then required).",
        remote=False,
    )
    on_unreachable_relocate: Literal["fail", "relocate"] = _input(
        "fail",
        'what to do when nothing answers at the new address: `"fail"`, or `"relocate"` without contact.',
        remote=False,
    )
    on_unreachable_delete: Literal["fail", "leave"] = _input(
        "fail",
        'what to do when an end cannot be reached or refuses: `"fail"` keeps the resource for the next try, `"leave"` finishes with a '
        "warning that names the leftover link.",
        remote=False,
    )
    on_duplicate: Literal["report", "remove"] = _input(
        "report",
        'what to do about another link to the same address, which somebody added: `"report"` it, or `"remove"` it.',
    )
    on_broken: Literal["warn", "fail"] = _input(
        "warn",
        'what to do about a link that does not work, or whose end does not answer: `"warn"` once for the link, with the reason and the '
        'next step; or `"fail"`: it is drift under `status`, so that `--expect-no-changes` ends non-zero, and `up` tries the link again '
        "and fails with the reason.",
        remote=False,
    )
    on_legacy: Literal["report", "remove"] = _input(
        "report",
        'what to do about trusted applications or basic access beyond what the program declares: `"report"` them, or `"remove"` them.',
    )
    primary: bool | None = _input(
        None,
        "`True` makes it the source's primary link among those of the target's type. `False` and `None` leave it unchanged: an "
        "application always has one primary link of a type, and chooses the first.",
    )
    reverse_primary: bool | None = _input(None, "the same for the reverse link on the target.")
    watch_drift: bool = _input(
        False,
        "whether each `preview` and `up` reads this link first, as a refresh does, so that they show and repair drift without one. It "
        "costs the requests of a refresh. The plugin does that; with the dynamic provider it has no effect.",
        remote=False,
    )
    wait_for_target: float = _input(
        0,
        "seconds to wait for an application that does not answer yet, when it is created or moved.",
        remote=False,
    )
    timeout_seconds: float = _input(
        120,
        "how long one operation may take, in seconds, not counting `wait_for_target`. Undoing a failed one has another 30 "
        "seconds for each step.",
        remote=False,
    )


def _policies() -> frozenset[str]:
    paths = {row.name for row in fields(LinkInputs) if not row.metadata["remote"]}
    for role in ("source", "target"):
        paths |= {f"{role}.{row.name}" for row in fields(ApplicationInputs) if not row.metadata["remote"]}
    return frozenset(paths)


INPUTS = tuple(row.name for row in fields(LinkInputs))
DEFAULTS: Mapping[str, object] = MappingProxyType(
    {row.name: None if row.default is MISSING else row.default for row in fields(LinkInputs)}
)
"""The value of an input that is not given, or that a state of an earlier version does not have."""
POLICIES = _policies()
"""Paths of the inputs that only say how this program works. If only these change, nothing changes on an application."""

OUTPUTS: Mapping[str, str] = MappingProxyType(
    {
        "link_id": "the link's id on the source: the target's server id.",
        "reverse_link_id": "the reverse link's id on the target: the source's server id. `None` on a one-way link.",
        "source_type": "the source's type, as the applinks plugin names it.",
        "target_type": "the target's type, as the applinks plugin names it.",
        "source_name": "the name of the source.",
        "target_name": "the name of the target.",
        "source_server_id": "the source's server id: the UUID in its manifest.",
        "target_server_id": "the target's server id; `None` while it has not answered yet.",
        "source_link": "what the source says of its link: name, URLs, primary, authentication levels, execute-as user.",
        "target_link": "what the target says of the reverse link.",
        "managed_ends": "the ends that this program has created: `source`, and `target` on a two-way link.",
        "status": "the state of the link in one word.",
        "status_detail": "a sentence that explains the state.",
        "drift": "what was found to differ from the program, by property: empty after an `up`.",
        "legacy": "the legacy authentication that was seen, by end: trusted applications and basic access.",
        "state_version": "the version of the shape in which these outputs are stored.",
    }
)
"""The outputs of a link: the description for the reference, by name."""


def variable_prefix(name: str) -> str:
    """Return the prefix of the environment variables with the credentials of that name."""
    return "APPLINKS_" + re.sub(r"[^A-Z0-9]", "_", name.upper())
