"""Every code block of the documents is run, or checked as far as that goes without running it; CONTRIBUTING.md has the table.

Python is type-checked here, and what is no module of tests is run: the provider makes each link that it declares, and deletes it. Whole
pages are followed in `tests/acceptance`: the tutorial, the README, the how-tos and other pages with commands, the examples.
"""

from __future__ import annotations

import ast
import html
import json
import re
import runpy
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from mypy import api

from pulumi_applinks.credentials import NamedCredentials
from tests.docs import programs, shell
from tests.docs.blocks import Block, blocks

BLOCKS = blocks()
DIAGRAM = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "diagrams.py"))["as_svg"]


def of(*languages: str) -> list[Block]:
    """The blocks in some languages."""
    return [block for block in BLOCKS if block.language in languages]


def module(block: Block) -> str:
    """A block of Python as a module: one that imports nothing continues from what the pages have declared."""
    return block.text if re.search(r"^(import|from) ", block.text, re.M) else programs.PRELUDE + block.text


def is_program(block: Block) -> bool:
    """Whether a block of Python is a program, and no module of tests."""
    tests = any(isinstance(node, ast.FunctionDef) for node in ast.parse(block.text).body)
    return not tests and re.search(r"Application(Link)?\(|\bpulumi\b", block.text) is not None


def test_every_block_says_its_language():
    """Those that something is known to be done with; `text` is what a command prints."""
    known = {"python", "sh", "yaml", "json", "toml", "mermaid", "text"}

    assert [f"{block} is {block.language!r}" for block in BLOCKS if block.language not in known] == []


def test_python_is_typed(tmp_path: Path, strict_mypy: list[str]):
    """By mypy, in its strict form, all blocks at once."""
    told = {}
    for number, block in enumerate(of("python")):
        path = tmp_path / f"block_{number}.py"
        path.write_text(f"{module(block)}\n# mypy: allow-untyped-calls\n", encoding="utf-8")
        told[path.name] = str(block)
    said, failed, _ = api.run([*strict_mypy, str(tmp_path)])
    errors = [line for line in said.splitlines() if ": error:" in line]

    assert failed == ""
    assert [f"{told[line.split(':')[0].rpartition('/')[2]]} {line}" for line in errors] == []


def test_programs_run():
    """To their end: each link that they declare is made between applications of the lab, and deleted."""
    chosen = [block for block in of("python") if is_program(block)]
    for block, status in zip(chosen, programs.run_all(module(one) for one in chosen), strict=True):
        assert set(status.values()) <= {"working", "one-way", "incomplete"}, f"{block}: {status}"
        assert ("ApplicationLink(" in block.text) == bool(status), block


@pytest.mark.parametrize("block", of("sh"), ids=str)
def test_commands_exist(block: Block):
    """Each command of a shell block, with its flags."""
    problems = [found for words in shell.commands(block.text) if (found := shell.problem(words))]

    assert problems == []


@pytest.mark.skipif(shutil.which("pulumi") is None, reason="`pulumi` is not on PATH")
def test_the_flags_of_pulumi_are_those_of_the_cli():
    """What the documents may name, the real one has."""
    missing = []
    for verb, flags in shell.PULUMI.items():
        told = subprocess.run(["pulumi", *verb.split(), "--help"], capture_output=True, text=True, check=True)
        # It hides what it calls experimental.
        missing += [
            f"{verb} {flag}" for flag in flags.split() if flag not in told.stdout and flag != "--plan"
        ]

    assert missing == []


@pytest.mark.parametrize("block", of("yaml", "json"), ids=str)
def test_data_can_be_read(block: Block):
    """YAML and JSON."""
    assert isinstance(
        json.loads(block.text) if block.language == "json" else yaml.safe_load(block.text), dict
    )


@pytest.mark.parametrize("block", of("mermaid"), ids=str)
def test_pictures_are_drawn(block: Block):
    """With each of their words, in the colour of the text around them; what is not understood is no picture."""
    picture = DIAGRAM(block.text)
    words = re.findall(r'"([^"]+)"', block.text)
    assert "currentColor" in picture
    assert "<title>" not in picture
    shown = " ".join(html.unescape(one) for one in re.findall(r">([^<>\n]+)</text>", picture))
    assert set(" ".join(words).split()) <= set(shown.split())
    with pytest.raises(ValueError, match="not understood"):
        DIAGRAM(f"{block.text}\n  a ==> b")


@pytest.mark.parametrize("block", [one for one in of("yaml") if one.file], ids=str)
def test_the_commands_in_files_exist(block: Block):
    """What the files for CI run."""
    problems = [
        found
        for line in shell.scripts(yaml.safe_load(block.text))
        for words in shell.commands(line)
        if (found := shell.problem(words))
    ]

    assert problems == []


def named(file: str) -> Any:
    """A file that the documents show."""
    (block,) = (one for one in of("yaml") if one.file == file)
    return yaml.safe_load(block.text)


def test_the_file_for_gitlab_has_its_form():
    """Keys that GitLab knows, and no more; zizmor looks at GitHub's (`test_release.py`)."""
    jobs = named(".gitlab-ci.yml")

    assert set(jobs.pop("default")) <= {"image", "before_script"}
    assert jobs.pop("variables")
    assert set(jobs) == {"preview", "plan", "apply", "drift"}
    for job in jobs.values():
        assert set(job) <= {"stage", "rules", "script", "artifacts", "resource_group", "environment"}
        assert job["stage"] in ("build", "test", "deploy")
        assert all(set(rule) <= {"if", "when"} for rule in job["rules"])
        assert set(job.get("artifacts", {})) <= {"access", "paths"}


def test_the_file_for_bitbucket_has_its_form():
    """Keys that Bitbucket knows, and no more."""
    file = named("bitbucket-pipelines.yml")

    assert set(file) == {"image", "definitions", "pipelines"}
    assert set(file["pipelines"]) == {"pull-requests", "branches", "custom"}
    steps = [entry["step"] for kind in file["pipelines"].values() for one in kind.values() for entry in one]
    assert len(steps) == 4
    for step in steps:
        assert set(step) <= {"name", "script", "artifacts", "trigger", "deployment"}


def test_the_environments_of_esc_have_the_credentials():
    """Resolved as ESC does it, both forms give what the provider looks for."""

    def opened(value: Any) -> Any:
        if isinstance(value, dict):
            return (
                value["fn::secret"]
                if "fn::secret" in value
                else {key: opened(one) for key, one in value.items()}
            )
        return value

    variables, settings = (
        opened(yaml.safe_load(block.text)["values"])
        for block in of("yaml")
        if block.page.name == "esc.md" and "values:" in block.text
    )
    configured = json.dumps(settings["pulumiConfig"]["applinks:credentials"])

    assert NamedCredentials(variables["environmentVariables"]).login("jira") is not None
    assert NamedCredentials(variables["environmentVariables"]).login("wiki") is not None
    assert NamedCredentials({}, configured).login("jira") is not None
