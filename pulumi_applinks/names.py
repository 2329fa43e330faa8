"""What the resource's properties and its configuration are called.

Names here are contracts with people's stacks; `tests/unit/test_contracts.py` freezes them. They stand apart from what is done with
them, because a program needs the names alone.
"""

from __future__ import annotations

INPUTS = (
    "source",
    "target",
    "authentication",
    "two_way",
    "manage",
    "on_existing",
    "on_unreachable_create",
    "on_unreachable_relocate",
    "on_unreachable_delete",
    "on_duplicate",
    "on_broken",
    "on_legacy",
    "primary",
    "reverse_primary",
    "wait_for_target",
    "timeout_seconds",
)
OUTPUTS = (
    "link_id",
    "reverse_link_id",
    "source_type",
    "target_type",
    "source_name",
    "target_name",
    "source_server_id",
    "target_server_id",
    "source_link",
    "target_link",
    "managed_ends",
    "status",
    "status_detail",
    "legacy",
    "drift",
    "state_version",
)
CONFIGURATION_KEY = "applinks:credentials"

POLICIES = frozenset({"source.credentials","target.credentials","on_existing","on_unreachable_create","on_unreachable_relocate","on_unreachable_delete","on_broken","wait_for_target","timeout_seconds"})
RESOURCE_NAME = "resource_name"
STATE_VERSION = 2
