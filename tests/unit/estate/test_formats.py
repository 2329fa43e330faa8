"""What other programs read of an estate."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from pulumi_applinks.estate import (
    Estate,
    EstateApplication,
    EstateEnd,
    EstateLink,
    LinkDirection,
    LinkFinding,
    Named,
)
from pulumi_applinks.estate.formats import (
    as_junit,
    as_markdown,
    as_sarif,
    direction_words,
    summary,
    with_commands,
)
from pulumi_applinks.estate.glossary import FINDINGS, MEANINGS, STATES

GONE = EstateApplication(
    Named("gone", "http://gone.example.com"), failure="unreachable", told="It is not there."
)
JIRA = EstateApplication(
    Named("jira", "https://jira.example.com"), admin_page="https://jira.example.com/links"
)
WORKING = EstateLink(
    (EstateEnd("jira", "1", lozenge="CONNECTED"), EstateEnd("wiki", "2", lozenge="CONNECTED")),
    "working",
    "Tried just now.",
    "wiki",
    "asked",
    (LinkDirection("jira", "wiki", "oauth", True), LinkDirection("wiki", "jira", "none", None)),
)
BROKEN = EstateLink(
    (EstateEnd("jira", "3", name="a|b `c`", lozenge="CONFIG ERROR"),),
    "one-way",
    "Nobody links back.",
    "a|b `c`",
    "asked",
    (LinkDirection("jira", "git", "oauth", False),),
    (LinkFinding("one-way", "warning", "Nobody links back.", "applinks clean jira/3"),),
)
UNSEEN = EstateLink(
    (EstateEnd("jira", "4"),),
    "unknown",
    "Nobody knows.",
    "ci",
    "asked",
    (),
    (LinkFinding("unknown", "unseen", "Nobody knows.", "Look."),),
)
SYSTEM = EstateLink(
    (EstateEnd("jira", "5", what="system", lozenge="SYSTEM"),), "system", "The system's.", "crowd", "none"
)
ESTATE = Estate((JIRA, GONE), (WORKING, BROKEN, UNSEEN, SYSTEM))


def test_the_summary_counts():
    """Applications, those that could not be asked, links by state."""
    whole = Estate((EstateApplication(Named("jira", "https://j"), seen=None),), ())

    assert summary(ESTATE).startswith("2 applications (2 could not be asked), 4 links: 1 one way,")
    assert summary(whole) == "1 application (1 could not be asked), 0 links."


@pytest.mark.parametrize(
    ("direction", "words"),
    [
        (LinkDirection("a", "b", "oauth", True), "oauth, works"),
        (LinkDirection("a", "b", "oauth", False), "oauth, fails"),
        (LinkDirection("a", "b", "oauth-impersonation", None), "oauth-impersonation, not tried"),
        (LinkDirection("a", "b", "none", None), "anonymous"),
        (LinkDirection("a", "b", None, False), "differs, fails"),
        (LinkDirection("a", "b", None, None), "not known, not tried"),
    ],
)
def test_a_direction_in_words(direction, words):
    """They can be distinguished without colour."""
    assert direction_words(direction) == words


def test_a_next_step_names_the_applications_as_the_command_did():
    """In every form of a report: it can be pasted."""
    found = with_commands(ESTATE, " --file estate.yaml")
    for text in (as_markdown(found), as_junit(found), as_sarif(found, "1")):
        assert "applinks clean --file estate.yaml jira/3" in text


def test_markdown_tells_links_and_findings():
    """Names that an application gives are nothing but text in it."""
    text = as_markdown(ESTATE)

    assert "| jira ⇄ wiki | working | oauth, works | anonymous | CONNECTED |" in text
    assert "jira → a\\|b \\`c\\`" in text
    assert "applinks clean jira/3" in text
    assert "It is not there." in text


def test_junit_is_what_a_pipeline_reads():
    """A finding is a failure, what was not seen an error, other entries are skipped."""
    root = ElementTree.fromstring(as_junit(ESTATE))
    suite = root[0]
    cases = {case.get("name"): [child.tag for child in case] for case in suite}

    assert (root.tag, suite.tag) == ("testsuites", "testsuite")
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "6",
        "failures": "1",
        "errors": "3",
        "skipped": "1",
    }
    assert cases["jira ⇄ wiki (jira/1)"] == []
    assert cases["jira → a|b `c` (jira/3)"] == ["failure"]
    assert cases["jira → ci (jira/4)"] == ["error"]
    assert cases["gone"] == ["error"]


def test_sarif_is_what_a_forge_reads():
    """Each result has a rule that is reported, a level, a place; a run that could not look everywhere says so."""
    report = json.loads(as_sarif(ESTATE, "1.2.3"))
    (run,) = report["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]

    assert (report["version"], run["tool"]["driver"]["version"]) == ("2.1.0", "1.2.3")
    assert [(one["ruleId"], one["level"]) for one in run["results"]] == [
        ("one-way", "warning"),
        ("unknown", "note"),
    ]
    assert {one["ruleId"] for one in run["results"]} <= set(rules)
    place = run["results"][0]["locations"][0]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "https://jira.example.com/links"
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "jira/3"
    assert run["invocations"][0]["executionSuccessful"] is False
    assert json.loads(as_sarif(Estate((), (WORKING,)), "1"))["runs"][0]["invocations"][0][
        "executionSuccessful"
    ]


def test_every_state_and_finding_has_a_meaning():
    """A new one has, too; and nothing else has."""
    assert set(MEANINGS) == {*STATES, *FINDINGS}
