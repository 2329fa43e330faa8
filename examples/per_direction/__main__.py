"""A Jira that reads a Confluence as one user, and lets it read nothing but what is public."""

import pulumi

from pulumi_applinks import Application, ApplicationLink, NoAuthentication, NonImpersonating, PerDirection

config = pulumi.Config()

link = ApplicationLink(
    "jira-wiki",
    source=Application(config.require("jira_url"), credentials="jira"),
    target=Application(config.require("wiki_url"), credentials="wiki"),
    authentication=PerDirection(
        outgoing=NonImpersonating(execute_as=config.require("wiki_user")),
        incoming=NoAuthentication(),
    ),
)

pulumi.export("status", link.status)
