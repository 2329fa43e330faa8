"""Where the protocol's facts are inferred: each other reading is a switch, so that a client can be tried on both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass
class Variants:
    """How an application behaves where nobody has confirmed it. The defaults are the likeliest.

    Args:
        reciprocal_put_as_json: the PUT between applications is sent as JSON instead of XML.
        provider_list_key: the key of the list of outgoing authentication providers; empty for a bare list.
        unknown_link_status: of a GET of a link that does not exist: 500 [S9] or 404.
        unusable_link_status: of what touches a link that is corrupted, or whose type's plugin is gone: 400 or 500 [ind].
        v3_status_without_rights: of 3.0 resources for a logged-in user who is not an administrator: 403 or 401.
        xsrf_status: of a request without the header against forgery: 403, or 404 in a legacy mode [S9].
        keeps_trailing_slash: whether URLs keep a slash at their end.
        consumer_info_root: the root element of consumer-info.
        null_fields: whether fields without a value are sent as null instead of left out.
        legacy_under_latest: whether the older resources answer under `latest` and 3.0 too.
        absent_primary: what a PUT without `isPrimary` or `primary` means: that nothing changes, or false.
        primary_false: what false means for a link that is the primary one: nothing, or that it gives its place up.
        checks_execute_as: whether REST refuses an execute-as user that does not exist or is a system administrator: 9.1.4 does
            not [S9], and nothing is known about 10 and later.
        drops_execute_as: whether setting the levels forgets the execute-as user: 9.1.4 does not [S9].
        websudo_for_basic: whether basic authentication too needs a secure administrator session, which it can't have.
        websudo_for_tokens: the same for personal access tokens.
        tells_login_reason: whether a 401 says in a header why.
    """

    reciprocal_put_as_json: bool = False
    provider_list_key: str = "authenticationProviders"
    unknown_link_status: int = 500
    unusable_link_status: int = 400
    v3_status_without_rights: int = 403
    xsrf_status: int = 403
    keeps_trailing_slash: bool = False
    consumer_info_root: str = "consumer"
    null_fields: bool = False
    legacy_under_latest: bool = True
    absent_primary: Literal["unchanged", "false"] = "unchanged"
    primary_false: Literal["ignored", "gives_up"] = "ignored"
    checks_execute_as: bool = False
    drops_execute_as: bool = False
    websudo_for_basic: bool = False
    websudo_for_tokens: bool = False
    tells_login_reason: bool = True
