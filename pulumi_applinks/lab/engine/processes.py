"""Child processes, and their lines."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

_PATIENCE = 5.0
"""Seconds between asking a child to end and ending it."""
_RUN = "import runpy, sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
"""Runs a file, and leaves the working directory first on the module path."""


class Child:
    """A Python process that ends with this one, and whose output lines are handed over as they come.

    Args:
        arguments: the file or the module to run, and its arguments.
        cwd: where to run it.
        env: its environment.
        said: called with each line of its output, from other threads: the name of the stream, and the line.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        said: Callable[[str, str], None],
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-c", _RUN, str(Path(__file__).with_name("tied.py")), *arguments],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            bufsize=1,
            start_new_session=True,  # Ctrl-C is for the engine: a step that runs is let finish
        )
        self._name = arguments[0]
        self._said = said
        self.muted = False
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._output = self._process.stdout
        self._readers = [self._reader(self._process.stderr, "errors")]

    def first_line(self) -> str:
        """The first line of its standard output; empty when it ended without one."""
        return self._output.readline().strip()

    def listen(self) -> None:
        """Hand over the lines of its standard output too."""
        self._readers.append(self._reader(self._output, "output"))

    def _reader(self, stream: IO[str], name: str) -> threading.Thread:
        def read() -> None:
            with contextlib.suppress(ValueError):
                for line in stream:
                    if not self.muted:
                        self._said(f"{self._name} {name}", line)

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return thread

    def poll(self) -> int | None:
        """Its exit code, or None as long as it runs."""
        return self._process.poll()

    def wait(self) -> int:
        """Wait for its end; all its lines were handed over then."""
        code = self._process.wait()
        for reader in self._readers:
            reader.join(_PATIENCE)
        return code

    def interrupt(self) -> None:
        """Tell it to end, as Ctrl-C does, and hand over what it has to say to that."""
        self._process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)

    def stop(self) -> None:
        """End it, if it still runs."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
        for reader in self._readers:
            reader.join(_PATIENCE)
        for stream in (self._output, self._process.stderr, self._process.stdin):
            if stream is not None:
                stream.close()
