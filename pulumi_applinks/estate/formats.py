"""An estate as other programs read it: Markdown, JUnit, SARIF. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

from pulumi_applinks.estate.glossary import FINDINGS, Kind, sentence
from pulumi_applinks.estate.model import Estate, EstateApplication, EstateLink, LinkDirection, LinkFinding

_SARIF_LEVELS = {"error": "error", "warning": "warning", "unseen": "note"}


def title(link: EstateLink) -> str:
    """The title of a link: its two applications, and its direction."""
    arrow = "⇄" if len(link.ends) > 1 else "→"
    return f"{link.near} {arrow} {link.far}"


def kind_of(link: EstateLink) -> Kind:
    """How a link is: as bad as its worst finding."""
    if link.far_side == "none" and not link.findings:
        return "aside"
    severities = {one.severity for one in link.findings}
    if "error" in severities:
        return "bad"
    return "warned" if "warning" in severities else "unseen" if severities else "good"


def direction_words(direction: LinkDirection) -> str:
    """How requests of one application are authenticated, and whether they are answered."""
    level = (
        "differs"
        if direction.level is None and direction.working is False
        else direction.level or "not known"
    )
    if level == "none":
        return "anonymous"
    works = {True: "works", False: "fails", None: "not tried"}[direction.working]
    return f"{level}, {works}"


def lozenges(link: EstateLink) -> str:
    """The words on the applications' own pages, in the order of the ends; once if they are the same."""
    found = [end.lozenge or "–" for end in link.ends]
    return found[0] if len(set(found)) == 1 else " / ".join(found)


def summary(estate: Estate) -> str:
    """How many applications and links there are, and of which state."""
    counts = ", ".join(
        f"{count} {state.replace('-', ' ')}" for state, count in sorted(estate.counted().items())
    )
    unasked = sum(1 for one in estate.applications if not one.asked)
    told = f" ({unasked} could not be asked)" if unasked else ""
    number = len(estate.links)
    return (
        f"{counted(len(estate.applications), 'application')}{told}, {counted(number, 'link')}"
        f"{f': {counts}' if counts else ''}."
    )


def coverage(estate: Estate) -> str:
    """How many links the given stack manages, in a sentence; empty without a stack."""
    if estate.coverage is None:
        return ""
    number = counted(len(estate.between), "link")
    return f"The stack manages {len(estate.managed)} of {number} ({estate.coverage:.0%})."


_COMMAND = re.compile(r"\bapplinks (?:clean|doctor|move|show|status)\b(?= )")


def with_options(step: str, options: str) -> str:
    """A next step whose commands name the same applications as the command that found it.

    Args:
        step: in words.
        options: those of that command, each with a blank before it.
    """
    return _COMMAND.sub(lambda found: found[0] + options, step)


def with_commands(estate: Estate, options: str) -> Estate:
    """An estate whose next steps can be pasted: see `with_options`."""
    return replace(
        estate,
        links=tuple(
            replace(
                link,
                findings=tuple(replace(one, mend=with_options(one.mend, options)) for one in link.findings),
            )
            for link in estate.links
        ),
    )


def counted(number: int, noun: str) -> str:
    """A number and its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def unasked(estate: Estate) -> list[EstateApplication]:
    """The applications whose links could not be read."""
    return [one for one in estate.applications if not one.asked]


def as_markdown(estate: Estate) -> str:
    """A report that reads well on a forge. It needs the extra `cli`."""
    from pulumi_applinks.estate.rendering import rendered

    found = {"summary": summary(estate), "unasked": unasked(estate), "findings": list(findings(estate))}
    return rendered("report.md", estate=estate, **found) + "\n"


def cell(text: str) -> str:
    """Escapes text for Markdown: names come from applications."""
    for sign in ("\\", "|", "`", "*", "_", "<", "[", "]"):
        text = text.replace(sign, "\\" + sign)
    return text.replace("\n", " ")


def findings(estate: Estate) -> Iterator[tuple[EstateLink, LinkFinding]]:
    """Every finding, with its link."""
    for link in estate.links:
        for finding in link.findings:
            yield link, finding


def as_junit(estate: Estate) -> str:
    """A report for a pipeline's tests: a case for each application, and for each link.

    A finding is a failure, what could not be checked is an error, and an entry that is not a link between two applications is skipped.
    """
    suite = ElementTree.Element("testsuite", name="applinks")
    counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for application in estate.applications:
        case = ElementTree.SubElement(
            suite, "testcase", classname="applinks.applications", name=application.name
        )
        counts["tests"] += 1
        if not application.asked:
            counts["errors"] += 1
            _told(case, "error", application.failure or "unreachable", application.told)
    for link in estate.links:
        case = ElementTree.SubElement(
            suite, "testcase", classname="applinks.links", name=f"{title(link)} ({link.key})"
        )
        counts["tests"] += 1
        bad = [one for one in link.findings if one.severity != "unseen"]
        text = "\n".join(f"{one.words}\n{one.mend}" for one in link.findings)
        if bad:
            counts["failures"] += 1
            _told(case, "failure", bad[0].code, text)
        elif link.findings:
            counts["errors"] += 1
            _told(case, "error", link.findings[0].code, text)
        elif link.far_side == "none":
            counts["skipped"] += 1
            ElementTree.SubElement(case, "skipped", message=link.reason)
    suite.attrib.update({name: str(count) for name, count in counts.items()})
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _told(case: ElementTree.Element, tag: str, kind: str, text: str) -> None:
    element = ElementTree.SubElement(case, tag, type=kind, message=text.partition("\n")[0])
    element.text = text


def as_sarif(estate: Estate, version: str) -> str:
    """A report for a forge's code scanning."""
    rules = [
        {
            "id": code,
            "shortDescription": {"text": sentence(code)},
            "fullDescription": {"text": sentence(code)},
        }
        for code in FINDINGS
    ]
    told = [{"level": "error", "message": {"text": one.told}} for one in unasked(estate)]
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "applinks",
                "version": version,
                "rules": rules,
            }
        },
        "invocations": [{"executionSuccessful": not told, "toolExecutionNotifications": told}],
        "results": [_result(estate, link, finding) for link, finding in findings(estate)],
    }
    report = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _result(estate: Estate, link: EstateLink, finding: LinkFinding) -> dict[str, Any]:
    near = estate.application(link.near)
    return {
        "ruleId": finding.code,
        "level": _SARIF_LEVELS[finding.severity],
        "message": {"text": f"{title(link)}: {finding.words} {finding.mend}"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": near.admin_page if near else ""}},
                "logicalLocations": [
                    {"name": title(link), "fullyQualifiedName": link.key, "kind": "resource"}
                ],
            }
        ],
        "partialFingerprints": {"link/v1": f"{link.key} {finding.code}"},
    }
