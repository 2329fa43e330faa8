"""The command line as a whole."""

from __future__ import annotations

import subprocess
import sys

import pytest

import pulumi_applinks
from pulumi_applinks.command.exit_codes import WORDS, ExitCode
from pulumi_applinks.command.options import DEFAULT_FILE
from tests.unit.command.conftest import flat

COMMANDS = ("status", "map", "doctor", "clean", "move", "import scan", "import write", "lab")


def test_the_help_names_every_command_and_code(scene):
    """So does running it without anything, which is a mistake."""
    ran = scene.run("--help", apps=False)

    assert ran.code == ExitCode.DONE
    for name in COMMANDS:
        assert name.split()[0] in ran.out
    assert set(WORDS) == set(ExitCode)
    for code, words in WORDS.items():
        assert f"{int(code)} {words}" in flat(ran.out)
    assert scene.run(apps=False).code == ExitCode.USAGE


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_examples(scene, name):
    """That begin with its name."""
    ran = scene.run(*name.split(), "--help", apps=False, env={"COLUMNS": "200"})

    assert "Examples:" in ran.out
    assert f"applinks {name}" in ran.out.partition("Examples:")[2]


def test_the_version(scene):
    """That of the package."""
    assert scene.run("--version", apps=False).out.strip() == pulumi_applinks.__version__


def test_completion_can_be_had():
    """For a shell that is named."""
    done = subprocess.run(
        [sys.executable, "-m", "pulumi_applinks.command"],
        env={
            "_APPLINKS_COMPLETE": "complete_bash",
            "COMP_WORDS": "applinks st",
            "COMP_CWORD": "1",
            "PATH": "",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert "status" in done.stdout.split()


def test_without_its_extra_it_says_what_to_install():
    """Where a library is missing, no traceback is shown."""
    code = (
        "import sys, importlib.util as util; find = util.find_spec; "
        "util.find_spec = lambda name, *more: None if name == 'typer' else find(name, *more); "
        "from pulumi_applinks.command import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == ExitCode.FAILED
    assert done.stderr == "applinks needs the extra `cli`: pip install 'pulumi-applinks[cli]'\n"


def test_a_file_that_is_read_by_itself_is_named_in_the_help(scene):
    """Nobody should wonder where applications come from."""
    assert DEFAULT_FILE in flat(scene.run("status", "--help", apps=False, env={"COLUMNS": "200"}).out)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["jora"], "There is no application 'jora' in the lab"),
        (["jira@4"], "There is no generation '4'"),
        (["jira", "--fault", "1=firewall"], "give a number from 0 to 0"),
        (["jira", "--fault", "0=flood"], "'0=flood' is no NUMBER=NAME"),
    ],
)
def test_what_the_lab_does_not_have_is_told(scene, words, says):
    """With what there is."""
    ran = scene.run("lab", *words, apps=False)

    assert (ran.code, says in flat(ran.err)) == (ExitCode.USAGE, True)
