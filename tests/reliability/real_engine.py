"""A counterpart of the driver: a stack on the real CLI, with the same program and the same form of results for each link."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, cast

from tests.acceptance.harness import PRELUDE
from tests.driver import DrivenStack, Ended, Goal, Operation, Resource, Run
from tests.engines import SparingProject, new_project
from tests.words import flat

_LINK = "pulumi-python:dynamic/applinks:ApplicationLink"
_STEP = re.compile(
    rf"{_LINK}\S* (\S+) (created|updated|deleted|replaced|retained)\b(?! original| replacement)"
)
_BLOCK = re.compile(r"^    (error|warning): (.*(?:\n      .*)*)", re.MULTILINE)
_OF = re.compile(rf"^  {_LINK}\S* \((\S+)\):$", re.MULTILINE)
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")
LEVELS = {
    "none": "NoAuthentication()",
    "oauth": "NonImpersonating(execute_as={execute_as!r})",
    "oauth-impersonation": "Impersonating()",
}


class CliStack(DrivenStack):
    """A stack that `pulumi` runs.

    Args:
        name: the name of the stack and of its project.
        folder: the folder of the project.
        warnings: the provider's warnings.
    """

    def __init__(self, name: str, folder: Path, warnings: list[str]) -> None:
        super().__init__(name)
        self._project: SparingProject = new_project(folder, "pulumi", name)
        self._warnings = warnings

    def run(self, operation: Operation | str) -> Run:
        """Run one command of the CLI."""
        asked = Operation.parse(operation) if isinstance(operation, str) else operation
        text = PRELUDE + "class CompanyLink(ApplicationLink):\n    pass\n\n"
        text += "\n".join(_declared(name, goal) for name, goal in self.program.items())
        Path(self._project.directory, "__main__.py").write_text(text, encoding="utf-8")
        names = {*self.program, *self.resources}
        words = [self._urn(word) if word in names else word for word in asked.line.split()]
        environment = {
            key: value for key, value in os.environ.items() if key in _KEPT or key.startswith("APPLINKS_")
        }
        skip = [] if asked.preview else ["--yes", "--skip-preview"]
        result = self._project.run(*words, *skip, check=False, env=environment)
        before, run = self.resources, Run()
        if not asked.preview:
            self._read_state()
        self._account(asked, before, result.stdout + result.stderr, run)
        assert run.ok == (result.returncode == 0), result.output
        return run

    def _urn(self, name: str) -> str:
        return f"urn:pulumi:dev::{self.name}::{_LINK}::{name}"

    def _read_state(self) -> None:
        self.resources = {
            one["urn"].rpartition("::")[2]: Resource(
                one["id"],
                one["outputs"],
                one["inputs"],
                bool(one.get("protect")),
                bool(one.get("retainOnDelete")),
                bool(one.get("taint")),
                bool(one.get("pendingReplacement")),
                one["type"],
            )
            for one in self._project.export()["deployment"].get("resources") or []
            if one["type"].startswith("pulumi-python:")
        }

    def _account(self, asked: Operation, before: dict[str, Resource], output: str, run: Run) -> None:
        """Fill in the result from what the CLI printed, in the driver's form."""
        diagnostics = output.partition("Diagnostics:")[2].partition("\nResources:")[0]
        parts = _OF.split(diagnostics)
        for name, part in zip([*[""], *parts[1::2]], parts[::2], strict=True):
            for kind, text in _BLOCK.findall(part):
                told = flat(text)
                if kind == "warning":
                    self._warnings.append(told)
                elif "ApplicationLinkError" in told:
                    run.errors[name] = told
                elif "has a problem" in told:
                    run.invalid[name] = told
                elif name:
                    run.refused[name] = told
        steps = cast(list[tuple[str, Ended]], _STEP.findall(output))
        reading = asked.verb == "refresh"
        for name, how in steps:
            run.ended[name] = "read" if reading and how == "updated" else "gone" if reading else how
        for name in (*run.errors, *run.refused, *run.invalid):
            run.ended[name] = "failed"
        for name in {*before, *self.program} if not reading else before:
            if asked.is_about(name) and name not in run.ended and name in self.resources and run.ok:
                run.ended[name] = "read" if reading else "same"
        for name in before.keys() - self.resources.keys():
            if not reading and before[name].retain:
                run.ended[name] = "kept"
            elif run.ended.get(name) != "deleted":
                run.ended[name] = "gone"


def _declared(name: str, goal: Goal) -> str:
    inputs: dict[str, Any] = dict(goal.inputs)
    directions = inputs.pop("authentication")
    levels = ", ".join(
        f"{direction}=" + LEVELS[level["level"]].format(execute_as=level.get("execute_as"))
        for direction, level in directions.items()
    )
    parties = []
    for role in ("source", "target"):
        party = inputs.pop(role)
        parties.append(f"{role}=Application({party.pop('url')!r}, {_arguments(party)})")
    options = {
        "protect": goal.protect or None,
        "retain_on_delete": goal.retain or None,
        "ignore_changes": list(goal.ignore) or None,
    }
    opts = _arguments({key: value for key, value in options.items() if value is not None})
    if goal.aliases:
        opts += ", aliases=[" + ", ".join(f"pulumi.Alias(name={alias!r})" for alias in goal.aliases) + "]"
    kind = "CompanyLink" if goal.own_class else "ApplicationLink"
    authentication = f"authentication=PerDirection({levels})" if inputs.get("two_way") else ""
    given = ", ".join(
        one
        for one in (
            *parties,
            authentication,
            _arguments(inputs),
            f"opts=ResourceOptions({opts.lstrip(', ')})",
        )
        if one
    )
    return f"{kind}({name!r}, {given})"


def _arguments(given: dict[str, Any]) -> str:
    return ", ".join(f"{key}={value!r}" for key, value in given.items())
