"""Write a picture as text that other programs draw: Mermaid and DOT. Pure. Names come from applications, so they are escaped."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from urllib.parse import quote

from pulumi_applinks.estate.glossary import MARKS, STYLES, WORDS, Kind, Style
from pulumi_applinks.estate.map.picture import Line, Node, Picture

COLOURS: dict[Kind, str] = {
    "good": "#22845d",
    "bad": "#c9372c",
    "warned": "#b85a00",
    "unseen": "#6e5dc6",
    "aside": "#758195",
}
_MERMAID: dict[Style, tuple[str, str]] = {"oauth-impersonation": ("==>", "<==>"), "none": ("-.->", "<-.->")}


def as_mermaid(picture: Picture) -> str:
    """Return a flowchart that forges and wikis draw."""
    lines, looks, others = ["flowchart LR"], dict[str, list[str]](), list[str]()
    for number, (site, nodes) in enumerate(picture.sites.items(), 1):
        lines.append(f'  subgraph s{number}["{_mermaid(site)}"]')
        lines += [f'    {node.id}["{_mermaid(node.name)}<br>{_mermaid(_below(node))}"]' for node in nodes]
        lines.append("  end")
    edges = [edge for line in picture.lines for edge in _mermaid_edges(line)]
    for number, (edge, look) in enumerate(edges):
        lines.append(f"  {edge}")
        looks.setdefault(look, []).append(str(number))
    lines += [f"  linkStyle {','.join(numbers)} {look}" for look, numbers in looks.items()]
    for node in picture.nodes:
        others += [] if node.named else [node.id]
        if node.admin_page:
            url = quote(node.admin_page, safe="%/:?#[]@!$&'()*+,;=~")
            lines.append(f'  click {node.id} href "{url}" "Links of {_mermaid(node.name)}" _blank')
    if others:
        lines += [f"  class {','.join(others)} other", "  classDef other stroke-dasharray:4 3"]
    return "\n".join([*lines, ""])


def _mermaid_edges(line: Line) -> Iterator[tuple[str, str]]:
    """Yield each arrow with its style. If both directions are alike, they share one arrow, because forges draw at most 500 arrows."""
    if not line.arrows:
        words = f"{_mermaid(line.state)} {MARKS[line.kind]}"
        yield f'{line.nodes[0]} ---|"{words}"| {line.nodes[1]}', _mermaid_look(line.kind)
    alike = len(line.arrows) == 2 and len({(one.style, one.kind) for one in line.arrows}) == 1
    for arrow in line.arrows[:1] if alike else line.arrows:
        sign = _MERMAID.get(arrow.style, ("-->", "<-->"))[alike]
        words = f"{STYLES[arrow.style]} {MARKS[arrow.kind]}{' one-way' if line.one_way else ''}"
        look = _mermaid_look(arrow.kind) + (",stroke-dasharray:8 5" if line.one_way else "")
        yield f'{arrow.sender} {sign}|"{words}"| {arrow.receiver}', look


def _mermaid_look(kind: Kind) -> str:
    return f"stroke:{COLOURS[kind]},color:{COLOURS[kind]}"


def _mermaid(text: str) -> str:
    """Escape text for Mermaid: every character that could have a meaning is replaced by its number."""
    return "".join(one if one.isalnum() or one in " .-:/" else f"#{ord(one)};" for one in text)


def as_dot(picture: Picture) -> str:
    """Return a digraph for Graphviz."""
    lines = [
        "digraph applinks {",
        '  graph [rankdir=LR, fontname="sans-serif", tooltip="Application links"];',
        '  node [shape=box, style=rounded, fontname="sans-serif"];',
        '  edge [fontname="sans-serif", fontsize=10];',
    ]
    for number, (site, nodes) in enumerate(picture.sites.items(), 1):
        lines += [f"  subgraph cluster_{number} {{", f"    label={_dot(site)};"]
        for node in nodes:
            url = f", URL={_dot(node.admin_page)}" if node.admin_page else ""
            style = "" if node.named else ', style="rounded,dashed"'
            lines.append(f"    {node.id} [label={_dot(f'{node.name}{chr(10)}{_below(node)}')}{url}{style}];")
        lines.append("  }")
    lines += [f"  {edge}" for line in picture.lines for edge in _dot_edges(line)]
    return "\n".join([*lines, "}", ""])


def _dot_edges(line: Line) -> Iterator[str]:
    if not line.arrows:
        label = _dot(f"{line.state} {MARKS[line.kind]}")
        yield f'{line.nodes[0]} -> {line.nodes[1]} [dir=none, color="{COLOURS[line.kind]}", label={label}];'
    for arrow in line.arrows:
        colour = COLOURS[arrow.kind]
        double = f"{colour}:invis:{colour}" if arrow.style == "oauth-impersonation" else colour
        style = "dashed" if line.one_way else "dotted" if arrow.style == "none" else "solid"
        look = f'color="{double}", fontcolor="{colour}", style={style}'
        words = _dot(f"{STYLES[arrow.style]} {MARKS[arrow.kind]}"), _dot(f"{line.title}: {WORDS[arrow.kind]}")
        more = ', arrowtail=box, dir="both"' if arrow.style == "legacy" else ""
        yield f"{arrow.sender} -> {arrow.receiver} [{look}, label={words[0]}, tooltip={words[1]}{more}];"


def _dot(text: str) -> str:
    """Quote a text for DOT, so that nothing in it ends the quotes or starts an escape or an entity."""
    plain = escape(text, quote=False).replace("\\", "\\\\").replace('"', "&quot;")
    return f'"{plain}"'.replace("\n", "\\n")


def _below(node: Node) -> str:
    return f"{node.what} {MARKS['unseen']}" if node.named and not node.asked else node.what
