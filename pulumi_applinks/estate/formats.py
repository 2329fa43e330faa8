"""Reports on an estate for other programs: Markdown, JUnit, SARIF. Pure."""

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
    """Return the title of a link: its two applications, and its direction."""
    arrow = "⇄" if len(link.ends) > 1 else "→"
    return f"{link.near} {arrow} {link.far}"


def kind_of(link: EstateLink) -> Kind:
    """Return how bad a link is, which is how bad its worst finding is."""
    if link.far_side == "none" and not link.findings:
        return "aside"
    severities = {one.severity for one in link.findings}
    if "error" in severities:
        return "bad"
    return "warned" if "warning" in severities else "unseen" if severities else "good"


def direction_words(direction: LinkDirection) -> str:
    """Describe how the requests of one application are authenticated, and whether they are answered."""
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
    """Return the words on the applications' own pages, in the order of the ends. If all words are equal, return one."""
    found = [end.lozenge or "–" for end in link.ends]
    return found[0] if len(set(found)) == 1 else " / ".join(found)


def summary(estate: Estate) -> str:
    """Describe how many applications and links there are, and how many links are in each state."""
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
    """Describe how many links the given stack manages, in a sentence; empty if no stack was given."""
    if estate.coverage is None:
        return ""
    number = counted(len(estate.between), "link")
    return f"The stack manages {len(estate.managed)} of {number} ({estate.coverage:.0%})."


_COMMAND = re.compile(r"\bapplinks (?:clean|doctor|move|show|status)\b(?= )")


def with_options(step: str, options: str) -> str:
    """Add options to the commands in a next step, so that they name the same applications as the command that found it.

    Args:
        step: the next step, in words.
        options: the options of that command, each with a blank before it.
    """
    return _COMMAND.sub(lambda found: found[0] + options, step)


def with_commands(estate: Estate, options: str) -> Estate:
    """Return an estate whose next steps can be pasted into a shell: see `with_options`."""
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
    """Return a number and its noun, in the plural unless the number is 1."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def unasked(estate: Estate) -> list[EstateApplication]:
    """Return the applications whose links could not be read."""
    return [one for one in estate.applications if not one.asked]


def as_markdown(estate: Estate) -> str:
    """Return a report in Markdown for a forge. It needs the extra `cli`."""
    from pulumi_applinks.estate.rendering import rendered

    found = {"summary": summary(estate), "unasked": unasked(estate), "findings": list(findings(estate))}
    return rendered("report.md", estate=estate, **found) + "\n"


def cell(text: str) -> str:
    """Escape text for Markdown, because names come from applications."""
    for sign in ("\\", "|", "`", "*", "_", "<", "[", "]"):
        text = text.replace(sign, "\\" + sign)
    return text.replace("\n", " ")


def findings(estate: Estate) -> Iterator[tuple[EstateLink, LinkFinding]]:
    """Yield every finding with its link."""
    for link in estate.links:
        for finding in link.findings:
            yield link, finding


def as_junit(estate: Estate) -> str:
    """Return a JUnit report for a pipeline, with a test case for each application and each link.

    A finding is a failure. What could not be checked is an error. An entry that is not a link between two applications is skipped.
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
    """Return a SARIF report for a forge's code scanning."""
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
