"""The embedded engine's command line."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    try:
        from pulumi_applinks.lab.engine.cli import main

        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
