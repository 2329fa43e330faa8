"""Ways of working that a link has to survive: a rename, a forced replacement, a twin, a look-up, an import."""

import json
from pathlib import Path

import pytest

from tests.acceptance.harness import Stack, plans, says, working

LINK = """
ApplicationLink(
    "{name}",
    source=Application("{jira}", credentials="jira"),
    target=Application("{wiki}", credentials="wiki"),
    {more}
)
"""
ADOPT = 'on_existing="adopt",'


def declare(stack: Stack, jira, wiki, more: str = "", name: str = "jira-wiki") -> None:
    """The program."""
    stack.program(LINK.format(name=name, jira=jira.url, wiki=wiki.url, more=more))


def urn_of(stack: Stack, name: str = "jira-wiki") -> str:
    """What `--target` and `--replace` take."""
    (found,) = [one["urn"] for one in stack.resources() if one["urn"].endswith(f"::{name}")]
    return str(found)


def test_a_rename_without_an_alias(pair: Stack, jira, wiki):
    """Refused with the alias as the way out; with `adopt` the new name takes the link over, and the old one leaves it."""
    declare(pair, jira, wiki)
    pair.up()
    declare(pair, jira, wiki, name="renamed")
    told = pair.up(check=False)
    assert told.returncode != 0
    says(
        told, "is linked with", "give the new name an alias", "pulumi.Alias(name=...)", "nothing was changed"
    )
    assert working(jira, wiki)

    declare(pair, jira, wiki, ADOPT, name="renamed")
    told = pair.up()
    says(told, "was left: the resource 'renamed' made it or took it over in this same run")
    assert [one["urn"].rpartition("::")[2] for one in pair.resources()] == ["renamed"]
    assert working(jira, wiki)
    pair.settles()
    declare(pair, jira, wiki, 'opts=ResourceOptions(aliases=[pulumi.Alias(name="renamed")]),')
    plans(pair.up(), create=0, delete=0, replace=0)
    pair.finish()


@pytest.mark.parametrize("more", ["", ADOPT], ids=["fail", "adopt"])
def test_forced_replacements_delete_first(pair: Stack, jira, wiki, more):
    """`--replace`, `--target-replace` and a tainted resource: the link is made anew, and stands on both ends."""
    declare(pair, jira, wiki, more)
    pair.up()
    for flags in (["--replace", urn_of(pair)], ["--target-replace", urn_of(pair)]):
        plans(pair.up(*flags), replace=1)
        assert working(jira, wiki)
        assert pair.outputs()["status"] == "working"
    pair.project.run("state", "taint", urn_of(pair), "--yes")
    plans(pair.up(), replace=1)
    assert working(jira, wiki)
    pair.finish()


def test_one_pair_declared_twice(pair: Stack, jira, wiki):
    """Refused in the preview, with both names."""
    text = "".join(
        LINK.format(name=name, jira=jira.url, wiki=wiki.url, more=ADOPT) for name in ("one", "two")
    )
    pair.program(text)
    told = pair.preview(check=False)
    assert told.returncode != 0
    says(told, "'one'", "'two'", "declare each link once")
    pair.is_gone()


def test_a_link_is_taken_over_by_an_import_file(pair: Stack, jira, wiki, tmp_path: Path):
    """With inputs, and nothing but these as outputs: a refresh reads the rest; no application saw a write."""
    declare(pair, jira, wiki)
    pair.up()
    (known,) = pair.resources()
    pair.project.run("state", "delete", known["urn"], "--yes")
    outputs = {**known["inputs"], "__provider": known["outputs"]["__provider"]}
    resource = {
        "type": known["type"], "name": "jira-wiki", "id": known["id"],
        "inputs": {**known["inputs"], "__provider": known["outputs"]["__provider"]}, "outputs": outputs,
    }  # fmt: skip
    file = tmp_path / "import.json"
    file.write_text(json.dumps({"resources": [resource]}), encoding="utf-8")
    for one in (jira, wiki):
        one.requests.clear()
    pair.project.run("import", "--file", str(file), "--yes", "--generate-code=false", "--protect=false")
    pair.refresh()
    pair.preview("--expect-no-changes")
    assert pair.outputs()["status"] == "working"
    assert not [one for here in (jira, wiki) for one in here.requests.written() if one.origin == "client"]
    pair.finish()
