"""Cloud sites with Server and Data Center applications, in both roles."""

import pytest

from pulumi_applinks.lab.applications import Application, Lab
from tests.acceptance.harness import Story, neighbours, says, working

pytestmark = pytest.mark.about_applications

CREDENTIALS = ("source", "target")


@pytest.mark.parametrize("cloud", ["source", "target"])
def test_a_cloud_site_is_linked_with_a_server(lab: Lab, stack: Story, cloud):
    """By e-mail and API token over https, in both roles; the system's own links stay."""
    site = lab.start("confluence", cloud=True)
    sibling = lab.start("jira", cloud=True)
    site.system_link(sibling)
    server = lab.start("jira", name="Company Jira")
    neighbours(lab, server, "confluence")
    source, target = (site, server) if cloud == "source" else (server, site)
    stack.credentials("source", source)
    stack.credentials("target", target)
    stack.environment["REQUESTS_CA_BUNDLE"] = lab.ca_file
    stack.watch(site, sibling, server)
    assert site.url.startswith("https://")
    assert site.url.endswith("/wiki")
    assert "@" in site.users["sysadmin"].name

    stack.declare(
        source,
        target,
        credentials=CREDENTIALS,
        source_more=f"cloud={cloud == 'source'}",
        target_more=f"cloud={cloud == 'target'}",
    )
    stack.up()
    assert working(source, target)
    stack.finish()


def test_what_a_cloud_site_refuses_is_told_before_anything_is_changed(lab: Lab, stack: Story):
    """A firewall between, a link of the system, a token, impersonation: each is reported, and nothing is changed."""
    site = lab.start("confluence", cloud=True)
    sibling = lab.start("jira", cloud=True)
    site.system_link(sibling)
    sibling.system_link(site)
    server = lab.start("jira")
    stack.credentials("source", site)
    stack.credentials("target", server)
    stack.environment["REQUESTS_CA_BUNDLE"] = lab.ca_file
    stack.watch(site, sibling, server)

    def told(target: Application, *more: str, cloud: bool = False) -> str:
        stack.declare(
            site,
            target,
            *more,
            credentials=CREDENTIALS,
            source_more="cloud=True",
            target_more=f"cloud={cloud}",
        )
        result = stack.up(check=False)
        assert result.returncode != 0
        return " ".join(result.output.split())

    site.caller.unreachable_urls.add(server.url)
    behind = told(server)
    assert f"at {server.url} and could not reach it" in behind
    assert (
        "behind a firewall or a proxy, give the address at which source reaches it as target.rpc_url"
        in behind
    )
    stack.credentials("target", sibling)
    assert "belongs to the system and cannot be changed" in told(sibling, cloud=True)
    stack.environment.pop("APPLINKS_SOURCE_USERNAME")
    stack.environment.pop("APPLINKS_SOURCE_PASSWORD")
    stack.environment["APPLINKS_SOURCE_TOKEN"] = "planted"
    refused = told(server, "authentication=Impersonating()")
    assert "personal access token, which Cloud sites do not have" in refused
    assert "a Cloud site has its own: use NonImpersonating" in refused
    for application in (site, sibling, server):
        assert {one.method for one in application.requests.all("client")} <= {"GET"}
    stack.is_gone()


def test_a_public_site_is_not_given_a_private_address(lab: Lab, stack: Story, jira):
    """Message in the preview, without asking anybody."""
    stack.credentials("source", jira)
    stack.credentials("target", jira)
    stack.watch(jira)
    stack.declare("https://acme.atlassian.net", jira, credentials=CREDENTIALS)
    told = stack.preview(check=False)
    says(
        told,
        "target.rpc_url",
        "a private address that a Cloud site cannot reach",
        "reachable from the internet",
    )
    assert jira.requests.all("client") == []
    stack.is_gone()
