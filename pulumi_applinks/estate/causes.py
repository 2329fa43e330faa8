"""What is wrong in an estate: each cause once, with the links that it explains. Pure."""

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
"""What reports say of an application that could not be asked."""

_ALIKE = (Code.CREDENTIALS_MISSING.code,)
"""The codes that make one cause, however many applications have them."""


@dataclass(frozen=True)
class SharedCause:
    """One cause, with the links and applications that it affects.

    Args:
        kind: how bad it is, which is how bad its worst link is.
        what: the state of its links; or `NOT_ASKED`.
        links: the links that it explains. Where `words` is empty, each link has its own words.
        words: what the cause is, if that is the same for all links.
        step: how to fix it, if that is the same for all links.
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
        """What the cause is, and how many links it affects."""
        names = ", ".join(one.name for one in self.applications)
        number = counted(len(self.links), "link") if self.links else ""
        return f"{self.what}: {f'{names} ({number})' if names and number else names or number}"


def grouped(listed: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    """Group items by a key. The groups are in the order of their first items."""
    found: dict[K, list[T]] = {}
    for one in listed:
        found.setdefault(key(one), []).append(one)
    return found


def worst_first(links: Iterable[EstateLink]) -> list[EstateLink]:
    """Sort links by how bad they are, the worst first. Links that are equally bad keep their order."""
    return sorted(links, key=lambda link: WORST_FIRST.index(kind_of(link)))


def causes(estate: Estate) -> list[SharedCause]:
    """Return why links have findings, and why applications could not be asked, the worst first.

    If the application at the other end of a link could not be asked, that is the link's cause. Other links share a cause if their next
    step is the same. Links that have the same state but different next steps are listed together.
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
    """Return the name of the application that could not be asked, if that explains the first finding of a link."""
    code = link.findings[0].code
    down = code in ("not-working", "orphaned") and any(end.reason == "unreachable" for end in link.ends)
    if down or code in ("not-asked", "unknown"):
        return next((name for name in link.between if name in silent), None)
    return None


def _together(silent: Iterable[EstateApplication]) -> list[list[EstateApplication]]:
    """Group the applications that could not be asked: those without credentials together, every other one alone."""
    return list(grouped(silent, lambda one: one.code if one.code in _ALIKE else one.name).values())


def _of_applications(places: list[EstateApplication], links: list[EstateLink]) -> SharedCause:
    kind: Kind = min((kind_of(link) for link in links), key=WORST_FIRST.index, default="unseen")
    words = places[0].told
    if len(places) > 1:
        words += f" The same is true of {', '.join(one.name for one in places[1:])}."
    return SharedCause(kind, NOT_ASKED, tuple(dict.fromkeys(links)), words, applications=tuple(places))
