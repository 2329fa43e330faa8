"""The content of a picture of an estate: applications by site, and an arrow for each direction of a link. Pure data, and its JSON."""

from __future__ import annotations

import ipaddress
import json
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from typing import TypeVar
from urllib.parse import urlsplit

from pulumi_applinks.estate.causes import SharedCause, causes, grouped
from pulumi_applinks.estate.formats import direction_words, kind_of, lozenges, summary, title
from pulumi_applinks.estate.glossary import WORDS, Kind, Style
from pulumi_applinks.estate.model import Estate, EstateApplication, EstateEnd, EstateLink, LinkDirection
from pulumi_applinks.outputs import LevelSeen
from pulumi_applinks.rest import normalised_url, product_name

T = TypeVar("T")

FORMAT = "pulumi-applinks-map"
VERSION = 1
"""The version of the JSON."""


@dataclass(frozen=True)
class Node:
    """An application of the picture.

    Args:
        id: unique in the picture.
        name: its name.
        site: its group: the site that the user gave, or else its domain.
        product: the name of its product; empty if that is not known.
        version: of the product.
        url: its address; empty if it has no address that a browser can open.
        admin_page: where its administrator sees its links; empty if that is not known.
        named: whether it is part of the estate. The others are only known from links to them.
        asked: whether it listed its links.
        told: why it did not list them.
    """

    id: str
    name: str
    site: str
    product: str = ""
    version: str = ""
    url: str = ""
    admin_page: str = ""
    named: bool = False
    asked: bool = False
    told: str = ""

    @property
    def what(self) -> str:
        """Its product and version, or why they are not known, in a few words."""
        if not self.named:
            return f"{self.product or 'other'}, not named"
        return f"{self.product} {self.version}".strip() if self.asked else "not asked"

    @property
    def described(self) -> str:
        """Its name, `what`, and its site."""
        return f"{self.name}, {self.what}, {self.site}"


@dataclass(frozen=True)
class Arrow:
    """Requests of one application to another one.

    Args:
        sender: the id of the node that sends them.
        receiver: the id of the node that answers them.
        style: how they are authenticated.
        kind: whether they are answered.
        words: both, in words.
    """

    sender: str
    receiver: str
    style: Style
    kind: Kind
    words: str


@dataclass(frozen=True)
class Line:
    """A link in the picture.

    Args:
        id: unique in the picture.
        key: the name of the link on a command line.
        title: its two applications.
        nodes: the ids of their nodes.
        kind: how bad it is.
        state: its state in the estate, in words.
        reason: why it has that state, in a sentence.
        page_says: the words on the applications' own pages.
        one_way: whether there is no link back.
        arrows: its directions; empty if it is not a link between two applications.
        findings: pairs of what was found and how to fix it.
        managed_by: the resource of the given stack that manages it.
    """

    id: str
    key: str
    title: str
    nodes: tuple[str, str]
    kind: Kind
    state: str
    reason: str
    page_says: str
    one_way: bool
    arrows: tuple[Arrow, ...]
    findings: tuple[tuple[str, str], ...]
    managed_by: str | None


@dataclass(frozen=True)
class Picture:
    """Applications and links, as they are drawn.

    Args:
        nodes: the applications of the estate in its order, and then the others.
        lines: each link once, in the order of the estate.
        read_at: when the estate was read; empty if that is not known.
        told: a summary of the picture, in a sentence.
        causes: what needs attention, the worst first, each with its links.
    """

    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    read_at: str = ""
    told: str = ""
    causes: tuple[tuple[SharedCause, tuple[Line, ...]], ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Node]:
        """The nodes, by their ids."""
        return {node.id: node for node in self.nodes}

    @property
    def sites(self) -> dict[str, list[Node]]:
        """The nodes, by their sites. Sites are in the order of their first nodes."""
        return grouped(self.nodes, lambda node: node.site)

    def counted(self) -> dict[Kind, int]:
        """Return how many links there are of each kind."""
        return {kind: sum(line.kind == kind for line in self.lines) for kind in WORDS}

    def as_json(self) -> str:
        """Return the picture as JSON, with the format version. The same estate gives the same bytes."""
        data = {"format": FORMAT, "version": VERSION, **asdict(replace(self, causes=()))}
        del data["causes"]  # they only group the findings, which the lines have
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def picture_of(estate: Estate) -> Picture:
    """Return the picture of an estate."""
    drawing = _Drawing(estate)
    lines = {id(link): _shown(drawing.line(number, link)) for number, link in enumerate(estate.links, 1)}
    return Picture(
        tuple(_shown(node) for node in (*drawing.named.values(), *drawing.others)),
        tuple(lines.values()),
        _shown(estate.read_at),
        _shown(summary(estate)),
        tuple((_shown(one), tuple(lines[id(link)] for link in one.links)) for one in causes(estate)),
    )


