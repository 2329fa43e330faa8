"""Requests run as the person who is logged in, among applications that share their users."""

import pulumi

from pulumi_applinks import Application, ApplicationLink, Impersonating

config = pulumi.Config()

link = ApplicationLink(
    "jira-wiki",
    source=Application(config.require("jira_url"), credentials="jira"),
    target=Application(config.require("wiki_url"), credentials="wiki"),
    authentication=Impersonating(),
)

pulumi.export("status", link.status)
