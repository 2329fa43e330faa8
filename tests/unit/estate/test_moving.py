"""An application moved: what points at its old address."""

from __future__ import annotations

import subprocess

import pytest

from pulumi_applinks.estate import Reader
from pulumi_applinks.estate.moving import patch, pointing
from pulumi_applinks.estate.writing import relocate_end
from pulumi_applinks.lab.applications import Fault
from pulumi_applinks.lifecycle import LinkError
from pulumi_applinks.rest import ApplinksError
from tests.words import flat

OLD, NEW = "https://wiki.old.example.com", "https://wiki.example.com"


@pytest.fixture
def moved(pair):
    """The Confluence has moved; nobody has told the Jira."""
    pair.old = pair["wiki"].url
    pair["wiki"].move()
    return pair


def relocate(scene, **options):
    """Relocate whatever points at the old address, as the command does."""
    reader = Reader(scene.credentials)
    try:
        estate = scene.read()
        new = scene["wiki"].url
        found = pointing(estate, scene.old, new, reader.client(scene.named("wiki")[0]).manifest())
        for one in found:
            assert one.against is None
            relocate_end(one.end, estate, reader, scene.old, new, **options)
        return found
    finally:
        reader.close()


def test_what_points_there_is_relocated(moved):
    """The link works again; its id, name, levels and place are what they were."""
    before = moved["jira"].links.snapshot()
    (one,) = relocate(moved)
    (now,) = moved["jira"].links.snapshot()

    assert one.end.application == "jira"
    assert now == {**before[0], "rpc_url": moved["wiki"].url, "display_url": moved["wiki"].url}
    assert moved.only().state == "working"


def test_a_display_url_of_its_own_stays(moved):
    """People go another way than requests."""
    moved["jira"].links[moved["wiki"].server_id].display_url = "https://people.example.com"
    relocate(moved)
    link = moved["jira"].links[moved["wiki"].server_id]

    assert (link.rpc_url, link.display_url) == (moved["wiki"].url, "https://people.example.com")


def test_a_display_url_alone_is_changed_alone(moved):
    """Requests go another way, which did not move."""
    link = moved["jira"].links[moved["wiki"].server_id]
    link.rpc_url = moved["wiki"].url
    relocate(moved)

    assert (link.rpc_url, link.display_url) == (moved["wiki"].url, moved["wiki"].url)
    assert not [one for one in moved["jira"].requests.all("client") if "relocate" in one.path]


def test_another_application_at_the_new_address_is_no_move(moved):
    """Its server id is another one: the reason is told, and what to do."""
    other = moved.lab.start("confluence")
    reader = Reader(moved.credentials)
    there = reader.client(moved.named("jira")[0]).manifest()
    reader.close()
    (one,) = pointing(moved.read(), moved.old, other.url, there)

    assert one.against is not None
    assert "it is another application" in one.against


def test_a_relocation_that_is_refused_is_an_error(moved):
    """It takes a system administrator."""
    admin = moved["jira"].users["admin"]
    moved.environment |= {"APPLINKS_JIRA_USERNAME": admin.name, "APPLINKS_JIRA_PASSWORD": admin.password}
    with pytest.raises((ApplinksError, LinkError), match="system administrator"):
        relocate(moved)

    assert moved["jira"].links[moved["wiki"].server_id].rpc_url == moved.old


@pytest.mark.parametrize("status", [400, 403, 500])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("path", ["*elocate*", "*/applicationlink/*", "*/3.0/applinks/*"])
@pytest.mark.parametrize("only_shown", [False, True])
def test_a_move_that_fails_says_what_is_there_now(
    moved, only_shown: bool, path: str, after: bool, status: int
):
    """Whatever is refused, and whether it was carried out all the same."""
    link = moved["jira"].links[moved["wiki"].server_id]
    if only_shown:
        link.rpc_url = moved["wiki"].url
    for method in ("POST", "PUT"):
        moved["jira"].faults.add(Fault(method, path, status=status, after=after, times=9, origin="client"))
    before = moved["jira"].links.snapshot()
    try:
        relocate(moved)
    except (ApplinksError, LinkError) as error:
        told, now = str(error), moved["jira"].links.snapshot()
        assert ("is as it was" in told) == (now == before)
        assert all(address in flat(told) for address in {link.rpc_url, link.display_url} if now != before)


def test_the_patch_changes_the_declared_address(tmp_path):
    """As a whole address alone, in the program's files alone."""
    program = (
        f'wiki = Application("{OLD}", rpc_url="{OLD}/", credentials="wiki")\n'
        f'other = Application("{OLD}.au")\n'
        f'below = Application("{OLD}/crowd")\n'
    )
    (tmp_path / "__main__.py").write_text(program, encoding="utf-8")
    (tmp_path / "Pulumi.dev.yaml").write_text(f"config:\n  story:wiki: {OLD}", encoding="utf-8")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "old.py").write_text(program, encoding="utf-8")
    text = patch(tmp_path, OLD, NEW)

    assert [line for line in text.splitlines() if line.startswith("+")] == [
        "+++ b/Pulumi.dev.yaml",
        f"+  story:wiki: {NEW}",
        "+++ b/__main__.py",
        f'+wiki = Application("{NEW}", rpc_url="{NEW}/", credentials="wiki")',
    ]


def test_the_patch_can_be_applied(tmp_path):
    """By git, also to a file that does not end with a line break."""
    for name in ("with.py", "without.py"):
        end = "\n" if name == "with.py" else ""
        (tmp_path / name).write_text(f'first = 1\nwiki = Application("{OLD}"){end}', encoding="utf-8")
    text = patch(tmp_path, OLD, NEW)
    subprocess.run(["git", "apply", "-"], input=text, text=True, cwd=tmp_path, check=True)

    assert (tmp_path / "with.py").read_text(encoding="utf-8") == f'first = 1\nwiki = Application("{NEW}")\n'
    assert (tmp_path / "without.py").read_text(encoding="utf-8") == f'first = 1\nwiki = Application("{NEW}")'
    assert patch(tmp_path, OLD, NEW) == ""
