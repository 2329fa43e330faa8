"""`applinks move`: for when an application moves."""

from __future__ import annotations

import json
import subprocess

import pytest

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.estate.moving import patch
from pulumi_applinks.lab.applications import Fault
from tests.unit.command.conftest import flat
from tests.unit.command.test_status import stack_of

OLD, NEW = "https://wiki.old.example.com", "https://wiki.example.com"


@pytest.fixture
def moved(pair):
    """The Confluence has moved; the one who types knows it by its new address."""
    pair.old = pair["wiki"].url
    pair["wiki"].move()
    return pair


def move(scene, *words, **options):
    """Let the links follow the Confluence."""
    return scene.run("move", scene.old, scene["wiki"].url, *words, **options)


def the_link(scene):
    """What the Jira has of the Confluence."""
    return scene["jira"].links[scene["wiki"].server_id]


@pytest.mark.parametrize("answer", ["y\n", "n\n"])
def test_links_that_no_program_has_are_relocated(moved, answer):
    """Once that is confirmed; the link works then, its id, name and levels are as before, and a second run has nothing to do."""
    (before,), new = moved["jira"].links.snapshot(), moved["wiki"].url
    ran = move(moved, answer=answer)
    assert f"jira/{moved['wiki'].server_id}: will be relocated to {new}" in flat(ran.err)
    if answer == "n\n":
        assert (ran.code, moved["jira"].links.snapshot()) == (ExitCode.CANCELLED, [before])
        return

    assert f"Relocated jira/{moved['wiki'].server_id}: jira confirmed it." in flat(ran.err)
    assert ran.err.endswith("1 of 1 relocated.\n")
    assert (ran.code, ran.out) == (ExitCode.DONE, "")
    assert moved["jira"].links.snapshot() == [{**before, "rpc_url": new, "display_url": new}]
    assert f"No link points to {moved.old}" in move(moved, "--yes").err
    assert moved.run("status").code == ExitCode.DONE


@pytest.mark.parametrize("generation", ["3", "5", "9"])
@pytest.mark.parametrize("levels", [("oauth", "oauth"), ("none", "none"), ("legacy", "legacy")])
def test_a_link_of_any_kind_is_relocated(scene, generation, levels):
    """Whatever version has it, and however its requests are authenticated: nothing else of it is changed."""
    scene.start("jira", "jira", generation=generation)
    scene.start("wiki", "confluence", generation=generation)
    scene.link("jira", "wiki", *(level.replace("legacy", "none") for level in levels))
    if levels == ("legacy", "legacy"):
        the_link(scene).give_trust()
    scene.old, (before,) = scene["wiki"].url, scene["jira"].links.snapshot()
    scene["wiki"].move()
    ran, new = move(scene, "--yes"), scene["wiki"].url

    assert "jira confirmed it." in ran.err
    assert scene["jira"].links.snapshot() == [{**before, "rpc_url": new, "display_url": new}]


def test_each_address_of_a_link_moves_by_itself(moved):
    """People may go another way than requests; for where people go, nobody has to be a system administrator."""
    new, link = moved["wiki"].url, the_link(moved)
    link.display_url = "https://people.example.com"
    move(moved, "--yes")
    assert (the_link(moved).rpc_url, the_link(moved).display_url) == (new, "https://people.example.com")

    link.display_url, before = moved.old, len(moved["jira"].requests.all("client"))
    assert move(moved, "--yes").code == ExitCode.DONE
    assert (the_link(moved).rpc_url, the_link(moved).display_url) == (new, new)
    asked = moved["jira"].requests.all("client")[before:]
    assert not [one for one in asked if "relocate" in one.path]


def test_a_link_that_does_not_work_afterwards_is_told(moved):
    """The address is right now, and something else is wrong: no 0."""
    moved["wiki"].links[moved["jira"].server_id].consumer = None
    ran = move(moved, "--yes")

    assert ran.code == ExitCode.FINDINGS
    assert "jira confirmed it." in ran.err
    assert "jira says that the two ends are set to different authentication" in flat(ran.err)


