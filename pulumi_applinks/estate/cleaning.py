"""Dead links, which can be removed by name. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pulumi_applinks.estate.glossary import FindingCode
from pulumi_applinks.estate.matching import has_id_of_url
from pulumi_applinks.estate.model import Estate, EstateEnd, EstateError, EstateLink, LinkFinding

CODES: tuple[FindingCode, ...] = ("orphaned", "corrupted", "duplicated", "one-way", "url-id")
"""The findings that make a link dead: it points nowhere, or not where it seems to."""


@dataclass(frozen=True)
class Candidate:
    """An end that could be removed.

    Args:
        link: the link that the end belongs to.
        end: the end. No other end is removed with it.
        finding: why the link is dead.
    """

    link: EstateLink
    end: EstateEnd
    finding: LinkFinding

    @property
    def key(self) -> str:
        """The key of the end, which names it on a command line."""
        return self.end.key


def candidates(estate: Estate) -> list[Candidate]:
    """Return the dead ends in the order of the estate, including those that a stack manages."""
    return [one for link in estate.links for one in _of_link(link, estate)]


def _of_link(link: EstateLink, estate: Estate) -> Iterator[Candidate]:
    far = estate.application(link.far) if link.far_side in ("asked", "not-asked") else None
    for finding in link.findings:
        if finding.code not in CODES:
            continue
        if finding.code == "duplicated" and (far is None or far.seen is None):
            return  # this link may be the one to keep
        for end in link.ends:
            if finding.code == "url-id" and not has_id_of_url(end):
                continue
            yield Candidate(link, end, finding)
        return  # only the worst finding counts


def chosen(estate: Estate, keys: Iterable[str]) -> list[Candidate]:
    """Return the named ends, if all of them may be removed.

    Raises:
        EstateError: if an end does not exist, is not dead, or is managed by the given stack. The error has the reasons for all ends.
    """
    known = {one.key: one for one in candidates(estate)}
    listed = {end.key: link.managed_by for link in estate.links for end in link.ends}
    wrong: list[str] = []
    found: dict[str, Candidate] = {}
    for key in keys:
        if key not in listed:
            wrong.append(f"{key}: there is no such link. `applinks status --wide` shows their keys.")
        elif (manager := listed[key]) is not None:
            wrong.append(
                f"{key}: the given stack manages it, as {manager}. Remove it from the program instead."
            )
        elif key not in known:
            wrong.append(f"{key}: it is not a dead link, and is not removed here.")
        else:
            found[key] = known[key]
    if wrong:
        raise EstateError("nothing was removed:\n" + "\n".join(f"  - {one}" for one in wrong))
    return list(found.values())
