"""Who stands beside whom: applications that are linked much come near one another, and sites stay together.

The library networkx finds the places, by forces; what is taken from it is the order around the middle alone. So the last digits of
a number, in which machines differ, do not change a picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from pulumi_applinks.estate.map.picture import Node, Picture

Place = tuple[float, float]
TOGETHER = 2.0
"""How much stronger than a link a site holds its applications together, all of them as one."""


def ordered(picture: Picture) -> list[list[Node]]:
    """The sites in their order around the middle, each with its applications in theirs.

    Args:
        picture: what is drawn.
    """
    places = _places(picture)
    middle = _middle(places.values())
    sites = sorted(
        picture.sites.values(), key=lambda nodes: _angle(middle, _middle(places[node.id] for node in nodes))
    )
    return [_turned(nodes, places, middle) for nodes in sites]


def _places(picture: Picture) -> dict[str, Place]:
    from networkx import Graph, spring_layout  # with numpy: nothing else that the command does needs them

    graph: Graph[str] = Graph()
    graph.add_nodes_from(node.id for node in picture.nodes)
    for nodes in picture.sites.values():
        strength = TOGETHER * 2 / max(len(nodes), 1)
        for number, one in enumerate(nodes):
            graph.add_edges_from(((one.id, other.id) for other in nodes[number + 1 :]), weight=strength)
    for line in picture.lines:
        known = graph.get_edge_data(*line.nodes, {"weight": 0.0})["weight"]
        graph.add_edge(*line.nodes, weight=known + 1.0)
    found = spring_layout(graph, iterations=300, seed=1)
    return {id_: (float(place[0]), float(place[1])) for id_, place in found.items()}


def _middle(places: Iterable[Place]) -> Place:
    listed = list(places)
    number = max(len(listed), 1)
    return sum(x for x, _ in listed) / number, sum(y for _, y in listed) / number


def _angle(middle: Place, place: Place) -> float:
    return round(math.atan2(place[1] - middle[1], place[0] - middle[0]), 6)


def _turned(nodes: list[Node], places: dict[str, Place], middle: Place) -> list[Node]:
    """A site's applications around the middle of all, beginning behind the site's own direction, so that none is torn off."""
    own = _angle(middle, _middle(places[node.id] for node in nodes))

    def turn(node: Node) -> float:
        return (_angle(middle, places[node.id]) - own + math.pi) % (2 * math.pi)

    return sorted(nodes, key=turn)
