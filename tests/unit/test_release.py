"""What a release is made with: workflows, templates and fragments of the changelog."""

import re
import subprocess
import sysconfig
from pathlib import Path

import pytest
import yaml

from tests.docs.blocks import ROOT, blocks

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TEMPLATES = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
SHOWN = {block.file: block.text for block in blocks() if (block.file or "").startswith(".github/workflows/")}


def found_by_zizmor(*paths: Path) -> str:
    """What it says about workflows and of the updates of their actions; without the network."""
    zizmor = Path(sysconfig.get_path("scripts"), "zizmor")
    command = [str(zizmor), "--offline", "--no-progress", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "audit" in done.stderr, done.stderr
    return done.stdout if done.returncode else ""


def test_zizmor_finds_nothing(tmp_path: Path):
    """In `.github`, and in the workflow that the documents show: pinned actions, least permissions, no injection."""
    assert (len(WORKFLOWS), list(SHOWN)) == (2, [".github/workflows/applinks.yml"])
    shown = tmp_path / "applinks.yml"
    shown.write_text(SHOWN[".github/workflows/applinks.yml"], encoding="utf-8")

    assert found_by_zizmor(ROOT / ".github", shown) == ""

    loose = re.sub(r"@[0-9a-f]{40} # (v\d+).*", r"@\1", shown.read_text("utf-8"))
    shown.write_text(loose, encoding="utf-8")
    assert "unpinned-uses" in found_by_zizmor(ROOT / ".github", shown)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_job_may_more_than_it_says(path: Path):
    """Nothing is allowed to a workflow as a whole."""
    assert yaml.safe_load(path.read_text("utf-8"))["permissions"] == {}


def test_a_report_asks_for_what_make_confirm_found():
    """A bug without it can seldom be distinguished from another version."""
    fields = yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE/bug.yml").read_text("utf-8"))["body"]
    (asked,) = (one for one in fields if one.get("id") == "confirm")

    assert "make confirm" in asked["attributes"]["label"]
    assert asked["validations"] == {"required": True}
    assert all(isinstance(yaml.safe_load(path.read_text("utf-8")), dict) for path in TEMPLATES)


def test_fragments_of_the_changelog_have_names_that_are_collected():
    """Others would be left out of a release silently."""
    kinds = "added|changed|deprecated|removed|fixed|security"
    wrong = [
        path.name
        for path in (ROOT / "changes").iterdir()
        if path.name != "README.md" and not re.fullmatch(rf"\+[\w-]+\.({kinds})\.md", path.name)
    ]

    assert wrong == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md", "docs/contracts.md"])
def test_the_files_that_are_named_exist(page: str):
    """By their paths from the root or in the package; `*` stands for anything."""
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w./*]+\.(?:py|csv|txt|md|yml|toml)|(?:tests|docs)/[\w./]+)`", text))
    places = (
        ROOT,
        ROOT / "pulumi_applinks",
        ROOT / "pulumi_applinks" / "lifecycle",
        ROOT / "pulumi_applinks" / "rest",
    )
    missing = [one for one in named if not any(any(place.glob(one)) for place in places)]

    assert len(named) > 5
    assert missing == []
