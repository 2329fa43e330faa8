"""`applinks doctor`: one pair in depth."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.command.options import Given, Options
from pulumi_applinks.command.printer import STYLES, Printer
from pulumi_applinks.command.told import code_of_failures, told
from pulumi_applinks.estate import EstateError, Named
from pulumi_applinks.estate.diagnosis import Check, Diagnosis, Outcome
from pulumi_applinks.estate.examining import examine
from pulumi_applinks.estate.glossary import Kind

_KINDS: dict[Outcome, Kind] = {"passed": "good", "failed": "bad", "not-possible": "unseen"}


@told
def doctor(
    options: Options,
    one: Annotated[str | None, typer.Argument(metavar="NAME", help="One of the named applications.")] = None,
    other: Annotated[str | None, typer.Argument(metavar="NAME", help="The other application.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ticket: Annotated[
        bool, typer.Option("--ticket", help="Print Markdown for a support ticket, without secrets.")
    ] = False,
) -> ExitCode:
    """Examine two applications and their link: network, logins, rights, clocks, levels, keys, users.

    Each check passes, fails, or is not possible; each failure has a next step. Where exactly two applications are known, you can omit
    their names. It changes nothing; to find out whether a login is a system administrator's, it sends a POST about a link that does not
    exist.

    Examples:
    - `applinks doctor jira wiki --file applinks.yaml`

    - `applinks doctor -a jira=https://jira.example.com -a wiki=https://wiki.example.com --ticket`
    """
    printer, what = options.printer, options.given()
    first, second = _pair(what, one, other)
    diagnosis = examine(first, second, what.credentials)
    if json_:
        printer.data(diagnosis.as_json())
    elif ticket:
        printer.data(diagnosis.as_ticket())
    else:
        _show(diagnosis, printer)
    return code_for(diagnosis)


def _pair(what: Given, one: str | None, other: str | None) -> tuple[Named, Named]:
    names = {application.name: application for application in what.applications}
    if one is None and other is None and len(names) == 2:
        first, second = what.applications
        return first, second
    if one is None or other is None:
        raise EstateError(f"give the names of two applications. Known are {', '.join(names)}.")
    for name in (one, other):
        if name not in names:
            raise EstateError(f"no application is named {name!r}. Known are {', '.join(names)}.")
    if one == other:
        raise EstateError(f"{one!r} is given twice: give two applications.")
    return names[one], names[other]


def _show(diagnosis: Diagnosis, printer: Printer) -> None:
    for owner in dict.fromkeys(check.application for check in diagnosis.checks):
        printer.out.print(Text(owner or "both", style="bold"))
        for check in diagnosis.checks:
            if check.application == owner:
                _show_check(check, printer)
        printer.out.print()
    failed = len(diagnosis.failed)
    unseen = sum(1 for one in diagnosis.checks if one.outcome == "not-possible")
    passed = len(diagnosis.checks) - failed - unseen
    printer.out.print(Text(f"{passed} passed, {failed} failed, {unseen} not possible."))


def _show_check(check: Check, printer: Printer) -> None:
    kind = _KINDS[check.outcome]
    words = Text.assemble((f"{printer.mark(kind)} {check.name}: ", STYLES[kind]), check.words)
    printer.words(words, 2)
    if check.next:
        printer.line(Text(f"    {printer.plain('→')} {check.next}"))


def code_for(diagnosis: Diagnosis) -> ExitCode:
    """The exit code. An application that could not be reached takes precedence over findings."""
    silent = code_of_failures(one.failure for one in diagnosis.applications)
    return silent or (ExitCode.FINDINGS if diagnosis.failed else ExitCode.DONE)
