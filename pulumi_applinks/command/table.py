"""Show an estate, a link and its findings in a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from pulumi_applinks.command.printer import STYLES, Printer
from pulumi_applinks.estate import Estate, EstateLink, LinkDirection, LinkFinding
from pulumi_applinks.estate.causes import SharedCause, causes, worst_first
from pulumi_applinks.estate.formats import coverage, kind_of, lozenges, summary, title, with_options
from pulumi_applinks.estate.glossary import Kind, Severity

LONGEST_TITLE = 60
"""How much of a link's title is shown above its findings, in columns. The table has the whole title."""

LONGEST_WORD = 40
"""The longest word in a table cell that is not broken, in columns."""

_SHORT = {
    "oauth-impersonation": "impersonating",
    "oauth-3lo-only": "3LO only",
    "trusted-applications": "legacy",
    "basic-access": "legacy",
}
"""Short names of levels for the table. `applinks show` shows the full names."""

_WORDS: dict[bool | None, Kind] = {True: "good", False: "bad", None: "unseen"}
_KINDS: dict[Severity, Kind] = {"error": "bad", "warning": "warned", "unseen": "unseen"}


def show(
    estate: Estate,
    printer: Printer,
    *,
    options: str = "",
    only_findings: bool = False,
    only_summary: bool = False,
    wide: bool = False,
) -> None:
    """Show an estate: the counts, then each cause of findings once, then a table of links with the worst first.

    Args:
        estate: as it was read.
        printer: prints it.
        options: the options that named the applications, for the commands of next steps.
        only_findings: whether to omit links without findings from the table.
        only_summary: whether to omit the table, and to show only the titles of links that have causes of their own.
        wide: whether the table shows the words on the applications' own pages, and the keys of links.
    """
    printer.words(Text(summary(estate), style="bold"))
    if told := coverage(estate):
        printer.words(Text(told))
    printer.out.print()
    for cause in causes(estate):
        _cause(cause, printer, options, brief=only_summary)
    links = [link for link in worst_first(estate.links) if link.findings or not only_findings]
    if links and not only_summary:
        printer.table(_table(links, printer, managed=estate.coverage is not None, wide=wide), whole=wide)


def _cause(cause: SharedCause, printer: Printer, options: str, *, brief: bool) -> None:
    kind = cause.kind
    if len(cause.links) == 1 and not cause.applications:
        show_findings(cause.links[0], printer, options)
        printer.out.print()
        return
    printer.line(Text.assemble((f"{printer.mark(kind)} {cause.title}", STYLES[kind])))
    if cause.words:
        printer.words(Text(cause.words), 2)
    shared = bool(cause.words or cause.step) or brief
    if cause.links and shared:
        printer.words(Text(printer.plain(", ".join(map(title, cause.links)))), 2)
    for link in () if shared else cause.links:
        show_findings(link, printer, options, indent=2)
    if cause.step:
        next_step(cause.step, printer, options)
    # Show the further findings of each link, which are not part of the shared cause.
    for link in () if brief or not shared else cause.links:
        more = [one for one in link.findings[1:] if not cause.applications or one.severity != "unseen"]
        if more:
            show_findings(link, printer, options, indent=2, findings=more)
    printer.out.print()


def _table(links: list[EstateLink], printer: Printer, *, managed: bool, wide: bool) -> Table:
    rows = [_row(link, printer, managed=managed, wide=wide) for link in links]
    headings = ("STATE", "LINK", "THERE", "BACK", *(("MANAGED",) if managed else ()))
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False, header_style="bold")
    for heading, cells in zip(
        (*headings, *(("PAGE SAYS", "KEY") if wide else ())), zip(*rows, strict=True), strict=True
    ):
        longest = max(len(word) for cell in (Text(heading), *cells) for word in cell.plain.split())
        key = heading == "KEY"
        table.add_column(
            heading, overflow="fold", no_wrap=key, min_width=longest if key else min(longest, LONGEST_WORD)
        )
    for row in rows:
        table.add_row(*row)
    return table


def _row(link: EstateLink, printer: Printer, *, managed: bool, wide: bool) -> list[Text]:
    kind = kind_of(link)
    ways = [_direction(one, printer) for one in link.directions] + [Text(""), Text("")]
    state = Text.assemble(printer.mark(kind), f" {link.state.replace('-', ' ')}", style=STYLES[kind])
    resource = (link.managed_by or "") if wide else "yes" if link.managed_by else "no"
    return [
        state,
        Text(printer.plain(title(link))),
        *ways[:2],
        *([Text(resource)] if managed else []),
        *([Text(printer.plain(lozenges(link))), Text(link.key)] if wide else []),
    ]


def _direction(direction: LinkDirection, printer: Printer) -> Text:
    if direction.level == "none":
        return Text("anonymous")
    level = direction.level or ("levels differ" if direction.working is False else "not known")
    kind = _WORDS[direction.working]
    return Text.assemble(_SHORT.get(level, level), " ", (printer.mark(kind), STYLES[kind]))


def show_findings(
    link: EstateLink,
    printer: Printer,
    options: str,
    *,
    indent: int = 0,
    findings: Iterable[LinkFinding] | None = None,
) -> None:
    """Show the findings of a link under its title and its key.

    Args:
        link: of an estate.
        printer: prints them.
        options: the options that named the applications, for the commands of next steps.
        indent: the indent of the title, in columns.
        findings: the findings to show, if not all.
    """
    heading = Text(printer.plain(title(link)), style="bold")
    heading.truncate(LONGEST_TITLE, overflow="ellipsis" if printer.unicode else "crop")
    heading.append(f"  {link.key}", style="not bold")
    if link.managed_by:
        heading.append(f"  managed by {link.managed_by}")
    printer.line(Text(" " * indent) + heading)
    for finding in link.findings if findings is None else findings:
        kind = _KINDS[finding.severity]
        mark = f"{printer.mark(kind)} {finding.code.replace('-', ' ')}: "
        printer.words(Text.assemble((mark, STYLES[kind]), finding.words), indent + 2)
        next_step(finding.mend, printer, options, indent=indent + 4)


def next_step(step: str, printer: Printer, options: str, *, indent: int = 4) -> None:
    """Show a next step on a line that is not wrapped, so that a command in it can be copied."""
    printer.line(Text(f"{' ' * indent}{printer.plain('→')} {with_options(step, options)}"))
