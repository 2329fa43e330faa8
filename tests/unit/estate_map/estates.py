"""Estates to draw, without applications: a small one, a large one, and one whose names want out of every quotation."""

from __future__ import annotations

import random
from itertools import pairwise

from pulumi_applinks.estate import (
    ApplicationIdentity,
    Estate,
    EstateApplication,
    EstateEnd,
    EstateLink,
    LinkDirection,
    LinkFinding,
    Named,
)
from pulumi_applinks.estate.glossary import FindingCode, State
from pulumi_applinks.estate.model import FarSide
from pulumi_applinks.outputs import LevelSeen

PRODUCTS = ("jira", "confluence", "stash", "bamboo", "crowd", "fecru")
NAMES = {
    "jira": "jira",
    "confluence": "wiki",
    "stash": "git",
    "bamboo": "ci",
    "crowd": "crowd",
    "fecru": "eye",
}
PAGE = "/plugins/servlet/applinks/listApplicationLinks"


def application(
    name: str, url: str, type_id: str, *, asked: bool = True, site: str | None = None
) -> EstateApplication:
    """An application; its server id is made of its name."""
    named = Named(name, url, credentials=name, site=site)
    if not asked:
        return EstateApplication(
            named, failure="unreachable", told=f"{name} does not answer.", admin_page=url + PAGE
        )
    return EstateApplication(
        named, ApplicationIdentity(f"id-{name}", type_id, name, url, "9.12.4", "9.0.1"), admin_page=url + PAGE
    )


def both(
    one: str,
    other: str,
    state: State = "working",
    levels: tuple[LevelSeen | None, LevelSeen | None] = ("oauth", "oauth"),
    working: tuple[bool | None, bool | None] = (True, True),
    finding: tuple[FindingCode, str] | None = None,
) -> EstateLink:
    """A link with both ends."""
    ends = (
        EstateEnd(one, f"id-{other}", lozenge="CONNECTED"),
        EstateEnd(other, f"id-{one}", lozenge="CONNECTED"),
    )
    ways = (
        LinkDirection(one, other, levels[0], working[0]),
        LinkDirection(other, one, levels[1], working[1]),
    )
    return EstateLink(ends, state, f"It is {state}.", other, "asked", ways, _findings(finding))


def single(
    one: str,
    far: str,
    state: State,
    finding: tuple[FindingCode, str] | None,
    *,
    url: str = "",
    far_side: FarSide = "asked",
    level: LevelSeen = "none",
    id_: str = "",
) -> EstateLink:
    """A link that has one end, as far as it was seen."""
    what = {"generic": "generic", "system": "system", "corrupted": "incomplete"}.get(state, "application")
    end = EstateEnd(one, id_ or f"id-{far}", far, "bamboo", what, url, url)  # type: ignore[arg-type]
    ways: tuple[LinkDirection, ...] = () if far_side == "none" else (LinkDirection(one, far, level, None),)
    if far_side == "not-named":
        ways = (LinkDirection(one, far, "oauth", True), LinkDirection(far, one, "oauth", None))
    return EstateLink((end,), state, f"It is {state}.", far, far_side, ways, _findings(finding))


def _findings(finding: tuple[FindingCode, str] | None) -> tuple[LinkFinding, ...]:
    if finding is None:
        return ()
    code, severity = finding
    return (LinkFinding(code, severity, f"It is {code}.", "applinks doctor jira wiki"),)  # type: ignore[arg-type]