def test_rights_are_known_before_the_first_change(moved):
    """Relocating needs a system administrator: who has none is named before the question, and the last line says what is left."""
    git = moved.start("git", "stash", user="admin")
    git.link_by_hand(moved["wiki"], url=moved.old)
    ran = move(moved, answer="y\n")
    left, asked = flat(ran.err).find("is unchanged: relocating a link needs"), ran.err.find("[y/N]")

    assert 0 <= left < asked
    assert "Give git.credentials of a system administrator." in flat(ran.err)
    again = f"1 of 2 relocated; continue with: applinks move {moved.old} {moved['wiki'].url} -a jira="
    assert again in flat(ran.err)
    assert ran.code == ExitCode.FAILED
    assert git.links[moved["wiki"].server_id].rpc_url == moved.old
    assert git.requests.written() == []
    assert the_link(moved).rpc_url == moved["wiki"].url


@pytest.mark.sampled(3)
@pytest.mark.parametrize("status", [400, 403, 500])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("path", ["*elocate*", "*/applicationlink/*", "*/3.0/applinks/*"])
@pytest.mark.parametrize("only_shown", [False, True])
def test_a_move_that_fails_is_undone(moved, only_shown: bool, path: str, after: bool, status: int):
    """Whatever is refused, and whether it was carried out anyway; what is not as before is named."""
    if only_shown:
        the_link(moved).rpc_url = moved["wiki"].url
    for method in ("POST", "PUT"):
        moved["jira"].faults.add(Fault(method, path, status=status, after=after, times=9, origin="client"))
    before = moved["jira"].links.snapshot()
    ran = move(moved, "--yes")
    told, now = flat(ran.err), moved["jira"].links.snapshot()

    if ran.code != ExitCode.DONE:
        unchanged = ("is as before", "Nothing was changed", "is unchanged")
        assert any(words in told for words in unchanged) == (now == before)
        changed = {the_link(moved).rpc_url, the_link(moved).display_url} if now != before else set()
        assert all(address in told for address in changed)
        assert "0 of 1 relocated; continue with: applinks move" in told
    else:
        assert {the_link(moved).rpc_url, the_link(moved).display_url} == {moved["wiki"].url}


def test_links_of_a_program_are_changed_in_the_program(pair, tmp_path):
    """The patch is all that is on standard output; no application is changed."""
    old, text = pair["wiki"].url, stack_of(pair)
    (tmp_path / "state.json").write_text(text, encoding="utf-8")
    (tmp_path / "Pulumi.yaml").write_text("name: story\nruntime: python\n", encoding="utf-8")
    program = tmp_path / "__main__.py"
    program.write_text(f'wiki = Application("{old}", credentials="wiki")\n', encoding="utf-8")
    pair["wiki"].move()
    new = pair["wiki"].url
    ran = pair.run("move", old, new, "--stack", "state.json", apps=False)
    subprocess.run(["git", "apply", "-"], input=ran.out, text=True, cwd=tmp_path, check=True)

    assert ran.code == ExitCode.DONE
    assert "managed by jira-wiki" in ran.err
    assert program.read_text(encoding="utf-8") == f'wiki = Application("{new}", credentials="wiki")\n'
    assert pair["jira"].requests.written() == []


def test_a_program_that_is_not_found_is_told(moved, tmp_path):
    """It declares the address, and nobody changes that."""
    (tmp_path / "state.json").write_text(
        stack_of(moved).replace(moved["wiki"].url, moved.old), encoding="utf-8"
    )
    ran = move(moved, "--stack", "state.json", apps=False)

    assert ran.code == ExitCode.FAILED
    assert "give its folder with --program" in flat(ran.err)


