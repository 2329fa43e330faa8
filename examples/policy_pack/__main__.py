"""What the engine runs: the rules are in rules.py."""

import rules  # noqa: F401 - it makes the pack
