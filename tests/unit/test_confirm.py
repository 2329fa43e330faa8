"""`make confirm`: what it finds, what it changes, what it leaves behind, and what it keeps secret."""

import json
import os
import re
import signal
from dataclasses import replace

import pytest

from confirm.facts import FACTS, concerning, generation_of
from confirm.fixtures import held_against_the_lab
from confirm.instance import Instance
from confirm.page import FOUND, PAGE, found, text
from confirm.scrub import Leak, Scrubber
from confirm.trial import NAME
from pulumi_applinks.lab.applications import BASIC, GENERATIONS, Fault, Variants
from pulumi_applinks.rest import Basic
from tests.unit.confirming import Scene

IMPORTS = r"^\s*(from|import) confirm\b"
PAIRS = [
    (name, other) for name, version in GENERATIONS.items() for other in version.products if other != "jira"
]


@pytest.mark.parametrize(("generation", "other"), PAIRS)
def test_every_fact_of_a_generation_is_confirmed(generation, other, lab, tmp_path):
    """On one application of the two at least, and contradicted on none: the lab is as the facts say."""
    types = ("jira", other) if "jira" in GENERATIONS[generation].products else (other, other)
    scene = Scene(lab, tmp_path, generation, types)
    before = scene.links()
    scene.run(write=True, CONFIRM_TARGET_NEW_URL=lab.proxy(scene.target))
    both = [scene.verdicts(0), scene.verdicts(1)]
    confirmed = {name for one in both for name, verdict in one.items() if verdict == "confirmed"}

    assert confirmed == {fact.id for type_id in types for fact in concerning(type_id, generation)}
    assert scene.code == 0
    assert scene.links() == before


@pytest.mark.parametrize("generation", GENERATIONS)
def test_nothing_is_written_unless_that_is_allowed(generation, lab, tmp_path):
    """Only GET requests arrive, and whatever takes a link is not seen."""
    scene = Scene(lab, tmp_path, generation).run()

    assert {one.method for one in scene.asked()} == {"GET"}
    assert scene.source.requests.written(None) == scene.target.requests.written(None) == []
    assert {FACTS[name].writes for name, verdict in scene.verdicts().items() if verdict == "not seen"} == {
        True
    }
    assert scene.code == 0


@pytest.mark.parametrize(
    ("plugin", "generation"),
    [
        ("3.11.0", "3"),
        ("4.0.13", "3"),
        ("5.0.0", "5"),
        ("5.2.5", "5"),
        ("5.2.6", "5.4"),
        ("8.2.5", "5.4"),
        ("9.0.17", "9"),
        ("10.0.15", "10"),
        ("12.0.0", "11"),
    ],
)
def test_the_generation_of_a_version(plugin, generation):
    """By the plugin's version."""
    assert generation_of(plugin) == generation


@pytest.mark.parametrize("key", [signal.SIGINT, signal.SIGTERM])
def test_what_is_interrupted_is_put_back(key, lab, tmp_path, capsys):
    """Both ends are removed, and the exit code says that it did not come to its end."""
    scene = Scene(lab, tmp_path)
    before = scene.links()
    scene.target.faults.add(
        Fault("PUT", "*/3.0/status/*", after=True, then=lambda: os.kill(os.getpid(), key))
    )
    scene.run(write=True)

    assert len(scene.source.requests.written()) > 5
    assert scene.links() == before
    assert scene.code == 130
    assert "Interrupted" in capsys.readouterr().err


def test_what_can_not_be_put_back_is_named(lab, tmp_path, capsys):
    """An application that is gone keeps its end; the other one's is removed."""
    scene = Scene(lab, tmp_path)
    scene.source.faults.add(Fault("PUT", "*/3.0/status/*", kind="die"))
    scene.run(write=True)
    said = capsys.readouterr().err

    assert scene.code == 3
    assert f"the source has the link {scene.target.server_id}, named “{NAME}”" in said
    assert "the target" not in said
    assert scene.source.server_id not in scene.target.links


def test_an_application_that_goes_away_before_anything_is_made_ends_it(lab, tmp_path, capsys):
    """Without a traceback, and with what was read."""
    scene = Scene(lab, tmp_path)
    scene.source.faults.add(Fault("GET", "*/3.0/status/*", kind="die"))
    scene.run(write=True)

    assert scene.code == 2
    assert "no longer answers" in capsys.readouterr().err
    assert scene.verdicts()["manifest.open"] == "confirmed"


