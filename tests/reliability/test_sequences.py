"""The driver calls a provider in the same way as the engine: the same hooks in the same order, for each verb and option."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.driver import DrivenStack, Goal, Operation
from tests.engines import new_project
from tests.reliability.toy import GONE, LOG, Toy

THING = "pulumi-python:dynamic/toy:Thing"
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONDONTWRITEBYTECODE", LOG)
Said = dict[str, dict[str, object]]
TWO: Said = {"a": {}, "b": {}}

CASES: dict[str, tuple[Said, Said, str]] = {
    "a new one": ({}, {"a": {}}, "up"),
    "unchanged": (TWO, TWO, "up"),
    "changed": (TWO, {"a": {"size": 2}, "b": {}}, "up"),
    "replaced": ({"a": {}}, {"a": {"kind": "b"}}, "up"),
    "replaced and ignored": ({"a": {}}, {"a": {"kind": "b", "size": 3, "ignore": ["size"]}}, "up"),
    "forced": (TWO, TWO, "up --replace a"),
    "forced, and a target": (TWO, TWO, "up --target-replace a"),
    "left the program": (TWO, {"a": {}}, "up"),
    "left the program, and is kept": ({"a": {}, "b": {"retain": True}}, {"a": {}}, "up"),
    "left the program, and is protected": ({"a": {}, "b": {"protect": True}}, {"a": {"size": 2}}, "up"),
    "another name": ({"a": {}}, {"b": {"alias": "a"}}, "up"),
    "a target": (TWO, {"a": {"size": 2}, "b": {"size": 2}}, "up --target a"),
    "all but one": (TWO, {"a": {"size": 2}, "b": {"size": 2}}, "up --exclude a"),
    "refreshed": (TWO, TWO, "up --refresh"),
    "refreshed and changed": (TWO, {"a": {"size": 2}, "b": {}}, "up --refresh"),
    "refreshed and forced": (TWO, TWO, "up --refresh --replace a"),
    "refreshed, a target": (TWO, TWO, "up --refresh --target a"),
    "refreshed and left the program": (TWO, {"a": {}}, "up --refresh"),
    "refreshed and gone": (TWO, TWO, "up --refresh gone a"),
    "a refresh": (TWO, TWO, "refresh"),
    "a refresh of a target": (TWO, TWO, "refresh --target a"),
    "a refresh that runs the program": (TWO, TWO, "refresh --run-program"),
    "a preview": (TWO, {"a": {"size": 2}, "c": {}}, "preview"),
    "a preview that refreshes": (TWO, {"a": {"size": 2}, "c": {}}, "preview --refresh"),
    "a deletion": (TWO, TWO, "destroy"),
    "a deletion that refreshes": (TWO, TWO, "destroy --refresh"),
    "a deletion that refreshes, and one is gone": (TWO, TWO, "destroy --refresh gone a"),
    "a deletion that runs the program": (TWO, TWO, "destroy --run-program"),
    "a deletion that refreshes and runs the program": (TWO, TWO, "destroy --refresh --run-program"),
    "a deletion of a target": (TWO, TWO, "destroy --target a"),
    "a deletion of all but one": (TWO, TWO, "destroy --exclude a"),
    "a deletion of a protected one": ({"a": {"protect": True}}, {"a": {"protect": True}}, "destroy"),
}
"""For each case: the program before, the program now, and the command line; with `gone a`, a read does not find `a`."""


def _goals(program: Said) -> dict[str, Goal]:
    return {
        name: Goal(
            {"called": name, "size": said.get("size", 1), "kind": said.get("kind", "a")},
            protect=bool(said.get("protect")),
            retain=bool(said.get("retain")),
            ignore=tuple(said.get("ignore", ())),  # type: ignore[arg-type]
            aliases=(str(said["alias"]),) if "alias" in said else (),
            token=THING,
        )
        for name, said in program.items()
    }


def _text(program: Said) -> str:
    lines = ["from pulumi import Alias, ResourceOptions", "from tests.reliability.toy import Thing"]
    for name, said in program.items():
        options = {
            "protect": said.get("protect"),
            "retain_on_delete": said.get("retain"),
            "ignore_changes": said.get("ignore"),
            "aliases": [said["alias"]] if "alias" in said else None,
        }
        given = ", ".join(f"{key}={value!r}" for key, value in options.items() if value)
        lines.append(
            f"Thing({name!r}, {said.get('size', 1)!r}, {said.get('kind', 'a')!r}, ResourceOptions({given}))"
        )
    return "\n".join(lines).replace("aliases=['a']", "aliases=[Alias(name='a')]")


def _by_resource(calls: list[str]) -> dict[str, list[str]]:
    """The calls by resource: the engine may choose the order of the resources, but not the order of each one's calls."""
    found: dict[str, list[str]] = {}
    for call in calls:
        name, hook = call.split()
        found.setdefault(name, []).append(hook)
    return found


@pytest.mark.skipif(
    shutil.which("pulumi") is None, reason="`pulumi` is not on PATH: no engine to compare with"
)
@pytest.mark.usefixtures("warm_start")
@pytest.mark.parametrize("case", CASES)
def test_the_driver_calls_as_the_engine_does(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The calls are the same for each resource, over several operations."""
    before, now, typed = CASES[case]
    line, _, gone = typed.partition(" gone ")
    log = tmp_path / "calls"
    monkeypatch.setenv(LOG, str(log))
    monkeypatch.delenv(GONE, raising=False)
    stack = DrivenStack(provider=Toy)
    for program, command, missing in ((before, "up", ""), (now, line, gone)):
        log.write_text("", encoding="utf-8")
        monkeypatch.setenv(GONE, missing)
        stack.program = _goals(program)
        stack.run(command)
    expected = _by_resource(log.read_text(encoding="utf-8").splitlines())

    project = new_project(tmp_path, "pulumi", "toys")
    kept = {key: value for key, value in os.environ.items() if key in KEPT}
    environment = {**kept, "PYTHONPATH": str(Path(__file__).parents[2])}
    for program, command, missing in ((before, "up", ""), (now, line, gone)):
        log.write_text("", encoding="utf-8")
        Path(project.directory, "__main__.py").write_text(_text(program), encoding="utf-8")
        asked = Operation.parse(command)
        urns = [
            f"urn:pulumi:dev::toys::{THING}::{word}" if word in {*before, *now} else word
            for word in command.split()
        ]
        skip = [] if asked.preview else ["--yes", "--skip-preview"]
        project.run(*urns, *skip, check=False, env={**environment, GONE: missing})
    assert _by_resource(log.read_text(encoding="utf-8").splitlines()) == expected
