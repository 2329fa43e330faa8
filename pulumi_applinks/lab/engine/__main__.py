"""The embedded engine's command line."""

from __future__ import annotations

import sys

from pulumi_applinks.lab.engine.cli import main

if __name__ == "__main__":
    sys.exit(main())
