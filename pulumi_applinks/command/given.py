"""What every command is given: which applications there are, how to log in, how much to tell."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, ParamSpec

import typer

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.command.printer import Printer
from pulumi_applinks.credentials import Credentials, CredentialsError
from pulumi_applinks.estate import Estate, EstateError, Named, Reader, read_estate
from pulumi_applinks.estate.managing import with_managed
from pulumi_applinks.estate.reading import failure_of
from pulumi_applinks.estate.sources import named, of_file, together
from pulumi_applinks.estate.stacks import ManagedEnd, StackError, StackState, exported, of_state
from pulumi_applinks.lifecycle import LinkError
from pulumi_applinks.rest import ApplinksError

P = ParamSpec("P")


class Failed(Exception):
    """Raised when something can't be done here: says why, and what to do."""


class NotConfirmed(Exception):
    """Raised when a person did not agree to a change."""


DEFAULT_FILE = "applinks.yaml"

Applications = Annotated[
    list[str] | None,
    typer.Option(
        "--application",
        "-a",
        metavar="NAME=URL",
        help="An application, with the name of its credentials; once for each.",
        rich_help_panel="Which applications",
    ),
]
File = Annotated[
    Path | None,
    typer.Option(
        "--file",
        "-f",
        metavar="FILE",
        help=f"A YAML file that names them; {DEFAULT_FILE} in this folder where nothing else is said.",
        rich_help_panel="Which applications",
    ),
]
StackName = Annotated[
    str | None,
    typer.Option(
        "--stack",
        "-s",
        metavar="STACK",
        help="Those of a stack: its name, a file that `pulumi stack export` wrote, or - for standard input.",
        rich_help_panel="Which applications",
    ),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Tell more, on standard error.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Tell errors and data alone.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for a confirmation, as in a pipeline.")]
Timeout = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        min=1,
        help="How long reading may take, all in all.",
        show_default="no bound",
    ),
]


@dataclass(frozen=True)
class Given:
    """What the options say.

    Args:
        applications: to ask.
        credentials: where their names are looked up.
        managed: the ends that the given stack manages.
        has_stack: whether a stack was given.
        unread: the resources of the given stack that may be links of which an end is not known.
    """

    applications: tuple[Named, ...]
    credentials: Credentials
    managed: tuple[ManagedEnd, ...] = ()
    has_stack: bool = False
    unread: tuple[str, ...] = ()


def given(
    applications: Sequence[str] | None, file: Path | None, stack: str | None, known: Sequence[Named] = ()
) -> Given:
    """What the options say.

    Args:
        applications: `NAME=URL`, each.
        file: of YAML.
        stack: a name, a file, or - for standard input.
        known: applications that are asked, too, where nothing else has their name.

    Raises:
        EstateError: if they are wrong, or name nothing.
    """
    default = Path(DEFAULT_FILE)
    if file is None and not applications and stack is None and not known and default.is_file():
        file = default
    state = StackState() if stack is None else _stack(stack)
    listed = together(
        map(named, applications or ()),
        of_file(text_of(file), str(file)) if file is not None else (),
        state.applications,
    )
    names = {one.name for one in listed}
    listed = together(listed, (one for one in known if one.name not in names))
    if not listed:
        if stack is not None:
            raise EstateError(
                f"the stack {stack} has no application links: name the applications with --application or --file."
            )
        raise EstateError(
            f"no application is named. Give --application jira=https://jira.example.com for each, a file with --file, or a stack with "
            f"--stack; a file {DEFAULT_FILE} in this folder is read by itself."
        )
    return Given(listed, _credentials(state), state.managed, stack is not None, state.unread)


def credentials_of(stack: str | None) -> Credentials:
    """Where names are looked up: the environment, and the configuration of a stack.

    Args:
        stack: its name, a file, or - for standard input, if there is one.

    Raises:
        EstateError: if it can't be read.
    """
    return _credentials(_stack(stack) if stack is not None else StackState())


def _credentials(stack: StackState) -> Credentials:
    return Credentials(os.environ, stack.configured, not_read=stack.not_configured)


def _stack(stack: str) -> StackState:
    if stack == "-":
        return of_state(sys.stdin.read(), "standard input")
    if Path(stack).is_file():
        return of_state(text_of(Path(stack)), stack)
    return exported(stack, Path.cwd())


def text_of(file: Path) -> str:
    """What stands in a file.

    Args:
        file: of text.

    Raises:
        EstateError: if it can't be read.
    """
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise EstateError(f"{file} can't be read: {why}") from None


def estate_of(
    what: Given,
    printer: Printer,
    *,
    details: bool = False,
    reader: Reader | None = None,
    timeout: float | None = None,
) -> Estate:
    """The estate as it is now, with a bar on a terminal.

    Args:
        what: which applications.
        printer: shows how far it is.
        details: whether to ask for users and legacy authentication, too.
        reader: the clients, where they are needed afterwards.
        timeout: how long it may take, in seconds.
    """
    own = reader or Reader(what.credentials, seconds=timeout)
    try:
        with printer.progress() as progress:
            found = read_estate(
                what.applications, what.credentials, details=details, progress=progress, reader=own
            )
        printer.more(f"{own.requests_sent} requests to {len(what.applications)} applications.")
    finally:
        if reader is None:
            own.close()
    for one in what.unread:
        printer.note(f"The stack's {one} may be a link: which ends it manages can't be read in its state.")
    return with_managed(found, what.managed)


def told(command: Callable[P, ExitCode]) -> Callable[P, None]:
    """Let a command end with its code, and tell what went wrong in a sentence.

    Args:
        command: gives the code that it ends with.
    """

    @wraps(command)
    def telling(*args: P.args, **kwargs: P.kwargs) -> None:
        printer = Printer()
        try:
            code = command(*args, **kwargs)
        except StackError as error:
            printer.error(str(error))
            code = ExitCode.STACK
        except EstateError as error:
            printer.error(str(error))
            code = ExitCode.USAGE
        except CredentialsError as error:
            printer.error(str(error))
            code = ExitCode.LOGIN
        except (ApplinksError, LinkError) as error:
            printer.error(str(error))
            code = code_of(error)
        except Failed as error:
            printer.error(str(error))
            code = ExitCode.FAILED
        except NotConfirmed:
            printer.error("not confirmed: nothing was changed. In a pipeline, give --yes.")
            code = ExitCode.CANCELLED
        except KeyboardInterrupt:
            printer.error("interrupted.")
            code = ExitCode.CANCELLED
        raise typer.Exit(code)

    # Typer reads the options from the signature, and needs the types to be those of this function.
    telling.__annotations__ = {**command.__annotations__, "return": None}
    return telling


def confirm(question: str) -> None:
    """Ask a person, on standard error.

    Args:
        question: what to ask.

    Raises:
        NotConfirmed: if the answer is no, or nobody is there to answer.
    """
    # Not by the library's own question, which writes a blank to standard output, where data may be.
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise NotConfirmed


def code_of(error: Exception) -> ExitCode:
    """The exit code for something that went wrong.

    Args:
        error: what.
    """
    kind = failure_of(error) if isinstance(error, ApplinksError) else None
    return {"login": ExitCode.LOGIN, "timeout": ExitCode.TIMEOUT}.get(kind or "", ExitCode.FAILED)
