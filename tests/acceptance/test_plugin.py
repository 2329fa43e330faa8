"""The plugin on the real CLI: what it has that the dynamic provider has not, and the way from one to the other and back.

`make stories-plugin` runs every story with it.
"""

from __future__ import annotations

import json
import shutil
import signal
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, islice
from pathlib import Path
from typing import Any

import psutil
import pytest

from pulumi_applinks.lab.applications import Application, Fault, Lab
from pulumi_applinks.names import DYNAMIC_TYPE, PLUGIN_TYPE
from tests.acceptance.harness import PRELUDE, Story, link, plans, says, says_not, with_plugin, working
from tests.unit.lab_applications.conftest import link_both_ways

pytestmark = pytest.mark.real_cli("plugins")
PACKAGED = PRELUDE + "from pulumi_applinks.packaged import ApplicationLink\n"


@pytest.fixture
def plugged(pair: Story, request: pytest.FixtureRequest) -> Story:
    """The stack of a Jira and a Confluence, with the plugin."""
    if not request.config.getoption("--with-plugin"):
        with_plugin(Path(pair.project.directory))
        pair.prelude = PACKAGED
    return pair


def test_a_link_from_its_making_to_its_end(plugged: Story, jira: Application, wiki: Application):
    """A line for each property that changes, also for what a hand has changed; messages under the link that they are about."""
    plugged.declare(jira, wiki, 'authentication=NonImpersonating(execute_as="user")')
    plans(plugged.preview(), create=2)
    says(plugged.up(), f"{PLUGIN_TYPE} (jira-wiki): could not check on {wiki.url} that the user")
    assert working(jira, wiki)
    plugged.settles()
    made = plugged.id()
    wiki.stop()
    says(plugged.refresh("--preview-only"), f"{PLUGIN_TYPE} (jira-wiki): warning: ")
    wiki.start()

    old = wiki.url
    wiki.move()
    plugged.declare(jira, wiki, 'authentication=NonImpersonating(execute_as="anna")')
    says(
        plugged.preview("--diff"),
        f'~ url: "{old}" => "{wiki.url}"',
        '~ execute_as: "user" => "anna"',
    )
    plugged.declare(jira, wiki, 'authentication=NonImpersonating(execute_as="user")')
    plans(plugged.up(), update=1, replace=0)
    assert plugged.id() == made

    jira.links[wiki.server_id].name = "Renamed by hand"
    plugged.refresh()
    says(plugged.preview("--diff"), "- target.name: {", '- observed: "Renamed by hand"')
    plans(plugged.up(), update=1)
    assert jira.links[wiki.server_id].name == "Confluence"
    plugged.finish()


def test_a_mistake_and_a_refusal_are_one_message(plugged: Story, jira: Application, wiki: Application):
    """At the property, and without a frame of this program."""
    plugged.declare("ftp://jira.example.com", wiki)
    told = plugged.preview(check=False)
    says(told, "source.url", "[applinks/bad-input]")
    says_not(told, "pulumi_applinks/")

    plugged.declare(jira, wiki, 'authentication=NonImpersonating(execute_as="nobody")')
    told = plugged.up(check=False)
    says(told, "error: the link cannot be made", "Nothing was changed on either application.")
    says_not(told, "pulumi_applinks/")
    assert (len(jira.links), len(wiki.links)) == (2, 2)
    plugged.is_gone()


def test_a_link_that_is_left_half_made_is_finished_by_the_next_up(
    plugged: Story, jira: Application, wiki: Application
):
    """What could not be undone is in the state, as half made, and no second link is made."""
    plugged.declare(jira, wiki)
    refused = [
        one.faults.add(Fault(method, path, status=500, times=100, origin="client"))
        for one in (jira, wiki)
        for method, path in (("PUT", "*/authentication*"), ("PUT", "*/oauth*"), ("DELETE", "*"))
    ]
    told = plugged.up(check=False)
    assert told.returncode != 0
    says(told, "is still there")
    assert [one["type"] for one in plugged.resources()] == [PLUGIN_TYPE]
    assert plugged.resources()[0]["initErrors"]
    there = (jira.links.snapshot(), wiki.links.snapshot())

    for one in (jira, wiki):
        one.faults.clear()
    assert refused
    plans(plugged.up(), create=0, update=1)
    assert working(jira, wiki)
    assert [len(one) for one in there] == [len(jira.links), len(wiki.links)]
    plugged.finish()


