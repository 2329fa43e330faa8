"""What `--help` shows."""

from __future__ import annotations

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.lab.troubles import TROUBLES
from tests.unit.command.conftest import Commands, flat

COMMANDS = (
    "status",
    "show",
    "whoami",
    "map",
    "doctor",
    "clean",
    "move",
    "explain",
    "lab",
    "import",
    "import scan",
    "import write",
)


def test_flags_have_no_type(scene: Commands):
    """Of every command, and of the whole."""
    for words in ("", *COMMANDS):
        ran = scene.run(*words.split(), "--help", apps=False, env={"COLUMNS": "120"})
        assert "<bool>" not in ran.out, words
        assert ran.code == 0


def test_exit_codes_and_faults_are_listed(scene: Commands):
    """One line for each code, and the names of all faults of the lab."""
    told = scene.run("--help", apps=False).out
    for code in ExitCode:
        assert f"• {int(code)} " in told
    shown = flat(scene.run("lab", "--help", apps=False, env={"COLUMNS": "400"}).out)
    assert ", ".join(TROUBLES) in shown


def test_products_go_by_their_names_in_the_lab(scene: Commands):
    """As in a program: what is wrong is the number here, not the name."""
    for name in ("bitbucket", "fisheye@5.4", "crucible", "stash"):
        ran = scene.run("lab", name, "--fault", "9=fails", apps=False)
        assert "give a number from 0 to 0" in ran.err, name
