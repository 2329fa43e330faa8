"""`applinks clean`: removes dead links, by name."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import Annotated

import typer
from rich.text import Text

from pulumi_applinks.codes import Code
from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.command.options import ChangingOptions, Given
from pulumi_applinks.command.printer import Printer
from pulumi_applinks.command.told import told
from pulumi_applinks.estate import Estate, EstateEnd, Reader
from pulumi_applinks.estate.changing import delete_end
from pulumi_applinks.estate.cleaning import Candidate, candidates, chosen
from pulumi_applinks.estate.formats import title, unasked
from pulumi_applinks.estate.stacks import StackError
from pulumi_applinks.lifecycle import LinkError
from pulumi_applinks.rest import Message


@told
def clean(
    options: ChangingOptions,
    links: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="APPLICATION/LINK-ID", help="The links to remove, as `applinks status` names them."
        ),
    ] = None,
) -> ExitCode:
    """Remove dead links: those that you name, after a confirmation.

    These are orphaned, corrupted, duplicated and one-way links, and links whose id was derived from an address. Without a name
    it lists them and changes nothing; `--dry-run` shows the same for those that you name. An end that the given stack manages is never
    removed. Each deletion is checked with the application.

    Examples:
    - `applinks clean --file applinks.yaml --stack production`

    - `applinks clean jira/11111111-1111-4111-8111-111111111111 --file applinks.yaml`
    """
    what = options.given()
    if what.stack is not None and what.stack.unread:
        raise StackError(
            f"nothing was removed: whether {', '.join(what.stack.unread)} of the stack is an application link, or which ends it manages, "
            f"cannot be read from its state. If values there are encrypted, write it with `pulumi stack export --show-secrets --file "
            f"FILE`, "
            f"and give that file with --stack."
        )
    with closing(Reader(what.credentials)) as reader:
        estate = options.estate(what, reader)
        if not links:
            return _listed(estate, options)
        return _removed(links, estate, what, options, reader)


def _listed(estate: Estate, options: ChangingOptions) -> ExitCode:
    """Show what could be removed."""
    printer, found = options.printer, candidates(estate)
    for one in found if not options.json_ else ():
        _show(one, printer)
    printer.unasked(estate)
    free = [one for one in found if one.link.managed_by is None]
    managed = {one.key: f"managed by {one.link.managed_by}" for one in found if one not in free}
    options.report("removed", dict.fromkeys((one.key for one in free), "would-change"), managed)
    if free:
        printer.note(f"Nothing was removed. Name what to remove: applinks clean{options.again} {free[0].key}")
    else:
        printer.note("No dead links were found on the applications that answered.")
    if unasked(estate):
        return ExitCode.FAILED
    return ExitCode.FINDINGS if free else ExitCode.DONE


def _show(one: Candidate, printer: Printer) -> None:
    printer.line(Text.assemble((one.key, "bold"), f"  {printer.plain(title(one.link))}  {one.finding.code}"))
    words = one.finding.words
    if one.link.managed_by:
        words += f" It is managed by {one.link.managed_by}, and will not be removed."
    printer.words(Text(words), 2)


def _removed(
    keys: list[str], estate: Estate, what: Given, options: ChangingOptions, reader: Reader
) -> ExitCode:
    """Remove the named ends."""
    printer, plan = options.printer, chosen(estate, keys)
    for one in plan if not options.json_ else ():
        _show(one, printer)
    if what.stack is None:
        printer.note(
            "No stack was given (--stack), so it is not known whether a program manages any of these."
        )
    if not options.yes and not options.dry_run:
        options.confirm(f"Remove {'this link' if len(plan) == 1 else f'these {len(plan)} links'}?")
        estate = _still(keys, plan, what, options)

    def remove(end: EstateEnd) -> ExitCode:
        delete_end(end, estate, reader)
        return ExitCode.DONE

    changes = {one.key: partial(remove, one.end) for one in plan}
    return options.carry_out(
        "removed",
        changes,
        printer.note if options.json_ else lambda text: printer.line(Text(text)),
        lambda left: " ".join(("applinks clean", *left)),
    )


def _still(keys: list[str], plan: list[Candidate], what: Given, options: ChangingOptions) -> Estate:
    """Read the estate again after the confirmation, and make sure that what was confirmed has not changed."""
    with closing(Reader(what.credentials)) as again:
        estate = options.estate(what, again)
    if [one.end for one in chosen(estate, keys)] != [one.end for one in plan]:
        raise LinkError(
            Message(
                Code.CHANGED_MEANWHILE,
                "the links changed after they were shown",
                changed="Nothing was removed.",
                do="Run this again.",
            )
        )
    return estate
