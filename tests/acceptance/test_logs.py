"""What a support case is looked into with: one line for each request and each step, without anything secret."""

from tests.acceptance.harness import Story, says, says_not


def test_each_request_and_each_step_is_a_line(pair: Story, jira, wiki):
    """With `--debug`, and with APPLINKS_LOG=debug; not without."""
    pair.declare(jira, wiki)
    told = pair.up("--debug")
    lines = (
        f"PUT {jira.url}/rest/applinks/1.0/applicationlink/{wiki.server_id}: 201",
        f"pulumi_applinks.lifecycle: creating the link on source ({jira.url})",
        "for the resource 'jira-wiki'",
    )
    says(told, *lines)
    says_not(told, jira.users["sysadmin"].password, "Authorization")
    says_not(pair.refresh(), "pulumi_applinks.rest")
    pair.environment["APPLINKS_LOG"] = "debug"
    says(pair.refresh(), f"GET {jira.url}/rest/applinks/3.0/status/{wiki.server_id}: 200", "ms, try 1")
    pair.finish()
