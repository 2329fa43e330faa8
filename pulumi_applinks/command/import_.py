"""`applinks import`: imports an existing estate into a program, in two steps. A person edits the inventory between them."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.command.options import Output, ReadingOptions, Timeout, credentials_of, text_of
from pulumi_applinks.command.printer import Printer
from pulumi_applinks.command.told import Command, Failed, Group, code_of_failures, told
from pulumi_applinks.estate import EstateError, Reader
from pulumi_applinks.estate.importing import (
    Inventory,
    NotTaken,
    from_text,
    merged,
    project,
    proposed,
    save,
    take,
)

app = typer.Typer(
    cls=Group, no_args_is_help=True, help="Bring an existing estate into a program. Only reads."
)

INVENTORY = Path("inventory.yaml")
FOLDER = Path("links")

InventoryFile = Annotated[
    Path,
    typer.Option(
        "--inventory", "-i", metavar="FILE", help="The inventory that you edit between the two steps."
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 when anything is left out.")]


@app.command("scan", cls=Command)
@told
def scan(
    options: ReadingOptions,
    inventory: InventoryFile = INVENTORY,
    strict: Strict = False,
) -> ExitCode:
    """Step one: find the links, and write an inventory to edit: what to take, what to call it, what is left out and why.

    A second scan keeps what was decided in the inventory, and asks the applications in it, too. Links that the given stack manages are
    left out.

    Examples:
    - `applinks import scan -a jira=https://jira.example.com -a wiki=https://wiki.example.com`

    - `applinks import scan --file applinks.yaml --inventory estate.yaml`
    """
    printer = options.printer
    before = _inventory(inventory) if inventory.exists() else None
    known = () if before is None else [one.named(name) for name, one in before.applications.items()]
    what = options.given(known)
    estate = options.read(what, details=True)
    found = proposed(estate, what.credentials)
    if before is not None:
        found = merged(found, before)
    save({inventory.name: found.as_text()}, inventory.parent, overwrite=True)
    _show(found, printer)
    printer.note(f"Written: {inventory}. Edit it, then run: {_write_command(inventory)}")
    silent = code_of_failures(one.failure for one in estate.applications)
    return silent or (ExitCode.FAILED if strict and found.left_out else ExitCode.DONE)


@app.command("write", cls=Command)
@told
def write(
    options: Output,
    inventory: InventoryFile = INVENTORY,
    to: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="The project's folder.")] = FOLDER,
    adopt: Annotated[
        bool,
        typer.Option(
            "--adopt", help="For a CLI before 3.254: write a program that adopts the links with `pulumi up`."
        ),
    ] = False,
    plugin: Annotated[
        bool, typer.Option("--plugin", help="Let the plugin manage the links, not the dynamic provider.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Overwrite files that differ.")] = False,
    stack: Annotated[
        str | None,
        typer.Option(
            "--stack",
            "-s",
            metavar="STACK",
            help="Also take credentials from the configuration of this stack.",
        ),
    ] = None,
    strict: Strict = False,
    timeout: Timeout = None,
) -> ExitCode:
    """Step two: read the links of the inventory again, and write a Pulumi project that declares them.

    The program, `import.json` for `pulumi import --file`, and `NEXT-STEPS.md`. A link that differs from the inventory is left out, and
    the exit code is 1. Fix that, and run it again.

    Examples:
    - `applinks import write`

    - `applinks import write --inventory estate.yaml --to infrastructure/links`

    - `applinks import write --plugin`
    """
    printer = options.printer
    found = _inventory(inventory)
    if not found.taken:
        raise EstateError(f"{inventory} has no link to take: nothing was written.")
    with closing(Reader(credentials_of(stack), seconds=timeout)) as reader:
        with printer.progress() as progress:
            links = take(found, reader, progress)
        printer.more(f"{reader.requests_sent} requests to {len(found.applications)} applications.")
    missed = [one for one in links if isinstance(one, NotTaken)]
    for one in missed:
        printer.error(f"{one.entry.resource} is left out: {one.reason}")
    if len(missed) == len(links):
        raise Failed("no link could be taken: nothing was written.")
    files = project(found, links, to.resolve().name, adopt=adopt, plugin=plugin)
    written = save(files, to, overwrite=overwrite)
    for name in written:
        printer.note(f"Written: {to / name}")
    if not written:
        printer.note(f"{to} is already up to date.")
    printer.note(
        f"{len(links) - len(missed)} of {len(found.links)} links of the inventory. Continue with {to / 'NEXT-STEPS.md'}"
    )
    return ExitCode.FAILED if missed or (strict and found.left_out) else ExitCode.DONE


def _inventory(file: Path) -> Inventory:
    if not file.exists():
        raise EstateError(f"there is no {file}: `applinks import scan` writes it.")
    return from_text(text_of(file), str(file))


def _write_command(inventory: Path) -> str:
    return "applinks import write" + ("" if inventory == INVENTORY else f" --inventory {inventory}")


def _show(found: Inventory, printer: Printer) -> None:
    """Show what was found as a table, and then what is left out and why."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for heading in ("TAKE", "RESOURCE", "SOURCE", "TARGET", "CHECK"):
        table.add_column(heading, overflow="fold")
    for entry in found.links:
        way = entry.target if entry.two_way else f"{entry.target} (one-way)"
        cells = (
            "yes" if entry.take else "no",
            entry.resource,
            entry.source,
            way,
            str(len(entry.notes) or ""),
        )
        table.add_row(*map(Text, cells))
    if found.links:
        printer.out.print(table)
        printer.out.print()
    for one in found.left_out:
        printer.words(Text.assemble((f"left out: {one.why} ", "yellow"), f"{one.end}: {one.reason}"))
        if one.next:
            printer.line(Text(f"    {one.next}"))
    for silent in found.not_asked:
        printer.error(f"could not be asked: {silent.reason}")
    printer.words(
        Text(f"{len(found.taken)} of {len(found.links)} links to take, {len(found.left_out)} left out.")
    )
