"""Where output goes: data to standard output, everything else to standard error."""

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
"""For a terminal that has no more."""
WIDE = 200
"""The width of a table that does not go to a terminal, in columns."""


class Printer:
    """Writes for a person, and for programs.

    Colours follow the terminal and `NO_COLOR`; nothing is shown by colour alone.

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
        """Whether standard output takes more than ASCII."""
        return self.out.encoding.lower().startswith("utf")

    def plain(self, text: str) -> str:
        """The same for a terminal that shows no more than ASCII."""
        return text if self.unicode else text.replace("⇄", "<->").replace("→", "->").replace("–", "-")

    def mark(self, kind: Kind) -> str:
        """The sign for how something is."""
        return (MARKS if self.unicode else _ASCII)[kind]

    def words(self, text: Text, indent: int = 0) -> None:
        """Text for a person, on standard output; wrapped only on a terminal."""
        if self.out.is_terminal:
            self.out.print(Padding(text, (0, 0, 0, indent), expand=False))
        else:
            self.line(Text(" " * indent) + text)

    def line(self, text: Text) -> None:
        """A line that is not wrapped, so that a command in it can be copied."""
        self.out.print(text, soft_wrap=True)

    def table(self, table: Table, *, whole: bool = False) -> None:
        """A table: as wide as the terminal; in a pipe as wide as it is, without the blanks that fill a line.

        Args:
            table: to print.
            whole: whether it may be wider than a terminal, too.
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
        """Data for another program, as it is: in UTF-8, whatever the terminal supports."""
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.buffer.flush()

    def note(self, text: str) -> None:
        """Something that is good to know."""
        if not self.quiet:
            self._told(text)

    def unasked(self, estate: Estate) -> None:
        """The applications whose links could not be read, and why."""
        for one in unasked(estate):
            self.note(f"Could not be asked: {one.told}")

    def more(self, text: str) -> None:
        """Something that is printed only with `-v`."""
        if self.verbose:
            self._told(text)

    def error(self, text: str) -> None:
        """Something that went wrong."""
        self.err.print("error: ", style="bold red", end="")
        self._told(text)

    def _told(self, text: str) -> None:
        self.err.print(text, markup=False, soft_wrap=not self.err.is_terminal)

    @contextmanager
    def progress(self) -> Iterator[Callable[[Progress], None]]:
        """A bar on a terminal, while many things are read; nothing where there is no terminal."""
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
