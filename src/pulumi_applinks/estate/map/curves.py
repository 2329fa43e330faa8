"""How links run: from the inner edge of one card to that of another, in a curve through the middle."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from pulumi_applinks.estate.map.frame import Card, Frame, Side
from pulumi_applinks.estate.map.picture import Line, Picture

Point = tuple[float, float]
INWARDS: dict[Side, Point] = {"top": (0, 1), "right": (-1, 0), "bottom": (0, -1), "left": (1, 0)}
NEAR = 13.0
"""Two links that reach a card within this can't have their marks side by side."""
HEAD = 9.0
"""How long the head of an arrow is."""


@dataclass(frozen=True)
class Curve:
    """A cubic curve.

    Args:
        start: where it begins.
        first: what it leaves towards.
        second: what it arrives from.
        end: where it ends.
    """

    start: Point
    first: Point
    second: Point
    end: Point

    def halves(self) -> tuple[Curve, Curve]:
        """Both halves of it."""
        one, two, three = (
            _between(self.start, self.first),
            _between(self.first, self.second),
            _between(self.second, self.end),
        )
        left, right = _between(one, two), _between(two, three)
        middle = _between(left, right)
        return Curve(self.start, one, left, middle), Curve(middle, right, three, self.end)

    def reversed(self) -> Curve:
        """The same, the other way."""
        return Curve(self.end, self.second, self.first, self.start)

    def before_end(self, distance: float) -> Point:
        """Where it is that far before its end, as far as it is straight there."""
        x, y = self.second[0] - self.end[0], self.second[1] - self.end[1]
        length = math.hypot(x, y) or 1.0
        return self.end[0] + x / length * distance, self.end[1] + y / length * distance


@dataclass(frozen=True)
class Port:
    """Where a link reaches a card.

    Args:
        at: the point.
        side: of the frame, on which the card stands.
        further: whether its mark stands further from the card, since its neighbours are near.
    """

    at: Point
    side: Side
    further: bool


@dataclass(frozen=True)
class Route:
    """A link at its place.

    Args:
        line: what it shows.
        curve: from the first of its nodes to the second.
        ends: where it begins and ends.
    """

    line: Line
    curve: Curve
    ends: tuple[Port, Port]


def routed(picture: Picture, frame: Frame) -> list[Route]:
    """How each link runs, in the order of the picture.

    Args:
        picture: what is drawn.
        frame: where the applications stand.
    """
    ports = dict(_ports(picture, frame))
    routes = []
    for line in picture.lines:
        ends = ports[line.id, 0], ports[line.id, 1]
        routes.append(Route(line, _curve(*ends, frame), ends))
    return routes


def _ports(picture: Picture, frame: Frame) -> Iterator[tuple[tuple[str, int], Port]]:
    """Where each link reaches its two cards: beside one another, in the order that lets them cross least."""
    for card in frame.cards.values():
        ends = [
            (line.id, at, frame.cards[line.nodes[1 - at]])
            for line in picture.lines
            for at in (0, 1)
            if line.nodes[at] == card.node.id
        ]
        ends.sort(key=lambda one: (_towards(card, one[2]), one[0]))
        room = card.box.width if card.side in ("top", "bottom") else card.box.height
        step = 1 / (len(ends) + 1)
        for number, (id_, at, _) in enumerate(ends, 1):
            yield (
                (id_, at),
                Port(_point(card, number * step), card.side, room * step < NEAR and number % 2 == 0),
            )


def _towards(card: Card, other: Card) -> tuple[float, float]:
    """How far to the right, or downwards, a link leaves; of two that leave alike the nearer one stands further out."""
    x, y = _middle(other)[0] - _middle(card)[0], _middle(other)[1] - _middle(card)[1]
    along, inwards = (
        (x, y * INWARDS[card.side][1]) if card.side in ("top", "bottom") else (y, x * INWARDS[card.side][0])
    )
    angle = round(-math.atan2(inwards, along), 6)
    return angle, -along if abs(inwards) < 1 else 0.0


def _middle(card: Card) -> Point:
    return card.box.x + card.box.width / 2, card.box.y + card.box.height / 2


def _point(card: Card, share: float) -> Point:
    box = card.box
    if card.side in ("top", "bottom"):
        return box.x + box.width * share, box.y + (box.height if card.side == "top" else 0.0)
    return box.x + (box.width if card.side == "left" else 0.0), box.y + box.height * share


def _curve(start: Port, end: Port, frame: Frame) -> Curve:
    distance = math.hypot(end.at[0] - start.at[0], end.at[1] - start.at[1])
    first, second = (
        _moved(port.at, port.side, min(30.0 + distance * 0.36, _depth(port.side, frame) * 0.7))
        for port in (start, end)
    )
    return Curve(start.at, first, second, end.at)


def _depth(side: Side, frame: Frame) -> float:
    return frame.depth[0] if side in ("top", "bottom") else frame.depth[1]


def _moved(point: Point, side: Side, by: float) -> Point:
    return point[0] + INWARDS[side][0] * by, point[1] + INWARDS[side][1] * by


def _between(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
