"""What a program must not say: every line that ends in `# wrong` is refused by mypy (strict) and by pyright, and no other line."""

# pyright: basic, reportUnnecessaryComparison=true

from __future__ import annotations

import pulumi

from pulumi_applinks import (
    Application,
    ApplicationLink,
    Credentials,
    Impersonating,
    NonImpersonating,
    PerDirection,
)

jira, wiki = Application("https://jira.example.com"), Application("https://wiki.example.com")
link = ApplicationLink("jira-wiki", jira, wiki)

Application()  # wrong
Application("https://jira.example.com", kind="wiki")  # wrong
Application("https://jira.example.com", credentials=Credentials)  # wrong
Application("https://jira.example.com", credential="jira")  # wrong
Credentials("admin")  # wrong
Credentials("admin", "secret", token="secret")  # wrong
NonImpersonating(user="bot")  # wrong
Impersonating("bot")  # wrong
PerDirection(NonImpersonating())  # wrong
PerDirection(PerDirection(NonImpersonating(), NonImpersonating()), NonImpersonating())  # wrong
PerDirection(outgoing=NonImpersonating, incoming=NonImpersonating())  # wrong

ApplicationLink("link", source=jira)  # wrong
ApplicationLink("link", "https://jira.example.com", wiki)  # wrong
ApplicationLink("link", jira, wiki, "oauth")  # wrong
ApplicationLink("link", jira, wiki, NonImpersonating)  # wrong
ApplicationLink("link", jira, wiki, two_way="no")  # wrong
ApplicationLink("link", jira, wiki, manage="target")  # wrong
ApplicationLink("link", jira, wiki, on_existing="ignore")  # wrong
ApplicationLink("link", jira, wiki, on_broken="remove")  # wrong
ApplicationLink("link", jira, wiki, on_legacy=True)  # wrong
ApplicationLink("link", jira, wiki, timeout_seconds="soon")  # wrong
ApplicationLink("link", jira, wiki, on_error="fail")  # wrong

pulumi.export("link", link.link)  # wrong
link.status.apply(lambda word: word == "fine")  # wrong
link.source_link.apply(lambda end: end["nam"] if end else None)  # wrong
link.source_link.apply(lambda end: end["name"])  # wrong
link.drift.apply(lambda found: found["target.url"]["seen"])  # wrong
wrong_status: pulumi.Output[int] = link.status  # wrong
