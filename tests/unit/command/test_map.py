"""`applinks map`: what it writes, where to, and how it ends."""

from __future__ import annotations

import json
import webbrowser

import pytest
from defusedxml import ElementTree

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.estate.map.picture import FORMAT
from tests.unit.command.conftest import flat


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("html", "<!doctype html>"),
        ("svg", "<?xml"),
        ("mermaid", "flowchart"),
        ("dot", "digraph"),
        ("json", "{"),
    ],
)
def test_it_draws_the_estate(pair, form, begins):
    """Whatever form it takes, it goes to standard output; only requests that read were sent."""
    ran = pair.run("map", "--format", form)

    assert ran.code == ExitCode.DONE
    assert ran.out.startswith(begins)
    assert "jira" in ran.out
    assert "wiki" in ran.out
    assert pair.untouched()


def test_without_a_format_it_is_a_page(pair):
    """That stands for itself."""
    assert pair.run("map").out.startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("map.html", "<!doctype"),
        ("map.SVG", "<?xml"),
        ("map.mmd", "flowchart"),
        ("map.gv", "digraph"),
        ("map.json", "{"),
    ],
)
def test_the_ending_of_a_file_says_what_it_is(pair, tmp_path, name, begins):
    """Nothing goes to standard output then."""
    ran = pair.run("map", "--output", name)

    assert (ran.code, ran.out) == (ExitCode.DONE, "")
    assert f"Written to {name}." in ran.err
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


def test_a_format_counts_before_an_ending(pair, tmp_path):
    """Somebody said it."""
    pair.run("map", "--output", "map.txt", "--format", "dot")

    assert (tmp_path / "map.txt").read_text(encoding="utf-8").startswith("digraph")


def test_an_ending_that_is_not_known_is_told(pair, tmp_path):
    """Before anybody is asked."""
    ran = pair.run("map", "--output", "map.bmp")

    assert ran.code == ExitCode.USAGE
    assert "Give --format" in ran.err
    assert not (tmp_path / "map.bmp").exists()
    assert not pair["jira"].requests.all("client")


def test_a_file_that_can_not_be_written_is_told(pair):
    """By its name."""
    ran = pair.run("map", "--output", "nowhere/map.svg")

    assert ran.code == ExitCode.FAILED
    assert "nowhere/map.svg can't be written" in flat(ran.err)


def test_an_estate_that_was_read_before_can_be_drawn(pair, tmp_path):
    """From a file or standard input; nobody is asked again, and the picture is the same."""
    drawn = pair.run("map", "--format", "svg").out
    stored = pair.run("status", "--json").out
    (tmp_path / "estate.json").write_text(stored, encoding="utf-8")
    before = len(pair["jira"].requests.all("client"))
    of_file = pair.run("map", "--estate", "estate.json", "--format", "svg", apps=False)
    of_input = pair.run("map", "--estate", "-", "--format", "svg", apps=False, answer=stored)

    assert of_file.out == of_input.out == drawn
    assert len(pair["jira"].requests.all("client")) == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--estate", "estate.json", "-a", "jira=https://jira.example.com"), "omit --application"),
        (("--estate", "missing.json"), "missing.json can't be read"),
        (("--estate", "estate.json"), "this is not JSON"),
    ],
)
def test_what_is_wrong_with_an_estate_is_told(scene, tmp_path, words, says):
    """In a sentence."""
    (tmp_path / "estate.json").write_text("oops", encoding="utf-8")
    ran = scene.run("map", *words, apps=False)

    assert ran.code == ExitCode.USAGE
    assert says in flat(ran.err)


def test_who_could_not_be_asked_is_told(pair):
    """The picture is drawn anyway, says so itself, and the exit code says that it is not all."""
    pair["wiki"].stop()
    ran = pair.run("map", "--format", "json")

    assert ran.code == ExitCode.FAILED
    assert "Could not be asked: " in ran.err
    assert {node["name"]: node["asked"] for node in json.loads(ran.out)["nodes"]} == {
        "jira": True,
        "wiki": False,
    }


def test_who_did_not_let_it_in_is_told(pair):
    """With the code for logins."""
    assert pair.run("map", "--format", "json", env={"APPLINKS_WIKI_PASSWORD": "wrong"}).code == ExitCode.LOGIN


def test_findings_are_no_failure(pair):
    """They are what the picture is for."""
    pair["wiki"].links.remove(pair["jira"].server_id)
    ran = pair.run("map", "--format", "json")
    data = json.loads(ran.out)

    assert ran.code == ExitCode.DONE
    assert data["format"] == FORMAT
    assert [(line["state"], line["one_way"]) for line in data["lines"]] == [("one way", True)]


def test_it_opens_a_browser(pair, tmp_path, monkeypatch):
    """With the file that it wrote."""
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    ran = pair.run("map", "--open")

    assert ran.out == ""
    assert opened == [(tmp_path / "applinks-map.html").as_uri()]
    assert (tmp_path / "applinks-map.html").exists()


def test_the_lab_s_own_estate_is_drawn_with_its_states(pair):
    """Each arrow as it was seen: levels and answers of a real reading."""
    pair.start("git", "stash")
    pair.link("jira", "git", "oauth-impersonation", "none")
    root = ElementTree.fromstring(pair.run("map", "--format", "svg").out)
    ways = [
        element.get("class")
        for element in root.iter("{http://www.w3.org/2000/svg}path")
        if (element.get("class") or "").startswith("way")
        and not (element.get("class") or "").endswith("aside")
    ]

    assert ways.count("way oauth good") == 2
    assert ways.count("way oauth-impersonation good") == 1
