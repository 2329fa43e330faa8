"""Draw a picture as SVG. Graphviz places the cards and the lines, and the template `drawing.svg` draws them.

Graphviz is used through the library pygraphviz. It gets sizes but no text, so that the result does not depend on a machine's fonts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from unicodedata import east_asian_width

from pulumi_applinks.estate.map.picture import Line, Node, Picture
from pulumi_applinks.estate.rendering import rendered

_HEIGHT, _LEAST, _LETTER, _LONGEST = 58, 150, 8.2, 26
"""The height and the least width of a card, and the width of a letter, in points; and how many letters of a name are shown."""
_SCREEN = (1000.0, 700.0)
"""The size that a picture should fit into."""
_PORT = 18
"""The distance between lines where they end at a card."""
_THERE, _BACK = "#000001", "#000002"
"""The colours that identify the two directions of a line in Graphviz's output."""
_TABLE = '<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"><TR>{}</TR></TABLE>>'
_CELL = '<TD PORT="{}" FIXEDSIZE="TRUE" WIDTH="{}" HEIGHT="{}"></TD>'


def as_svg(picture: Picture) -> str:
    """Return the picture as the text of a file. The same estate gives the same bytes."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{drawn(picture, alone=True)}\n'


def drawn(picture: Picture, *, alone: bool) -> str:
    """Return the element `svg`.

    Args:
        picture: of an estate.
        alone: whether it is a file of its own. Its links then point to the applications, not to the details in the page.
    """
    first = min((_Place(picture, way) for way in ("TB", "LR")), key=lambda place: place.shrunk)
    return rendered("map/drawing.svg", picture=picture, place=_Place(picture, first.way, first), alone=alone)


class _Place:
    """The layout that Graphviz computes.

    Args:
        picture: what is drawn.
        way: the direction of the layout: from the top (TB), or from the left (LR).
        known: an earlier layout, which determines the order of the lines at each card; None for the first layout.
    """

    def __init__(self, picture: Picture, way: str, known: _Place | None = None) -> None:
        from pygraphviz import AGraph  # only drawings need it

        self.way, self._picture = way, picture
        self._along = (
            0 if way == "TB" else 1
        )  # the axis along which lines are side by side at a card: 0 for x, 1 for y
        found = json.loads(AGraph(string=self._graph(known)).draw(format="json", prog="dot"))
        *_, self.width, self.height = map(float, found["bb"].split(","))
        self.shrunk = max(self.width / _SCREEN[0], self.height / _SCREEN[1])
        self._objects = {one["name"]: one for one in found.get("objects", [])}
        self._edges = {one["id"]: one for one in found.get("edges", [])}

    def site(self, number: int) -> tuple[float, ...]:
        left, bottom, right, top = map(float, self._objects[f"cluster_{number}"]["bb"].split(","))
        return left, self.height - top, right - left, top - bottom

    def card(self, node: Node) -> tuple[float, ...]:
        (x, y), (width, height) = self.middle(node.id), self._size(node)
        return x - width / 2, y - height / 2, width, height

    def middle(self, id_: str) -> tuple[float, float]:
        return self._point(self._objects[id_]["pos"])

    def ways(self, line: Line) -> Iterator[dict[str, Any]]:
        """Yield the pieces of a line: one for each direction, or a single one if it has no directions."""
        colour = _THERE
        for step in self._edges[line.id]["_draw_"]:
            colour = step.get("color", colour)
            if step["op"] == "b":
                start, *points = self._points(step["points"])
                arrow = line.arrows[colour == _BACK] if line.arrows else None
                yield {"arrow": arrow, "d": f"M{start}C{' '.join(points)}"}

    def heads(self, line: Line) -> Iterator[dict[str, Any]]:
        """Yield the arrowheads of a line, each with the position of its mark."""
        edge = self._edges[line.id]
        for arrow, end in zip(line.arrows, ("head", "tail"), strict=False):
            corners = next(step["points"] for step in edge[f"_{end[0]}draw_"] if step["op"] == "P")
            yield {"arrow": arrow, "points": self._points(corners), "mark": self._point(edge[f"{end}_lp"])}

    def _point(self, position: str) -> tuple[float, float]:
        x, y = map(float, position.split(","))
        return x, self.height - y

    def _points(self, listed: Sequence[Sequence[float]]) -> list[str]:
        return [f"{x:.1f},{self.height - y:.1f}" for x, y in listed]

    def _lines(self, node: Node) -> dict[str, str]:
        """Return the lines that end at a card, each with the card at its other end."""
        found = (line for line in self._picture.lines if node.id in line.nodes)
        return {line.id: line.nodes[line.nodes[0] == node.id] for line in found}

    def _size(self, node: Node) -> list[float]:
        texts = (_length(cut(node.name)), _length(node.what) * 0.9, _length(cut(node.site)) * 0.9)
        size = [max(_LEAST, max(texts) + 24), _HEIGHT]
        size[self._along] = max(size[self._along], (len(self._lines(node)) + 1) * _PORT)
        return size

    def _graph(self, known: _Place | None) -> str:
        """Return the input for Graphviz: boxes of the right size, and room for the marks of a line."""
        look = "nodesep=0.4; ranksep=1.15; node [shape=box, fixedsize=true, margin=0]; edge [arrowsize=0.7, labelangle=0];"
        parts = [f"rankdir={self.way}; {look}"]
        for number, nodes in enumerate(self._picture.sites.values(), 1):
            parts.append(f"subgraph cluster_{number} {{ margin=10;")
            for node in nodes:
                width, height = self._size(node)
                label = self._ends(node, known) if known else '""'
                parts.append(f"{node.id} [width={width / 72}, height={height / 72}, label={label}];")
            parts.append("}")
        mark = _TABLE.format(_CELL.format("mark", 16, 16))
        for number, line in enumerate(self._picture.lines):
            look = {
                0: f'dir=none, color="{_THERE}"',
                1: f'color="{_THERE}", headlabel={mark}',
                2: f'dir=both, color="{_BACK};0.5:{_THERE}", headlabel={mark}, taillabel={mark}',
            }[len(line.arrows)]
            ends = [self._end(line, at, known) if known else line.nodes[at] for at in (0, 1)]
            distance = 1.9 + number % 3 * 0.7  # so that marks of neighbours are not side by side
            parts.append(f"{' -> '.join(ends)} [id={line.id}, labeldistance={distance}, {look}];")
        return f"digraph {{ {' '.join(parts)} }}"

    def _ends(self, node: Node, known: _Place) -> str:
        """Return a cell for each line that ends at a card, in the order of the cards at the other ends."""
        others = self._lines(node)
        size = [int(one - 4) for one in self._size(node)]
        size[self._along] //= max(len(others), 1)
        listed = sorted(others, key=lambda one: known.middle(others[one])[self._along])
        cells = [_CELL.format(one, *size) for one in listed] or ["<TD></TD>"]
        return _TABLE.format(("</TR><TR>" if self._along else "").join(cells))

    def _end(self, line: Line, at: int, known: _Place) -> str:
        """Return the cell of a line's end, on the side that faces the other card."""
        own, other = (known.middle(line.nodes[one])[1 - self._along] for one in (at, 1 - at))
        side = "_" if own == other else ("we" if self._along else "ns")[other > own]
        return f"{line.nodes[at]}:{line.id}:{side}"


def cut(text: str) -> str:
    """Return the part of a name that is shown. A tooltip has the whole name."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"


def _length(text: str) -> float:
    """Estimate the length of a text. Characters of some scripts are twice as wide."""
    return sum(_LETTER * (2 if east_asian_width(one) in "WF" else 1) for one in text)
