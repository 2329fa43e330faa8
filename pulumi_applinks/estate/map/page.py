"""Show a picture as one HTML page, which loads nothing else and also works from a file.

A matrix shows every direction of every link, however many there are. If there are few applications, the page also has a drawing.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from pulumi_applinks.estate.causes import grouped
from pulumi_applinks.estate.map.drawing import drawn
from pulumi_applinks.estate.map.picture import Picture
from pulumi_applinks.estate.rendering import rendered

FEW = 15
"""The largest number of applications that are drawn. With more, nobody could follow a line."""


def as_html(picture: Picture, heading: str = "Application links") -> str:
    """Return the page. The same estate gives the same bytes."""
    script, css = _file("page.js"), _file("picture.css") + _file("page.css")
    ways = ((line, arrow) for line in picture.lines for arrow in line.arrows or (None,))
    page = rendered(
        "map/page.html",
        picture=picture,
        heading=heading,
        script=script,
        css=css,
        policy=f"default-src 'none'; img-src data:; script-src {_hash(script)}; style-src {_hash(css)}; base-uri 'none'",
        drawing=drawn(picture, alone=False) if len(picture.nodes) <= FEW else "",
        cells=grouped(ways, lambda way: (way[1].sender, way[1].receiver) if way[1] else way[0].nodes),
    )
    return f"{page}\n"


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
