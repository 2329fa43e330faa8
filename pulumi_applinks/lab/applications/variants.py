"""Switches for the inferred facts of the protocol: with each, a client can be tried on either possible behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass
class Variants:
    """The behaviour of an application where it is not confirmed. The defaults are the most likely.

    Args:
        reciprocal_put_as_json: the PUT between applications is sent as JSON instead of XML.
        provider_list_key: the key of the list of outgoing authentication providers; empty for a bare list.
        unknown_link_status: the status of a GET of a link that does not exist: 500 [S9] or 404.
        unusable_link_status: the status of a request for a link that is corrupted, or whose type's plugin is gone: 400 or 500 [ind].
        v3_status_without_rights: the status of 3.0 resources for a logged-in user who is not an administrator: 403 or 401.
        xsrf_status: the status of a request without the header against forgery: 403, or 404 in a legacy mode [S9].
        keeps_trailing_slash: whether URLs keep a trailing slash.
        consumer_info_root: the root element of consumer-info.
        null_fields: whether fields without a value are sent as null instead of omitted.
        legacy_under_latest: whether the older resources are also served under `latest` and 3.0.
        absent_primary: the meaning of a PUT without `isPrimary` or `primary`: no change, or false.
        primary_false: the effect of false on a link that is the primary one: none, or another link becomes primary.
        checks_execute_as: whether REST refuses an execute-as user who does not exist or is a system administrator: 9.1.4 does
            not [S9], and nothing is known about 10 and later.
        drops_execute_as: whether setting the levels removes the execute-as user: 9.1.4 does not [S9].
        websudo_for_basic: whether basic authentication also needs a secure administrator session, which it can't have.
        websudo_for_tokens: the same for personal access tokens.
        tells_login_reason: whether a header of a 401 gives the reason.
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
