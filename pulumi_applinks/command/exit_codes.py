"""Exit codes. They follow Pulumi's own table, so that a pipeline can treat both in the same way."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    LOGIN = 3
    FINDINGS = 4
    STACK = 6
    CANCELLED = 8
    TIMEOUT = 9


WORDS: dict[ExitCode, str] = {
    ExitCode.DONE: "all is well, or what was asked for was done",
    ExitCode.FAILED: "something could not be checked or done; everything else that was found is still shown",
    ExitCode.USAGE: "the command line, or a file that it names, is wrong",
    ExitCode.LOGIN: "an application refused the login, or there are no credentials for it",
    ExitCode.FINDINGS: "everything was checked, and there are findings",
    ExitCode.STACK: "a stack's state could not be read",
    ExitCode.CANCELLED: "interrupted, or not confirmed",
    ExitCode.TIMEOUT: "an application took too long",
}
"""The meaning of each exit code."""
