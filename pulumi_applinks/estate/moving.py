"""Find what points at the old address of an application that moved, in applications and in programs. Nothing is changed here."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pulumi_applinks.estate.model import Estate, EstateEnd, EstateLink
from pulumi_applinks.rest import Manifest, same_address

_ADDRESS = re.compile(r"https?://(?:\[[^\s\]]*\])?[^\"'`\s,)}\]]*", re.I)
"""Anything in a program that may be an address, in any spelling."""
_SUFFIXES = (".py", ".yaml", ".yml", ".json", ".toml")
_NOT_OURS = {"node_modules", "__pycache__", "venv"}
_LARGEST = 1_000_000
"""Largest file that is searched, in bytes."""


@dataclass(frozen=True)
class Pointing:
    """An end that points at the old address.

    Args:
        link: the link that the end belongs to.
        end: the end.
        against: why it cannot be relocated from here; None if it can.
    """

    link: EstateLink
    end: EstateEnd
    against: str | None = None

    @property
    def managed_by(self) -> str | None:
        """The resource of the given stack that manages it."""
        return self.end.managed_by


def pointing(estate: Estate, old: str, new: str, there: Manifest | None) -> list[Pointing]:
    """Return the ends that point at an address, in the order of the estate.

    Args:
        estate: as it was read.
        old: where the application was.
        new: where it is now.
        there: the manifest of the application that answers at the new address; None if nothing answers.
    """
    return [
        Pointing(link, end, _against(end, new, there))
        for link in estate.links
        for end in link.ends
        if any(same_address(one, old) for one in end.addresses)
    ]


def _against(end: EstateEnd, new: str, there: Manifest | None) -> str | None:
    if end.what != "application":
        return "it is not a link between two applications: change it manually."
    if there is not None and there.id != end.link_id:
        return (
            f"the application at {new} has the server id {there.id}, and the link is to {end.link_id}: it is another application, or was "
            f"reinstalled. Create a new link to it, and remove this one."
        )
    return None


def patch(folder: Path, old: str, new: str) -> str:
    """Return a patch for `git apply` that changes the declared address in a program's files; empty if no file contains the address."""
    return "".join(_patched(folder, old, new.rstrip("/")))


def _patched(folder: Path, old: str, new: str) -> Iterator[str]:
    def replaced(found: re.Match[str]) -> str:
        # Compare the whole address: another application's address may start with the same text.
        address = found[0].rstrip("/")
        same = "@" not in address and same_address(address, old)
        return new + found[0][len(address) :] if same else found[0]

    for path in sorted(_files(folder)):
        try:
            before = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        after = _ADDRESS.sub(replaced, before)
        if after != before:
            name = path.relative_to(folder).as_posix()
            lines = difflib.unified_diff(
                before.splitlines(keepends=True),
                after.splitlines(keepends=True),
                f"a/{name}",
                f"b/{name}",
            )
            for line in lines:
                yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _files(folder: Path) -> Iterable[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part in _NOT_OURS for part in parts)
        if path.suffix in _SUFFIXES and not hidden and path.is_file() and path.stat().st_size <= _LARGEST:
            yield path
