"""A link's authentication: each version's answers become the same levels."""

from __future__ import annotations

from typing import Any

import pytest
from responses import matchers

from pulumi_applinks.rest import Conflict, ConsumerUnavailable, Legacy, Level, OAuthConfig
from tests.unit.rest.conftest import ID, URL, V1, V3

PACKAGE = "com.atlassian.applinks.api.auth.types."


def _provider(name: str) -> dict[str, Any]:
    return {"provider": PACKAGE + name, "module": "m", "config": {}}


@pytest.mark.parametrize(
    ("providers", "level"),
    [
        ([], Level.NONE),
        (["OAuthAuthenticationProvider"], Level.OAUTH_3LO_ONLY),
        (["OAuthAuthenticationProvider", "TwoLeggedOAuthAuthenticationProvider"], Level.OAUTH),
        (["TwoLeggedOAuthWithImpersonationAuthenticationProvider"], Level.OAUTH_IMPERSONATION),
        (["TrustedAppsAuthenticationProvider"], Level.TRUSTED_APPLICATIONS),
        (["BasicAuthenticationProvider"], Level.BASIC_ACCESS),
        (["CorsAuthenticationProvider"], Level.NONE),
    ],
)
@pytest.mark.parametrize("key", ["configuredAuthProviders", "authenticationProviders"])
def test_the_outgoing_level(web, client, providers, level, key):
    """By the strongest provider, whatever the list is called."""
    path = f"{URL}/rest/applinks-oauth/1.0/applicationlink/{ID}/authentication"
    web.get(path, json={"consumers": [], key: [_provider(name) for name in providers]})

    assert client.oauth.get(ID).outgoing is level


def test_the_incoming_level_and_its_user(web, client):
    """By the consumer's flags; one of the opposite direction, which generic links have, does not count."""
    path = f"{URL}/rest/applinks-oauth/1.0/applicationlink/{ID}/authentication"
    consumers = [
        {"key": "b", "outgoing": True, "twoLOImpersonationAllowed": True},
        {"key": "a", "twoLOAllowed": True, "executingTwoLOUser": "bot"},
    ]
    web.get(path, json={"consumers": consumers})

    found = client.oauth.get(ID)
    assert (found.incoming, found.execute_as, found.outgoing) == (Level.OAUTH, "bot", Level.NONE)


def test_authentication_on_versions_without_oauth_resources(web, client):
    """Is read from the list of the administration page."""
    for root in ("applinks-oauth/1.0", "applinks/2.0"):
        web.get(f"{URL}/rest/{root}/applicationlink/{ID}/authentication", status=404)
    entry = {
        "application": {"id": ID},
        "configuredInboundAuthenticators": [PACKAGE + "TrustedAppsAuthenticationProvider"],
        "configuredOutboundAuthenticators": [PACKAGE + "BasicAuthenticationProvider"],
    }
    web.get(f"{V1}/listApplicationlinks", json={"list": [{"application": {"id": "other"}}, entry]})

    found = client.oauth.get(ID)
    assert (found.incoming, found.outgoing) == (Level.TRUSTED_APPLICATIONS, Level.BASIC_ACCESS)


def test_setting_oauth(web, client):
    """The flags of both directions; a public key that can't be read has its own error; a legacy level is never made."""
    sent = {
        "incoming": {"enabled": True, "twoLoEnabled": True, "twoLoImpersonationEnabled": False},
        "outgoing": {"enabled": False, "twoLoEnabled": False, "twoLoImpersonationEnabled": False},
    }
    web.put(f"{V3}/status/{ID}/oauth", status=204, match=[matchers.json_params_matcher(sent)])
    client.oauth.set_levels(ID, OAuthConfig(incoming=Level.OAUTH, outgoing=Level.NONE))
    web.replace("PUT", f"{V3}/status/{ID}/oauth", status=409)
    with pytest.raises(ConsumerUnavailable, match="public key") as caught:
        client.oauth.set_levels(ID, OAuthConfig(incoming=Level.OAUTH))
    assert isinstance(caught.value, Conflict)
    with pytest.raises(ValueError, match="never made"):
        client.oauth.set_levels(ID, OAuthConfig(incoming=Level.BASIC_ACCESS))


def test_legacy_authentication_beside_oauth(web, client):
    """Is reported for both directions, whatever other level exists; of a link that is not in the list, nothing is reported."""
    entry = {
        "application": {"id": ID},
        "configuredInboundAuthenticators": [
            PACKAGE + "OAuthAuthenticationProvider",
            PACKAGE + "TrustedAppsAuthenticationProvider",
        ],
        "configuredOutboundAuthenticators": [PACKAGE + "BasicAuthenticationProvider"],
    }
    web.get(f"{V1}/listApplicationlinks", json={"list": [entry]})

    assert client.oauth.legacy(ID) == Legacy(
        incoming=(Level.TRUSTED_APPLICATIONS,), outgoing=(Level.BASIC_ACCESS,)
    )
    assert client.oauth.legacy("other") is None
    web.replace("GET", f"{V1}/listApplicationlinks", status=404)
    assert client.oauth.legacy(ID) is None


def test_the_password_of_basic_access(web, client):
    """Which the application answers in clear, is nowhere in what is read; the level beside OAuth is."""
    basic = {
        "provider": PACKAGE + "BasicAuthenticationProvider",
        "config": {"username": "u", "password": "hunter2"},
    }
    both = [_provider("TwoLeggedOAuthAuthenticationProvider"), basic]
    web.get(
        f"{URL}/rest/applinks-oauth/1.0/applicationlink/{ID}/authentication",
        json={"configuredAuthProviders": both},
    )
    found = client.oauth.get(ID)

    assert (found.outgoing, found.legacy_outgoing) == (Level.OAUTH, (Level.BASIC_ACCESS,))
    assert "hunter2" not in repr(found)


def test_levels_by_kind():
    """OAuth, what it replaces, and what a program can declare."""
    assert [level.value for level in Level if level.makeable] == ["none", "oauth", "oauth-impersonation"]
    assert {level for level in Level if level.is_oauth == level.is_legacy} == {Level.NONE}
