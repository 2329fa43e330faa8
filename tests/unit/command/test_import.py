"""`applinks import`: an estate is taken into a program."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_applinks.command.exit_codes import ExitCode
from tests.unit.command.conftest import flat
from tests.unit.command.test_status import stack_of


def test_two_steps(pair):
    """The table, the file to edit, and the project; what comes next is reported."""
    scan = pair.run("import", "scan")
    write = pair.run("import", "write", apps=False)

    assert (scan.code, write.code) == (ExitCode.DONE, ExitCode.DONE)
    assert "1 of 1 links to take, 0 left out." in scan.out
    assert "Edit it, then run: applinks import write" in flat(scan.err)
    assert sorted(one.name for one in Path("links").iterdir()) == [
        "NEXT-STEPS.md",
        "Pulumi.yaml",
        "__main__.py",
        "import.json",
        "requirements.txt",
    ]
    assert "Continue with links/NEXT-STEPS.md" in flat(write.err)
    assert pair.untouched()


def test_a_second_scan_needs_no_options(pair):
    """The inventory names the applications."""
    pair.run("import", "scan", "-i", "mine.yaml")
    before = Path("mine.yaml").read_bytes()
    ran = pair.run("import", "scan", "-i", "mine.yaml", apps=False)

    assert ran.code == ExitCode.DONE
    assert "applinks import write --inventory mine.yaml" in flat(ran.err)
    assert Path("mine.yaml").read_bytes() == before


def test_what_is_not_to_be_taken_is_not_in_the_program(pair):
    """Nor is anything written where nothing is."""
    pair.start("ci", "bamboo")
    pair.link("jira", "ci")
    pair.run("import", "scan")
    file = Path("inventory.yaml")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("take: true", "take: false", 1), encoding="utf-8")
    one = pair.run("import", "write", apps=False)
    file.write_text(text.replace("take: true", "take: false"), encoding="utf-8")
    none = pair.run("import", "write", "--to", "other", apps=False)

    assert one.code == ExitCode.DONE
    program = Path("links/__main__.py").read_text(encoding="utf-8")
    assert ('"jira-wiki"' in program, '"jira-ci"' in program) == (False, True)
    assert none.code == ExitCode.USAGE
    assert not Path("other").exists()


@pytest.mark.parametrize(("flags", "code"), [((), ExitCode.DONE), (("--strict",), ExitCode.FAILED)])
def test_what_is_left_out_is_told(pair, flags, code):
    """With why; whether it fails a pipeline is for the pipeline to say."""
    pair["jira"].generic_link("Script", "https://script.example.com")
    scan = pair.run("import", "scan", *flags)
    write = pair.run("import", "write", *flags, apps=False)

    assert (scan.code, write.code) == (code, code)
    assert "left out: generic" in scan.out
    assert "generic: A link to something that is not an Atlassian product." in Path(
        "links/NEXT-STEPS.md"
    ).read_text("utf-8")


def test_what_could_not_be_asked_has_its_code(pair):
    """And is in the inventory."""
    pair.environment["APPLINKS_WIKI_PASSWORD"] = "wrong"
    ran = pair.run("import", "scan")

    assert ran.code == ExitCode.LOGIN
    assert "wiki could not be asked, so its end is not known." in flat(ran.out)
    assert "not_asked:\n- application: wiki" in Path("inventory.yaml").read_text(encoding="utf-8")


def test_a_link_that_changed_meanwhile_fails(pair):
    """The others are written."""
    pair.start("ci", "bamboo")
    pair.link("jira", "ci")
    pair.run("import", "scan")
    pair["ci"].links.remove(pair["jira"].server_id)
    ran = pair.run("import", "write", apps=False)

    assert ran.code == ExitCode.FAILED
    assert "jira-ci is left out: it differs from the inventory" in flat(ran.err)
    assert '"jira-wiki"' in Path("links/__main__.py").read_text(encoding="utf-8")
    assert '"jira-ci"' not in Path("links/__main__.py").read_text(encoding="utf-8")


def test_where_no_link_can_be_taken_nothing_is_written(pair):
    """An empty program would delete what a stack has."""
    pair.run("import", "scan")
    pair["wiki"].stop()
    ran = pair.run("import", "write", apps=False)

    assert ran.code == ExitCode.FAILED
    assert "no link could be taken: nothing was written" in flat(ran.err)
    assert not Path("links").exists()


def test_what_a_stack_has_is_left_out(pair):
    """Its applications are asked, and its links are reported as managed."""
    Path("state.json").write_text(stack_of(pair), encoding="utf-8")
    ran = pair.run("import", "scan", "--stack", "state.json")

    assert "left out: managed" in ran.out
    assert "0 of 0 links to take, 1 left out." in ran.out


def test_without_an_inventory_there_is_nothing_to_write(scene):
    """What writes one is named."""
    ran = scene.run("import", "write", apps=False)

    assert ran.code == ExitCode.USAGE
    assert "there is no inventory.yaml: `applinks import scan` writes it." in flat(ran.err)
