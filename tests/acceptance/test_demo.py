"""`make demo`: what somebody runs first."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.docs.blocks import ROOT
from tests.engines import Which


def without_the_cli(path: str) -> str:
    """A path on which there is no `pulumi`."""
    return os.pathsep.join(one for one in path.split(os.pathsep) if shutil.which("pulumi", path=one) is None)


@pytest.mark.both_engines
def test_the_demo(engine: Which):
    """It runs to its end, and shows what the README says: a link made, moved, found changed by hand and repaired, and deleted."""
    environment = dict(os.environ)
    if engine == "embedded":
        environment["PATH"] = without_the_cli(environment["PATH"])
    command = [sys.executable, "-m", "demo"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    first, *lines = done.stdout.splitlines()
    assert ("embedded engine" in first) == (engine == "embedded")
    assert lines[-1] == "Done: one program linked, relocated, repaired and deleted both ends."
    told = " ".join(done.stdout.split())
    for shown in (
        "+ 2 to create",
        "1 to update",
        'observed: "none"',
        "1 updated",
        "- 2 deleted",
        "working: true",
    ):
        assert shown in told
    assert told.count("has no links") == 4  # both applications, at the beginning and at the end
