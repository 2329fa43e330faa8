"""What the resource's properties and its configuration are called.

Names here are contracts with people's stacks; `tests/unit/test_contracts.py` freezes them. They stand apart from what is done with
them, because a program needs the names alone.
"""

from __future__ import annotations

import re

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
    "drift",
)
CONFIGURATION_KEY = "applinks:credentials"


def variable_prefix(name: str) -> str:
    """The beginning of the environment variables that hold the credentials of that name."""
    return "APPLINKS_" + re.sub(r"[^A-Z0-9]", "_", name.upper())
