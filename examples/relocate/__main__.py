"""A link that follows its applications to new addresses."""

import pulumi

from pulumi_applinks import Application, ApplicationLink, NonImpersonating

config = pulumi.Config()

link = ApplicationLink(
    "jira-wiki",
    source=Application(config.require("jira_url"), credentials="jira"),
    target=Application(
        config.require("wiki_url"),
        rpc_url=config.get("wiki_rpc_url"),  # where the Jira reaches it, when that is another address
        credentials="wiki",
    ),
    authentication=NonImpersonating(),
    wait_for_target=config.get_float("wait_for_target") or 0,
    opts=pulumi.ResourceOptions(protect=config.get_bool("protect") or False),
)

pulumi.export("link_id", link.link_id)
pulumi.export("status", link.status)
