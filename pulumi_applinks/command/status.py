"""`applinks status`: shows each link once, its state, and how to fix it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from importlib.metadata import version
from typing import Annotated

import typer

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.command.options import ReadingOptions
from pulumi_applinks.command.printer import Printer
from pulumi_applinks.command.table import show
from pulumi_applinks.command.told import code_of_failures, told
from pulumi_applinks.estate import Estate, EstateError
from pulumi_applinks.estate.formats import as_junit, as_markdown, as_sarif, with_commands
from pulumi_applinks.estate.glossary import STATES


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
    state: Annotated[
        list[str] | None,
        typer.Option(
            "--state", metavar="STATE", help="Only links of this state, such as not-working. Repeat for each."
        ),
    ] = None,
    findings: Annotated[bool, typer.Option("--findings", help="Show only links with findings.")] = False,
    summary: Annotated[
        bool, typer.Option("--summary", help="Show only the counts and the causes, without the table.")
    ] = False,
    wide: Annotated[
        bool, typer.Option("--wide", help="Show the words of the applications' pages, and the keys of links.")
    ] = False,
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

    The counts come first, then what is wrong, each cause once with the links that it explains, then a table with the worst links first.
    Only reads. Exit code 0 means that every link was tried and works. With `--state` or with `--application NAME`, without a URL,
    everything is about the links of those states and applications alone, the exit code too.

    Examples:
    - `applinks status -a jira=https://jira.example.com -a wiki=https://wiki.example.com`

    - `applinks status --file applinks.yaml --state not-working --application wiki --wide`

    - `applinks status --stack production --format junit > applinks.xml`

    - `pulumi stack export | applinks status --stack - --json`
    """
    chosen = Format.JSON if json_ else format_
    if watch and chosen is not Format.TABLE:
        raise EstateError("--watch shows a table: omit --json and --format.")
    if wrong := sorted({*(state or ())} - {*STATES}):
        raise EstateError(f"no link has the state {wrong[0]!r}. States are {', '.join(STATES)}.")
    names = [one for one in options.application or () if "=" not in one and "://" not in one]
    options = replace(options, application=[one for one in options.application or () if one not in names])
    what = options.given()
    for name in names:
        what.application(name)

    def read() -> Estate:
        found = options.read(what)
        if not state and not names:
            return found
        links = [
            link
            for link in found.links
            if (not state or link.state in state) and (not names or {*names} & {*link.between})
        ]
        return replace(found, links=tuple(links)) if found.coverage is None else found.of_stack(links)

    def shown(estate: Estate) -> None:
        show(
            estate,
            options.printer,
            options=options.again,
            only_findings=findings,
            only_summary=summary,
            wide=wide,
        )

    if watch:
        found = _watched(read, shown, options.printer, every)
    else:
        found = read()
        if chosen is Format.TABLE:
            shown(found)
        else:
            _write(found, options.printer, chosen, options.again)
    return code_for(found, allow_not_named=allow_not_named)


def _write(estate: Estate, printer: Printer, chosen: Format, again: str) -> None:
    if chosen is Format.JSON:
        text = estate.as_json()
    elif chosen is Format.MARKDOWN:
        text = as_markdown(with_commands(estate, again))
    elif chosen is Format.JUNIT:
        text = as_junit(with_commands(estate, again))
    else:
        text = as_sarif(with_commands(estate, again), version("pulumi-applinks"))
    printer.data(text)
    printer.unasked(estate)


def _watched(
    read: Callable[[], Estate], shown: Callable[[Estate], None], printer: Printer, every: float
) -> Estate:
    """Read repeatedly, and show what changed. After an interruption, the last reading is the result."""
    before, pause = None, threading.Event()
    try:
        while True:
            estate = read()
            changed, before = estate != before, estate
            if changed:
                if printer.out.is_terminal:
                    printer.out.clear()
                shown(estate)
            pause.wait(every)
    except KeyboardInterrupt:
        if before is None:
            raise
    return before


def code_for(estate: Estate, *, allow_not_named: bool = False) -> ExitCode:
    """Return the exit code for an estate. What could not be checked takes precedence over findings.

    Args:
        estate: as it was read.
        allow_not_named: whether the answer of one end is enough if the other application was not named.
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
