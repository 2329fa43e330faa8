"""What each generation has, by its manifest, its resources and its logins."""

import pytest

from pulumi_applinks.lab.applications import GENERATIONS, usual
from tests.unit.lab_applications.conftest import link_both_ways
from tests.unit.lab_applications.test_strict import bearer

V1 = "/rest/applinks/1.0"
V3 = "/rest/applinks/3.0"
OAUTH = "/rest/applinks-oauth/1.0"


@pytest.mark.parametrize("generation", GENERATIONS)
def test_the_manifest_tells_the_version(lab, ask, generation):
    """Of the plugin, and of the product."""
    manifest = ask(lab.start("jira", generation=generation), "GET", f"{V1}/manifest", None).json()

    assert manifest["applinksVersion"] == GENERATIONS[generation].applinks
    assert manifest["version"] == GENERATIONS[generation].products["jira"]


def test_fisheye_and_crucible_are_of_the_last_generation_that_they_had(lab, ask):
    """5.4.33, which has the status; the others are of 9 unless something else is said."""
    fecru = lab.start("fecru")

    assert (usual("fecru"), usual("crowd")) == ("5.4", "9")
    assert ask(fecru, "GET", f"{V1}/manifest", None).json()["applinksVersion"] == "5.4.33"


@pytest.mark.parametrize(("generation", "known"), [("5", False), ("5.4", True), ("9", True), ("11", True)])
def test_the_status_came_with_5_2_6(lab, ask, generation, known):
    """And with it 3.0: before, neither exists."""
    stash, wiki = lab.start("stash", generation=generation), lab.start("confluence")
    stash.link_by_hand(wiki)
    flags = {"enabled": True, "twoLoEnabled": True, "twoLoImpersonationEnabled": False}
    put = ask(
        stash, "PUT", f"{V3}/status/{wiki.server_id}/oauth", json={"incoming": flags, "outgoing": flags}
    )

    assert put.status_code == (204 if known else 404)
    assert ask(stash, "GET", f"{V3}/applinks").status_code == (200 if known else 404)
    assert ask(stash, "GET", f"{OAUTH}/applicationlink/{wiki.server_id}/authentication").status_code == 200


@pytest.mark.parametrize("one", ["5.4", "9", "10", "11"])
@pytest.mark.parametrize("other", ["5.4", "11"])
def test_generations_with_the_status_understand_each_other(lab, ask, one, other):
    """A link between them is tried with a signed request, in both directions."""
    fecru, crowd = lab.start("fecru", generation=one), lab.start("crowd", generation=other)
    link_both_ways(fecru, crowd)

    for here, there in ((fecru, crowd), (crowd, fecru)):
        assert ask(here, "GET", f"{V3}/status/{there.server_id}").json()["working"] is True


@pytest.mark.parametrize(
    ("type_id", "generation", "status"),
    [
        ("jira", "9", 200),
        ("jira", "5", 401),
        ("crowd", "9", 401),
        ("fecru", "5.4", 401),
        ("stash", "5.4", 200),
    ],
)
def test_which_applications_know_personal_access_tokens(lab, ask, type_id, generation, status):
    """Where there are none, whoever sends one is taken for nobody."""
    application = lab.start(type_id, generation=generation)

    assert (
        ask(application, "GET", f"{V1}/applicationlink", None, headers=bearer(application)).status_code
        == status
    )


def test_trusted_applications_are_gone_with_jira_11(lab, ask):
    """Their provider is one that nobody knows; basic access is still there."""
    wiki = lab.start("confluence")
    provider = "com.atlassian.applinks.api.auth.types.{}AuthenticationProvider"
    for generation, status in (("10", 201), ("11", 400)):
        stash = lab.start("stash", generation=generation)
        stash.link_by_hand(wiki)
        path = f"/rest/applinks/2.0/applicationlink/{wiki.server_id}/authentication/provider"
        for name, expected in (("TrustedApps", status), ("Basic", 201)):
            body = {"provider": provider.format(name), "config": {}}
            assert ask(stash, "PUT", path, json=body).status_code == expected
