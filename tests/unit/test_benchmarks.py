"""What the benchmarks compare with is honest: the scripts do the whole work, with the calls that they are said to make."""

import pytest

from benchmarks import null, tables
from benchmarks.cells import ALL, EXISTING, MISSING, Cell
from benchmarks.imports import Imports
from benchmarks.measure import CALLS, OPERATIONS, Row, Scripted
from benchmarks.scripts import STEPS, status
from benchmarks.world import Counted
from pulumi_applinks import names
from pulumi_applinks.lab.applications import Lab


def facts_of(application):
    """What a script knows of an application."""
    user = application.users["sysadmin"]
    return {
        "url": application.url,
        "type": application.type_id,
        "name": application.name,
        "id": application.server_id,
        "username": user.name,
        "password": user.password,
    }


def calls(*applications):
    """How many requests clients have sent since this was asked last."""
    total = sum(one.requests.counts()["client"] for one in applications)
    for one in applications:
        one.requests.clear()
    return total


@pytest.mark.parametrize("who", STEPS)
def test_a_script_makes_relocates_and_deletes_a_working_link(who):
    """Each operation comes to what this provider comes to, in as many calls as the tables take it to make."""
    steps, said = STEPS[who], CALLS[who]
    with Lab() as lab:
        jira, wiki = lab.start("jira"), lab.start("confluence")

        steps["create"](facts_of(jira), facts_of(wiki))
        assert calls(jira, wiki) == said["create"]
        status(facts_of(jira), facts_of(wiki))
        status(facts_of(wiki), facts_of(jira))
        calls(jira, wiki)

        steps["refresh"](facts_of(jira), facts_of(wiki))
        assert calls(jira, wiki) == said["refresh"]

        jira.move()
        steps["relocate"](facts_of(jira), facts_of(wiki))
        assert wiki.links[jira.server_id].rpc_url == jira.url
        assert calls(jira, wiki) == said["relocate"]

        steps["delete"](facts_of(jira), facts_of(wiki))
        assert calls(jira, wiki) == said["delete"]
        assert (len(jira.links), len(wiki.links)) == (0, 0)


def test_nothing_has_as_many_properties_as_a_link():
    """So what the engine and the SDK cost for each property is in the floor."""
    assert {"source", "target", *null.INPUTS} == set(names.INPUTS)
    assert set(null.OUTPUTS) == set(names.OUTPUTS)


@pytest.mark.parametrize("cell", EXISTING, ids=str)
def test_no_two_applications_are_linked_twice(cell):
    """As many different pairs as links, spread over the applications."""
    pairs = {frozenset(pair) for pair in cell.pairs}

    assert len(pairs) == len(cell.pairs) == cell.links
    assert all(len(pair) == 2 and max(pair) < cell.applications for pair in pairs)
    assert cell.moved


def test_sizes_that_do_not_exist_are_told():
    """Five hundred links among two applications, for instance."""
    assert Cell(500, 2) in MISSING
    assert set(EXISTING) | set(MISSING) == set(ALL)
    assert all(str(cell) in tables.Results("x").markdown() for cell in MISSING)


def test_the_tables_say_what_was_wanted_and_what_was_a_sample():
    """A goal that is missed stands out, and so does a number that was multiplied."""
    rows = [
        Row(
            "embedded", Cell(100, 40), 20, operation, 4.0, 2.0, Scripted(20.0, 7), Scripted(10.0), Counted(300, 9), 70.0
        )
        for operation in OPERATIONS
    ]  # fmt: skip
    results = tables.Results(
        "python -m benchmarks", rows, imports=Imports(1.0, 1.2, 3), memory=[60.0, 61.0, 99.0]
    )
    lines = results.markdown().splitlines()

    refresh = next(line for line in lines if line.startswith("| refresh: script / ours"))
    assert "5.00" in refresh
    assert refresh.endswith("**no** |")
    # 300 requests at 20 ms, four at a time, are 1.5 s on top of the floor's 2.
    assert any(line.startswith("| refresh: ours / (floor") and "| 1.14 |" in line for line in lines)
    assert any("5.0 (sample of 7)" in line and "| 3.0 |" in line for line in lines)
    assert any(line.startswith("| memory after 3 refreshes") and line.endswith("**no** |") for line in lines)
    assert any(line.startswith("| import") and line.endswith("yes |") for line in lines)
