"""The code blocks of the documents."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOWTOS = ROOT / "docs" / "howto"
_FENCE = re.compile(r"^( *)```(\S*)[^\n]*\n(.*?)^\1```$", re.M | re.S)
_FILE = re.compile(r"`([\w./-]+\.\w+)`(?:(?!\n\n)[^`])*:\s*$")


@dataclass(frozen=True)
class Block:
    """One block.

    Attributes:
        page: where it is.
        line: the first one of it there.
        language: as the fence says it.
        text: what is in it, without what it is indented by.
        file: the name of the file that the sentence before it says to write it to.
    """

    page: Path
    line: int
    language: str
    text: str
    file: str | None

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Everything that is written for people."""
    found = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "examples").rglob("*.md"),
        *(ROOT / ".github").rglob("*.md"),
    ]
    return sorted(path for path in found if ".venv" not in path.parts)


def blocks(*chosen: Path) -> list[Block]:
    """The blocks of some pages, or of all."""
    found = []
    for page in chosen or pages():
        text = page.read_text(encoding="utf-8")
        for fence in _FENCE.finditer(text):
            named = _FILE.search(text[: fence.start()])
            found.append(
                Block(
                    page,
                    text.count("\n", 0, fence.start()) + 2,
                    fence[2],
                    textwrap.dedent(fence[3]),
                    named[1] if named else None,
                )
            )
    return found
