"""What a generation of the plugin can do."""

from __future__ import annotations

import pytest

from pulumi_applinks.rest import Manifest
from pulumi_applinks.rest.version import MISSING, Version, share_oauth
from tests.unit.rest.conftest import ID, URL


@pytest.mark.parametrize(
    ("version", "sets_oauth"), [("9.1.4", True), ("5.0.0-m1", True), ("4.3", False), ("", None), ("x", None)]
)
def test_versions_that_set_oauth(version, sets_oauth):
    """Since 5; what is not reported is not guessed."""
    manifest = {"id": ID, "typeId": "jira", "url": URL, "applinksVersion": version}

    assert Manifest.model_validate(manifest).sets_oauth is sets_oauth


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [("9.1", "5.0", True), ("4.3", "3.20", True), ("4.3", "5.0", False), ("x", "9.1", False)],
)
def test_versions_that_share_oauth(one, other, share):
    """Those before 5 do so among themselves alone."""
    assert share_oauth(one, other) is share_oauth(other, one) is share


@pytest.mark.parametrize(
    ("has_v3", "tells_status", "lists_oauth2", "lacks_levels"),
    [(None, True, False, MISSING), (False, False, False, MISSING), (True, True, True, frozenset())],
)
def test_what_follows_from_the_interface(has_v3, tells_status, lists_oauth2, lacks_levels):
    """What nobody has asked about yet may be there."""
    version = Version()
    version.has_v3 = has_v3

    assert (version.tells_status, version.lists_oauth2, version.lacks_levels) == (
        tells_status,
        lists_oauth2,
        lacks_levels,
    )
