"""`applinks doctor`: examines links in depth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from typing import Annotated

import typer
from rich.text import Text

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.command.options import Given, Options
from pulumi_applinks.command.printer import STYLES, Printer
from pulumi_applinks.command.table import next_step
from pulumi_applinks.command.told import code_of_failures, told
from pulumi_applinks.estate import EstateError, Named, Reader
from pulumi_applinks.estate.causes import grouped
from pulumi_applinks.estate.diagnosis import Check, Diagnosis, Outcome, all_as_json
from pulumi_applinks.estate.examining import examine, examine_all
from pulumi_applinks.estate.formats import counted
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
    """Examine two applications and their link, or all: network, logins, rights, clocks, levels, keys, users.

    Each check passes, fails, or is not possible; each failure has a next step. Without names, each two of the named applications that have
    a link are examined, the worst link first; what fails is shown once, with the links that it is about, and the rest with `-v`.
    It changes nothing; to find out whether a login is a system administrator's, it sends a POST about a link that does not exist.

    Examples:
    - `applinks doctor jira wiki --file applinks.yaml`

    - `applinks doctor --file applinks.yaml`

    - `applinks doctor -a jira=https://jira.example.com -a wiki=https://wiki.example.com --ticket`
    """
    printer, what = options.printer, options.given()
    if one is None and other is None and len(what.applications) > 2:
        if ticket:
            raise EstateError("--ticket is about one link: give the names of its two applications.")
        return _all(options, what, as_json=json_)
    first, second = _pair(what, one, other)
    diagnosis = examine(first, second, what.credentials)
    if json_:
        printer.data(diagnosis.as_json())
    elif ticket:
        printer.data(diagnosis.as_ticket())
    else:
        _show(diagnosis, printer, options.again)
    return code_for([diagnosis])


def _all(options: Options, what: Given, *, as_json: bool) -> ExitCode:
    printer = options.printer
    with closing(Reader(what.credentials)) as reader:
        estate = options.estate(what, reader)
        with printer.progress() as progress:
            found = examine_all(estate, what.credentials, reader, progress)
    if as_json:
        printer.data(all_as_json(found))
    else:
        _show_all(found, printer, options.again)
    printer.unasked(estate)
    return code_of_failures(one.failure for one in estate.applications) or code_for(found)


def _show_all(found: list[Diagnosis], printer: Printer, options: str) -> None:
    """Show each failed check once, with the links that it is about; with `-v` also the other checks."""
    outcomes: tuple[Outcome, ...] = ("failed", "not-possible", "passed")
    about = grouped(((check, one) for one in found for check in one.checks), lambda pair: pair[0])
    for check in sorted(about, key=lambda check: outcomes.index(check.outcome)):
        if check.outcome != "failed" and not printer.verbose:
            continue
        pairs = dict.fromkeys(
            " ⇄ ".join(one.name for one in diagnosis.applications) for _, diagnosis in about[check]
        )
        whose = check.application or next(iter(pairs))
        printer.line(Text(printer.plain(whose), style="bold"))
        _show_check(check, printer, options)
        if check.application is None or len(pairs) > 1:
            printer.words(Text(printer.plain(f"links: {', '.join(pairs)}")), 4)
        printer.out.print()
    bad = sum(bool(one.failed) for one in found)
    printer.words(Text(f"{counted(len(found), 'link')} examined, {bad} with failures: {_sums([*about])}"))


def _pair(what: Given, one: str | None, other: str | None) -> tuple[Named, Named]:
    if one is None and other is None and len(what.applications) == 2:
        first, second = what.applications
        return first, second
    if one is None or other is None:
        known = ", ".join(application.name for application in what.applications)
        raise EstateError(f"give the names of two applications. Known: {known}.")
    if one == other:
        raise EstateError(f"{one!r} is given twice: give two applications.")
    return what.application(one), what.application(other)


def _show(diagnosis: Diagnosis, printer: Printer, options: str) -> None:
    for owner in dict.fromkeys(check.application for check in diagnosis.checks):
        printer.out.print(Text(owner or "both", style="bold"))
        for check in diagnosis.checks:
            if check.application == owner:
                _show_check(check, printer, options)
        printer.out.print()
    printer.out.print(Text(_sums(diagnosis.checks)))


def _sums(checks: Sequence[Check]) -> str:
    number = Counter(one.outcome for one in checks)
    return f"{number['passed']} passed, {number['failed']} failed, {number['not-possible']} not possible."


def _show_check(check: Check, printer: Printer, options: str) -> None:
    kind = _KINDS[check.outcome]
    words = Text.assemble((f"{printer.mark(kind)} {check.name}: ", STYLES[kind]), check.words)
    printer.words(words, 2)
    if check.next:
        next_step(check.next, printer, options)


def code_for(found: Sequence[Diagnosis]) -> ExitCode:
    """Return the exit code. An application that could not be reached takes precedence over findings."""
    silent = code_of_failures(one.failure for diagnosis in found for one in diagnosis.applications)
    failed = any(diagnosis.failed for diagnosis in found)
    return silent or (ExitCode.FINDINGS if failed else ExitCode.DONE)