@pytest.mark.passphrase
def test_a_stack_changes_to_the_plugin_and_back(
    plugged: Story, lab: Lab, jira: Application, wiki: Application
):
    """Protected, one-way and per direction: nothing is replaced, no request writes, and each of the two refreshes what the other stored."""
    stash = lab.start("stash")
    plugged.credentials("stash", stash)
    plugged.watch(stash)
    per_direction = "authentication=PerDirection(outgoing=NonImpersonating(), incoming=NoAuthentication())"
    others = link(jira, stash, "two_way=False", name="one-way", credentials=("jira", "stash")) + link(
        wiki, stash, per_direction, name="per-direction", credentials=("wiki", "stash")
    )
    text = link(jira, wiki, "opts=ResourceOptions(protect=True)") + others
    applications = (jira, wiki, stash)
    before: list[list[dict[str, Any]]] = []

    def change(prelude: str, type_: str) -> None:
        plugged.prelude = prelude
        plugged.program(text)
        for one in applications:
            one.requests.clear()
        told = plugged.up("--refresh=false")
        plans(told, create=0, update=0, replace=0, delete=0)
        plugged.refresh("--expect-no-changes")
        plugged.preview("--expect-no-changes")
        assert {one["type"] for one in plugged.resources()} == {type_}
        assert [one for application in applications for one in application.requests.written()] == []
        assert [one.links.snapshot() for one in applications] == before

    plugged.prelude = PRELUDE
    plugged.program(text)
    plugged.up()
    before += [one.links.snapshot() for one in applications]
    change(PACKAGED, PLUGIN_TYPE)
    change(PRELUDE, DYNAMIC_TYPE)
    change(PACKAGED, PLUGIN_TYPE)

    plugged.program(link(jira, wiki) + others)
    plugged.up()
    plugged.finish()


HUNDRED = """\
doors = [dict(), dict(two_way=False), dict(authentication=PerDirection(NonImpersonating(), NoAuthentication())),
         dict(opts=ResourceOptions(protect=True))]
for number, (one, two) in enumerate({pairs}):
    ApplicationLink(f"link-{{number}}", Application(one[1], credentials=one[0]), Application(two[1], credentials=two[0]),
                    **doors[number % 4] if number % 4 < 3 or {protect} else dict())
"""


def test_a_hundred_links_change_doors(plugged: Story, lab: Lab, request: pytest.FixtureRequest):
    """With operations that an interruption left pending, too: nothing is replaced, and no request writes."""
    if not request.config.getoption("--with-plugin"):
        plugged.is_gone()
        pytest.skip("it takes minutes: `make stories-plugin` runs it")
    applications = {
        f"app{number}": lab.start(
            ("jira", "confluence", "stash", "bamboo")[number % 4], name=f"Application {number}"
        )
        for number in range(15)
    }
    for name, one in applications.items():
        plugged.credentials(name, one)
    plugged.watch(*applications.values())
    pairs = list(islice(combinations([(name, one.url) for name, one in applications.items()], 2), 100))
    text = HUNDRED.format(pairs=pairs, protect=True)
    before: list[list[dict[str, Any]]] = []

    def leave_pending() -> None:
        """As the engine leaves a state when it is killed in the middle."""
        (file,) = Path(plugged.project.home).rglob("stacks/**/dev.json")
        stored = json.loads(file.read_text(encoding="utf-8"))
        links = {one["urn"].rpartition("::")[2]: one for one in plugged.resources()}
        never = {**links["link-0"], "urn": f"{links['link-0']['urn']}00", "id": "", "outputs": {}}
        stored["checkpoint"]["latest"]["pending_operations"] = [
            {"resource": never, "type": "creating"},
            {"resource": links["link-1"], "type": "updating"},
            {"resource": links["link-2"], "type": "deleting"},
        ]
        file.write_text(json.dumps(stored), encoding="utf-8")
        plugged.project._exported = None

    def change(prelude: str, type_: str) -> None:
        leave_pending()
        plugged.prelude = prelude
        plugged.program(text)
        for one in applications.values():
            one.requests.clear()
        told = plugged.up("--refresh=false")
        plans(told, create=0, update=0, replace=0, delete=0)
        says(told, "pending operations", "interrupted while creating")
        plugged.refresh("--expect-no-changes", "--clear-pending-creates")
        plugged.preview("--expect-no-changes")
        assert not plugged.project.export()["deployment"].get("pending_operations")
        assert [one["type"] for one in plugged.resources()] == [type_] * 100
        assert [one for each in applications.values() for one in each.requests.written()] == []
        assert [one.links.snapshot() for one in applications.values()] == before

    plugged.prelude = PRELUDE
    plugged.program(text)
    plugged.up()
    before += [one.links.snapshot() for one in applications.values()]
    change(PACKAGED, PLUGIN_TYPE)
    change(PRELUDE, DYNAMIC_TYPE)
    plugged.program(HUNDRED.format(pairs=pairs, protect=False))
    plugged.up()
    plugged.finish()


