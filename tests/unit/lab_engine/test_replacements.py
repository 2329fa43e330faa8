"""Replacements, failures and what is left after them: the same on every engine."""

from __future__ import annotations

CHAIN = """
import os
base = Thing("base", kind=os.environ["KIND"], first=True)
Thing("loose", ResourceOptions(depends_on=[base]), url=base.url)
"""


def test_a_replacement(trial):
    """It deletes first, as the provider says; what could not be made then is made by the next run."""
    trial.program(CHAIN)
    trial.run("up", KIND="a")
    assert "+-1 to replace" in trial.run("preview", KIND="b").output
    assert "+-1 replaced" in trial.run("up", KIND="b").output
    calls = [call for call in trial.calls if call[1] == "base"]
    assert [call[0] for call in calls] == ["check", "diff", "check", "delete", "create"]
    assert (calls[0][2] == {}, calls[2][2] == {}) == (False, True)  # the second check is of another resource

    stuck = trial.run("up", check=False, KIND="c", STUCK="base")
    assert stuck.returncode == 1
    assert "nothing was deleted" in stuck.output
    assert (trial.changes, trial.state()["base"]["id"]) == (["delete base"], "base-b")
    failed = trial.run("up", check=False, KIND="c", FAIL="base")
    assert failed.returncode == 1
    assert "nothing was made; ask an administrator" in failed.output
    trial.run("up", KIND="c")
    assert trial.changes == ["create base"]
    assert trial.state()["base"]["id"] == "base-c"


def test_what_fails_changes_nothing(trial):
    """A failed check, create or deletion, a program that breaks and a gone resource: the state says what is there."""
    trial.program("Thing('one')\nThing('two')")
    trial.run("up")
    trial.program("Thing('one', url='bad')")
    checked = trial.run("up", check=False)
    assert checked.returncode == 1
    assert "resource 'one': property url" in checked.output
    assert "has a problem: is bad" in checked.output
    assert "delete two" not in trial.names

    trial.program("Thing('one', url='new')\nThing('three', ResourceOptions(depends_on=[Thing('four')]))")
    assert trial.run("up", check=False, FAIL="three").returncode == 1
    assert {"two", "four"} <= set(trial.state())
    assert "three" not in trial.state()

    trial.program("Thing('one')\nraise ValueError('the program broke')")
    broken = trial.run("up", check=False)
    assert broken.returncode == 1
    assert "ValueError: the program broke" in broken.output
    assert {"two", "four"} <= set(trial.state())

    trial.run("refresh", GONE="two")
    assert "two" not in trial.state()
    assert trial.run("destroy", check=False, STUCK="four").returncode == 1
    assert {"four", "trial-dev"} <= set(trial.state())
    trial.run("destroy")
    assert trial.state() == {}
