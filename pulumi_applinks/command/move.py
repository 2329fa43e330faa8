"""`applinks move`: relocates links after an application moved."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.command.options import ChangingOptions, Given
from pulumi_applinks.command.told import told
from pulumi_applinks.estate import Estate, EstateError, Named, Reader
from pulumi_applinks.estate.changing import Relocation, relocation
from pulumi_applinks.estate.formats import title, unasked
from pulumi_applinks.estate.moving import Pointing, patch, pointing
from pulumi_applinks.estate.reading import ask_all, of_all
from pulumi_applinks.estate.sources import checked_url
from pulumi_applinks.lifecycle import LinkError
from pulumi_applinks.lifecycle.whereabouts import are_copies
from pulumi_applinks.rest import ApplinksError, Manifest, same_address


@told
def move(
    options: ChangingOptions,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The application's old URL.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its new URL.")],
    program: Annotated[
        Path | None,
        typer.Option(
            "--program",
            metavar="FOLDER",
            help="The program's folder. Default: the current folder if it has a Pulumi.yaml.",
        ),
    ] = None,
    without_contact: Annotated[
        bool, typer.Option("--without-contact", help="Relocate even if nothing answers at the new address.")
    ] = False,
) -> ExitCode:
    """Point every link at the new address of an application that moved.

    Links that the given stack manages are changed in the program: the patch goes to standard output, for `git apply`, and `pulumi up`
    relocates them. Links that no program manages are relocated directly, after a confirmation, if the same application answers at the
    new address and the login has the right to do it: both are checked before anything is changed. If an application
    with the same server id also answers at the old address, one of the two is a copy: this is reported first, and the exit code is 4.

    Examples:
    - `applinks move https://wiki.old.example.com https://wiki.example.com --file applinks.yaml`

    - `applinks move https://wiki.old.example.com https://wiki.example.com --stack production | git apply`
    """
    old, new = checked_url(old, "OLD"), checked_url(new, "NEW")
    if same_address(old, new):
        raise EstateError("OLD and NEW are the same address.")
    what = options.given()
    with closing(Reader(what.credentials)) as reader:
        return _Move(options, old, new, reader, without_contact).run(what, program)


@dataclass(frozen=True)
class _Move:
    options: ChangingOptions
    old: str
    new: str
    reader: Reader
    without_contact: bool

    def run(self, what: Given, program: Path | None) -> ExitCode:
        """Relocate the ends that no program manages, and write a patch for those that a program manages."""
        printer, there = self.options.printer, self._who_answers()
        copied = there is not None and self._warned_of_copy(there)
        estate = self.options.estate(what, self.reader)
        # The application that moved no longer answers at its old address. Its own links do not change.
        silent = [
            one
            for one in unasked(estate)
            if not same_address(one.named.url, self.old) and one.failure != "same"
        ]
        for one in silent:
            printer.error(
                f"could not be asked, so it is not known what points to {self.old} there: {one.told}"
            )
        found = pointing(estate, self.old, self.new, there)
        if not found:
            printer.note(f"No link points to {self.old} on the applications that answered.")
        change = self._program([one for one in found if one.managed_by], program)
        missing = change is None
        if change and not self.options.json_:
            printer.data(change)
        done = self._relocate([one for one in found if not one.managed_by], estate, change or "")
        if done is not ExitCode.DONE:
            return done
        if silent or missing:
            return ExitCode.FAILED
        return ExitCode.FINDINGS if copied else ExitCode.DONE

    def _who_answers(self) -> Manifest | None:
        try:
            return self.reader.client(Named("NEW", self.new)).manifest()
        except ApplinksError as error:
            if self.without_contact:
                return None
            told = error.told.also(
                changed="Nothing was changed.", do="To continue anyway, give --without-contact."
            )
            raise LinkError(
                replace(told, what=f"no application answers at the new address: {told.what}")
            ) from None

    def _warned_of_copy(self, there: Manifest) -> bool:
        """Return whether one of the two applications is a copy of the other, and report it if so.

        If two applications have the same server id but different base URLs, one of them is a copy.
        """
        try:
            still = self.reader.client(Named("OLD", self.old)).manifest()
        except ApplinksError:
            return False
        found = are_copies(there, still)
        if found:
            self.options.printer.error(
                f"{self.old} still answers, with the server id of {self.new} ({there.id}): one of the two is a copy of the other. Links of "
                f"the original would point to the copy. If the application moved, shut down what answers at {self.old}; if {self.new} is "
                f"the copy, do not continue."
            )
        return found

    def _program(self, managed: list[Pointing], program: Path | None) -> str | None:
        """Return the patch for the program: empty if no patch is needed, None if one is needed but could not be made."""
        printer = self.options.printer
        if not managed:
            return ""
        for one in managed:
            printer.note(f"{title(one.link)}  {one.end.key}  managed by {one.managed_by}")
        here = Path.cwd()
        folder = program or (here if (here / "Pulumi.yaml").is_file() else None)
        found = patch(folder, self.old, self.new) if folder is not None else ""
        if not found:
            where = f"in {folder}" if folder is not None else "here; give its folder with --program"
            printer.error(
                f"the stack's program declares {self.old}, and no file with that address was found {where}."
            )
            return None
        printer.note(
            "Apply this patch to the program (git apply), then run `pulumi up`: it relocates these links."
        )
        return found

    def _relocate(self, free: list[Pointing], estate: Estate, change: str) -> ExitCode:
        """Relocate the ends that no program manages, unless something blocks it."""
        more = {"patch": change}
        if not free:
            self.options.report("relocated", {}, more=more)
            return ExitCode.DONE
        printer, changes, unable = self.options.printer, dict[str, Callable[[], ExitCode]](), dict[str, str]()
        prepared = self._prepared([one for one in free if one.against is None], estate)
        for one in free:
            key, ready = one.end.key, prepared.get(one.end.key)
            why = one.against or " ".join(problem.flat for problem in (ready.problems if ready else ()))
            if why or ready is None:
                unable[key] = why
                printer.error(f"{title(one.link)}  {key} is unchanged: {why}")
            else:
                printer.note(f"{title(one.link)}  {key}: will be relocated to {self.new}")
                changes[key] = partial(self._relocated, ready)
        if changes:
            number = "this link" if len(changes) == 1 else f"these {len(changes)} links"
            self.options.confirm(f"Relocate {number} to {self.new}?")
        again = f"applinks move {self.old} {self.new}"
        done = self.options.carry_out(
            "relocated", changes, printer.note, lambda _: again, unable=unable, more=more
        )
        return ExitCode.FAILED if done is ExitCode.DONE and len(changes) < len(free) else done

    def _prepared(self, able: list[Pointing], estate: Estate) -> dict[str, Relocation]:
        """Prepare the relocation of each end before anything is changed, and check whether the login has the right to relocate it."""
        how = partial(relocation, estate=estate, reader=self.reader, old=self.old, new=self.new)
        calls = {one.end.key: partial(how, one.end, without_contact=self.without_contact) for one in able}
        with self.options.printer.progress() as progress:
            return of_all(ask_all("looking at rights", calls, progress))

    def _relocated(self, change: Relocation) -> ExitCode:
        status = change.do()
        if status is None or status.working:
            return ExitCode.DONE
        says = "" if status.reason == "no-answer" else "says that "
        end = change.end
        self.options.printer.error(f"{end.key}: {end.application} {says}{status.told}.")
        return ExitCode.FINDINGS
