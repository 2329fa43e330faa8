"""What a person reads of a failure, a warning and a wait: the same on every engine."""

from __future__ import annotations

from pathlib import Path

import pulumi.dynamic
import pytest

from tests.diagnostics import diagnostics

STACK = "pulumi:pulumi:Stack (trial-dev)"
ONE = "pulumi-python:dynamic/things:Thing (one)"
OLDER = "_abort_with_traceback" not in Path(pulumi.dynamic.__path__[0], "__main__.py").read_text(
    encoding="utf-8"
)
"""Whether the SDK hands over no traceback of a provider: those before 3.220 or so show only the exception."""
FIRST = "error: Exception calling application: " if OLDER else "error: Traceback (most recent call last):"


def test_an_exception_of_a_provider_is_shown_with_its_traceback(trial):
    """As the SDK hands it over, under the resource; that the operation failed, under the stack."""
    trial.program("Thing('one')")
    for verb, env, last in (
        ("up", {"FAIL": "one"}, "RuntimeError: nothing was made; ask an administrator"),
        ("refresh", {"FAIL": "one"}, "RuntimeError: nothing was read"),
        ("destroy", {"STUCK": "one"}, "RuntimeError: nothing was deleted"),
    ):
        failed = trial.run(verb, check=False, **env)
        assert failed.returncode == 1
        assert "2 errored" in failed.output
        told = diagnostics(failed)
        assert told[STACK] == ["error: update failed"]
        lines = told[ONE][0].splitlines()
        assert lines[0].startswith(FIRST)
        assert lines[-1].endswith(last.partition(": ")[2])
        assert OLDER or f'  File "{pulumi.dynamic.__path__[0]}/__main__.py", line ' in told[ONE][0]
        trial.run("up")
    preview = diagnostics(trial.run("preview", "--refresh", check=False, FAIL="one"))
    assert preview[STACK] == ["error: preview failed"]


def test_a_provider_can_log(trial):
    """Under the stack or a resource; what is of interest at the moment only is shown at once and not kept."""
    trial.program("Thing('one')")
    up = trial.run("up", LOG="a message")
    assert diagnostics(up) == {
        STACK: ["from the provider", "to keep: a message"],
        ONE: ["warning: to keep: a message"],
    }
    assert "for now: a message" in up.output


def test_what_the_program_and_the_provider_print(trial):
    """Nothing is lost; the program's warnings with their severity; debug lines only when asked for."""
    trial.program(
        "import sys\none = Thing('one')\nprint('printed\\n\\nmore')\nprint('complained', file=sys.stderr)\n"
        "pulumi.log.warn('about the stack\\nmore')\npulumi.log.info('about one', one)\npulumi.log.debug('debugged')"
    )
    told = diagnostics(trial.run("up"))
    assert sorted("\n".join(told[STACK]).splitlines()) == sorted(
        ["complained", "from the provider", "printed", "more", "warning: about the stack", "more"]
    )
    assert told[ONE] == ["about one"]
    assert "debug: debugged" in trial.run("preview", "--debug").output


def test_a_secret_of_the_configuration_is_hidden_and_no_other(trial):
    """Wherever somebody prints it: the real engine knows no other secrets, so neither does this one."""
    trial.project.config_set("token", 'con"figured', secret=True)
    trial.project.config_set("list[0].key", "configured too", secret=True, path=True)
    trial.program(
        "config = pulumi.Config()\nprint([config.require('token'), config.require('list')])\n"
        "Thing('one', url=pulumi.Output.secret('in the program'))"
    )
    up = trial.run("up", LOG="in the program")
    told = diagnostics(up)
    assert told[ONE] == ["warning: to keep: in the program"]
    assert 'con"figured' not in up.output
    assert "configured too" not in up.output
    assert sum("[secret]" in text for text in told[STACK]) == 1


@pytest.mark.skipif(OLDER, reason="this version of the SDK ends a failing program with warnings of its own")
def test_a_program_that_fails(trial):
    """By an exception, a refusal or an exit code: shown under the stack."""
    for last, expected in (
        ("sys.exit(3)", "error: an unhandled error occurred: program exited with non-zero exit code: 3"),
        ("pulumi.log.error('shown')", "error: shown"),
        (
            "raise pulumi.RunError('shown')",
            "error: shown\nerror: an unhandled error occurred: program exited with non-zero exit code: 1",
        ),
    ):
        trial.program(f"import sys\nThing('one')\n{last}")
        assert diagnostics(trial.run("preview", check=False)) == {STACK: [expected]}
    trial.program("Thing('one')\nThing('one')")
    urn = "urn:pulumi:dev::trial::pulumi-python:dynamic/things:Thing::one"
    assert diagnostics(trial.run("preview", check=False)) == {
        ONE: [f"error: Duplicate resource URN '{urn}'; try giving it a unique name"]
    }


def test_a_provider_that_ends(trial):
    """The resource is shown as failed, and the operation ends."""
    trial.program("Thing('one')")
    told = diagnostics(trial.run("up", check=False, CRASH="one"))
    assert told[STACK] == ["error: update failed"]
    assert told[ONE][0].startswith("error: error reading from server: ")
