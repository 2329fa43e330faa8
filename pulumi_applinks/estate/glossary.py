"""The terms for links of an estate, each with its meaning. Reports, forges and `docs/command.md` all use this table."""

from __future__ import annotations

from typing import Literal, get_args

from pulumi_applinks.names import LinkProblem

Problem = Literal[
    LinkProblem, "orphaned", "duplicated", "corrupted", "legacy", "not-asked", "gone", "unknown-type"
]
"""What is wrong with a link of an estate."""

State = Literal["working", Problem, "system", "oauth2", "generic"]
"""The state of a link, in one word. The last three, and `unknown-type`, are not links between applications that can be managed here."""

FindingCode = Literal[Problem, "url-id"]
"""What a person should know about a link, in one word."""

Severity = Literal["error", "warning", "unseen"]
"""How bad a finding is. `unseen`: it could not be checked, so it is neither good nor bad."""

MEANINGS: dict[State | FindingCode, str] = {
    "working": "both ends are there, and each direction that is authenticated is answered",
    "no-authentication": "both ends are there, and requests over the link are anonymous",
    "one-way": "the other application was asked, and has no link back",
    "not-working": "an application says that the link does not work, or the two ends do not fit together",
    "elsewhere": "the link points to a copy of the other application, or to that one under an address that is not named",
    "orphaned": "nothing answers where the link points to, or another application does",
    "duplicated": "another link on the same application points there, and is the one to keep",
    "corrupted": "the application lists it without fields that every link has",
    "legacy": "the link has trusted applications or basic access",
    "not-asked": "the end that was asked says that it works, and the application at the other end was not asked",
    "unknown": "whether the link works is not known",
    "gone": "the given stack manages the link, but the applications were asked and do not have it",
    "system": "it belongs to the system: the products create and maintain it",
    "oauth2": "an OAuth 2.0 client or connection, which newer versions list among the links",
    "generic": "it points to something that is not an Atlassian product",
    "unknown-type": "the link is of a type that is not known here",
    "url-id": "the link's id was derived from an address",
}
"""The meaning of each state and finding."""


Kind = Literal["good", "bad", "warned", "unseen", "aside"]
"""How good or bad something is. `unseen`: not known. `aside`: nothing is tried, so there is nothing to report."""

WORDS: dict[Kind, str] = {
    "good": "working",
    "bad": "not working",
    "warned": "with a warning",
    "unseen": "not known",
    "aside": "nothing to try",
}
MARKS: dict[Kind, str] = {"good": "✓", "bad": "✗", "warned": "!", "unseen": "?", "aside": "·"}
"""The mark next to each colour, for people who cannot see the colour."""

Style = Literal["oauth", "oauth-impersonation", "oauth-3lo-only", "legacy", "none", "unknown"]
STYLES: dict[Style, str] = {
    "oauth": "OAuth",
    "oauth-impersonation": "OAuth with impersonation",
    "oauth-3lo-only": "OAuth, 3LO only",
    "legacy": "trusted applications or basic access",
    "none": "anonymous",
    "unknown": "not known",
}
"""The ways to authenticate requests. Each has its own line style."""


def sentence(code: FindingCode) -> str:
    """Return the meaning of a finding, as a sentence."""
    words = MEANINGS[code]
    return f"{words[0].upper()}{words[1:]}."


STATES = get_args(State)
FINDINGS = get_args(FindingCode)