def test_an_interruption_ends_a_wait(plugged: Story, lab: Lab, jira: Application, wiki: Application):
    """Ctrl-C while an application is waited for: it ends at once, and the link that was made before is in the state."""
    stash = lab.start("stash")
    plugged.credentials("stash", stash)
    plugged.watch(stash)
    stash.faults.add(Fault("GET", "*/manifest", status=503, times=10_000, origin="client"))
    wait = ("wait_for_target=600", "opts=ResourceOptions(depends_on=[first])")
    second = link(jira, stash, *wait, name="second", credentials=("jira", "stash"))
    plugged.program(f"first = {link(jira, wiki)}{second}")
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(plugged.up, check=False)
        assert stash.requests.wait_for(1)
        for one in psutil.Process().children(recursive=True):
            if one.name() == "pulumi" and Path(one.cwd()) == Path(plugged.project.directory):
                one.send_signal(signal.SIGINT)
        told = running.result(timeout=60)
    assert told.returncode != 0
    says(told, "the link cannot be made", "Nothing was changed on either application.")
    assert [one["urn"].rpartition("::")[2] for one in plugged.resources()] == ["jira-wiki"]
    assert working(jira, wiki)
    assert stash.server_id not in jira.links
    stash.faults.clear()
    plugged.up()
    plugged.finish()


def test_the_providers_configuration_changes(plugged: Story, jira: Application, wiki: Application):
    """Under links that are there, also to a provider of the program's own: nothing is replaced, changed or asked."""
    for name, one in (("jira", jira), ("wiki", wiki)):
        plugged.project.config_set(f"applinks:applications.{name}", one.url, path=True)
    plugged.declare(jira, wiki)
    plugged.up()
    made = (jira.links.snapshot(), wiki.links.snapshot(), plugged.id())

    def unchanged(**counts: int) -> None:
        jira.requests.clear()
        plans(plugged.up(), **{"replace": 0, "delete": 0, "update": 0, **counts})
        plugged.preview("--expect-no-changes")
        assert jira.requests.written() == []
        assert (jira.links.snapshot(), wiki.links.snapshot(), plugged.id()) == made

    plugged.project.run("config", "rm", "applinks:applications.wiki", "--path", env=plugged.environment)
    plugged.project.config_set("applinks:applications.jira", "https://elsewhere.example.com", path=True)
    unchanged()
    given = 'mine = pulumi.ProviderResource("applinks", "mine", {"applications": {"other": "https://other.example.com"}})\n'
    plugged.program(given + link(jira, wiki, "opts=ResourceOptions(provider=mine)"))
    unchanged(create=1)
    plugged.program(given.replace("other", "else") + link(jira, wiki, "opts=ResourceOptions(provider=mine)"))
    unchanged(update=1)
    plugged.finish()


