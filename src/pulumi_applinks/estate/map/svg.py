"""A picture as SVG: by itself, and within the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from importlib.resources import files

from pulumi_applinks.estate.formats import counted
from pulumi_applinks.estate.map.curves import HEAD, INWARDS, Curve, Point, Port, Route, routed
from pulumi_applinks.estate.map.frame import (
    INDENT,
    LETTER,
    SITE_LETTER,
    SMALL_LETTER,
    Box,
    Card,
    Site,
    framed,
    length,
)
from pulumi_applinks.estate.map.picture import STYLES, WORDS, Arrow, Kind, Node, Picture

MARGIN = 16.0
LEAST = 600.0
"""How wide a picture is at least, so that its legend fits."""
MANY = 60
"""From how many links on those that work step back behind the others."""
LEAST_FIRST: tuple[Kind, ...] = ("aside", "good", "unseen", "warned", "bad")
ROW = 24.0
_SHAPES: dict[Kind, str] = {
    "good": '<circle r="4.5"/><path d="M-2.1 .2 -.6 1.8 2.2 -1.6"/>',
    "bad": '<rect x="-5" y="-5" width="10" height="10" rx="1.5"/><path d="M-2.3 -2.3 2.3 2.3M2.3 -2.3-2.3 2.3"/>',
    "warned": '<polygon points="0,-6.2 6.2,5 -6.2,5"/><path d="M0 -2V1.4M0 3.3v.1"/>',
    "unseen": '<polygon points="0,-6.4 6.4,0 0,6.4 -6.4,0"/><path d="M-1.6 -1.5a1.7 1.7 0 1 1 2.3 1.6Q0 .6 0 1.1M0 3.1v.1"/>',
    "aside": '<circle r="2.4"/>',
}


def as_svg(picture: Picture) -> str:
    """The picture, to be shown by itself. The same estate gives the same bytes.

    Args:
        picture: of an estate.
    """
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{drawn(picture, alone=True)}'


def style() -> str:
    """How the picture looks, as CSS."""
    return files(__package__).joinpath("picture.css").read_text(encoding="utf-8")


def told(picture: Picture) -> str:
    """What the picture shows, in a sentence.

    Args:
        picture: of an estate.
    """
    counts = ", ".join(f"{number} {WORDS[kind]}" for kind, number in picture.counted().items() if number)
    unasked = sum(node.named and not node.asked for node in picture.nodes)
    missing = f" ({unasked} could not be asked)" if unasked else ""
    applications, links = counted(len(picture.nodes), "application"), counted(len(picture.lines), "link")
    return f"{applications}{missing} and {links}{f': {counts}' if counts else ''}."


def drawn(picture: Picture, *, alone: bool) -> str:
    """The element `svg`.

    Args:
        picture: of an estate.
        alone: whether it stands by itself, and not within the page.
    """
    frame = framed(picture)
    legend, legend_height = _legend(picture, max(frame.width, LEAST))
    width = max(frame.width, LEAST) + 2 * MARGIN
    height = frame.height + legend_height + 3 * MARGIN
    many = ' class="many"' if len(picture.lines) >= MANY else ""
    shift = MARGIN + (width - 2 * MARGIN - frame.width) / 2
    routes = sorted(routed(picture, frame), key=lambda route: LEAST_FIRST.index(route.line.kind))
    size = f'viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width)}" height="{_n(height)}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} '
        + (
            'class="map" role="img" aria-labelledby="map-title">'
            if alone
            else 'role="group" aria-labelledby="map-title">'
        ),
        f'<title id="map-title">Map of application links: {escape(told(picture))}</title>',
        f"<style>{style()}</style>" if alone else "",
        f"<defs>{''.join(_symbol(kind) for kind in WORDS)}</defs>",
        f'<rect class="paper" width="{_n(width)}" height="{_n(height)}"/>',
        f'<g transform="translate({_n(shift)} {_n(MARGIN)})"{many}>',
        *(_site(site) for site in frame.sites),
        *(_link(route) for route in routes),
        *(_node(card, alone) for card in frame.cards.values()),
        "</g>",
        f'<g class="legend" transform="translate({_n(MARGIN)} {_n(frame.height + 2 * MARGIN)})">{legend}</g>',
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _symbol(kind: Kind) -> str:
    shape = _SHAPES[kind].replace("<path ", '<path fill="none" stroke-width="1.5" ')
    return f'<g id="mark-{kind}">{shape}</g>'


def _mark(kind: Kind, at: Point) -> str:
    return f'<use class="mark {kind}" href="#mark-{kind}" x="{_n(at[0])}" y="{_n(at[1])}"/>'


def _site(site: Site) -> str:
    name, box = site.name, site.box
    text = fitting(name, box.width - 16, SITE_LETTER)
    # Below the cards of the lower side there is room, above them links arrive.
    y = box.y + (box.height - 10 if site.side == "bottom" else 19)
    return (
        f'<g class="site"><title>{escape(name)}</title>{_rect(box, 10)}'
        f'<text x="{_n(box.x + 10)}" y="{_n(y)}">{escape(text)}</text></g>'
    )


def _node(card: Card, alone: bool) -> str:
    node, box = card.node, card.box
    classes = (
        "node" + ("" if node.named else " other") + (" unasked" if node.named and not node.asked else "")
    )
    left, right, middle = box.x + INDENT, box.x + box.width - INDENT, box.y + box.height / 2
    room = box.width - 2 * INDENT
    unasked = node.named and not node.asked
    below = room - (16 if node.admin_page else 0) - (14 if unasked else 0)
    words = what(node) if length(what(node), SMALL_LETTER) <= below else what(replace(node, version=""))
    parts = [
        f"<title>{escape(described(node))}</title>",
        _rect(box, 6, "card"),
        f'<text class="name" x="{_n(left)}" y="{_n(middle - 3)}">{escape(fitting(node.name, room))}</text>',
        f'<text class="what" x="{_n(left)}" y="{_n(middle + 13)}">{escape(fitting(words, below, SMALL_LETTER))}</text>',
    ]
    if unasked:
        parts.append(_mark("unseen", (right - (22 if node.admin_page else 6), middle + 9)))
    if node.admin_page:
        parts.append(
            f'<a href="{escape(node.admin_page)}" target="_blank" rel="noopener noreferrer"{"" if alone else _UNREACHED}>'
            f"<title>Open the links page of {escape(node.name)}</title>"
            f'<text class="out" x="{_n(right - 10)}" y="{_n(middle + 14)}">↗</text></a>'
        )
    reached = "" if alone else f' role="button" tabindex="-1" aria-label="{escape(described(node))}"'
    return f'<g id="{node.id}" class="{classes}"{reached}>{"".join(parts)}</g>'


_UNREACHED = ' tabindex="-1" aria-hidden="true"'
"""Within the page, the details have the same for whoever uses the keyboard."""


def what(node: Node) -> str:
    """What an application is, in a few words.

    Args:
        node: the application.
    """
    if not node.named:
        return f"{node.product or 'other'}, not named"
    if not node.asked:
        return "not asked"
    return f"{node.product} {node.version}".strip()


def described(node: Node) -> str:
    """An application in words.

    Args:
        node: the application.
    """
    return f"{node.name}, {what(node)}, {node.site}"


def _link(route: Route) -> str:
    line, curve = route.line, route.curve
    parts = [
        f"<title>{escape(f'{line.title}: {line.state}. {line.reason}')}</title>",
        f'<path class="reach" d="{_d(curve)}"/>',
    ]
    dashed = " one-way" if line.one_way else ""
    if not line.arrows:
        parts.append(f'<path class="way {line.kind}" d="{_d(curve)}"/>')
        parts.append(_mark(line.kind, curve.halves()[0].end))
    else:
        parts.append("".join(_arrows(route, dashed)))
    return f'<g id="{line.id}" class="link {line.kind}">{"".join(parts)}</g>'


def _arrows(route: Route, dashed: str) -> Iterator[str]:
    """Each direction: from the middle of the link, or from its beginning where it is the only one, to whoever is asked."""
    arrows = route.line.arrows
    there, back = route.curve, route.curve.reversed()
    if len(arrows) > 1:
        there, back = route.curve.halves()[1], route.curve.halves()[0].reversed()
    for arrow, curve, end in zip(arrows, (there, back), reversed(route.ends), strict=False):
        yield _arrow(arrow, curve, end, dashed)


def _arrow(arrow: Arrow, curve: Curve, end: Port, dashed: str) -> str:
    way = Curve(curve.start, curve.first, curve.second, curve.before_end(HEAD - 1))
    parts = [f'<path class="way {arrow.style}{dashed} {arrow.kind}" d="{_d(way)}"/>']
    if arrow.style == "oauth-impersonation":
        parts.append(f'<path class="core" d="{_d(way)}"/>')
    (x, y), (inwards_x, inwards_y) = curve.end, INWARDS[end.side]
    foot = (x + inwards_x * HEAD, y + inwards_y * HEAD)
    across = (inwards_y * 3.5, inwards_x * 3.5)
    points = ((x, y), (foot[0] + across[0], foot[1] + across[1]), (foot[0] - across[0], foot[1] - across[1]))
    parts.append(f'<path class="head {arrow.kind}" d="M{"L".join(_p(one) for one in points)}Z"/>')
    parts.append(_mark(arrow.kind, curve.before_end(HEAD + 7 + (11 if end.further else 0))))
    return f'<g class="arrow"><title>{escape(arrow.words)}</title>{"".join(parts)}</g>'


def _legend(picture: Picture, width: float) -> tuple[str, float]:
    """What the signs mean, as far as they are there, and how high that is."""
    items: list[tuple[str, str]] = []
    for kind, number in picture.counted().items():
        if number:
            items.append((_mark(kind, (14.0, 0.0)), f"{WORDS[kind]} ({number})"))
    arrows = [arrow for line in picture.lines for arrow in line.arrows]
    sample = Curve((0, 0), (10, 0), (18, 0), (28, 0))
    for known, words in STYLES.items():
        if any(arrow.style == known for arrow in arrows):
            core = f'<path class="core" d="{_d(sample)}"/>' if known == "oauth-impersonation" else ""
            items.append((f'<path class="way {known} aside" d="{_d(sample)}"/>{core}', words))
    if any(line.one_way for line in picture.lines):
        items.append((f'<path class="way oauth one-way aside" d="{_d(sample)}"/>', "dashed: no link back"))
    if any(not node.named for node in picture.nodes):
        items.append(
            (
                '<g class="node other"><rect class="card" x="4" y="-7" width="20" height="14" rx="3"/></g>',
                "not named",
            )
        )
    if arrows:
        note = "The head of an arrow, and its half of the line, tell of the requests that arrive there."
        items.append(("", note))
    parts, x, y = [], 0.0, 8.0
    for drawing, words in items:
        start = 36.0 if drawing else 0.0
        needed = start + len(words) * 6.9 + 22
        if x and x + needed > width:
            x, y = 0.0, y + ROW
        text = f'<text x="{_n(start)}" y="4">{escape(words)}</text>'
        parts.append(f'<g transform="translate({_n(x)} {_n(y)})">{drawing}{text}</g>')
        x += needed
    return "".join(parts), y + ROW / 2


def fitting(text: str, room: float, letter: float = LETTER) -> str:
    """A text that fits, with an ellipsis where something is left out.

    Args:
        text: the whole.
        room: for it.
        letter: how wide one is.
    """
    room += 0.01  # sums of letters are not exact
    if length(text, letter) <= room:
        return text
    kept = next(at for at in range(len(text), -1, -1) if length(text[:at], letter) + letter <= room or not at)
    return f"{text[:kept].rstrip()}…"


def _rect(box: Box, radius: int, name: str = "") -> str:
    classes = f'class="{name}" ' if name else ""
    return f'<rect {classes}x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}" rx="{radius}"/>'


def _d(curve: Curve) -> str:
    return f"M{_p(curve.start)}C{_p(curve.first)} {_p(curve.second)} {_p(curve.end)}"


def _p(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"


def _n(number: float) -> str:
    """A number with a digit after its point at most."""
    return f"{round(number, 1) + 0.0:g}"
