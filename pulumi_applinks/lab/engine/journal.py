"""What an operation has done since the state file was written, a line a step."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pulumi_applinks.lab.engine.errors import EngineError

_RESERVE = 1 << 18
"""Bytes that are kept free for the steps that run when the disk becomes full."""


@dataclass
class Recorded:
    """What a journal says.

    Attributes:
        resources: by number, what a resource is now; None when it is gone.
        renamed: the resources that were found under an alias, from the old URN to the new one.
    """

    resources: dict[int, dict[str, Any] | None] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)


class Journal:
    """A file beside the state file that only grows, until the state file is written anew.

    A step costs the same in a large stack as in a small one then, and is not lost when the process is killed. The journal belongs to one
    text of the state file: its first line has that text's digest, and with another one it says nothing.

    Args:
        state: the state file.
    """

    def __init__(self, state: Path) -> None:
        self._state = state
        self._path = state.with_name(f"{state.name}.journal")
        self._reserve = state.with_name(f"{state.name}.reserve")
        self._file: int | None = None
        self._broken = False

    def open(self) -> None:
        """Make room for the steps that are to come.

        Raises:
            OSError: there is none.
        """
        if self._file is not None:
            return
        try:
            self._reserve.write_bytes(bytes(_RESERVE))
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            self._line({"state": self._digest()})
        except OSError:
            self.drop()
            raise

    def append(self, resources: Mapping[int, dict[str, Any] | None], renamed: Mapping[str, str]) -> None:
        """Write a step down.

        Args:
            resources: by number, what a resource is now; None when it is gone.
            renamed: all that were renamed so far.

        Raises:
            OSError: it was not written down.
        """
        self.open()
        self._line({"resources": resources, **({"renamed": renamed} if renamed else {})})

    @property
    def full(self) -> bool:
        """Whether the reserve was needed: the next step may find no room."""
        return self._file is not None and not self._reserve.exists()

    def _line(self, record: Mapping[str, Any]) -> None:
        assert self._file is not None
        if self._broken:
            raise OSError(f"{self._path} cannot be written")
        rest = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        while rest:
            try:
                rest = rest[os.write(self._file, rest) :]
            except OSError:
                if self._reserve.exists():
                    self._reserve.unlink()
                    continue
                self._broken = True  # a reader passes over a step without an end, if it is the last one
                raise

    def read(self) -> Recorded | None:
        """What was done after the state file was written; None when there is nothing.

        Raises:
            EngineError: it is damaged.
        """
        try:
            lines = self._path.read_bytes().split(b"\n")[:-1]  # what has no end was not finished
        except FileNotFoundError:
            return None
        number = 0
        try:
            if not lines or json.loads(lines[0])["state"] != self._digest():
                return None
            found = Recorded()
            for line in lines[1:]:
                number += 1
                record = json.loads(line)
                found.resources |= {int(key): one for key, one in record["resources"].items()}
                found.renamed |= record.get("renamed", {})
        except (ValueError, TypeError, KeyError, AttributeError):
            raise EngineError(
                f"line {number + 1} of {self._path} is damaged; the file has the steps of an operation that was interrupted, which the "
                "state does not have: mend the line, or delete the file and take those steps' resources over anew"
            ) from None
        return found

    def drop(self) -> None:
        """The state file has it all."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        self._broken = False
        self._path.unlink(missing_ok=True)
        self._reserve.unlink(missing_ok=True)

    def _digest(self) -> str:
        return hashlib.sha256(self._state.read_bytes()).hexdigest()
