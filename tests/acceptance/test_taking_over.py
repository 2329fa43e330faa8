"""`applinks import`: an estate of every kind of link, taken into a program, and no application saw a write."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import sys
import sysconfig
import textwrap
from typing import Any

import pytest
from mypy import api

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.lab.applications import (
    Directory,
    Lab,
)
from pulumi_applinks.names import PLUGIN_TYPE
from tests.acceptance.estates import PASSWORD, Estate, every_kind
from tests.acceptance.harness import Story


@pytest.fixture
def scene(lab: Lab, stack: Story) -> Estate:
    """Nothing yet."""
    return Estate(lab, stack)


LEFT_OUT = {
    ("jira", "Confluence - 2", "system"),
    ("jira", "Script", "generic"),
    ("jira", "Client", "oauth2"),
    ("jira", "Corrupted", "corrupted"),
    ("jira", "Gone", "orphaned"),
    ("wiki", "jira", "duplicated"),
    ("ci", "Not named", "not-asked"),
    ("people", "review", "levels-differ"),
    ("review", "jira-eu", "authentication"),
    ("ci", "old-wiki", "url-id"),
}


@pytest.mark.about_applications
@pytest.mark.real_cli("import files")
def test_every_kind_of_link_is_taken_over(scene: Estate, strict_mypy: list[str]):
    """Scanned, written, imported: previews and refreshes as unchanged, and no application saw a write."""
    every_kind(scene)
    scene.watch()
    scanned = scene.scan()
    assert scanned.returncode == ExitCode.DONE, scanned.stderr
    written = scene.write()
    assert written.returncode == ExitCode.DONE, written.stderr

    assert PASSWORD not in scanned.stdout + scanned.stderr + written.stdout + written.stderr
    left_out = {(*one["between"], one["why"]) for one in scene.inventory()["left_out"]}
    assert left_out == LEFT_OUT
    assert {one["resource"] for one in scene.inventory()["links"]} == {*PROGRAM_HAS}
    _is_as_an_engineer_writes_it(scene, strict_mypy)

    files = {one.name: one.read_bytes() for one in scene.folder.iterdir() if one.is_file()}
    assert scene.scan().returncode == scene.write().returncode == ExitCode.DONE
    assert {one.name: one.read_bytes() for one in scene.folder.iterdir() if one.is_file()} == files
    assert scene.scan("--strict").returncode == ExitCode.FAILED

    scene.import_()
    imported = scene.stack.resources()
    assert len(imported) == len(PROGRAM_HAS)
    scene.import_()
    assert [one["urn"] for one in scene.stack.resources()] == [one["urn"] for one in imported]
    scene.stack.settles()
    scene.untouched()
    scene.forget()


@pytest.mark.real_cli("plugins")
def test_every_kind_of_link_is_taken_over_by_the_plugin(scene: Estate):
    """The program of the plugin's form is imported as NEXT-STEPS.md says: nothing is left to do, and no application saw a write."""
    every_kind(scene)
    scene.watch()
    assert scene.scan().returncode == ExitCode.DONE
    written = scene.write("--plugin")
    assert written.returncode == ExitCode.DONE, written.stderr
    assert "from pulumi_applinks.packaged import ApplicationLink\n" in scene.text("__main__.py")

    installed = shutil.which("pulumi-resource-applinks", path=sysconfig.get_path("scripts"))
    assert installed
    programs = scene.folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "pulumi-resource-applinks").symlink_to(installed)
    (lines,) = re.findall(r"^   ```yaml\n(.*?)^   ```$", scene.text("NEXT-STEPS.md"), re.M | re.S)
    settings = scene.text("Pulumi.yaml").partition("plugins:")[0]
    (scene.folder / "Pulumi.yaml").write_text(settings + textwrap.dedent(lines), encoding="utf-8")
    scene.import_()
    assert [one["type"] for one in scene.stack.resources()] == [PLUGIN_TYPE] * len(PROGRAM_HAS)
    scene.stack.preview("--expect-no-changes")
    scene.stack.refresh("--expect-no-changes")
    scene.untouched()
    scene.forget()


PROGRAM_HAS = {
    "jira-wiki": "authentication=Impersonating(),",
    "jira-code": 'authentication=NonImpersonating(execute_as="user"),',
    "jira-ci": "authentication=PerDirection(",
    "jira-people": "authentication=NoAuthentication(),",
    "jira-review": "two_way=False",
    "jira-old-wiki": "target=replace(old_wiki, name='The \"old\" wiki')",
    "wiki-code": "target=replace(code, rpc_url=",
    "wiki-jira-eu": "primary=True",
    "ci-jira-eu": "authentication=NoAuthentication(),",
    "code-old-wiki": "",
    "code-jira-eu": "",
}
"""The links of the program, and what distinguishes each from one with nothing but defaults."""