def _shown(value: T) -> T:
    """Replace the characters in a value's texts that can't be shown, such as line breaks and marks that change the writing direction."""
    if isinstance(value, str):
        return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in value)  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(_shown(one) for one in value)  # type: ignore[return-value]
    if isinstance(value, SharedCause):
        return replace(
            value, words=_shown(value.words), step=_shown(value.step), applications=_shown(value.applications)
        )
    if isinstance(value, EstateApplication):
        return replace(value, named=replace(value.named, name=_shown(value.name)))
    if isinstance(value, (Node, Arrow, Line)):
        return replace(value, **{one.name: _shown(getattr(value, one.name)) for one in fields(value)})
    return value


class _Drawing:
    def __init__(self, estate: Estate) -> None:
        self.named: dict[str, Node] = {}
        self.others: list[Node] = []
        self._by_id: dict[str, Node] = {}
        self._by_address: dict[str, Node] = {}
        for one in estate.applications:
            node = self.named[one.name] = _named(f"n{len(self.named) + 1}", one)
            if one.seen is not None:
                self._by_id.setdefault(one.seen.server_id, node)
            for address in one.addresses:
                self._by_address.setdefault(normalised_url(address), node)

    def line(self, number: int, link: EstateLink) -> Line:
        near, far, kind = self.named[link.near], self._far(link), kind_of(link)
        one_way = link.state == "one-way" or len(link.directions) == 1
        ways = link.directions[:1] if one_way else link.directions
        ends = ((near, far), (far, near))
        return Line(
            f"l{number}",
            link.key,
            title(link),
            (near.id, far.id),
            kind,
            link.state.replace("-", " "),
            link.reason,
            lozenges(link),
            one_way,
            tuple(
                Arrow(sender.id, receiver.id, _style(one.level), _kind(one, kind), direction_words(one))
                for (sender, receiver), one in zip(ends, ways, strict=False)
            ),
            tuple((one.words, one.mend) for one in link.findings),
            link.managed_by,
        )

    def _far(self, link: EstateLink) -> Node:
        """Return the application at the other end, which may be known only from links."""
        if link.far_side in ("asked", "not-asked"):
            return self.named[link.far]
        end = link.ends[0]
        addresses = [normalised_url(one) for one in end.addresses]
        known = [self._by_id.get(end.link_id), *(self._by_address.get(one) for one in addresses)]
        found = next((one for one in known if one is not None and one.name != link.near), None)
        if found is not None:
            return found
        node = _unnamed(f"n{len(self.named) + len(self.others) + 1}", link.far, end)
        self.others.append(node)
        self._by_address.update(dict.fromkeys(addresses, node))
        return node


def _named(id_: str, one: EstateApplication) -> Node:
    seen = one.seen
    return Node(
        id_,
        one.name,
        one.named.site or site_of(one.named.url),
        product_name(seen.type_id) if seen else "",
        (seen.version or "") if seen else "",
        browsable(one.named.url),
        browsable(one.admin_page),
        named=True,
        asked=one.asked,
        told=one.told,
    )


def _unnamed(id_: str, name: str, end: EstateEnd) -> Node:
    address = end.display_url or end.rpc_url or ""
    product = product_name(end.type_id) if end.type_id and end.what == "application" else ""
    return Node(id_, name, site_of(address), product, "", browsable(address))


def _style(level: LevelSeen | None) -> Style:
    if level is None:
        return "unknown"
    if level == "trusted-applications" or level == "basic-access":
        return "legacy"
    return level


def _kind(direction: LinkDirection, link: Kind) -> Kind:
    """Return how bad one direction is, or how bad its link is if nothing is known about the direction."""
    if direction.working is False:
        return "bad"
    if direction.working is True:
        return "warned" if link == "warned" else "good"
    if link in ("bad", "warned"):
        return link
    return "aside" if direction.level == "none" else "unseen"


def browsable(url: str) -> str:
    """Return an address if a browser may open it. Only http and https are allowed, because some addresses come from applications."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else ""


def site_of(url: str) -> str:
    """Return the site of an application for which none was given: its host without the first label, so jira.example.com gives example.com.

    IP addresses, hosts below atlassian.net and hosts with fewer than three labels are kept whole.
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    if not host:
        return "no address"
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    labels = host.split(".")
    own = host.endswith(".atlassian.net") or len(labels) < 3
    return host if own else ".".join(labels[1:])
