"""A one-way link, completed when the other administrator's credentials are there."""

import pulumi

from pulumi_applinks import Application, ApplicationLink

config = pulumi.Config()
two_way = config.get_bool("two_way") or False

link = ApplicationLink(
    "jira-wiki",
    source=Application(config.require("jira_url"), credentials="jira"),
    target=Application(config.require("wiki_url"), credentials="wiki" if two_way else None),
    two_way=two_way,
)

pulumi.export("status", link.status)
pulumi.export("status_detail", link.status_detail)
