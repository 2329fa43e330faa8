"""Which resources an operation is about, and which are to be replaced."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from pulumi_applinks.lab.engine.resources import Resource


@dataclass
class Targets:
    """What `--target`, `--replace` and `--target-dependents` say.

    URNs may have wildcards: `*` within one part, `**` across all of them.

    Attributes:
        only: the URNs to operate on; all when there are none.
        replaced: the URNs to replace.
        dependents: whether what depends on the targets is operated on, too.
    """

    only: Sequence[str] = ()
    replaced: Sequence[str] = ()
    dependents: bool = False
    _found: set[str] = field(default_factory=set, init=False)

    def names(self, urn: str) -> bool:
        """Whether a resource is one of the targets."""
        return not self.only or _matches(self.only, urn)

    def replaces(self, urn: str) -> bool:
        """Whether a resource is to be replaced."""
        return _matches(self.replaced, urn)

    def include(self, resource: Resource) -> bool:
        """Whether to operate on a resource; one that it depends on was asked for before."""
        included = self.names(resource.urn) or (self.dependents and bool(resource.needs & self._found))
        if included and self.only:
            self._found.add(resource.urn)
        return included

    def with_dependents(self, resources: Sequence[Resource]) -> set[str]:
        """The URNs of the targets and of what cannot stay without them.

        Args:
            resources: all there are, each after those that it needs.
        """
        found: set[str] = set()
        for one in resources:
            if self.names(one.urn) or one.needs & found:
                found.add(one.urn)
        return found


def missing(urns: Sequence[str], known: Collection[str]) -> Iterator[str]:
    """The URNs that stand for no resource; wildcards need not."""
    return (urn for urn in urns if "*" not in urn and urn not in known)


def _matches(patterns: Sequence[str], urn: str) -> bool:
    return any(urn == one or ("*" in one and re.fullmatch(_expression(one), urn)) for one in patterns)


def _expression(pattern: str) -> str:
    return ".*".join("[^:]*".join(map(re.escape, part.split("*"))) for part in pattern.split("**"))
