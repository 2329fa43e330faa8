"""Ways of working with an engine that a link has to survive: renamed, replaced, tainted, declared twice, looked up, imported."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_applinks.lab.applications import Application
from tests.acceptance.harness import Story, link, plans, says, says_not, working

ADOPT = 'on_existing="adopt"'


def names(stack: Story) -> list[str]:
    """The names of the links in the state."""
    return sorted(one["urn"].rpartition("::")[2] for one in stack.resources())


def writes(application: Application) -> list[str]:
    """What the program has written on an application since its log was cleared: `PUT`, `DELETE`."""
    path = "/rest/applinks/1.0/applicationlink/"
    return [
        one.method
        for one in application.requests.written()
        if one.origin == "client" and path in one.path and "authentication" not in one.path
    ]


def test_renamed_without_an_alias(pair: Story, jira, wiki):
    """The new resource takes the link over, and the old one's deletion leaves it, with a warning."""
    pair.declare(jira, wiki, ADOPT)
    pair.up()
    pair.declare(jira, wiki, ADOPT, name="tracker")
    told = pair.up()
    says(told, "warning:", "jira-wiki", "tracker")
    assert names(pair) == ["tracker"]
    assert working(jira, wiki)
    pair.finish()


COMPANY = "class CompanyLink(ApplicationLink{}):\n    pass\n"
"""A class of a team's own, with what stands behind its base."""
ALIAS = pytest.mark.real_cli("aliases")


@pytest.mark.parametrize(
    ("before", "after", "aliases"),
    [
        # The token that an earlier version gave such a class.
        pytest.param(COMPANY.format(', name="Resource"'), COMPANY.format(""), "", marks=ALIAS),
        pytest.param(
            COMPANY.format(', name="Resource"'),
            COMPANY.format(""),
            'aliases=("urn:pulumi:dev::story::x:y:Z::jira-wiki",)',
            marks=ALIAS,
        ),
        ("CompanyLink = ApplicationLink\n", COMPANY.format(""), ""),
        (COMPANY.format(""), "CompanyLink = ApplicationLink\n", ""),
    ],
    ids=["upgraded", "upgraded-with-an-alias", "derived-later", "no-longer-derived"],
)
def test_a_class_of_ones_own_has_the_same_links(
    pair: Story, jira, wiki, before: str, after: str, aliases: str
):
    """None of them is deleted or recreated, and the token is the one by which everybody knows them."""
    declared = link(jira, wiki).replace("ApplicationLink(", "CompanyLink(")
    pair.program(before + declared)
    pair.up()
    jira.requests.clear()
    options = f"    opts=ResourceOptions({aliases}),\n)\n"
    pair.program(after + declared.removesuffix(")\n") + options)
    pair.preview("--expect-no-changes")
    pair.up()
    assert writes(jira) == []
    assert (names(pair), pair.resources()[0]["urn"]) == (["jira-wiki"], pair.urn())
    pair.finish()


OTHERS = """
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Provider(ResourceProvider):
    def create(self, props):
        return CreateResult("id", props)

class Thing(Resource):
    def __init__(self, name):
        super().__init__(Provider(), name, {"size": 1})
"""


@pytest.mark.real_cli("aliases")
def test_the_alias_of_a_class_of_ones_own_takes_nothing_from_others(pair: Story, engine, jira, wiki):
    """A resource of another provider that has the same name, and the type that such a class had before, is not taken for the link."""
    pair.program(OTHERS + 'Thing("jira-wiki")\n')
    pair.up()
    declared = COMPANY.format("") + link(jira, wiki).replace("ApplicationLink(", "CompanyLink(")
    pair.program(OTHERS + declared)  # in place of the other one
    told = pair.up(check=False)
    assert told.returncode != 0
    says(told, "the stack has a resource of another provider under this name")
    kept = [one["urn"] for one in pair.project.export()["deployment"]["resources"]]
    assert "urn:pulumi:dev::story::pulumi-python:dynamic:Resource::jira-wiki" in kept
    assert wiki.server_id not in jira.links
    pair.program(OTHERS + declared.replace("'jira-wiki'", "'tracker'"))
    pair.finish()


