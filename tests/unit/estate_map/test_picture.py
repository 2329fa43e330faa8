"""What a picture shows of an estate."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from pulumi_applinks.estate import Estate, LinkDirection, LinkFinding
from pulumi_applinks.estate.formats import kind_of
from pulumi_applinks.estate.glossary import Severity, State
from pulumi_applinks.estate.map import Picture, picture_of
from pulumi_applinks.estate.map.picture import FORMAT, VERSION, browsable, site_of
from tests.unit.estate_map.estates import both, hostile, large, single, small


@pytest.fixture
def picture() -> Picture:
    """The picture of the small estate."""
    return picture_of(small())


def line_of(picture, title):
    """The link with a title."""
    return next(line for line in picture.lines if line.title == title)


def test_applications_are_grouped_by_site(picture):
    """By the domain of their host; what nobody named stands with its neighbours, and says so."""
    assert {site: [node.name for node in nodes] for site, nodes in picture.sites.items()} == {
        "example.com": ["jira", "wiki", "git", "Script"],
        "lab.example.org": ["jira-lab", "ci-lab"],
        "partner.net": ["Docs"],
    }
    assert [node.name for node in picture.nodes if not node.named] == ["Docs", "Script"]


def test_a_site_that_is_named_counts():
    """Before the domain."""
    estate = small()
    first = estate.applications[0]
    moved = replace(first, named=replace(first.named, site="Berlin"))

    nodes = picture_of(Estate((moved, *estate.applications[1:]), estate.links)).nodes
    assert nodes[0].site == "Berlin"


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://jira.example.com/jira", "example.com"),
        ("https://example.com/jira", "example.com"),
        ("https://jira.eu.example.com", "eu.example.com"),
        ("https://acme.atlassian.net", "acme.atlassian.net"),
        ("http://localhost:2990/jira", "localhost"),
        ("http://10.0.0.7:8080", "10.0.0.7"),
        ("http://[::1]:8080", "::1"),
        ("http://[oops", "no address"),
        ("", "no address"),
    ],
)
def test_the_site_of_an_address(url, site):
    """Its host without the first label, where there is something left to share."""
    assert site_of(url) == site


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("https://jira.example.com/x?y", True),
        ("HTTP://jira.example.com", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https://user:password@jira.example.com", False),
        ("https://", False),
        ("http://[oops", False),
        ("", False),
    ],
)
def test_a_browser_is_led_to_pages_alone(url, leads):
    """Applications report some of the addresses; none of them is a script, or holds a password."""
    assert browsable(url) == (url if leads else "")


def test_each_direction_has_an_arrow(picture):
    """With what was seen of it: the two of one link may differ."""
    there, back = line_of(picture, "jira ⇄ git").arrows

    assert (there.sender, there.receiver, there.kind) == ("n1", "n3", "good")
    assert (back.sender, back.receiver, back.kind) == ("n3", "n1", "bad")
    assert back.words == "oauth, fails"


def test_a_one_way_link_has_one_arrow(picture):
    """It is known as such, whatever its authentication."""
    line = line_of(picture, "jira → jira-lab")

    assert line.one_way
    assert [(arrow.sender, arrow.style, arrow.kind) for arrow in line.arrows] == [("n1", "oauth", "warned")]
    assert not line_of(picture, "wiki → Docs").one_way


def test_a_link_back_that_is_not_there_is_not_drawn():
    """Although an end reports the levels that the other one should have."""
    ways = (LinkDirection("jira", "wiki", "oauth", None), LinkDirection("wiki", "jira", "oauth", None))
    link = replace(
        single("jira", "wiki", "one-way", ("one-way", "warning")), directions=ways, far_side="not-asked"
    )
    (line,) = picture_of(Estate(small().applications, (link,))).lines

    assert line.one_way
    assert len(line.arrows) == 1


def test_what_is_no_link_between_applications_has_no_arrow(picture):
    """It is drawn anyway."""
    line = line_of(picture, "git → Script")

    assert (line.kind, line.arrows) == ("aside", ())


def test_a_link_by_an_address_leads_to_the_application_that_is_there():
    """A generic link to an application of the estate makes no second one; two to the same stranger make one."""
    known = single("git", "JIRA", "generic", None, url="https://jira.example.com/", far_side="none", id_="a")
    strangers = [
        single(one, "Blog", "generic", None, url="https://blog.example.net", far_side="none", id_=one)
        for one in ("jira", "git")
    ]
    picture = picture_of(Estate(small().applications, (known, *strangers)))

    assert [line.nodes for line in picture.lines] == [("n3", "n1"), ("n1", "n6"), ("n3", "n6")]


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        (both("jira", "wiki"), "good"),
        (both("jira", "wiki", "not-working", finding=("not-working", "error")), "bad"),
        (both("jira", "wiki", "legacy", finding=("legacy", "warning")), "warned"),
        (both("jira", "wiki", "unknown", finding=("unknown", "unseen")), "unseen"),
        (single("jira", "x", "system", None, far_side="none"), "aside"),
    ],
)
def test_a_link_is_as_bad_as_its_worst_finding(link, kind):
    """What could not be looked at is neither good nor bad."""
    assert kind_of(link) == kind


def test_links_are_grouped_by_what_mends_them():
    """Where several have one next step it is said once; those with steps of their own stand together by their state."""
    found: tuple[tuple[State, Severity], ...] = (("one-way", "warning"), ("not-working", "error"))
    links = [
        replace(both("jira", "wiki", state), findings=(LinkFinding("one-way", severity, "It is.", step),))
        for state, severity in found
        for step in ("pulumi up", "pulumi up", "look at a", "look at b")
    ]
    causes = picture_of(Estate(small().applications, (both("jira", "git"), *links))).causes

    assert [(cause.kind, cause.what, cause.step, [line.id for line in lines]) for cause, lines in causes] == [
        ("bad", "not working", "pulumi up", ["l6", "l7"]),
        ("bad", "not working", "", ["l8", "l9"]),
        ("warned", "one way", "pulumi up", ["l2", "l3"]),
        ("warned", "one way", "", ["l4", "l5"]),
        ("unseen", "could not be asked", "", []),
    ]


def test_the_json_is_versioned(picture):
    """It holds what is drawn."""
    data = json.loads(picture.as_json())

    assert (data["format"], data["version"]) == (FORMAT, VERSION)
    assert [node["name"] for node in data["nodes"]] == [node.name for node in picture.nodes]
    assert data["lines"][1]["arrows"][1]["kind"] == "bad"
    assert data["read_at"] == "2026-11-30T09:15:00Z"


def test_nothing_in_it_is_a_control_character():
    """Nor what turns the direction of writing, nor half a character: whoever writes it out may rely on that."""
    text = hostile_text(picture_of(hostile()))

    assert all(one.isprintable() for one in text)
    assert "a\N{REPLACEMENT CHARACTER}b" in text
    text.encode()


def hostile_text(picture):
    """Every name of it."""
    return "".join(node.name + node.site for node in picture.nodes) + "".join(
        line.title for line in picture.lines
    )


def test_the_same_estate_gives_the_same_bytes(tmp_path):
    """In another process, too, in which sets have another order."""
    file = tmp_path / "estate.json"
    file.write_text(large(20, 60).as_json(), encoding="utf-8")
    code = (
        "import hashlib, pathlib, sys; from pulumi_applinks.estate import from_json; from pulumi_applinks.estate.map import *; "
        "one = picture_of(from_json(pathlib.Path(sys.argv[1]).read_text('utf-8'))); "
        "print(hashlib.sha256(''.join([as_html(one), as_svg(one), as_mermaid(one), as_dot(one), one.as_json()]).encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code, str(file)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(found) == 1
