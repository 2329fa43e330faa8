"""How tests read messages: whatever the lines they are reported in."""

from __future__ import annotations


def flat(told: object) -> str:
    """A message in one line.

    Args:
        told: a message, or an error with one.
    """
    return " ".join(str(told).split())
