"""What an examination of two applications and their link found. Pure data, its JSON, and a summary for a support ticket."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pulumi_applinks.estate.formats import direction_words
from pulumi_applinks.estate.model import EstateApplication, EstateLink

FORMAT = "pulumi-applinks-diagnosis"
FORMAT_OF_ALL = "pulumi-applinks-diagnoses"
VERSION = 1
"""Of the JSON."""

Outcome = Literal["passed", "failed", "not-possible"]


@dataclass(frozen=True)
class Check:
    """One thing that was examined.

    Args:
        name: what, in a few words.
        application: whose; None when it is about both.
        outcome: how it ended. `not-possible`: it could not be looked at, for the reason in `words`.
        words: what was seen.
        next: what to do about it; empty where there is nothing to do.
    """

    name: str
    application: str | None
    outcome: Outcome
    words: str
    next: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """What an examination found.

    Args:
        applications: the two.
        link: the one between them; None when neither has one.
        checks: in the order in which they were made.
    """

    applications: tuple[EstateApplication, EstateApplication]
    link: EstateLink | None
    checks: tuple[Check, ...]

    @property
    def failed(self) -> list[Check]:
        """What is not as it should be."""
        return [one for one in self.checks if one.outcome == "failed"]

    def as_data(self) -> dict[str, Any]:
        """What `as_json` writes, as dictionaries and lists."""
        return {"format": FORMAT, "version": VERSION, "ok": not self.failed, **asdict(self)}

    def as_json(self) -> str:
        """The diagnosis as JSON, with the version of its form."""
        return json.dumps(self.as_data(), indent=2, ensure_ascii=False) + "\n"

    def as_ticket(self) -> str:
        """A summary in Markdown, to be put into a support ticket. It has no secrets, but it has names of users."""
        lines = ["## Application link: what was examined", ""]
        for one in self.applications:
            seen = one.seen
            who = (
                f"{seen.type_id} {seen.version}, applinks {seen.applinks_version}"
                if seen
                else "did not answer"
            )
            lines.append(f"- {one.name}: {one.named.url} ({who})")
        if self.link is not None:
            lines.append(f"- link: {self.link.state}. {self.link.reason}")
            lines += [
                f"  - requests of {one.sender} to {one.receiver}: {direction_words(one)}"
                for one in self.link.directions
            ]
        lines += ["", "| check | application | outcome | what was seen |", "| --- | --- | --- | --- |"]
        for check in self.checks:
            cells = (check.name, check.application or "both", check.outcome, check.words)
            lines.append(
                "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
            )
        return "\n".join([*lines, ""])


def all_as_json(found: Iterable[Diagnosis]) -> str:
    """Several diagnoses as JSON, with the version of its form."""
    listed = [one.as_data() for one in found]
    data = {
        "format": FORMAT_OF_ALL,
        "version": VERSION,
        "ok": all(one["ok"] for one in listed),
        "diagnoses": listed,
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
