"""What an application of the lab can be made to do, by name. It needs no library, so that the help has it without the extra `lab`."""

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
"""What is in front of an application, or what state it is in."""

FaultKind = Literal["status", "html", "bad_gateway", "drop", "hang", "redirect", "garbage", "endless", "die"]
"""What goes wrong with a request."""

ANSWERS: dict[str, FaultKind] = {
    "fails": "status",
    "page": "html",
    "bad_gateway": "bad_gateway",
    "drops": "drop",
    "hangs": "hang",
    "garbage": "garbage",
}
"""What an application answers to every request of a client, by a name for it, beside the modes."""

TROUBLES: tuple[str, ...] = (*get_args(Mode), *ANSWERS)
"""The names that `--fault` takes."""
