"""Ways of working with some resources only: targets, forced replacements, edits of the state. The same on every engine."""

from __future__ import annotations

from tests.diagnostics import diagnostics

THING = "urn:pulumi:dev::trial::pulumi-python:dynamic/things:Thing::"
SOME = """
one = Thing("one", URL)
Thing("dep", ResourceOptions(depends_on=[one]), URL, kind=one.id)
Thing("other", URL)
"""


def changes(trial) -> list[str]:
    """The calls that changed something."""
    return [name for name in trial.names if name.split()[0] in ("create", "update", "delete")]


def some(trial, url: str, more: str = "") -> None:
    """The program with another value everywhere, so that an update would change all of it."""
    trial.program(SOME.replace(", URL", f", url='{url}'") + more)


def test_what_comes_first_in_a_replacement(trial):
    """The resource's option; without one what the provider's diff says, if it is asked: a forced replacement asks it nothing."""
    things = {
        f"{option}-{provider}".lower(): (option, provider)
        for option in (None, True, False)
        for provider in (True, False)
    }

    def declare(kind: str) -> None:
        trial.program(
            "\n".join(
                f"Thing({name!r}, ResourceOptions(delete_before_replace={option}), kind={kind!r}{', first=True' * provider})"
                for name, (option, provider) in things.items()
            )
        )

    def first() -> dict[str, str]:
        found: dict[str, str] = {}
        for verb, name in (one.split() for one in changes(trial)):
            found.setdefault(name, verb)
        assert sorted(changes(trial)) == sorted(
            f"{verb} {name}" for name in things for verb in ("create", "delete")
        )
        return found

    def verb(deletes: bool | None) -> str:
        return "delete" if deletes else "create"

    asked = {name: verb(says if option is None else option) for name, (option, says) in things.items()}
    forced = {name: verb(option) for name, (option, _) in things.items()}

    declare("a")
    trial.run("up")
    declare("b")
    trial.run("up")
    assert first() == asked
    every = [part for name in things for part in ("--replace", f"{THING}{name}")]
    assert "+-6 to replace" in trial.run("preview", *every).output
    assert sorted(trial.names) == sorted(f"check {name}" for name in things)
    trial.run("up", *every)
    assert first() == forced
    assert [call[2] for call in trial.calls if call[0] == "check"] == [{}] * 6  # it gets no last inputs
    assert not [name for name in trial.names if name.startswith("diff")]

    trial.project.run("state", "taint", *(f"{THING}{name}" for name in things), "--yes")
    trial.run("up")
    assert first() == forced
    assert not [name for name in trial.names if name.startswith("diff")]
    trial.run("up", "--expect-no-changes")


def test_targets_of_an_update(trial):
    """Only they are checked, compared and changed; what is new and no target is left out, and cannot be needed."""
    some(trial, "a")
    trial.run("up")
    some(trial, "b", "new = Thing('new')\npulumi.export('url', new.url)")
    up = trial.run("up", "--target", f"{THING}one")
    assert trial.names == ["check one", "diff one", "update one"]
    assert "4 unchanged" in up.output
    assert "new" not in trial.exported_names()
    assert "~ 1 to update" in trial.run("preview", "--target", "**Thing::o*").output
    assert sorted(trial.names) == ["check one", "check other", "diff one", "diff other"]
    trial.run("up", "--target", f"{THING}one", "--target-dependents")
    assert changes(trial) == ["update dep"]
    assert "other" not in " ".join(trial.names)

    some(trial, "b", "Thing('last', ResourceOptions(depends_on=[Thing('new')]))")
    refused = trial.run("up", "--target", f"{THING}last", check=False)
    assert refused.returncode == 1
    assert f"depends on '{THING}new' which was was not specified in --target list." in refused.output
    assert changes(trial) == []

    trial.run("up", "--target-replace", f"{THING}one")
    assert trial.names == ["check one", "create one", "delete one"]
    trial.run("up")
    assert sorted(changes(trial)) == ["create last", "create new", "update other"]