def small() -> Estate:
    """Five applications on two sites, with one of most states, and a neighbour that nobody named."""
    return Estate(
        (
            application("jira", "https://jira.example.com", "jira"),
            application("wiki", "https://wiki.example.com", "confluence"),
            application("git", "https://git.example.com", "stash"),
            application("jira-lab", "https://jira.lab.example.org", "jira"),
            application("ci-lab", "https://ci.lab.example.org", "bamboo", asked=False),
        ),
        (
            both("jira", "wiki", levels=("oauth-impersonation", "oauth-impersonation")),
            both("jira", "git", "not-working", working=(True, False), finding=("not-working", "error")),
            both(
                "wiki",
                "git",
                "no-authentication",
                ("none", "none"),
                (None, None),
                ("no-authentication", "warning"),
            ),
            single("jira", "jira-lab", "one-way", ("one-way", "warning"), level="oauth"),
            both(
                "git", "jira-lab", "legacy", ("trusted-applications", "oauth"), finding=("legacy", "warning")
            ),
            single("jira-lab", "ci-lab", "not-asked", ("not-asked", "unseen"), far_side="not-asked"),
            single(
                "wiki",
                "Docs",
                "not-asked",
                ("not-asked", "unseen"),
                url="https://docs.partner.net",
                far_side="not-named",
            ),
            single(
                "git", "Script", "generic", None, url="https://script.example.com", far_side="none", id_="g"
            ),
        ),
        read_at="2026-11-30T09:15:00Z",
    )


def large(applications: int = 40, links: int = 200) -> Estate:
    """Many applications on eight sites, with two that everybody is linked with."""
    chance = random.Random(14)
    sites = (
        "example.com",
        "eu.example.com",
        "us.example.com",
        "lab.example.org",
        "build.example.org",
        "partner.net",
        "ops.example.net",
        "acme.io",
    )
    listed = []
    for number in range(applications):
        type_id = PRODUCTS[number * 5 // 3 % len(PRODUCTS)]
        site = sites[number * len(sites) // applications]
        name = f"{NAMES[type_id]}-{site.split('.')[0]}-{number}"
        listed.append(application(name, f"https://{name}.{site}", type_id, asked=number % 19 != 18))
    pairs: list[tuple[int, int]] = []
    while len(pairs) < links:
        one = chance.randrange(applications)
        near = chance.random() < 0.45
        other = (
            (one // 5 * 5 + chance.randrange(5)) % applications
            if near
            else chance.choice((0, 5, chance.randrange(applications), chance.randrange(applications)))
        )
        pair = (min(one, other), max(one, other))
        if one != other and (pair not in pairs or len(pairs) > applications * 4):
            pairs.append(pair)
    found = tuple(_some(listed[a].name, listed[b].name, chance) for a, b in pairs)
    return Estate(tuple(listed), found, "2026-11-30T09:15:00Z")


def _some(one: str, other: str, chance: random.Random) -> EstateLink:
    dice = chance.random()
    if dice < 0.05:
        return both(one, other, "not-working", working=(False, True), finding=("not-working", "error"))
    if dice < 0.09:
        return single(one, other, "one-way", ("one-way", "warning"))
    if dice < 0.12:
        return both(
            one,
            other,
            "legacy",
            ("trusted-applications", "trusted-applications"),
            finding=("legacy", "warning"),
        )
    if dice < 0.16:
        return both(one, other, "unknown", working=(None, None), finding=("unknown", "unseen"))
    if dice < 0.22:
        return both(
            one, other, "no-authentication", ("none", "none"), (None, None), ("no-authentication", "warning")
        )
    if dice < 0.35:
        return both(one, other, levels=("oauth-impersonation", "oauth-impersonation"))
    return both(one, other)


HOSTILE = (
    '</script><script>document.title="owned"</script>',
    '"><img src=x onerror=alert(1)>',
    "]]><b>&amp;</b>",
    'x"]; evil -> b [label="',
    "a\nb\u202ec\x00d\ud800",
    "`#quot; %% end\\",
)


def hostile() -> Estate:
    """Names that mean something in HTML, SVG, Mermaid or DOT, and an address that is a script."""
    names = tuple(HOSTILE)
    listed = tuple(
        application(name, f"https://h{number}.example.com", "jira", site=name)
        for number, name in enumerate(names)
    )
    links = (
        *(both(one, other) for one, other in pairwise(names)),
        single(names[0], names[1], "generic", None, url="javascript:alert(1)//", far_side="none", id_="evil"),
    )
    return Estate(listed, links)
