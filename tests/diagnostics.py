"""What a person reads in the Diagnostics of a run, without what differs from run to run."""

from __future__ import annotations

import re

from pulumi_applinks.lab.engine import RunResult

_HEADING = re.compile(r"  (\S+) \((\S+)\):")
_INTERRUPTED = re.compile(
    r"^Traceback .*\n(?:(?:  .*|During handling .*|Traceback .*|KeyboardInterrupt)\n)*KeyboardInterrupt\n",
    re.MULTILINE,
)
"""What the program prints when the engine ends it after a failure; whether it still can depends on the moment."""


def diagnostics(result: RunResult) -> dict[str, list[str]]:
    """By resource, the texts of its streams in the order of their letters: neither engine promises another one."""
    found: dict[str, list[str]] = {}
    inside = False
    title = ""
    for line in result.output.splitlines():
        heading = _HEADING.fullmatch(line)
        if line == "Diagnostics:":
            inside = True
        elif inside and heading:
            title = f"{heading[1]} ({heading[2]})"
            found[title] = [""]
        elif inside and line.startswith("    "):
            found[title][-1] += line[4:] + "\n"
        elif inside and not line and title:
            found[title].append("")
        elif inside:
            break
    return {
        title: kept for title, texts in found.items() if (kept := sorted(filter(None, map(_steady, texts))))
    }


def _steady(text: str) -> str:
    return _INTERRUPTED.sub("", text).strip()
