"""What is wrong in an estate, each cause once with the links that it explains. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from pulumi_applinks.codes import Code
from pulumi_applinks.estate.formats import counted, kind_of, unasked
from pulumi_applinks.estate.glossary import Kind
from pulumi_applinks.estate.model import Estate, EstateApplication, EstateLink

T = TypeVar("T")
K = TypeVar("K")

WORST_FIRST: tuple[Kind, ...] = ("bad", "warned", "unseen", "good", "aside")

NOT_ASKED = "could not be asked"
"""What applications are that could not be asked."""

_ALIKE = (Code.CREDENTIALS_MISSING.code,)
"""What is one cause, however many applications it is said of."""


@dataclass(frozen=True)
class SharedCause:
    """One cause.

    Args:
        kind: how bad it is: as the worst of its links.
        what: the state of its links; or `NOT_ASKED`.
        links: that it explains. Without shared `words` each has its own.
        words: what it is, where that is the same for all.
        step: how to fix it, where that is the same for all.
        applications: those that could not be asked, if that is the cause.
    """

    kind: Kind
    what: str
    links: tuple[EstateLink, ...] = ()
    words: str = ""
    step: str = ""
    applications: tuple[EstateApplication, ...] = ()

    @property
    def title(self) -> str:
        """What it is, and of how much."""
        names = ", ".join(one.name for one in self.applications)
        number = counted(len(self.links), "link") if self.links else ""
        return f"{self.what}: {f'{names} ({number})' if names and number else names or number}"


def grouped(listed: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    """Things by what they have in common, each group where its first one is."""
    found: dict[K, list[T]] = {}
    for one in listed:
        found.setdefault(key(one), []).append(one)
    return found


def worst_first(links: Iterable[EstateLink]) -> list[EstateLink]:
    """Links in the order in which a person should look at them; alike ones stay in theirs."""
    return sorted(links, key=lambda link: WORST_FIRST.index(kind_of(link)))


def causes(estate: Estate) -> list[SharedCause]:
    """Why links have findings, and applications could not be asked, the worst first.

    Links whose other application could not be asked have that one's cause. Others have one together if their next step is the same; links
    of one state with next steps of their own are listed together.
    """
    silent = {one.name: one for one in unasked(estate)}
    found = [link for link in worst_first(estate.links) if link.findings]
    explained = grouped(found, lambda link: _silent(link, silent))
    listed = [
        _of_applications(places, [link for one in places for link in explained.get(one.name, ())])
        for places in _together(silent.values())
    ]
    others = explained.get(None, [])
    steps = grouped(others, _first)
    shared = {id(link): key for key, links in steps.items() if len(links) > 1 for link in links}
    for key, links in grouped(
        others, lambda link: shared.get(id(link), (kind_of(link), link.state, ""))
    ).items():
        words = {link.findings[0].words for link in links}
        listed.append(
            SharedCause(
                kind_of(links[0]),
                links[0].state.replace("-", " "),
                tuple(links),
                words.pop() if len(words) == 1 and (key[2] or len(links) == 1) else "",
                key[2] or (links[0].findings[0].mend if len(links) == 1 else ""),
            )
        )
    return sorted(listed, key=lambda one: WORST_FIRST.index(one.kind))


def _first(link: EstateLink) -> tuple[Kind, str, str]:
    return kind_of(link), link.state, link.findings[0].mend


def _silent(link: EstateLink, silent: dict[str, EstateApplication]) -> str | None:
    """The application that could not be asked, if that explains the first finding of a link."""
    code = link.findings[0].code
    down = code in ("not-working", "orphaned") and any(end.reason == "unreachable" for end in link.ends)
    if down or code in ("not-asked", "unknown"):
        return next((name for name in link.between if name in silent), None)
    return None


def _together(silent: Iterable[EstateApplication]) -> list[list[EstateApplication]]:
    """Applications that could not be asked: those without credentials together, each other one alone."""
    return list(grouped(silent, lambda one: one.code if one.code in _ALIKE else one.name).values())


def _of_applications(places: list[EstateApplication], links: list[EstateLink]) -> SharedCause:
    kind: Kind = min((kind_of(link) for link in links), key=WORST_FIRST.index, default="unseen")
    words = places[0].told
    if len(places) > 1:
        words += f" The same is true of {', '.join(one.name for one in places[1:])}."
    return SharedCause(kind, NOT_ASKED, tuple(dict.fromkeys(links)), words, applications=tuple(places))
