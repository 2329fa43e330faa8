"""The options of the commands: which applications there are, how to log in, how much to print."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated

import typer

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.command.printer import Printer
from pulumi_applinks.command.told import WHICH, NotConfirmed, code_of
from pulumi_applinks.credentials import NamedCredentials
from pulumi_applinks.estate import Estate, EstateError, Named, Reader, read_estate
from pulumi_applinks.estate.managing import with_managed
from pulumi_applinks.estate.sources import named, of_file, together
from pulumi_applinks.estate.stacks import StackState, exported, of_state
from pulumi_applinks.lifecycle import LinkError
from pulumi_applinks.rest import ApplinksError

DEFAULT_FILE = "applinks.yaml"
CHANGES_FORMAT = "pulumi-applinks-changes"
CHANGES_VERSION = 1
"""The version of the JSON of a command that changes applications."""

Timeout = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        min=1,
        help="Time limit for all reading together.",
        show_default="no limit",
    ),
]


@dataclass(frozen=True)
class Given:
    """What the options name.

    Args:
        applications: to ask.
        credentials: where names of credentials are looked up.
        stack: what the state of the given stack says; None if no stack was given.
    """

    applications: tuple[Named, ...]
    credentials: NamedCredentials
    stack: StackState | None = None

    def application(self, name: str) -> Named:
        """Return one of the applications, by its name.

        Raises:
            EstateError: if no application has that name.
        """
        for one in self.applications:
            if one.name == name:
                return one
        known = ", ".join(one.name for one in self.applications)
        raise EstateError(f"no application is named {name!r}. Known: {known}. For a new one give NAME=URL.")


@dataclass(frozen=True)
class Output:
    """The options that every command has. Each field is an option, and the decorator `told` adds it to the command."""

    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Print more, on standard error.")] = False
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors and data.")] = False

    @cached_property
    def printer(self) -> Printer:
        """Return the printer for the output."""
        return Printer(verbose=self.verbose, quiet=self.quiet)


@dataclass(frozen=True)
class Options(Output):
    """The options of a command that asks applications."""

    application: Annotated[
        list[str] | None,
        typer.Option(
            "--application",
            "-a",
            metavar="NAME=URL",
            help="An application; its name is also that of its credentials. Repeat for each.",
            rich_help_panel=WHICH,
        ),
    ] = None
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            "-f",
            metavar="FILE",
            help=f"A YAML file of applications. Default: {DEFAULT_FILE} in the current folder.",
            rich_help_panel=WHICH,
        ),
    ] = None
    stack: Annotated[
        str | None,
        typer.Option(
            "--stack",
            "-s",
            metavar="STACK",
            help="The applications of a stack: its name, a file that `pulumi stack export` wrote, or - for standard input.",
            rich_help_panel=WHICH,
        ),
    ] = None

    @property
    def named(self) -> bool:
        """Whether any option names applications."""
        return bool(self.application or self.file is not None or self.stack is not None)

    @property
    def again(self) -> str:
        """These options as text, for the next command that is shown to the user."""
        words = [word for one in self.application or () for word in ("-a", one)]
        words += ["--file", str(self.file)] if self.file is not None else []
        words += ["--stack", self.stack] if self.stack is not None else []
        return "".join(f" {shlex.quote(word)}" for word in words)

    def given(self, known: Sequence[Named] = ()) -> Given:
        """Return what the options name.

        Args:
            known: further applications to ask, unless the options name another application with the same name.

        Raises:
            EstateError: if the options are wrong, or name no application.
        """
        default, file = Path(DEFAULT_FILE), self.file
        if not self.named and not known and default.is_file():
            file = default
        state = None if self.stack is None else _stack(self.stack)
        listed = together(
            map(named, self.application or ()),
            of_file(text_of(file), str(file)) if file is not None else (),
            state.applications if state is not None else (),
        )
        names = {one.name for one in listed}
        listed = together(listed, (one for one in known if one.name not in names))
        if not listed and state is not None:
            raise EstateError(
                f"the stack {self.stack} has no application links: name the applications with --application or --file."
            )
        if not listed:
            raise EstateError(
                f"no application is named. Give --application jira=https://jira.example.com for each, a file with --file, or a stack "
                f"with --stack; a file {DEFAULT_FILE} in this folder is read automatically."
            )
        return Given(listed, _credentials(state), state)

    def estate(self, what: Given, reader: Reader, *, details: bool = False) -> Estate:
        """Read the estate as it is now, with a progress bar on a terminal.

        Args:
            what: which applications to ask.
            reader: the clients.
            details: whether to also ask for users and legacy authentication.
        """
        with self.printer.progress() as progress:
            found = read_estate(
                what.applications, what.credentials, details=details, progress=progress, reader=reader
            )
        self.printer.more(f"{reader.requests_sent} requests to {len(what.applications)} applications.")
        if what.stack is None:
            return found
        for one in what.stack.unread:
            self.printer.note(
                f"The stack's {one} may be a link: which ends it manages can't be read in its state."
            )
        return with_managed(found, what.stack.managed)


@dataclass(frozen=True)
class ReadingOptions(Options):
    """The options of a command that only reads an estate."""

    timeout: Timeout = None

    def read(self, what: Given, *, details: bool = False) -> Estate:
        """Read the estate that the options name; see `estate`."""
        with closing(Reader(what.credentials, seconds=self.timeout)) as reader:
            return self.estate(what, reader, details=details)


@dataclass(frozen=True)
class ChangingOptions(Options):
    """The options of a command that changes applications."""

    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation, for pipelines.")] = (
        False
    )
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be changed, and change nothing.")
    ] = False
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False

    def confirm(self, question: str) -> None:
        """Ask the user for confirmation, on standard error, unless --yes was given.

        Args:
            question: what to ask.

        Raises:
            NotConfirmed: if the answer is no, or if nobody can answer.
        """
        if self.yes or self.dry_run:
            return
        # The library's own prompt is not used: it writes a blank to standard output, which may contain data.
        print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise NotConfirmed

    def carry_out(
        self,
        done: str,
        changes: Mapping[str, Callable[[], ExitCode]],
        say: Callable[[str], None],
        again: Callable[[Sequence[str]], str],
        *,
        unable: Mapping[str, str] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> ExitCode:
        """Make changes one by one, and report at the end how many were made.

        Args:
            done: the word for what happens to an end, such as "removed".
            changes: the changes, by the keys of their ends.
            say: called with a sentence for each change that was confirmed.
            again: the command that continues with the remaining ends, without the options that name applications.
            unable: the ends that can't be changed, each with the reason, which was already shown.
            more: further fields of the JSON.
        """
        code, made, failed = ExitCode.DONE, list[str](), dict(unable or {})
        of = len(changes) + len(failed)
        if self.dry_run:
            self.report(done, dict.fromkeys(changes, "would-change"), failed, more)
            self.printer.note(f"{len(changes)} of {of} would be {done}. Nothing was changed.")
            return ExitCode.FAILED if failed else ExitCode.DONE
        for key, change in changes.items():
            try:
                found = change()
            except (ApplinksError, LinkError) as error:
                code, failed[key] = code_of(error), error.told.flat
                self.printer.error(f"{key} was not {done}: {error.told.flat}")
                continue
            except KeyboardInterrupt:
                code, failed[key] = ExitCode.CANCELLED, "interrupted"
                self.printer.error(
                    f"interrupted while {key} was being {done}: check it with `applinks status`."
                )
                break
            made.append(key)
            say(f"{done.capitalize()} {key}: {key.partition('/')[0]} confirmed it.")
            code = found if code is ExitCode.DONE else code
        left = [key for key in changes if key not in made]
        on = "." if len(made) == of else f"; continue with: {again(left)}{self.again}"
        self.report(done, {key: "changed" if key in made else "unchanged" for key in changes}, failed, more)
        self.printer.note(f"{len(made)} of {of} {done}{on}")
        return code

    def report(
        self,
        what: str,
        outcomes: Mapping[str, str],
        why: Mapping[str, str] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> None:
        """With --json, print what happened to each end, as data.

        Args:
            what: the word for what happens to an end, such as "removed".
            outcomes: the outcome of each end, by its key: `changed`, `unchanged`, `would-change`.
            why: the reasons for the ends that are unchanged.
            more: further fields of the JSON.
        """
        if not self.json_:
            return
        reasons = why or {}
        ends = [
            {"key": key, "outcome": outcomes.get(key, "unchanged"), "why": reasons.get(key, "")}
            for key in dict.fromkeys((*outcomes, *reasons))
        ]
        data = {
            "format": CHANGES_FORMAT,
            "version": CHANGES_VERSION,
            "what": what,
            "dry_run": self.dry_run,
            "ends": ends,
            **(more or {}),
        }
        self.printer.data(json.dumps(data, indent=2, ensure_ascii=False) + "\n")


def credentials_of(stack: str | None) -> NamedCredentials:
    """Return where names of credentials are looked up: in the environment, and in the configuration of a stack.

    Args:
        stack: the name of the stack, a file, or - for standard input; None if there is no stack.

    Raises:
        EstateError: if it can't be read.
    """
    return _credentials(_stack(stack) if stack is not None else None)


def _credentials(stack: StackState | None) -> NamedCredentials:
    state = stack or StackState()
    return NamedCredentials(os.environ, state.configured, not_read=state.not_configured)


def _stack(stack: str) -> StackState:
    if stack == "-":
        return of_state(sys.stdin.read(), "standard input")
    if Path(stack).is_file():
        return of_state(text_of(Path(stack)), stack)
    return exported(stack, Path.cwd())


def text_of(file: Path) -> str:
    """Return the text of a file.

    Raises:
        EstateError: if it can't be read.
    """
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise EstateError(f"{file} can't be read: {why}") from None
