"""A picture as SVG. Graphviz finds the places and the ways of the lines; the template `drawing.svg` gives them their look.

Graphviz comes with the library pygraphviz. It is given sizes and no texts, so that every machine draws the same, whatever its fonts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from unicodedata import east_asian_width

from pulumi_applinks.estate.map.picture import Line, Node, Picture
from pulumi_applinks.estate.map.template import rendered

_HEIGHT, _LEAST, _LETTER, _LONGEST = 44, 150, 8.2, 26
"""Of a card in points: how high and at least how wide it is, how wide a letter is; and how many letters of a name are shown."""
_SCREEN = (1000.0, 700.0)
"""What a picture should fit into."""
_THERE, _BACK = "#000001", "#000002"
"""What Graphviz knows the two directions of a line by."""
_ROOM = '<<TABLE BORDER="0" FIXEDSIZE="TRUE" WIDTH="{:.0f}" HEIGHT="{}"><TR><TD></TD></TR></TABLE>>'


def as_svg(picture: Picture) -> str:
    """The picture, to be shown by itself. The same estate gives the same bytes.

    Args:
        picture: of an estate.
    """
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{drawn(picture, alone=True)}\n'


def drawn(picture: Picture, *, alone: bool) -> str:
    """The element `svg`.

    Args:
        picture: of an estate.
        alone: whether it stands by itself: its links lead to the applications then, and not to the details in the page.
    """
    place = min((_Place(picture, way) for way in ("TB", "LR")), key=lambda place: place.shrunk)
    return rendered("drawing.svg", picture=picture, place=place, alone=alone)


class _Place:
    """Where everything is, as Graphviz answers it.

    Args:
        picture: what is drawn.
        way: how Graphviz lays it out: from the top (TB), or from the left (LR).
    """

    def __init__(self, picture: Picture, way: str) -> None:
        from pygraphviz import AGraph  # nothing else that the command does needs it

        found = json.loads(AGraph(string=_graph(picture, way)).draw(format="json", prog="dot"))
        *_, self.width, self.height = map(float, found["bb"].split(","))
        self.shrunk = max(self.width / _SCREEN[0], self.height / _SCREEN[1])
        self._objects = {one["name"]: one for one in found.get("objects", [])}
        self._edges = {one["id"]: one for one in found.get("edges", [])}

    def site(self, number: int) -> tuple[float, ...]:
        left, bottom, right, top = map(float, self._objects[f"cluster_{number}"]["bb"].split(","))
        return left, self.height - top, right - left, top - bottom

    def card(self, node: Node) -> tuple[float, ...]:
        (x, y), width = self._point(self._objects[node.id]["pos"]), _width(node)
        return x - width / 2, y - _HEIGHT / 2, width, _HEIGHT

    def ways(self, line: Line) -> Iterator[dict[str, Any]]:
        """Its pieces: one for each direction, or one where it has none."""
        colour = _THERE
        for step in self._edges[line.id]["_draw_"]:
            colour = step.get("color", colour)
            if step["op"] == "b":
                start, *points = self._points(step["points"])
                arrow = line.arrows[colour == _BACK] if line.arrows else None
                yield {"arrow": arrow, "d": f"M{start}C{' '.join(points)}"}

    def heads(self, line: Line) -> Iterator[dict[str, Any]]:
        """Its arrows' heads, each with the place of its mark."""
        edge = self._edges[line.id]
        for arrow, end in zip(line.arrows, ("head", "tail"), strict=False):
            corners = next(step["points"] for step in edge[f"_{end[0]}draw_"] if step["op"] == "P")
            yield {"arrow": arrow, "points": self._points(corners), "mark": self._point(edge[f"{end}_lp"])}

    def _point(self, position: str) -> tuple[float, float]:
        x, y = map(float, position.split(","))
        return x, self.height - y

    def _points(self, listed: Sequence[Sequence[float]]) -> list[str]:
        return [f"{x:.1f},{self.height - y:.1f}" for x, y in listed]


def _graph(picture: Picture, way: str) -> str:
    """What Graphviz lays out: boxes of the right size, and room for names of sites and for the marks of a line."""
    parts = [f'rankdir={way}; nodesep=0.35; ranksep=1.15; node [shape=box, fixedsize=true, label=""];']
    parts.append("edge [arrowsize=0.7, labelangle=0];")
    for number, (site, nodes) in enumerate(picture.sites.items(), 1):
        parts.append(f"subgraph cluster_{number} {{ margin=10; labeljust=l; labelloc=b;")
        parts.append(f"label={_ROOM.format(_length(cut(site)), 14)};")
        parts += (f"{node.id} [width={_width(node) / 72}, height={_HEIGHT / 72}];" for node in nodes)
        parts.append("}")
    mark = _ROOM.format(16, 16)
    for number, line in enumerate(picture.lines):
        look = {
            0: f'dir=none, color="{_THERE}"',
            1: f'color="{_THERE}", headlabel={mark}',
            2: f'dir=both, color="{_BACK};0.5:{_THERE}", headlabel={mark}, taillabel={mark}',
        }[len(line.arrows)]
        parts.append(
            f"{' -> '.join(line.nodes)} [id={line.id}, labeldistance={1.9 + number % 3 * 0.7}, {look}];"
        )
    return f"digraph {{ {' '.join(parts)} }}"


def cut(text: str) -> str:
    """As much of a name as is shown; a title says all of it.

    Args:
        text: the name.
    """
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"


def _width(node: Node) -> float:
    return max(_LEAST, max(_length(cut(node.name)), _length(node.what) * 0.9) + 24)


def _length(text: str) -> float:
    """How long a text is, about: signs of some scripts are twice as wide."""
    return sum(_LETTER * (2 if east_asian_width(one) in "WF" else 1) for one in text)
