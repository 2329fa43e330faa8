"""An estate becomes an inventory, a person edits it, and it becomes a project."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from hypothesis import given, strategies as st

from pulumi_applinks.credentials import NamedCredentials
from pulumi_applinks.estate import EstateError, Named, Reader
from pulumi_applinks.estate.importing import (
    Inventory,
    NotTaken,
    Taken,
    from_text,
    merged,
    project,
    proposed,
    save,
    take,
)
from pulumi_applinks.estate.importing.inventory import Called, Declared, Entry
from pulumi_applinks.estate.importing.program import program, quoted, variables_of
from pulumi_applinks.lifecycle import Direction, Directions


def scanned(scene, *names, more=()) -> Inventory:
    """What the first step finds."""
    return proposed(scene.read(*names, more=more, details=True), scene.credentials)


def taken(scene, inventory):
    """What the second step reads."""
    reader = Reader(scene.credentials)
    try:
        return take(inventory, reader)
    finally:
        reader.close()


def edited(inventory, **changes) -> Inventory:
    """The same with its first link changed, as a person does in the file."""
    first = inventory.links[0].model_copy(update=changes)
    changed = inventory.model_copy(update={"links": (first, *inventory.links[1:])})
    return from_text(changed.as_text(), "inventory.yaml")


def test_the_file_says_all_of_the_inventory(pair):
    """Written and read again it is the same, to the byte."""
    pair["wiki"].links[pair["jira"].server_id].name = "Old: Jira"
    inventory = scanned(pair)

    assert from_text(inventory.as_text(), "x") == inventory
    assert inventory.as_text() == from_text(inventory.as_text(), "x").as_text()
    assert pair.untouched()


def test_an_application_is_what_most_links_say_it_is(scene):
    """The others say what they say otherwise, also that it has its own name there."""
    for name, type_id in (("jira", "jira"), ("wiki", "confluence"), ("ci", "bamboo"), ("code", "stash")):
        scene.start(name, type_id)
    for name in ("wiki", "ci", "code"):
        scene.link("jira", name)
    for name in ("wiki", "ci"):
        scene[name].links[scene["jira"].server_id].name = "Trackers"
    inventory = scanned(scene)
    entries = {one.resource: one for one in inventory.links}

    assert inventory.applications["jira"].name == "Trackers"
    assert entries["jira-wiki"].source_as == Called()
    assert entries["jira-code"].source_as.given() == {"name": None}
    assert "source=replace(jira, name=None)" in program(inventory.applications, inventory.links)


def test_an_application_that_is_reached_elsewhere(pair):
    """The program asks it where the one asked who scanned; the others go where their links say."""
    named = Named("jira", pair.lab.proxy(pair["jira"]), credentials="jira")
    inventory = scanned(pair, "wiki", more=(named,))
    jira = inventory.applications["jira"]

    assert (jira.url, jira.api_url) == (pair["jira"].url, named.url)
    assert [type(one) for one in taken(pair, inventory)] == [Taken]


def test_an_address_with_a_password_is_left_out_and_not_shown(pair):
    """It would end in the state."""
    link = pair["jira"].links[pair["wiki"].server_id]
    link.display_url = link.display_url.replace("://", "://someone:planted-password@")
    inventory = scanned(pair)

    assert [one.why for one in inventory.left_out] == ["address"]
    assert "planted-password" not in inventory.as_text()


def test_what_a_stack_has_is_left_out(pair):
    """It is managed already."""
    estate = pair.read(details=True)
    (link,) = estate.links
    ends = tuple(type(end)(**{**vars(end), "managed_by": "jira-wiki"}) for end in link.ends)
    estate = type(estate)(estate.applications, (type(link)(**{**vars(link), "ends": ends}),))
    inventory = proposed(estate, pair.credentials)

    assert [one.why for one in inventory.left_out] == ["managed"]
    assert inventory.links == ()


def test_a_second_scan_keeps_what_a_person_decided(pair):
    """What to take, and how it is called, in whatever order the applications are named."""
    before = edited(scanned(pair), resource="tickets-and-pages", take=False)
    again = merged(scanned(pair, "wiki", "jira"), before)

    assert [(one.resource, one.take) for one in again.links] == [("tickets-and-pages", False)]


def test_a_new_link_gets_no_name_that_is_given_away(pair):
    """A person gave the name to another one."""
    pair.start("ci", "bamboo")
    pair.link("jira", "ci")
    before = edited(scanned(pair, "jira", "wiki"), resource="jira-ci")
    again = merged(scanned(pair), before)

    assert {frozenset((one.source, one.target)): one.resource for one in again.links} == {
        frozenset(("jira", "wiki")): "jira-ci",
        frozenset(("jira", "ci")): "jira-ci-2",
    }


def test_a_scan_while_an_application_is_down_loses_nothing(pair):
    """Its links stay as they were known, with what differs; the next scan finds them again."""
    pair["wiki"].links[pair["jira"].server_id].name = "Old Jira"
    before = edited(scanned(pair), resource="mine")
    pair["wiki"].stop()
    meanwhile = from_text(merged(scanned(pair), before).as_text(), "x")

    assert [one.resource for one in meanwhile.links] == ["mine"]
    assert [one.application for one in meanwhile.not_asked] == ["wiki"]
    assert meanwhile.left_out == ()
    assert meanwhile.links[0].party("source", meanwhile.applications).name == "Old Jira"
    (link,) = taken(pair, meanwhile)
    assert isinstance(link, NotTaken)
    pair["wiki"].start()
    assert merged(scanned(pair), meanwhile) == before


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"two_way": False}, "authentication.incoming.level is 'oauth' on source"),
        ({"authentication": Directions()}, "authentication.incoming.level is 'oauth' on both"),
        ({"target_as": Called(name="Other")}, "target.name is 'Confluence' on source"),
        ({"target_as": Called(url="http://elsewhere.invalid")}, "target.url is"),
    ],
)
def test_what_is_not_as_the_inventory_says_is_left_out(pair, change, part):
    """A program with it would change an application."""
    (link,) = taken(pair, edited(scanned(pair), **change))

    assert isinstance(link, NotTaken)
    assert part in link.reason


def test_what_changed_since_the_scan_is_left_out(pair):
    """So is what is gone."""
    inventory = scanned(pair)
    jira, wiki = pair["jira"], pair["wiki"]
    wiki.links[jira.server_id].name = "Renamed"
    (renamed,) = taken(pair, inventory)
    wiki.links.remove(jira.server_id)
    jira.links.remove(wiki.server_id)
    (gone,) = taken(pair, inventory)

    assert isinstance(renamed, NotTaken)
    assert "source.name is 'Renamed' on target" in renamed.reason
    assert isinstance(gone, NotTaken)
    assert gone.reason == "neither jira nor wiki has it any more."
    text = project(inventory, [renamed], "links")["NEXT-STEPS.md"]
    assert "## Left out" in text
    assert "Renamed" in text


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("resource: jira-wiki", "resource: jira wiki", "'jira wiki': a name has letters"),
        ("source: jira", "source: jirra", "names jirra, which is not one of the applications"),
        ("target: wiki", "target: jira", "points from jira to itself"),
        ("take: true", "taken: true", "links.0.taken: Extra inputs are not permitted"),
        ("take: true", "take: perhaps", "links.0.take: Input should be a valid boolean"),
        ("version: 1", "version: 2", "is of version 2, and this program reads version 1"),
        ("format: pulumi", "format: other", "is not an inventory"),
        ("links:", "links: [", "is not YAML in line"),
    ],
)
def test_a_mistake_in_the_inventory_is_told(pair, old, new, part):
    """With the place."""
    text = scanned(pair).as_text()
    assert old in text

    with pytest.raises(EstateError, match=r"inventory\.yaml") as raised:
        from_text(text.replace(old, new), "inventory.yaml")
    assert part in str(raised.value)


@pytest.mark.parametrize("same", ["resource", "pair"])
def test_two_links_of_one_name_or_pair_are_refused(pair, same):
    """Pulumi would, later."""
    inventory = scanned(pair)
    other = {"resource": "other"} if same == "pair" else {"source": "wiki", "target": "ci"}
    applications = {**inventory.applications, "ci": Declared(url="http://ci.invalid")}
    twice = inventory.model_copy(
        update={
            "applications": applications,
            "links": (inventory.links[0], inventory.links[0].model_copy(update=other)),
        }
    )

    with pytest.raises(EstateError, match="list it once" if same == "pair" else "its own name"):
        from_text(twice.as_text(), "x")


@given(st.text())
def test_any_text_is_the_literal_that_says_it(text):
    """Whatever it has in it, it can't end the literal."""
    assert ast.literal_eval(quoted(text)) == text