@pytest.mark.parametrize(
    "what",
    [
        pytest.param(
            "targeted",
            marks=[
                pytest.mark.real_cli("targets"),
                pytest.mark.without("with_refresh", "a refresh knows no target that is new"),
            ],
        ),
        pytest.param("another-fails", marks=pytest.mark.about_applications),
    ],
)
def test_renamed_without_an_alias_in_two_operations(pair: Story, jira, wiki, what: str):
    """The new resource takes the link over in one, and the old one goes in the next: the link stays, with a warning."""
    pair.declare(jira, wiki, ADOPT)
    pair.up()
    pair.declare(jira, wiki, ADOPT, name="tracker")
    if what == "targeted":
        pair.up("--target", pair.urn("tracker"))
    else:
        program = f"tracker = {link(jira, wiki, ADOPT, name='tracker')}"
        failing = link(jira, jira, "opts=ResourceOptions(depends_on=[tracker])", name="itself")
        pair.program(program + failing)
        assert pair.up(check=False).returncode != 0
        pair.program(program)
    assert names(pair) == ["jira-wiki", "tracker"]
    assert working(jira, wiki)
    says(pair.up(), "warning:", "jira-wiki", "tracker")
    assert names(pair) == ["tracker"]
    assert working(jira, wiki)
    pair.finish()


@pytest.mark.real_cli("aliases")
def test_renamed_without_an_alias_and_not_adopted(pair: Story, jira, wiki):
    """Refused, with the likeliest cause first; with the alias it is the same link."""
    pair.declare(jira, wiki)
    pair.up()
    made = pair.id()
    pair.declare(jira, wiki, name="tracker")
    told = pair.up(check=False)
    assert told.returncode != 0
    says(told, "is already linked with", "already", "Nothing was changed")
    assert told.output.index("alias") < told.output.index('on_existing="adopt"')
    assert names(pair) == ["jira-wiki"]
    assert working(jira, wiki)
    alias = 'opts=ResourceOptions(aliases=[pulumi.Alias(name="jira-wiki")])'
    pair.declare(jira, wiki, alias, name="tracker")
    plans(pair.up(), create=0, replace=0, delete=0)
    assert pair.id("tracker") == made
    pair.finish()


@pytest.mark.parametrize(
    "more", [(), pytest.param((ADOPT,), marks=pytest.mark.about_applications)], ids=["making", "adopting"]
)
@pytest.mark.parametrize("way", ["--replace", "--target-replace", "taint"])
@pytest.mark.real_cli("forced replacements")
def test_replaced(pair: Story, jira, wiki, way: str, more: tuple[str, ...]):
    """Deleted first, then recreated: one link on each end, and it works."""
    pair.declare(jira, wiki, *more)
    pair.up()
    made = pair.id()
    flags = [way, pair.urn()]
    if way == "taint":
        pair.project.run("state", "taint", pair.urn(), "--yes")
        flags = []
    plans(pair.preview(*flags), replace=1)
    for application in (jira, wiki):
        application.requests.clear()
    plans(pair.up(*flags), replace=1)
    for application in (jira, wiki):
        assert writes(application)[:2] == ["DELETE", "PUT"]
    assert working(jira, wiki)
    assert pair.id() == made
    assert names(pair) == ["jira-wiki"]
    pair.finish()


@pytest.mark.parametrize(
    "turned",
    [False, pytest.param(True, marks=pytest.mark.about_applications)],
    ids=["alike", "turned-round"],
)
def test_declared_twice(pair: Story, jira, wiki, turned: bool):
    """One pair of applications in two resources of one program is refused, and both are named, whichever was there before."""
    one = link(jira, wiki, ADOPT)
    two = link(jira, wiki, ADOPT, name="again")
    if turned:
        two = link(wiki, jira, ADOPT, name="again", credentials=("wiki", "jira"))
    pair.program(one + two)
    for run in (pair.preview, pair.up):
        told = run(check=False)
        assert told.returncode != 0
        says(told, "'jira-wiki'", "'again'")
    assert len(names(pair)) <= 1

    pair.program(one)
    pair.up()
    assert names(pair) == ["jira-wiki"]
    assert working(jira, wiki)

    # The new one is in the state before the program comes to the other one.
    after = link(jira, wiki, ADOPT, "opts=ResourceOptions(depends_on=[again])")
    pair.program(f"again = {two}{after}")
    told = pair.up(check=False)
    assert told.returncode != 0
    says(told, "'jira-wiki'", "'again'")
    assert names(pair) == ["again", "jira-wiki"]
    assert working(jira, wiki)
    pair.program(one)
    pair.up()
    assert names(pair) == ["jira-wiki"]
    assert working(jira, wiki)
    pair.finish()


@pytest.mark.real_cli("the verbs of `state`")
def test_taken_out_of_the_state(pair: Story, jira, wiki):
    """The link stays; it is refused as an existing one, or taken over."""
    pair.declare(jira, wiki)
    pair.up()
    pair.project.run("state", "delete", pair.urn(), "--yes")
    assert working(jira, wiki)
    told = pair.up(check=False)
    assert told.returncode != 0
    says(told, "is already linked with", "already")
    pair.declare(jira, wiki, ADOPT)
    pair.up()
    assert working(jira, wiki)
    pair.finish()