def test_a_preview_knows_what_is_unknown_and_hides_what_is_secret(
    plugged: Story, jira: Application, wiki: Application, lab: Lab
):
    """An input that another resource gives is shown as such, a secret one as hidden; `up` continues with both."""
    stash = lab.start("stash")
    plugged.credentials("stash", stash)
    plugged.watch(stash)
    name = "name=first.target_name.apply(lambda name: f'Beside {name}')"
    secret = "authentication=NonImpersonating(execute_as=pulumi.Output.secret('user'))"
    second = link(jira, stash, secret, name="second", credentials=("jira", "stash"), target_more=name)
    plugged.program(f"first = {link(jira, wiki)}{second}")
    told = plugged.preview("--diff")
    plans(told, create=3)
    says(told, "name : [unknown]", "execute_as: [secret]")
    plugged.up()
    assert jira.links[stash.server_id].name == "Beside Confluence"
    plugged.finish()


def test_a_link_of_the_plugin_goes_to_the_dynamic_provider(
    plugged: Story, jira: Application, wiki: Application
):
    """One that the dynamic provider has never had: it is refreshed, changed and deleted there."""
    plugged.declare(jira, wiki)
    plugged.up()
    plugged.prelude = PRELUDE
    plugged.declare(jira, wiki)
    plans(plugged.up("--refresh=false"), create=0, update=0, replace=0, delete=0)
    plugged.refresh("--expect-no-changes")
    plugged.declare(jira, wiki, "authentication=NoAuthentication()")
    plans(plugged.up(), update=1, replace=0)
    plugged.finish()


def test_a_class_of_a_type_of_its_own_changes_doors(plugged: Story, jira: Application, wiki: Application):
    """One of a team's own, whose links had their own type with the dynamic provider: it keeps its links both ways."""
    company = 'class CompanyLink(ApplicationLink, module="company", name="Link"):\n    pass\n'
    declared = company + link(jira, wiki).replace("ApplicationLink(", "CompanyLink(")
    plugged.prelude = PRELUDE
    plugged.program(declared)
    plugged.up()
    for prelude, type_ in 2 * ((PACKAGED, PLUGIN_TYPE), (PRELUDE, "pulumi-python:dynamic/company:Link")):
        plugged.prelude = prelude
        plugged.program(declared)
        plans(plugged.up("--refresh=false"), create=0, update=0, replace=0, delete=0)
        stored = plugged.project.export()["deployment"]["resources"]
        assert [one["type"] for one in stored if one["type"].endswith("Link")] == [type_]
    assert working(jira, wiki)
    plugged.finish()


def test_drift_that_is_watched(plugged: Story, jira: Application, wiki: Application):
    """A plain preview shows what a hand has changed, and a plain `up` repairs it, at the price of the reads of a refresh."""
    plugged.declare(jira, wiki, "watch_drift=True")
    plugged.up()
    jira.links[wiki.server_id].name = "Renamed by hand"
    jira.requests.clear()
    says(plugged.preview("--diff"), '- observed: "Renamed by hand"')
    asked = jira.requests.counts()
    jira.requests.clear()
    plugged.refresh("--preview-only")
    assert asked == jira.requests.counts()
    plans(plugged.up(), update=1)
    assert jira.links[wiki.server_id].name == "Confluence"
    plugged.finish()


@pytest.mark.parametrize("refused", ["a word", "an address"])
def test_a_mistake_in_the_configuration(plugged: Story, jira: Application, wiki: Application, refused: str):
    """It is named by its key, and nothing is asked."""
    plugged.declare(jira, wiki)
    if refused == "a word":
        plugged.project.config_set("applinks:preveiw", "online")
    else:
        plugged.project.config_set("applinks:applications.jira", "jira.example.com", path=True)
    told = plugged.up(check=False)
    says(told, "preveiw" if refused == "a word" else "applications.jira")
    assert jira.requests.all("client") == []
    plugged.is_gone()


