"""`examples/import_an_estate`: its README, followed word by word."""

from __future__ import annotations

import re
import uuid

import pytest

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.estate.importing import from_text
from pulumi_applinks.estate.importing.program import program
from pulumi_applinks.lab.applications import Directory, Lab, StoredLink
from tests.acceptance.estates import Estate
from tests.acceptance.harness import Story
from tests.docs.blocks import ROOT
from tests.engines import PASSPHRASE, SparingProject

EXAMPLE = ROOT / "examples" / "import_an_estate"
README = (EXAMPLE / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """What the README shows in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)


def clicked_together(scene: Estate) -> None:
    """The example's estate."""
    shared = Directory()
    for name, type_id in (("jira", "jira"), ("wiki", "confluence"), ("code", "stash"), ("ci", "bamboo")):
        scene.start(name, type_id, directory=shared)
    scene.link("jira", "wiki", "oauth-impersonation", "oauth-impersonation")
    scene.link("jira", "code")
    consumer = scene.end("code", "jira").consumer
    assert consumer is not None
    consumer.execute_as = "user"
    scene["jira"].link_by_hand(scene["ci"])
    scene.link("wiki", "code")
    scene.end("code", "wiki").name = "Handbook"
    gone = scene.lab.closed_address()
    scene["ci"].links.add(StoredLink(str(uuid.uuid4()), "confluence", "Old wiki", gone, gone))


@pytest.mark.real_cli("import files")
def test_the_readme_followed(lab: Lab, stack: Story):
    """Its commands end well, the program is the one that it shows, and no application saw a write."""
    scene = Estate(lab, stack)
    clicked_together(scene)
    scene.watch()
    named = (EXAMPLE / "applinks.yaml").read_text(encoding="utf-8")
    for name, application in scene.applications.items():
        named = named.replace(f"https://{name}.example.com", application.url)
    (scene.folder / "applinks.yaml").write_text(named, encoding="utf-8")

    commands = [line for block in blocks("sh") for line in block.splitlines()]
    for line in (one for one in commands if one.startswith("applinks ")):
        ran = scene.applinks(*line.split()[1:])
        assert ran.returncode == ExitCode.DONE, ran.stderr

    found = scene.text("inventory.yaml")
    for name, application in scene.applications.items():
        found = found.replace(application.url, f"https://{name}.example.com")
    inventory = from_text(found, "inventory.yaml")
    assert blocks("python") == [program(inventory.applications, inventory.links)]
    assert [one.why for one in inventory.left_out] == ["orphaned"]

    project = SparingProject(
        stack.project.engine,
        scene.folder / "links",
        stack="dev",
        home=scene.folder / "home",
        passphrase=PASSPHRASE,
    )
    stack.project = project
    for line in (one for one in commands if one.startswith("pulumi ")):
        if line == "pulumi stack init dev":
            project.init()
        else:
            project.run(*line.split()[1:], env=stack.environment)
    assert len(stack.resources()) == len(inventory.links)
    scene.untouched()
    scene.forget()
