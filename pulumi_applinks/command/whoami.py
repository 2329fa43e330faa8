"""`applinks whoami`: shows the login that is used for each application, and its rights."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.command.options import ReadingOptions
from pulumi_applinks.command.printer import STYLES
from pulumi_applinks.command.told import code_of_failures, told
from pulumi_applinks.estate import Reader
from pulumi_applinks.estate.glossary import Kind
from pulumi_applinks.estate.logins import FORMAT, RIGHTS, VERSION, Rights, logins

_KINDS: dict[Rights, Kind] = {
    "system-administrator": "good",
    "administrator": "warned",
    "none": "bad",
    "unknown": "unseen",
}


@told
def whoami(
    options: ReadingOptions,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> ExitCode:
    """Show whose login each application gets, and which rights it has.

    Of a token, Jira, Confluence and Bitbucket say whose it is; the other products have no known way to say it.

    It changes nothing; to find out whether a login is a system administrator's, it sends a POST about a link that does not exist.

    Examples:
    - `applinks whoami --file applinks.yaml`

    - `applinks whoami -a jira=https://jira.example.com --json`
    """
    what, printer = options.given(), options.printer
    with closing(Reader(what.credentials, seconds=options.timeout)) as reader, printer.progress() as progress:
        found = logins(what.applications, what.credentials, reader, progress)
    if json_:
        data = {"format": FORMAT, "version": VERSION, "applications": [asdict(one) for one in found]}
        printer.data(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
    else:
        table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
        for heading in ("APPLICATION", "PRODUCT", "LOGIN", "RIGHTS"):
            table.add_column(heading, overflow="fold")
        for one in found:
            kind = _KINDS[one.rights]
            rights = Text(f"{printer.mark(kind)} {RIGHTS[one.rights]}", style=STYLES[kind])
            table.add_row(Text(one.name), Text(one.product), Text(one.login), rights)
        printer.table(table)
        for one in found:
            if one.told:
                printer.out.print()
                printer.words(Text(f"{printer.mark('unseen')} {one.told}"))
    return code_of_failures(one.failure for one in found)
