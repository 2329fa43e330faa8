"""Where everything stands: sites along the four sides of a frame, with their applications as cards.

So every name can be read, and every link runs through the middle, past no card.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pulumi_applinks.estate.map.order import ordered
from pulumi_applinks.estate.map.picture import Node, Picture

Side = Literal["top", "right", "bottom", "left"]
SIDES: tuple[Side, ...] = ("top", "right", "bottom", "left")

ROOMY, NARROW, WIDE, HEIGHT = 158.0, 112.0, 180.0, 44.0
"""How wide a card is at least where there are few and where there are many, and at most; and how high at least."""
FEW = 16
"""How many applications have roomy cards."""
LETTER, SITE_LETTER, SMALL_LETTER = 8.2, 7.8, 6.6
"""How wide a letter of a name is, about, one of a site, and one of what stands below a name."""
INDENT = 9.0
"""Of what stands in a card."""
PORT, ROOMY_PORT = 8.0, 14.0
"""How far two links stand from each other where they reach a card, at least: where there are many, and where there are few."""
GAP, SITE_GAP, PAD, HEAD = 7.0, 18.0, 7.0, 22.0
"""Between cards, between sites, around the cards of a site, and for the name of a site."""
MIDDLE = (420.0, 240.0)
"""The size of the middle, at least."""
ASPECT = 1.35
"""How much wider than high a picture should be."""
TURNS = 48
"""How many beginnings are tried when sites are dealt to the sides."""


@dataclass(frozen=True)
class Box:
    """A rectangle.

    Args:
        x: of its left edge.
        y: of its upper edge.
        width: to the right.
        height: downwards.
    """

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Card:
    """An application at its place.

    Args:
        node: what it shows.
        side: of the frame, on which it stands: links leave towards the other one.
        box: where it stands.
    """

    node: Node
    side: Side
    box: Box


@dataclass(frozen=True)
class Site:
    """A site at its place, or the part of it that stands on one side.

    Args:
        name: what it is called.
        box: where it stands.
        side: of the frame.
    """

    name: str
    box: Box
    side: Side


@dataclass(frozen=True)
class Frame:
    """Everything at its place.

    Args:
        cards: by the ids of their nodes, in their order around the frame.
        sites: in their order around the frame; one that stands on several sides comes several times.
        width: of the whole.
        height: of the whole.
        depth: how far a link may bulge into the middle, from the upper or lower side and from the left or right one.
    """

    cards: dict[str, Card]
    sites: tuple[Site, ...]
    width: float
    height: float
    depth: tuple[float, float]


@dataclass(frozen=True)
class _Measures:
    """How big cards are.

    Args:
        ports: how many links reach each.
        least: how wide each is at least.
        column: how wide each is at the left and the right.
        port: how far links stand from each other.
    """

    ports: dict[str, int]
    least: float
    column: float
    port: float

    def room(self, node: Node) -> float:
        """What its links need."""
        return (self.ports[node.id] + 1) * self.port


@dataclass
class _Group:
    """Applications of one site that stand side by side."""

    nodes: list[Node]
    measures: _Measures

    def across(self) -> float:
        """How much room it takes at the top or the bottom."""
        return sum(self.width(node) + GAP for node in self.nodes) - GAP + 2 * PAD

    def down(self) -> float:
        """How much room it takes at the left or the right."""
        return sum(self.height(node) + GAP for node in self.nodes) - GAP + 2 * PAD + HEAD

    def width(self, node: Node) -> float:
        return max(wide([node], self.measures.least), self.measures.room(node))

    def height(self, node: Node) -> float:
        return max(HEIGHT, self.measures.room(node))


@dataclass
class _Dealt:
    column: float
    sides: dict[Side, list[_Group]] = field(default_factory=lambda: {side: [] for side in SIDES})

    def length(self, side: Side) -> float:
        groups = self.sides[side]
        lengths = (one.across() if side in ("top", "bottom") else one.down() for one in groups)
        return sum(length + SITE_GAP for length in lengths) - SITE_GAP if groups else 0.0

    def size(self) -> tuple[float, float]:
        """Of the middle."""
        return (
            max(self.length("top"), self.length("bottom"), MIDDLE[0]),
            max(self.length("left"), self.length("right"), MIDDLE[1]),
        )

    def outside(self) -> tuple[float, float]:
        """Of the whole."""
        across, down = self.size()
        beside = sum(bool(self.sides[side]) for side in ("left", "right"))
        above = sum(bool(self.sides[side]) for side in ("top", "bottom"))
        return across + beside * (self.column + 2 * PAD), down + above * (HEIGHT + 2 * PAD + HEAD)

    def cost(self) -> float:
        """What is bad about it: that it is big, of another form than a screen, or that sites face nobody."""
        width, height = self.outside()
        off = max(width / height, ASPECT * ASPECT * height / width) / ASPECT
        alone = abs(self.length("top") - self.length("bottom")) + abs(
            self.length("left") - self.length("right")
        )
        return round(width * height * off**2 + alone * 500, 3)


def length(text: str, letter: float = LETTER) -> float:
    """How long a text is, about: no font is at hand, and the browser's own is not known.

    Args:
        text: the text.
        letter: how wide a letter of it is.
    """
    return sum(letter * (2 if unicodedata.east_asian_width(one) in "WF" else 1) for one in text)


def wide(nodes: Iterable[Node], least: float) -> float:
    """How wide cards are, so that their names can be read.

    Args:
        nodes: that they show.
        least: how wide they are at least.
    """
    return min(max([least, *(length(node.name) + 2 * INDENT for node in nodes)]), WIDE)


def framed(picture: Picture) -> Frame:
    """Put everything at its place.

    Args:
        picture: what is drawn.
    """
    ports = {node.id: 0 for node in picture.nodes}
    for line in picture.lines:
        for id_ in line.nodes:
            ports[id_] += 1
    few = len(picture.nodes) <= FEW
    least = ROOMY if few else NARROW
    measures = _Measures(ports, least, wide(picture.nodes, least), ROOMY_PORT if few else PORT)
    groups = [_Group(piece, measures) for site in ordered(picture) for piece in _pieces(site, len(ports))]
    tried = [_deal(groups, turn / TURNS, measures.column) for turn in range(TURNS)]
    return _Placing(min(tried, key=_Dealt.cost)).frame()


def _pieces(site: list[Node], whole: int) -> list[list[Node]]:
    """A site as one piece; one that is most of the estate as several, since it stands on several sides."""
    number = 1 if len(site) <= 0.7 * whole else min(4, len(site)) if len(site) == whole else 2
    step = -(-len(site) // number)
    return [site[at : at + step] for at in range(0, len(site), step)]


def _deal(groups: Sequence[_Group], turn: float, column: float) -> _Dealt:
    """Deal the groups, in their order, to the sides: each to the one on which its middle falls."""
    dealt = _Dealt(column)
    rooms = [group.across() / ASPECT + group.down() for group in groups]
    whole, done = sum(rooms), 0.0
    shares = (0.3, 0.2, 0.3, 0.2)
    for group, room in zip(groups, rooms, strict=True):
        at = ((done + room / 2) / whole + turn) % 1.0
        done += room
        for side, share in zip(SIDES, shares, strict=True):
            if at < share:
                dealt.sides[side].append(group)
                break
            at -= share
        else:
            dealt.sides["left"].append(group)
    return dealt


class _Placing:
    def __init__(self, dealt: _Dealt) -> None:
        self._dealt = dealt
        self._across, self._down = dealt.size()
        self._left = dealt.column + 2 * PAD if dealt.sides["left"] else 0.0
        self._top = HEIGHT + 2 * PAD + HEAD if dealt.sides["top"] else 0.0
        self._cards: dict[str, Card] = {}
        self._sites: list[Site] = []

    def frame(self) -> Frame:
        for side in SIDES:
            groups = self._dealt.sides[side]
            # Around the frame the order goes to the right at the top, and to the left at the bottom.
            turned = side in ("bottom", "left")
            room = self._across if side in ("top", "bottom") else self._down
            at = (room - self._dealt.length(side)) / 2
            for group in reversed(groups) if turned else groups:
                nodes = list(reversed(group.nodes)) if turned else group.nodes
                at += (
                    self._row(side, group, nodes, at)
                    if side in ("top", "bottom")
                    else self._column(side, group, nodes, at)
                )
                at += SITE_GAP
        width, height = self._dealt.outside()
        sites = tuple(self._sites)
        if len({site.name for site in sites}) == 1:
            sites = (Site(sites[0].name, Box(0, 0, width, height), sites[0].side),)
        return Frame(self._cards, sites, width, height, (self._down, self._across))

    def _row(self, side: Side, group: _Group, nodes: list[Node], at: float) -> float:
        x = self._left + at
        y = 0.0 if side == "top" else self._top + self._down
        box = Box(x, y, group.across(), HEAD + HEIGHT + 2 * PAD)
        self._sites.append(Site(nodes[0].site, box, side))
        card_x, card_y = x + PAD, y + PAD + (HEAD if side == "top" else 0.0)
        for node in nodes:
            self._cards[node.id] = Card(node, side, Box(card_x, card_y, group.width(node), HEIGHT))
            card_x += group.width(node) + GAP
        return box.width

    def _column(self, side: Side, group: _Group, nodes: list[Node], at: float) -> float:
        x = 0.0 if side == "left" else self._left + self._across
        y = self._top + at
        box = Box(x, y, group.measures.column + 2 * PAD, group.down())
        self._sites.append(Site(nodes[0].site, box, side))
        card_y = y + PAD + HEAD
        for node in nodes:
            self._cards[node.id] = Card(
                node, side, Box(x + PAD, card_y, group.measures.column, group.height(node))
            )
            card_y += group.height(node) + GAP
        return box.height
