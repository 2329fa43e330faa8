"""The documents are true: no link is broken, commands exist, and every input and state of a link is described."""

import re
import runpy
from pathlib import Path
from typing import get_args

import pytest

from pulumi_applinks import names
from pulumi_applinks.lab.applications import __main__ as applications_cli
from pulumi_applinks.lab.engine.cli import main as engine_cli
from pulumi_applinks.rest import Level

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def text_of(*names: str) -> str:
    """The text of some pages."""
    return "\n".join((ROOT / name).read_text(encoding="utf-8") for name in names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    """No page points at a file that is not there."""
    targets = re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
    missing = [one for one in targets if "://" not in one and not (page.parent / one).exists()]

    assert missing == []


def test_every_make_target_that_is_named_exists():
    """In the README and the documents."""
    named = set(re.findall(r"`make ([a-z-]+)`|^make ([a-z-]+)$", text_of("README.md", "docs/lab.md"), re.M))
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.M))

    assert {one or other for one, other in named} <= targets


MADE = {
    path: text
    for script in ("reference", "troubleshooting", "command", "schema")
    for path, text in runpy.run_path(str(ROOT / ".ci" / f"{script}.py"))["made"]().items()
}


@pytest.mark.parametrize("path", MADE, ids=lambda path: path.name)
def test_what_is_made_is_what_it_is_made_from(path):
    """The references, the docstrings, the codes: after a change of a table or of the command, `make reference` writes them."""
    assert path.read_text(encoding="utf-8") == MADE[path]


@pytest.mark.parametrize("name", [*names.INPUTS, *names.OUTPUTS])
def test_every_input_and_output_is_told_of(name):
    """By its name, in the reference."""
    assert f"`{name}`" in text_of("docs/reference.md")


@pytest.mark.parametrize("word", get_args(names.LinkStatus))
def test_every_state_of_a_link_is_told_of(word):
    """What `status` can say."""
    assert f"`{word}`" in text_of("docs/behaviour.md")


@pytest.mark.parametrize("level", [level.value for level in Level if level is not Level.NONE])
def test_every_level_is_told_of(level):
    """What `refresh` can show."""
    assert f"`{level}`" in text_of("docs/behaviour.md")


def test_the_files_and_rooms_that_the_architecture_names_exist():
    """The picture of the layout is the layout."""
    picture = text_of("docs/architecture.md")
    for name in ("inputs", "resources", "provider", "checks", "properties", "credentials"):
        assert f"{name}.py" in picture
        assert (ROOT / "pulumi_applinks" / f"{name}.py").exists()
    for room in ("lifecycle", "rest", "estate", "command"):
        modules = {path.stem for path in (ROOT / "pulumi_applinks" / room).glob("*.py")} - {
            "__init__",
            "__main__",
        }
        untold = {module for module in modules if module not in picture}
        assert untold <= {"declaration", "problems", "ends", "resources"}, untold


def test_the_commands_of_the_lab_are_those_of_its_page(capsys):
    """Each flag that the page names is one of the command lines'."""
    helps = []
    for run, verb in (
        (applications_cli.main, ""),
        *((engine_cli, verb) for verb in ("up", "refresh", "config set", "stack output")),
    ):
        with pytest.raises(SystemExit):
            run([*verb.split(), "--help"])
        helps.append(capsys.readouterr().out)
    flags = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text_of("docs/lab.md")))

    assert {flag for flag in flags if not any(flag in one for one in helps)} == set()
