"""The errors of the embedded engine, each with a message of one sentence."""

from __future__ import annotations

INSTALL = "https://www.pulumi.com/docs/install/"


class EngineError(Exception):
    """The engine cannot continue; the message is for the user.

    Args:
        message: what happened and what to do next.
        code: the exit code of the process.
    """

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


class UnsupportedError(EngineError):
    """The user asked for something that only the real CLI supports.

    Args:
        what: what the user asked for, as the subject of a sentence.
    """

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} is not supported by the embedded engine of the pulumi-applinks lab; "
            f"the real Pulumi CLI does it: {INSTALL}"
        )