def test_a_link_is_imported_by_its_names(plugged: Story, jira: Application, wiki: Application):
    """`pulumi import TYPE NAME jira/wiki` takes a link over that somebody made by hand; the program changes nothing then."""
    link_both_ways(jira, wiki)
    for application, other in ((jira, wiki), (wiki, jira)):
        plugged.gives_up(application, other.server_id)
    for name, one in (("jira", jira), ("wiki", wiki)):
        plugged.project.config_set(f"applinks:applications.{name}", one.url, path=True)
    plugged.declare(jira, wiki)
    flags = ("--yes", "--skip-preview", "--generate-code=false", "--protect=false")
    plugged.project.run("import", PLUGIN_TYPE, "jira-wiki", "jira/wiki", *flags, env=plugged.environment)
    assert plugged.id() == f"{jira.server_id}/{wiki.server_id}"
    plugged.preview("--expect-no-changes")
    plugged.refresh("--expect-no-changes")
    plugged.finish()


@pytest.mark.passphrase
def test_the_links_are_listed(plugged: Story, lab: Lab, jira: Application, wiki: Application):
    """`pulumi do … list` has each link between the configured applications, whoever made it, by an id that `import` takes."""
    stash = lab.start("stash")
    plugged.credentials("stash", stash)
    link_both_ways(stash, jira)
    plugged.gives_up(jira, stash.server_id)
    for name, one in (("jira", jira), ("wiki", wiki), ("stash", stash)):
        plugged.project.config_set(f"applinks:applications.{name}", one.url, path=True)
    plugged.declare(jira, wiki)
    plugged.up()
    (provider,) = (
        one["urn"]
        for one in plugged.project.export()["deployment"]["resources"]
        if one["type"] == "pulumi:providers:applinks"
    )
    # What `do` is given by its folder, it installs from the index of packages.
    program = shutil.which("pulumi-resource-applinks", path=sysconfig.get_path("scripts"))
    assert program
    words = ("do", "--package", program, PLUGIN_TYPE, "list", "--provider", provider, "--output", "json")
    settings = {
        **plugged.environment,
        **plugged.project.engine.variables(Path(plugged.project.home).resolve()),
    }
    plugged.project.run("stack", "select")
    settings |= {"PULUMI_CONFIG_PASSPHRASE": plugged.project.passphrase}
    told = plugged.project.engine.run(words, cwd=Path(plugged.project.directory), env=settings)
    assert told.returncode == 0, told.output
    listed = {frozenset(one["id"].split("/")) for one in json.loads(told.stdout)}
    assert listed == {frozenset(("jira", "wiki")), frozenset(("jira", "stash"))}
    jira.links.remove(stash.server_id)
    plugged.finish()


def test_a_program_imports_and_looks_up(plugged: Story, lab: Lab, jira: Application, wiki: Application):
    """`import_` takes a link over in one `up`; a look-up and a function give its ids, and manage nothing."""
    link_both_ways(jira, wiki)
    before = (jira.links.snapshot(), wiki.links.snapshot())
    for application, other in ((jira, wiki), (wiki, jira)):
        plugged.gives_up(application, other.server_id)
    for name, one in (("jira", jira), ("wiki", wiki)):
        plugged.project.config_set(f"applinks:applications.{name}", one.url, path=True)
    looked_up = link(jira, wiki, 'opts=ResourceOptions(id="jira/wiki")')
    plugged.program(
        f"found = {looked_up}"
        'asked = pulumi.runtime.invoke("applinks:index:getApplicationLink", {"source": "jira", "target": "wiki"}).value\n'
        'pulumi.export("found", found.link_id)\npulumi.export("asked", asked["link_id"])\n'
    )
    plugged.up()
    resources = plugged.project.export()["deployment"]["resources"]
    (outputs,) = (one["outputs"] for one in resources if one["type"] == "pulumi:pulumi:Stack")
    assert (outputs["found"], outputs["asked"]) == (wiki.server_id, wiki.server_id)
    plugged.program("")
    plugged.up()
    assert (jira.links.snapshot(), wiki.links.snapshot()) == before

    plugged.declare(jira, wiki, 'opts=ResourceOptions(import_="jira/wiki")')
    plugged.up()
    assert (jira.links.snapshot(), wiki.links.snapshot()) == before
    plugged.declare(jira, wiki)
    plugged.finish()