@pytest.mark.real_cli("the verbs of `state`")
def test_renamed_in_the_state(pair: Story, jira, wiki):
    """There is nothing to do then."""
    pair.declare(jira, wiki)
    pair.up()
    pair.project.run("state", "rename", pair.urn(), "tracker", "--yes")
    pair.declare(jira, wiki, name="tracker")
    pair.preview("--expect-no-changes")
    pair.up("--expect-no-changes")
    pair.finish()


@pytest.mark.real_cli("targets")
def test_one_of_several_is_targeted(pair: Story, lab, jira, wiki):
    """The others are neither asked about nor changed, and a preview as JSON says what is left."""
    stash = lab.start("stash")
    pair.watch(stash)
    pair.credentials("stash", stash)
    other = link(jira, stash, name="jira-stash", credentials=("jira", "stash"))
    pair.program(other + link(jira, wiki, target_more='name="Wiki"'))
    pair.up("--target", pair.urn())
    assert (wiki.server_id in jira.links, stash.server_id in jira.links) == (True, False)
    assert json.loads(pair.preview("--json").stdout)["changeSummary"] == {"create": 1, "same": 2}
    pair.up()
    pair.program(link(jira, wiki, target_more='name="Docs"') + other)
    stash.requests.clear()
    plans(pair.up("--target", pair.urn()), update=1)
    assert jira.links[wiki.server_id].name == "Docs"
    assert stash.requests.all("client") == []
    told = pair.destroy("--target", pair.urn())
    plans(told, delete=1)
    assert names(pair) == ["jira-stash"]
    assert wiki.server_id not in jira.links
    assert working(jira, stash)
    pair.finish()


@pytest.mark.real_cli("look-ups")
def test_looked_up(pair: Story, jira, wiki):
    """A link that the program does not manage is read, and nothing is ever written."""
    pair.declare(jira, wiki)
    pair.up()
    identity = pair.id()
    pair.project.run("state", "delete", pair.urn(), "--yes")
    for application in (jira, wiki):
        application.requests.clear()
    seen = link(jira, wiki, f'opts=ResourceOptions(id="{identity}")', name="seen")
    exports = 'pulumi.export("status", seen.status)\npulumi.export("end", seen.source_link)\n'
    pair.program(f"seen = {seen}{exports}")
    pair.preview()
    pair.up()
    assert pair.project.outputs()["status"] == "working"
    assert pair.project.outputs()["end"]["id"] == wiki.server_id
    pair.refresh("--expect-no-changes")
    pair.preview("--expect-no-changes")
    wiki.stop()
    pair.up()
    assert pair.project.outputs()["status"] != "working"
    wiki.start()
    pair.destroy()
    for application in (jira, wiki):
        assert writes(application) == []
    assert working(jira, wiki)
    for here, there in ((jira, wiki), (wiki, jira)):
        here.links.remove(there.server_id)
    pair.is_gone()


@pytest.mark.real_cli("look-ups")
def test_managed_and_then_looked_up(pair: Story, jira, wiki):
    """Letting go of a link: the same id, and nothing is deleted."""
    pair.declare(jira, wiki)
    pair.up()
    pair.declare(jira, wiki, f'opts=ResourceOptions(id="{pair.id()}")')
    plans(pair.up(), replace=0, delete=0)
    assert working(jira, wiki)
    pair.destroy()
    assert working(jira, wiki)
    for here, there in ((jira, wiki), (wiki, jira)):
        here.links.remove(there.server_id)
    pair.is_gone()


@pytest.mark.parametrize(
    "known", ["everything", pytest.param("inputs", marks=pytest.mark.about_applications)]
)
@pytest.mark.real_cli("import files")
def test_imported_from_a_file(pair: Story, jira, wiki, known: str):
    """With inputs and outputs, or with the inputs in the place of both: no application is asked, and nothing is left to do."""
    pair.declare(jira, wiki)
    pair.up()
    (recorded,) = pair.resources()
    pair.project.run("state", "delete", pair.urn(), "--yes")
    spec: dict[str, Any] = {key: recorded[key] for key in ("type", "id", "inputs", "outputs")}
    if known == "inputs":
        spec["outputs"] = spec["inputs"]
    file = pair.project.directory / "import.json"
    file.write_text(json.dumps({"resources": [{**spec, "name": "jira-wiki"}]}), encoding="utf-8")
    for application in (jira, wiki):
        application.requests.clear()
    pair.project.run("import", "--file", str(file), "--yes", "--generate-code=false", env=pair.environment)
    for application in (jira, wiki):
        assert application.requests.all("client") == []
    says_not(pair.preview("--expect-no-changes"), "Traceback")
    pair.refresh("--expect-no-changes")
    assert pair.outputs()["status"] == "working"
    pair.up()
    for application in (jira, wiki):
        assert writes(application) == []
    pair.finish()
