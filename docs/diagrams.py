"""Draws the documents' flow charts when the site is built: Graphviz draws them, and a reader's browser asks no other host.

Forges draw the same blocks with Mermaid. Only what the documents use of its language is known here; anything else is an error of the build.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from pygraphviz import AGraph

_INK = "#123456"
"""Stands for the colour of the text around a picture, which Graphviz knows no word for."""
_TEXT = r'(?:"[^"]*"|[^\]\[(){}"]*)'
_NODE = re.compile(
    rf"(?P<id>\w+)(?:\(\[(?P<round>{_TEXT})\]\)|\[(?P<box>{_TEXT})\]|{{(?P<choice>{_TEXT})}})?"
)
_ARROW = re.compile(r' (?:(?P<line>--|-\.) "(?P<label>[^"]*)" )?(?P<end>-->|\.->|\.-) ')
_GROUP = re.compile(rf"subgraph (\w+) \[({_TEXT})\]")
_SHAPES = {"round": ("box", "rounded"), "box": ("box", "solid"), "choice": ("diamond", "solid")}
_LONGEST = 30
"""Of a line of text in a box, in characters."""


class WrongDiagramError(ValueError):
    """Raised when a line of a flow chart is not understood."""


def as_svg(chart: str) -> str:
    """A flow chart as SVG, in the colour of the text around it.

    Args:
        chart: in Mermaid's language.

    Raises:
        WrongDiagramError: if a line of it is not understood.
    """
    drawn = AGraph(string="\n".join(_dot(chart))).draw(format="svg", prog="dot").decode()
    picture = drawn[drawn.index("<svg") :].replace(_INK, "currentColor")
    # Names of nodes would be shown where a reader points at them.
    picture = re.sub(r"<title>.*?</title>|<!--.*?-->", "", picture, flags=re.S)
    return picture.replace("<svg ", '<svg style="max-width: 100%; height: auto" ', 1)


def _dot(chart: str) -> Iterator[str]:
    first, *lines = [line.strip() for line in chart.strip().splitlines()]
    if first not in ("flowchart LR", "flowchart TD"):
        raise WrongDiagramError(f"not a flow chart: {first}")
    look = f'color="{_INK}" fontcolor="{_INK}" fontname="Helvetica" fontsize=11'
    yield f'digraph {{ rankdir={first[-2:].replace("TD", "TB")}; bgcolor="transparent"; {look.replace(" ", "; ")};'
    yield f'node [{look} margin="0.18,0.1"]; edge [{look} arrowsize=0.7];'
    for line in filter(None, lines):
        if group := _GROUP.fullmatch(line):
            yield f'subgraph "cluster_{group[1]}" {{ label={_quoted(group[2])}; margin=16;'
        elif line == "end":
            yield "}"
        else:
            yield from _statement(line)
    yield "}"


def _statement(line: str) -> Iterator[str]:
    """A node, or nodes with arrows between them."""
    before, at, arrow = "", 0, None
    while True:
        node = _NODE.match(line, at)
        if node is None:
            raise WrongDiagramError(f"not understood: {line}")
        yield from _shape(node)
        if arrow is not None:
            look = "dashed" if arrow["line"] == "-." else "solid"
            head = "normal" if arrow["end"].endswith(">") else "none"
            yield f'"{before}" -> "{node["id"]}" [label={_quoted(arrow["label"] or "")} style={look} arrowhead={head}];'
        before, at = node["id"], node.end()
        if at == len(line):
            return
        arrow = _ARROW.match(line, at)
        if arrow is None:
            raise WrongDiagramError(f"not understood: {line}")
        at = arrow.end()


def _shape(node: re.Match[str]) -> Iterator[str]:
    for name, (shape, style) in _SHAPES.items():
        if node[name] is not None:
            yield f'"{node["id"]}" [label={_quoted(node[name])} shape={shape} style={style}];'
            return
    yield f'"{node["id"]}" [shape=box];'


def _quoted(text: str) -> str:
    """A label, in lines that are not too long."""
    lines = [""]
    for word in text.strip('"').split():
        if lines[-1] and len(lines[-1]) + len(word) >= _LONGEST:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return '"{}"'.format(r"\n".join(html.escape(line).replace("\\", "\\\\") for line in lines))