def _is_as_an_engineer_writes_it(scene: Estate, strict_mypy: list[str]) -> None:
    """Each application once, a link per pair, what differs from the defaults; no ids, no secrets; formatted and typed."""
    program = scene.text("__main__.py")
    links = re.findall(r'^ApplicationLink\((?:\n    )?"([^"]+)".*?\)$', program, re.M | re.S)
    assert sorted(links) == sorted(PROGRAM_HAS)
    assert len(re.findall(r"^\w+ = Application\(", program, re.M)) == len(scene.applications)
    for name, part in PROGRAM_HAS.items():
        (text,) = re.findall(rf'"{name}".*?^(?:ApplicationLink|\Z)', program, re.M | re.S)
        assert part in text, name
    ids = [one.server_id for one in scene.applications.values()]
    secrets = [PASSWORD, *(one.password for each in scene.applications.values() for one in each.users)]
    assert not any(one in program for one in ids)
    for file in ("__main__.py", "inventory.yaml", "import.json", "NEXT-STEPS.md"):
        assert not any(one in scene.text(file) for one in secrets), file
    for words in (
        ["ruff", "format", "--check", "--isolated"],
        ["ruff", "check", "--isolated", "--select=E,F,I"],
    ):
        subprocess.run([sys.executable, "-m", *words, "__main__.py"], cwd=scene.folder, check=True)
    told, failed, code = api.run([*strict_mypy, str(scene.folder / "__main__.py")])
    assert (code, failed) == (0, ""), told


@pytest.mark.about_applications
def test_a_program_that_adopts_changes_nothing(scene: Estate):
    """For a CLI that can't import: `up` finds each link as the program says, and writes nothing; then the same without the word."""
    every_kind(scene)
    scene.watch()
    scene.scan()
    assert scene.write("--adopt").returncode == ExitCode.DONE
    assert scene.text("__main__.py").count('on_existing="adopt"') == len(PROGRAM_HAS)
    assert not (scene.folder / "import.json").exists()

    scene.stack.up()
    scene.stack.settles()
    refused = scene.write()
    assert refused.returncode == ExitCode.USAGE
    assert (
        "has __main__.py, NEXT-STEPS.md already, with other contents: nothing was written" in refused.stderr
    )
    assert scene.write("--overwrite").returncode == ExitCode.DONE
    assert "on_existing" not in scene.text("__main__.py")
    scene.stack.up()
    imported = json.loads(scene.text("import.json"))["resources"]
    assert {one["urn"].rpartition("::")[2]: _properties(one) for one in scene.stack.resources()} == {
        one["name"]: _properties(one) for one in imported
    }
    scene.stack.settles()
    scene.untouched()
    scene.forget()


@pytest.mark.real_cli("import files")
def test_what_is_imported_is_what_a_create_stores(scene: Estate):
    """The same inputs and outputs, to the letter, whatever its authentication."""
    shared = Directory()
    for name, type_id in (("jira", "jira"), ("wiki", "confluence"), ("code", "stash"), ("ci", "bamboo")):
        scene.start(name, type_id, directory=shared)
    lines = [
        f'{name} = Application("{one.url}", credentials="{name}")' for name, one in scene.applications.items()
    ]
    scene.stack.program(
        "\n".join(lines)
        + """
ApplicationLink("jira-wiki", source=jira, target=wiki)
ApplicationLink("jira-code", source=jira, target=code, authentication=NonImpersonating(execute_as="user"))
ApplicationLink("jira-ci", source=jira, target=ci, two_way=False)
ApplicationLink("wiki-code", source=wiki, target=code, authentication=Impersonating())
ApplicationLink("wiki-ci", source=wiki, target=ci, authentication=PerDirection(NoAuthentication(), NonImpersonating()))
ApplicationLink("code-ci", source=code, target=ci, authentication=NoAuthentication())
"""
    )
    scene.stack.up()
    made = {one["urn"]: _properties(one) for one in scene.stack.resources()}
    scene.stack.forget_links()
    scene.watch()
    scene.scan()
    assert scene.write("--overwrite").returncode == ExitCode.DONE
    # What a person chose among several is declared; these were nobody's choice.
    assert "primary" not in scene.text("__main__.py")
    scene.import_()

    assert {one["urn"]: _properties(one) for one in scene.stack.resources()} == made
    scene.stack.settles()
    scene.untouched()
    scene.forget()


def _properties(resource: dict[str, Any]) -> dict[str, Any]:
    """What a stack stores of a link."""
    return {key: resource[key] for key in ("id", "type", "inputs", "outputs")}


@pytest.mark.about_applications
@pytest.mark.real_cli("import files")
def test_forty_applications_and_five_hundred_links(scene: Estate, soak: bool):
    """As large as estates get: imported, and nothing is left to do. In the short form, a tenth of it."""
    number, wanted = (40, 500) if soak else (12, 50)
    types = ("jira", "confluence", "stash", "bamboo")
    for index in range(number):
        scene.start(f"application-{index:02}", types[index % len(types)], name=f"Application {index:02}")
    pairs = itertools.islice(itertools.combinations(scene.applications, 2), wanted)
    for one, two in pairs:
        scene.link(one, two)
    scene.watch()
    assert scene.scan("-q").returncode == ExitCode.DONE
    written = scene.write("-v")
    assert written.returncode == ExitCode.DONE, written.stderr
    found = re.search(r"^(\d+) requests to", written.stderr, re.M)
    assert found is not None
    assert int(found[1]) <= 2 * number + 2 * wanted
    scene.import_()
    scene.stack.settles()
    assert len(scene.stack.resources()) == wanted
    scene.untouched()
    scene.stack.finished = True
