"""The results of a run: a table for people, and a file to attach to an issue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from confirm.facts import FACTS
from confirm.instance import Instance, Verdict
from confirm.scrub import Scrubber
from pulumi_applinks.lab.applications import TYPES

FORMAT = 1
"""The file's format. Increase it when a reader of the previous format would misread the file."""

_MARKS: dict[Verdict, str] = {"confirmed": "✓", "contradicted": "✗", "not seen": "·"}


def table(instances: Iterable[Instance]) -> str:
    """The table of results, by application and fact."""
    lines = []
    for here in instances:
        counts = Counter(result.verdict for result in here.results.values())
        lines.append(
            f"\n{here.role}: {TYPES.get(here.type_id, here.type_id)} {here.version}, applinks {here.plugin}\n"
        )
        for name, result in here.results.items():
            lines.append(f"  {_MARKS[result.verdict]} {name:22} {FACTS[name].words}")
            if result.verdict != "confirmed":
                lines.append(f"    {'':22} {result.verdict}: {result.seen}")
        lines.append("\n  " + ", ".join(f"{counts[verdict]} {verdict}" for verdict in _MARKS))
    return "\n".join(lines)


def record(
    instances: Iterable[Instance], scrubber: Scrubber, *, wrote: bool, day: str, left: int
) -> dict[str, Any]:
    """The file's content.

    Args:
        instances: the applications that were checked.
        scrubber: removes what identifies the applications.
        wrote: whether the run was allowed to create a link.
        day: the day of the run.
        left: how many things could not be restored.
    """
    return {
        "format": FORMAT,
        "day": day,
        "wrote": wrote,
        "left": left,
        "applications": [
            {
                "role": here.role,
                "type": here.type_id,
                "version": here.version,
                "applinks": here.plugin,
                "generation": here.generation,
                "facts": {
                    name: {"verdict": result.verdict, "seen": scrubber.text(result.seen)}
                    for name, result in here.results.items()
                },
            }
            for here in instances
        ],
    }
