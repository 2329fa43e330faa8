"""`applinks move`: for the day on which an application moves."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

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
from pulumi_applinks.estate import Estate, EstateError, Named, Reader
from pulumi_applinks.estate.formats import title, unasked
from pulumi_applinks.estate.moving import Pointing, patch, pointing
from pulumi_applinks.estate.sources import checked_url
from pulumi_applinks.estate.writing import relocate_end
from pulumi_applinks.lifecycle import LinkError
from pulumi_applinks.lifecycle.whereabouts import are_copies
from pulumi_applinks.rest import ApplinksError, Manifest, same_address


@told
def move(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The URL at which the application was.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The URL at which it is now.")],
    application: Applications = None,
    file: File = None,
    stack: StackName = None,
    program: Annotated[
        Path | None,
        typer.Option(
            "--program", metavar="FOLDER", help="The program's folder; this one where it has a Pulumi.yaml."
        ),
    ] = None,
    without_contact: Annotated[
        bool, typer.Option("--without-contact", help="Relocate although nothing answers at the new address.")
    ] = False,
    yes: Yes = False,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Point every link at the new address of an application that moved.

    Links that the given stack manages are changed in the program: the patch goes to standard output, for `git apply`, and `pulumi up`
    relocates them. Those that no program has are relocated from here, once that is confirmed, if the same application answers at the
    new address. Where an application with the same server id answers at the old address, too, one of the two is a copy: that is said first,
    and the exit code is 4.

    Examples:
    - `applinks move https://wiki.old.example.com https://wiki.example.com --file applinks.yaml`

    - `applinks move https://wiki.old.example.com https://wiki.example.com --stack production | git apply`
    """
    printer = Printer(verbose=verbose, quiet=quiet)
    old, new = checked_url(old, "OLD"), checked_url(new, "NEW")
    if same_address(old, new):
        raise EstateError("OLD and NEW are the same address.")
    what = given(application, file, stack)
    with closing(Reader(what.credentials)) as reader:
        return _moved(old, new, what, printer, reader, program, yes=yes, without_contact=without_contact)


def _moved(
    old: str,
    new: str,
    what: Given,
    printer: Printer,
    reader: Reader,
    program: Path | None,
    *,
    yes: bool,
    without_contact: bool,
) -> ExitCode:
    there = _who_answers(new, reader, without_contact)
    copied = there is not None and _warned_of_copy(old, new, there, reader, printer)
    estate = estate_of(what, printer, reader=reader)
    # The one that moved does not answer at its old address any more, and its own links stay as they are.
    silent = [
        one for one in unasked(estate) if not same_address(one.named.url, old) and one.failure != "same"
    ]
    for one in silent:
        printer.error(f"could not be asked, so what points at {old} there is not known: {one.told}")
    found = pointing(estate, old, new, there)
    managed = [one for one in found if one.managed_by]
    free = [one for one in found if not one.managed_by]
    if not found:
        printer.note(f"No link points at {old}, of what could be asked.")
    missing = _program(managed, old, new, program, printer)
    done = _relocate(free, estate, old, new, printer, reader, yes=yes, without_contact=without_contact)
    if done is not ExitCode.DONE:
        return done
    if silent or missing:
        return ExitCode.FAILED
    return ExitCode.FINDINGS if copied else ExitCode.DONE


def _who_answers(new: str, reader: Reader, without_contact: bool) -> Manifest | None:
    try:
        return reader.client(Named("NEW", new)).manifest()
    except ApplinksError as error:
        if without_contact:
            return None
        told = error.told.also(changed="Nothing was changed.", do="To go on all the same: --without-contact.")
        raise LinkError(
            replace(told, what=f"no application answers at the new address: {told.what}")
        ) from None


def _warned_of_copy(old: str, new: str, there: Manifest, reader: Reader, printer: Printer) -> bool:
    """Whether one of the two is a copy of the other, which is said then: one server id with two base URLs is two applications."""
    try:
        still = reader.client(Named("OLD", old)).manifest()
    except ApplinksError:
        return False
    found = are_copies(there, still)
    if found:
        printer.error(
            f"{old} still answers, with the server id of {new} ({there.id}): one of the two is a copy of the other. Links of the original "
            f"would lead to the copy. If the application moved, shut down what answers at {old}; if {new} is the copy, do not go on."
        )
    return found


def _program(managed: list[Pointing], old: str, new: str, program: Path | None, printer: Printer) -> bool:
    """The change for the program; whether there should be one, and is none."""
    if not managed:
        return False
    for one in managed:
        printer.note(f"{title(one.link)}  {one.end.key}  managed by {one.managed_by}")
    here = Path.cwd()
    folder = program or (here if (here / "Pulumi.yaml").is_file() else None)
    found = patch(folder, old, new) if folder is not None else ""
    if not found:
        where = f"in {folder}" if folder is not None else "here; give its folder with --program"
        printer.error(f"the stack's program declares {old}, and no file with that address was found {where}.")
        return True
    printer.data(found)
    printer.note(
        "Apply this patch to the program (git apply), then run `pulumi up`: it relocates these links."
    )
    return False


def _relocate(
    free: list[Pointing],
    estate: Estate,
    old: str,
    new: str,
    printer: Printer,
    reader: Reader,
    *,
    yes: bool,
    without_contact: bool,
) -> ExitCode:
    """Relocate what no program has."""
    code = ExitCode.DONE
    able = [one for one in free if one.against is None]
    for one in free:
        line = f"{title(one.link)}  {one.end.key}"
        if one.against is None:
            printer.note(f"{line}: to be relocated to {new}")
        else:
            printer.error(f"{line} is left as it is: {one.against}")
            code = ExitCode.FAILED
    if able and not yes:
        number = "this link" if len(able) == 1 else f"these {len(able)} links"
        confirm(f"Relocate {number} to {new}?")
    done: list[Pointing] = []
    for one in able:
        try:
            status = relocate_end(one.end, estate, reader, old, new, without_contact=without_contact)
        except (ApplinksError, LinkError) as error:
            code = code_of(error)
            printer.error(f"{one.end.key}: {error.told.flat}")
            continue
        except KeyboardInterrupt:
            left = [other.end.key for other in able if other not in done]
            printer.error(f"interrupted. Run this again; not relocated, or not confirmed: {', '.join(left)}.")
            return ExitCode.CANCELLED
        done.append(one)
        printer.note(f"Relocated {one.end.key}: {one.end.application} confirmed it.")
        if status is not None and not status.working:
            says = "" if status.reason == "no-answer" else "says that "
            printer.error(f"{one.end.key}: {one.end.application} {says}{status.told}.")
            code = ExitCode.FINDINGS if code is ExitCode.DONE else code
    return code
