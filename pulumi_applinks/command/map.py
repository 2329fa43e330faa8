"""`applinks map`: draws applications and their links."""

from __future__ import annotations

import sys
import webbrowser
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from pulumi_applinks.command.exit_codes import ExitCode
from pulumi_applinks.command.options import ReadingOptions, text_of
from pulumi_applinks.command.told import WHICH, Failed, code_of_failures, told
from pulumi_applinks.estate import EstateError, from_json
from pulumi_applinks.estate.formats import with_commands
from pulumi_applinks.estate.map import as_dot, as_html, as_mermaid, as_svg, picture_of


class Form(str, Enum):
    """The format of the picture."""

    HTML = "html"
    SVG = "svg"
    MERMAID = "mermaid"
    DOT = "dot"
    JSON = "json"


OF_ENDINGS = {
    ".html": Form.HTML,
    ".htm": Form.HTML,
    ".svg": Form.SVG,
    ".mmd": Form.MERMAID,
    ".mermaid": Form.MERMAID,
    ".dot": Form.DOT,
    ".gv": Form.DOT,
    ".json": Form.JSON,
}
DEFAULT_OUTPUT = "applinks-map"


@told
def map_(
    options: ReadingOptions,
    estate: Annotated[
        str | None,
        typer.Option(
            "--estate",
            "-e",
            metavar="FILE",
            help="Output of `applinks status --json`, or - for standard input. No application is asked then.",
            rich_help_panel=WHICH,
        ),
    ] = None,
    format_: Annotated[
        Form | None,
        typer.Option(
            "--format",
            help="The format of the picture.",
            show_default="from the extension of --output, else html",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="The file to write. Default: standard output; on a terminal, "
            f"{DEFAULT_OUTPUT}.html or {DEFAULT_OUTPUT}.svg.",
        ),
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the file in a browser.")] = False,
) -> ExitCode:
    """Show applications and both directions of each link: as a matrix, and as a drawing.

    Only reads. The HTML page is one file that loads nothing else: it searches, shows reasons and next steps, links to the
    applications' own pages, and prints. Exit code 0 means that every application was asked; the findings are in the picture.

    Examples:
    - `applinks map -a jira=https://jira.example.com -a wiki=https://wiki.example.com -o map.html --open`

    - `applinks map --stack production --format mermaid >> README.md`

    - `applinks status --json > estate.json; applinks map --estate estate.json -o map.svg`
    """
    printer = options.printer
    form = format_ or (OF_ENDINGS.get(output.suffix.lower()) if output is not None else Form.HTML)
    if form is None:
        raise EstateError(f"{output}: this extension is not known. Give --format.")
    if estate is None:
        found = options.read(options.given())
    elif options.named:
        raise EstateError("--estate is read from a file: omit --application, --file and --stack.")
    else:
        found = from_json(_text(estate))
    picture = picture_of(with_commands(found, options.again))
    text = {
        Form.HTML: as_html,
        Form.SVG: as_svg,
        Form.MERMAID: as_mermaid,
        Form.DOT: as_dot,
        Form.JSON: type(picture).as_json,
    }[form](picture)
    to_screen = sys.stdout.isatty() and form in (Form.HTML, Form.SVG)
    where = output or (Path(f"{DEFAULT_OUTPUT}.{form.value}") if to_screen or open_ else None)
    if where is None:
        printer.data(text)
    else:
        _write(where, text)
        printer.note(f"Written to {where}.")
    if where is not None and open_:
        webbrowser.open(where.absolute().as_uri())
    printer.unasked(found)  # the picture does not show what is missing
    return code_of_failures(one.failure for one in found.applications)


def _text(estate: str) -> str:
    if estate == "-":
        return sys.stdin.read()
    return text_of(Path(estate))


def _write(where: Path, text: str) -> None:
    try:
        where.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise Failed(f"{where} can't be written: {error.strerror}") from None
