"""Where the protocol's facts are inferred: each other reading is a switch, so that a client can be tried on both."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Variants:
    """How an application behaves where nobody has confirmed it. The defaults are the likeliest.

    Args:
        reciprocal_put_as_json: the PUT between applications is sent as JSON instead of XML.
        provider_list_key: the key of the list of outgoing authentication providers; empty for a bare list.
        unknown_link_status: of a GET of a link that does not exist: 500 [S9] or 404.
        v3_status_without_rights: of 3.0 resources for a logged-in user who is no administrator: 403 or 401.
        keeps_trailing_slash: whether URLs keep a slash at their end.
        consumer_info_root: the root element of consumer-info.
        null_fields: whether fields without a value are sent as null instead of left out.
        legacy_under_latest: whether the older resources answer under `latest` and 3.0 too.
        checks_execute_as: whether REST refuses an execute-as user that does not exist or is a system administrator.
        drops_execute_as: whether setting the levels forgets the execute-as user.
        websudo_for_basic: whether basic authentication too needs a secure administrator session, which it can't have.
        tells_login_reason: whether a 401 says in a header why.
    """

    reciprocal_put_as_json: bool = False
    provider_list_key: str = "authenticationProviders"
    unknown_link_status: int = 500
    v3_status_without_rights: int = 403
    keeps_trailing_slash: bool = False
    consumer_info_root: str = "consumer"
    null_fields: bool = False
    legacy_under_latest: bool = True
    checks_execute_as: bool = True
    drops_execute_as: bool = False
    websudo_for_basic: bool = False
    tells_login_reason: bool = True
