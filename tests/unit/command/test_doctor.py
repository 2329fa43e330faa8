"""`applinks doctor`: what a person reads of one pair."""

from __future__ import annotations

import json

import pytest

from pulumi_applinks.command.exit_codes import ExitCode
from tests.unit.command.conftest import flat


def test_nothing_is_wrong(pair):
    """Each application's checks under its name; the sum at the end; 0."""
    ran = pair.run("doctor")
    headings = [line for line in ran.out.splitlines() if line and not line.startswith(" ")]

    assert headings[:3] == ["jira", "wiki", "both"]
    assert headings[3].endswith("passed, 0 failed, 2 not possible.")
    assert "  ✓ the key of wiki: it has the current key of wiki." in ran.out
    assert ran.code == ExitCode.DONE


def test_what_fails_has_its_next_step_below(pair):
    """In one piece."""
    pair["wiki"].base_url = "http://old.example.com"
    ran = pair.run("doctor", "jira", "wiki")
    lines = ran.out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("  ✗ base URL"))

    assert lines[at + 1].startswith("    → If the application moved, set the base URL in its administration")
    assert ran.code == ExitCode.FINDINGS


def test_one_that_can_not_be_asked(pair):
    """The code says that not everything was looked at."""
    pair["wiki"].stop()
    ran = pair.run("doctor")

    assert "✗ connection" in ran.out
    assert ran.code == ExitCode.FAILED


def test_for_support_and_for_programs(pair):
    """Markdown, or JSON; nothing else on standard output, and no secret."""
    ticket, data = pair.run("doctor", "--ticket"), pair.run("doctor", "--json")
    found = json.loads(data.out)

    assert ticket.out.startswith("## Application link")
    assert (found["format"], found["version"], found["ok"]) == ("pulumi-applinks-diagnosis", 1, True)
    for application in pair.applications.values():
        assert application.users["sysadmin"].password not in ticket.out + data.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["jira"], "give the names of two applications. Known: jira, wiki."),
        (["jira", "git"], "no application is named 'git'. Known: jira, wiki."),
        (["jira", "jira"], "'jira' is given twice"),
    ],
)
def test_two_applications_have_to_be_named(pair, words, says):
    """Those that there are, are reported."""
    ran = pair.run("doctor", *words)

    assert (ran.code, says in flat(ran.err)) == (ExitCode.USAGE, True)


def test_the_whole_estate(pair):
    """Without names, of more than two: what fails is shown once, with its links, and what passed with -v alone."""
    for name, type_id in (("ci", "bamboo"), ("git", "stash")):
        pair.start(name, type_id)
        pair.link("jira", name)
    pair["jira"].base_url = "http://old.example.com"
    pair["ci"].links.remove(pair["jira"].server_id)
    ran = pair.run("doctor")
    told = flat(ran.out)

    assert told.count("✗ base URL") == 1
    assert "links: jira ⇄ ci, jira ⇄ wiki, jira ⇄ git" in told
    assert "jira has a link to ci, and ci has no link back" in told
    assert "✓" not in ran.out
    assert "3 links examined, 3 with failures:" in told
    assert "✓ login" in pair.run("doctor", "-v").out
    assert ran.code == ExitCode.FINDINGS
    data = json.loads(pair.run("doctor", "--json").out)
    assert (data["format"], data["ok"], len(data["diagnoses"])) == ("pulumi-applinks-diagnoses", False, 3)