def test_the_program_is_as_formatters_leave_it(tmp_path):
    """At every length, with quotes, blanks and characters of two columns."""
    texts = ["x", 'a "b"', "it's", "both \" and '", "back\\slash", "ｗｉｄｅ", "é", "tab\t", "\u200b"]
    ways = [
        None,
        Directions(),
        Directions(
            outgoing=Direction(level="oauth", execute_as="it's"),
            incoming=Direction(level="oauth-impersonation"),
        ),
    ]
    for length in range(1, 70):
        applications = {
            name: Declared(
                url=f"https://{'a' * length}.invalid",
                rpc_url="https://b.invalid",
                credentials=name,
                name=text * (length // 4 + 1),
            )
            for name, text in zip("abcdefghi", texts, strict=True)
        }
        links = [
            Entry(
                resource=f"{one}-{'y' * length}",
                source="a",
                target=one,
                authentication=ways[number % 3],
                target_as=Called(name=texts[number] * (length // 5)) if number % 2 else Called(),
                two_way=bool(number % 4),
            )
            for number, one in enumerate("bcdefghi")
        ]
        text = program(applications, links, adopt=bool(length % 2), plugin=bool(length % 3))
        (tmp_path / f"p{length}.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", "."],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout


def test_variables_are_names_of_python_each_its_own():
    """Whatever a person calls the applications."""
    found = variables_of(["jira", "Jira", "jira-eu", "jira.eu", "class", "1st", "replace", "jira_2"])

    assert list(found.values()) == [
        "jira",
        "jira_2",
        "jira_eu",
        "jira_eu_2",
        "class_",
        "application_1st",
        "replace_",
        "jira_2_2",
    ]


def test_a_file_that_says_something_else_is_not_written_over(tmp_path):
    """Nothing is written then; with `overwrite` all of it is; what belongs to the project stays."""
    files = {"Pulumi.yaml": "name: new\n", "__main__.py": "new\n", "import.json": "{}\n"}
    (tmp_path / "Pulumi.yaml").write_text("name: mine\n", encoding="utf-8")
    (tmp_path / "__main__.py").write_text("mine\n", encoding="utf-8")
    with pytest.raises(
        EstateError, match=r"has __main__\.py already, with other contents: nothing was written"
    ):
        save(files, tmp_path)
    assert not (tmp_path / "import.json").exists()

    assert save(files, tmp_path, overwrite=True) == ["__main__.py", "import.json"]
    assert save(files, tmp_path) == []
    assert (tmp_path / "Pulumi.yaml").read_text(encoding="utf-8") == "name: mine\n"
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(files)


def test_a_program_that_would_lose_a_link_is_not_written(tmp_path):
    """`pulumi up` would delete it, on both ends: not even with `overwrite`."""
    applications = {name: Declared(url=f"https://{name}.invalid") for name in ("jira", "wiki", "ci")}
    links = [Entry(resource=f"jira-{name}", source="jira", target=name) for name in ("wiki", "ci")]
    both, one = (program(applications, some) for some in (links, links[:1]))
    for called in ("CompanyLink(", "company.Link(", "applinks.ApplicationLink(", "ApplicationLink("):
        text = both.replace("ApplicationLink(", called)
        save({"__main__.py": text, "NEXT-STEPS.md": "both"}, tmp_path, overwrite=True)
        with pytest.raises(EstateError, match="declares 'jira-ci', and the new one would not"):
            save({"__main__.py": one, "NEXT-STEPS.md": "one"}, tmp_path, overwrite=True)

    assert (tmp_path / "__main__.py").read_text(encoding="utf-8") == both
    assert (tmp_path / "NEXT-STEPS.md").read_text(encoding="utf-8") == "both"
    more = program(applications, links, adopt=True)
    assert save({"__main__.py": more}, tmp_path, overwrite=True) == ["__main__.py"]


@pytest.mark.parametrize("silent", ["jira", "wiki"])
@pytest.mark.parametrize("two_way", [True, False])
def test_a_link_with_an_application_that_does_not_answer_is_not_called_gone(pair, silent, two_way):
    """Nobody can say so."""
    if not two_way:
        pair["wiki"].links.remove(pair["jira"].server_id)
        pair["jira"].links.remove(pair["wiki"].server_id)
        pair["jira"].link_by_hand(pair["wiki"])
    inventory = scanned(pair)
    pair[silent].stop()
    (link,) = taken(pair, inventory)

    assert isinstance(link, NotTaken)
    assert f"{silent} ({pair[silent].url}) is not running, or not at this address" in link.reason
    assert "any more" not in link.reason


def test_without_credentials_a_link_is_left_out(pair):
    """With the names that were looked for."""
    inventory = scanned(pair)
    reader = Reader(NamedCredentials({}))
    (link,) = take(inventory, reader)
    reader.close()

    assert isinstance(link, NotTaken)
    assert "APPLINKS_" in link.reason
