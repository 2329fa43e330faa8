"""A link that a program of your own makes, checks or deletes: Pulumi's Automation API, without a project on disk."""

from __future__ import annotations

import argparse
import json
import sys

import pulumi
from pulumi import automation

from pulumi_applinks import Application, ApplicationLink, NonImpersonating


def program() -> None:
    """What the stack declares."""
    config = pulumi.Config()
    link = ApplicationLink(
        "jira-wiki",
        source=Application(config.require("jira_url"), credentials="jira"),
        target=Application(config.require("wiki_url"), credentials="wiki"),
        authentication=NonImpersonating(),
    )
    pulumi.export("status", link.status)


def main(arguments: list[str] | None = None) -> int:
    """Run one verb.

    Returns:
        The exit code: 1 when `check` finds a difference.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=["up", "check", "destroy"])
    parser.add_argument("--jira", required=True, help="the Jira's base URL")
    parser.add_argument("--wiki", required=True, help="the Confluence's base URL")
    given = parser.parse_args(arguments)
    stack = automation.create_or_select_stack("dev", project_name="automation-api", program=program)
    stack.set_config("jira_url", automation.ConfigValue(given.jira))
    stack.set_config("wiki_url", automation.ConfigValue(given.wiki))
    if given.verb == "up":
        print(json.dumps({key: output.value for key, output in stack.up().outputs.items()}))
    elif given.verb == "check":
        changes = stack.preview(refresh=True).change_summary
        print(json.dumps(changes))
        return int(any(what != "same" for what in changes))
    else:
        stack.destroy()
        stack.workspace.remove_stack("dev")
    return 0


if __name__ == "__main__":
    sys.exit(main())
