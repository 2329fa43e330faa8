"""`applinks import`: an estate of every kind of link, taken into a program, and no application saw a write."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from mypy import api

from pulumi_applinks.command.codes import Code
from pulumi_applinks.lab.applications import (
    THREE_LEGGED,
    Application,
    Directory,
    Lab,
    OAuth2Entry,
    StoredLink,
    id_of_url,
)
from tests.acceptance.harness import Stack
from tests.acceptance.test_command import applinks
from tests.unit.lab_applications.conftest import link_both_ways

PASSWORD = "planted-password-of-basic-access"


@dataclass
class Scene:
    """Applications by the names that a person gives them, and a project without a program.

    Args:
        lab: where they run.
        stack: the project.
    """

    lab: Lab
    stack: Stack
    applications: dict[str, Application] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Application:
        return self.applications[name]

    @property
    def folder(self) -> Path:
        """The project's folder."""
        return self.stack.project.directory

    def start(self, name: str, type_id: str, /, **more: Any) -> Application:
        """Start an application, with its administrator's credentials in the environment."""
        application = self.applications[name] = self.lab.start(type_id, **more)
        self.stack.credentials(name.replace("-", "_"), application)
        return application

    def link(self, one: str, two: str, outgoing: str = "oauth", incoming: str = "oauth") -> None:
        """Link two of them by hand, as seen from the first."""
        link_both_ways(self[one], self[two], outgoing, incoming)

    def end(self, one: str, two: str) -> StoredLink:
        """What one of them has of the link to another one."""
        return self[one].links[self[two].server_id]

    def watch(self) -> None:
        """From now on nothing may be changed."""
        self.stack.watch(*self.applications.values())
        for application in self.applications.values():
            application.requests.clear()

    def applinks(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the command beside the project."""
        return applinks(*words, env=self.stack.environment, folder=self.folder)

    def scan(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Step one, of all applications."""
        named = [word for name, one in self.applications.items() for word in ("-a", f"{name}={one.url}")]
        return self.applinks("import", "scan", *words, *named)

    def write(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Step two, into the project."""
        return self.applinks("import", "write", "--to", ".", *words)

    def text(self, name: str) -> str:
        """A file of the project."""
        return (self.folder / name).read_text(encoding="utf-8")

    def inventory(self) -> dict[str, Any]:
        """What step one wrote."""
        found: dict[str, Any] = yaml.safe_load(self.text("inventory.yaml"))
        return found

    def import_(self) -> None:
        """As NEXT-STEPS.md says."""
        (line,) = [one.strip() for one in self.text("NEXT-STEPS.md").splitlines() if "pulumi import" in one]
        words = line.split()[1:]
        self.stack.project.run(*words, env=self.stack.environment)

    def untouched(self) -> None:
        """Nobody asked for anything but to read, and every link is as it was."""
        for application in self.applications.values():
            received = application.requests.all("client")
            assert {one.method for one in received} <= {"GET"}, application

    def forget(self) -> None:
        """Take the links out of the stack: nothing is deleted on the applications."""
        for one in self.stack.resources():
            self.stack.project.run("state", "delete", one["urn"], "--yes")
        self.stack.is_gone()


@pytest.fixture
def scene(lab: Lab, stack: Stack) -> Scene:
    """Nothing yet."""
    return Scene(lab, stack)


def every_kind(scene: Scene) -> None:
    """Every kind of link that can be taken over, and every kind that can't."""
    lab, shared = scene.lab, Directory()
    jira = scene.start("jira", "jira", directory=shared)
    scene.start("wiki", "confluence", directory=shared)
    scene.start("code", "stash")
    scene.start("ci", "bamboo")
    scene.start("people", "crowd")
    scene.start("review", "fecru")
    scene.start("old-wiki", "confluence", name="Old Wiki")
    scene.start("jira-eu", "jira", name="Jira EU")
    scene.link("jira", "wiki", "oauth-impersonation", "oauth-impersonation")
    scene.link("jira", "code")
    for one, two in (("jira", "code"), ("code", "jira")):
        consumer = scene.end(one, two).consumer
        assert consumer is not None
        consumer.execute_as = "user"
    scene.link("jira", "ci", "oauth", "none")  # each direction otherwise
    scene.link("jira", "people", "none", "none")
    jira.link_by_hand(scene["review"])  # one-way
    scene.link("jira", "old-wiki")
    scene.end("jira", "old-wiki").name = 'The "old" wiki'  # renamed on one end
    scene.link("code", "old-wiki")
    scene.link("wiki", "code")
    scene.end("wiki", "code").rpc_url = lab.proxy(scene["code"])  # reached elsewhere by one
    scene.link("jira-eu", "wiki")
    scene["wiki"].links.make_primary(scene["jira-eu"].server_id)  # chosen among several
    scene.link("jira-eu", "ci", "none", "none")
    scene.end("jira-eu", "ci").give_trust(outgoing=False)  # legacy, and nothing else
    scene.link("jira-eu", "code")
    scene.end("jira-eu", "code").give_basic_access("somebody", PASSWORD)  # legacy beside OAuth
    # What is left out.
    jira.system_link(lab.start("confluence"))
    jira.generic_link("Script", "https://script.example.com")
    jira.oauth2.append(OAuth2Entry(str(uuid.uuid4()), "Client", "https://client.example.com"))
    gone = lab.closed_address()
    jira.links.add(StoredLink(str(uuid.uuid4()), "bamboo", "Corrupted", "", gone))
    jira.links.add(StoredLink(str(uuid.uuid4()), "bamboo", "Gone", gone, gone))
    scene["wiki"].link_by_hand(jira, link_id=str(uuid.uuid4()), name="Second Jira")
    stranger = lab.start("fecru", name="Not named")
    link_both_ways(scene["ci"], stranger)
    scene.link("people", "review", "oauth", "none")
    scene.end("people", "review").outgoing_providers.clear()  # the ends differ
    scene.link("jira-eu", "review")
    consumer = scene.end("jira-eu", "review").consumer
    assert consumer is not None
    consumer.two_lo = False
    scene.end("review", "jira-eu").outgoing_providers = {THREE_LEGGED}  # 3LO alone
    scene["old-wiki"].link_by_hand(scene["ci"], link_id=id_of_url(scene["ci"].base_url))
    scene["ci"].link_by_hand(scene["old-wiki"])


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


def test_every_kind_of_link_is_taken_over(scene: Scene, tmp_path: Path):
    """Scanned, written, imported: previews and refreshes as unchanged, and no application saw a write."""
    every_kind(scene)
    scene.watch()
    scanned = scene.scan()
    assert scanned.returncode == Code.DONE, scanned.stderr
    written = scene.write()
    assert written.returncode == Code.DONE, written.stderr

    left_out = {(*one["between"], one["why"]) for one in scene.inventory()["left_out"]}
    assert left_out == LEFT_OUT
    assert {one["resource"] for one in scene.inventory()["links"]} == {*PROGRAM_HAS}
    _is_as_an_engineer_writes_it(scene, tmp_path)

    files = {one.name: one.read_bytes() for one in scene.folder.iterdir() if one.is_file()}
    assert scene.scan().returncode == scene.write().returncode == Code.DONE
    assert {one.name: one.read_bytes() for one in scene.folder.iterdir() if one.is_file()} == files
    assert scene.scan("--strict").returncode == Code.FAILED

    scene.import_()
    imported = scene.stack.resources()
    assert len(imported) == len(PROGRAM_HAS)
    scene.import_()
    assert [one["urn"] for one in scene.stack.resources()] == [one["urn"] for one in imported]
    scene.stack.settles()
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
"""The links of the program, and what tells each from one with nothing but defaults."""


def _is_as_an_engineer_writes_it(scene: Scene, folder: Path) -> None:
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
    told, failed, code = api.run(
        [
            "--strict",
            "--cache-dir",
            str(folder / "mypy"),
            "--config-file",
            "",
            str(scene.folder / "__main__.py"),
        ]
    )
    assert (code, failed) == (0, ""), told


def test_a_program_that_adopts_changes_nothing(scene: Scene):
    """For a CLI that can't import: `up` finds each link as the program says, and writes nothing; then the same without the word."""
    every_kind(scene)
    scene.watch()
    scene.scan()
    assert scene.write("--adopt").returncode == Code.DONE
    assert scene.text("__main__.py").count('on_existing="adopt"') == len(PROGRAM_HAS)
    assert not (scene.folder / "import.json").exists()

    scene.stack.up()
    scene.stack.settles()
    refused = scene.write()
    assert refused.returncode == Code.USAGE
    assert "__main__.py, NEXT-STEPS.md in . says something else: nothing was written" in refused.stderr
    assert scene.write("--overwrite").returncode == Code.DONE
    assert "on_existing" not in scene.text("__main__.py")
    scene.stack.up()
    scene.stack.settles()
    scene.untouched()
    scene.forget()


def test_what_is_imported_is_what_a_create_stores(scene: Scene):
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
    made = _properties(scene)
    for one in scene.stack.resources():
        scene.stack.project.run("state", "delete", one["urn"], "--yes")
    scene.watch()
    scene.scan()
    assert scene.write("--overwrite").returncode == Code.DONE
    # What a person chose among several is declared; these were nobody's choice.
    assert "primary" not in scene.text("__main__.py")
    scene.import_()

    assert _properties(scene) == made
    scene.stack.settles()
    scene.untouched()
    scene.forget()


def _properties(scene: Scene) -> dict[str, Any]:
    return {
        one["urn"]: {key: one[key] for key in ("id", "type", "inputs", "outputs")}
        for one in scene.stack.resources()
    }


def test_forty_applications_and_five_hundred_links(scene: Scene, soak: bool):
    """As large as estates get: imported, and nothing is left to do. In the short form, a tenth of it."""
    number, wanted = (40, 500) if soak else (12, 50)
    types = ("jira", "confluence", "stash", "bamboo")
    for index in range(number):
        scene.start(f"application-{index:02}", types[index % len(types)], name=f"Application {index:02}")
    pairs = itertools.islice(itertools.combinations(scene.applications, 2), wanted)
    for one, two in pairs:
        scene.link(one, two)
    scene.watch()
    assert scene.scan("-q").returncode == Code.DONE
    written = scene.write("-v")
    assert written.returncode == Code.DONE, written.stderr
    found = re.search(r"^(\d+) requests to", written.stderr, re.M)
    assert found is not None
    assert int(found[1]) <= 2 * number + 2 * wanted
    scene.import_()
    scene.stack.settles()
    assert len(scene.stack.resources()) == wanted
    scene.untouched()
    scene.stack.finished = True
