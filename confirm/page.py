"""`python -m confirm.page`: writes docs/confirmed.md from the facts and from the results of runs on real instances."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from confirm.facts import FACTS, NOT_LOOKED_AT, concerning
from confirm.report import FORMAT
from pulumi_applinks.lab.applications import GENERATIONS, TYPES

PAGE = Path(__file__).parents[1] / "docs" / "confirmed.md"
FOUND = PAGE.with_suffix("")
"""The folder with the files of runs on real instances."""

_HEAD = """\
# What is confirmed, and from where

Made by `python -m confirm.page` from confirm/facts.csv and from the files in docs/confirmed; a test compares them. {tried}
[confirm.md](confirm.md) says how to try it in five minutes. A fact marked INF is inferred: the client accepts each interpretation of it,
and the lab can use each.

| source | what it is |
| --- | --- |
| S9 | the interface of the applinks plugin 9.1.4 (the Data Center generation: Confluence 8, Jira 9) |
| S3 | the interface of applinks 3.x, from its original public source |
| KB, doc | Atlassian's public documentation and knowledge base |
| ind | an independent public program that is used with real instances |
| JS | what the plugin's own browser client calls |
| INF | inferred, not confirmed |
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(text(found(FOUND)), encoding="utf-8")


def found(folder: Path) -> list[dict[str, Any]]:
    """The results of the runs: one record for each application.

    Args:
        folder: the folder with their files.

    Raises:
        ValueError: if a file has another format.
    """
    applications = []
    for file in sorted(folder.glob("*.json")):
        content = json.loads(file.read_text(encoding="utf-8"))
        if content.get("format") != FORMAT:
            raise ValueError(f"{file.name} is of format {content.get('format')}, not {FORMAT}")
        applications += [{**one, "day": content["day"]} for one in content["applications"]]
    return applications


def text(applications: list[dict[str, Any]]) -> str:
    """The text of the page.

    Args:
        applications: the applications that were tried.
    """
    tried = "No one has tried this on a real instance yet."
    if applications:
        tried = f"It was tried on {len({_named(one) for one in applications})} versions of real products, as the tables say."
    lines = [
        _HEAD.format(tried=tried),
        *_by_product(applications),
        "",
        *_by_fact(applications),
        "",
        *_not_looked_at(),
    ]
    return "\n".join(lines) + "\n"


def _by_product(applications: list[dict[str, Any]]) -> Iterable[str]:
    yield "## By product and version\n"
    yield from _table("products", "applinks", "known from", "facts", "tried on a real instance")
    for name, version in GENERATIONS.items():
        types = [one for one in TYPES if one in version.products]
        facts = {fact.id for one in types for fact in concerning(one, name)}
        here = [one for one in applications if one["generation"] == name]
        yield _row(version.named, version.applinks, version.source, str(len(facts)), _tried(here))
    yield _row("Jira and Confluence Cloud", "unknown", "INF, from the server's", "–", "no one has")


def _tried(applications: Iterable[dict[str, Any]]) -> str:
    counts: dict[str, dict[str, set[str]]] = {}
    for one in applications:
        by_verdict = counts.setdefault(_dated(one), {})
        for name, result in one["facts"].items():
            by_verdict.setdefault(result["verdict"], set()).add(name)
    told = []
    for name, by_verdict in sorted(counts.items()):
        contradicted = by_verdict.get("contradicted", set())
        confirmed = by_verdict.get("confirmed", set()) - contradicted
        told.append(f"{name}: {len(confirmed)} confirmed, {len(contradicted)} contradicted")
    return "; ".join(told) or "no one has"


def _by_fact(applications: list[dict[str, Any]]) -> Iterable[str]:
    yield "## By fact\n"
    yield "*Plugin* names the generations of docs/interface.md, and the types of applications where not all have it.\n"
    yield from _table(
        "fact",
        "",
        "source",
        "plugin",
        "how `make confirm` looks at it",
        "how the client takes it",
        "on a real instance",
    )
    for name, fact in FACTS.items():
        words = (f"`{name}`", fact.words, fact.source, fact.concerned, fact.look, fact.client)
        yield _row(*words, _verdicts(name, applications))


def _verdicts(fact: str, applications: Iterable[dict[str, Any]]) -> str:
    said: dict[str, set[str]] = {}
    for one in applications:
        result = one["facts"].get(fact)
        if result and result["verdict"] != "not seen":
            seen = f" ({result['seen']})" if result["verdict"] == "contradicted" else ""
            said.setdefault(result["verdict"], set()).add(_dated(one) + seen)
    return (
        "; ".join(f"{verdict}: {', '.join(sorted(names))}" for verdict, names in sorted(said.items()))
        or "not tried"
    )


def _not_looked_at() -> Iterable[str]:
    yield "## Not looked at\n"
    yield "What takes more than two applications and one link between them.\n"
    yield from _table("fact", "source")
    yield from (_row(words, source) for words, source in NOT_LOOKED_AT.items())


def _named(application: dict[str, Any]) -> str:
    return f"{TYPES.get(application['type'], application['type'])} {application['version']}"


def _dated(application: dict[str, Any]) -> str:
    return f"{_named(application)} on {application['day']}"


def _table(*head: str) -> Iterable[str]:
    yield _row(*head)
    yield f"|{' --- |' * len(head)}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


if __name__ == "__main__":
    main()
