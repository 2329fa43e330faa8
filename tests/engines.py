"""The engines that stories run on: the embedded one, and `pulumi` when it is on PATH."""

from __future__ import annotations

import shutil

import pytest

ENGINES = [
    pytest.param("embedded"),
    pytest.param(
        "pulumi",
        marks=pytest.mark.skipif(
            shutil.which("pulumi") is None,
            reason="`pulumi` is not on PATH: this ran on the embedded engine only",
        ),
    ),
]
PASSPHRASE = "a passphrase for trying out"
