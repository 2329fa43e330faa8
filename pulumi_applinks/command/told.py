"""Give a command its options, and end it with an exit code and a sentence about what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any, get_type_hints

import typer
from typer.core import TyperCommand, TyperGroup

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.command.printer import Printer
from pulumi_applinks.credentials import CredentialsError
from pulumi_applinks.estate import EstateError
from pulumi_applinks.estate.model import Failure
from pulumi_applinks.estate.reading import failure_of
from pulumi_applinks.estate.stacks import StackError
from pulumi_applinks.lifecycle import LinkError
from pulumi_applinks.rest import ApplinksError

WHICH = "Which applications"
"""The heading in the help for the options that select applications."""
LAST = ("timeout", "yes", "verbose", "quiet")
"""The options that are last in the help."""


class Failed(Exception):
    """Raised when something cannot be done here. The message says why, and what to do."""


class NotConfirmed(Exception):
    """Raised when the user did not confirm a change."""

    def __str__(self) -> str:
        return "not confirmed: nothing was changed. In a pipeline, give --yes."


_OF_FAILURES: dict[Failure, ExitCode] = {"login": ExitCode.LOGIN, "timeout": ExitCode.TIMEOUT}
_CODES: tuple[tuple[type[Exception], ExitCode], ...] = (
    (StackError, ExitCode.STACK),
    (EstateError, ExitCode.USAGE),
    (CredentialsError, ExitCode.LOGIN),
    (Failed, ExitCode.FAILED),
    (NotConfirmed, ExitCode.CANCELLED),
)
"""The exit code for each exception, the most specific exception first."""

_TOLD: tuple[type[Exception], ...] = (*(kind for kind, _ in _CODES), ApplinksError, LinkError)


def told(command: Callable[..., ExitCode]) -> Callable[..., None]:
    """Wrap a command so that it ends with its exit code, and reports in a sentence what went wrong.

    Args:
        command: returns its exit code. If a parameter is a record of options, the command gets an option for each field of the record.
    """
    hints = get_type_hints(command, include_extras=True)
    own = [
        one.replace(annotation=hints[one.name], kind=Parameter.KEYWORD_ONLY)
        for one in signature(command).parameters.values()
    ]
    record = next((one for one in own if isinstance(one.annotation, type)), None)
    shared = [] if record is None else list(_parameters(record.annotation))

    @wraps(command)
    def telling(**values: Any) -> None:
        if record is not None:
            values[record.name] = record.annotation(**{one.name: values.pop(one.name) for one in shared})
        try:
            code = command(**values)
        except _TOLD as error:
            Printer().error(str(error))
            code = next((code for kind, code in _CODES if isinstance(error, kind)), None) or code_of(error)
        except KeyboardInterrupt:
            Printer().error("interrupted.")
            code = ExitCode.CANCELLED
        raise typer.Exit(code)

    # The order in the help: what the command is about, then which applications, then how.
    parameters = sorted((*(one for one in own if one is not record), *shared), key=_place)
    telling.__dict__["__signature__"] = Signature(parameters)
    telling.__annotations__ = {**{one.name: one.annotation for one in parameters}, "return": None}
    return telling


def _parameters(record: type) -> Iterator[Parameter]:
    """Yield the options of a record."""
    hints = get_type_hints(record, include_extras=True)
    for one in fields(record):
        yield Parameter(one.name, Parameter.KEYWORD_ONLY, default=one.default, annotation=hints[one.name])


def _place(parameter: Parameter) -> int:
    info = parameter.annotation.__metadata__[0]
    if isinstance(info, typer.models.ArgumentInfo):
        return 0
    if info.rich_help_panel == WHICH:
        return 1
    return 3 + LAST.index(parameter.name) if parameter.name in LAST else 2


def code_of(error: Exception) -> ExitCode:
    """Return the exit code for an error, which depends on its first cause."""
    reasons = (error, *error.causes) if isinstance(error, LinkError) else (error,)
    kinds = (failure_of(one) for one in reasons if isinstance(one, ApplinksError))
    return code_of_failures([next(kinds, None)]) or ExitCode.FAILED


def code_of_failures(failures: Iterable[Failure | None]) -> ExitCode:
    """Return the exit code for the reasons why applications could not be asked.

    If all reasons are the same, it is the code for that reason, or else the general code. It is 0 if there is no failure.
    """
    found = {one for one in failures if one is not None}
    if len(found) == 1:
        return _OF_FAILURES.get(found.pop(), ExitCode.FAILED)
    return ExitCode.FAILED if found else ExitCode.DONE


class _NoTypes:
    """Shows flags without a type."""

    def get_params(self, ctx: Any) -> Any:
        """Return the options and arguments as the help shows them."""
        found = super().get_params(ctx)  # type: ignore[misc]
        for one in found:
            if getattr(one, "is_flag", False):
                one.metavar = " "
        return found


class Group(_NoTypes, TyperGroup):
    """A group of commands."""


class Command(_NoTypes, TyperCommand):
    """A command."""
