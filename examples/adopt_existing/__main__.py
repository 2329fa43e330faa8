"""A link that an administrator made, taken over and brought to what is declared here."""

import pulumi

from pulumi_applinks import Application, ApplicationLink, NonImpersonating

config = pulumi.Config()

link = ApplicationLink(
    "jira-wiki",
    source=Application(config.require("jira_url"), credentials="jira"),
    target=Application(config.require("wiki_url"), credentials="wiki", name=config.get("wiki_name")),
    authentication=NonImpersonating(),
    on_existing="adopt",
)

pulumi.export("status", link.status)
pulumi.export("legacy", link.legacy)
