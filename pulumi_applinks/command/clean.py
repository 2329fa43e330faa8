"""`applinks clean`: removes what leads nowhere, by name."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer
from rich.text import Text

from pulumi_applinks.codes import Code
from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.command.given import (
    Applications,
    File,
    Given,
    Quiet,
    StackName,
    Verbose,
    Yes,
    code_of,
    confirm,
    estate_of,
    given,
    told,
)
from pulumi_applinks.command.printer import Printer
from pulumi_applinks.estate import Estate, Reader
from pulumi_applinks.estate.cleaning import Candidate, candidates, chosen
from pulumi_applinks.estate.formats import title, unasked
from pulumi_applinks.estate.stacks import StackError
from pulumi_applinks.estate.writing import delete_end
from pulumi_applinks.lifecycle import LinkError
from pulumi_applinks.rest import ApplinksError, Told


@told
def clean(
    links: Annotated[
        list[str] | None,
        typer.Argument(metavar="APPLICATION/LINK-ID", help="What is to be removed, as status names it."),
    ] = None,
    application: Applications = None,
    file: File = None,
    stack: StackName = None,
    yes: Yes = False,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Remove links that lead nowhere: those that are named, once they are confirmed.

    Orphaned, corrupted, duplicated and one-way links, and those with an id that was derived from an address. Without a name it shows
    which there are, and changes nothing. An end that the given stack manages is never removed. Each deletion is confirmed by the
    application.

    Examples:
    - `applinks clean --file applinks.yaml --stack production`

    - `applinks clean jira/11111111-1111-4111-8111-111111111111 --file applinks.yaml`
    """
    printer = Printer(verbose=verbose, quiet=quiet)
    what = given(application, file, stack)
    if what.unread:
        raise StackError(
            f"nothing was removed: whether {', '.join(what.unread)} of the stack is an application link, or which ends it manages, can't "
            f"be read in its state. If values there are encrypted, write it with `pulumi stack export --show-secrets --file FILE`, and "
            f"give that file with --stack."
        )
    with closing(Reader(what.credentials)) as reader:
        estate = estate_of(what, printer, reader=reader)
        if not links:
            return _listed(estate, printer)
        return _removed(links, estate, what, printer, reader, yes=yes)


def _listed(estate: Estate, printer: Printer) -> ExitCode:
    """What could be removed."""
    found = candidates(estate)
    for one in found:
        _show(one, printer)
    for application in unasked(estate):
        printer.note(f"Could not be asked: {application.told}")
    free = [one for one in found if one.link.managed_by is None]
    if free:
        printer.note(
            f"Nothing was removed. Name what is to be removed: applinks clean {free[0].key} ..., with the same options."
        )
    else:
        printer.note("Nothing leads nowhere, of what could be asked.")
    if unasked(estate):
        return ExitCode.FAILED
    return ExitCode.FINDINGS if free else ExitCode.DONE


def _show(one: Candidate, printer: Printer) -> None:
    arrow = title(one.link) if printer.unicode else title(one.link).replace("⇄", "<->").replace("→", "->")
    printer.line(Text.assemble((one.key, "bold"), f"  {arrow}  {one.finding.code}"))
    words = one.finding.words
    if one.link.managed_by:
        words += f" It is managed by {one.link.managed_by}, and is not removed."
    printer.words(Text(words), 2)


def _removed(
    keys: list[str], estate: Estate, what: Given, printer: Printer, reader: Reader, *, yes: bool
) -> ExitCode:
    """Remove what is named."""
    plan = chosen(estate, keys)
    for one in plan:
        _show(one, printer)
    if not what.has_stack:
        printer.note("No stack was given (--stack), so whether a program manages one of these is not known.")
    if not yes:
        confirm(f"Remove {'this link' if len(plan) == 1 else f'these {len(plan)} links'}?")
        estate = _still(keys, plan, what, printer)
    done: list[Candidate] = []
    code = ExitCode.DONE
    for one in plan:
        try:
            delete_end(one.end, estate, reader)
        except (ApplinksError, LinkError) as error:
            code = code_of(error)
            printer.error(f"{one.key} was not removed: {error.told.flat}")
            continue
        except KeyboardInterrupt:
            left = [other.key for other in plan if other not in done and other is not one]
            printer.error(
                f"interrupted while {one.key} was being removed: `applinks status` tells whether it is gone. "
                f"Not touched: {', '.join(left) or 'nothing else was planned'}."
            )
            return ExitCode.CANCELLED
        done.append(one)
        printer.line(Text(f"Removed {one.key}: {one.end.application} confirmed it."))
    return code


def _still(keys: list[str], plan: list[Candidate], what: Given, printer: Printer) -> Estate:
    """The estate once more, since somebody took the time to answer: what was confirmed has to be as it was."""
    estate = estate_of(what, printer)
    if [one.end for one in chosen(estate, keys)] != [one.end for one in plan]:
        raise LinkError(
            Told(
                Code.CHANGED_MEANWHILE,
                "what was shown has changed meanwhile",
                changed="Nothing was removed.",
                do="Run this again.",
            )
        )
    return estate
