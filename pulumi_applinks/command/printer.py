"""Where words go: data to standard output, everything else to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from pulumi_applinks.estate import Progress

WIDE = 200
"""How wide a table is that goes to no terminal, in columns."""


class Printer:
    """Writes for a person, and for programs.

    Colours follow the terminal, and `NO_COLOR`; no word is told by a colour alone.

    Args:
        verbose: whether to tell more.
        quiet: whether to tell errors and data alone.
    """

    def __init__(self, *, verbose: bool = False, quiet: bool = False) -> None:
        self.out = Console(highlight=False)
        if not self.out.is_terminal and "COLUMNS" not in os.environ:
            self.out = Console(highlight=False, width=WIDE)
        self.err = Console(stderr=True, highlight=False)
        self.verbose = verbose and not quiet
        self.quiet = quiet

    @property
    def unicode(self) -> bool:
        """Whether standard output takes more than ASCII."""
        return self.out.encoding.lower().startswith("utf")

    def data(self, text: str) -> None:
        """Data for another program, as it is."""
        sys.stdout.write(text)
        sys.stdout.flush()

    def note(self, text: str) -> None:
        """Something that is good to know."""
        if not self.quiet:
            self.err.print(text, markup=False)

    def more(self, text: str) -> None:
        """Something that is told with `-v` alone."""
        if self.verbose:
            self.err.print(text, markup=False)

    def error(self, text: str) -> None:
        """Something that went wrong."""
        self.err.print("error: ", style="bold red", end="")
        self.err.print(text, markup=False)

    @contextmanager
    def progress(self) -> Iterator[Callable[[Progress], None]]:
        """A bar on a terminal, while many things are read; nothing where there is no terminal."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Bar(
            *columns, console=self.err, transient=True, disable=self.quiet or not self.err.is_terminal
        ) as bar:
            task = bar.add_task("asking the applications")

            def show(progress: Progress) -> None:
                bar.update(task, description=progress.step, completed=progress.done, total=progress.of)

            yield show