def test_a_link_that_somebody_changes_meanwhile_is_told(lab, tmp_path, capsys):
    """The lists are compared with what they were."""
    scene = Scene(lab, tmp_path)
    scene.source.faults.add(
        Fault(
            "POST",
            "*/relocateApplicationlink/*",
            status=404,
            then=lambda: setattr(next(iter(scene.source.links)), "name", "Renamed"),
        )
    )
    scene.run(write=True)

    assert scene.code == 3
    assert "the source's list of links is not as it was" in capsys.readouterr().err


def test_applications_that_are_linked_are_left_alone(lab, tmp_path, capsys):
    """A link between the two is somebody's: nothing is changed."""
    scene = Scene(lab, tmp_path)
    scene.target.link_by_hand(scene.source)
    before = scene.links()
    scene.run(write=True)

    assert scene.code == 2
    assert scene.links() == before
    assert {one.method for one in scene.asked()} == {"GET"}
    assert "the target has a link to the other one, made by somebody" in capsys.readouterr().err
    assert scene.verdicts()["manifest.open"] == "confirmed"


@pytest.mark.parametrize("status", [400, 500])
def test_a_link_that_no_list_shows_is_left_alone(status, lab, tmp_path, capsys):
    """Its id is taken, so none can be made, and it is not deleted either."""
    scene = Scene(lab, tmp_path, variants=Variants(unusable_link_status=status))
    scene.source.link_by_hand(scene.target).corrupted = True
    before = scene.links()
    scene.run(write=True)

    assert scene.code == 2
    assert scene.links() == before
    assert f"the source makes no link: it answered {status}" in capsys.readouterr().err


def test_the_remains_of_an_earlier_run_are_called_so(lab, tmp_path, capsys):
    """By the link's name."""
    scene = Scene(lab, tmp_path)
    scene.source.link_by_hand(scene.target, name=NAME)
    scene.run(write=True)

    assert scene.code == 2
    assert "by an earlier run, and may be deleted" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"CONFIRM_SOURCE_URL": ""}, "CONFIRM_SOURCE_URL"),
        ({"CONFIRM_TARGET_URL": "jira.example.com"}, "CONFIRM_TARGET_URL"),
        ({"APPLINKS_TARGET_PASSWORD": ""}, "APPLINKS_TARGET"),
        ({"APPLINKS_SOURCE_PASSWORD": "wrong"}, "credentials are no administrator's"),
        ({"CONFIRM_TARGET_URL": "http://applinks-confirm.invalid"}, "does not answer"),
    ],
)
def test_what_can_not_be_run_says_why(wrong, said, lab, tmp_path, capsys):
    """In one line, and nothing is asked to be attached."""
    scene = Scene(lab, tmp_path).run(write=True, **wrong)

    assert scene.code == 2
    assert said in capsys.readouterr().err
    assert not scene.file.exists()


def test_basic_authentication_that_is_switched_off_says_the_way_out(lab, tmp_path, capsys):
    """A token, with the variable's name."""
    scene = Scene(lab, tmp_path)
    scene.source.modes.add("basic_off")
    scene.run()

    assert scene.code == 2
    assert "set APPLINKS_SOURCE_TOKEN instead" in capsys.readouterr().err


def test_an_application_is_not_held_against_itself(lab, tmp_path, capsys):
    """Two addresses of one application are one application."""
    scene = Scene(lab, tmp_path)
    login = {
        f"APPLINKS_TARGET_{one}": scene.environment[f"APPLINKS_SOURCE_{one}"]
        for one in ("USERNAME", "PASSWORD")
    }
    scene.run(write=True, CONFIRM_TARGET_URL=lab.proxy(scene.source), **login)

    assert scene.code == 2
    assert "the same application" in capsys.readouterr().err


def test_a_plain_administrator_sees_less(lab, tmp_path):
    """What takes a system administrator is not seen; that it does is confirmed."""
    scene = Scene(lab, tmp_path, user="admin").run(
        write=True, CONFIRM_TARGET_NEW_URL="http://other.example.com"
    )
    missed = {name for name, verdict in scene.verdicts().items() if verdict == "not seen"}

    assert missed == {"xsrf.post", "relocate.dead", "relocate.moves", "relocate.display"}
    assert scene.verdicts()["rights.first"] == "confirmed"
    assert scene.code == 0


