"""The command `applinks`, a command line for `pulumi_applinks.estate`. It needs the extra `cli`, which programs do not need."""

from __future__ import annotations

import sys
from importlib.util import find_spec


def main() -> None:
    """Run the command line."""
    if find_spec("typer") is None or find_spec("rich") is None:
        print("applinks needs the extra `cli`: pip install 'pulumi-applinks[cli]'", file=sys.stderr)
        sys.exit(1)
    from pulumi_applinks.command.app import run

    run()
