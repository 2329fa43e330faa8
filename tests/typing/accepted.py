"""What a program may say: every line is right for mypy (strict) and for pyright."""

# pyright: basic, reportUnnecessaryComparison=true

from __future__ import annotations

from typing import Literal

import pulumi

from pulumi_applinks import (
    Application,
    ApplicationLink,
    Authentication,
    Credentials,
    Difference,
    Impersonating,
    Kind,
    Legacy,
    LinkEnd,
    LinkStatus,
    NoAuthentication,
    NonImpersonating,
    PerDirection,
    __version__,
)

kinds: list[Kind] = ["jira", "bitbucket", "stash", "fisheye", "crucible", "fecru"]
ways: list[Authentication] = [NonImpersonating(), Impersonating(), NoAuthentication()]
ways.append(PerDirection(outgoing=NonImpersonating("bot"), incoming=NoAuthentication()))
url: pulumi.Output[str] = pulumi.Output.from_input("https://wiki.example.com")
jira = Application(
    "https://jira.example.com", credentials="jira", kind="jira", cloud=False, manifest_needs_login=True
)
wiki = Application(url, rpc_url=url, api_url="http://wiki", credentials=Credentials("admin", url), name=url)
code = Application(url, credentials=Credentials(token=url), kind="bitbucket")

link = ApplicationLink("jira-wiki", jira, wiki)
ApplicationLink("one-way", source=jira, target=code, two_way=False, opts=pulumi.ResourceOptions(protect=True))
ApplicationLink(
    "everything",
    source=jira,
    target=wiki,
    authentication=PerDirection(NonImpersonating(url), Impersonating()),
    two_way=pulumi.Output.from_input(True),
    manage="source",
    on_existing="adopt",
    on_unreachable_create="one_way",
    on_unreachable_relocate="relocate",
    on_unreachable_delete="leave",
    on_duplicate="remove",
    on_broken="fail",
    on_legacy="remove",
    primary=True,
    reverse_primary=None,
    wait_for_target=300,
    timeout_seconds=pulumi.Output.from_input(60.5),
)

pulumi.export("name", link.source_link["name"])
pulumi.export("level", link.target_link.apply(lambda end: end["outgoing"] if end else None))
pulumi.export("who", link.source_link.apply(lambda end: end.get("execute_as") if end else None))
pulumi.export("version", pulumi.Output.concat(link.status, " ", __version__))
status: pulumi.Output[LinkStatus] = link.status
end: pulumi.Output[LinkEnd | None] = link.source_link
drift: pulumi.Output[dict[str, Difference]] = link.drift
legacy: pulumi.Output[Legacy] = link.legacy
ends: pulumi.Output[list[Literal["source", "target"]]] = link.managed_ends
broken: pulumi.Output[bool] = link.status.apply(lambda word: word == "not-working")
