"""Print output. Data goes to standard output, messages go to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.measure import Measurement
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress as Bar, TextColumn
from rich.table import Table
from rich.text import Text

from pulumi_applinks.estate import Estate, Progress
from pulumi_applinks.estate.formats import unasked
from pulumi_applinks.estate.glossary import MARKS, Kind

STYLES: dict[Kind, str] = {
    "good": "green",
    "bad": "bold red",
    "warned": "yellow",
    "unseen": "magenta",
    "aside": "dim",
}
_ASCII: dict[Kind, str] = {"good": "+", "bad": "x", "warned": "!", "unseen": "?", "aside": "."}
"""The marks for a terminal that only supports ASCII."""
WIDE = 200
"""The width of a table that does not go to a terminal, in columns."""


class Printer:
    """Prints for people and for programs.

    Colours depend on the terminal and `NO_COLOR`. Nothing is shown by colour alone.

    Args:
        verbose: whether to print more.
        quiet: whether to print only errors and data.
    """

    def __init__(self, *, verbose: bool = False, quiet: bool = False) -> None:
        self.out = _console(stderr=False)
        self.err = _console(stderr=True)
        self.verbose = verbose and not quiet
        self.quiet = quiet

    @property
    def unicode(self) -> bool:
        """Whether standard output supports more than ASCII."""
        return self.out.encoding.lower().startswith("utf")

    def plain(self, text: str) -> str:
        """Return a text that the terminal can show, also if it only supports ASCII."""
        return text if self.unicode else text.replace("⇄", "<->").replace("→", "->").replace("–", "-")

    def mark(self, kind: Kind) -> str:
        """Return the mark for a kind."""
        return (MARKS if self.unicode else _ASCII)[kind]

    def words(self, text: Text, indent: int = 0) -> None:
        """Print text for a person on standard output. It is only wrapped on a terminal."""
        if self.out.is_terminal:
            self.out.print(Padding(text, (0, 0, 0, indent), expand=False))
        else:
            self.line(Text(" " * indent) + text)

    def line(self, text: Text) -> None:
        """Print a line that is not wrapped, so that a command in it can be copied."""
        self.out.print(text, soft_wrap=True)

    def table(self, table: Table, *, whole: bool = False) -> None:
        """Print a table. On a terminal it is as wide as the terminal; in a pipe it has its full width, without trailing blanks.

        Args:
            table: to print.
            whole: whether it has its full width on a terminal, too.
        """
        if self.out.is_terminal and not whole:
            self.out.print(table)
            return
        with self.out.capture() as captured:
            options = self.out.options.update(max_width=sys.maxsize)
            table.width = Measurement.get(self.out, options, table).maximum
            self.out.print(table, crop=False, width=table.width)
        for line in captured.get().splitlines():
            print(line.rstrip(), file=self.out.file)

    def data(self, text: str) -> None:
        """Print data for another program, unchanged and in UTF-8, whatever the terminal supports."""
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.buffer.flush()

    def note(self, text: str) -> None:
        """Print a note."""
        if not self.quiet:
            self._told(text)

    def unasked(self, estate: Estate) -> None:
        """Print the applications whose links could not be read, and why."""
        for one in unasked(estate):
            self.note(f"Could not be asked: {one.told}")

    def more(self, text: str) -> None:
        """Print something only if `-v` was given."""
        if self.verbose:
            self._told(text)

    def error(self, text: str) -> None:
        """Print an error."""
        self.err.print("error: ", style="bold red", end="")
        self._told(text)

    def _told(self, text: str) -> None:
        self.err.print(text, markup=False, soft_wrap=not self.err.is_terminal)

    @contextmanager
    def progress(self) -> Iterator[Callable[[Progress], None]]:
        """Show a progress bar while many things are read, if there is a terminal."""
        if self.quiet or not self.err.is_terminal:
            yield lambda _: None
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Bar(*columns, console=self.err, transient=True) as bar:
            task = bar.add_task("asking the applications")

            def show(progress: Progress) -> None:
                bar.update(task, description=progress.step, completed=progress.done, total=progress.of)

            yield show


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False)
    if console.is_terminal or "COLUMNS" in os.environ:
        return console
    return Console(stderr=stderr, highlight=False, width=WIDE)
