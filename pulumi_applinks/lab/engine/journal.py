"""What an operation has done since the state file was written, a line a step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any


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
        self._file: IO[str] | None = None

    def append(self, resources: Mapping[int, dict[str, Any] | None], renamed: Mapping[str, str]) -> None:
        """Write a step down.

        Args:
            resources: by number, what a resource is now; None when it is gone.
            renamed: all that were renamed so far.
        """
        if self._file is None:
            self._file = self._path.open("w", encoding="utf-8")
            self._path.chmod(0o600)
            self._line({"state": self._digest()})
        self._line({"resources": resources, **({"renamed": renamed} if renamed else {})})

    def _line(self, record: Mapping[str, Any]) -> None:
        assert self._file is not None
        # In one piece: a reader knows an unfinished line by its missing end.
        self._file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
        self._file.flush()

    def read(self) -> Recorded | None:
        """What was done after the state file was written; None when there is nothing."""
        try:
            lines = self._path.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]
        except FileNotFoundError:
            return None
        if not lines or json.loads(lines[0]).get("state") != self._digest():
            return None
        found = Recorded()
        for line in lines[1:]:
            record = json.loads(line)
            found.resources |= {int(number): one for number, one in record["resources"].items()}
            found.renamed |= record.get("renamed", {})
        return found

    def drop(self) -> None:
        """The state file has it all."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._path.unlink(missing_ok=True)

    def _digest(self) -> str:
        return hashlib.sha256(self._state.read_bytes()).hexdigest()
