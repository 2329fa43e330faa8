"""A picture as one page, by itself: it asks nobody for anything, and works from a file."""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from importlib.resources import files

from pulumi_applinks.estate.map.picture import MARKS, WORDS, Line, Picture
from pulumi_applinks.estate.map.svg import drawn, style, told, what


def as_html(picture: Picture, heading: str = "Application links") -> str:
    """The page. The same estate gives the same bytes.

    Args:
        picture: of an estate.
        heading: of the page.
    """
    script, css = _file("page.js"), style() + _file("page.css")
    policy = f"default-src 'none'; img-src data:; script-src '{_hash(script)}'; style-src '{_hash(css)}'; base-uri 'none'"
    # In JSON these signs stand in texts alone, and in a page they could end the element.
    data = json.dumps(picture.as_data(), ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&":
        data = data.replace(sign, f"\\u{ord(sign):04x}")
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en" class="map">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="referrer" content="no-referrer">',
            '<link rel="icon" href="data:,">',
            f"<title>{escape(heading)}</title>",
            f"<style>{css}</style>",
            "</head>",
            "<body>",
            _head(picture, heading),
            "<main>",
            f'<section id="picture" aria-label="Map">\n{drawn(picture, alone=False)}</section>',
            _DETAILS,
            "</main>",
            _table(picture),
            f'<script type="application/json" id="data">{data}</script>',
            f"<script>{script}</script>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _head(picture: Picture, heading: str) -> str:
    boxes = "".join(
        f'<label class="{kind}"><input type="checkbox" name="kind" value="{kind}" checked>'
        f'<span class="sign" aria-hidden="true">{MARKS[kind]}</span> {WORDS[kind]} <b>{number}</b></label>'
        for kind, number in picture.counted().items()
        if number
    )
    return (
        f"<header><div><h1>{escape(heading)}</h1><p>{escape(told(picture))} "
        '<span id="found" role="status"></span></p></div>'
        '<form role="search" id="controls"><label class="find">Search <input id="search" type="search" autocomplete="off" '
        'placeholder="name, address, state" aria-describedby="found"></label>'
        f"<fieldset{'' if boxes else ' hidden'}><legend>Show links</legend>{boxes}</fieldset>"
        '<fieldset class="zoom"><legend>Size</legend><button type="button" data-zoom="out" aria-label="Smaller">−</button>'
        '<button type="button" data-zoom="fit">Fit</button><button type="button" data-zoom="in" aria-label="Larger">+</button></fieldset>'
        "</form></header>"
    )


_DETAILS = (
    '<aside id="details" aria-label="Details" tabindex="-1"><p class="hint">Choose an application or a link to see it here. '
    "<kbd>/</kbd> searches, the arrow keys go from application to application, "
    "<kbd>Enter</kbd> chooses, <kbd>Esc</kbd> goes back.</p></aside>"
)


def _table(picture: Picture) -> str:
    rows = "".join(_row(line) for line in picture.lines)
    applications = "".join(
        f'<tr data-id="{node.id}"><th scope="row">{_chooser(node.id, node.name)}</th><td>{escape(what(node))}</td>'
        f"<td>{escape(node.site)}</td><td>{_link(node.url, node.url)}</td><td>{_link(node.admin_page, 'links page')}</td></tr>"
        for node in picture.nodes
    )
    return (
        '<section id="lists"><h2>Links</h2><table><thead><tr><th scope="col">State</th><th scope="col">Link</th>'
        '<th scope="col">There</th><th scope="col">Back</th><th scope="col">Page says</th></tr></thead>'
        f'<tbody>{rows}</tbody></table><h2>Applications</h2><table><thead><tr><th scope="col">Name</th>'
        '<th scope="col">Product</th><th scope="col">Site</th><th scope="col">Address</th><th scope="col">Administration</th></tr></thead>'
        f"<tbody>{applications}</tbody></table></section>"
    )


def _row(line: Line) -> str:
    ways = [*(f"{MARKS[arrow.kind]} {arrow.words}" for arrow in line.arrows), "", ""][:2]
    cells = "".join(f"<td>{escape(one)}</td>" for one in (*ways, line.page_says))
    sign = f'<span class="sign {line.kind}" aria-hidden="true">{MARKS[line.kind]}</span>'
    return (
        f'<tr data-id="{line.id}"><td>{sign} {escape(line.state)}</td>'
        f'<th scope="row">{_chooser(line.id, line.title)}</th>{cells}</tr>'
    )


def _chooser(id_: str, text: str) -> str:
    return f'<button type="button" data-choose="{id_}">{escape(text)}</button>'


def _link(url: str, text: str) -> str:
    return (
        f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(text)}</a>' if url else ""
    )


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
