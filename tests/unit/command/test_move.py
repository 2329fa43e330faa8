"""`applinks move`: for the day on which an application moves."""

from __future__ import annotations

import subprocess

import pytest

from pulumi_applinks.command.exit_codes import ExitCode
from tests.unit.command.conftest import flat
from tests.unit.command.test_status import stack_of


@pytest.fixture
def moved(pair):
    """The Confluence has moved; the one who types knows it by its new address."""
    pair.old = pair["wiki"].url
    pair["wiki"].move()
    return pair


def test_links_that_no_program_has_are_relocated(moved):
    """Once that is confirmed; the link works then, and a second run has nothing to do."""
    ran = moved.run("move", moved.old, moved["wiki"].url, answer="y\n")
    again = moved.run("move", moved.old, moved["wiki"].url, "--yes")

    assert f"jira/{moved['wiki'].server_id}: to be relocated to {moved['wiki'].url}" in flat(ran.err)
    assert f"Relocated jira/{moved['wiki'].server_id}: jira confirmed it." in flat(ran.err)
    assert (ran.code, ran.out) == (ExitCode.DONE, "")
    assert f"No link points at {moved.old}" in again.err
    assert moved.run("status").code == ExitCode.DONE


def test_a_link_that_does_not_work_afterwards_is_told(moved):
    """The address is right now, and something else is wrong: no 0."""
    moved["wiki"].links[moved["jira"].server_id].consumer = None
    ran = moved.run("move", moved.old, moved["wiki"].url, "--yes")

    assert ran.code == ExitCode.FINDINGS
    assert "jira confirmed it." in ran.err
    assert "jira says that the two ends are set to different authentication" in flat(ran.err)


def test_what_is_not_confirmed_stays(moved):
    """Where it was."""
    ran = moved.run("move", moved.old, moved["wiki"].url, answer="n\n")

    assert ran.code == ExitCode.CANCELLED
    assert moved["jira"].links[moved["wiki"].server_id].rpc_url == moved.old


def test_links_of_a_program_are_changed_in_the_program(pair, tmp_path):
    """The patch is all that is on standard output; no application is changed."""
    old, text = pair["wiki"].url, stack_of(pair)
    (tmp_path / "state.json").write_text(text, encoding="utf-8")
    (tmp_path / "Pulumi.yaml").write_text("name: story\nruntime: python\n", encoding="utf-8")
    program = tmp_path / "__main__.py"
    program.write_text(f'wiki = Application("{old}", credentials="wiki")\n', encoding="utf-8")
    pair["wiki"].move()
    new = pair["wiki"].url
    ran = pair.run("move", old, new, "--stack", "state.json", apps=False)
    subprocess.run(["git", "apply", "-"], input=ran.out, text=True, cwd=tmp_path, check=True)

    assert ran.code == ExitCode.DONE
    assert "managed by jira-wiki" in ran.err
    assert program.read_text(encoding="utf-8") == f'wiki = Application("{new}", credentials="wiki")\n'
    assert pair["jira"].requests.written() == []


def test_a_program_that_is_not_found_is_told(moved, tmp_path):
    """It declares the address, and nobody changes that."""
    (tmp_path / "state.json").write_text(
        stack_of(moved).replace(moved["wiki"].url, moved.old), encoding="utf-8"
    )
    ran = moved.run("move", moved.old, moved["wiki"].url, "--stack", "state.json", apps=False)

    assert ran.code == ExitCode.FAILED
    assert "give its folder with --program" in flat(ran.err)


def test_another_application_at_the_new_address_is_refused(moved):
    """The link is left as it is."""
    other = moved.lab.start("confluence")
    ran = moved.run("move", moved.old, other.url, "--yes")

    assert ran.code == ExitCode.FAILED
    assert "it is another application" in flat(ran.err)
    assert moved["jira"].links[moved["wiki"].server_id].rpc_url == moved.old


def test_nothing_at_the_new_address_is_refused_unless_that_is_said(moved):
    """Without contact the address is told all the same."""
    moved["wiki"].stop()
    new = moved["wiki"].url
    ran = moved.run("move", moved.old, new, "--yes")
    assert ran.code == ExitCode.FAILED
    assert "To go on all the same: --without-contact." in flat(ran.err)
    assert moved["jira"].links[moved["wiki"].server_id].rpc_url == moved.old

    told = moved.run("move", moved.old, new, "--yes", "--without-contact")
    assert told.code != ExitCode.DONE  # nobody knows whether it works
    assert moved["jira"].links[moved["wiki"].server_id].rpc_url == new


def test_an_application_that_can_not_be_asked_may_have_links_there(moved):
    """So the code is no 0, and the message says why."""
    git = moved.start("git", "stash")
    git.link_by_hand(moved["wiki"], url=moved.old)
    git.stop()
    ran = moved.run("move", moved.old, moved["wiki"].url, "--yes")

    assert ran.code == ExitCode.FAILED
    assert f"what points at {moved.old} there is not known: git (" in flat(ran.err)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("wiki.example.com", "https://wiki.example.com", "OLD is not an absolute"),
        ("https://wiki.example.com", "https://u:planted@wiki.example.com", "NEW has a user or a password"),
        ("https://wiki.example.com", "https://WIKI.example.com/", "are the same address"),
    ],
)
def test_addresses_have_to_be_addresses(pair, old, new, says):
    """Nothing is asked for anything else."""
    ran = pair.run("move", old, new)

    assert (ran.code, says in flat(ran.err), "planted" in ran.err) == (ExitCode.USAGE, True, False)
