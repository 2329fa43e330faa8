"""An estate as a person reads it in a terminal."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from pulumi_applinks.command.printer import STYLES, Printer
from pulumi_applinks.estate import Estate, EstateLink, LinkDirection, LinkFinding
from pulumi_applinks.estate.formats import kind_of, lozenges, summary, title, unasked
from pulumi_applinks.estate.glossary import Kind, Severity

LONGEST_TITLE = 60
"""How much of a link's title is shown above its findings, in columns; the table has all of it."""

_WORDS: dict[bool | None, Kind] = {True: "good", False: "bad", None: "unseen"}


def show(estate: Estate, printer: Printer, *, only_findings: bool = False) -> None:
    """Show an estate: a table of links, the findings, and the counts.

    Args:
        estate: as it was read.
        printer: where to.
        only_findings: whether to omit links without findings.
    """
    links = [link for link in estate.links if link.findings or not only_findings]
    if links:
        printer.out.print(_table(links, printer))
        printer.out.print()
    for link in links:
        if link.findings:
            _findings(link, printer)
    for one in unasked(estate):
        mark = f"{printer.mark('unseen')} could not be asked: "
        printer.words(Text.assemble((mark, STYLES["unseen"]), one.told))
        printer.out.print()
    printer.words(Text(summary(estate)))


def _table(links: list[EstateLink], printer: Printer) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for heading in ("STATE", "LINK", "THERE", "BACK", "PAGE SAYS"):
        table.add_column(heading, overflow="fold")
    for link in links:
        kind = kind_of(link)
        ways = [_direction(one, printer) for one in link.directions] + [Text(""), Text("")]
        table.add_row(
            Text.assemble(printer.mark(kind), f" {link.state.replace('-', ' ')}", style=STYLES[kind]),
            Text(printer.plain(title(link))),
            ways[0],
            ways[1],
            Text(printer.plain(lozenges(link))),
        )
    return table


def _direction(direction: LinkDirection, printer: Printer) -> Text:
    if direction.level == "none":
        return Text("anonymous")
    level = direction.level or ("levels differ" if direction.working is False else "not known")
    kind = _WORDS[direction.working]
    return Text.assemble(level, " ", (printer.mark(kind), STYLES[kind]))


def _findings(link: EstateLink, printer: Printer) -> None:
    heading = Text(printer.plain(title(link)), style="bold")
    heading.truncate(LONGEST_TITLE, overflow="ellipsis" if printer.unicode else "crop")
    heading.append(f"  {link.key}", style="not bold")
    if link.managed_by:
        heading.append(f"  managed by {link.managed_by}")
    printer.line(heading)
    for finding in link.findings:
        printer.words(_words(finding, printer), 2)
        printer.line(Text(f"    {printer.plain('→')} {finding.mend}"))
    printer.out.print()


def _words(finding: LinkFinding, printer: Printer) -> Text:
    kinds: dict[Severity, Kind] = {"error": "bad", "warning": "warned", "unseen": "unseen"}
    kind = kinds[finding.severity]
    return Text.assemble(
        (f"{printer.mark(kind)} {finding.code.replace('-', ' ')}: ", STYLES[kind]), finding.words
    )
