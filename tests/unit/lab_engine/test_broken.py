"""What stands against reading or writing the state of the embedded engine: one sentence, and no step is lost."""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pulumi_applinks.lab.engine.cli import main

CHAIN = """
one = Thing("one", token=pulumi.Output.secret("hunter2"))
two = Thing("two", ResourceOptions(depends_on=[one]))
Thing("three", ResourceOptions(depends_on=[two]))
"""


def created(trial) -> list[str]:
    """What the last run has created."""
    return [name for name in trial.names if name.startswith("create")]


@contextmanager
def failing(
    monkeypatch: pytest.MonkeyPatch, error: OSError, refused: Callable[[bytes], bool]
) -> Iterator[None]:
    """A disk that takes no state as a whole, and of the journal not what is refused."""
    write = os.write

    def write_some(file: int, data: bytes) -> int:
        if refused(data):
            raise error
        return write(file, data)

    def write_whole(path: Path, text: str) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr("pulumi_applinks.lab.engine.journal.os.write", write_some)
        patched.setattr("pulumi_applinks.lab.engine.state.write_whole", write_whole)
        yield


@pytest.fixture
def here(embedded, monkeypatch):
    """Runs verbs in this very process, where writing can be made to fail."""
    home = embedded.folder.parent / f"{embedded.folder.name}-home"
    monkeypatch.chdir(embedded.folder)
    monkeypatch.setenv("PULUMI_LAB_HOME", str(home))
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", embedded.project.passphrase)

    def run(*arguments: str) -> int:
        (embedded.folder / "calls.log").unlink(missing_ok=True)
        return main(arguments)

    return run


def test_a_disk_that_becomes_full(embedded, here, monkeypatch, capsys):
    """What runs is still written down, into room that was kept for it; nothing else begins; afterwards the rest is made."""
    embedded.program(CHAIN)
    reserve = embedded.folder.parent / "trial-home" / "trial" / "dev.json.reserve"
    writes = itertools.count(1)
    full = OSError(errno.ENOSPC, "No space left on device")
    with failing(monkeypatch, full, lambda _: next(writes) > 4 and reserve.exists()):
        assert here("up", "--yes", "--skip-preview") == 1
    told = capsys.readouterr().out
    assert "the state cannot be written to" in told
    assert "No space left on device. What was done is recorded: make room" in told
    made = created(embedded)
    assert made in (["create one"], ["create one", "create two"])
    assert {f"create {name}" for name in embedded.exported_names()} >= set(made)

    assert here("up", "--yes", "--skip-preview") == 0
    assert made + created(embedded) == ["create one", "create two", "create three"]


def test_a_disk_that_is_full_from_the_start(embedded):
    """Nothing begins."""
    embedded.program(CHAIN)
    home = embedded.folder.parent / "trial-home" / "trial"
    (home / "dev.json.reserve").symlink_to("/dev/full")
    failed = embedded.run("up", check=False)
    assert failed.returncode == 1
    assert "the state cannot be written to" in failed.output
    assert "No space left on device" in failed.output
    assert "Traceback" not in failed.output
    assert embedded.names == []
    assert embedded.run("up").returncode == 0


def test_a_step_that_cannot_be_written_down_at_all(embedded, here, monkeypatch, capsys):
    """Neither in the journal nor in the state: it is named with its id, and nothing else begins."""
    embedded.program(CHAIN)
    broken = OSError(errno.EIO, "Input/output error")
    with failing(monkeypatch, broken, lambda data: b"::one" in data):
        assert here("up", "--yes", "--skip-preview") == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "Input/output error. What was done with these is recorded nowhere" in told
    assert "things:Thing::one (one-)" in told
    assert created(embedded) == ["create one"]
    assert embedded.exported_names() == {"trial-dev", "default"}


def test_a_damaged_journal(embedded):
    """It is left as it is, whatever is asked for; mended, it is read."""
    embedded.program(CHAIN)
    embedded.run("up", check=False, KILL="create three")
    (journal,) = embedded.folder.parent.rglob("*.journal")
    whole = journal.read_bytes()
    first, *rest = whole.splitlines(keepends=True)
    for damaged in (
        b"\x00" * 100 + b"\n" + b"".join(rest),
        first + b"".join(rest[:-1]) + b'{"resources":{"3":{"urn"\n' + rest[-1],
        first + b"{}\n" + b"".join(rest),
        first + b'{"resources":{"7":{"id":"no urn"}}}\n' + b"".join(rest),
        first + b'{"resources":{"7":\xff}}\n' + b"".join(rest),
    ):
        journal.write_bytes(damaged)
        for verb in ("preview", "up", "refresh", "destroy"):
            failed = embedded.run(verb, check=False)
            assert failed.returncode == 1
            assert "damaged" in failed.stderr
            assert str(journal.parent) in failed.stderr
            assert "Traceback" not in failed.output
            assert embedded.names == []
        assert journal.read_bytes() == damaged
    journal.write_bytes(whole)
    embedded.run("up")
    assert created(embedded) == ["create three"]


def test_a_damaged_state(embedded):
    """One sentence names the file."""
    embedded.program(CHAIN)
    embedded.run("up")
    state = embedded.folder.parent / "trial-home" / "trial" / "dev.json"
    whole = state.read_text(encoding="utf-8")
    for damaged in (whole[:-100], "[]", whole.replace('"urn":', '"name":'), whole.replace('"v1:', '"v9:')):
        state.write_text(damaged, encoding="utf-8")
        failed = embedded.run("up", check=False)
        assert failed.returncode == 1
        assert "error: " in failed.stderr
        assert "Traceback" not in failed.output
        assert embedded.names == []
        assert state.read_text(encoding="utf-8") == damaged


@pytest.mark.passphrase
def test_a_wrong_passphrase(trial):
    """Before anything is asked of the provider, also when no secret has to be opened."""
    trial.program("Thing('one')")
    trial.run("up")
    trial.program("Thing('two', token=pulumi.Output.secret('hunter2'))")
    right = trial.project.passphrase
    for wrong in ("another", ""):
        trial.project.passphrase = wrong
        for verb in ("preview", "up", "refresh", "destroy"):
            failed = trial.run(verb, check=False)
            assert failed.returncode == 1
            assert "incorrect passphrase" in failed.output
            assert trial.names == []
    trial.project.passphrase = right
    assert trial.exported_names() == {"trial-dev", "default", "one"}
