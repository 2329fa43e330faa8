"""`applinks status`: each link once, its state, and how to fix it."""

from __future__ import annotations

import threading
from enum import Enum
from importlib.metadata import version
from typing import Annotated

import typer

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.command.options import Given, ReadingOptions
from pulumi_applinks.command.printer import Printer
from pulumi_applinks.command.table import show
from pulumi_applinks.command.told import code_of_failures, told
from pulumi_applinks.estate import Estate, EstateError
from pulumi_applinks.estate.formats import as_junit, as_markdown, as_sarif


class Format(str, Enum):
    """The format of the report."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    JUNIT = "junit"
    SARIF = "sarif"


@told
def status(
    options: ReadingOptions,
    format_: Annotated[Format, typer.Option("--format", help="The output format.")] = Format.TABLE,
    json_: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    findings: Annotated[bool, typer.Option("--findings", help="Show only links with findings.")] = False,
    allow_not_named: Annotated[
        bool,
        typer.Option(
            "--allow-not-named",
            help="Accept one end's answer for links to applications that were not named.",
        ),
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Keep running and show changes, until interrupted.")
    ] = False,
    every: Annotated[
        float, typer.Option("--every", metavar="SECONDS", min=0.1, help="The interval for --watch.")
    ] = 30.0,
) -> ExitCode:
    """Show each link once: both ends, whether each direction works, and how to fix it.

    Only reads. Exit code 0 means that every link was tried and works.

    Examples:
    - `applinks status -a jira=https://jira.example.com -a wiki=https://wiki.example.com`

    - `applinks status --stack production --format junit > applinks.xml`

    - `pulumi stack export | applinks status --stack - --json`
    """
    chosen = Format.JSON if json_ else format_
    if watch and chosen is not Format.TABLE:
        raise EstateError("--watch shows a table: omit --json and --format.")
    what = options.given()
    if watch:
        return _watch(what, options, every, findings, allow_not_named)
    estate = options.read(what)
    _show(estate, options.printer, chosen, findings)
    return code_for(estate, allow_not_named=allow_not_named)


def _show(estate: Estate, printer: Printer, chosen: Format, findings: bool) -> None:
    if chosen is Format.TABLE:
        show(estate, printer, only_findings=findings)
        return
    if chosen is Format.JSON:
        text = estate.as_json()
    elif chosen is Format.MARKDOWN:
        text = as_markdown(estate)
    elif chosen is Format.JUNIT:
        text = as_junit(estate)
    else:
        text = as_sarif(estate, version("pulumi-applinks"))
    printer.data(text)
    printer.unasked(estate)


def _watch(
    what: Given, options: ReadingOptions, every: float, findings: bool, allow_not_named: bool
) -> ExitCode:
    """Reads repeatedly; an interruption ends it with the exit code of the last reading."""
    printer, before, pause = options.printer, None, threading.Event()
    try:
        while True:
            estate = options.read(what)
            changed, before = estate != before, estate
            if changed:
                if printer.out.is_terminal:
                    printer.out.clear()
                show(estate, printer, only_findings=findings)
            pause.wait(every)
    except KeyboardInterrupt:
        if before is None:
            raise
    return code_for(before, allow_not_named=allow_not_named)


def code_for(estate: Estate, *, allow_not_named: bool = False) -> ExitCode:
    """The exit code for an estate. What could not be checked takes precedence over findings.

    Args:
        estate: as it was read.
        allow_not_named: whether one end's answer is enough where the other application was not named.
    """
    silent = code_of_failures(one.failure for one in estate.applications)
    if silent in (ExitCode.LOGIN, ExitCode.TIMEOUT):
        return silent
    listed = [(link, one) for link in estate.links for one in link.findings]
    unseen = [
        one
        for link, one in listed
        if one.severity == "unseen"
        and not (allow_not_named and one.code == "not-asked" and link.far_side == "not-named")
    ]
    if silent is not ExitCode.DONE or unseen:
        return ExitCode.FAILED
    return ExitCode.FINDINGS if any(one.severity != "unseen" for _, one in listed) else ExitCode.DONE
