"""What the engine asks of a provider, in which order, and what it keeps: the same on every engine."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from tests.unit.lab_engine.conftest import Trial

TWO = """
token = pulumi.Config().require_secret("token")
class Box(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("my:index:Box", name, {}, opts)
        self.inner = Thing("inner", ResourceOptions(parent=self))
        self.register_outputs({"address": self.inner.url})
first = Thing("first", url=URL, password=token, deep={"list": [1, {"key": token}]})
second = Thing("second", ResourceOptions(additional_secret_outputs=["made"]), url=first.url, seen=first.made)
Box("box", ResourceOptions(depends_on=[second]))
pulumi.export("address", second.url)
pulumi.export("token", token)
pulumi.log.warn("said by the program")
"""


def test_a_stack_from_its_making_to_its_end(trial):
    """Made, unchanged, drifted, changed and deleted with the calls, the counts and the state that the real engine has."""
    trial.project.config_set("token", "hunter2", secret=True)
    trial.program(TWO.replace("URL", "'one'"))

    preview = trial.run("preview")
    assert trial.calls[0] == ["configure", "hunter2"]
    assert trial.names == ["check first", "check second", "check inner"]
    assert trial.calls[2][3]["seen"] == "unknown"  # second's input, from what first's create will say
    assert "+ 5 to create" in preview.output
    assert trial.state() == {}

    up = trial.run("up")
    assert trial.names == [
        f"{verb} {name}" for name in ("first", "second", "inner") for verb in ("check", "create")
    ]
    assert "+ 5 created" in up.output
    assert "warning: said by the program" in up.output
    assert "from the provider" in up.output
    assert "hunter2" not in up.output
    assert_state(trial.state())
    assert trial.project.outputs() == {"address": "one", "token": "hunter2"}

    assert "5 unchanged" in trial.run("preview", "--expect-no-changes").output
    assert trial.names == [
        f"{verb} {name}" for name in ("first", "second", "inner") for verb in ("check", "diff")
    ]
    assert trial.calls[1][2]["password"] == "hunter2"  # olds of check: the last inputs
    assert trial.calls[2][3]["made"] is True  # olds of diff: the last outputs

    drifted = trial.run("refresh", "--expect-no-changes", "--diff", check=False, DRIFT="moved")
    assert drifted.returncode == 7
    assert "no changes were expected for refresh but changes were proposed" in drifted.output
    assert '~ url     : "one" => "moved"' in drifted.output
    assert sorted(trial.names) == sorted(
        f"{verb} {name}" for name in ("first", "second", "inner") for verb in ("read", "diff")
    )
    assert trial.state()["first"]["outputs"]["url"] == "moved"

    trial.program(TWO.replace("URL", "'two'"))
    up = trial.run("up", "--diff")
    assert "~ 3 updated" in up.output
    assert '"one" => "two"' in up.output
    assert [name for name in trial.names if name.startswith("update")] == [
        "update first",
        "update second",
        "update inner",
    ]

    destroy = trial.run("destroy")
    assert "- 5 deleted" in destroy.output
    assert trial.names == ["delete inner", "delete second", "delete first"]
    assert trial.state() == {}


def assert_state(state: dict[str, dict[str, Any]]) -> None:
    """What is secret is encrypted, under the names of the inputs; and each resource says what it depends on."""
    assert set(state) == {"trial-dev", "default", "first", "second", "box", "inner"}
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
    marked = (
        state["default"]["inputs"]["trial:token"],
        state["first"]["inputs"]["password"],
        state["first"]["outputs"]["password"],
        state["first"]["inputs"]["deep"]["list"],  # a list with a secret inside is secret as a whole
        state["first"]["outputs"]["deep"]["list"],
        state["second"]["outputs"]["made"],
        state["trial-dev"]["outputs"]["token"],
    )
    for value in marked:
        assert {key: one for key, one in value.items() if key != "ciphertext"} == secret
        assert value["ciphertext"].startswith("v1:")
    first = state["first"]["urn"]
    assert first == "urn:pulumi:dev::trial::pulumi-python:dynamic/things:Thing::first"
    assert state["second"]["dependencies"] == [first]
    assert state["box"]["dependencies"] == [state["second"]["urn"]]
    assert state["inner"]["parent"] == state["box"]["urn"]
    assert state["first"]["provider"] == f"{state['default']['urn']}::{state['default']['id']}"
    assert state["box"]["outputs"] == {"address": "one"}


@pytest.mark.real_cli("`stack import`")
def test_the_cli_takes_the_state_over(embedded, tmp_path):
    """What the embedded engine kept, the CLI imports with the same passphrase, finds unchanged and destroys."""
    real = Trial(tmp_path / "real", "pulumi")
    shutil.copy(embedded.folder / "Pulumi.dev.yaml", real.folder)
    for one in (embedded, real):
        one.project.config_set("token", "hunter2", secret=True)
        one.program(TWO.replace("URL", "'one'"))
    embedded.run("up")
    real.project.import_(embedded.project.export())
    assert "5 unchanged" in real.run("preview", "--diff", "--expect-no-changes").output
    assert "- 5 deleted" in real.run("destroy").output
