"""Resources that exist already: looked up by their id, or imported with what is known of them. The same on every engine."""

from __future__ import annotations

import json

from tests.diagnostics import diagnostics

LOOKED_UP = """
got = Thing("got", ResourceOptions(id=ID), url="asked")
Thing("user", url=got.url)
pulumi.export("url", got.url)
"""
THING = "urn:pulumi:dev::trial::pulumi-python:dynamic/things:Thing::"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


def test_a_look_up(trial):
    """Read with the program's inputs, in a preview too; never checked, compared, counted or deleted."""
    trial.program(LOOKED_UP.replace("ID", "'the-id'"))
    assert "+ 2 to create" in trial.run("preview").output
    assert trial.calls[1] == ["read", "got", "the-id", {"name": "got", "url": "asked"}]
    assert "+ 2 created" in trial.run("up", DRIFT="there").output
    assert trial.names == ["read got", "check user", "create user"]
    assert trial.project.outputs() == {"url": "there"}
    state = trial.state()["got"]
    assert (state["external"], state["id"], state["outputs"]["url"]) == (True, "the-id", "there")
    assert state["inputs"]["url"] == "asked"

    assert "2 unchanged" in trial.run("up", DRIFT="there").output
    assert trial.calls[1] == ["read", "got", "the-id", {"name": "got", "url": "asked"}]
    assert "~ 2 updated" in trial.run("refresh", DRIFT="moved").output
    assert sorted(trial.names) == ["diff user", "read got", "read user"]

    failed = trial.run("up", check=False, FAIL="got")
    assert failed.returncode == 1
    assert diagnostics(failed)["pulumi:pulumi:Stack (trial-dev)"] == ["error: update failed"]
    assert trial.run("up", GONE="got").returncode == 0  # the SDK's answer has no id, and that is no error
    trial.run("destroy")
    assert trial.names == ["delete user"]
    assert trial.state() == {}


def test_a_look_up_by_an_id_that_is_made(trial):
    """In a preview there is nothing to read yet."""
    trial.program("made = Thing('made')\n" + LOOKED_UP.replace("ID", "made.id"))
    trial.run("preview")
    assert "read got" not in trial.names
    trial.run("up")
    assert ["read", "got", "made-", {"name": "got", "url": "asked"}] in trial.calls


def test_from_a_look_up_to_a_managed_resource_and_back(trial):
    """It is created as a new one; and what was managed is deleted, unless the look-up has its id."""
    managed = LOOKED_UP.replace("ResourceOptions(id=ID), ", "")
    trial.program(LOOKED_UP.replace("ID", "'the-id'"))
    trial.run("up")
    trial.program(managed)
    assert "+-1 replaced" in trial.run("up").output
    assert trial.names == ["check got", "create got", "check user", "diff user"]
    assert "external" not in trial.state()["got"]
    trial.program(LOOKED_UP.replace("ID", "'the-id'"))
    assert "+-1 replaced" in trial.run("up").output
    assert trial.names[-1] == "delete got"
    trial.program(managed)
    trial.run("up")
    trial.program(LOOKED_UP.replace("ID", "'got-'"))
    trial.run("up")
    assert trial.names == ["read got", "check user", "diff user"]


def test_an_import_file_with_inputs_and_outputs(trial):
    """Taken into the state as it stands there: the provider validates the inputs and does nothing else; then nothing is to be done."""
    trial.program("Thing('box')\nThing('one', secret=pulumi.Output.secret('hunter2'))")
    trial.run("up")
    whole = trial.state()["one"]
    trial.project.run("state", "delete", f"{THING}one", "--yes")
    for properties in (whole["inputs"], whole["outputs"]):
        properties["secret"] = {**SECRET, "plaintext": json.dumps("hunter2")}
    spec = {"type": whole["type"], "name": "one", "id": "the-id"} | {
        key: whole[key] for key in ("inputs", "outputs")
    }

    def imported(*specs: dict[str, object], **more: object) -> tuple[int, str]:
        (trial.folder / "calls.log").unlink(missing_ok=True)
        file = trial.folder / "import.json"
        file.write_text(json.dumps({"resources": specs, **more}), encoding="utf-8")
        flags = ("--file", str(file), "--yes", "--skip-preview", "--generate-code=false")
        done = trial.project.run("import", *flags, check=False)
        return done.returncode, done.output

    code, output = imported(spec)
    assert code == 0
    assert "= 1 imported" in output
    assert trial.names == ["check one"]
    state = trial.state()["one"]
    assert (state["id"], state["protect"]) == ("the-id", True)
    assert "ciphertext" in state["outputs"]["secret"]
    assert "hunter2" not in json.dumps(trial.project.export())
    assert "3 unchanged" in imported(spec)[1]
    assert trial.names == []
    code, output = imported({**spec, "id": "another"})
    assert code == 1
    assert f"resource '{THING}one' already exists" in output

    trial.run("preview", "--expect-no-changes")
    trial.run("refresh", "--expect-no-changes")
    assert "protect" in trial.run("destroy", "--target", f"{THING}one", check=False).output
    trial.run("up", "--expect-no-changes")  # the program does not protect it

    code, output = imported({**spec, "name": "two", "parent": "above"}, nameTable={"above": f"{THING}box"})
    assert code == 0
    assert trial.state()["two"]["parent"] == f"{THING}box"
    for wrong, said in (
        ({**spec, "name": "three", "parent": "above"}, "has no entry in 'nameTable'"),
        ({**spec, "name": ""}, "has no name"),
        ({**spec, "name": "three", "id": ""}, "has no ID"),
    ):
        code, output = imported(wrong)
        assert (code, said in output) == (1, True)
    del spec["outputs"]
    code, output = imported({**spec, "name": "three"})
    assert code == 1
    assert (
        "__provider" in output
    )  # the engine asks for it by the id alone, and the SDK knows no provider then


def test_an_imported_input_that_is_wrong(trial):
    """A warning, and imported all the same."""
    trial.program("Thing('one')")
    trial.run("up")
    whole = trial.state()["one"]
    whole["inputs"]["url"] = "bad"
    spec = {"type": whole["type"], "name": "two", "id": "the-id"} | {
        key: whole[key] for key in ("inputs", "outputs")
    }
    file = trial.folder / "import.json"
    file.write_text(json.dumps({"resources": [spec]}), encoding="utf-8")
    done = trial.project.run("import", "--file", str(file), "--skip-preview", "--generate-code=false")
    (told,) = diagnostics(done)["pulumi-python:dynamic/things:Thing (two)"]
    assert "warning: One or more imported inputs failed to validate." in told
    assert "property url value {bad} has a problem: is bad" in told
    assert "two" in trial.exported_names()
