"""A run that is interrupted, killed or met by another one: what was done is known, and nothing is done twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pulumi_applinks.lab.engine.project import base_environment

PAIR = "one = Thing('one', token=pulumi.Output.secret('hunter2'))\nThing('two', ResourceOptions(depends_on=[one]))"


@contextmanager
def waiting(trial, verb: str, step: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A run that waits in the middle of a step until somebody opens the pipe `go`."""
    project = trial.project
    pipes = [trial.folder / name for name in ("waiting", "go")]
    for pipe in pipes:
        os.mkfifo(pipe)
    (trial.folder / "calls.log").unlink(missing_ok=True)
    own = {**project.engine.variables(project.home.resolve()), "PULUMI_CONFIG_PASSPHRASE": project.passphrase}
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "pulumi_applinks.lab.engine",
            verb,
            "--stack",
            "dev",
            "--yes",
            "--skip-preview",
        ],
        cwd=trial.folder,
        env={**base_environment(), **own, **more, "WAIT": step},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        pipes[0].open("rb").close()  # blocks until the step has started
        yield process
    for pipe in pipes:
        pipe.unlink()


def go_on(trial) -> None:
    """Let the step end."""
    (trial.folder / "go").open("wb").close()


def recorded(trial) -> set[str]:
    """What the state has besides the stack and the provider; secrets in it are encrypted."""
    text = (trial.project.home / "trial" / "dev.json").read_text(encoding="utf-8")
    assert "hunter2" not in text
    return {name for name in ("one", "two") if f'Thing::{name}"' in text}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_interrupted(embedded, number: int):
    """The step that runs is finished and recorded; nothing else begins; there is no traceback."""
    embedded.program(PAIR)
    for verb, step, left in (("up", "create one", {"one"}), ("destroy", "delete two", {"one"})):
        with waiting(embedded, verb, step) as process:
            process.send_signal(number)
            output = ""
            for line in process.stdout or ():
                output += line
                if "interrupted: what has started is finished" in line:
                    go_on(embedded)
        assert process.returncode == 130
        assert "interrupted: what had started was finished, and nothing else was started" in output
        assert "Traceback" not in output
        assert (embedded.changes, recorded(embedded)) == ([step], left)
        embedded.run("up")
        assert embedded.changes == ["create two"]


def test_two_runs_that_meet(embedded):
    """The second one is refused, and asks the provider nothing."""
    embedded.program(PAIR)
    with waiting(embedded, "up", "create one") as process:
        calls = embedded.names
        refused = embedded.project.up(check=False)
        assert refused.returncode == 1
        assert refused.stderr == "error: another run is changing the stack 'dev': wait until it has ended\n"
        assert embedded.names == calls
        go_on(embedded)
        process.communicate()
    assert (process.returncode, recorded(embedded)) == (0, {"one", "two"})


def test_a_run_that_is_killed(embedded):
    """What was answered is known afterwards; the next run does the rest."""
    embedded.program(PAIR)
    with waiting(embedded, "up", "create two") as process:
        process.kill()
    assert recorded(embedded) == {"one"}
    embedded.run("up")
    assert embedded.changes == ["create two"]
    with waiting(embedded, "destroy", "delete one") as process:
        process.kill()
    assert recorded(embedded) == {"one"}
    embedded.run("destroy")
    assert embedded.changes == ["delete one"]


@pytest.mark.cold
def test_the_program_and_the_provider_end_with_the_engine(embedded):
    """Killing the engine leaves no process behind: what they hold open is released."""
    pipe = embedded.folder / "alive"
    os.mkfifo(pipe)
    # The writer opens first by being read-write; the processes' own ends close when they are gone.
    mine = os.open(pipe, os.O_RDWR)
    embedded.program(PAIR)
    with waiting(embedded, "up", "create two", ALIVE=str(pipe)) as process:
        process.kill()
    reader = os.open(pipe, os.O_RDONLY)
    os.close(mine)
    try:
        assert os.read(reader, 1) == b""  # blocks as long as one of them lives
    finally:
        os.close(reader)


def test_a_state_that_cannot_be_written(embedded):
    """What can't be recorded is named with its id; when that is so from the start, nothing begins."""
    embedded.program(PAIR)
    state = embedded.folder.parent / "trial-home" / "trial" / "dev.json"
    refused = embedded.run("up", check=False, BREAK=str(state))
    assert refused.returncode == 1
    told = " ".join(refused.output.split())
    assert "what was done with this resource (one-) can't be recorded" in told
    assert "Check it before you run the command again." in told
    assert "Traceback" not in told
    assert embedded.changes == ["create one"]
    (embedded.folder / "calls.log").unlink()
    refused = embedded.project.up(check=False)
    assert refused.returncode == 1
    assert embedded.names == []


def test_a_damaged_state(embedded):
    """One sentence, and the file is left as it is."""
    embedded.program(PAIR)
    embedded.run("up")
    state = embedded.folder.parent / "trial-home" / "trial" / "dev.json"
    whole = state.read_text(encoding="utf-8")
    for damaged in (
        whole[:-100],
        "[]",
        whole.replace('"urn":', '"name":'),
        whole.replace('"custom": true', '"custom": true, "taint": true'),
    ):
        state.write_text(damaged, encoding="utf-8")
        failed = embedded.run("up", check=False)
        assert failed.returncode == 1
        assert failed.stderr.startswith("error: ")
        assert "Traceback" not in failed.output
        assert embedded.names == []
        assert state.read_text(encoding="utf-8") == damaged


@pytest.mark.passphrase
def test_a_wrong_passphrase(trial):
    """Before anything is asked of the provider, also when no secret has to be opened."""
    trial.program("Thing('one')")
    trial.run("up")
    right = trial.project.passphrase
    for wrong in ("another", ""):
        trial.project.passphrase = wrong
        for verb in ("preview", "up", "refresh", "destroy"):
            failed = trial.run(verb, check=False)
            assert failed.returncode == 1
            assert "incorrect passphrase" in failed.output
            assert trial.names == []
    trial.project.passphrase = right
    assert set(trial.state()) == {"trial-dev", "default", "one"}
