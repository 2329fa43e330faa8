"""The result of examining two applications and their link: pure data, its JSON, and a summary for a support ticket."""

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
"""The version of the JSON."""

Outcome = Literal["passed", "failed", "not-possible"]


@dataclass(frozen=True)
class Check:
    """One thing that was examined.

    Args:
        name: what was examined, in a few words.
        application: the application that it is about; None if it is about both.
        outcome: the result. `not-possible`: it could not be examined, for the reason in `words`.
        words: what was seen.
        next: what to do about it; empty if there is nothing to do.
    """

    name: str
    application: str | None
    outcome: Outcome
    words: str
    next: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """The result of an examination.

    Args:
        applications: the two applications.
        link: the link between them; None if neither has one.
        checks: in the order in which they were made.
    """

    applications: tuple[EstateApplication, EstateApplication]
    link: EstateLink | None
    checks: tuple[Check, ...]

    @property
    def failed(self) -> list[Check]:
        """The checks that failed."""
        return [one for one in self.checks if one.outcome == "failed"]

    def as_data(self) -> dict[str, Any]:
        """Return what `as_json` writes, as dictionaries and lists."""
        return {"format": FORMAT, "version": VERSION, "ok": not self.failed, **asdict(self)}

    def as_json(self) -> str:
        """Return the diagnosis as JSON, with the format version."""
        return json.dumps(self.as_data(), indent=2, ensure_ascii=False) + "\n"

    def as_ticket(self) -> str:
        """Return a summary in Markdown for a support ticket. It contains no secrets, but it contains user names."""
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
    """Return several diagnoses as JSON, with the format version."""
    listed = [one.as_data() for one in found]
    data = {
        "format": FORMAT_OF_ALL,
        "version": VERSION,
        "ok": all(one["ok"] for one in listed),
        "diagnoses": listed,
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