def test_nothing_that_is_written_or_printed_tells_whose_it_is(lab, tmp_path, capsys):
    """No secret, host, name or id of a link, a user or an application: neither in the file nor in fixtures nor on screen."""
    scene = Scene(lab, tmp_path)
    scene.source.links.add(
        replace(next(iter(scene.target.links)), id="11111111-2222-3333-4444-555555555555", name="Payroll")
    )
    folder = tmp_path / "fixtures"
    scene.run(write=True, CONFIRM_FIXTURES=str(folder), CONFIRM_TARGET_NEW_URL=lab.proxy(scene.target))
    written = "\n".join(file.read_text(encoding="utf-8") for file in [scene.file, *folder.rglob("*.json")])
    printed = "".join(capsys.readouterr())
    secrets = [user.password for user in [*scene.source.users, *scene.target.users]]
    others = [
        "127.0.0.1",
        "other.example.com/",
        "c.example.com",
        "Payroll",
        "11111111-",
        scene.source.server_id,
    ]

    assert [one for one in [*secrets, *others, "sysadmin"] if one in written] == []
    assert [one for one in [*secrets, "Payroll"] if one in printed] == []
    assert json.loads(scene.file.read_text(encoding="utf-8"))["format"] == 1
    assert len(list(folder.rglob("*.json"))) > 80


def test_a_stored_password_is_no_part_of_a_fixture():
    """Of what an application answers about basic access, the fields stay alone."""
    scrubber = Scrubber([Instance("source", "https://jira.corp.example", Basic("admin", "hunter2-hunter2"))])
    body = {"provider": BASIC, "config": {"username": "svc", "password": "their-secret", "pin": 1234}}
    scrubbed = scrubber.body(body)

    assert scrubbed == {
        "provider": BASIC,
        "config": {"username": "text 1", "password": "text 2", "pin": None},
    }


@pytest.mark.parametrize("left", ["hunter2-hunter2", "https://jira.corp.example/x", "JIRA.corp.example"])
def test_a_file_in_which_something_is_left_is_not_written(left):
    """Whatever the reason, it is found before."""
    scrubber = Scrubber([Instance("source", "https://jira.corp.example", Basic("admin", "hunter2-hunter2"))])
    with pytest.raises(Leak) as raised:
        scrubber.checked(f'{{"seen": "{left}"}}')

    assert left not in str(raised.value)


def test_fixtures_are_held_against_the_lab(lab, tmp_path):
    """The lab's own answers agree with it; one with another field is named."""
    scene = Scene(lab, tmp_path)
    folder = tmp_path / "fixtures"
    scene.run(write=True, CONFIRM_FIXTURES=str(folder))
    before = held_against_the_lab(folder)
    file = next(folder.rglob("GET-rest-applinks-1.0-manifest-200-json.json"))
    fixture = json.loads(file.read_text(encoding="utf-8"))
    fixture["body"]["nodeId"] = "text 1"
    file.write_text(json.dumps(fixture), encoding="utf-8")

    assert before == []
    assert held_against_the_lab(folder) == [f"{file.relative_to(folder)}: manifest has nodeId"]


def test_the_page_is_what_the_facts_and_the_files_say():
    """`python -m confirm.page` would change nothing."""
    assert PAGE.read_text(encoding="utf-8") == text(found(FOUND))


def test_the_page_tells_what_runs_found(lab, tmp_path):
    """Which versions confirmed a fact, and when; and what was seen where one was contradicted."""
    scene = Scene(lab, tmp_path)
    scene.target.modes.add("failed_login_goes_on")
    scene.run(write=True)
    page = text(found(tmp_path))
    rows = {row.split("`")[1]: row for row in page.splitlines() if row.startswith("| `")}

    assert "No one has tried this" in text([])
    assert "No one has tried this" not in page
    (day,) = {one["day"] for one in found(tmp_path)}
    wiki, jira = f"Confluence 8.5.0 on {day}", f"Jira 9.12.0 on {day}"
    assert rows["list.key"].endswith(f"confirmed: {wiki}, {jira} |")
    assert rows["basic.refused"].endswith(f"confirmed: {jira}; contradicted: {wiki} (200) |")
    assert rows["no.3"].endswith("not tried |")


def test_a_file_of_another_format_is_refused(tmp_path):
    """It would be misread."""
    (tmp_path / "run.json").write_text('{"format": 2, "applications": []}', encoding="utf-8")

    with pytest.raises(ValueError, match="is of format 2, not 1"):
        found(tmp_path)


def test_the_product_knows_nothing_of_it():
    """No module of the product imports it."""
    folder = PAGE.parents[1] / "pulumi_applinks"

    assert [
        file.name for file in folder.rglob("*.py") if re.search(IMPORTS, file.read_text("utf-8"), re.M)
    ] == []
    assert re.search(IMPORTS, "from confirm.facts import FACTS", re.M)
