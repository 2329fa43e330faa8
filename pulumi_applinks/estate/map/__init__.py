"""A picture of an estate: as one page of HTML, SVG, Mermaid, DOT or JSON. HTML and SVG need the extra `cli`."""

from pulumi_applinks.estate.map.drawing import as_svg
from pulumi_applinks.estate.map.page import as_html
from pulumi_applinks.estate.map.picture import Arrow, Line, Node, Picture, picture_of
from pulumi_applinks.estate.map.text import as_dot, as_mermaid

__all__ = [
    "Arrow",
    "Line",
    "Node",
    "Picture",
    "as_dot",
    "as_html",
    "as_mermaid",
    "as_svg",
    "picture_of",
]
