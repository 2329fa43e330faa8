"""The Jira's end of a link, by the Jira's administrator."""

import pulumi

from pulumi_applinks import Application, ApplicationLink, NonImpersonating

config = pulumi.Config()

link = ApplicationLink(
    "jira-wiki",
    source=Application(config.require("jira_url"), credentials="jira"),
    target=Application(config.require("wiki_url")),
    authentication=NonImpersonating(),
    manage="source",
)

pulumi.export("status", link.status)
pulumi.export("status_detail", link.status_detail)
