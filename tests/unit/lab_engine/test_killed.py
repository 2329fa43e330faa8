"""An engine process that is killed: what was answered is known afterwards."""

from __future__ import annotations

import os

import pytest

PAIR = "one = Thing('one', token=pulumi.Output.secret('hunter2'))\nThing('two', ResourceOptions(depends_on=[one]))"


def exported(trial):
    """The state as a user exports it, by name."""
    found = trial.project.export()["deployment"].get("resources") or []
    return {one["urn"].split("::")[-1]: one for one in found}


def test_what_was_created_is_known_after_a_kill(embedded):
    """The next `up` creates the rest, and nothing a second time; secrets are encrypted at every moment."""
    embedded.program(PAIR)
    killed = embedded.run("up", check=False, KILL="create two")
    assert killed.returncode != 0
    files = [path.read_text(encoding="utf-8") for path in embedded.folder.parent.rglob("*.journal")]
    assert len(files) == 1
    assert "hunter2" not in "".join(files)
    state = exported(embedded)
    assert state["one"]["id"] == "one-"
    assert "two" not in state

    embedded.run("up")
    assert [name for name in embedded.names if name.startswith("create")] == ["create two"]
    assert set(exported(embedded)) == {"trial-dev", "default", "one", "two"}
    embedded.run("refresh", "--expect-no-changes")
    embedded.run("destroy")
    assert [name for name in embedded.names if name.startswith("delete")] == ["delete two", "delete one"]


def test_what_was_updated_or_deleted_is_known_after_a_kill(embedded):
    """A finished update is not repeated, and what was deleted is not deleted again."""
    embedded.program(PAIR)
    embedded.run("up")
    embedded.program(PAIR.replace("'one',", "'one', url='new',").replace("'two',", "'two', url='new', opts="))
    embedded.run("up", check=False, KILL="update two")
    assert {name: exported(embedded)[name]["outputs"]["url"] for name in ("one", "two")} == {
        "one": "new",
        "two": "one",
    }
    embedded.run("up")
    assert [name for name in embedded.names if name.startswith("update")] == ["update two"]

    embedded.run("destroy", check=False, KILL="delete one")
    assert "two" not in exported(embedded)
    embedded.run("destroy")
    assert [name for name in embedded.names if name.startswith("delete")] == ["delete one"]
    assert exported(embedded) == {}


def test_a_renamed_resource_is_known_by_its_new_name_after_a_kill(embedded):
    """Also by those that the operation had not come to."""
    embedded.program("one = Thing('one')\nThing('two', ResourceOptions(depends_on=[one]))")
    embedded.run("up")
    embedded.program(
        "one = Thing('first', ResourceOptions(aliases=[Alias(name='one')]))\n"
        "Thing('three', ResourceOptions(depends_on=[one]))\nThing('two', ResourceOptions(depends_on=[one]))"
    )
    embedded.run("up", check=False, KILL="create three")

    state = exported(embedded)
    assert "one" not in state
    assert {urn.split("::")[-1] for urn in state["two"]["dependencies"]} == {"first"}


def test_a_step_that_was_half_written_down_does_not_spoil_the_rest(embedded):
    """A line without an end is no step; and an imported state is not mixed with an older operation."""
    embedded.program(PAIR)
    before = embedded.project.export()
    embedded.run("up", check=False, KILL="create two")
    (journal,) = embedded.folder.parent.rglob("*.journal")
    with journal.open("a", encoding="utf-8") as file:
        file.write('{"resources":{"3":{"urn"')
    assert "one" in exported(embedded)

    embedded.project.import_(before)
    assert exported(embedded) == {}
    assert not journal.exists()


@pytest.mark.cold
def test_the_program_and_the_provider_end_with_the_engine(embedded):
    """Killing the engine leaves no process behind: what they hold open is let go."""
    pipe = embedded.folder / "alive"
    os.mkfifo(pipe)
    # The writer opens first by being read-write; the processes' own ends close when they are gone.
    mine = os.open(pipe, os.O_RDWR)
    embedded.program(PAIR)
    embedded.run("up", check=False, KILL="create two", ALIVE=str(pipe))
    reader = os.open(pipe, os.O_RDONLY)
    os.close(mine)
    try:
        assert os.read(reader, 1) == b""  # blocks as long as one of them lives
    finally:
        os.close(reader)