def test_targets_of_a_removal(trial):
    """Nothing but targets is deleted: not what the program left out, and not what depends on a target, unless it may be."""
    some(trial, "a")
    trial.run("up")
    trial.program("Thing('other', url='b')")
    trial.run("up", "--target", f"{THING}other")
    assert changes(trial) == ["update other"]
    assert {"one", "dep"} <= trial.exported_names()
    for verb in ("up", "destroy"):
        refused = trial.run(verb, "--target", f"{THING}one", check=False)
        assert refused.returncode == 1
        assert changes(trial) == []
        told = diagnostics(refused)["pulumi-python:dynamic/things:Thing (dep)"]
        assert told[0].startswith(f"error: Resource '{THING}dep' will be destroyed but was not specified")
    trial.run("destroy", "--target", f"{THING}one", "--target-dependents")
    assert changes(trial) == ["delete dep", "delete one"]
    assert {"other", "trial-dev", "default"} == trial.exported_names()


def test_targets_of_a_refresh(trial):
    """The others are not read."""
    some(trial, "a")
    trial.run("up")
    assert "~ 1 updated" in trial.run("refresh", "--target", f"{THING}one", DRIFT="b").output
    assert trial.names == ["read one", "diff one"]
    trial.run("refresh", "--target", f"{THING}one", "--target-dependents")
    assert sorted(trial.names) == ["diff dep", "diff one", "read dep", "read one"]
    trial.run("up", "--refresh", "--target", f"{THING}one")
    assert trial.names == ["read one", "diff one", "check one", "diff one", "update one"]
    drifted = trial.run("refresh", "--preview-only", "--expect-no-changes", check=False, DRIFT="c")
    assert drifted.returncode == 7
    assert trial.state()["one"]["outputs"]["url"] == "a"


def test_a_target_that_is_not_there(trial):
    """One sentence, before or after the rest was looked at."""
    trial.program("Thing('one')")
    trial.run("up")
    for verb, flag, said in (
        ("up", "--target", f"Target '{THING}none' could not be found in the stack."),
        ("up", "--replace", f"Target '{THING}none' could not be found in the stack."),
        ("refresh", "--target", f"no resource named '{THING}none' found"),
        ("destroy", "--target", f"no resource named '{THING}none' found"),
    ):
        refused = trial.run(verb, flag, f"{THING}none", check=False)
        assert refused.returncode == 1
        assert said in refused.output
        assert changes(trial) == []


def test_edits_of_the_state(trial):
    """Taken out, renamed, tainted, protected: no provider is asked, and the next operation goes by it."""
    some(trial, "a")
    trial.run("up")

    def state(*arguments: str) -> tuple[int, str]:
        done = trial.project.run("state", *arguments, "--yes", check=False)
        return done.returncode, done.output.strip()

    assert state("taint", f"{THING}one") == (0, "1 resources tainted")
    assert "+-2 to replace" in trial.run("preview").output
    assert state("untaint", f"{THING}one") == (0, "1 resources untainted")
    assert state("rename", f"{THING}dep", "leaf") == (0, "Resource renamed")
    assert state("rename", f"{THING}one", "root") == (0, "Resource renamed")
    trial.program(SOME.replace(", URL", ", url='a'").replace('"one"', '"root"').replace('"dep"', '"leaf"'))
    assert "2 to update" in trial.run("preview").output  # both have their own name among their inputs
    code, said = state("delete", f"{THING}root")
    assert code == 1
    assert f"{THING}root can't be safely deleted because the following resources depend on it:" in said
    assert state("protect", f"{THING}root") == (0, "1 resources protected")
    code, said = state("delete", f"{THING}root", "--target-dependents")
    assert (code, "because it is protected" in said) == (1, True)
    assert state("unprotect", f"{THING}root") == (0, "1 resources unprotected")
    assert state("delete", f"{THING}root", "--target-dependents") == (0, "Resource deleted")
    assert "root" not in trial.exported_names()
    assert "leaf" not in trial.exported_names()
    code, said = state("taint", f"{THING}root")
    assert (code, f'No such resource "{THING}root" exists in the current state' in said) == (1, True)
    trial.run("up")
    assert changes(trial) == ["create root", "create leaf"]
