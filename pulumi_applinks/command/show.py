"""`applinks show`: shows one link, and everything that is known about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.command.options import ReadingOptions
from pulumi_applinks.command.printer import STYLES, Printer
from pulumi_applinks.command.status import code_for
from pulumi_applinks.command.table import show_findings
from pulumi_applinks.command.told import told
from pulumi_applinks.estate import Estate, EstateEnd, EstateError, EstateLink
from pulumi_applinks.estate.formats import direction_words, kind_of, title


@told
def show(
    options: ReadingOptions,
    link: Annotated[
        list[str],
        typer.Argument(
            metavar="LINK",
            help="The key of a link, as `applinks status --wide` shows it; or two applications.",
        ),
    ],
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> ExitCode:
    """Show one link: its state, both ends with everything that is known about them, and how to fix what is wrong.

    Only reads. The exit code is that of `applinks status` for this link alone.

    Examples:
    - `applinks show jira wiki --file applinks.yaml`

    - `applinks show jira/11111111-1111-4111-8111-111111111111 --stack production --json`
    """
    what = options.given()
    if len(link) == 2:
        for name in link:
            what.application(name)
    estate = options.read(what, details=True)
    found = _found(estate, link)
    alone = Estate(
        tuple(one for one in estate.applications if any(one.name in link.between for link in found)),
        tuple(found),
        estate.read_at,
    )
    printer = options.printer
    if json_:
        printer.data(alone.as_json())
    else:
        for one in found:
            _show(one, alone, printer, options.again)
    printer.unasked(alone)
    return code_for(alone)


def _found(estate: Estate, words: list[str]) -> list[EstateLink]:
    """Return the link that has a key, or all links between two applications.

    Raises:
        EstateError: if there is no such link.
    """
    if len(words) == 1 and "/" in words[0]:
        found = [link for link in estate.links if words[0] in {end.key for end in link.ends}]
    elif len(words) == 2:
        found = [link for link in estate.links if {*link.between} == {*words}]
    else:
        raise EstateError(
            "give one key, such as jira/11111111-1111-4111-8111-111111111111, or two applications."
        )
    if not found:
        told = " ".join(f"{one.told}" for one in estate.applications if not one.asked)
        raise EstateError(
            f"no link is named {' '.join(words)}. {told or '`applinks status --wide` lists the keys.'}"
        )
    return found


def _show(link: EstateLink, estate: Estate, printer: Printer, options: str) -> None:
    kind = kind_of(link)
    printer.line(Text(printer.plain(title(link)), style="bold"))
    printer.line(Text.assemble((f"{printer.mark(kind)} {link.state.replace('-', ' ')}", STYLES[kind])))
    printer.words(Text(link.reason), 2)
    for direction in link.directions:
        printer.line(
            Text(
                f"  {direction.sender} {printer.plain('→')} {direction.receiver}: {direction_words(direction)}"
            )
        )
    printer.line(
        Text(
            f"  managed by: {link.managed_by or 'not known: no stack was given, or it does not have the link'}"
        )
    )
    printer.out.print()
    for end in link.ends:
        printer.line(Text(end.application, style="bold"))
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        for name, value in _facts(end, estate):
            table.add_row(f"  {name}", Text(value))
        printer.table(table)
        printer.out.print()
    if link.findings:
        show_findings(link, printer, options)


def _facts(end: EstateEnd, estate: Estate) -> Iterator[tuple[str, str]]:
    """Yield what is known about an end, as pairs of a label and a text. What is not known is omitted."""
    application = estate.application(end.application)
    levels = {
        "incoming": (end.incoming, end.legacy_incoming),
        "outgoing": (end.outgoing, end.legacy_outgoing),
    }
    yield "key", end.key
    yield "name", end.name
    yield "type", end.type_id
    yield "display URL", end.display_url
    yield "application URL", end.rpc_url or "hidden by the application"
    yield "primary", "yes" if end.primary else "no"
    for way, (level, legacy) in levels.items():
        yield way, ", ".join(filter(None, (level or "not known", *legacy)))
    if end.user_told:
        yield "execute as", end.execute_as or "nobody: requests are anonymous"
    if end.there is False:
        yield "there", "no: the application was asked, and does not have it"
    works = {True: "works", False: end.told or "does not work", None: end.told or "does not say"}
    yield "says", end.failure or works[end.working]
    if end.lozenge:
        yield "page says", end.lozenge
    if end.managed_by:
        yield "managed by", end.managed_by
    if application is not None and application.admin_page:
        yield "page", application.admin_page
