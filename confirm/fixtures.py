"""`python -m confirm.fixtures DIR`: compares recorded answers with the fields of the lab's answers.

A fixture is one scrubbed answer: its fields, and values that identify no one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from confirm.facts import generation_of
from confirm.instance import Instance
from confirm.scrub import Scrubber
from pulumi_applinks.lab.applications import GENERATIONS, Generation
from pulumi_applinks.lab.applications.fields import differences
from pulumi_applinks.lab.applications.interface import rules


def save(folder: Path, instances: Iterable[Instance], scrubber: Scrubber) -> int:
    """Write the answers, each kind of answer once.

    Args:
        folder: the folder for the files.
        instances: the applications that answered.
        scrubber: removes what identifies the applications.

    Returns:
        The number of files.
    """
    written: set[Path] = set()
    for instance in instances:
        for exchange in instance.exchanges:
            answer = exchange.answer
            path = scrubber.text(exchange.path)
            fixture = {
                "type": instance.type_id,
                "version": instance.version,
                "applinks": instance.plugin,
                "method": exchange.method,
                "path": path,
                "status": answer.status,
                "content_type": answer.content_type,
                "body": scrubber.body(answer.data) if answer.content_type == "application/json" else None,
            }
            slug = "-".join(part for part in path.split("/") if part and not part.startswith("0000"))
            name = f"{exchange.method}-{slug}-{answer.status}-{answer.content_type.partition('/')[2]}.json"
            file = folder / f"{instance.type_id}-{instance.version}" / name
            text = json.dumps(fixture, indent=2, sort_keys=True) + "\n"
            # Keep the longest answer, because a list without links shows nothing.
            if file not in written or len(text) > file.stat().st_size:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(scrubber.checked(text), encoding="utf-8")
            written.add(file)
    return len(written)


def held_against_the_lab(folder: Path) -> list[str]:
    """The differences between the fields of recorded answers and of the lab's answers.

    Args:
        folder: a folder with fixtures, at any depth.
    """
    return [
        f"{file.relative_to(folder)}: {found}"
        for file in sorted(folder.rglob("*.json"))
        for found in _differences(json.loads(file.read_text(encoding="utf-8")))
    ]


def _differences(fixture: dict[str, Any]) -> list[str]:
    if fixture["body"] is None or not 200 <= fixture["status"] < 300:
        return []
    generation = generation_of(fixture["applinks"])
    path = fixture["path"].removesuffix(".json")
    try:
        resource, _ = _played(generation, fixture["type"]).bind("application").match(path, fixture["method"])
    except HTTPException:
        return ["the lab does not play it"]
    wrong = [differences(entity, generation, fixture["body"]) for entity in resource.answers]
    return [] if [] in wrong else wrong[0]


@cache
def _played(generation: Generation, type_id: str) -> Map:
    return Map(list(rules(GENERATIONS[generation], type_id)), merge_slashes=False)


def main(arguments: list[str]) -> int:
    """Print the differences.

    Args:
        arguments: the folder.
    """
    found = held_against_the_lab(Path(arguments[0]))
    print("\n".join(found) or "The lab answers with the same fields.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
