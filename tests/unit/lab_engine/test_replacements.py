"""Replacements, failures and what is left after them: the same on every engine."""

from __future__ import annotations

CHAIN = """
import os
kind = os.environ["KIND"]
base = Thing("base", kind=kind, **({"first": True} if "FIRST" in os.environ else {}))
leaf = Thing("leaf", kind=base.id)
loose = Thing("loose", ResourceOptions(depends_on=[base]), url=base.url)
"""


def changes(trial) -> list[str]:
    """The calls that changed something, but for those whose order is nobody's promise."""
    return [name for name in trial.names if name.split()[0] in ("create", "update", "delete")]


def test_replacements_and_failures(trial):
    """The new one comes first or last as the provider says, and what could not be deleted is deleted by the next run."""
    trial.program(CHAIN)
    trial.run("up", KIND="a")

    preview = trial.run("preview", KIND="b")
    assert "+-2 to replace" in preview.output
    stuck = trial.run("up", check=False, KIND="b", STUCK="base")
    assert stuck.returncode == 1
    assert "nothing was deleted" in stuck.output
    assert changes(trial) == ["create base", "create leaf", "delete leaf", "delete base"]
    state = trial.state()
    assert (state["base"]["id"], state["base!"]["id"]) == ("base-b", "base-a")

    trial.run("up", KIND="b")
    assert changes(trial) == ["delete base"]
    assert "base!" not in trial.state()

    trial.run("up", KIND="c", FIRST="yes")
    assert changes(trial)[:2] == ["delete leaf", "delete base"]
    assert sorted(changes(trial)[2:]) == ["create base", "create leaf"]

    failed = trial.run("up", check=False, KIND="d", FAIL="base")
    assert failed.returncode == 1
    # Older SDKs hand over the message alone, newer ones the traceback with it.
    assert "nothing was made; ask an administrator" in failed.output
    again = trial.run("up", KIND="d")
    assert "delete base" in changes(trial) or "create base" in changes(trial)
    assert again.returncode == 0
    assert "3 deleted" not in again.output
    assert trial.state()["base"]["id"] == "base-d"

    trial.run("destroy", check=False, STUCK="base")
    assert {"base", "trial-dev"} <= set(trial.state())
    trial.run("destroy")
    assert trial.state() == {}


def test_what_fails_changes_nothing(trial):
    """A failed check, update or create, a crash and a gone resource: the state says what is there."""
    trial.program("Thing('one')\nThing('two')")
    trial.run("up")
    trial.program("Thing('one', url='bad')")
    checked = trial.run("up", check=False)
    assert checked.returncode == 1
    assert "resource 'one': property url value" in checked.output
    assert "has a problem: is bad" in checked.output
    assert "delete two" not in trial.names

    trial.program("Thing('one', url='new')\nThing('three', ResourceOptions(depends_on=[Thing('four')]))")
    failed = trial.run("up", check=False, FAIL="three")
    assert failed.returncode == 1
    state = trial.state()
    assert {"two", "four"} <= set(state)
    assert "three" not in state

    trial.program("Thing('one')\nraise ValueError('the program broke')")
    broken = trial.run("up", check=False)
    assert broken.returncode == 1
    assert "ValueError: the program broke" in broken.output
    assert {"two", "four"} <= set(trial.state())

    trial.run("refresh", GONE="two")
    assert "two" not in trial.state()