def test_another_application_at_the_new_address_is_refused(moved):
    """The link is left as it is."""
    other = moved.lab.start("confluence")
    ran = moved.run("move", moved.old, other.url, "--yes")

    assert ran.code == ExitCode.FAILED
    assert "it is another application" in flat(ran.err)
    assert the_link(moved).rpc_url == moved.old


def test_nothing_at_the_new_address_is_refused_unless_that_is_said(moved):
    """Without contact the address is reported anyway."""
    moved["wiki"].stop()
    ran = move(moved, "--yes")
    assert ran.code == ExitCode.FAILED
    assert "To continue anyway, give --without-contact." in flat(ran.err)
    assert the_link(moved).rpc_url == moved.old

    told = move(moved, "--yes", "--without-contact")
    assert told.code != ExitCode.DONE  # nobody knows whether it works
    assert the_link(moved).rpc_url == moved["wiki"].url


def test_an_application_that_can_not_be_asked_may_have_links_there(moved):
    """So the code is no 0, and the message says why."""
    git = moved.start("git", "stash")
    git.link_by_hand(moved["wiki"], url=moved.old)
    git.stop()
    ran = move(moved, "--yes")

    assert ran.code == ExitCode.FAILED
    assert f"not known what points to {moved.old} there: git (" in flat(ran.err)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("wiki.example.com", "https://wiki.example.com", "OLD is not an absolute"),
        ("https://wiki.example.com", "https://u:planted@wiki.example.com", "NEW has a user or a password"),
        ("https://wiki.example.com", "https://WIKI.example.com/", "are the same address"),
    ],
)
def test_addresses_have_to_be_addresses(pair, old, new, says):
    """Nothing is asked for anything else."""
    ran = pair.run("move", old, new)

    assert (ran.code, says in flat(ran.err), "planted" in ran.err) == (ExitCode.USAGE, True, False)


def test_the_patch_changes_the_declared_address(tmp_path):
    """As a whole address alone, in the program's files alone; git applies it, also to a file without a line break at its end."""
    program = (
        f'wiki = Application("{OLD}", rpc_url="{OLD}/", credentials="wiki")\n'
        f'other = Application("{OLD}.au")\n'
        f'below = Application("{OLD}/crowd")'
    )
    (tmp_path / "__main__.py").write_text(program, encoding="utf-8")
    (tmp_path / "Pulumi.dev.yaml").write_text(f"config:\n  story:wiki: {OLD}", encoding="utf-8")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "old.py").write_text(program, encoding="utf-8")
    text = patch(tmp_path, OLD, NEW)
    subprocess.run(["git", "apply", "-"], input=text, text=True, cwd=tmp_path, check=True)

    assert (tmp_path / "__main__.py").read_text(encoding="utf-8") == (
        f'wiki = Application("{NEW}", rpc_url="{NEW}/", credentials="wiki")\n'
        f'other = Application("{OLD}.au")\n'
        f'below = Application("{OLD}/crowd")'
    )
    assert (tmp_path / "Pulumi.dev.yaml").read_text(encoding="utf-8").endswith(f"story:wiki: {NEW}")
    assert (tmp_path / ".venv" / "old.py").read_text(encoding="utf-8") == program
    assert patch(tmp_path, OLD, NEW) == ""


def test_a_dry_run_changes_nothing(moved):
    """It looks at rights, says what would be relocated, and leaves it; what was done has the same form."""
    before = moved["jira"].links.snapshot()
    ran = move(moved, "--dry-run")
    told = json.loads(move(moved, "--dry-run", "--json").out)
    key = f"jira/{moved['wiki'].server_id}"

    assert "1 of 1 would be relocated. Nothing was changed." in ran.err
    assert ran.code == ExitCode.DONE
    assert moved["jira"].links.snapshot() == before
    assert told["ends"] == [{"key": key, "outcome": "would-change", "why": ""}]
    done = json.loads(move(moved, "--yes", "--json").out)
    assert (done["ends"][0]["outcome"], done["patch"]) == ("changed", "")
    assert the_link(moved).rpc_url == moved["wiki"].url
