"""A Jira and a Confluence, linked on both ends with OAuth; `tests` tries it without either."""

import pulumi

from pulumi_applinks import Application, ApplicationLink, NonImpersonating

config = pulumi.Config()

link = ApplicationLink(
    "jira-wiki",
    source=Application(config.require("jira_url"), credentials="jira"),
    target=Application(config.require("wiki_url"), credentials="wiki"),
    authentication=NonImpersonating(execute_as=config.get("execute_as")),
)

pulumi.export("link_id", link.link_id)
pulumi.export("status", link.status)
pulumi.export("status_detail", link.status_detail)
