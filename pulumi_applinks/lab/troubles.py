"""The modes and faults of a lab application, by name. This module needs no library: the help lists them without the extra `lab`."""

from __future__ import annotations

from typing import Literal, get_args

Mode = Literal[
    "basic_off",
    "secure_sessions",
    "failed_login_goes_on",
    "failed_login_page",
    "captcha",
    "login_removed",
    "manifest_needs_login",
    "starting",
    "starting_503",
    "set_up",
    "plugins_loading",
    "firewall",
    "single_sign_on",
]
"""A front between clients and an application, or a state of the application."""

FaultKind = Literal["status", "html", "bad_gateway", "drop", "hang", "redirect", "garbage", "endless", "die"]
"""The kinds of fault that can hit a request."""

ANSWERS: dict[str, FaultKind] = {
    "fails": "status",
    "page": "html",
    "bad_gateway": "bad_gateway",
    "drops": "drop",
    "hangs": "hang",
    "garbage": "garbage",
}
"""Faults, besides the modes, that hit every request of a client: the kind of fault by the name of the trouble."""

TROUBLES: tuple[str, ...] = (*get_args(Mode), *ANSWERS)
"""The names that `--fault` accepts."""
