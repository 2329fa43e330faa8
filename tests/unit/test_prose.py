"""Phrases that CONTRIBUTING lists stay out of what people read: messages, help, docstrings, comments and documents."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "CONTRIBUTING.md"
FOLDERS = (
    "pulumi_applinks",
    "plugin",
    "examples",
    "docs",
    "changes",
    ".ci",
    "benchmarks",
    "confirm",
    "tests",
)
KINDS = ("*.py", "*.md", "run", "wheel")
MADE = {"_build", ".venv", Path(__file__).name}
"""What is not read: made by tools, or this file, which has the phrases."""
READ = [
    path
    for path in [
        *(path for folder in FOLDERS for kind in KINDS for path in (ROOT / folder).rglob(kind)),
        *(path for kind in ("*.py", "*.md", "Makefile") for path in ROOT.glob(kind)),
    ]
    if not MADE & set(path.relative_to(ROOT).parts)
]


def phrases() -> dict[str, str]:
    """The table of CONTRIBUTING: each pattern, and what to write instead."""
    rows = re.search(r"\| not \| but \|\n\|[- |]+\|\n((?:\|.*\|\n)+)", PAGE.read_text(encoding="utf-8"))
    assert rows is not None
    found = re.findall(r"^\| `(.+?)` \| (.+?) \|$", rows[1], re.MULTILINE)
    table = {pattern.replace(r"\|", "|"): instead for pattern, instead in found}
    assert len(table) == rows[1].count("\n")
    return table


def prose(path: Path) -> Iterator[str]:
    """What a person reads of a file: of a program its texts and comments, of a page everything except the table itself."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip():
                yield node.value
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
        yield " ".join(one.string.strip("# ") for one in tokens if one.type == tokenize.COMMENT)
    else:
        yield "\n".join(line for line in text.splitlines() if not (path == PAGE and line.startswith("| `")))


def found(text: str, pattern: str) -> list[str]:
    """Where a pattern is, across line breaks; names in `code` are not read."""
    words = " ".join(re.sub(r"`[\w./-]+`", "``", text).split())
    return [one[0] for one in re.finditer(rf"(?<![\w.(-])(?:{pattern})", words, re.IGNORECASE)]


def test_phrases_of_the_old_style_stay_out():
    """Each with its file."""
    table = phrases()
    wrong = [
        f"{path.relative_to(ROOT)}: {one!r}: write {instead}"
        for path in READ
        for text in prose(path)
        for pattern, instead in table.items()
        for one in found(text, pattern)
    ]
    assert wrong == []


def test_a_phrase_is_found_over_a_line_break():
    """And in any form that the table has; words that only begin alike are not."""
    assert all(
        any(found(text, pattern) for pattern in phrases())
        for text in ("it was made\n  anew", "It mends it", "That takes an administrator", "what stands there")
    )
    assert not any(found("a commend, an anewly, the mending", pattern) for pattern in phrases())
