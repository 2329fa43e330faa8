"""`applinks explain`: what the page on troubleshooting has of a code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pulumi_applinks.codes import Code
from pulumi_applinks.command.exit_codes import ExitCode
from tests.unit.command.conftest import Commands

PAGE = Path(__file__).parents[3] / "docs" / "troubleshooting.md"


@pytest.mark.parametrize("written", ["[applinks/{}]", "applinks/{}", "{}"])
def test_each_code_has_its_entry(scene: Commands, written: str):
    """However it is pasted, with what the page says of it; what a page links to is a sentence here."""
    page = re.sub(r"See \[[^\]]*\]\([^)]*\)\.", "", PAGE.read_text(encoding="utf-8"))
    for code in Code:
        ran = scene.run("explain", written.format(str(code).removeprefix("applinks/")), apps=False)
        assert (ran.code, ran.err) == (ExitCode.DONE, "")
        assert ran.out.startswith(f"### `{code}`\n")
        assert code.left in ran.out
        assert ran.out.splitlines()[2][:60] in page


def test_an_unknown_code(scene: Commands):
    """The known ones are named."""
    ran = scene.run("explain", "login", apps=False)
    assert ran.code == ExitCode.USAGE
    assert "there is no code 'login'" in ran.err
    assert "login-refused" in ran.err
