"""A Cloud site and a Data Center application behind a reverse proxy."""

import pulumi

from pulumi_applinks import Application, ApplicationLink, NonImpersonating

config = pulumi.Config()

link = ApplicationLink(
    "site-jira",
    # `cloud` is known by itself for addresses under atlassian.net and jira.com; a site with a domain of its own needs it.
    source=Application(config.require("site_url"), credentials="site", cloud=True),
    target=Application(
        config.require("jira_url"),
        rpc_url=config.get("jira_public_url"),  # where the site reaches it, from the internet
        credentials="jira",
    ),
    authentication=NonImpersonating(execute_as=config.get("execute_as")),
)

pulumi.export("status", link.status)
pulumi.export("status_detail", link.status_detail)
