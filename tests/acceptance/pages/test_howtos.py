"""The how-tos and other pages, followed: their commands are run in order, with their files and programs, and what has to happen between.

They run on the embedded engine: what differs between the engines, the other stories try. A page with what that does not play runs on
the CLI.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from pulumi_applinks.lab.applications import Application, Lab
from pulumi_applinks.lab.applications.oauth import key_pair
from pulumi_applinks.lab.engine import find_engine
from tests.acceptance.harness import working
from tests.docs.blocks import HOWTOS
from tests.docs.programs import MAIN
from tests.docs.terminal import Guide, Terminal, environment
from tests.engines import PASSPHRASE, Which
from tests.unit.lab_applications.conftest import link_both_ways

pytestmark = [
    pytest.mark.about_applications,
    pytest.mark.without("with_plugin", "a page says itself which provider its project has"),
]
EMPTY = "import pulumi\n"
Open = Callable[..., Guide]


@pytest.fixture
def read(
    tmp_path: Path, engine: Which, jira: Application, wiki: Application, request: pytest.FixtureRequest
) -> Open:
    """Opens the page that a test is named after, with a project and its stack `production`, and with credentials in the environment."""

    def begin(
        *, project: bool = True, stack: bool = True, logged_in: bool = True, **more: Application
    ) -> Guide:
        name = request.node.originalname.removeprefix("test_").replace("_", "-") + ".md"
        (page,) = (folder / name for folder in (HOWTOS, HOWTOS.parent) if (folder / name).exists())
        applications = {"jira": jira, "wiki": wiki, **more}
        variables = find_engine(engine).variables(tmp_path / "states")
        settings = {**variables, "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}
        terminal = Terminal(tmp_path, environment(tmp_path, settings, embedded=engine == "embedded"))
        if project:
            a_project(terminal, "applinks", stack=stack)
        if logged_in:
            terminal.log_in(applications)
        terminal.known |= {"https://jira.example.com": jira.url, "https://wiki.example.com": wiki.url}
        return Guide(page, terminal, applications)

    return begin


def a_project(terminal: Terminal, name: str, *, stack: bool = True) -> None:
    """Go to a folder with what Pulumi wants, and its stack."""
    terminal.run(f'mkdir "$HOME/{name}" && cd "$HOME/{name}"')
    settings = f"name: {name}\nruntime:\n  name: python\n"
    (terminal.folder / "Pulumi.yaml").write_text(settings, encoding="utf-8")
    if stack:
        terminal.run("pulumi stack init production")


def declare(guide: Guide, program: str = MAIN) -> None:
    """Write the program: the link that the pages are about, or what is given."""
    (guide.terminal.folder / "__main__.py").write_text(guide.terminal.replaced(program), encoding="utf-8")


def install_anew(application: Application) -> None:
    """It has another server id, and no links."""
    application.server_id = str(uuid.uuid4())
    for link in list(application.links):
        application.links.remove(link.id)


def made(guide: Guide) -> None:
    """Make the link that a page begins with."""
    declare(guide)
    guide.terminal.run("pulumi up")


def status(guide: Guide) -> str:
    """What the stack has recorded of its link."""
    state = json.loads(guide.terminal.run("pulumi stack export"))
    links = [
        one for one in state["deployment"].get("resources") or [] if one["type"].endswith(":ApplicationLink")
    ]
    found: str = links[0]["outputs"]["status"] if links else "no link"
    return found


def test_install(read: Open, engine: Which, jira, wiki):
    if engine == "pulumi":
        pytest.skip("the CLI installs what the page's requirements.txt names from the package index")
    guide = read(project=False, logged_in=False)
    guide.follow("## 5. Check that it works")
    guide.follow("## Log the requests")
    assert guide.said.startswith("When they were last tried")
    guide.follow()
    assert "unchanged" in guide.said
    assert working(jira, wiki)


def test_credentials(read: Open, lab: Lab, jira, wiki):
    guide = read(logged_in=False, team_wiki=wiki, site=lab.start("confluence", cloud=True))
    guide.terminal.environment["APPLINKS_WIKI_TOKEN"] = wiki.users["admin"].tokens[0]
    guide.terminal.typed = jira.users["admin"].tokens[0]
    guide.follow("## In the stack's configuration")
    for name in ("TOKEN", "USERNAME", "PASSWORD"):
        del guide.terminal.environment[f"APPLINKS_JIRA_{name}"]
    guide.follow("## From another resource")
    settings = guide.terminal.folder / "Pulumi.production.yaml"
    assert settings.read_text("utf-8").count("secure:") == 3
    settings.write_text(re.sub(r"(?s)config:.*", "", settings.read_text("utf-8")), encoding="utf-8")
    guide.follow("Such a secret is stored in the state")
    assert len(jira.links) == 0, "the page's program has no link"
    declare(guide)
    guide.follow()
    assert working(jira, wiki)


def test_one_way(read: Open, jira, wiki):
    guide = read()
    del guide.terminal.environment["APPLINKS_WIKI_TOKEN"]
    guide.follow("## 2. Complete it")
    assert (status(guide), len(wiki.links)) == ("one-way", 0)
    guide.follow()
    assert working(jira, wiki)


def test_two_administrators(read: Open, tmp_path: Path, jira, wiki):
    guide = read()
    first = guide.terminal.folder
    a_project(guide.terminal, "second")
    second, guide.terminal.folder = guide.terminal.folder, first
    guide.follow("## 2. The second administrator")
    assert status(guide) == "incomplete"
    guide.terminal.folder = second
    guide.follow("## 3. The first administrator again")
    assert status(guide) == "working"
    guide.terminal.folder = first
    guide.follow()
    assert (status(guide), working(jira, wiki)) == ("working", True)


def test_relocate(read: Open, jira, wiki):
    guide = read()
    guide.follow("## 2. Move the application")
    guide.terminal.known["https://docs.example.com"] = wiki.move()
    guide.follow("## Many programs, or none")
    assert jira.links[wiki.server_id].rpc_url == wiki.url
    guide.terminal.known["https://wiki.example.com"] = wiki.url
    guide.terminal.known["https://docs.example.com"] = wiki.move()
    guide.follow("## Only the way between")
    assert jira.links[wiki.server_id].rpc_url == wiki.url


@pytest.mark.real_cli("aliases")
def test_estate(read: Open, lab: Lab, jira, wiki):
    guide = read(code=lab.start("stash"), builds=lab.start("bamboo"))
    for name, told in (("code", "https://bitbucket.example.com"), ("builds", "https://bamboo.example.com")):
        guide.terminal.known[told] = guide.applications[name].url
    guide.follow("## Keep the names")
    assert len(jira.links) == 3
    guide.follow()
    assert jira.links[wiki.server_id].primary
    assert guide.printed[-1].count("✗") == 0


@pytest.mark.real_cli("import files")
def test_adopt(read: Open, jira, wiki):
    guide = read()
    jira.link_by_hand(wiki, name="Made by hand")
    wiki.link_by_hand(jira)
    project = guide.terminal.folder
    guide.follow("Then take it over:")
    assert "applinks/adopts" in guide.said
    guide.follow("## A whole estate")
    assert working(jira, wiki)
    guide.follow("## Stop managing a link")
    guide.terminal.folder = project
    guide.follow("Then remove it from the program, and")
    declare(guide, EMPTY)
    guide.follow()
    assert working(jira, wiki)


def test_staging_clones(read: Open, lab: Lab):
    guide = read()
    staging = {"jira": lab.start("jira"), "wiki": lab.start("confluence")}
    guide.applications = staging
    for name, application in staging.items():
        guide.terminal.known[f"https://{name}-staging.example.com"] = application.url
    guide.follow()
    assert working(staging["jira"], staging["wiki"])


def test_network(read: Open, lab: Lab, tmp_path: Path):
    guide = read(logged_in=False)
    guide.applications = secured = {
        "jira": lab.start("jira", tls=True),
        "wiki": lab.start("confluence", tls=True),
    }
    guide.terminal.log_in(secured)
    known = {f"https://{name}.example.com": one.url for name, one in secured.items()}
    guide.terminal.known = {
        **known,
        "/etc/ssl/company-ca.pem": lab.ca_file,
        "http://proxy.example.com:3128": lab.closed_address(),  # whoever asked it would get no answer
        ".internal,jira.example.com": "127.0.0.1",
    }
    declare(guide)
    guide.follow()
    assert working(secured["jira"], secured["wiki"])


@pytest.mark.real_cli("plans")
def test_ci(read: Open, tmp_path: Path, jira, wiki):
    guide = read()
    declare(guide)
    guide.follow("Look for drift.")
    guide.terminal.run("pulumi up")
    jira.links[wiki.server_id].name = "Renamed by hand"
    guide.follow("Set `on_broken", code=7)
    wiki.links.remove(jira.server_id)
    guide.follow("To draw the estate", code=7)
    events = (guide.terminal.folder / "events.jsonl").read_text("utf-8").splitlines()
    assert "applinks/does-not-work" in {json.loads(line)["code"] for line in events}


def test_several_stacks(read: Open, tmp_path: Path, jira, wiki):
    guide = read(stack=False)
    guide.terminal.known["https://jira-staging.example.com"] = jira.url
    old = guide.terminal.folder
    guide.follow("## Move a link from one stack to another")
    assert {path.name for path in old.glob("Pulumi.*.yaml")} == {
        "Pulumi.staging.yaml",
        "Pulumi.production.yaml",
    }
    guide.follow("2. Remove it from the old program")
    declare(guide, EMPTY)
    guide.follow("3. Declare it in the new program")
    assert working(jira, wiki)
    a_project(guide.terminal, "new")
    guide.follow("## Read another stack's outputs")
    assert (status(guide), working(jira, wiki)) == ("working", True)


def test_upgrade(read: Open, jira, wiki):
    guide = read()
    made(guide)
    guide.follow()
    assert working(jira, wiki)


def test_legacy(read: Open, jira, wiki):
    guide = read()
    for one, other in ((jira, wiki), (wiki, jira)):
        one.link_by_hand(other).give_trust()
    guide.follow("## 2. Add OAuth", code=4)
    assert "legacy" in guide.said
    guide.follow("## 3. Check that OAuth works")
    assert "incoming trusted-applications" in guide.said
    guide.follow("## 4. Remove legacy authentication")
    assert guide.said.endswith(("unknown", "working"))
    guide.follow()
    assert guide.said == "working"
    assert working(jira, wiki)


def test_behaviour(read: Open, jira, wiki):
    guide = read()
    declare(guide)
    guide.follow()
    assert {request.method for request in wiki.requests.all("client")} <= {"GET", "POST"}
    assert (len(jira.links), len(wiki.links)) == (0, 0)


def test_map(read: Open, jira, wiki):
    guide = read()
    made(guide)
    guide.terminal.environment["BROWSER"] = "true"
    named = guide.terminal.replaced(
        "applications:\n  jira: https://jira.example.com\n  wiki: https://wiki.example.com\n"
    )
    (guide.terminal.folder / "applinks.yaml").write_text(named, encoding="utf-8")
    guide.follow("## From Python")
    assert "flowchart" in (guide.terminal.folder / "README.md").read_text("utf-8")
    assert guide.left[0].language == "python"
    (guide.terminal.folder / "page.py").write_text(guide.left[0].text, encoding="utf-8")
    drawn = (guide.terminal.folder / "map.svg").read_text("utf-8")
    assert guide.terminal.run("python page.py").rstrip() == drawn.rstrip()


@pytest.mark.real_cli("import files")
def test_command(read: Open, jira, wiki):
    guide = read(stack=False)
    link_both_ways(jira, wiki)
    named = (block for block in guide.left if block.language == "yaml")
    (guide.terminal.folder / "applinks.yaml").write_text(
        "applications:\n" + "".join(f"  {name}: {one.url}\n" for name, one in guide.applications.items())
    )
    assert set(yaml.safe_load(next(named).text)["applications"]) == set(guide.applications)
    guide.follow("## From an estate to a program")
    for name in ("applinks.xml", "applinks.sarif"):
        assert (guide.terminal.folder / name).stat().st_size > 100
    guide.follow()
    assert working(jira, wiki)


@pytest.mark.real_cli("the verbs of `state`")
def test_decommission(read: Open, jira, wiki):
    guide = read()
    made(guide)
    guide.follow("## 2. Delete the links")
    assert "1 working" in guide.said
    declare(guide, EMPTY)
    guide.follow("To delete all links of a stack:")
    assert (status(guide), len(jira.links), len(wiki.links)) == ("no link", 0, 0)
    made(guide)
    guide.follow("## 3. Switch the application off")
    assert (status(guide), len(jira.links), len(wiki.links)) == ("no link", 0, 0)
    made(guide)
    wiki.stop()
    guide.follow("Some dead links might not be in any program")
    assert "applinks/" in guide.said
    assert (status(guide), len(jira.links)) == ("no link", 0)
    guide.follow("## Both applications are gone", code=1)
    wiki.start()
    wiki.links.remove(jira.server_id)
    made(guide)
    jira.stop()
    wiki.stop()
    guide.follow()
    assert status(guide) == "no link"


@pytest.mark.real_cli("aliases and the verbs of `state`")
def test_recover(read: Open, lab: Lab, tmp_path: Path, jira, wiki):
    guide = read()
    known = guide.terminal.known

    def moved() -> None:
        known["https://wiki.example.com"] = wiki.move()

    jira.link_by_hand(wiki)
    wiki.link_by_hand(jira)
    declare(guide)
    guide.follow("## Every end of a link has moved")
    assert working(jira, wiki)

    known["https://jira.example.com"] = jira.move()
    moved()
    declare(guide)
    guide.follow("## An application was restored")
    assert jira.links[wiki.server_id].rpc_url == wiki.url

    wiki._keys = key_pair()
    guide.follow("## An application was reinstalled")
    assert working(jira, wiki)

    install_anew(wiki)
    guide.follow("If an application of the link moved")
    assert working(jira, wiki)

    install_anew(wiki)
    address = wiki.move()
    guide.follow("Now change the URLs")
    known["https://wiki.example.com"] = address
    declare(guide, MAIN.replace("wiki)", 'wiki, on_unreachable_delete="leave")'))
    guide.follow("## A link left the program")
    assert working(jira, wiki)

    known["https://wiki.example.com"] = wiki.move()
    declare(guide)
    guide.follow("Then remove it from the program:")
    declare(guide, EMPTY)
    guide.follow("## Two stacks manage")
    assert (status(guide), len(jira.links), len(wiki.links)) == ("no link", 0, 0)

    made(guide)
    guide.follow("## A resource was renamed")
    assert (status(guide), working(jira, wiki)) == ("no link", True)
    declare(guide, MAIN.replace("wiki)", 'wiki, on_existing="adopt")'))
    guide.terminal.run("pulumi up")
    guide.follow()
    assert (status(guide), working(jira, wiki)) == ("working", True)


@pytest.mark.real_cli("plugins")
def test_plugin(read: Open, jira, wiki):
    guide = read()
    (guide.terminal.folder / ".venv").symlink_to(sys.prefix)
    made(guide)
    before = (jira.links.snapshot(), wiki.links.snapshot())
    guide.follow("In a project in another language")
    guide.left = [one for one in guide.left if "plugin/.venv" not in one.text]

    def with_import(line: str) -> None:
        declare(guide, MAIN.replace("\nconfig =", f"\n{line}\nconfig ="))

    assert guide.left[0].text.startswith("from pulumi_applinks.packaged import")
    with_import(guide.left.pop(0).text)
    guide.follow("## Change back")
    assert "unchanged" in guide.said
    assert guide.left[0].text.startswith("from pulumi_applinks import")
    with_import(guide.left.pop(0).text)
    guide.follow("## Import a link")
    assert "unchanged" in guide.said
    assert (jira.links.snapshot(), wiki.links.snapshot()) == before
    guide.follow("Then import a link by these names")


def test_every_howto_is_followed():
    """Each has a test of its name, except for those that need Pulumi Cloud, real applications, or an example."""
    followed = {
        name.removeprefix("test_").replace("_", "-") for name in globals() if name.startswith("test_")
    }

    assert {page.stem for page in HOWTOS.glob("*.md")} - followed == {
        "esc",
        "real-instances",
        "test-your-program",
    }
