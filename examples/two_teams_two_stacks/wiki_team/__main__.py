"""The Confluence's end of the same link, by the Confluence's administrator."""

import pulumi

from pulumi_applinks import Application, ApplicationLink, NonImpersonating

config = pulumi.Config()

link = ApplicationLink(
    "wiki-jira",
    source=Application(config.require("wiki_url"), credentials="wiki"),
    target=Application(config.require("jira_url")),
    authentication=NonImpersonating(),
    manage="source",
)

pulumi.export("status", link.status)
pulumi.export("status_detail", link.status_detail)
