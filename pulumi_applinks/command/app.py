"""The command line, with the name of each command. Each command has its own module, and is registered here."""

from __future__ import annotations

import io
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from pulumi_applinks.command import clean, doctor, explain, import_, lab, map, move, show, status, whoami
from pulumi_applinks.command.exit_codes import WORDS, ExitCode
from pulumi_applinks.command.told import Command, Group

app = typer.Typer(
    name="applinks",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="See an estate of application links, and take it over.",
    epilog="**Exit codes**\n\n" + "\n\n".join(f"- `{int(code)}` {words}" for code, words in WORDS.items()),
    cls=Group,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("pulumi-applinks"))
        raise typer.Exit


@app.callback()
def _begin(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


# Each command registers here: a function with `app.command`, a group of commands with `app.add_typer`.
for _name, _command in {
    "status": status.status,
    "show": show.show,
    "whoami": whoami.whoami,
    "map": map.map_,
    "doctor": doctor.doctor,
    "clean": clean.clean,
    "move": move.move,
    "explain": explain.explain,
    "lab": lab.lab,
}.items():
    app.command(_name, cls=Command)(_command)
app.add_typer(import_.app, name="import")


def run() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="replace"
            )  # a name that the terminal can't show must not end the command
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(ExitCode.CANCELLED)
